/**
 * Searches that somebody wants to hear of. They are kept now; the digest that sends mail is to come, and will
 * first ask each address whether its owner wants this (`state`). The token goes out in that mail alone: whoever
 * merely types an address in must learn neither the token nor whether the address is known here.
 */
import { randomBytes } from 'node:crypto';
import type { Store } from '../store/open.ts';

/** Days an unconfirmed subscription is kept after it was last asked for. */
export const UNCONFIRMED_DAYS = 180;

export const CADENCES = ['daily', 'weekly'] as const;
export type Cadence = (typeof CADENCES)[number];

export interface Subscription {
  /** Whoever has it may see and end the subscription: 144 random bits, for links. Only ever sent to `email`. */
  token: string;
  /** In one spelling (email.ts). */
  email: string;
  /** The search as the query of its address, in one spelling: `q=multi-token&category=cs.CL`. */
  query: string;
  cadence: Cadence;
  state: 'unconfirmed' | 'confirmed';
  /** When it was last asked for: epoch ms. */
  createdAt: number;
}

/** What the pages ask of it. */
export interface Subscriptions {
  /**
   * Keeps a subscription. The same address and query again is the same subscription, with the cadence that was
   * said last; once confirmed, its owner alone may change it, by the link in the mail.
   */
  keep(wish: Pick<Subscription, 'email' | 'query' | 'cadence'>): Promise<Subscription>;
  find(token: string): Promise<Subscription | null>;
  /** Forgets it. False: there is none. */
  withdraw(token: string): Promise<boolean>;
}

export function subscriptionsIn(store: Store, now: () => number = Date.now): Subscriptions {
  return {
    async keep({ email, query, cadence }) {
      // One statement, so that two at once are one row. No page shows these rows from the cache: the change
      // log is not touched.
      await store.write
        .insertInto('search_subscriptions')
        .values({
          token: randomBytes(18).toString('base64url'),
          email,
          query,
          cadence,
          state: 'unconfirmed',
          created_at: now(),
        })
        .onConflict((conflict) =>
          conflict
            .columns(['email', 'query'])
            .doUpdateSet({ cadence, created_at: now() })
            .where('search_subscriptions.state', '=', 'unconfirmed'),
        )
        .execute();
      const row = await store.write
        .selectFrom('search_subscriptions')
        .selectAll()
        .where('email', '=', email)
        .where('query', '=', query)
        .executeTakeFirstOrThrow();
      return subscriptionOf(row);
    },
    async find(token) {
      const row = await store.read
        .selectFrom('search_subscriptions')
        .selectAll()
        .where('token', '=', token)
        .executeTakeFirst();
      return row ? subscriptionOf(row) : null;
    },
    async withdraw(token) {
      const { numDeletedRows } = await store.write
        .deleteFrom('search_subscriptions')
        .where('token', '=', token)
        .executeTakeFirstOrThrow();
      return numDeletedRows > 0;
    },
  };
}

/** Forgets subscriptions that nobody has confirmed in time, and the addresses with them. */
export async function pruneSubscriptions(store: Store, now: number): Promise<void> {
  await store.write
    .deleteFrom('search_subscriptions')
    .where('state', '=', 'unconfirmed')
    .where('created_at', '<', now - UNCONFIRMED_DAYS * 86_400_000)
    .execute();
}

const subscriptionOf = (row: {
  token: string;
  email: string;
  query: string;
  cadence: string;
  state: string;
  created_at: number;
}): Subscription => ({
  token: row.token,
  email: row.email,
  query: row.query,
  cadence: row.cadence as Cadence,
  state: row.state as Subscription['state'],
  createdAt: row.created_at,
});
