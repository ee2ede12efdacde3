/** Access tokens: what lets a program act for somebody, within its scopes. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { type Account, AccountError, accountById } from './accounts.ts';
import { hashOf, newId, newSecret } from './secrets.ts';

/** What a token may be allowed to do, and nothing else. */
export const SCOPES = ['read', 'vote', 'save', 'follow', 'comment', 'submit'] as const;
export type Scope = (typeof SCOPES)[number];

/** What every token begins with. */
export const PREFIX = 'bs_';
/** Tokens of one account. */
export const MOST_TOKENS = 50;

export interface Token {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: number;
  /** Null: never. */
  usedAt: number | null;
  expiresAt: number | null;
}

/**
 * Makes a token.
 *
 * @returns the token itself, which is shown this once
 * @throws AccountError if the account has too many, or no scope is given
 */
export async function createToken(
  store: Store,
  account: number,
  { name, scopes, expiresAt = null }: { name: string; scopes: Scope[]; expiresAt?: number | null },
  now: number,
): Promise<{ token: string; id: string }> {
  if (scopes.length === 0) throw new AccountError('A token needs at least one scope.');
  const { count } = await store.read
    .selectFrom('access_tokens')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST_TOKENS)
    throw new AccountError(`An account has at most ${MOST_TOKENS} tokens: revoke one first.`);
  const { secret, hash } = newSecret(PREFIX);
  const id = newId();
  await store.write
    .insertInto('access_tokens')
    .values({
      hash,
      id,
      account,
      name: name.slice(0, 100),
      scopes: JSON.stringify([...new Set(scopes)]),
      created_at: now,
      used_at: null,
      expires_at: expiresAt,
    })
    .execute();
  return { token: secret, id };
}

/** How often it is noted that a token was used, ms. */
const NOTED = 60_000;

/** For whom a token acts, and with which scopes; null: it is not valid, or no longer. */
export async function bearerOf(
  store: Store,
  token: string,
  now: number,
): Promise<{ account: Account; scopes: Scope[] } | null> {
  if (!token.startsWith(PREFIX)) return null;
  const row = await store.read
    .selectFrom('access_tokens')
    .selectAll()
    .where('hash', '=', hashOf(token))
    .executeTakeFirst();
  if (!row || (row.expires_at !== null && row.expires_at <= now)) return null;
  const account = await accountById(store.read, row.account);
  if (!account || account.state === 'banned') return null;
  if ((row.used_at ?? 0) < now - NOTED)
    await store.write
      .updateTable('access_tokens')
      .set({ used_at: now })
      .where('hash', '=', row.hash)
      .execute();
  return { account, scopes: JSON.parse(row.scopes) as Scope[] };
}

/** Tokens of an account, the newest first. */
export async function tokensOf(db: Db, account: number): Promise<Token[]> {
  const rows = await db
    .selectFrom('access_tokens')
    .selectAll()
    .where('account', '=', account)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: JSON.parse(row.scopes) as Scope[],
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
  }));
}

/** Ends a token. False: the account has none with this id. */
export async function revokeToken(store: Store, account: number, id: string): Promise<boolean> {
  const { numDeletedRows } = await store.write
    .deleteFrom('access_tokens')
    .where('account', '=', account)
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0;
}
