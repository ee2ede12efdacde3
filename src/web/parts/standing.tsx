/** The status of a part of a source, as `/status` and `/admin` show it: never by colour alone. */

import type { Operator } from '../../http/admit.ts';
import type { Ask, Site } from '../../http/context.ts';
import { withForeign } from '../../net/foreign.ts';
import { sayDay, sayMoment, sayMomentShort, sayNumber, saySpan } from '../../present/dates.ts';
import { withQuery } from '../../present/urls.ts';
import type { PartStatus } from '../../sources/status.ts';
import {
  countsOf,
  endShown,
  endTold,
  type PartState,
  sinceOf,
  stateOf,
  withoutSecrets,
} from '../../sources/status-words.ts';
import type { RunRow } from '../../store/schema.ts';

/** The word for a state, with its mark in front. */
export const STATES: Record<PartState, { says: string; mark: string }> = {
  ok: { says: 'ok', mark: '✓' },
  quiet: { says: 'quiet', mark: '✓' },
  unfinished: { says: 'unfinished', mark: '…' },
  failed: { says: 'failed', mark: '✗' },
  stale: { says: 'stale', mark: '!' },
  paused: { says: 'paused', mark: '‖' },
  waiting: { says: 'not run yet', mark: '·' },
};

export const State = ({ state }: { state: PartState }) => (
  <span class={`standing-state ${state}`}>
    <span class="mark" aria-hidden="true">
      {STATES[state].mark}
    </span>
    {STATES[state].says}
  </span>
);

/** A time in the site's zone; in full in the title. */
export const When = ({ at, ask }: { at: number; ask: Ask }) => {
  const { timezone } = ask.web.site;
  return (
    <time datetime={new Date(at).toISOString()} title={`${sayMoment(at, timezone)}, ${timezone}`}>
      {sayMomentShort(at, timezone, ask.web.now())}
    </time>
  );
};

/** The time of day in the site's zone, for sentences. */
export const clockOf = ({ timezone }: Site) => ({
  moment: (ms: number) => sayMoment(ms, timezone),
  day: sayDay,
});

interface Named {
  source: { name: string };
  part: { name: string };
}

/** An id for links within a page. */
export const anchorOf = ({ source, part }: Named): string =>
  `${source.name}-${part.name}`.replace(/[^\w.-]+/g, '-');

/** The address of a part's runs. */
export const runsPath = ({ source, part }: Named): string =>
  withQuery(`/status/${encodeURIComponent(source.name)}`, { part: part.name });

/** Describes a part: how its last run ended, when, and what is next. Only the operator sees the details. */
export const PartFacts = ({ part, ask, operator }: { part: PartStatus; ask: Ask; operator?: Operator }) => {
  const state = stateOf(part);
  const { last, row } = part;
  const isBad = state === 'failed' || state === 'stale';
  return (
    <>
      {isBad && <p class="standing-since">This part {sinceOf(part, clockOf(ask.web.site))}.</p>}
      {last ? (
        <p class={isBad ? 'standing-end bad' : 'standing-end'}>{operator ? endTold(last) : endShown(last)}</p>
      ) : (
        <p class="standing-end">
          {row.last_ended === null ? 'No runs yet.' : 'The last run is no longer on record.'}
        </p>
      )}
      <p class="standing-facts">
        {row.announced !== null && (
          <span>
            {part.isCounted ? 'announced' : 'day'}{' '}
            <time datetime={row.announced}>{sayDay(row.announced)}</time>
          </span>
        )}
        {row.last_ended !== null && (
          <span>
            last run <When at={row.last_ended} ask={ask} />
          </span>
        )}
        {part.failures > 1 && <span>{sayNumber(part.failures)} failures in a row</span>}
        {isBad && part.lastGood !== null && (
          <span>
            last success <When at={part.lastGood} ask={ask} />
          </span>
        )}
        <Next part={part} ask={ask} />
        {last && countsOf(last) !== '' && <span>{countsOf(last)}</span>}
      </p>
    </>
  );
};

const Next = ({ part, ask }: { part: PartStatus; ask: Ask }) => {
  if (part.isPaused) return <span>paused until resumed</span>;
  if (part.isAsked) return <span>about to run</span>;
  if (ask.web.sources.off !== null || part.due === null) return null;
  if (part.due <= ask.web.now()) return <span>due now</span>;
  return (
    <span>
      next <When at={part.due} ask={ask} />
    </span>
  );
};

/** The progress of a run. Always the same height, whatever the text. */
export const Live = ({ part, ask }: { part: PartStatus; ask: Ask }) => (
  <div class="standing-live" id={`live-${anchorOf(part)}`}>
    {part.running.map((run) => (
      <p>
        <b>{runningWords(run)}</b>
        {run.total !== null && run.total > 0 && (
          <progress
            max={run.total}
            value={Math.min(run.done ?? 0, run.total)}
            aria-label={`${part.source.title}, ${part.part.says}`}
          />
        )}
        <span class="num">
          {run.total !== null && run.total > 0 && `${sayNumber(run.done ?? 0)} of ${sayNumber(run.total)}`}
          {run.total !== null && run.total > 0 && countsOf(run) !== '' && '; '}
          {countsOf(run)}
        </span>
        <span class="soft">
          since <When at={run.started_at} ask={ask} />
        </span>
      </p>
    ))}
    {!part.running.some(({ kind }) => kind === 'backfill') && part.backfill && (
      <p class="soft">Backfill of {saySpan(part.backfill.since, part.backfill.until)}: will continue soon.</p>
    )}
  </div>
);

const runningWords = (run: RunRow): string =>
  run.kind === 'backfill' && run.since !== null && run.until !== null
    ? `Backfill of ${saySpan(run.since, run.until)}`
    : 'Fetching';

/** The last runs as a row of marks, newest on the right: high for papers, low for quiet, crossed for failed. */
export const Strip = ({ runs }: { runs: RunRow[] }) => {
  const ended = runs.filter(({ ended_at }) => ended_at !== null).reverse();
  if (ended.length === 0) return null;
  const of = (state: string) => ended.filter((run) => run.state === state).length;
  const words = [
    [of('ok'), 'ok'],
    [of('quiet'), 'quiet'],
    [of('failed'), 'failed'],
  ].flatMap(([number, says]) => (number === 0 ? [] : [`${number} ${says}`]));
  return (
    <span
      class="strip"
      role="img"
      aria-label={`${ended.length === 1 ? 'Last run' : `Last ${sayNumber(ended.length)} runs`}: ${words.join(', ')}`}
    >
      {ended.map((run) => (
        <span class={run.state} />
      ))}
    </span>
  );
};

/** Rejected records, each with its reason. They contain what other servers sent: for the operator only. */
export const Rejections = ({
  rows,
  ask,
}: {
  rows: { place: string; reason: string; times: number; last_at: number }[];
  ask: Ask;
  operator: Operator;
}) => (
  <ul class="rejections">
    {rows.map((row) => (
      <li>
        <b>{withoutSecrets(withForeign(row.place))}</b>
        <span>{withoutSecrets(withForeign(row.reason))}</span>
        <span class="soft">
          {row.times > 1 && `${sayNumber(row.times)} times, last `}
          <When at={row.last_at} ask={ask} />
        </span>
      </li>
    ))}
  </ul>
);
