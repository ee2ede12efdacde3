/** What pages ask of discussions, in one place over their files. */

import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { checkMayWrite } from './comment-limits.ts';
import { CommentRefused } from './comment-refused.ts';
import { commentSent, deleteComment, editComment, type Reaction, react, writeComment } from './comments.ts';
import { familyOf, homeOf, homesOf } from './papers.ts';
import type { QuotableAbstract } from './quotes.ts';
import { headsOf, inThreads, type Letter, type LetterHead, lettersOf, MOST } from './threads.ts';

/** A comment, and the paper it is on. */
export interface Placed {
  letter: Letter;
  /** The paper's key. */
  paper: number;
}

/** What one reader has to do with a comment. */
export interface Own {
  letter: LetterHead;
  isOwn: boolean;
  reactions: Reaction[];
}

export interface Sent {
  author: number;
  text: string;
  abstract: QuotableAbstract | null;
}

export interface Discussions {
  /** A text as it will be shown to its author. @throws CommentRefused, and what the renderer refuses with */
  preview(text: string, author: number): Promise<string>;
  /** Writes a comment or a reply. @returns its id @throws NoSuchPaper, CommentRefused, and as `preview` */
  write(comment: Sent & { paper: number; parent: string | null; formKey: string | null }): Promise<string>;
  /** @param comment.version how often it had been edited when its author saw it @throws CommentRefused, and as `preview` */
  edit(id: string, comment: Sent & { version: number }): Promise<void>;
  /** @throws CommentRefused */
  remove(id: string, author: number): Promise<void>;
  /** @throws CommentRefused */
  react(id: string, account: number, kind: Reaction, isOn: boolean): Promise<void>;
  /** A comment alone; null: there is none. */
  find(id: string): Promise<Placed | null>;
  /** A comment with everything below it; null: there is none. */
  thread(id: string, abstractOf: AbstractOf): Promise<{ paper: number; letters: Letter[] } | null>;
  /** What a comment said before it was edited, the oldest first; empty unless it is shown. */
  versions(id: string): Promise<{ text: string; html: string | null; at: number }[]>;
  /** What an account can do with comments, which are on the page already. */
  own(account: number, ids: string[]): Promise<Own[]>;
  /** What somebody has written, the newest first. */
  by(account: number, limit: number): Promise<Placed[]>;
  /** What any of them has written, the newest first. */
  byAnyOf(accounts: number[], limit: number): Promise<Placed[]>;
  /** What has been written on a paper, the newest first. */
  newest(paper: number, limit: number): Promise<Placed[]>;
}

/** The abstract of a paper now. */
export type AbstractOf = (paper: number) => Promise<QuotableAbstract | null>;

export interface DiscussionOptions {
  store: Store;
  /** Renders a text; names in `known` become links. */
  render(text: string, known: string[]): Promise<string>;
  /** Names that a text mentions. */
  namesIn(text: string): string[];
  /** Whether a moderator reviews a person’s first comment before it is shown. */
  reviewsFirst?: boolean;
  now(): number;
}

/** Comments below one that are shown on its page. */
const MOST_BELOW = 500;

/** Texts of one account that may wait to be rendered: all accounts share the renderer, which takes them in turn. */
const MOST_WAITING = 2;

/** A text as it is stored. */
export const cleanComment = (text: string): string =>
  text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\r', '\n').replaceAll('\u0000', '').trim();

export function discussionsIn({
  store,
  render,
  namesIn,
  reviewsFirst = false,
  now,
}: DiscussionOptions): Discussions {
  const db = store.read;

  /** Texts that wait to be rendered, by account. */
  const waiting = new Map<number, number>();
  /** What is being rendered, by author and text: a form that is sent several times at once is rendered once. */
  const underWay = new Map<string, Promise<string>>();

  /** Renders a text for somebody who may write. */
  async function renderedFor(author: number, text: string): Promise<string> {
    await checkMayWrite(db, author, now());
    const key = `${author} ${text}`;
    const same = underWay.get(key);
    if (same !== undefined) return same;
    const made = inTurn(author, text).finally(() => underWay.delete(key));
    underWay.set(key, made);
    return made;
  }

  async function inTurn(author: number, text: string): Promise<string> {
    const before = waiting.get(author) ?? 0;
    if (before >= MOST_WAITING)
      throw new CommentRefused(
        'limit',
        'The site is still working on your other comments. Please try again in a moment.',
        2,
      );
    waiting.set(author, before + 1);
    try {
      return await rendered(text);
    } finally {
      const after = waiting.get(author)! - 1;
      if (after > 0) waiting.set(author, after);
      else waiting.delete(author);
    }
  }

  async function rendered(text: string): Promise<string> {
    const names = namesIn(text);
    const known = await inSlices(names, (slice) =>
      db
        .selectFrom('accounts')
        .select('name')
        .where('name', 'in', slice)
        .where('state', '!=', 'deleted')
        .execute(),
    );
    return render(
      text,
      known.map(({ name }) => name),
    );
  }

  async function placed(rows: { id: string; paper: number }[]): Promise<Placed[]> {
    const letters = await lettersOf(
      db,
      rows.map(({ id }) => ({ id, depth: 0 })),
    );
    const homes = await homesOf(
      db,
      rows.map(({ paper }) => paper),
    );
    const papers = new Map(rows.map(({ id, paper }) => [id, homes.get(paper)!]));
    return letters.map((letter) => ({ letter, paper: papers.get(letter.id)! }));
  }

  async function byAnyOf(accounts: number[], limit: number): Promise<Placed[]> {
    if (accounts.length === 0) return [];
    const rows = await db
      .selectFrom('comments')
      .select(['id', 'paper'])
      .where('author', 'in', accounts)
      .where('state', '=', 'shown')
      .orderBy('created', 'desc')
      .orderBy('id')
      .limit(limit)
      .execute();
    return placed(rows);
  }

  return {
    preview: (text, author) => renderedFor(author, text),
    async write({ text, ...comment }) {
      const { author, formKey } = comment;
      // A form sent twice is not refused for what it wrote the first time.
      const sent = formKey === null ? null : await commentSent(db, author, formKey);
      if (sent !== null) return sent;
      return writeComment(store, {
        ...comment,
        text,
        html: await renderedFor(author, text),
        reviewsFirst,
        at: now(),
      });
    },
    async edit(id, { text, ...comment }) {
      const html = await renderedFor(comment.author, text);
      await editComment(store, id, { ...comment, text, html, at: now() });
    },
    remove: (id, author) => deleteComment(store, id, author),
    react: (comment, account, kind, isOn) => react(store, { comment, account, kind, isOn, at: now() }),
    async find(id) {
      const row = await db
        .selectFrom('comments')
        .select(['id', 'paper'])
        .where('id', '=', id)
        .executeTakeFirst();
      return row ? ((await placed([row]))[0] ?? null) : null;
    },
    async thread(id, abstractOf) {
      const first = await db.selectFrom('comments').select('paper').where('id', '=', id).executeTakeFirst();
      if (!first) return null;
      const paper = await homeOf(db, first.paper);
      const rows = await db
        .selectFrom('comments')
        .select(['id', 'parent'])
        .where('paper', 'in', await familyOf(db, paper))
        .orderBy('created')
        .orderBy('id')
        .limit(MOST)
        .execute();
      const all = inThreads(rows);
      const at = all.findIndex((one) => one.id === id);
      if (at < 0) return null;
      const { depth } = all[at]!;
      let end = at + 1;
      while (end < all.length && all[end]!.depth > depth && end - at < MOST_BELOW) end++;
      const below = all.slice(at, end).map((one) => ({ ...one, depth: one.depth - depth }));
      return { paper, letters: await lettersOf(db, below, await abstractOf(paper)) };
    },
    versions: (id) =>
      db
        .selectFrom('comment_versions')
        .innerJoin('comments', 'comments.id', 'comment_versions.comment')
        .select(['comment_versions.text', 'comment_versions.html', 'comment_versions.at'])
        .where('comment', '=', id)
        .where('comments.state', '=', 'shown')
        .orderBy('number')
        .execute(),
    async own(account, ids) {
      const reactions = await inSlices(ids, (slice) =>
        db
          .selectFrom('comment_reactions')
          .select(['comment', 'kind'])
          .where('account', '=', account)
          .where('comment', 'in', slice)
          .execute(),
      );
      const letters = await headsOf(
        db,
        ids.map((id) => ({ id, depth: 0 })),
      );
      const kinds = Map.groupBy(reactions, ({ comment }) => comment);
      return letters.map((letter) => ({
        letter,
        isOwn: letter.author === account,
        reactions: (kinds.get(letter.id) ?? []).map(({ kind }) => kind as Reaction),
      }));
    },
    by: (account, limit) => byAnyOf([account], limit),
    byAnyOf,
    async newest(paper, limit) {
      const rows = await db
        .selectFrom('comments')
        .select(['id', 'paper'])
        .where('paper', 'in', await familyOf(db, paper))
        .where('state', '=', 'shown')
        .orderBy('created', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return placed(rows);
    },
  };
}
