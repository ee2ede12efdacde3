/** The rows of a subscriber and of their lists, each changed within somebody else's transaction. */
import { randomBytes } from 'node:crypto';
import type { Turn } from '../papers/days.ts';
import type { Db } from '../store/schema.ts';
import { rowOfChoices, type SubscriberRow, type Subscription, subscriberOf, subscriptionOf } from './rows.ts';
import { lastEnded, nextDue } from './schedule.ts';
import { type Cadence, type Choices, LISTS, type List, type ListRef } from './types.ts';

/** Lists a subscriber has at most. */
export const MOST_SUBSCRIPTIONS = 30;

/** A list somebody wants. */
export interface Wanted extends ListRef {
  /** Lists of editions have their own. */
  cadence: Cadence;
}

export type SignUp = {
  email: string;
  lists: Wanted[];
  choices: Choices;
  /** How they came to ask: `form`, `account`, `import` … */
  origin: string;
};

/** Whether a text names a kind of list. */
export const isList = (text: string): text is List => (LISTS as readonly string[]).includes(text);

/** How often a list has an issue if it is one of editions; null: as its subscriber chooses. */
export const ownCadence = (list: List): Cadence | null =>
  list === 'daily' || list === 'weekly' || list === 'monthly' ? list : null;

export const rowById = (db: Db, id: number): Promise<SubscriberRow> =>
  db.selectFrom('subscribers').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** A subscriber's lists, the oldest first. */
export async function subscriptionsOf(db: Db, subscriber: number): Promise<Subscription[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('subscriber', '=', subscriber)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(subscriptionOf);
}

/** The row of an address, locked; a new one is unconfirmed. */
export async function obtain(
  tx: Db,
  { email, choices, origin }: Omit<SignUp, 'lists'>,
  now: number,
): Promise<SubscriberRow> {
  return tx
    .insertInto('subscribers')
    .values({
      // Random, so that two people signing up at once do not collide, and none is ever reused.
      id: randomBytes(6).readUIntBE(0, 6),
      email,
      account: null,
      state: 'unconfirmed',
      token: randomBytes(24).toString('base64url'),
      ...rowOfChoices(choices),
      origin,
      origin_at: now,
      created_at: now,
      confirmed_at: null,
      asked_at: null,
      next_due: null,
    })
    .onConflict((conflict) =>
      conflict.column('email').doUpdateSet((e) => ({ email: e.ref('excluded.email') })),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/**
 * Adds lists to a subscriber's. Their first issue is the next one to end. A list that is there already only changes how
 * often it comes.
 *
 * @returns how many were not there
 */
export async function addLists(
  tx: Db,
  subscriber: number,
  lists: readonly Wanted[],
  turn: Turn,
  now: number,
): Promise<number> {
  const there = await subscriptionsOf(tx, subscriber);
  let added = 0;
  let room = MOST_SUBSCRIPTIONS - there.length;
  for (const { list, subject, name, cadence } of lists) {
    const known = there.find((one) => one.list === list && one.subject === subject);
    const through = lastEnded(cadence, now, turn);
    if (known !== undefined) {
      if (known.cadence === cadence) continue;
      await tx.updateTable('subscriptions').set({ cadence, through }).where('id', '=', known.id).execute();
      continue;
    }
    if (room-- <= 0) break;
    added++;
    await tx
      .insertInto('subscriptions')
      .values({
        // In order: a mail has its sections in the order in which they were subscribed to.
        id: `${String(now).padStart(15, '0')}-${100 + MOST_SUBSCRIPTIONS - room}-${randomBytes(6).toString('hex')}`,
        subscriber,
        list,
        subject,
        name: name.slice(0, 300),
        cadence,
        created_at: now,
        through,
      })
      .onConflict((conflict) => conflict.columns(['subscriber', 'list', 'subject']).doNothing())
      .execute();
  }
  return added;
}

/** Confirms a subscriber, whose lists begin with what ends from now on. */
export async function confirmRow(
  tx: Db,
  row: SubscriberRow,
  turn: Turn,
  now: number,
): Promise<SubscriberRow> {
  for (const { id, cadence } of await subscriptionsOf(tx, row.id))
    await tx
      .updateTable('subscriptions')
      .set({ through: lastEnded(cadence, now, turn) })
      .where('id', '=', id)
      .execute();
  await tx
    .updateTable('subscribers')
    .set({ state: 'confirmed', confirmed_at: now })
    .where('id', '=', row.id)
    .execute();
  await reschedule(tx, row.id, turn, now);
  return rowById(tx, row.id);
}

/** Works out when a subscriber's next email is due. */
export async function reschedule(tx: Db, id: number, turn: Turn, now: number): Promise<void> {
  const row = await rowById(tx, id);
  const due =
    row.state === 'confirmed' ? nextDue(subscriberOf(row), await subscriptionsOf(tx, id), now, turn) : null;
  await tx.updateTable('subscribers').set({ next_due: due }).where('id', '=', id).execute();
}

/** Ends one subscription, or all, and cancels queued emails that contain nothing else. */
export async function endSubscriptions(
  tx: Db,
  subscriber: number,
  only: string | undefined,
  now: number,
): Promise<void> {
  let ended = tx.deleteFrom('subscriptions').where('subscriber', '=', subscriber);
  if (only !== undefined) ended = ended.where('id', '=', only);
  await ended.execute();
  let waiting = tx
    .updateTable('deliveries')
    .set({ state: 'suppressed', reason: 'You unsubscribed.', ended_at: now })
    .where('subscriber', '=', subscriber)
    .where('state', '=', 'queued');
  if (only !== undefined)
    // An email that also has something from another list is still sent.
    waiting = waiting.where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('delivered_issues')
            .innerJoin('issues', 'issues.id', 'delivered_issues.issue')
            .innerJoin('subscriptions', (join) =>
              join
                .onRef('subscriptions.list', '=', 'issues.list')
                .onRef('subscriptions.subject', '=', 'issues.subject'),
            )
            .select('issues.id')
            .whereRef('delivered_issues.delivery', '=', 'deliveries.id')
            .where('subscriptions.subscriber', '=', subscriber),
        ),
      ),
    );
  await waiting.execute();
}
