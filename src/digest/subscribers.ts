/**
 * Who gets the digest. Somebody without an account types an address in, and is sent a link to a page with a button:
 * nothing else is mailed until its owner has pressed that. Whoever types the address learns nothing: neither whether it
 * is known here, nor the token in that link, which leads to everything about its subscriptions.
 */
import type { Config } from '../config.ts';
import { liftSuppression } from '../mail/suppressions.ts';
import type { Turn } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { ask, sendsDigests } from './asking.ts';
import { forget } from './forgetting.ts';
import {
  addLists,
  confirmRow,
  endSubscriptions,
  obtain,
  reschedule,
  rowById,
  type SignUp,
  subscriptionsOf,
  type Wanted,
} from './lists.ts';
import { deliveryOf, rowOfChoices, type SubscriberRow, type Subscription, subscriberOf } from './rows.ts';
import { RECEIPTS } from './schedule.ts';
import { suppressedAmong } from './suppressed.ts';
import type { Choices, Delivery, Subscriber } from './types.ts';

export { UNCONFIRMED_DAYS } from './asking.ts';
export type { SignUp, Wanted } from './lists.ts';
export type { Subscription } from './rows.ts';

/** A subscriber with all that is theirs. */
export interface Known {
  subscriber: Subscriber;
  subscriptions: Subscription[];
  /** Why the address gets no mail; null: it does. */
  suppressed: string | null;
}

export interface SubscriberOptions {
  store: Store;
  config: Pick<
    Config,
    'SMTP_URL' | 'PUBLIC_URL' | 'SITE_NAME' | 'EDITION_TIMEZONE' | 'EDITION_TURN' | 'MAIL_FROM'
  >;
  now(): number;
}

export type Subscribers = ReturnType<typeof subscribersIn>;

/** What somebody gets who has chosen nothing: mornings, every day, as long as there is something. */
export const usualChoices = (timeZone: string): Choices => ({
  timeZone,
  days: 127,
  minute: 7 * 60,
  leastVotes: 0,
  mostPapers: 10,
  without: [],
  again: false,
  quiet: 'silent',
});

/** The subscribers of a site. */
export function subscribersIn({ store, config, now }: SubscriberOptions) {
  const turn: Turn = { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN };
  const change = <T>(work: (tx: Db) => Promise<T>): Promise<T> =>
    store.inTurn(() => store.write.transaction().execute(work));
  /** A change to the subscriber with a token, whose row is locked; null: there is none. */
  const changeOf = <T>(token: string, work: (tx: Db, row: SubscriberRow) => Promise<T>): Promise<T | null> =>
    change(async (tx) => {
      const row = await tx
        .updateTable('subscribers')
        .set((e) => ({ token: e.ref('token') }))
        .where('token', '=', token)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : work(tx, row);
    });
  const known = async (db: Db, row: SubscriberRow): Promise<Known> => ({
    subscriber: subscriberOf(row),
    subscriptions: await subscriptionsOf(db, row.id),
    suppressed: (await suppressedAmong(db, [row.email])).get(row.email) ?? null,
  });

  return {
    sendsMail: sendsDigests(config),

    /**
     * Signs an address up, and mails it a link that confirms this, once a day at most and then less often. Until then, the choices of an
     * address that is not confirmed are those made last. One that is confirmed keeps its own; its owner is mailed a link
     * that adds the lists.
     */
    async signUp(wish: SignUp): Promise<void> {
      await change(async (tx) => {
        const row = await obtain(tx, wish, now());
        const isNew = row.state === 'unconfirmed';
        if (isNew) {
          await tx
            .updateTable('subscribers')
            .set({
              ...rowOfChoices(wish.choices),
              created_at: now(),
              // Requested in a different way than before: that counts as consent, from now on.
              ...(row.origin !== wish.origin && { origin: wish.origin, origin_at: now() }),
            })
            .where('id', '=', row.id)
            .execute();
          await addLists(tx, row.id, wish.lists, turn, now());
        }
        const origin_at = row.origin === wish.origin ? row.origin_at : now();
        await ask(tx, { ...row, origin_at }, isNew ? null : wish.lists, config, now());
      });
    },

    /** Confirms a subscriber, once or again. Null: there is no such token. */
    confirm: (token: string): Promise<Known | null> =>
      changeOf(token, async (tx, row) => {
        if (row.state === 'unconfirmed') await confirmRow(tx, row, turn, now());
        return known(tx, await rowById(tx, row.id));
      }),

    /** Null: there is none. */
    async find(token: string): Promise<Known | null> {
      const row = await store.read
        .selectFrom('subscribers')
        .selectAll()
        .where('token', '=', token)
        .executeTakeFirst();
      return row ? known(store.read, row) : null;
    },

    /** By an address in canonical form. */
    async byEmail(email: string): Promise<Known | null> {
      const row = await store.read
        .selectFrom('subscribers')
        .selectAll()
        .where('email', '=', email)
        .executeTakeFirst();
      return row ? known(store.read, row) : null;
    },

    /** The subscriber of an account. */
    async ofAccount(account: number): Promise<Known | null> {
      const row = await store.read
        .selectFrom('subscribers')
        .selectAll()
        .where('account', '=', account)
        .orderBy('id')
        .executeTakeFirst();
      return row ? known(store.read, row) : null;
    },

    /**
     * Subscribes an account with a verified address: nothing is mailed. What somebody else asked for in its name while
     * the address was unconfirmed is forgotten.
     */
    subscribeAccount: (
      { id, email }: { id: number; email: string },
      lists: Wanted[],
      choices: Choices,
    ): Promise<Known> =>
      change(async (tx) => {
        const own = await tx
          .selectFrom('subscribers')
          .selectAll()
          .where('account', '=', id)
          .orderBy('id')
          .executeTakeFirst();
        let row = own ?? (await obtain(tx, { email, choices, origin: 'account' }, now()));
        if (row.state === 'unconfirmed') {
          await tx.deleteFrom('subscriptions').where('subscriber', '=', row.id).execute();
          await tx
            .updateTable('subscribers')
            .set({ ...rowOfChoices(choices), origin: 'account', origin_at: now() })
            .where('id', '=', row.id)
            .execute();
          row = await confirmRow(tx, row, turn, now());
        }
        await tx.updateTable('subscribers').set({ account: id }).where('id', '=', row.id).execute();
        await addLists(tx, row.id, lists, turn, now());
        await reschedule(tx, row.id, turn, now());
        return known(tx, await rowById(tx, row.id));
      }),

    /** Changes what a subscriber has chosen. False: there is no such token. */
    choose: async (token: string, choices: Partial<Choices>): Promise<boolean> =>
      (await changeOf(token, async (tx, row) => {
        await tx
          .updateTable('subscribers')
          .set(rowOfChoices({ ...subscriberOf(row), ...choices }))
          .where('id', '=', row.id)
          .execute();
        await reschedule(tx, row.id, turn, now());
        return true;
      })) ?? false,

    /** Adds lists to a confirmed subscriber's, or changes how often they come. @returns false: there is no such token */
    add: async (token: string, lists: Wanted[]): Promise<boolean> =>
      (await changeOf(token, async (tx, row) => {
        await addLists(tx, row.id, lists, turn, now());
        await reschedule(tx, row.id, turn, now());
        return true;
      })) ?? false,

    /**
     * Ends subscriptions, and what is queued of them. Asked again, it does nothing more.
     *
     * @param only the id of one; absent: all
     * @returns false: there is no such token
     */
    unsubscribe: async (token: string, only?: string): Promise<boolean> =>
      (await changeOf(token, async (tx, row) => {
        await endSubscriptions(tx, row.id, only, now());
        await reschedule(tx, row.id, turn, now());
        return true;
      })) ?? false,

    /** Mail to a suppressed address is tried again, unless the operator decided. False: there is no such token. */
    resume: async (token: string): Promise<boolean> =>
      (await changeOf(token, async (tx, row) => {
        await liftSuppression(tx, row.email, 'owner');
        return true;
      })) ?? false,

    /** Deletes everything about a subscriber. Of an address that gets no mail, a hash is left. False: no such token. */
    remove: async (token: string): Promise<boolean> =>
      (await changeOf(token, async (tx, row) => {
        await forget(tx, [row]);
        return true;
      })) ?? false,

    /** The mails due to a subscriber in the last 90 days, the newest first. */
    async receipts(subscriber: number, limit = 500): Promise<Delivery[]> {
      const rows = await store.read
        .selectFrom('deliveries')
        .selectAll()
        .where('subscriber', '=', subscriber)
        .where('due_at', '>', now() - RECEIPTS)
        .orderBy('due_at', 'desc')
        .limit(limit)
        .execute();
      return rows.map(deliveryOf);
    },

    /** One of them; null: there is none, or it is somebody else's. */
    async receipt(subscriber: number, id: string): Promise<Delivery | null> {
      const row = await store.read
        .selectFrom('deliveries')
        .selectAll()
        .where('id', '=', id)
        .where('subscriber', '=', subscriber)
        .executeTakeFirst();
      return row ? deliveryOf(row) : null;
    },
  };
}
