/**
 * The closing of editions. A closed edition keeps its papers; one that arrives later is marked late and shown below it.
 * A running site closes days when an edition turns during its lifetime: the day that is over, and with it every day
 * since the site was set up that has papers and is not closed yet. So what was missed while nothing ran can still be
 * fetched in time, until the next turn. Days before the site was set up are never closed: they are open to backfill.
 */
import { getMeta, META, setMeta } from '../../store/meta.ts';
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { openDay, type Turn } from '../days.ts';
import type { Day } from '../types.ts';

/**
 * Records the turn of the edition. Call it from time to time, from any process, as often as you like.
 *
 * @param openAtStart the day that was open when this process started: a turn before that closes nothing
 * @returns the days closed by this call
 */
export function turnEditions(store: Store, turn: Turn, now: number, openAtStart: Day): Promise<Day[]> {
  return store.change(async ({ tx, touch }) => {
    const today = openDay(now, turn);
    const openSince = await getMeta(tx, META.openSince);
    if (openSince === undefined) {
      // The first day of this site. Earlier listings are history, open to backfill.
      await setMeta(tx, META.openSince, today);
      await setMeta(tx, META.founded, today);
      return [];
    }
    if (openAtStart >= today || openSince >= today) return [];
    const founded = await foundedOn(tx, openSince);
    const days = await tx
      .selectFrom('papers')
      .select('listed')
      .distinct()
      .where('listed', '>=', founded)
      .where('listed', '<', today)
      .where('listed', 'not in', (e) => e.selectFrom('closed_editions').select('day'))
      .orderBy('listed')
      .execute();
    const closed = days.map((row) => row.listed!);
    if (closed.length > 0) {
      await tx
        .insertInto('closed_editions')
        .values(closed.map((day) => ({ day, closed_at: now })))
        .execute();
    }
    await setMeta(tx, META.openSince, today);
    touch('site');
    return closed;
  });
}

/** The first day of the site; if an earlier version did not store it, the first day that was closed. */
async function foundedOn(tx: Db, openSince: Day): Promise<Day> {
  const known = await getMeta(tx, META.founded);
  if (known !== undefined) return known;
  const first = await tx
    .selectFrom('closed_editions')
    .select((e) => e.fn.min('day').as('day'))
    .executeTakeFirst();
  const day = first?.day ?? openSince;
  await setMeta(tx, META.founded, day);
  return day;
}

/** Since when (epoch ms) every edition from one day to another is closed; null: one is not, or there is none. */
export async function closedSince(db: Db, first: Day, last: Day): Promise<number | null> {
  const open = await db
    .selectFrom('papers')
    .select('pk')
    .where('listed', '>=', first)
    .where('listed', '<=', last)
    .where('listed', 'not in', (e) => e.selectFrom('closed_editions').select('day'))
    .limit(1)
    .executeTakeFirst();
  if (open !== undefined) return null;
  const closed = await db
    .selectFrom('closed_editions')
    .select((e) => e.fn.max('closed_at').as('at'))
    .where('day', '>=', first)
    .where('day', '<=', last)
    .executeTakeFirst();
  return closed?.at == null ? null : Number(closed.at);
}

/** The days whose editions are closed. */
export async function closedDays(db: Db): Promise<Set<Day>> {
  const rows = await db.selectFrom('closed_editions').select('day').execute();
  return new Set(rows.map((row) => row.day));
}

/** How long a page's order can be continued, ms. */
const ORDER_KEPT = 2 * 86_400_000;

/** Deletes records of orders more than two days old. */
export function pruneOrders(store: Store, now: number): Promise<void> {
  return store.change(async ({ tx }) => {
    const last = await tx
      .selectFrom('order_log')
      .select((e) => e.fn.max('seq').as('seq'))
      .where('at', '<', now - ORDER_KEPT)
      .executeTakeFirst();
    if (!last?.seq) return;
    await tx.deleteFrom('order_log').where('seq', '<=', last.seq).execute();
    await tx
      .insertInto('counters')
      .values({ name: 'order_log_floor', value: last.seq })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: last.seq! }))
      .execute();
  });
}
