/** `/status`: how every source stands, in words first; and the ledger of each. Made anew for every request. */
import type { PartStatus } from '../../sources/status.ts';
import { countsOf, endShown, type Headline, headlineOf, stateOf } from '../../sources/told.ts';
import type { RunRow } from '../../store/schema.ts';
import type { Ask, Reply } from '../context.ts';
import { count, sayNumber, saySpan } from '../dates.ts';
import { html, prefersJson, WebError } from '../http.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import {
  anchorOf,
  clockOf,
  Facts,
  Live,
  Rejections,
  runsPath,
  State,
  Strip,
  When,
} from '../parts/standing.tsx';
import { withQuery } from '../urls.ts';
import { basics } from './basics.ts';
import { ledgerJson, remarksOf, statusJson } from './status-json.ts';

/** Runs in a strip, lines on a page of the ledger, records shown that could not be taken. */
const STRIP = 30;
const LINES = 40;
const RECORDS = 100;

const FRESH = { 'cache-control': 'no-store', vary: 'accept' };

/** `/status`. */
export async function statusPage(ask: Ask): Promise<Reply> {
  const { sources, site } = ask.web;
  const [parts, unsent] = await Promise.all([sources.parts(), sources.unsent()]);
  const headline = headlineOf(parts, sources.off, clockOf(site));
  const waiting = unsent.filter(({ reason }) => reason !== null).length;
  if (prefersJson(ask.headers.get('accept'))) return statusJson(ask, headline, parts, waiting);
  const strips = await Promise.all(
    parts.map(({ source, part }) => sources.runs({ source: source.name, part: part.name, limit: STRIP })),
  );
  const body = renderDocument({
    ask,
    ...(await basics(ask)),
    title: 'How the sources stand',
    description: headline.says,
    canonical: '/status',
    current: 'about',
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose status">
        <h1>How the sources stand</h1>
        <Says headline={headline} />
        {waiting > 0 && (
          <p class="notice">
            {count(waiting, 'mail')} about this could not be sent to who runs this site; the mail server is
            tried again.
          </p>
        )}
        {groupsOf(parts).map(([source, group]) => (
          <section aria-labelledby={`source-${source.name}`}>
            <h2 id={`source-${source.name}`}>
              <a href={`/status/${encodeURIComponent(source.name)}`}>{source.title}</a>
            </h2>
            <ul class="standings">
              {group.map((part) => (
                <Standing part={part} runs={strips[parts.indexOf(part)]!} ask={ask} />
              ))}
            </ul>
          </section>
        ))}
        <Words hours={sources.alertAfterHours} />
        <p class="small-print">
          Times are those of {site.timezone}. The same as JSON: ask for this address with{' '}
          <code>Accept: application/json</code>; figures for Prometheus are at <a href="/metrics">/metrics</a>
          .
        </p>
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: FRESH };
}

const Says = ({ headline }: { headline: Headline }) => (
  <p class={`standfirst says ${headline.level}`}>{headline.says}</p>
);

/** Parts by their source, in the order they come. */
export function groupsOf(parts: PartStatus[]): [PartStatus['source'], PartStatus[]][] {
  const groups = new Map<string, [PartStatus['source'], PartStatus[]]>();
  for (const part of parts) {
    const group = groups.get(part.source.name);
    if (group) group[1].push(part);
    else groups.set(part.source.name, [part.source, [part]]);
  }
  return [...groups.values()];
}

const Standing = ({ part, runs, ask }: { part: PartStatus; runs: RunRow[]; ask: Ask }) => (
  <li id={anchorOf(part)}>
    <State state={stateOf(part)} />
    <div>
      <h3>{part.part.says}</h3>
      <Facts part={part} ask={ask} />
      {(part.running.length > 0 || part.backfill) && <Live part={part} ask={ask} />}
      <p class="standing-more">
        {runs.length > 0 && (
          <a href={runsPath(part)}>
            <Strip runs={runs} /> Its runs
          </a>
        )}
        {part.rejected > 0 && (
          <a href={`${runsPath(part)}#rejected`}>{count(part.rejected, 'record')} could not be taken</a>
        )}
      </p>
    </div>
  </li>
);

const Words = ({ hours }: { hours: number }) => (
  <section aria-labelledby="words" class="words">
    <h2 id="words">What the words mean</h2>
    <dl>
      <dt>ok</dt>
      <dd>
        It brought what there was. Where a source says how many papers it announced, they were counted: “212
        of 212 announced”.
      </dd>
      <dt>quiet</dt>
      <dd>
        There is nothing new, and that is known, not assumed: behind the word stands how. An empty answer
        alone proves nothing, for a broken source gives one too.
      </dd>
      <dt>unfinished</dt>
      <dd>It answers, but not everything it announced is here yet. It is asked again.</dd>
      <dt>failed</dt>
      <dd>It did not answer, answered nonsense, or less than it announced. The reason stands beside it.</dd>
      <dt>stale</dt>
      <dd>No run has ended well for {count(hours, 'hour')}, and none has failed: it was not asked.</dd>
      <dt>paused</dt>
      <dd>Whoever runs this site has stopped it.</dd>
    </dl>
  </section>
);

/** `/status/:source`. `part` shows one part, `before` runs before that one. */
export async function sourcePage(ask: Ask, name: string): Promise<Reply> {
  const { sources, site } = ask.web;
  const wanted = ask.query.get('part') ?? undefined;
  const given = ask.query.get('before');
  if (given !== null && !/^\d{1,16}$/.test(given))
    throw new WebError(400, 'The place in the ledger in this address is not a number.');
  const [parts, runs, rejected] = await Promise.all([
    sources.parts(),
    sources.runs({
      source: clean(name),
      ...(wanted !== undefined && { part: clean(wanted) }),
      ...(given !== null && { before: Number(given) }),
      limit: LINES + 1,
    }),
    sources.rejected({ source: clean(name), limit: RECORDS }),
  ]);
  const known = parts.filter(({ source }) => source.name === name);
  const one = known.find(({ part }) => part.name === wanted);
  if ((known.length === 0 || (wanted !== undefined && !one)) && runs.length === 0)
    throw new WebError(404, 'There is no such source here.', {
      links: [{ href: '/status', text: 'How the sources stand' }],
    });
  const shown = runs.slice(0, LINES);
  const next =
    runs.length > LINES
      ? withQuery(`/status/${encodeURIComponent(name)}`, { part: wanted, before: shown.at(-1)!.id })
      : null;
  const records = rejected.filter((row) => wanted === undefined || row.part === wanted);
  if (prefersJson(ask.headers.get('accept'))) return ledgerJson(name, shown, records, next);
  const title = known[0]?.source.title ?? name;
  const body = renderDocument({
    ask,
    ...(await basics(ask)),
    title: one ? `${title}: ${one.part.says}` : `Runs of ${title}`,
    description: `Every run of ${title} here, how it ended and what it brought.`,
    canonical: given === null && wanted === undefined ? `/status/${encodeURIComponent(name)}` : null,
    index: given === null && wanted === undefined,
    current: 'about',
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose status">
        <p class="kicker">
          <a href="/status">How the sources stand</a>
        </p>
        <h1>{title}</h1>
        <p class="standfirst">
          {wanted === undefined ? 'All its runs, the newest first.' : (one?.part.says ?? wanted)}
        </p>
        {wanted !== undefined && (
          <p class="small-print">
            <a href={`/status/${encodeURIComponent(name)}`}>All parts of {title}</a>
          </p>
        )}
        {shown.length === 0 ? (
          <p>Nothing has run {given === null ? 'yet' : 'before'}.</p>
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
        <h2 id="rejected">Records that could not be taken</h2>
        {records.length === 0 ? (
          <p>None: every record could be taken.</p>
        ) : (
          <>
            <p>They are kept as they came and can be tried again. The newest {sayNumber(records.length)}:</p>
            <Rejections rows={records} ask={ask} />
          </>
        )}
        <p class="small-print">Times are those of {site.timezone}.</p>
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: FRESH };
}

/** PostgreSQL takes no NUL in a text. */
const clean = (text: string): string => text.replaceAll('\0', '').slice(0, 200);

const KINDS: Record<string, string> = { asked: 'asked for', backfill: 'backfill' };

/** A line of the ledger. */
const Line = ({ run, says, ask }: { run: RunRow; says: string | null; ask: Ask }) => {
  const remarks = remarksOf(run);
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
