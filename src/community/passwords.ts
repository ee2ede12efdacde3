/** Passwords, of which only a slow hash is kept (identity/passwords.ts makes it). */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { communityChange } from './change.ts';
import { keepWayIn } from './identities.ts';
import type { TellOwner } from './ways-mail.ts';

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
  tell?: TellOwner,
): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    const before = await tx.deleteFrom('passwords').where('account', '=', account).executeTakeFirstOrThrow();
    const had = before.numDeletedRows > 0n;
    if (hash === null) await keepWayIn(tx, account);
    else await tx.insertInto('passwords').values({ account, hash, changed_at: now }).execute();
    await tx.deleteFrom('sessions').where('account', '=', account).where('id', '!=', session).execute();
    if (had || hash !== null)
      await tell?.(
        tx,
        { account, way: 'A password', change: hash === null ? 'removed' : had ? 'changed' : 'added' },
        now,
      );
  });
}
