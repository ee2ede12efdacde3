/** Accounts: who people are here, and what they may do. */
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { addGiven, type CommunityChange, communityChange } from './change.ts';
import { leaveComments, touchComments } from './comments.ts';
import { bannedIn } from './domains.ts';
import { type Act, checkMayModerate, logAct, ModerationRefused } from './log.ts';
import { cleanName, LONGEST_NAME, slugOf } from './names.ts';
import { leaveOrganisations } from './organisations.ts';
import { leavePersonal } from './personal/leaving.ts';
import { leavePictures } from './pictures.ts';
import { leaveSubmissions } from './submissions.ts';
import { reweigh, weighsNothing } from './weights.ts';

export { cleanName, LONGEST_NAME, slugOf } from './names.ts';

export const ROLES = ['member', 'moderator', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** `silenced`: reads and votes, but writes nothing. `banned`: cannot sign in. `deleted`: nothing but the number is left. */
export const STATES = ['active', 'silenced', 'banned', 'deleted'] as const;
export type State = (typeof STATES)[number];

export interface Account {
  id: number;
  /** In addresses: `/u/ada-lovelace`. */
  name: string;
  displayName: string;
  email: string | null;
  /** Its owner has opened a link that was sent there. */
  emailVerified: boolean;
  role: Role;
  state: State;
  /** Whether others see what they vote for. */
  showsVotes: boolean;
  /** Epoch ms. */
  createdAt: number;
}

/** Something that cannot be done to accounts; the message says why. */
export class AccountError extends Error {
  override name = 'AccountError';
}

export interface NewAccount {
  /** As its owner writes it; the name in addresses is made of it. */
  displayName: string;
  email?: string | null;
  emailVerified?: boolean;
  role?: Role;
}

/** Names that addresses or impostors need. */
const RESERVED = new Set(
  'admin administrator anonymous broadsheet deleted editor everyone help here me moderator nobody null root staff support system undefined'.split(
    ' ',
  ),
);

/**
 * Makes an account.
 *
 * @throws AccountError if the name is empty or too long, or the address belongs to somebody else
 */
export async function createAccount(store: Store, wanted: NewAccount, now: number): Promise<Account> {
  return communityChange(store, ({ tx }) => addAccount(tx, wanted, now));
}

/** The same as a part of another change. */
export async function addAccount(tx: Db, wanted: NewAccount, now: number): Promise<Account> {
  const displayName = cleanName(wanted.displayName);
  if (displayName === null) throw new AccountError(`A name has 1 to ${LONGEST_NAME} characters.`);
  if ((await bannedIn(tx, displayName)) !== null) throw new AccountError('This name cannot be used here.');
  const email = wanted.email ?? null;
  if (email !== null && (await accountByEmail(tx, email)))
    throw new AccountError(`${email} belongs to an account already.`);
  const { last } = await tx
    .selectFrom('accounts')
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  const id = Number(last ?? 0) + 1;
  const row: Schema['accounts'] = {
    id,
    name: await freeName(tx, slugOf(displayName) || 'reader', id),
    display_name: displayName,
    email,
    email_verified: wanted.emailVerified ? 1 : 0,
    role: wanted.role ?? 'member',
    state: 'active',
    shows_votes: 1,
    created_at: now,
  };
  await tx.insertInto('accounts').values(row).execute();
  return accountOf(row);
}

/** A name nobody has: the one wanted, or with the account's number, so that thousands may want the same. */
async function freeName(tx: Db, wanted: string, id: number): Promise<string> {
  for (let name = wanted; ; name = name === wanted ? `${wanted}-${id}` : `${name}-${id}`) {
    if (RESERVED.has(name)) continue;
    const taken = await tx.selectFrom('accounts').select('id').where('name', '=', name).executeTakeFirst();
    if (!taken) return name;
  }
}

/** Null: there is none, or it has been deleted. */
export async function accountById(db: Db, id: number): Promise<Account | null> {
  return found(await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst());
}

export async function accountByName(db: Db, name: string): Promise<Account | null> {
  const row = await db
    .selectFrom('accounts')
    .selectAll()
    .where('name', '=', name.toLowerCase())
    .executeTakeFirst();
  return found(row);
}

/** @param email in one spelling (net/email.ts) */
export async function accountByEmail(db: Db, email: string): Promise<Account | null> {
  return found(await db.selectFrom('accounts').selectAll().where('email', '=', email).executeTakeFirst());
}

/** The account with a handle, with or without `@`, or an email address. */
export function accountCalled(db: Db, text: string): Promise<Account | null> {
  const name = text.trim().replace(/^@/, '').slice(0, 300);
  return name.includes('@') ? accountByEmail(db, name.toLowerCase()) : accountByName(db, name);
}

/** All that have not been deleted, the oldest first. */
export async function listAccounts(db: Db): Promise<Account[]> {
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where('state', '!=', 'deleted')
    .orderBy('id')
    .execute();
  return rows.map(accountOf);
}

/** Whether anybody can act as an admin. */
export async function hasAdmin(db: Db): Promise<boolean> {
  const row = await admins(db).limit(1).executeTakeFirst();
  return row !== undefined;
}

const admins = (db: Db) =>
  db.selectFrom('accounts').select('id').where('role', '=', 'admin').where('state', '=', 'active');

/**
 * Gives an account another role or state; said in the log.
 *
 * @throws AccountError where nobody would be left to administer the site
 */
export async function changeAccount(
  store: Store,
  id: number,
  wanted: { role?: Role; state?: Exclude<State, 'deleted'> },
  act: Act,
): Promise<Account> {
  return communityChange(store, async (change) => {
    const { tx } = change;
    const before = await accountById(tx, id);
    if (!before) throw new AccountError('There is no such account.');
    await checkMayChange(tx, before, wanted, act);
    const after = { ...before, ...wanted };
    if (after.role === before.role && after.state === before.state) return before;
    await mayLose(tx, before, after);
    await tx
      .updateTable('accounts')
      .set({ role: after.role, state: after.state })
      .where('id', '=', id)
      .execute();
    // A ban ends all sessions and tokens at once.
    if (after.state === 'banned') await endAll(tx, id);
    // Their comments carry a badge.
    if (after.role !== before.role) await touchComments(change, id);
    if (after.state !== before.state) await touchAuthored(change, id);
    if (after.state !== before.state) await reweigh(change, before, after.state === 'banned');
    if (after.role !== before.role)
      await logAct(tx, `role ${after.role}`, `account ${id}`, act, { before: before.role });
    if (after.state !== before.state)
      await logAct(tx, `state ${after.state}`, `account ${id}`, act, { before: before.state });
    return after;
  });
}

/** Only admins change roles; moderators decide about members only, and nobody decides about themselves. */
async function checkMayChange(
  tx: Db,
  before: Account,
  wanted: { role?: Role; state?: State },
  act: Act,
): Promise<void> {
  if (act.actor === null) return;
  await checkMayModerate(tx, act);
  const actor = await accountById(tx, act.actor);
  if (actor?.role === 'admin') return;
  if (wanted.role !== undefined && wanted.role !== before.role)
    throw new ModerationRefused(403, 'Only an administrator can change roles.');
  if (before.role !== 'member')
    throw new ModerationRefused(403, 'Only an administrator can decide about other moderators.');
}

/** Refuses to lose the last admin. Changes of the community come one at a time, so two cannot leave at once. */
async function mayLose(tx: Db, before: Account, after: Pick<Account, 'role' | 'state'>): Promise<void> {
  const isAdmin = (one: Pick<Account, 'role' | 'state'>) => one.role === 'admin' && one.state === 'active';
  if (!isAdmin(before) || isAdmin(after)) return;
  const others = await admins(tx).where('id', '!=', before.id).limit(1).executeTakeFirst();
  if (!others) throw new AccountError('This is the last admin: make somebody else one first.');
}

/**
 * Deletes an account: name, address, sessions, tokens, votes, reactions, lists, follows and notifications are gone.
 *
 * @param comments whether its comments stay, without a name
 * @param act of a moderator, for the log; none: its owner deletes it
 * @throws AccountError where nobody would be left to administer the site
 */
export async function deleteAccount(
  store: Store,
  id: number,
  comments: 'keep' | 'delete' = 'keep',
  act?: Act,
): Promise<void> {
  await communityChange(store, async (change) => {
    const { tx } = change;
    const before = await accountById(tx, id);
    if (!before) return;
    await mayLose(tx, before, { role: before.role, state: 'deleted' });
    await endAll(tx, id);
    if (act) await checkMayChange(tx, before, {}, act);
    for (const table of ['identities', 'passkeys', 'passwords'] as const)
      await tx.deleteFrom(table).where('account', '=', id).execute();
    const votes = await tx.selectFrom('votes').select(['paper', 'weight']).where('voter', '=', id).execute();
    await tx.deleteFrom('votes').where('voter', '=', id).execute();
    await tx.deleteFrom('vote_networks').where('voter', '=', id).execute();
    const counts = weighsNothing(before) ? 0 : -1;
    for (const { paper, weight } of votes)
      await addGiven(change, paper, { votes: -1, weight: counts * weight });
    await touchAuthored(change, id);
    for (const table of ['authorships', 'own_summaries', 'flags'] as const)
      await tx.deleteFrom(table).where('account', '=', id).execute();
    await leaveOrganisations(tx, id);
    await leaveComments(change, id, comments);
    await leaveSubmissions(change, id);
    await leavePictures(tx, id);
    await tx
      .updateTable('accounts')
      .set({
        name: `deleted ${id}`,
        display_name: '',
        email: null,
        email_verified: 0,
        role: 'member',
        state: 'deleted',
        shows_votes: 0,
      })
      .where('id', '=', id)
      .execute();
    await leavePersonal(tx, id);
    await leaveDigest(tx, id, before.emailVerified ? before.email : null);
    if (before.email !== null && before.emailVerified) {
      await tx.deleteFrom('outbox').where('recipient', '=', before.email).execute();
      await tx.deleteFrom('search_subscriptions').where('email', '=', before.email).execute();
    }
    if (act) await logAct(tx, 'state deleted', `account ${id}`, act);
  });
}

/** Deletes what the digest holds about an account, by its number and by an address that is certainly its owner's. */
async function leaveDigest(tx: Db, account: number, email: string | null): Promise<void> {
  // Issues of what they followed.
  await tx
    .deleteFrom('issues')
    .where('list', '=', 'following')
    .where('subject', '=', String(account))
    .execute();
  const theirs = await tx
    .selectFrom('subscribers')
    .select(['id', 'email'])
    .where((e) => e.or([e('account', '=', account), ...(email === null ? [] : [e('email', '=', email)])]))
    .execute();
  const ids = theirs.map(({ id }) => id);
  if (ids.length === 0) return;
  for (const table of ['subscriptions', 'deliveries', 'delivered_issues'] as const)
    await tx.deleteFrom(table).where('subscriber', 'in', ids).execute();
  await tx.deleteFrom('subscribers').where('id', 'in', ids).execute();
  // What must get no mail must not get any later: a hash of the address is left.
  const emails = theirs.map((one) => one.email);
  await tx.updateTable('suppressions').set({ email: null }).where('email', 'in', emails).execute();
}

/** Says that the pages of papers have changed that name an account as an author. */
async function touchAuthored(change: CommunityChange, account: number): Promise<void> {
  const papers = await change.tx
    .selectFrom('authorships')
    .select('paper')
    .distinct()
    .where('account', '=', account)
    .where('state', '=', 'granted')
    .execute();
  for (const { paper } of papers) await addGiven(change, paper, {});
}

/** Ends all sessions, links and tokens of an account. */
async function endAll(tx: Db, account: number): Promise<void> {
  for (const table of ['sessions', 'sign_in_links', 'access_tokens'] as const)
    await tx.deleteFrom(table).where('account', '=', account).execute();
}

const found = (row: Schema['accounts'] | undefined): Account | null =>
  row === undefined || row.state === 'deleted' ? null : accountOf(row);

/** A row of the table as an account. */
export const accountOf = (row: Schema['accounts']): Account => ({
  id: row.id,
  name: row.name,
  displayName: row.display_name,
  email: row.email,
  emailVerified: row.email_verified === 1,
  role: row.role as Role,
  state: row.state as State,
  showsVotes: row.shows_votes === 1,
  createdAt: row.created_at,
});
