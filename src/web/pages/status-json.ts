/** `/status` and the runs of a source for machines: the same facts as the pages, times in UTC. */

import type { Said } from '../../backups/words.ts';
import type { Ask } from '../../http/context.ts';
import type { Reply } from '../../http/replies.ts';
import { momentOf } from '../../present/dates.ts';
import { isPartComplete, partFacts, runFacts } from '../../present/source-facts.ts';
import type { PartStatus } from '../../sources/status.ts';
import { type Headline, remarksShown, withoutSecrets } from '../../sources/status-words.ts';
import type { RunRow } from '../../store/schema.ts';

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
  backups: Said[],
): Reply =>
  json({
    level,
    says,
    at: momentOf(web.now()),
    off: web.sources.off,
    alertAfterHours: web.sources.alertAfterHours,
    unsentMail: unsent,
    backups,
    parts: parts.map(partJson),
  });

const partJson = (part: PartStatus): object => ({
  ...partFacts(part),
  url: withoutSecrets(part.part.url),
  isStale: part.isStale,
  isComplete: isPartComplete(part),
  last: part.last && runJson(part.last),
  running: part.running.map(runJson),
  backfill: part.backfill,
});

const runJson = (run: RunRow): object => ({
  ...runFacts(run),
  polls: run.polls,
  done: run.done,
  total: run.total,
  since: run.since,
  until: run.until,
});

/** A page of the ledger. `next`: the address of the page with earlier runs. */
export const ledgerJson = (source: string, runs: RunRow[], next: string | null): Reply =>
  json({
    source,
    runs: runs.map((run) => ({ ...runJson(run), remarks: remarksShown(run) })),
    next,
  });
