/**
 * Links that sign somebody in, once. Opening one changes nothing (mail scanners open every link): only the form on the
 * page behind it spends it.
 */
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { type Account, accountByEmail, accountById, addAccount, hasAdmin, type Role } from './accounts.ts';
import { communityChange } from './change.ts';
import { hashOf, newSecret } from './secrets.ts';

/** How long a link that was mailed, and one that an admin hands over, can be used, ms. */
export const MAILED = 60 * 60_000;
export const HANDED_OVER = 7 * 86_400_000;

export type LinkFor =
  /** An account there is. */
  | { account: number }
  /** The owner of an address; an account is made for them if there is none. */
  | { email: string }
  /** Somebody new, for whom an account with this role is made. */
  | { role: Role };

/** Makes a link. @returns its secret, for `/sign-in/{secret}` */
export async function makeLink(store: Store, whose: LinkFor, now: number, lasts = MAILED): Promise<string> {
  const { secret, hash } = newSecret();
  await communityChange(store, async ({ tx }) => {
    await tx.deleteFrom('sign_in_links').where('expires_at', '<', now).execute();
    await tx
      .insertInto('sign_in_links')
      .values({
        hash,
        account: 'account' in whose ? whose.account : null,
        email: 'email' in whose ? whose.email : null,
        role: 'role' in whose ? whose.role : 'member',
        created_at: now,
        expires_at: now + lasts,
        used_at: null,
      })
      .execute();
  });
  return secret;
}

/** What a link does. `open`: it signs somebody in; `new`: it makes an account for somebody who has not given a name yet. */
export type LinkState = 'unknown' | 'used' | 'expired' | 'open' | 'new';

export interface FoundLink {
  state: LinkState;
  /** `new`: the role of the account it makes. */
  role: Role;
}

/** Looks a link up. Changes nothing. */
export async function lookAtLink(db: Db, secret: string, now: number): Promise<FoundLink> {
  const row = await db
    .selectFrom('sign_in_links')
    .select(['account', 'email', 'role', 'used_at', 'expires_at'])
    .where('hash', '=', hashOf(secret))
    .executeTakeFirst();
  if (!row) return { state: 'unknown', role: 'member' };
  const stateOf = async (): Promise<LinkState> => {
    if (row.used_at !== null) return 'used';
    if (row.expires_at <= now || (makesFirstAdmin(row) && (await hasAdmin(db)))) return 'expired';
    if (row.account !== null) return 'open';
    return row.email === null || !(await accountByEmail(db, row.email)) ? 'new' : 'open';
  };
  return { state: await stateOf(), role: row.role as Role };
}

/** Whether it is a link that a site prints while it has no administrator: the first one used makes all others void. */
const makesFirstAdmin = ({
  account,
  email,
  role,
}: Pick<Schema['sign_in_links'], 'account' | 'email' | 'role'>): boolean =>
  account === null && email === null && role === 'admin';

/** Somebody cannot sign in; the message says why. */
export class SignInRefused extends Error {
  override name = 'SignInRefused';
}

export interface Spending {
  /** Whether an account may be made for an address without one. */
  mayJoin: boolean;
  /** The name of a new person. */
  displayName?: string;
}

/**
 * Spends a link.
 *
 * @throws SignInRefused
 * @throws AccountError if somebody new gives no usable name; the link is not spent
 */
export async function spendLink(
  store: Store,
  secret: string,
  now: number,
  { mayJoin, displayName = '' }: Spending,
): Promise<Account> {
  return communityChange(store, async ({ tx }) => {
    const hash = hashOf(secret);
    const link = await tx.selectFrom('sign_in_links').selectAll().where('hash', '=', hash).executeTakeFirst();
    if (!link) throw new SignInRefused('This link is not valid.');
    if (link.used_at !== null) throw new SignInRefused('This link has been used already.');
    if (link.expires_at <= now) throw new SignInRefused('This link has expired.');
    if (makesFirstAdmin(link) && (await hasAdmin(tx)))
      throw new SignInRefused('This link has expired: the site has an administrator.');
    await tx.updateTable('sign_in_links').set({ used_at: now }).where('hash', '=', hash).execute();
    const { email } = link;
    const known =
      link.account !== null
        ? await accountById(tx, link.account)
        : email !== null
          ? await accountByEmail(tx, email)
          : null;
    if (!known && link.account !== null) throw new SignInRefused('This account no longer exists.');
    if (!known && email !== null && !mayJoin)
      throw new SignInRefused('New accounts on this site are by invitation only.');
    const account =
      known ??
      (await addAccount(
        tx,
        {
          displayName,
          email,
          emailVerified: email !== null,
          role: link.role as Role,
        },
        now,
      ));
    if (account.state === 'banned') throw new SignInRefused('This account has been banned.');
    // The link was sent to that address, so its owner has opened it.
    if (email === null || account.emailVerified) return account;
    await tx.updateTable('accounts').set({ email_verified: 1 }).where('id', '=', account.id).execute();
    return { ...account, emailVerified: true };
  });
}
