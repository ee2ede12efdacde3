/** Passkeys: the public halves of keys with which people sign in. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { AccountError, cleanName } from './accounts.ts';
import { communityChange } from './change.ts';
import { keepWayIn } from './identities.ts';
import type { TellOwner } from './ways-mail.ts';

export interface Passkey {
  /** The credential's id, base64url. */
  id: string;
  account: number;
  /** As its owner calls it. */
  name: string;
  /** COSE, base64url. */
  publicKey: string;
  /** How often it has been used, if it counts. */
  counter: number;
  transports: string[];
  createdAt: number;
  usedAt: number | null;
}

/** Passkeys of one account. */
export const MOST_PASSKEYS = 20;

/** @throws AccountError if the account has too many, or somebody has added it already */
export async function addPasskey(
  store: Store,
  passkey: Pick<Passkey, 'id' | 'account' | 'name' | 'publicKey' | 'counter' | 'transports'>,
  now: number,
  tell?: TellOwner,
): Promise<void> {
  const { id, account, publicKey, counter, transports } = passkey;
  await communityChange(store, async ({ tx }) => {
    const known = await tx.selectFrom('passkeys').select('id').where('id', '=', id).executeTakeFirst();
    if (known) throw new AccountError('This passkey has already been added.');
    if ((await passkeysOf(tx, account)).length >= MOST_PASSKEYS)
      throw new AccountError(`An account can have at most ${MOST_PASSKEYS} passkeys: remove one first.`);
    await tx
      .insertInto('passkeys')
      .values({
        id,
        account,
        name: cleanName(passkey.name.slice(0, 60)) ?? 'Passkey',
        public_key: publicKey,
        counter,
        transports: JSON.stringify(transports),
        created_at: now,
        used_at: null,
      })
      .execute();
    await tell?.(tx, { account, way: 'A passkey', change: 'added' }, now);
  });
}

export async function passkeyById(db: Db, id: string): Promise<Passkey | null> {
  const row = await db.selectFrom('passkeys').selectAll().where('id', '=', id).executeTakeFirst();
  return row ? passkeyOf(row) : null;
}

/** The passkeys of an account, oldest first. */
export async function passkeysOf(db: Db, account: number): Promise<Passkey[]> {
  const rows = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(passkeyOf);
}

/** Records that a passkey was used to sign in. */
export async function usedPasskey(store: Store, id: string, counter: number, now: number): Promise<void> {
  await store.write.updateTable('passkeys').set({ counter, used_at: now }).where('id', '=', id).execute();
}

/** Renames one of an account's passkeys. */
export async function namePasskey(store: Store, account: number, id: string, name: string): Promise<void> {
  const clean = cleanName(name.slice(0, 60));
  if (clean === null) throw new AccountError('A passkey needs a name.');
  await store.write
    .updateTable('passkeys')
    .set({ name: clean })
    .where('id', '=', id)
    .where('account', '=', account)
    .execute();
}

/** @throws AccountError if its owner could no longer sign in */
export async function removePasskey(
  store: Store,
  account: number,
  id: string,
  now: number,
  tell?: TellOwner,
): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    const gone = await tx
      .deleteFrom('passkeys')
      .where('id', '=', id)
      .where('account', '=', account)
      .executeTakeFirstOrThrow();
    if (gone.numDeletedRows === 0n) return;
    await keepWayIn(tx, account);
    await tell?.(tx, { account, way: 'A passkey', change: 'removed' }, now);
  });
}

const passkeyOf = (row: {
  id: string;
  account: number;
  name: string;
  public_key: string;
  counter: number;
  transports: string;
  created_at: number;
  used_at: number | null;
}): Passkey => ({
  id: row.id,
  account: row.account,
  name: row.name,
  publicKey: row.public_key,
  counter: row.counter,
  transports: JSON.parse(row.transports) as string[],
  createdAt: row.created_at,
  usedAt: row.used_at,
});
