/** Discussions as pages and programs see them: comments in the order of their threads, with everything shown of them. */
import { inSlices } from '../store/bulk.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Role } from './accounts.ts';
import { digested, type Followed, followQuote } from './anchors.ts';
import type { CommentState, Reaction } from './comments.ts';
import { families, familyOf, homesOf } from './papers.ts';
import type { QuotableAbstract } from './quotes.ts';
import { submissionsAmong } from './submissions.ts';

/** Who wrote a comment. */
export interface Writer {
  /** In addresses; null: they have no page (from before there were accounts). */
  name: string | null;
  displayName: string;
  badge: 'moderator' | 'admin' | 'author' | null;
}

/** A quote of the abstract, and what has become of it. */
export interface Quote extends Followed {
  text: string;
  /** arXiv's numbers of the version quoted and the present one, where both are known and differ. */
  versions: { quoted: number; present: number } | null;
}

export interface Letter {
  id: string;
  parent: string | null;
  /** 0: it replies to no other. */
  depth: number;
  /** Their account, for this site itself; null as `writer` is. */
  author: number | null;
  /** Null: they have deleted their account. */
  writer: Writer | null;
  /** They submitted the paper. */
  isSubmitter: boolean;
  state: CommentState;
  /** As it was written, and rendered; both empty unless it is shown. `html` null: it is shown as plain text. */
  text: string;
  html: string | null;
  created: number;
  edited: number | null;
  /** How often it has been edited. */
  edits: number;
  reactions: { kind: Reaction; count: number }[];
  quotes: Quote[];
  /** Nobody can reply: it is locked, or one above it, or the whole discussion. */
  isLocked: boolean;
  /** The authors of the paper have put it above the others. */
  isPinned: boolean;
}

/** A comment without what it says. */
export type LetterHead = Omit<Letter, 'text' | 'html' | 'quotes'>;

export interface Discussion {
  /** In the order of their threads, from `from` on. */
  letters: Letter[];
  from: number;
  /** Where the next page begins; null: this is the last. */
  next: number | null;
  /** Pages of the whole discussion, from the first comment on. */
  pages: number;
  /** Comments that are shown, on all pages. */
  total: number;
  isLocked: boolean;
  /** Authors of the paper who have accounts here. */
  authors: { author: string; name: string; displayName: string }[];
  /** The one of them who stands by the summary. */
  summaryBy: string | null;
}

export const NO_DISCUSSION: Discussion = {
  letters: [],
  from: 0,
  next: null,
  pages: 0,
  total: 0,
  isLocked: false,
  authors: [],
  summaryBy: null,
};

/** Comments on one page. */
export const LETTERS = 100;
/** Comments of one paper that can be reached by its page. */
export const MOST = 20_000;

/**
 * A page of the discussion of a paper.
 *
 * @param abstract the paper's own, now
 * @param from comments before it, in the order of their threads
 */
export async function discussionOf(
  db: Db,
  paper: number,
  abstract: QuotableAbstract | null,
  from = 0,
): Promise<Discussion> {
  const family = await familyOf(db, paper);
  const rows = await db
    .selectFrom('comments')
    .select(['id', 'parent', 'state'])
    .where('paper', 'in', family)
    .orderBy('created')
    .orderBy('id')
    .limit(MOST)
    .execute();
  const locked = await db
    .selectFrom('locked_discussions')
    .select('paper')
    .where('paper', 'in', family)
    .executeTakeFirst();
  const ordered = pinnedFirst(inThreads(rows), await pinnedAmong(db, family));
  const page = ordered.slice(from, from + LETTERS);
  return {
    letters: await lettersOf(db, page, abstract),
    from,
    next: from + LETTERS < ordered.length ? from + LETTERS : null,
    pages: Math.ceil(ordered.length / LETTERS),
    total: rows.filter(({ state }) => state === 'shown').length,
    isLocked: locked !== undefined,
    ...(await authorsHere(db, family)),
  };
}

/** The thread that authors have pinned, before all others. */
function pinnedFirst(ordered: Positioned[], pinned: ReadonlySet<string>): Positioned[] {
  const from = ordered.findIndex(({ id, depth }) => depth === 0 && pinned.has(id));
  if (from <= 0) return ordered;
  let end = from + 1;
  while (end < ordered.length && ordered[end]!.depth > 0) end++;
  return [...ordered.slice(from, end), ...ordered.slice(0, from), ...ordered.slice(end)];
}

async function pinnedAmong(db: Db, papers: number[]): Promise<Set<string>> {
  const rows = await inSlices(papers, (slice) =>
    db.selectFrom('pinned_comments').select('comment').where('paper', 'in', slice).execute(),
  );
  return new Set(rows.map(({ comment }) => comment));
}

/** The authors of a paper who have accounts here, and who of them stands by its summary. */
async function authorsHere(db: Db, family: number[]): Promise<Pick<Discussion, 'authors' | 'summaryBy'>> {
  const rows = await db
    .selectFrom('authorships')
    .innerJoin('accounts', 'accounts.id', 'authorships.account')
    .select(['author', 'name', 'display_name', 'account'])
    .where('paper', 'in', family)
    .where('authorships.state', '=', 'granted')
    .where('accounts.state', 'in', ['active', 'silenced'])
    .orderBy('author')
    .execute();
  const own =
    rows.length === 0
      ? undefined
      : await db
          .selectFrom('own_summaries')
          .select('account')
          .where('paper', 'in', family)
          .executeTakeFirst();
  return {
    authors: rows.map(({ author, name, display_name }) => ({ author, name, displayName: display_name })),
    summaryBy: rows.find(({ account }) => account === own?.account)?.display_name ?? null,
  };
}

/** Which of these people are authors of the papers they write on: `ACCOUNT PAPER`. */
async function authorsAmong(
  db: Db,
  rows: readonly Pick<Schema['comments'], 'author' | 'paper'>[],
): Promise<Set<string>> {
  const accounts = [...new Set(rows.flatMap(({ author }) => author ?? []))];
  const granted = await inSlices(accounts, (slice) =>
    db
      .selectFrom('authorships')
      .select(['account', 'paper'])
      .where('account', 'in', slice)
      .where('state', '=', 'granted')
      .execute(),
  );
  return new Set(granted.map(({ account, paper }) => `${account} ${paper}`));
}

interface Positioned {
  id: string;
  depth: number;
}

/** Each comment before its replies, those in the order in which they came. Linear, however deep. */
export function inThreads(rows: readonly { id: string; parent: string | null }[]): Positioned[] {
  const ids = new Set(rows.map(({ id }) => id));
  const replies = new Map<string | null, string[]>();
  for (const { id, parent } of rows) {
    // Without the comment it replies to, it is one of its own.
    const above = parent !== null && ids.has(parent) ? parent : null;
    const list = replies.get(above);
    if (list) list.push(id);
    else replies.set(above, [id]);
  }
  const ordered: Positioned[] = [];
  const waiting = (replies.get(null) ?? []).map((id) => ({ id, depth: 0 })).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    ordered.push(next);
    const below = replies.get(next.id) ?? [];
    for (let i = below.length - 1; i >= 0; i--) waiting.push({ id: below[i]!, depth: next.depth + 1 });
  }
  return ordered;
}

/**
 * Everything shown of comments, in the order given.
 *
 * @param abstract of their paper now; without one, nothing is said about what they quote
 * @param seesHidden for moderators: with the text of what is hidden
 */
export async function lettersOf(
  db: Db,
  placed: readonly Positioned[],
  abstract?: QuotableAbstract | null,
  seesHidden = false,
): Promise<Letter[]> {
  const ids = placed.map(({ id }) => id);
  const rows = await inSlices(ids, (slice) =>
    db.selectFrom('comments').selectAll().where('id', 'in', slice).execute(),
  );
  const [heads, quotes] = await Promise.all([
    headsFrom(db, placed, rows, seesHidden),
    abstract === undefined ? new Map<string, Quote[]>() : quotesOf(db, ids, abstract),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return heads.map((head) => {
    const isShown = seenBy(seesHidden, head.state);
    const { text, html } = byId.get(head.id)!;
    return {
      ...head,
      text: isShown ? text : '',
      html: isShown ? html : null,
      quotes: isShown ? (quotes.get(head.id) ?? []) : [],
    };
  });
}

const seenBy = (seesHidden: boolean, state: string): boolean =>
  state === 'shown' || (seesHidden && state !== 'deleted');

const HEAD = ['id', 'paper', 'parent', 'author', 'state', 'created', 'edited'] as const;

/** Comments without their texts, in the order given: texts are long, and acting on comments takes none. */
export async function headsOf(db: Db, placed: readonly Positioned[]): Promise<LetterHead[]> {
  const ids = placed.map(({ id }) => id);
  const rows = await inSlices(ids, (slice) =>
    db.selectFrom('comments').select(HEAD).where('id', 'in', slice).execute(),
  );
  return headsFrom(db, placed, rows);
}

async function headsFrom(
  db: Db,
  placed: readonly Positioned[],
  rows: readonly Pick<Schema['comments'], (typeof HEAD)[number]>[],
  seesHidden = false,
): Promise<LetterHead[]> {
  const ids = placed.map(({ id }) => id);
  const [writers, submitters, edits, reactions, locked, authors, pinned] = await Promise.all([
    writersOf(db, rows),
    bySubmitters(db, rows),
    countsOf(db, ids),
    reactionsTo(db, ids),
    lockedAmong(db, rows),
    authorsAmong(db, rows),
    pinnedAmong(db, [...new Set(rows.map(({ paper }) => paper))]),
  ]);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return placed.flatMap(({ id, depth }) => {
    const row = byId.get(id);
    if (!row) return [];
    const isShown = seenBy(seesHidden, row.state);
    return {
      id,
      parent: row.parent,
      depth,
      author: isShown ? row.author : null,
      writer: isShown ? writerOf(row, writers, authors) : null,
      isSubmitter: isShown && submitters.has(id),
      state: row.state as CommentState,
      created: row.created,
      edited: isShown ? row.edited : null,
      edits: isShown ? (edits.get(id) ?? 0) : 0,
      reactions: isShown ? (reactions.get(id) ?? []) : [],
      isLocked: locked.has(id),
      isPinned: pinned.has(id),
    };
  });
}

/** Those to which nobody can reply. */
async function lockedAmong(
  db: Db,
  rows: readonly Pick<Schema['comments'], 'id' | 'paper'>[],
): Promise<Set<string>> {
  const locked = new Set<string>();
  if (rows.length === 0) return locked;
  const homes = await homesOf(
    db,
    rows.map(({ paper }) => paper),
  );
  const merging = await families(db);
  // A lock may be held under any key of the paper: what it was merged with may not have followed yet.
  const keysOf = (home: number): number[] => merging.get(home) ?? [home];
  const homeOfKey = new Map(homes);
  for (const home of homes.values()) for (const key of keysOf(home)) homeOfKey.set(key, home);
  const keys = [...homeOfKey.keys()];
  const closed = await inSlices(keys, (slice) =>
    db.selectFrom('locked_discussions').select('paper').where('paper', 'in', slice).execute(),
  );
  const threads = await inSlices(keys, (slice) =>
    db
      .selectFrom('comments')
      .select('paper')
      .distinct()
      .where('paper', 'in', slice)
      .where('locked', '=', 1)
      .execute(),
  );
  // Nearly always there is nothing locked, and then nothing else is asked.
  if (closed.length === 0 && threads.length === 0) return locked;
  const isClosed = new Set(closed.map(({ paper }) => homeOfKey.get(paper)));
  const withLock = new Set(threads.map(({ paper }) => homeOfKey.get(paper)));
  for (const { id, paper } of rows) if (isClosed.has(homes.get(paper))) locked.add(id);
  for (const home of new Set(homes.values())) {
    if (isClosed.has(home) || !withLock.has(home)) continue;
    const all = await db
      .selectFrom('comments')
      .select(['id', 'parent', 'locked'])
      .where('paper', 'in', keysOf(home))
      .orderBy('created')
      .orderBy('id')
      .limit(MOST)
      .execute();
    const own = new Set(all.filter((row) => row.locked === 1).map(({ id }) => id));
    const parents = new Map(all.map(({ id, parent }) => [id, parent]));
    // Each comes after the one it replies to.
    for (const { id } of inThreads(all)) if (own.has(id) || locked.has(parents.get(id) ?? '')) locked.add(id);
  }
  return locked;
}

async function writersOf(
  db: Db,
  rows: readonly Pick<Schema['comments'], 'author'>[],
): Promise<Map<number, Writer>> {
  const authors = [...new Set(rows.flatMap(({ author }) => author ?? []))];
  const accounts = await inSlices(authors, (slice) =>
    db
      .selectFrom('accounts')
      .select(['id', 'name', 'display_name', 'role'])
      .where('id', 'in', slice)
      .where('state', '!=', 'deleted')
      .execute(),
  );
  const found = new Map<number, Writer>(
    accounts.map(({ id, name, display_name, role }) => [
      id,
      { name, displayName: display_name, badge: badgeOf(role as Role) },
    ]),
  );
  const named = await inSlices(
    authors.filter((author) => author < 0),
    (slice) => db.selectFrom('named_readers').selectAll().where('id', 'in', slice).execute(),
  );
  for (const { id, name } of named) found.set(id, { name: null, displayName: name, badge: null });
  return found;
}

/** Those that the submitter of their paper wrote. */
async function bySubmitters(
  db: Db,
  rows: readonly Pick<Schema['comments'], 'id' | 'paper' | 'author'>[],
): Promise<Set<string>> {
  const homes = await homesOf(
    db,
    rows.map(({ paper }) => paper),
  );
  const merging = await families(db);
  // A submission may be held under any key of the paper: what it was merged with may not have followed yet.
  const keysOf = (paper: number): number[] => {
    const home = homes.get(paper)!;
    return [paper, ...(merging.get(home) ?? [home])];
  };
  const made = await submissionsAmong(db, [...new Set(rows.flatMap(({ paper }) => keysOf(paper)))]);
  return new Set(
    rows
      .filter(({ paper, author }) => keysOf(paper).some((key) => made.has(`${key} ${author}`)))
      .map(({ id }) => id),
  );
}

/** Authors of the paper are shown as that, whatever else they are here. */
function writerOf(
  { author, paper }: Pick<Schema['comments'], 'author' | 'paper'>,
  writers: ReadonlyMap<number, Writer>,
  authors: ReadonlySet<string>,
): Writer | null {
  const writer = author === null ? undefined : writers.get(author);
  if (!writer) return null;
  return authors.has(`${author} ${paper}`) ? { ...writer, badge: 'author' } : writer;
}

const badgeOf = (role: Role): Writer['badge'] => (role === 'member' ? null : role);

async function countsOf(db: Db, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await inSlices([...ids], (slice) =>
    db
      .selectFrom('comment_versions')
      .select((e) => ['comment', e.fn.countAll<number>().as('count')])
      .where('comment', 'in', slice)
      .groupBy('comment')
      .execute(),
  );
  return new Map(rows.map(({ comment, count }) => [comment, Number(count)]));
}

async function reactionsTo(db: Db, ids: readonly string[]): Promise<Map<string, Letter['reactions']>> {
  const rows = await inSlices([...ids], (slice) =>
    db
      .selectFrom('comment_reactions')
      .select((e) => ['comment', 'kind', e.fn.countAll<number>().as('count')])
      .where('comment', 'in', slice)
      .groupBy(['comment', 'kind'])
      .orderBy('kind')
      .execute(),
  );
  const found = new Map<string, Letter['reactions']>();
  for (const { comment, kind, count } of rows)
    found.set(comment, [...(found.get(comment) ?? []), { kind: kind as Reaction, count: Number(count) }]);
  return found;
}

async function quotesOf(
  db: Db,
  ids: readonly string[],
  abstract: QuotableAbstract | null,
): Promise<Map<string, Quote[]>> {
  const rows = await inSlices([...ids], (slice) =>
    db
      .selectFrom('comment_quotes')
      .innerJoin('quoted_abstracts', 'quoted_abstracts.digest', 'comment_quotes.abstract')
      .select(['comment', 'comment_quotes.abstract as digest', 'starts', 'ends', 'text', 'version'])
      .where('comment', 'in', slice)
      .orderBy('comment')
      .orderBy('place')
      .execute(),
  );
  const found = new Map<string, Quote[]>();
  const present = abstract && rows.length > 0 ? digested(abstract.text) : null;
  for (const { comment, digest, starts, ends, text, version } of rows) {
    const followed: Followed = present
      ? followQuote({ text, digest }, { start: starts, end: ends }, present)
      : { state: 'gone', span: null };
    const now = abstract?.version ?? null;
    const versions =
      version !== null && now !== null && now !== version && followed.state !== 'unchanged'
        ? { quoted: version, present: now }
        : null;
    const quote = { ...followed, text: text.slice(starts, ends), versions };
    found.set(comment, [...(found.get(comment) ?? []), quote]);
  }
  return found;
}
