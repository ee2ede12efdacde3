/**
 * The daily token budget, kept in the database so that it holds across restarts and processes. A call first takes the
 * most it can cost and returns what it did not use; one that is killed returns nothing.
 */
import { sql } from 'kysely';
import type { Store } from '../store/open.ts';

/** The day that tokens count for: in UTC. @param now epoch ms */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** What a call has taken. */
export interface Taken {
  day: string;
  tokens: number;
}

/**
 * Takes some of today's tokens; null: not enough are left. One statement, so that two processes cannot take the same.
 *
 * @param limit tokens a day; 0: no limit
 */
export async function take(
  store: Store,
  { tokens, limit, now }: { tokens: number; limit: number; now: number },
): Promise<Taken | null> {
  const day = dayOf(now);
  if (limit > 0 && tokens > limit) return null;
  const most = limit > 0 ? limit - tokens : Number.MAX_SAFE_INTEGER / 2;
  const { rows } = await sql`INSERT INTO model_tokens (day, used, requests) VALUES (${day}, ${tokens}, 1)
    ON CONFLICT (day) DO UPDATE SET used = model_tokens.used + excluded.used, requests = model_tokens.requests + 1
    WHERE model_tokens.used <= ${most} RETURNING used`.execute(store.write);
  return rows.length > 0 ? { day, tokens } : null;
}

/** Records what a call really cost. @param used null: unknown, so it counts as the most it could have cost */
export async function settle(store: Store, { day, tokens }: Taken, used: number | null): Promise<void> {
  if (used === null || used === tokens) return;
  await sql`UPDATE model_tokens SET used = used + ${used - tokens} WHERE day = ${day}`.execute(store.write);
}

/** The budget that calls are paid from. */
export interface Budget {
  /** Takes tokens; null: not enough are left today. */
  take(tokens: number): Promise<Taken | null>;
  /** Gives back what was not used. */
  settle(taken: Taken, used: number | null): Promise<void>;
}

/** The budget in a database. @param limit tokens a day; 0: no limit */
export const budgetIn = (store: Store, limit: number, now: () => number): Budget => ({
  take: (tokens) => take(store, { tokens, limit, now: now() }),
  settle: (taken, used) => settle(store, taken, used),
});

/** Tokens used today, and requests. */
export async function usedToday(store: Store, now: number): Promise<{ used: number; requests: number }> {
  const row = await store.read
    .selectFrom('model_tokens')
    .select(['used', 'requests'])
    .where('day', '=', dayOf(now))
    .executeTakeFirst();
  return { used: Number(row?.used ?? 0), requests: Number(row?.requests ?? 0) };
}

/** How long days are remembered (ms). */
const KEPT = 90 * 86_400_000;

/** Deletes days that nobody asks about any more. */
export const pruneTokens = async (store: Store, now: number): Promise<void> => {
  await store.write
    .deleteFrom('model_tokens')
    .where('day', '<', dayOf(now - KEPT))
    .execute();
};

/** The most tokens a text can have: no tokeniser makes more of them than there are bytes. */
export const mostTokens = (...texts: string[]): number =>
  texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 16, 0);
