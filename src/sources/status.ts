/** The state of the sources, for pages, commands and metrics, and what may be requested of them. */
import type { Config } from '../config.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Store } from '../store/open.ts';
import type { PartRow, RunRow, Schema } from '../store/schema.ts';
import { fetchersIn, INTERRUPTED, partOf, type Range, standingOf } from './ledger.ts';
import { partsOf, SOURCES } from './registry.ts';
import type { Part, Source } from './source.ts';

export interface PartStatus {
  source: Pick<Source, 'name' | 'title'>;
  part: Pick<Part, 'name' | 'says' | 'url'> & { backfills: boolean };
  isPaused: boolean;
  /** Somebody requested it, and it has not begun yet. */
  isAsked: boolean;
  backfill: Range | null;
  /** In progress: a scheduled or requested run, and a backfill, at most one each. */
  running: RunRow[];
  /** The run that determines its state: the last finished one that was not a backfill. */
  last: RunRow | null;
  /** When the first of the runs that failed since the last good one began (epoch ms); null: none failed. */
  failingSince: number | null;
  /** Its source says how many papers there are, so that complete and incomplete can be told apart. */
  isCounted: boolean;
  /** When it last ended well, epoch ms. */
  lastGood: number | null;
  /** In a row, since then. */
  failures: number;
  /** Epoch ms; null while paused. */
  due: number | null;
  /** It has failed, or not run, for longer than ALERT_AFTER_HOURS. */
  isStale: boolean;
  /** Rejected records that are kept. */
  rejected: number;
  row: PartRow;
}

/** Every part the settings ask for, in the order of the registry. Only reads. */
export async function partsStatus(
  store: Store,
  config: Config,
  now = Date.now(),
  sources: Source[] = SOURCES,
): Promise<PartStatus[]> {
  const [rows, open, isGoingOn, rejected, counted] = await Promise.all([
    store.read.selectFrom('source_parts').selectAll().execute(),
    store.read.selectFrom('runs').selectAll().where('ended_at', 'is', null).orderBy('id').execute(),
    fetchersIn(store, now),
    store.read
      .selectFrom('rejected_records')
      .select((e) => ['source', 'part', e.fn.countAll<number>().as('count')])
      .groupBy(['source', 'part'])
      .execute(),
    store.read
      .selectFrom('runs')
      .select(['source', 'part'])
      .distinct()
      .where('expected', 'is not', null)
      .execute(),
  ]);
  const running = open.filter(isGoingOn);
  const all: PartStatus[] = [];
  for (const { source, part } of partsOf(config, sources)) {
    const isOurs = (of: { source: string; part: string }) =>
      of.source === source.name && of.part === part.name;
    const row = rows.find(isOurs) ?? newPart(source.name, part.name, now);
    const since = row.last_good ?? row.first_seen;
    all.push({
      source: { name: source.name, title: source.title },
      part: { name: part.name, says: part.says, url: part.url, backfills: part.backfills === true },
      isPaused: row.paused === 1,
      isAsked: row.wanted_at !== null,
      backfill:
        row.wanted_since !== null && row.wanted_until !== null
          ? { since: row.wanted_since, until: row.wanted_until }
          : null,
      running: running.filter(isOurs),
      last: await lastRun(store, row),
      failingSince: row.failures > 0 ? await firstFailure(store, row) : null,
      isCounted: counted.some(isOurs),
      lastGood: row.last_good,
      failures: row.failures,
      due: row.paused === 1 ? null : part.due(standingOf(row), now),
      isStale: row.paused === 0 && now - since > config.ALERT_AFTER_HOURS * 3_600_000,
      rejected: Number(rejected.find(isOurs)?.count ?? 0),
      row,
    });
  }
  return all;
}

/** The state of a part without a row: nothing was requested of it, and nothing ran. */
const newPart = (source: string, part: string, now: number): PartRow => ({
  source,
  part,
  paused: 0,
  cursor: null,
  backfill_cursor: null,
  last_state: null,
  last_ended: null,
  announced: null,
  complete: 0,
  last_good: null,
  failures: 0,
  first_seen: now,
  alerted_at: null,
  wanted_at: null,
  wanted_since: null,
  wanted_until: null,
});

/** Interrupted runs do not affect a part's state; finished ones do, by the part's own time. */
async function lastRun(store: Store, { source, part, last_ended }: PartRow): Promise<RunRow | null> {
  if (last_ended === null) return null;
  const row = await store.read
    .selectFrom('runs')
    .selectAll()
    .where('source', '=', source)
    .where('part', '=', part)
    .where('ended_at', '=', last_ended)
    .where('kind', '!=', 'backfill')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

async function firstFailure(store: Store, row: PartRow): Promise<number | null> {
  const first = await store.read
    .selectFrom('runs')
    .select((e) => e.fn.min('started_at').as('at'))
    .where('source', '=', row.source)
    .where('part', '=', row.part)
    .where('kind', '!=', 'backfill')
    .where('state', '=', 'failed')
    .where('says', '!=', INTERRUPTED)
    .where('ended_at', '>', row.last_good ?? 0)
    .executeTakeFirst();
  return first?.at === null || first?.at === undefined ? null : Number(first.at);
}

/**
 * Lines of the ledger, newest first. A run whose process is gone is shown as interrupted, even before another process
 * has closed it. `before`: the id of the last one shown.
 */
export async function runsOf(
  store: Store,
  { source, part, before, limit }: { source?: string; part?: string; before?: number; limit: number },
  now = Date.now(),
): Promise<RunRow[]> {
  let query = store.read.selectFrom('runs').selectAll().orderBy('id', 'desc').limit(limit);
  if (source !== undefined) query = query.where('source', '=', source);
  if (part !== undefined) query = query.where('part', '=', part);
  if (before !== undefined) query = query.where('id', '<', before);
  const [rows, isGoingOn] = await Promise.all([query.execute(), fetchersIn(store, now)]);
  return rows.map((run) =>
    run.state !== 'running' || isGoingOn(run) ? run : { ...run, state: 'failed', says: INTERRUPTED },
  );
}

/** Rejected records, newest first. */
export function rejectedOf(
  store: Store,
  { source, limit, offset = 0 }: { source?: string | undefined; limit: number; offset?: number },
): Promise<Schema['rejected_records'][]> {
  let query = store.read
    .selectFrom('rejected_records')
    .selectAll()
    .orderBy('last_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .offset(offset);
  if (source !== undefined) query = query.where('source', '=', source);
  return query.execute();
}

/** Parts by their names on a command line or in a form; all parts of a source if none is named. */
export function partsNamed(
  config: Config,
  source: string | undefined,
  part: string | undefined,
  sources: Source[] = SOURCES,
): { source: Source; part: Part }[] {
  return partsOf(config, sources).filter(
    (one) =>
      (source === undefined || one.source.name === source) && (part === undefined || one.part.name === part),
  );
}

type Named = { source: Pick<Source, 'name'>; part: Pick<Part, 'name'> };

async function update(store: Store, named: Named, values: Partial<PartRow>, now: number): Promise<void> {
  await partOf(store, named.source.name, named.part.name, now);
  await store.write
    .updateTable('source_parts')
    .set(values)
    .where('source', '=', named.source.name)
    .where('part', '=', named.part.name)
    .execute();
}

/** Stops a part until it is resumed; a current run ends at the next record and continues from there later. */
export const pause = (store: Store, named: Named, now = Date.now()): Promise<void> =>
  update(store, named, { paused: 1 }, now);

export const resume = (store: Store, named: Named, now = Date.now()): Promise<void> =>
  update(store, named, { paused: 0 }, now);

/** Requests a run of a part now. */
export const askFor = (store: Store, named: Named, now = Date.now()): Promise<void> =>
  update(store, named, { wanted_at: now, paused: 0 }, now);

/** Requests past days. One backfill per part: a new one replaces an old one. */
export const askBackfill = (store: Store, named: Named, range: Range, now = Date.now()): Promise<void> =>
  update(
    store,
    named,
    { wanted_since: range.since, wanted_until: range.until, backfill_cursor: null, paused: 0 },
    now,
  );

/** Cancels a backfill; what it brought stays. */
export const dropBackfill = (store: Store, named: Named, now = Date.now()): Promise<void> =>
  update(store, named, { wanted_since: null, wanted_until: null, backfill_cursor: null }, now);

export interface Retried {
  taken: number;
  /** Still rejected, and why the first of them was. */
  left: number;
  reason: string | null;
  /** Stored without their content; only their source can provide them again. */
  unreadable: number;
}

const RETRY_BATCH = 500;

/** Retries all rejected records, of one source or of all, with the current version. */
export async function retryRejected(
  store: Store,
  source: string | undefined,
  sources: Source[] = SOURCES,
): Promise<Retried> {
  const retried: Retried = { taken: 0, left: 0, reason: null, unreadable: 0 };
  for (let offset = 0; ; ) {
    const rows = await rejectedOf(store, { source, limit: RETRY_BATCH, offset });
    if (rows.length === 0) return retried;
    const done: string[] = [];
    for (const row of rows) {
      const reader = sources.find(({ name }) => name === row.source)?.reread;
      if (row.raw === null || !reader) {
        retried.unreadable++;
        continue;
      }
      const parsed = reader(JSON.parse(row.raw), row.place);
      if (parsed.ok) {
        await takeIn(store, [parsed.record], new Set());
        done.push(row.id);
      } else {
        retried.left++;
        retried.reason ??= `${row.place}: ${parsed.reason}`;
      }
    }
    if (done.length > 0) await store.write.deleteFrom('rejected_records').where('id', 'in', done).execute();
    retried.taken += done.length;
    offset += rows.length - done.length;
  }
}
