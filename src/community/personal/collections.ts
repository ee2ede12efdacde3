/** Collections: a reader's lists of papers (“lists” on pages), in their own order, with notes. */
import type { Store } from '../../store/open.ts';
import type { Db, Schema } from '../../store/schema.ts';
import { bannedIn } from '../domains.ts';
import { familyOf, homesOf, presentPaper } from '../papers.ts';
import { newId } from '../secrets.ts';
import { ownChange, PersonalRefused } from './own-change.ts';

export interface Collection {
  id: string;
  account: number;
  name: string;
  /** Anybody can read it. */
  isPublic: boolean;
  papers: number;
  /** Epoch ms. */
  createdAt: number;
  changedAt: number;
}

/** A paper in a collection. */
export interface SavedPaper {
  /** The paper's key. */
  paper: number;
  note: string;
  addedAt: number;
}

/** Collections of one account, papers of one collection, and characters of a name and a note. */
export const MOST_COLLECTIONS = 100;
export const MOST_SAVED = 1_000;
export const LONGEST_TITLE = 80;
export const LONGEST_NOTE = 2_000;

/** The collection that the first paper is saved to. */
const FIRST = 'Reading list';

const cleanTitle = (text: string): string => {
  const title = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  if (title === '' || title.length > LONGEST_TITLE)
    throw new PersonalRefused(`The name of a list must have 1 to ${LONGEST_TITLE} characters.`);
  return title;
};

/** A note as it is stored. */
const cleanNote = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replaceAll('\u0000', '')
    .slice(0, LONGEST_NOTE)
    .trim();

const withCounts = (db: Db) =>
  db
    .selectFrom('collections')
    .selectAll()
    .select((e) =>
      e
        .selectFrom('saved_papers')
        .select((of) => of.fn.countAll<number>().as('count'))
        .whereRef('saved_papers.collection', '=', 'collections.id')
        .as('papers'),
    );

const collectionOf = (row: Schema['collections'] & { papers: number | null }): Collection => ({
  id: row.id,
  account: row.account,
  name: row.name,
  isPublic: row.is_public === 1,
  papers: Number(row.papers),
  createdAt: row.created_at,
  changedAt: row.changed_at,
});

/** An account's collections, oldest first: papers are saved to the first unless another is chosen. */
export async function collectionsOf(db: Db, account: number): Promise<Collection[]> {
  const rows = await withCounts(db)
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map(collectionOf);
}

/** A collection, public or private; null: there is none. */
export async function collectionBy(db: Db, id: string): Promise<Collection | null> {
  const row = await withCounts(db).where('id', '=', id).executeTakeFirst();
  return row ? collectionOf(row) : null;
}

/** Creates a collection. @returns its id @throws PersonalRefused */
export const addCollection = (
  store: Store,
  account: number,
  { name, isPublic = false }: { name: string; isPublic?: boolean },
  now: number,
): Promise<string> => ownChange(store, account, (tx) => addIn(tx, account, name, isPublic, now));

async function addIn(tx: Db, account: number, name: string, isPublic: boolean, now: number): Promise<string> {
  const title = cleanTitle(name);
  if (isPublic) await checkShown(tx, [title]);
  const { count } = await tx
    .selectFrom('collections')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('account', '=', account)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MOST_COLLECTIONS)
    throw new PersonalRefused(`You can have at most ${MOST_COLLECTIONS} lists.`);
  const id = newId();
  await tx
    .insertInto('collections')
    .values({ id, account, name: title, is_public: isPublic ? 1 : 0, created_at: now, changed_at: now })
    .execute();
  return id;
}

/** Renames, publishes or withdraws a collection. @throws PersonalRefused */
export const changeCollection = (
  store: Store,
  account: number,
  id: string,
  { name, isPublic }: { name?: string; isPublic?: boolean },
  now: number,
): Promise<void> =>
  ownChange(store, account, async (tx) => {
    const before = await ownCollection(tx, account, id);
    if (isPublic ?? before.isPublic) {
      const notes = before.isPublic ? [] : await notesIn(tx, id);
      await checkShown(tx, [cleanTitle(name ?? before.name), ...notes]);
    }
    await tx
      .updateTable('collections')
      .set({
        ...(name !== undefined && { name: cleanTitle(name) }),
        ...(isPublic !== undefined && { is_public: isPublic ? 1 : 0 }),
        changed_at: now,
      })
      .where('id', '=', id)
      .execute();
  });

/** Deletes a collection with its notes. @throws PersonalRefused */
export const removeCollection = (store: Store, account: number, id: string): Promise<void> =>
  ownChange(store, account, async (tx) => {
    await ownCollection(tx, account, id);
    await tx.deleteFrom('saved_papers').where('collection', '=', id).execute();
    await tx.deleteFrom('collections').where('id', '=', id).execute();
  });

/** Refuses what links to a banned domain, in lists that others see. @throws PersonalRefused */
async function checkShown(tx: Db, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const domain = text.includes('.') ? await bannedIn(tx, text) : null;
    if (domain !== null) throw new PersonalRefused(`Links to ${domain} are not allowed in public lists.`);
  }
}

async function notesIn(tx: Db, collection: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('saved_papers')
    .select('note')
    .where('collection', '=', collection)
    .execute();
  return rows.map(({ note }) => note);
}

async function ownCollection(
  tx: Db,
  account: number,
  id: string,
): Promise<{ name: string; isPublic: boolean }> {
  // PostgreSQL takes no text with NUL.
  const found =
    !id.includes('\0') &&
    (await tx
      .selectFrom('collections')
      .select(['name', 'is_public'])
      .where('id', '=', id)
      .where('account', '=', account)
      .executeTakeFirst());
  if (!found) throw new PersonalRefused('You have no such list.');
  return { name: found.name, isPublic: found.is_public === 1 };
}

/** The collection that papers are saved to unless another is chosen; created if there is none. */
async function firstCollection(tx: Db, account: number, now: number): Promise<string> {
  const found = await tx
    .selectFrom('collections')
    .select('id')
    .where('account', '=', account)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? addIn(tx, account, FIRST, false, now);
}

/**
 * Saves a paper, at the head of a collection. Saving it again changes nothing.
 *
 * @param collection its id; without one, the account's first
 * @returns the collection
 * @throws NoSuchPaper, PersonalRefused
 */
export const savePaper = (
  store: Store,
  account: number,
  { paper, collection, note = '' }: { paper: number; collection?: string; note?: string },
  now: number,
): Promise<string> =>
  ownChange(store, account, async (tx) => {
    const present = await presentPaper(tx, paper);
    const into = collection ?? (await firstCollection(tx, account, now));
    const { isPublic } = await ownCollection(tx, account, into);
    if (isPublic) await checkShown(tx, [note]);
    const { count, first } = await tx
      .selectFrom('saved_papers')
      .select((e) => [e.fn.countAll<number>().as('count'), e.fn.min('place').as('first')])
      .where('collection', '=', into)
      .executeTakeFirstOrThrow();
    const there = await tx
      .selectFrom('saved_papers')
      .select('paper')
      .where('collection', '=', into)
      .where('paper', 'in', await familyOf(tx, present))
      .executeTakeFirst();
    if (there) return into;
    if (Number(count) >= MOST_SAVED)
      throw new PersonalRefused(`A list holds at most ${MOST_SAVED} papers: please start another one.`);
    await tx
      .insertInto('saved_papers')
      .values({
        collection: into,
        paper: present,
        account,
        place: Number(first ?? 0) - 1,
        note: cleanNote(note),
        version: await versionOf(tx, present),
        added_at: now,
      })
      .execute();
    await tx.updateTable('collections').set({ changed_at: now }).where('id', '=', into).execute();
    return into;
  });

/** arXiv's number of the newest version that is known; null: none is. */
export async function versionOf(db: Db, paper: number): Promise<number | null> {
  const { version } = await db
    .selectFrom('identifiers')
    .select((e) => e.fn.max('version').as('version'))
    .where('paper_pk', '=', paper)
    .where('scheme', '=', 'arxiv')
    .executeTakeFirstOrThrow();
  return version === null ? null : Number(version);
}

/**
 * Removes a paper from a collection, or from all of them.
 *
 * @returns whether it was there
 */
export const unsavePaper = (
  store: Store,
  account: number,
  { paper, collection }: { paper: number; collection?: string },
  now: number,
): Promise<boolean> =>
  ownChange(store, account, async (tx) => {
    let gone = tx
      .deleteFrom('saved_papers')
      .where('account', '=', account)
      .where('paper', 'in', await familyOf(tx, paper));
    if (collection !== undefined) gone = gone.where('collection', '=', collection);
    const rows = await gone.returning('collection').execute();
    for (const { collection: of } of rows)
      await tx.updateTable('collections').set({ changed_at: now }).where('id', '=', of).execute();
    return rows.length > 0;
  });

/** Replaces the note on a paper in a collection. @throws PersonalRefused */
export const noteOn = (
  store: Store,
  account: number,
  { collection, paper, note }: { collection: string; paper: number; note: string },
  now: number,
): Promise<void> =>
  ownChange(store, account, async (tx) => {
    const { isPublic } = await ownCollection(tx, account, collection);
    if (isPublic) await checkShown(tx, [note]);
    await tx
      .updateTable('saved_papers')
      .set({ note: cleanNote(note) })
      .where('collection', '=', collection)
      .where('paper', 'in', await familyOf(tx, paper))
      .execute();
    await tx.updateTable('collections').set({ changed_at: now }).where('id', '=', collection).execute();
  });

export const MOVES = ['first', 'up', 'down', 'last'] as const;
export type Move = (typeof MOVES)[number];

/** Moves a paper within its collection. @throws PersonalRefused */
export const movePaper = (
  store: Store,
  account: number,
  { collection, paper, to }: { collection: string; paper: number; to: Move },
  now: number,
): Promise<void> =>
  ownChange(store, account, async (tx) => {
    await ownCollection(tx, account, collection);
    const family = await familyOf(tx, paper);
    const rows = await tx
      .selectFrom('saved_papers')
      .select(['paper', 'place'])
      .where('collection', '=', collection)
      .orderBy('place')
      .orderBy('paper')
      .execute();
    const from = rows.findIndex((row) => family.includes(row.paper));
    if (from < 0) throw new PersonalRefused('This paper is not in the list.');
    const wanted = { first: 0, up: from - 1, down: from + 1, last: rows.length - 1 }[to];
    const at = Math.min(rows.length - 1, Math.max(0, wanted));
    const [row] = rows.splice(from, 1);
    rows.splice(at, 0, row!);
    for (const [place, each] of rows.entries())
      if (each.place !== place)
        await tx
          .updateTable('saved_papers')
          .set({ place })
          .where('collection', '=', collection)
          .where('paper', '=', each.paper)
          .execute();
    await tx.updateTable('collections').set({ changed_at: now }).where('id', '=', collection).execute();
  });

/** The papers of a collection in its order; those that have been merged are the paper they became, once. */
export async function papersIn(db: Db, collection: string): Promise<SavedPaper[]> {
  const rows = await db
    .selectFrom('saved_papers')
    .select(['paper', 'note', 'added_at as addedAt'])
    .where('collection', '=', collection)
    .orderBy('place')
    .orderBy('paper')
    .execute();
  const homes = await homesOf(
    db,
    rows.map(({ paper }) => paper),
  );
  const found = new Map<number, SavedPaper>();
  for (const row of rows) {
    const paper = homes.get(row.paper)!;
    if (!found.has(paper)) found.set(paper, { ...row, paper });
  }
  return [...found.values()];
}

/** Which of an account's collections hold a paper, with its note there. */
export async function savedIn(
  db: Db,
  account: number,
  paper: number,
): Promise<{ collection: string; note: string }[]> {
  return db
    .selectFrom('saved_papers')
    .select(['collection', 'note'])
    .where('account', '=', account)
    .where('paper', 'in', await familyOf(db, paper))
    .execute();
}
