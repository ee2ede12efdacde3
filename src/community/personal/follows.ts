/** What readers follow: authors, organisations, categories, people and searches. */
import { inSlices } from '../../store/bulk.ts';
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { ownChange, PersonalRefused } from './own-change.ts';

export const KINDS = ['author', 'organization', 'category', 'search', 'person'] as const;
export type FollowKind = (typeof KINDS)[number];

export interface Follow {
  kind: FollowKind;
  /** As in its address: a slug, a category, the query of a search; of a person, their account’s number. */
  subject: string;
  /** For people to read. */
  name: string;
  /** Since when, epoch ms. */
  at: number;
  /** Of a person: their name in addresses; null: for all else. */
  address: string | null;
}

export type NewFollow = Omit<Follow, 'at' | 'address'>;

/** What one account can follow, and of that, searches: each of those is a query of its own. */
export const MOST_FOLLOWS = 500;
export const MOST_SEARCHES = 30;
/** Bytes of a subject: PostgreSQL indexes no more than 2,700. */
const LONGEST_SUBJECT = 2_400;

export const isFollowKind = (text: string): text is FollowKind => (KINDS as readonly string[]).includes(text);

/** Follows something. Doing so again changes nothing but its name. @throws PersonalRefused */
export const follow = (
  store: Store,
  account: number,
  { kind, subject, name }: NewFollow,
  now: number,
): Promise<void> =>
  ownChange(store, account, async (tx) => {
    if (Buffer.byteLength(subject) > LONGEST_SUBJECT)
      throw new PersonalRefused('This is too long to be followed.');
    const all = await followsOf(tx, account);
    const isThere = all.some((one) => one.kind === kind && one.subject === subject);
    if (!isThere && all.length >= MOST_FOLLOWS)
      throw new PersonalRefused(`You can follow at most ${MOST_FOLLOWS} things.`);
    if (!isThere && kind === 'search' && all.filter((one) => one.kind === kind).length >= MOST_SEARCHES)
      throw new PersonalRefused(`You can follow at most ${MOST_SEARCHES} searches.`);
    await tx
      .insertInto('follows')
      .values({ account, kind, subject, name: name.slice(0, 300), at: now })
      .onConflict((conflict) =>
        conflict.columns(['account', 'kind', 'subject']).doUpdateSet({ name: name.slice(0, 300) }),
      )
      .execute();
  });

/** Stops following something. @returns whether it was followed */
export const unfollow = (
  store: Store,
  account: number,
  { kind, subject }: Pick<Follow, 'kind' | 'subject'>,
): Promise<boolean> =>
  ownChange(store, account, async (tx) => {
    const { numDeletedRows } = await tx
      .deleteFrom('follows')
      .where('account', '=', account)
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows) > 0;
  });

/** Everything an account follows, the newest first. */
export async function followsOf(db: Db, account: number): Promise<Follow[]> {
  const rows = await db
    .selectFrom('follows')
    .select(['kind', 'subject', 'name', 'at'])
    .where('account', '=', account)
    .orderBy('at', 'desc')
    .orderBy('kind')
    .orderBy('subject')
    .execute();
  const people = rows.flatMap(({ kind, subject }) => (kind === 'person' ? Number(subject) : []));
  const accounts = await inSlices(people, (slice) =>
    db.selectFrom('accounts').select(['id', 'name', 'display_name']).where('id', 'in', slice).execute(),
  );
  const known = new Map(accounts.map((one) => [String(one.id), one]));
  return rows.map((row) => {
    const person = row.kind === 'person' ? known.get(row.subject) : undefined;
    return {
      ...row,
      kind: row.kind as FollowKind,
      name: person?.display_name ?? row.name,
      address: person?.name ?? null,
    };
  });
}

/** Whether an account follows something. */
export async function isFollowing(
  db: Db,
  account: number,
  kind: FollowKind,
  subject: string,
): Promise<boolean> {
  const found = await db
    .selectFrom('follows')
    .select('at')
    .where('account', '=', account)
    .where('kind', '=', kind)
    .where('subject', '=', subject)
    .executeTakeFirst();
  return found !== undefined;
}
