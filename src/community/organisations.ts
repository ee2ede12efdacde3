/** Organisations of readers: their members and admins. The last admin cannot leave. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { communityChange } from './change.ts';
import { bannedIn } from './domains.ts';
import { ModerationRefused } from './log.ts';
import { cleanName, LONGEST_NAME, slugOf } from './names.ts';
import { notify } from './personal/notices.ts';

/** `asked`: an admin has not decided yet. */
export type Membership = 'admin' | 'member' | 'asked';

export interface Organisation {
  id: number;
  /** In addresses: `/orgs/analytical-society`. */
  name: string;
  displayName: string;
  about: string;
  /** The digest of its logo. */
  logo: string | null;
}

export interface Member {
  account: number;
  name: string;
  displayName: string;
  role: Membership;
}

/** Characters of what an organisation says about itself, and organisations of one account. */
export const LONGEST_ABOUT = 1000;
export const MOST_ORGANISATIONS = 20;

/** An action in an organisation; `account`: whom it is about. */
export type Deed =
  | { do: 'join' | 'leave' }
  /** Ends it, with everything in it; only for its only admin. */
  | { do: 'dissolve' }
  | { do: 'accept' | 'remove' | 'promote' | 'demote'; account: number };

/** Creates an organisation with its first admin. @throws ModerationRefused */
export function createOrganisation(
  store: Store,
  { displayName, account, at }: { displayName: string; account: number; at: number },
): Promise<Organisation> {
  return communityChange(store, async ({ tx }) => {
    await checkIsActive(tx, account);
    const shown = cleanName(displayName);
    const slug = shown === null ? '' : slugOf(shown);
    if (shown === null || slug === '')
      throw new ModerationRefused(
        400,
        `A name must have 1 to ${LONGEST_NAME} characters, including letters.`,
      );
    await checkLinks(tx, shown);
    if (await tx.selectFrom('organisations').select('id').where('name', '=', slug).executeTakeFirst())
      throw new ModerationRefused(
        409,
        'There is an organisation by that name. Ask to join it, or choose another name.',
      );
    await checkHasRoom(tx, account);
    const { last } = await tx
      .selectFrom('organisations')
      .select((e) => e.fn.max('id').as('last'))
      .executeTakeFirstOrThrow();
    const id = Number(last ?? 0) + 1;
    const row = { id, name: slug, display_name: shown, about: '', logo: null, created_at: at };
    await tx.insertInto('organisations').values(row).execute();
    await tx
      .insertInto('organisation_members')
      .values({ organisation: id, account, role: 'admin', at })
      .execute();
    return organisationOf(row);
  });
}

/** What everybody reads links to no banned domain. */
async function checkLinks(tx: Db, text: string): Promise<void> {
  const domain = await bannedIn(tx, text);
  if (domain !== null) throw new ModerationRefused(403, `Links to ${domain} are not allowed here.`);
}

async function checkIsActive(tx: Db, account: number): Promise<void> {
  const row = await tx.selectFrom('accounts').select('state').where('id', '=', account).executeTakeFirst();
  if (row?.state !== 'active') throw new ModerationRefused(403, 'Your account cannot do this.');
}

async function checkHasRoom(tx: Db, account: number): Promise<void> {
  const { count } = await tx
    .selectFrom('organisation_members')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST_ORGANISATIONS)
    throw new ModerationRefused(409, `Nobody can be in more than ${MOST_ORGANISATIONS} organisations.`);
}

const roleIn = async (db: Db, organisation: number, account: number): Promise<Membership | null> => {
  const row = await db
    .selectFrom('organisation_members')
    .select('role')
    .where('organisation', '=', organisation)
    .where('account', '=', account)
    .executeTakeFirst();
  return (row?.role as Membership | undefined) ?? null;
};

async function checkIsAdmin(tx: Db, organisation: number, account: number): Promise<void> {
  if ((await roleIn(tx, organisation, account)) !== 'admin')
    throw new ModerationRefused(403, 'Only admins of the organisation can do this.');
}

/** Whether an organisation has an admin other than this one. */
async function hasOtherAdmin(tx: Db, organisation: number, account: number): Promise<boolean> {
  const other = await tx
    .selectFrom('organisation_members')
    .innerJoin('accounts', 'accounts.id', 'organisation_members.account')
    .select('account')
    .where('organisation', '=', organisation)
    .where('organisation_members.role', '=', 'admin')
    .where('account', '!=', account)
    .where('accounts.state', 'in', ['active', 'silenced'])
    .limit(1)
    .executeTakeFirst();
  return other !== undefined;
}

/** Somebody else must be able to decide. Changes of the community come one at a time, so two cannot leave at once. */
async function checkIsNotLast(tx: Db, organisation: number, account: number): Promise<void> {
  if (await hasOtherAdmin(tx, organisation, account)) return;
  throw new ModerationRefused(
    409,
    'This is the last admin of the organisation: make somebody else one first, or dissolve it.',
  );
}

/** Ends an organisation. Its members are notified. */
async function dissolve(tx: Db, organisation: number, actor: number, at: number): Promise<void> {
  await checkIsAdmin(tx, organisation, actor);
  if (await hasOtherAdmin(tx, organisation, actor))
    throw new ModerationRefused(409, 'The organisation has other admins: leave it instead.');
  const members = await tx
    .selectFrom('organisation_members')
    .select('account')
    .where('organisation', '=', organisation)
    .execute();
  const detail = `${await shownName(tx, organisation)} has been dissolved`;
  await notify(
    tx,
    members.map(({ account }) => account),
    { kind: 'organisation', cause: `organisation:${organisation}:dissolved:${at}`, detail, actor, at },
  );
  await remove(tx, organisation);
}

async function remove(tx: Db, organisation: number): Promise<void> {
  await tx.deleteFrom('organisation_members').where('organisation', '=', organisation).execute();
  await tx.deleteFrom('organisations').where('id', '=', organisation).execute();
  await forgetLogos(tx);
}

/** Deletes logos that no organisation has. */
async function forgetLogos(tx: Db): Promise<void> {
  const used = tx.selectFrom('organisations').select('logo').where('logo', 'is not', null);
  await tx.deleteFrom('logos').where('digest', 'not in', used).execute();
}

const shownName = async (tx: Db, organisation: number): Promise<string> =>
  (
    await tx
      .selectFrom('organisations')
      .select('display_name')
      .where('id', '=', organisation)
      .executeTakeFirstOrThrow()
  ).display_name;

/**
 * Joins, leaves, or decides about others.
 *
 * @throws ModerationRefused if it is not allowed, makes no sense, or would leave no admin
 */
export async function actIn(
  store: Store,
  organisation: number,
  deed: Deed,
  { actor, at }: { actor: number; at: number },
): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    await checkIsActive(tx, actor);
    const set = async (account: number, role: Membership | null): Promise<void> => {
      const own = tx
        .deleteFrom('organisation_members')
        .where('organisation', '=', organisation)
        .where('account', '=', account);
      if (role === null) await own.execute();
      else
        await tx
          .insertInto('organisation_members')
          .values({ organisation, account, role, at })
          .onConflict((conflict) => conflict.columns(['organisation', 'account']).doUpdateSet({ role }))
          .execute();
    };
    if (deed.do === 'dissolve') return dissolve(tx, organisation, actor, at);
    if (!('account' in deed)) {
      if (deed.do === 'join') {
        if ((await roleIn(tx, organisation, actor)) !== null) return;
        await checkHasRoom(tx, actor);
        return set(actor, 'asked');
      }
      if ((await roleIn(tx, organisation, actor)) === 'admin') await checkIsNotLast(tx, organisation, actor);
      return set(actor, null);
    }
    await checkIsAdmin(tx, organisation, actor);
    const before = await roleIn(tx, organisation, deed.account);
    if (before === null)
      throw new ModerationRefused(409, 'They are not in this organisation, and have not asked to join.');
    if (deed.do === 'accept') {
      if (before !== 'asked') return;
      await set(deed.account, 'member');
      const detail = `You are now a member of ${await shownName(tx, organisation)}`;
      const cause = `organisation:${organisation}:accepted:${at}`;
      return notify(tx, [deed.account], { kind: 'organisation', cause, detail, actor, at });
    }
    if (deed.do === 'promote') {
      if (before === 'asked') throw new ModerationRefused(409, 'They are not a member yet.');
      return set(deed.account, 'admin');
    }
    if (before === 'admin') await checkIsNotLast(tx, organisation, deed.account);
    return set(deed.account, deed.do === 'demote' ? 'member' : null);
  });
}

/** Changes what an organisation shows of itself. `logo`: a PNG, made by us. @throws ModerationRefused */
export async function describeOrganisation(
  store: Store,
  organisation: number,
  actor: number,
  { about, logo }: { about?: string; logo?: { digest: string; png: Buffer } | null },
): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    await checkIsActive(tx, actor);
    await checkIsAdmin(tx, organisation, actor);
    if (about !== undefined) await checkLinks(tx, about);
    if (logo)
      await tx
        .insertInto('logos')
        .values({ digest: logo.digest, png: logo.png.toString('base64') })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .execute();
    await tx
      .updateTable('organisations')
      .set({
        ...(about !== undefined && { about: about.slice(0, LONGEST_ABOUT) }),
        ...(logo !== undefined && { logo: logo?.digest ?? null }),
      })
      .where('id', '=', organisation)
      .execute();
    await forgetLogos(tx);
  });
}

/**
 * Takes an account that is deleted out of its organisations, as a part of that. Where it was the last admin, whoever has
 * been a member longest becomes one; one without members is gone.
 */
export async function leaveOrganisations(tx: Db, account: number): Promise<void> {
  const own = await tx
    .selectFrom('organisation_members')
    .select('organisation')
    .where('account', '=', account)
    .execute();
  await tx.deleteFrom('organisation_members').where('account', '=', account).execute();
  for (const { organisation } of own) {
    const members = await tx
      .selectFrom('organisation_members')
      .select(['account', 'role'])
      .where('organisation', '=', organisation)
      .where('role', '!=', 'asked')
      .orderBy('at')
      .orderBy('account')
      .execute();
    const heir = members[0];
    if (members.some(({ role }) => role === 'admin')) continue;
    if (heir)
      await tx
        .updateTable('organisation_members')
        .set({ role: 'admin' })
        .where('organisation', '=', organisation)
        .where('account', '=', heir.account)
        .execute();
    else await remove(tx, organisation);
  }
}

interface OrganisationRow {
  id: number;
  name: string;
  display_name: string;
  about: string;
  logo: string | null;
}

const organisationOf = ({ id, name, display_name, about, logo }: OrganisationRow): Organisation => ({
  id,
  name,
  displayName: display_name,
  about,
  logo,
});

/** What pages ask of organisations. */
export interface Organisations {
  create(given: { displayName: string; account: number; at: number }): Promise<Organisation>;
  act(organisation: number, deed: Deed, by: { actor: number; at: number }): Promise<void>;
  describe(
    organisation: number,
    actor: number,
    what: { about?: string; logo?: { digest: string; png: Buffer } | null },
  ): Promise<void>;
  /** By its name in addresses; null: there is none. */
  find(name: string): Promise<Organisation | null>;
  all(limit: number): Promise<Organisation[]>;
  /** The organisations in which an account is a member or admin. */
  of(account: number): Promise<Organisation[]>;
  members(organisation: number): Promise<Member[]>;
  /** Papers of which members are authors, as far as that has been granted, the newest claim first. */
  papers(organisation: number, limit: number): Promise<number[]>;
  logo(digest: string): Promise<Buffer | null>;
}

export function organisationsIn(store: Store): Organisations {
  const db = store.read;
  return {
    create: (given) => createOrganisation(store, given),
    act: (organisation, deed, by) => actIn(store, organisation, deed, by),
    describe: (organisation, actor, what) => describeOrganisation(store, organisation, actor, what),
    async find(name) {
      const row = await db
        .selectFrom('organisations')
        .selectAll()
        .where('name', '=', name)
        .executeTakeFirst();
      return row ? organisationOf(row) : null;
    },
    async all(limit) {
      const rows = await db.selectFrom('organisations').selectAll().orderBy('name').limit(limit).execute();
      return rows.map(organisationOf);
    },
    async of(account) {
      const rows = await db
        .selectFrom('organisation_members')
        .innerJoin('organisations', 'organisations.id', 'organisation_members.organisation')
        .selectAll('organisations')
        .where('account', '=', account)
        .where('role', '!=', 'asked')
        .orderBy('name')
        .execute();
      return rows.map(organisationOf);
    },
    async members(organisation) {
      const rows = await db
        .selectFrom('organisation_members')
        .innerJoin('accounts', 'accounts.id', 'organisation_members.account')
        .select(['account', 'name', 'display_name', 'organisation_members.role'])
        .where('organisation', '=', organisation)
        .where('accounts.state', 'in', ['active', 'silenced'])
        .orderBy('organisation_members.at')
        .orderBy('account')
        .execute();
      return rows.map(({ account, name, display_name, role }) => ({
        account,
        name,
        displayName: display_name,
        role: role as Membership,
      }));
    },
    async papers(organisation, limit) {
      const rows = await db
        .selectFrom('organisation_members')
        .innerJoin('authorships', 'authorships.account', 'organisation_members.account')
        .select((e) => ['authorships.paper', e.fn.max('authorships.at').as('at')])
        .where('organisation', '=', organisation)
        .where('organisation_members.role', '!=', 'asked')
        .where('authorships.state', '=', 'granted')
        .groupBy('authorships.paper')
        .orderBy((e) => e.fn.max('authorships.at'), 'desc')
        .orderBy('authorships.paper')
        .limit(limit)
        .execute();
      return rows.map(({ paper }) => paper);
    },
    async logo(digest) {
      const row = await db.selectFrom('logos').select('png').where('digest', '=', digest).executeTakeFirst();
      return row ? Buffer.from(row.png, 'base64') : null;
    },
  };
}
