/** `/status` and the runs of a source for machines: the same facts as the pages, times in UTC. */

import type { Ask } from '../../http/context.ts';
import type { Reply } from '../../http/replies.ts';
import type { PartStatus } from '../../sources/status.ts';
import { endShown, type Headline, remarksShown, stateOf, withoutSecrets } from '../../sources/told.ts';
import type { RunRow } from '../../store/schema.ts';

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** A JSON reply that is never cached. */
export const json = (body: object): Reply => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body: `${JSON.stringify(body)}\n`,
  headers: { 'cache-control': 'no-store', vary: 'accept' },
  keep: false,
});

/** All of `/status`. */
export const statusJson = (
  { web }: Ask,
  { level, says }: Headline,
  parts: PartStatus[],
  unsent: number,
): Reply =>
  json({
    level,
    says,
    at: time(web.now()),
    off: web.sources.off,
    alertAfterHours: web.sources.alertAfterHours,
    unsentMail: unsent,
    parts: parts.map(partJson),
  });

const partJson = (part: PartStatus): object => ({
  source: part.source.name,
  title: part.source.title,
  part: part.part.name,
  says: part.part.says,
  url: withoutSecrets(part.part.url),
  state: stateOf(part),
  isStale: part.isStale,
  announced: part.row.announced,
  isComplete: part.row.last_state === null ? null : part.row.complete === 1,
  last: part.last && runJson(part.last),
  lastRunAt: time(part.row.last_ended),
  lastGoodAt: time(part.lastGood),
  failingSince: time(part.failingSince),
  failures: part.failures,
  dueAt: time(part.due),
  rejected: part.rejected,
  running: part.running.map(runJson),
  backfill: part.backfill,
});

const runJson = (run: RunRow): object => ({
  id: run.id,
  part: run.part,
  kind: run.kind,
  state: run.state,
  says: endShown(run),
  announced: run.announced,
  expected: run.expected,
  got: run.got,
  new: run.added,
  changed: run.changed,
  merged: run.merged,
  unchanged: run.unchanged,
  rejected: run.rejected,
  withdrawn: run.gone,
  requests: run.requests,
  polls: run.polls,
  done: run.done,
  total: run.total,
  since: run.since,
  until: run.until,
  startedAt: time(run.started_at),
  endedAt: time(run.ended_at),
});

/** A page of the ledger. `next`: the address of the page with earlier runs. */
export const ledgerJson = (source: string, runs: RunRow[], next: string | null): Reply =>
  json({
    source,
    runs: runs.map((run) => ({ ...runJson(run), remarks: remarksShown(run) })),
    next,
  });
