/**
 * The ledger: every run of every part of a source and how it ended, the state of each part, and rejected records.
 * Written by the runner, shown on `/status`, by `doctor` and by `sources`.
 */

import { withForeign } from '../net/foreign.ts';
import type { Day } from '../papers/types.ts';
import { me } from '../store/holder.ts';
import { holderOf, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import type { PartRow, RunRow } from '../store/schema.ts';
import { pruneRejected } from './rejected.ts';
import type { Outcome, RunState, Standing } from './source.ts';

/** Why a part ran: its schedule, a request to run now, or a backfill. */
export type RunKind = 'scheduled' | 'asked' | 'backfill';

export interface Range {
  since: Day;
  until: Day;
}

/** What became of the records of a run. `added` papers are new; `merged` records joined papers known from elsewhere. */
export interface RunCounts {
  added: number;
  changed: number;
  merged: number;
  unchanged: number;
  rejected: number;
  /** Papers the source no longer has. */
  gone: number;
  requests: number;
}

export const noCounts = (): RunCounts => ({
  added: 0,
  changed: 0,
  merged: 0,
  unchanged: 0,
  rejected: 0,
  gone: 0,
  requests: 0,
});

/** How a run ended: one of the outcomes, or `stopped` (the program was ended, which is not the source's fault). */
export type End = Outcome | { state: 'stopped'; why: string };

/** The rows of parts, in order, created if missing; one query for all of them. */
export async function rowsOf<P extends { source: { name: string }; part: { name: string } }>(
  store: Store,
  parts: P[],
  now: number,
): Promise<(P & { row: PartRow })[]> {
  const rows = await store.read.selectFrom('source_parts').selectAll().execute();
  const byName = new Map(rows.map((row) => [`${row.source} ${row.part}`, row]));
  const found: (P & { row: PartRow })[] = [];
  for (const one of parts) {
    const { source, part } = one;
    const row =
      byName.get(`${source.name} ${part.name}`) ?? (await partOf(store, source.name, part.name, now));
    found.push({ ...one, row });
  }
  return found;
}

/** A part's row, created if missing. */
export async function partOf(store: Store, source: string, part: string, now: number): Promise<PartRow> {
  const find = () =>
    store.read
      .selectFrom('source_parts')
      .selectAll()
      .where('source', '=', source)
      .where('part', '=', part)
      .executeTakeFirst();
  const found = await find();
  if (found) return found;
  await store.write
    .insertInto('source_parts')
    .values({ source, part, paused: 0, complete: 0, failures: 0, first_seen: now })
    .onConflict((conflict) => conflict.columns(['source', 'part']).doNothing())
    .execute();
  return (await find())!;
}

export const standingOf = (row: PartRow): Standing => ({
  last:
    row.last_state === null || row.last_ended === null
      ? null
      : {
          state: row.last_state as RunState,
          endedAt: row.last_ended,
          announced: row.announced,
          isComplete: row.complete === 1,
        },
  lastGood: row.last_good,
  failures: row.failures,
});

let lastId = 0;

/** Writes the beginning of a run; ids grow with time. */
export async function beginRun(
  store: Store,
  run: { source: string; part: string; kind: RunKind; range?: Range | undefined; now: number },
): Promise<number> {
  lastId = Math.max(lastId + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000));
  const id = lastId;
  await store.write
    .insertInto('runs')
    .values({
      ...noCounts(),
      id,
      source: run.source,
      part: run.part,
      kind: run.kind,
      state: 'running',
      says: '',
      polls: 1,
      since: run.range?.since ?? null,
      until: run.range?.until ?? null,
      remarks: '[]',
      started_at: run.now,
      holder: me(),
    })
    .execute();
  return id;
}

/** Records a run's progress, for display. `done` of `total` by the source's count. */
export async function noteProgress(
  store: Store,
  id: number,
  counts: RunCounts,
  along: { done: number; total: number } | null,
): Promise<void> {
  await store.write
    .updateTable('runs')
    .set({ ...counts, done: along?.done ?? null, total: along?.total ?? null })
    .where('id', '=', id)
    .execute();
}

/** Saves what a part resumes from. Everything fetched before it must already be in the database. */
export async function saveCursor(
  store: Store,
  source: string,
  part: string,
  cursor: unknown,
  kind: RunKind,
): Promise<void> {
  const text = cursor === null ? null : JSON.stringify(cursor);
  await store.write
    .updateTable('source_parts')
    .set(kind === 'backfill' ? { backfill_cursor: text } : { cursor: text })
    .where('source', '=', source)
    .where('part', '=', part)
    .execute();
}

/**
 * Writes the end of a run and the resulting state of its part. A run that brought nothing and says the same as the one
 * before becomes another poll of that one: a quiet weekend is one line, and so are an hour of waiting and failures of
 * one kind.
 */
export async function finishRun(
  store: Store,
  run: { id: number; source: string; part: string; kind: RunKind; now: number; remarks: string[] },
  counts: RunCounts,
  end: End,
): Promise<void> {
  const { id, source, part, kind, now } = run;
  const said = sentence(end).slice(0, LONGEST_SAYS);
  const announced = end.state === 'stopped' ? null : (end.announced ?? null);
  const state = end.state === 'stopped' ? 'failed' : end.state;
  const numbers = {
    expected: 'expected' in end ? (end.expected ?? null) : null,
    got: 'got' in end ? (end.got ?? null) : null,
  };
  await store.write.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('runs')
      .selectAll()
      .where('source', '=', source)
      .where('part', '=', part)
      .where('id', '<', id)
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    const isEmpty = counts.added + counts.changed + counts.merged + counts.rejected + counts.gone === 0;
    const isSame =
      before?.state === state &&
      before.says === said &&
      before.announced === announced &&
      before.kind === kind &&
      before.expected === numbers.expected &&
      before.got === numbers.got;
    if (before && isSame && isEmpty) {
      await tx
        .updateTable('runs')
        .set({ ended_at: now, polls: before.polls + 1, requests: before.requests + counts.requests })
        .where('id', '=', before.id)
        .execute();
      await tx.deleteFrom('runs').where('id', '=', id).execute();
    } else {
      await tx
        .updateTable('runs')
        .set({
          ...counts,
          state,
          says: said,
          announced,
          ...numbers,
          remarks: JSON.stringify(remarksKept(run.remarks)),
          ended_at: now,
          holder: null,
        })
        .where('id', '=', id)
        .execute();
    }
    if (end.state === 'stopped') return;
    const row = tx.updateTable('source_parts').where('source', '=', source).where('part', '=', part);
    if (kind === 'backfill') {
      if (end.state !== 'failed')
        await row.set({ backfill_cursor: null, wanted_since: null, wanted_until: null }).execute();
      return;
    }
    const isGood = end.state !== 'failed';
    await row
      .set((e) => ({
        last_state: state,
        last_ended: now,
        complete: isWhole(end) ? 1 : 0,
        ...(announced !== null && { announced }),
        ...(isGood ? { last_good: now, failures: 0, alerted_at: null } : { failures: e('failures', '+', 1) }),
      }))
      .execute();
  });
}

/** Characters kept of a run's end, and of all its remarks. */
const LONGEST_SAYS = 2_000;
const LONGEST_REMARKS = 16_000;

/** The first hundred remarks, and no more text than is kept of a run. */
function remarksKept(remarks: string[]): string[] {
  let length = 0;
  return remarks.slice(0, 100).filter((remark) => {
    length += remark.length;
    return length <= LONGEST_REMARKS;
  });
}

/** Whether everything the source says it has is here. */
const isWhole = (end: Outcome): boolean =>
  end.state === 'quiet' || (end.state === 'ok' && (end.got ?? 0) >= (end.expected ?? 0));

/** The end in words, as stored in the ledger: the numbers of `ok` are in columns of their own. */
function sentence(end: End): string {
  if (end.state === 'quiet') return end.proof;
  if (end.state === 'ok') return end.says ?? '';
  return end.why;
}

/**
 * `ok, 212 of 212 announced`, `quiet (…)`, `failed: …`: a line of the ledger for the operator, including what other
 * servers said. For the public version see `endShown`.
 */
export function endOf(
  run: Pick<RunRow, 'state' | 'says' | 'expected' | 'got' | 'announced' | 'added' | 'changed' | 'merged'>,
): string {
  const says = withForeign(run.says);
  if (run.state === 'running') return 'running';
  if (run.state === 'quiet') return `quiet: ${says}`;
  const counted = run.expected === null ? '' : `${run.got ?? 0} of ${run.expected} announced`;
  if (run.state === 'failed') return `failed: ${says}${counted && ` (${counted})`}`;
  const told = counted || `${run.added} new, ${run.changed + run.merged} changed`;
  return `ok, ${told}${says && `; ${says}`}`;
}

/**
 * Ends runs left open by a process that is gone. Call it only while holding the fetching lease: nobody else fetches
 * then.
 */
export async function closeInterrupted(store: Store, now: number): Promise<number> {
  const closed = await store.write
    .updateTable('runs')
    .set({ state: 'failed', says: INTERRUPTED, ended_at: now, holder: null })
    .where('state', '=', 'running')
    .executeTakeFirst();
  return Number(closed.numUpdatedRows);
}

/**
 * Tells whether runs that have not ended are still going on: the process that began one must be this one, or hold the
 * fetching lease. If it was killed, its runs stay open in the ledger until another process takes the lease.
 */
export async function fetchersIn(
  store: Store,
  now = Date.now(),
): Promise<(run: Pick<RunRow, 'holder'>) => boolean> {
  const holder = await holderOf(store, SYNC_LEASE, now);
  return (run) => run.holder !== null && (run.holder === holder || run.holder === me());
}

/** What an interrupted run says. */
export const INTERRUPTED = 'interrupted: the program was stopped; the next run continues from here';

/** How long quiet runs stay in the ledger, and all others, ms. */
const QUIET_KEPT = 90 * 86_400_000;
const KEPT = 2 * 365 * 86_400_000;
/** At most this many runs of a part are kept, whatever their age: the newest. */
const MOST_RUNS = 5_000;
/** How long remarks stay with their runs, ms. */
const REMARKS_KEPT = 90 * 86_400_000;
/** How long a site that is no longer contacted is remembered, ms. */
const DOOR_KEPT = 30 * 86_400_000;

/** Deletes what is no longer needed. */
export async function pruneLedger(store: Store, now: number): Promise<void> {
  const { write } = store;
  await write
    .deleteFrom('runs')
    .where('ended_at', '<', now - QUIET_KEPT)
    .where('state', '=', 'quiet')
    .execute();
  await write
    .deleteFrom('runs')
    .where('ended_at', '<', now - KEPT)
    .execute();
  await write
    .updateTable('runs')
    .set({ remarks: '[]' })
    .where('ended_at', '<', now - REMARKS_KEPT)
    .where('remarks', '!=', '[]')
    .execute();
  await write
    .deleteFrom('runs')
    .where('id', 'in', (e) =>
      e
        .selectFrom((inner) =>
          inner
            .selectFrom('runs')
            .select((row) => [
              'id',
              row.fn
                .agg<number>('row_number')
                .over((over) => over.partitionBy(['source', 'part']).orderBy('id', 'desc'))
                .as('place'),
            ])
            .as('ranked'),
        )
        .select('ranked.id')
        .where('ranked.place', '>', MOST_RUNS),
    )
    .execute();
  // Sites come from redirects too, so they are unlimited. Pauses and closed gates are over by then.
  const gone = now - DOOR_KEPT;
  await write
    .deleteFrom('site_doors')
    .where('held_until', '<', gone)
    .where('next_at', '<', gone)
    .where('shut_until', '<', gone)
    .execute();
  await pruneRejected(store, now);
}
