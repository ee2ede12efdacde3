/** The index of the archive: the days of a year by month and how many papers each has, for people and programs. */
import { type Archive, UNDATED } from '../../papers/archive.ts';
import type { CalendarDay } from '../../papers/library.ts';
import type { Ask, Reply } from '../../web/context.ts';
import { count, monthOf, sayDayShort, sayMonth, sayNumber } from '../../web/dates.ts';
import { html, redirect, text, WebError } from '../../web/http.ts';
import { basics } from '../../web/pages/basics.ts';
import { renderDocument } from '../../web/parts/document.tsx';
import { SmallMasthead } from '../../web/parts/masthead.tsx';

/** `/archive` (`year` null: the newest) and `/archive/:year`. */
export async function archivePage(ask: Ask, archive: Archive, year: string | null): Promise<Reply> {
  const years = await archive.years();
  const shown = year ?? years[0] ?? null;
  if (year !== null && year === years[0]) return redirect('/archive');
  if (year !== null && !years.includes(year)) throw missing();
  const [days, undated] = await Promise.all([shown === null ? [] : archive.days(shown), archive.mark('')]);
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
            All papers by their own date, one file per day: JSONL, one paper per line, can be re-imported;
            Parquet has the same in columns. A file changes only when one of its papers does, and its ETag
            with it.
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

const missing = () => new WebError(404, 'There are no papers from that year.');

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

/** `/archive.json` (`year` null: the newest) and `/archive/:year.json`. Addresses are absolute there. */
export async function archiveIndex(ask: Ask, archive: Archive, year: string | null): Promise<Reply> {
  const years = await archive.years();
  if (year !== null && !years.includes(year)) throw missing();
  const shown = year ?? years[0] ?? null;
  const [days, undated] = await Promise.all([shown === null ? [] : archive.days(shown), archive.mark('')]);
  const files = (name: string) => ({
    jsonl: `${ask.base}/archive/${name}.jsonl`,
    parquet: `${ask.base}/archive/${name}.parquet`,
  });
  const body = {
    year: shown,
    days: days.map(({ day, papers }) => ({ day, papers, ...files(day) })),
    undated: undated && { papers: undated.papers, ...files(UNDATED) },
    years: years.map((year) => ({ year, url: `${ask.base}/archive/${year}.json` })),
  };
  return text(`${JSON.stringify(body)}\n`, 'application/json; charset=utf-8', {
    'access-control-allow-origin': '*',
    'cross-origin-resource-policy': 'cross-origin',
  });
}
