/** `/status`: the state of every source, in words first. Built for every request. */

import { type Said, sayBackups } from '../../backups/words.ts';
import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import { prefersJson } from '../../http/request.ts';
import { count } from '../../present/dates.ts';
import type { PartStatus } from '../../sources/status.ts';
import { type Headline, headlineOf, stateOf } from '../../sources/status-words.ts';
import type { RunRow } from '../../store/schema.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { anchorOf, clockOf, Live, PartFacts, runsPath, State, Strip } from '../parts/standing.tsx';
import { basics } from './basics.ts';
import { statusJson } from './status-json.ts';

/** Runs shown in a strip. */
const STRIP = 30;

/** Headers of what is built for every request, as a page or as JSON. */
export const FRESH = { 'cache-control': 'no-store', vary: 'accept' };

/** `/status`. */
export async function statusPage(ask: Ask): Promise<Reply> {
  const { sources, site } = ask.web;
  const [parts, unsent, backups] = await Promise.all([sources.parts(), sources.unsent(), saidOfBackups(ask)]);
  const headline = headlineOf(parts, sources.off, clockOf(site));
  const waiting = unsent.filter(({ reason }) => reason !== null).length;
  if (prefersJson(ask.headers.get('accept'))) return statusJson(ask, headline, parts, waiting, backups);
  const strips = await Promise.all(
    parts.map(({ source, part }) => sources.runs({ source: source.name, part: part.name, limit: STRIP })),
  );
  const body = await renderDocument({
    ask,
    ...(await basics(ask)),
    title: 'Source status',
    description: headline.says,
    canonical: '/status',
    current: 'about',
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow prose status">
        <h1>Source status</h1>
        <Says headline={headline} />
        {waiting > 0 && (
          <p class="notice">
            {count(waiting, 'email')} about this to the administrator could not be sent yet. Delivery will be
            retried.
          </p>
        )}
        {backups.length > 0 && (
          <section aria-labelledby="backups">
            <h2 id="backups">Backups</h2>
            {backups.map(({ state, says }) => (
              <p class={state === 'problem' ? 'notice' : undefined}>{sentence(says)}</p>
            ))}
          </section>
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
          Times in {site.timezone}. For JSON, request this page with <code>Accept: application/json</code>.
          Prometheus metrics are at <a href="/metrics">/metrics</a>.
        </p>
      </main>
    ),
  });
  return { ...html(body), keep: false, headers: FRESH };
}

/** The site's backups, and whether one could be restored, without details meant only for the operator. */
async function saidOfBackups({ web }: Ask): Promise<Said[]> {
  const state = await web.watched?.backups();
  if (!state) return [];
  const { moment } = clockOf(web.site);
  const { backup, drill } = sayBackups(state, web.watched!.backupSettings, moment, web.now(), false);
  return drill === null ? [backup] : [backup, drill];
}

const sentence = (says: string): string => `${says.charAt(0).toUpperCase()}${says.slice(1)}.`;

const Says = ({ headline }: { headline: Headline }) => (
  <p class={`standfirst says ${headline.level}`}>{headline.says}</p>
);

/** Parts grouped by source, in order of appearance. */
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
      <PartFacts part={part} ask={ask} />
      {(part.running.length > 0 || part.backfill) && <Live part={part} ask={ask} />}
      <p class="standing-more">
        {runs.length > 0 && (
          <a href={runsPath(part)}>
            <Strip runs={runs} /> Runs
          </a>
        )}
        {part.rejected > 0 && (
          <a href={`${runsPath(part)}#rejected`}>{count(part.rejected, 'record')} rejected</a>
        )}
      </p>
    </div>
  </li>
);

const Words = ({ hours }: { hours: number }) => (
  <section aria-labelledby="words" class="words">
    <h2 id="words">What each status means</h2>
    <dl>
      <dt>ok</dt>
      <dd>
        Everything available was fetched. If a source says how many papers it announced, they were counted:
        “212 of 212 announced”.
      </dd>
      <dt>quiet</dt>
      <dd>
        Nothing new, and we checked; the evidence is shown. An empty answer alone proves nothing, since a
        broken source gives one too.
      </dd>
      <dt>unfinished</dt>
      <dd>The source answers, but not everything it announced is here yet. We will ask again.</dd>
      <dt>failed</dt>
      <dd>
        The source did not answer, sent something unusable, or sent less than it announced. The reason is
        shown.
      </dd>
      <dt>stale</dt>
      <dd>No run has succeeded for {count(hours, 'hour')}, and none has failed: the source was not asked.</dd>
      <dt>paused</dt>
      <dd>Paused by the administrator.</dd>
    </dl>
  </section>
);
