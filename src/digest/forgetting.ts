/** Deleting subscribers: because they ask for it, or because there is no reason to keep anything of them. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { UNCONFIRMED_DAYS } from './asking.ts';
import type { SubscriberRow } from './rows.ts';
import { RECEIPTS } from './schedule.ts';
import { hashOfEmail } from './suppressed.ts';

const DAY = 86_400_000;

/** Deletes subscribers with everything of theirs; in the list of suppressed addresses, only a hash is left. */
export async function forget(tx: Db, rows: Pick<SubscriberRow, 'id' | 'email' | 'token'>[]): Promise<void> {
  for (const { id, email, token } of rows) {
    for (const table of ['subscriptions', 'deliveries', 'delivered_issues'] as const)
      await tx.deleteFrom(table).where('subscriber', '=', id).execute();
    await tx.deleteFrom('subscribers').where('id', '=', id).execute();
    await tx
      .deleteFrom('outbox')
      .where('recipient', '=', email)
      .where('body', 'like', `%/subscriptions/${token}%`)
      .execute();
    await tx
      .updateTable('suppressions')
      .set({ email: null })
      .where('hash', '=', hashOfEmail(email))
      .execute();
  }
}

/**
 * Deletes subscribers whom nobody confirmed in time, receipts that are too old, and those who have unsubscribed and
 * have no receipts left.
 */
export async function pruneSubscribers(store: Store, now: number): Promise<void> {
  const old = now - RECEIPTS;
  await store.write.transaction().execute(async (tx) => {
    const unconfirmed = await tx
      .selectFrom('subscribers')
      .select(['id', 'email', 'token'])
      .where('state', '=', 'unconfirmed')
      .where('created_at', '<', now - UNCONFIRMED_DAYS * DAY)
      .limit(1000)
      .execute();
    await forget(tx, unconfirmed);
  });
  await store.write
    .deleteFrom('delivered_issues')
    .where('delivery', 'in', (e) =>
      e.selectFrom('deliveries').select('id').where('due_at', '<', old).where('state', '<>', 'queued'),
    )
    .execute();
  await store.write
    .deleteFrom('deliveries')
    .where('due_at', '<', old)
    .where('state', 'not in', ['queued', 'handing'])
    .execute();
  await store.write.transaction().execute(async (tx) => {
    const left = await tx
      .selectFrom('subscribers')
      .select(['id', 'email', 'token'])
      .where('state', '=', 'confirmed')
      .where('confirmed_at', '<', old)
      .where('next_due', 'is', null)
      .where((e) =>
        e.and([
          e.not(
            e.exists(
              e
                .selectFrom('subscriptions')
                .select('id')
                .whereRef('subscriptions.subscriber', '=', 'subscribers.id'),
            ),
          ),
          e.not(
            e.exists(
              e
                .selectFrom('deliveries')
                .select('id')
                .whereRef('deliveries.subscriber', '=', 'subscribers.id'),
            ),
          ),
        ]),
      )
      .limit(1000)
      .execute();
    await forget(tx, left);
  });
}
