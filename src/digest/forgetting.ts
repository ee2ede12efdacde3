/** Deletes subscribers, because they ask for it or because there is no reason to keep anything about them. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { UNCONFIRMED_DAYS } from './asking.ts';
import type { SubscriberRow } from './rows.ts';
import { RECEIPTS } from './schedule.ts';
import { hashOfEmail } from './suppressed.ts';
import { STATES } from './types.ts';

const DAY = 86_400_000;

/** Deletes subscribers with everything about them; in the list of suppressed addresses, only a hash remains. */
export async function forget(tx: Db, rows: Pick<SubscriberRow, 'id' | 'email' | 'token'>[]): Promise<void> {
  for (let start = 0; start < rows.length; start += AT_ONCE) {
    const slice = rows.slice(start, start + AT_ONCE);
    const ids = slice.map(({ id }) => id);
    const emails = slice.map(({ email }) => email);
    for (const table of ['subscriptions', 'deliveries', 'delivered_issues'] as const)
      await tx.deleteFrom(table).where('subscriber', 'in', ids).execute();
    await tx.deleteFrom('subscribers').where('id', 'in', ids).execute();
    await tx
      .updateTable('suppressions')
      .set({ email: null })
      .where('hash', 'in', emails.map(hashOfEmail))
      .execute();
    const waiting = await tx
      .selectFrom('outbox')
      .select('recipient')
      .where('recipient', 'in', emails)
      .execute();
    const isMailed = new Set(waiting.map(({ recipient }) => recipient));
    for (const { email, token } of slice)
      if (isMailed.has(email))
        await tx
          .deleteFrom('outbox')
          .where('recipient', '=', email)
          .where('body', 'like', `%/subscriptions/${token}%`)
          .execute();
  }
}

/** Subscribers per statement. */
const AT_ONCE = 200;

/** Rows deleted per transaction, so that others can write in between. */
const SLICE = 1000;

/**
 * Deletes subscribers whom nobody confirmed in time, receipts that are too old, and those who have unsubscribed and
 * have no receipts left.
 */
export async function pruneSubscribers(store: Store, now: number): Promise<void> {
  const old = now - RECEIPTS;
  await inTurns(store, async (tx) => {
    const rows = await lockedIf(
      store,
      tx
        .selectFrom('subscribers')
        .select(['id', 'email', 'token'])
        .where('state', '=', 'unconfirmed')
        .where('created_at', '<', now - UNCONFIRMED_DAYS * DAY)
        .limit(SLICE),
    ).execute();
    await forget(tx, rows);
    return rows.length;
  });
  await inTurns(store, async (tx) => {
    const rows = await tx
      .selectFrom('deliveries')
      .select('id')
      .where('due_at', '<', old)
      .where('state', 'in', FINAL)
      .limit(SLICE)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length === 0) return 0;
    await tx.deleteFrom('delivered_issues').where('delivery', 'in', ids).execute();
    await tx.deleteFrom('deliveries').where('id', 'in', ids).where('state', 'in', FINAL).execute();
    return ids.length;
  });
  await inTurns(store, async (tx) => {
    const rows = await lockedIf(
      store,
      tx
        .selectFrom('subscribers')
        .select(['id', 'email', 'token'])
        .where('state', '=', 'confirmed')
        .where('confirmed_at', '<', old)
        .where('next_due', 'is', null)
        .where((e) =>
          e.and(
            (['subscriptions', 'deliveries'] as const).map((table) =>
              e.not(
                e.exists(
                  e.selectFrom(table).select('id').whereRef(`${table}.subscriber`, '=', 'subscribers.id'),
                ),
              ),
            ),
          ),
        )
        .limit(SLICE),
    ).execute();
    await forget(tx, rows);
    return rows.length;
  });
}

/** In these states an email is finished. */
const FINAL = STATES.filter((state) => state !== 'queued' && state !== 'handing');

/** Repeats a transaction until less than a slice is left to do. */
async function inTurns(store: Store, work: (tx: Db) => Promise<number>): Promise<void> {
  let done = SLICE;
  while (done >= SLICE) done = await store.inTurn(() => store.write.transaction().execute(work));
}

/** Rows that nobody is changing right now, so that a subscriber who has just confirmed is not deleted. */
const lockedIf = <T extends { forUpdate(): { skipLocked(): T } }>(store: Store, query: T): T =>
  store.dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
