/** Sessions: browsers in which somebody is signed in. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { type Account, accountById } from './accounts.ts';
import { hashOf, newId, newSecret } from './secrets.ts';

const DAY = 86_400_000;
/** A session ends so long (ms) after it was last used, and so long after signing in at the latest. */
export const IDLE = 30 * DAY;
export const LONGEST = 180 * DAY;
/** When it was last used is noted no more often than this (ms). */
const NOTED = 3_600_000;

export interface Session {
  id: string;
  createdAt: number;
  seenAt: number;
  /** What the browser calls itself. */
  browser: string;
}

/** Whether it is to be noted that a session is in use. */
export const isDue = ({ seenAt }: Pick<Session, 'seenAt'>, now: number): boolean => seenAt < now - NOTED;

/** Signs somebody in. @returns the secret for the cookie */
export async function openSession(
  store: Store,
  account: number,
  browser: string,
  now: number,
): Promise<string> {
  const { secret, hash } = newSecret();
  await store.write
    .insertInto('sessions')
    .values({
      hash,
      id: newId(),
      account,
      created_at: now,
      seen_at: now,
      expires_at: now + IDLE,
      browser: browser.slice(0, 300),
    })
    .execute();
  return secret;
}

/** Who is signed in with a secret, and where; null: nobody. */
export async function sessionOf(
  store: Store,
  secret: string,
  now: number,
): Promise<{ account: Account; session: Session } | null> {
  const row = await store.read
    .selectFrom('sessions')
    .selectAll()
    .where('hash', '=', hashOf(secret))
    .executeTakeFirst();
  if (!row || row.expires_at <= now) return null;
  const account = await accountById(store.read, row.account);
  if (!account || account.state === 'banned') return null;
  const session = sessionFrom(row);
  if (isDue(session, now)) {
    const expires = Math.min(now + IDLE, row.created_at + LONGEST);
    await store.write
      .updateTable('sessions')
      .set({ seen_at: now, expires_at: expires })
      .where('hash', '=', row.hash)
      .execute();
  }
  return { account, session };
}

/** Where an account is signed in, the session used last first. */
export async function sessionsOf(db: Db, account: number, now: number): Promise<Session[]> {
  const rows = await db
    .selectFrom('sessions')
    .selectAll()
    .where('account', '=', account)
    .where('expires_at', '>', now)
    .orderBy('seen_at', 'desc')
    .execute();
  return rows.map(sessionFrom);
}

/** Ends a session of an account; without an id, all of them. @returns how many */
export async function endSessions(store: Store, account: number, id?: string): Promise<number> {
  let ended = store.write.deleteFrom('sessions').where('account', '=', account);
  if (id !== undefined) ended = ended.where('id', '=', id);
  return Number((await ended.executeTakeFirstOrThrow()).numDeletedRows);
}

/** Forgets sessions that are over. */
export async function pruneSessions(store: Store, now: number): Promise<void> {
  await store.write.deleteFrom('sessions').where('expires_at', '<=', now).execute();
}

/** A row of the table as a session. */
export const sessionFrom = (row: {
  id: string;
  created_at: number;
  seen_at: number;
  browser: string;
}): Session => ({
  id: row.id,
  createdAt: row.created_at,
  seenAt: row.seen_at,
  browser: row.browser,
});
