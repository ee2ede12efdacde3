/** The archive: the days of a year by month, how many papers each has, and its files. */

import type { Ask } from '../../http/context.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import type { CalendarDay } from '../../papers/library.ts';
import { UNDATED } from '../../papers/lists/archive.ts';
import { archiveHere, archiveYear } from '../../present/archive.ts';
import { count, monthOf, sayDayShort, sayMonth, sayNumber } from '../../present/dates.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';

/** `/archive` (`year` null: the newest) and `/archive/:year`. */
export async function archivePage(ask: Ask, year: string | null): Promise<Reply> {
  const { years, shown, days, undated } = await archiveYear(archiveHere(ask), year);
  if (year !== null && year === years[0]) return redirect('/archive');
  const papers = days.reduce((sum, day) => sum + day.papers, 0);
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: shown === null ? 'Archive' : `Archive, ${shown}`,
    description: 'All papers of this site by day, as JSONL and as Parquet.',
    canonical: year === null ? '/archive' : `/archive/${year}`,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow">
        <div>
          <h1>{shown === null ? 'Archive' : `Archive, ${shown}`}</h1>
          {years.length > 1 && (
            <nav aria-label="Years">
              <p class="take">
                {years.map((one) => (
                  <a
                    href={one === years[0] ? '/archive' : `/archive/${one}`}
                    {...(one === shown ? { 'aria-current': 'page' as const } : {})}
                  >
                    {one}
                  </a>
                ))}
              </p>
            </nav>
          )}
          <p class="by">
            <span>
              {shown === null
                ? 'No papers yet'
                : `${count(papers, 'paper')} on ${count(days.length, 'day')} of ${shown}`}
            </span>
          </p>
          <p class="small-print">
            Every paper by its own date, one file per day. JSONL has one paper per line and can be imported
            again; Parquet has the same data in columns. A file and its ETag change only when one of its
            papers does.
          </p>
          {monthsOf(days).map(({ month, days }, i) => (
            <Month month={month} days={days} isOpen={i === 0} />
          ))}
          {undated !== null && (
            <p>
              Without a date: {count(undated.papers, 'paper')}{' '}
              <Files name={UNDATED} says="papers without a date" />
            </p>
          )}
        </div>
      </main>
    ),
  });
  return html(body);
}

/** Days by month, newest first. */
function monthsOf(days: CalendarDay[]): { month: string; days: CalendarDay[] }[] {
  const months = new Map<string, CalendarDay[]>();
  for (const each of days.toReversed()) {
    const month = monthOf(each.day);
    const known = months.get(month);
    if (known) known.push(each);
    else months.set(month, [each]);
  }
  return [...months].map(([month, days]) => ({ month, days }));
}

const Month = ({ month, days, isOpen }: { month: string; days: CalendarDay[]; isOpen: boolean }) => (
  <details class="archive-month" open={isOpen}>
    <summary>
      <h2>{sayMonth(month)}</h2>
      <span>
        {count(
          days.reduce((sum, day) => sum + day.papers, 0),
          'paper',
        )}{' '}
        on {count(days.length, 'day')}
      </span>
    </summary>
    <Days days={days} />
  </details>
);

const Days = ({ days }: { days: CalendarDay[] }) => (
  <table class="figures days">
    <thead>
      <tr>
        <th scope="col">Day</th>
        <th scope="col">Papers</th>
        <th scope="col">Files</th>
      </tr>
    </thead>
    <tbody>
      {days.map(({ day, papers }) => (
        <tr>
          <th scope="row">{sayDayShort(day)}</th>
          <td>{sayNumber(papers)}</td>
          <td>
            <Files name={day} says={sayDayShort(day)} />
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Files = ({ name, says }: { name: string; says: string }) => (
  <>
    <a href={`/archive/${name}.jsonl`} rel="nofollow" download>
      JSONL<span class="vh">, {says}</span>
    </a>{' '}
    <a href={`/archive/${name}.parquet`} rel="nofollow" download>
      Parquet<span class="vh">, {says}</span>
    </a>
  </>
);
