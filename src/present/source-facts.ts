/** What `/status` and the API tell machines about the sources: the same facts under the same names, times in UTC. */
import type { PartStatus } from '../sources/status.ts';
import { endShown, stateOf } from '../sources/status-words.ts';
import type { RunRow } from '../store/schema.ts';
import { momentOf } from './dates.ts';

/** A part of a source. */
export const partFacts = (part: PartStatus) => ({
  source: part.source.name,
  title: part.source.title,
  part: part.part.name,
  says: part.part.says,
  state: stateOf(part),
  announced: part.row.announced,
  failures: part.failures,
  failingSince: momentOf(part.failingSince),
  lastRunAt: momentOf(part.row.last_ended),
  lastGoodAt: momentOf(part.lastGood),
  dueAt: momentOf(part.due),
  rejected: part.rejected,
});

/** Whether everything that a part announced is here; null: it has not run yet. */
export const isPartComplete = ({ row }: PartStatus): boolean | null =>
  row.last_state === null ? null : row.complete === 1;

/** A run of a part. */
export const runFacts = (run: RunRow) => ({
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
  startedAt: momentOf(run.started_at)!,
  endedAt: momentOf(run.ended_at),
});
