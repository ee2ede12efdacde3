/**
 * Who gets the digest. Somebody without an account types an address in, and is sent a link to a page with a button:
 * nothing else is mailed until its owner has pressed that. Whoever types the address learns nothing: neither whether it
 * is known here, nor the token in that link, which leads to everything about its subscriptions.
 */
import { randomBytes } from 'node:crypto';
import type { Config } from '../config.ts';
import { mailHost } from '../mail/mailer.ts';
import { queueMail } from '../mail/outbox.ts';
import { liftSuppression } from '../mail/suppressions.ts';
import type { Turn } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { confirmMail, moreMail } from './confirm-mail.ts';
import {
  deliveryOf,
  rowOfChoices,
  type SubscriberRow,
  type Subscription,
  subscriberOf,
  subscriptionOf,
} from './rows.ts';
import { lastEnded, nextDue, RECEIPTS } from './schedule.ts';
import { hashOfEmail, suppressedAmong } from './suppressed.ts';
import {
  type Cadence,
  type Choices,
  type Delivery,
  LISTS,
  type List,
  type ListRef,
  type Subscriber,
} from './types.ts';

export type { Subscription } from './rows.ts';

/** Days an unconfirmed subscriber is kept after the last request. */
export const UNCONFIRMED_DAYS = 180;
/** Lists a subscriber has at most. */
export const MOST_SUBSCRIPTIONS = 30;
const DAY = 86_400_000;

/** A list somebody wants. */
export interface Wanted extends ListRef {
  /** The lists of editions have their own. */
  cadence: Cadence;
}

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

export type SignUp = {
  email: string;
  lists: Wanted[];
  choices: Choices;
  /** How they came to ask: `form`, `account`, `import` … */
  origin: string;
};

export type Subscribers = ReturnType<typeof subscribersIn>;

/** Whether a site can send mail with links: otherwise, no digest is sent, and none is offered. */
export const sendsDigests = (config: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL'>): boolean =>
  config.SMTP_URL !== null && config.PUBLIC_URL !== null;

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
     * Signs an address up, and mails it a link that confirms this, once a day at most. Until then, the choices of an
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
            .set({ ...rowOfChoices(wish.choices), created_at: now() })
            .where('id', '=', row.id)
            .execute();
          await addLists(tx, row.id, wish.lists, turn, now());
        }
        await ask(tx, { ...row, created_at: now() }, isNew ? null : wish.lists, config, now());
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

const rowById = (db: Db, id: number): Promise<SubscriberRow> =>
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
      // At random, so that two who sign up at once do not want the same, and none is ever used again.
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

/** Finds out when a subscriber's next mail is due. */
export async function reschedule(tx: Db, id: number, turn: Turn, now: number): Promise<void> {
  const row = await rowById(tx, id);
  const due =
    row.state === 'confirmed' ? nextDue(subscriberOf(row), await subscriptionsOf(tx, id), now, turn) : null;
  await tx.updateTable('subscribers').set({ next_due: due }).where('id', '=', id).execute();
}

/**
 * Mails a link that confirms what was asked for, unless the address was mailed one in the last day, or gets no mail.
 *
 * @param more lists for a confirmed subscriber to add; null: to confirm the subscriber
 */
async function ask(
  tx: Db,
  row: SubscriberRow,
  more: Wanted[] | null,
  config: SubscriberOptions['config'],
  now: number,
): Promise<boolean> {
  if (!sendsDigests(config)) return false;
  if (row.asked_at !== null && row.asked_at > now - DAY) return false;
  if ((await suppressedAmong(tx, [row.email])).size > 0) return false;
  const site = { name: config.SITE_NAME, base: config.PUBLIC_URL! };
  const mail =
    more === null
      ? confirmMail(site, row, await subscriptionsOf(tx, row.id), UNCONFIRMED_DAYS)
      : moreMail(site, row, more);
  await queueMail(tx, mail, mailHost(config), now, now + 7 * DAY);
  await tx.updateTable('subscribers').set({ asked_at: now }).where('id', '=', row.id).execute();
  return true;
}

/** At most so many are asked in a round, so that an import does not fill the outbox. */
const ASKED_AT_ONCE = 50;

/**
 * Mails a link to those who have never been asked: imported, or signed up before the site could send mail.
 *
 * @returns how many
 */
export async function askUnconfirmed(
  store: Store,
  config: SubscriberOptions['config'],
  now: number,
): Promise<number> {
  if (!sendsDigests(config)) return 0;
  const rows = await store.read
    .selectFrom('subscribers')
    .select('id')
    .where('state', '=', 'unconfirmed')
    .where('asked_at', 'is', null)
    .orderBy('created_at')
    .limit(ASKED_AT_ONCE)
    .execute();
  let asked = 0;
  for (const { id } of rows)
    await store.inTurn(() =>
      store.write.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('subscribers')
          .set({ asked_at: now })
          .where('id', '=', id)
          .where('state', '=', 'unconfirmed')
          .where('asked_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row && (await ask(tx, { ...row, asked_at: null }, null, config, now))) asked++;
      }),
    );
  return asked;
}

/** Ends one subscription, or all, and what is queued of nothing else. */
async function endSubscriptions(
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
    // A mail that has something of another list is sent all the same.
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

/** Whether a text names a kind of list. */
export const isList = (text: string): text is List => (LISTS as readonly string[]).includes(text);

/** How often a list has an issue if it is one of editions; null: as its subscriber chooses. */
export const ownCadence = (list: List): Cadence | null =>
  list === 'daily' || list === 'weekly' || list === 'monthly' ? list : null;
