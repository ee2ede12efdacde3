/** Passwords, of which only a slow hash is kept (identity/passwords.ts makes it). */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { communityChange } from './change.ts';
import { keepWayIn } from './identities.ts';

/** The hash of an account's password; null: it has none. */
export async function passwordHash(db: Db, account: number): Promise<string | null> {
  const row = await db
    .selectFrom('passwords')
    .select('hash')
    .where('account', '=', account)
    .executeTakeFirst();
  return row?.hash ?? null;
}

/**
 * Sets an account's password, or removes it (null). All its other sessions end, so the old password gives no access.
 *
 * @param session the one that stays
 * @throws AccountError if its owner could no longer sign in
 */
export async function setPassword(
  store: Store,
  account: number,
  hash: string | null,
  session: string,
  now: number,
): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    await tx.deleteFrom('passwords').where('account', '=', account).execute();
    if (hash === null) await keepWayIn(tx, account);
    else await tx.insertInto('passwords').values({ account, hash, changed_at: now }).execute();
    await tx.deleteFrom('sessions').where('account', '=', account).where('id', '!=', session).execute();
  });
}
