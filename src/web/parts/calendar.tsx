/** A month as a table of days; those with papers are links. Works without scripts. */
import { bounds } from '../../papers/days.ts';
import type { CalendarDay } from '../../papers/library.ts';
import type { Day } from '../../papers/types.ts';
import { daysIn, monthOf, sayMonth, weekdayFromMonday } from '../../present/dates.ts';
import { periodPath } from '../../present/urls.ts';

export interface MonthProps {
  /** `2026-06`. */
  month: string;
  days: CalendarDay[];
  /** The months that have editions, the first one first. */
  months: string[];
  /** Days of the edition shown, highlighted. */
  shown?: { first: Day; last: Day };
  /** Whether to show how many papers each day has. */
  counts?: boolean;
}

const WEEK = [
  ['Mo', 'Monday'],
  ['Tu', 'Tuesday'],
  ['We', 'Wednesday'],
  ['Th', 'Thursday'],
  ['Fr', 'Friday'],
  ['Sa', 'Saturday'],
  ['Su', 'Sunday'],
] as const;

/** The month's table with links to the months beside it. */
export const Month = ({ month, days, months, shown, counts }: MonthProps) => {
  const has = new Map(days.map((d) => [d.day, d.papers]));
  const { first } = bounds({ kind: 'month', value: month });
  const blanks = weekdayFromMonday(first);
  const cells: (Day | null)[] = Array.from({ length: blanks }, () => null);
  for (let d = 1; d <= daysIn(month); d++) cells.push(`${month}-${String(d).padStart(2, '0')}`);
  while (cells.length % 7 !== 0) cells.push(null);
  const rows = Array.from({ length: cells.length / 7 }, (_, i) => cells.slice(i * 7, i * 7 + 7));
  const before = months.findLast((other) => other < month);
  const after = months.find((other) => other > month);
  return (
    <div class={counts ? 'month with-counts' : 'month'}>
      <div class="month-head">
        {before ? (
          <a href={`/calendar/${before}`} aria-label={sayMonth(before)} rel="prev">
            ‹
          </a>
        ) : (
          <span />
        )}
        {days.length > 0 ? (
          <a class="month-name" href={periodPath({ kind: 'month', value: month })}>
            {sayMonth(month)}
          </a>
        ) : (
          <span class="month-name">{sayMonth(month)}</span>
        )}
        {after ? (
          <a href={`/calendar/${after}`} aria-label={sayMonth(after)} rel="next">
            ›
          </a>
        ) : (
          <span />
        )}
      </div>
      <table>
        <caption class="vh">Editions of {sayMonth(month)}</caption>
        <thead>
          <tr>
            {WEEK.map(([short, long]) => (
              <th scope="col" abbr={long}>
                {short}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((day) => (
                <Cell day={day} papers={day ? has.get(day) : undefined} shown={shown} counts={counts} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

const Cell = (props: { day: Day | null; papers?: number; shown?: MonthProps['shown']; counts?: boolean }) => {
  const { day, papers, shown, counts } = props;
  if (day === null) return <td />;
  const number = Number(day.slice(8));
  if (!papers) return <td class="none">{number}</td>;
  const here = shown && day >= shown.first && day <= shown.last;
  return (
    <td>
      <a
        href={periodPath({ kind: 'day', value: day })}
        {...(here ? { 'aria-current': 'date' as const } : {})}
      >
        {number}
        <span class="vh"> {sayMonth(monthOf(day))}, </span>
        {counts ? <small>{papers}</small> : <span class="vh">{papers}</span>}
        <span class="vh">{papers === 1 ? ' paper' : ' papers'}</span>
      </a>
    </td>
  );
};

/** A form that leads to the edition of any day. */
export const Jump = ({ span, value }: { span: { first: Day; last: Day } | null; value?: Day }) => (
  <form action="/jump" method="get" class="jump">
    <label>
      <span>Go to</span>
      <input type="date" name="day" value={value ?? ''} min={span?.first} max={span?.last} required />
    </label>
    <button type="submit">Go</button>
  </form>
);
