/**
 * The curation rules in force. They are stored in the database, so that every process of an installation decides alike;
 * `serve` stores those of its settings there. Papers decided by other rules are then re-evaluated, a few at a time,
 * resuming where a killed process left off.
 */
import { dropMeta, getMeta, META, setMeta } from '../../store/meta.ts';
import type { Change, Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { type Rewritten, rowToMerged, sameRow, writeRows } from '../rows.ts';
import { closedDays } from './closing.ts';
import { curation, isEmpty, NO_RULES, type Rules, rulesOf } from './curation.ts';
import { ownDay } from './entries.ts';
import { rowsFor } from './rewriting.ts';

/** Papers per step: pages wait for a change no longer than this takes. */
const STEP = 200;

/** The rules by which papers are currently decided. */
export async function rulesInForce(db: Db): Promise<Rules> {
  const kept: Partial<Rules> = (await getMeta(db, META.rules)) ?? {};
  return { ...NO_RULES, ...kept };
}

export interface AdoptOptions {
  signal?: AbortSignal;
  /** Papers per step. */
  step?: number;
}

/**
 * Puts the rules of the settings in force, for everything that arrives from now on. Existing papers are left to
 * `decideAnew`.
 */
export function setRules(store: Store, config: Parameters<typeof rulesOf>[0]): Promise<void> {
  const rules = rulesOf(config);
  return store.change(async ({ tx, touch }) => {
    const kept = await getMeta(tx, META.rules);
    const wanted = isEmpty(rules) ? undefined : rules;
    if (JSON.stringify(kept) === JSON.stringify(wanted)) return;
    if (wanted) await setMeta(tx, META.rules, wanted);
    else await dropMeta(tx, META.rules);
    await setMeta(tx, META.rulesLeft, 0);
    touch('site');
  });
}

export interface DecideOptions {
  signal?: AbortSignal;
  /** Papers per step. */
  step?: number;
}

/**
 * Re-evaluates all papers whose day is still open, if the rules have changed since this was last done. May run
 * alongside a site, in any process. If it is stopped or killed, the next call continues; with nothing to do, it is one
 * read.
 *
 * @returns papers that changed their edition or the rule for it
 */
export async function decideAnew(store: Store, { signal, step = STEP }: DecideOptions = {}): Promise<number> {
  let moved = 0;
  while (!signal?.aborted && (await getMeta(store.read, META.rulesLeft)) !== undefined) {
    moved += await store.change((change) => decideSome(change, step));
    // Other work gets its turn between two steps.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return moved;
}

/** `setRules`, and `decideAnew` to the end. */
export async function adoptRules(
  store: Store,
  config: Parameters<typeof rulesOf>[0],
  options: DecideOptions = {},
): Promise<number> {
  await setRules(store, config);
  return decideAnew(store, options);
}

/** Re-evaluates the next papers; returns how many of them moved. */
async function decideSome(change: Change, step: number): Promise<number> {
  const { tx, seq, touch } = change;
  const left = await getMeta(tx, META.rulesLeft);
  // Another process was faster.
  if (left === undefined) return 0;
  const rows = await tx
    .selectFrom('papers')
    .selectAll()
    .where('pk', '>', left)
    .orderBy('pk')
    .limit(step)
    .execute();
  if (rows.length < step) await dropMeta(tx, META.rulesLeft);
  else await setMeta(tx, META.rulesLeft, rows.at(-1)!.pk);
  const editions = { closed: await closedDays(tx), curation: curation(await rulesInForce(tx)) };
  const open = rows.filter((row) => {
    const day = row.listed ?? ownDay(row);
    return day !== null && !editions.closed.has(day);
  });
  const papers = open.map((before) => ({ ...before, before, folded: rowToMerged(before) }));
  const { rows: made, others } = await rowsFor(change, papers, [], editions);
  const own: Rewritten[] = made.map((row, i) => ({ before: open[i]!, row }));
  const changes = [...own.filter(({ before, row }) => !sameRow(before!, row)), ...others];
  if (changes.length === 0) return 0;
  touch('papers');
  // Orders that readers are in the middle of end here, those of pages that are kept among them.
  touch('site');
  await writeRows(tx, changes);
  await endOrders(tx, seq);
  return changes.length;
}

/** Too many may have moved to undo them one by one: readers in the middle of a list start afresh. */
async function endOrders(tx: Db, seq: number): Promise<void> {
  await tx
    .insertInto('counters')
    .values({ name: 'order_log_floor', value: seq })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: seq }))
    .execute();
}
