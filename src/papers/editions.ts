/**
 * The closing of editions. An edition that is over keeps its papers; who comes in later is marked late and
 * shown below it. Days that passed while no process was running stay open until the next turn, so that
 * what was missed can be fetched and still be in time.
 */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { openDay, type Turn } from './days.ts';
import type { Day } from './types.ts';

/**
 * Notes the turn of the edition. Call it now and then, from any process, as often as you like.
 *
 * @param openAtStart the day that was open when this process started: a turn it has not lived through
 *   closes nothing
 * @returns the days closed by this call
 */
export function turnEditions(store: Store, turn: Turn, now: number, openAtStart: Day): Promise<Day[]> {
  return store.change(async ({ tx, touch }) => {
    const today = openDay(now, turn);
    const meta = await tx.selectFrom('meta').selectAll().where('key', '=', 'open_since').executeTakeFirst();
    if (!meta) {
      // The first day of this site. What was listed before it was founded is history, open to backfill.
      await tx.insertInto('meta').values({ key: 'open_since', value: today }).execute();
      return [];
    }
    if (openAtStart >= today || meta.value >= today) return [];
    const days = await tx
      .selectFrom('papers')
      .select('listed')
      .distinct()
      .where('listed', '>=', meta.value)
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
    await tx.updateTable('meta').set({ value: today }).where('key', '=', 'open_since').execute();
    touch();
    return closed;
  });
}

/** The days whose editions are over. */
export async function closedDays(db: Db): Promise<Set<Day>> {
  const rows = await db.selectFrom('closed_editions').select('day').execute();
  return new Set(rows.map((row) => row.day));
}

/** How long a page's order can be continued, ms. */
const ORDER_KEPT = 2 * 86_400_000;

/** Forgets how orders stood more than two days ago. */
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
