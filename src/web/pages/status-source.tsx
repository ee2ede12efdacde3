/** `/status/:source`: the ledger of a source, and its number of rejected records. Built for every request. */

import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply } from '../../http/replies.ts';
import { prefersJson } from '../../http/request.ts';
import { count, sayNumber, saySpan } from '../../present/dates.ts';
import { withQuery } from '../../present/urls.ts';
import { countsOf, endShown, remarksShown } from '../../sources/status-words.ts';
import type { RunRow } from '../../store/schema.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { When } from '../parts/standing.tsx';
import { basics } from './basics.ts';
import { FRESH } from './status.tsx';
import { ledgerJson } from './status-json.ts';

/** Runs on a page of the ledger. */
const LINES = 40;

/** `/status/:source`. `part` shows one part, `before` the runs before that one. */
export async function sourcePage(ask: Ask, name: string): Promise<Reply> {
  const { sources, site } = ask.web;
  const wanted = ask.query.get('part') ?? undefined;
  const given = ask.query.get('before');
  if (given !== null && !/^\d{1,16}$/.test(given))
    throw new WebError(400, 'The ledger position in this address is not a number.');
  const [parts, runs] = await Promise.all([
    sources.parts(),
    sources.runs({
      source: clean(name),
      ...(wanted !== undefined && { part: clean(wanted) }),
      ...(given !== null && { before: Number(given) }),
      limit: LINES + 1,
    }),
  ]);
  const known = parts.filter(({ source }) => source.name === name);
  const one = known.find(({ part }) => part.name === wanted);
  if ((known.length === 0 || (wanted !== undefined && !one)) && runs.length === 0)
    throw new WebError(404, 'There is no such source here.', {
      links: [{ href: '/status', text: 'Source status' }],
    });
  const shown = runs.slice(0, LINES);
  const next =
    runs.length > LINES
      ? withQuery(`/status/${encodeURIComponent(name)}`, { part: wanted, before: shown.at(-1)!.id })
      : null;
  const rejected = (one ? [one] : known).reduce((sum, part) => sum + part.rejected, 0);
  if (prefersJson(ask.headers.get('accept'))) return ledgerJson(name, shown, next);
  const title = known[0]?.source.title ?? name;
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: one ? `${title}: ${one.part.says}` : `Runs of ${title}`,
    description: `Every run of ${title}: how it ended and what it fetched.`,
    canonical: given === null && wanted === undefined ? `/status/${encodeURIComponent(name)}` : null,
    index: given === null && wanted === undefined,
    current: 'about',
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose status">
        <p class="kicker">
          <a href="/status">Source status</a>
        </p>
        <h1>{title}</h1>
        <p class="standfirst">
          {wanted === undefined ? 'All runs, newest first.' : (one?.part.says ?? wanted)}
        </p>
        {wanted !== undefined && (
          <p class="small-print">
            <a href={`/status/${encodeURIComponent(name)}`}>All parts of {title}</a>
          </p>
        )}
        {shown.length === 0 ? (
          <p>{given === null ? 'No runs yet.' : 'No earlier runs.'}</p>
        ) : (
          <ol class="ledger">
            {shown.map((run) => (
              <Line
                run={run}
                ask={ask}
                says={
                  wanted === undefined
                    ? (known.find(({ part }) => part.name === run.part)?.part.says ?? run.part)
                    : null
                }
              />
            ))}
          </ol>
        )}
        {next && (
          <nav class="pager" aria-label="Pages">
            <span />
            <a href={next} rel="next">
              Earlier runs ›
            </a>
          </nav>
        )}
        <h2 id="rejected">Rejected records</h2>
        <p>
          {rejected === 0
            ? 'None: every record was accepted.'
            : `${count(rejected, 'record')}. The administrator can see why and retry.`}
        </p>
        <p class="small-print">Times in {site.timezone}.</p>
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: FRESH };
}

/** PostgreSQL rejects NUL in text. */
const clean = (text: string): string => text.replaceAll('\0', '').slice(0, 200);

const KINDS: Record<string, string> = { asked: 'requested', backfill: 'backfill' };

/** A row of the ledger. */
const Line = ({ run, says, ask }: { run: RunRow; says: string | null; ask: Ask }) => {
  const remarks = remarksShown(run);
  const kind = KINDS[run.kind];
  return (
    <li class={run.state}>
      <p class="ledger-when">
        <When at={run.ended_at ?? run.started_at} ask={ask} />
        {run.polls > 1 && (
          <span class="soft">
            {sayNumber(run.polls)} times since <When at={run.started_at} ask={ask} />
          </span>
        )}
      </p>
      <div>
        <p class="ledger-end">{endShown(run)}</p>
        <p class="standing-facts">
          {says !== null && <span>{says}</span>}
          {kind && (
            <span>
              {kind}
              {run.since !== null && run.until !== null && ` of ${saySpan(run.since, run.until)}`}
            </span>
          )}
          {countsOf(run) !== '' && <span>{countsOf(run)}</span>}
          <span>{count(run.requests, 'request')}</span>
        </p>
        {remarks.length > 0 && (
          <details>
            <summary>{count(remarks.length, 'remark')}</summary>
            <ul>
              {remarks.map((remark) => (
                <li>{remark}</li>
              ))}
            </ul>
          </details>
        )}
      </div>
    </li>
  );
};
