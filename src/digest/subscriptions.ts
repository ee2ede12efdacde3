/**
 * Searches that somebody wants to hear about. They are only stored for now; the digest is still to come, and will
 * first ask each address whether its owner wants this (`state`). The token is sent only in that email: somebody who
 * merely types in an address must learn neither the token nor whether the address is known here.
 */
import { randomBytes } from 'node:crypto';
import type { Store } from '../store/open.ts';

/** Days an unconfirmed subscription is kept after the last request for it. */
export const UNCONFIRMED_DAYS = 180;

export const CADENCES = ['daily', 'weekly'] as const;
export type Cadence = (typeof CADENCES)[number];

export interface Subscription {
  /** Its holder may see and cancel the subscription: 144 random bits, for links. Only ever sent to `email`. */
  token: string;
  /** In canonical form (email.ts). */
  email: string;
  /** The search as the query of its address, in canonical form: `q=multi-token&category=cs.CL`. */
  query: string;
  cadence: Cadence;
  state: 'unconfirmed' | 'confirmed';
  /** When it was last requested: epoch ms. */
  createdAt: number;
}

/** What pages need from it. */
export interface Subscriptions {
  /**
   * Stores a subscription. The same address and query is the same subscription, with the newest cadence; once
   * confirmed, only its owner can change it, with the link in the email.
   */
  keep(wish: Pick<Subscription, 'email' | 'query' | 'cadence'>): Promise<Subscription>;
  find(token: string): Promise<Subscription | null>;
  /** Deletes it. False: there is none. */
  withdraw(token: string): Promise<boolean>;
}

export function subscriptionsIn(store: Store, now: () => number = Date.now): Subscriptions {
  return {
    async keep({ email, query, cadence }) {
      // One statement, so that two at once give one row. No cached page shows these rows, so the change
      // log is not involved.
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

/** Deletes subscriptions that nobody has confirmed in time, and their addresses. */
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
