/**
 * Accounts at other services, by which people sign in here. Such an identity is the service (its issuer) and what it
 * calls the person (the subject), never an email address: those change hands, and some services let people claim any.
 */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { type Account, AccountError, accountByEmail, accountById, addAccount } from './accounts.ts';
import { communityChange } from './change.ts';
import { SignInRefused } from './sign-ins.ts';
import type { TellOwner } from './ways-mail.ts';

/** What a service says about somebody who has just signed in there. */
export interface Proven {
  issuer: string;
  subject: string;
  /** In one spelling (net/email.ts). */
  email: string | null;
  /** The service has made sure that the address is theirs. */
  isEmailVerified: boolean;
}

export interface Identity {
  issuer: string;
  subject: string;
  email: string | null;
  createdAt: number;
  usedAt: number;
}

/** Identities of one account. */
const MOST_IDENTITIES = 20;

export type Entry =
  /** They have an account here. */
  | { state: 'known'; account: Account }
  /** They may have one, once they have given a name. */
  | { state: 'new' };

export interface Entering {
  /** The account that asked to be connected; null: nobody was signed in. */
  as: number | null;
  /** Whether people without an account may create one. */
  mayJoin: boolean;
  /** The name of a new person. */
  displayName?: string;
  /** Called when an existing account gets connected. */
  tell?: TellOwner | undefined;
}

/**
 * Signs in a person who has signed in with a service. Their identity is already connected, or gets connected to
 *
 * - the account that is signed in here and asked for it;
 * - the account with the same email address, but only if both sides have verified it. If only one has, somebody who
 *   claimed another's address, here or there, would get or share their account;
 * - a new account, where the site lets people join.
 *
 * @throws SignInRefused saying what to do instead
 * @throws AccountError if somebody new gives no usable name
 */
export async function enterBy(
  store: Store,
  proven: Proven,
  { as, mayJoin, displayName, tell }: Entering,
  now: number,
): Promise<Entry> {
  return communityChange(store, async ({ tx }) => {
    const { issuer, subject, isEmailVerified } = proven;
    const known = await tx
      .updateTable('identities')
      .set({ used_at: now })
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .returning('account')
      .executeTakeFirst();
    if (known) {
      if (as !== null && as !== known.account)
        throw new SignInRefused('That account is already connected to somebody else here.');
      return { state: 'known', account: await admitted(tx, known.account) };
    }
    if (as !== null) {
      const account = await admitted(tx, as);
      await connect(tx, account.id, proven, now);
      await tell?.(tx, { account: account.id, way: wayOf(issuer), change: 'added' }, now);
      return { state: 'known', account };
    }
    // An address that the service has not verified says nothing about whose it is.
    const email = isEmailVerified ? proven.email : null;
    const same = email === null ? null : await accountByEmail(tx, email);
    if (same?.emailVerified) {
      const account = await admitted(tx, same.id);
      await connect(tx, account.id, proven, now);
      await tell?.(tx, { account: account.id, way: wayOf(issuer), change: 'added' }, now);
      return { state: 'known', account };
    }
    if (same)
      throw new SignInRefused(
        'There is an account with your email address, but the address has not been verified here. Sign in to that account first, then connect the service in your settings.',
      );
    if (!mayJoin)
      throw new SignInRefused(
        'This is not connected to any account here, and new accounts are by invitation only. If you have an account, sign in to it first, then connect the service in your settings.',
      );
    if (displayName === undefined) return { state: 'new' };
    const account = await addAccount(tx, { displayName, email, emailVerified: email !== null }, now);
    await connect(tx, account.id, proven, now);
    return { state: 'known', account };
  });
}

const wayOf = (issuer: string): string =>
  `The sign-in with ${URL.canParse(issuer) ? new URL(issuer).host : issuer}`;

/** An account that may come in. @throws SignInRefused */
async function admitted(tx: Db, id: number): Promise<Account> {
  const account = await accountById(tx, id);
  if (!account) throw new SignInRefused('This account no longer exists.');
  if (account.state === 'banned') throw new SignInRefused('This account has been banned.');
  return account;
}

async function connect(
  tx: Db,
  account: number,
  { issuer, subject, email }: Proven,
  now: number,
): Promise<void> {
  if ((await identitiesOf(tx, account)).length >= MOST_IDENTITIES)
    throw new SignInRefused(`An account can be connected to at most ${MOST_IDENTITIES} others.`);
  await tx
    .insertInto('identities')
    .values({ issuer, subject, account, email, created_at: now, used_at: now })
    .execute();
}

/** What an account is connected to, oldest first. */
export async function identitiesOf(db: Db, account: number): Promise<Identity[]> {
  const rows = await db
    .selectFrom('identities')
    .selectAll()
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('issuer')
    .execute();
  return rows.map(({ issuer, subject, email, created_at, used_at }) => ({
    issuer,
    subject,
    email,
    createdAt: created_at,
    usedAt: used_at,
  }));
}

/** Disconnects an account from another. @throws AccountError if its owner could no longer sign in */
export async function disconnect(
  store: Store,
  account: number,
  { issuer, subject }: Pick<Identity, 'issuer' | 'subject'>,
  now: number,
  tell?: TellOwner,
): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    const gone = await tx
      .deleteFrom('identities')
      .where('account', '=', account)
      .where('issuer', '=', issuer)
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow();
    await keepWayIn(tx, account);
    if (gone.numDeletedRows > 0n) await tell?.(tx, { account, way: wayOf(issuer), change: 'removed' }, now);
  });
}

/** Refuses to take an account's last way in, as a part of the change that would. @throws AccountError */
export async function keepWayIn(tx: Db, account: number): Promise<void> {
  const owner = await accountById(tx, account);
  if (!owner || owner.email !== null) return;
  for (const table of ['identities', 'passkeys', 'passwords'] as const) {
    const way = await tx
      .selectFrom(table)
      .select('account')
      .where('account', '=', account)
      .executeTakeFirst();
    if (way) return;
  }
  throw new AccountError('This is the only way you can sign in: add another one first.');
}
