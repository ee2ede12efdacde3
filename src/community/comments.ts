/**
 * Comments by this site's readers, in threads. Each write is one change of the community, and those come one at a time:
 * if an edit and a deletion arrive together, or the same form twice, the second sees what the first has done.
 */
import { randomBytes } from 'node:crypto';
import { announce } from '../store/listening.ts';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import { addGiven, type CommunityChange, communityChange } from './change.ts';
import { checkMaySay, checkMayWrite } from './comment-limits.ts';
import { CommentRefused } from './comment-refused.ts';
import { type Act, checkIsNotOwn, checkMayModerate, logAct, ModerationRefused } from './log.ts';
import { familyOf, NoSuchPaper, presentPaper } from './papers.ts';
import { notifyMentioned, notifyOfComment } from './personal/notices.ts';
import { type QuotableAbstract, saveQuotes } from './quotes.ts';

/** Shown; hidden by a moderator; held until one has looked at it; deleted (the text is gone, the replies stay). */
export type CommentState = 'shown' | 'hidden' | 'held' | 'deleted';

export interface NewComment {
  paper: number;
  author: number;
  text: string;
  /** The text, rendered. */
  html?: string | null;
  /** The comment it replies to. */
  parent?: string | null;
  /** The form it came with: a second comment of its author with the same key is the first. */
  formKey?: string | null;
  /** What it may quote. */
  abstract?: QuotableAbstract | null;
  /** Whether a moderator reviews a person’s first comment before it is shown. */
  reviewsFirst?: boolean;
  at: number;
}

/** A write to comments; in PostgreSQL, everybody who keeps pages of them is told. */
function commentChange<T>(store: Store, work: (change: CommunityChange) => Promise<T>): Promise<T> {
  return communityChange(store, async (change) => {
    const result = await work(change);
    if (store.dialect === 'postgres') await announce(change.tx);
    return result;
  });
}

/**
 * Writes a comment on a paper, or a reply to one.
 *
 * @returns its id
 * @throws NoSuchPaper if the paper is not here, or the parent is no comment on it
 * @throws CommentRefused if its author may not write, or nobody may write there
 */
export function writeComment(store: Store, given: NewComment): Promise<string> {
  return commentChange(store, (change) => addComment(change, given));
}

/** The same as a part of another change. */
export async function addComment(change: CommunityChange, given: NewComment): Promise<string> {
  const { author, text, html = null, parent = null, formKey = null, abstract = null, at } = given;
  const { tx } = change;
  const paper = await presentPaper(tx, given.paper);
  if (formKey !== null) {
    const sent = await commentSent(tx, author, formKey);
    if (sent !== null) return sent;
  }
  await checkMayWrite(tx, author, at);
  const family = await familyOf(tx, paper);
  await checkIsOpen(tx, family);
  if (parent !== null) await checkMayReply(tx, parent, family);
  await checkMaySay(tx, { account: author, text, family, at });
  const isHeld = given.reviewsFirst === true && (await isFirst(tx, author));
  const id = randomBytes(8).toString('hex');
  const row = { id, paper, parent, author, text, html, form_key: formKey, locked: 0 };
  await tx
    .insertInto('comments')
    .values({ ...row, state: isHeld ? 'held' : 'shown', created: at, edited: null })
    .execute();
  await saveQuotes(tx, id, text, abstract);
  await addGiven(change, paper, { comments: isHeld ? 0 : 1 });
  if (!isHeld) await notifyOfComment(tx, { id, author, html, at, paper }, family, parent);
  return id;
}

/** Whether nothing by an account has been shown yet. */
async function isFirst(tx: Db, author: number): Promise<boolean> {
  const who = await tx.selectFrom('accounts').select('role').where('id', '=', author).executeTakeFirst();
  if (who && who.role !== 'member') return false;
  const shown = await tx
    .selectFrom('comments')
    .select('id')
    .where('author', '=', author)
    .where('state', '=', 'shown')
    .limit(1)
    .executeTakeFirst();
  return shown === undefined;
}

/** The comment that came with a form; null: none has yet. */
export async function commentSent(db: Db, author: number, formKey: string): Promise<string | null> {
  const sent = await db
    .selectFrom('comments')
    .select('id')
    .where('author', '=', author)
    .where('form_key', '=', formKey)
    .executeTakeFirst();
  return sent?.id ?? null;
}

/** How many levels of replies a thread may have. */
const DEEPEST = 200;

/** Nobody replies to what is hidden, or anywhere below a comment that is locked. */
async function checkMayReply(tx: Db, parent: string, family: number[]): Promise<void> {
  const found = await commentBy(tx, parent);
  if (!found || !family.includes(found.paper))
    throw new NoSuchPaper(`there is no comment ${parent} on this paper`);
  if (found.state === 'hidden')
    throw new CommentRefused('forbidden', 'This comment was hidden: it cannot be replied to.');
  if (found.state === 'held')
    throw new CommentRefused('forbidden', 'You cannot reply to this comment until it has been reviewed.');
  const levels = await checkThreadIsOpen(tx, parent);
  if (levels > DEEPEST)
    throw new CommentRefused('forbidden', 'This thread has become too long. Please start a new one.');
}

/** Nobody writes in a discussion that is closed. */
async function checkIsOpen(tx: Db, family: number[]): Promise<void> {
  const locked = await tx
    .selectFrom('locked_discussions')
    .select('paper')
    .where('paper', 'in', family)
    .executeTakeFirst();
  if (locked) throw new CommentRefused('forbidden', 'This discussion is closed.');
}

/**
 * Nobody can write below a comment that is locked, at any depth.
 *
 * @returns its level: 1 if it replies to no other
 */
async function checkThreadIsOpen(tx: Db, id: string): Promise<number> {
  const { levels, locked } = await tx
    .withRecursive('above(parent, locked)', (db) =>
      db
        .selectFrom('comments')
        .select(['parent', 'locked'])
        .where('id', '=', id)
        .unionAll(
          db
            .selectFrom('comments')
            .innerJoin('above', 'above.parent', 'comments.id')
            .select(['comments.parent', 'comments.locked']),
        ),
    )
    .selectFrom('above')
    .select((e) => [e.fn.countAll<number>().as('levels'), e.fn.max('locked').as('locked')])
    .executeTakeFirstOrThrow();
  if (locked === 1) throw new CommentRefused('forbidden', 'This thread is closed.');
  return Number(levels);
}

/** What becomes of a comment that is edited. */
export interface Edit {
  text: string;
  html?: string | null;
  abstract?: QuotableAbstract | null;
  /** Only if it is theirs. */
  author?: number;
  /** Only if it has been edited this often: nobody overwrites what they have not seen. */
  version?: number;
  at: number;
}

/** How often one comment can be edited. */
const MOST_VERSIONS = 100;

/**
 * Replaces the text of a comment; what it said before is kept as one of its versions.
 *
 * @throws CommentRefused if it cannot be edited, or not by them
 */
export function editComment(store: Store, id: string, edit: Edit): Promise<void> {
  const { text, html = null, abstract = null, author, version, at } = edit;
  return commentChange(store, async (change) => {
    const { tx } = change;
    const before = await ownComment(tx, id, author);
    if (before.state === 'hidden')
      throw new CommentRefused('forbidden', 'This comment was hidden: it cannot be edited.');
    if (before.text === text) return;
    if (author !== undefined) {
      await checkIsOpen(tx, await familyOf(tx, before.paper));
      await checkThreadIsOpen(tx, id);
    }
    const { count } = await tx
      .selectFrom('comment_versions')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('comment', '=', id)
      .executeTakeFirstOrThrow();
    const number = Number(count);
    if (version !== undefined && version !== number)
      throw new CommentRefused(
        'conflict',
        'This comment has been edited since you opened it. Copy your text, open the comment again and edit it there.',
      );
    if (number >= MOST_VERSIONS)
      throw new CommentRefused('forbidden', `A comment can be edited at most ${MOST_VERSIONS} times.`);
    if (author !== undefined) {
      await checkMayWrite(tx, author, at);
      const family = await familyOf(tx, before.paper);
      await checkMaySay(tx, { account: author, text, family, editing: id, at });
    }
    await tx
      .insertInto('comment_versions')
      .values({
        comment: id,
        number,
        text: before.text,
        html: before.html,
        at: before.edited ?? before.created,
      })
      .execute();
    await tx.updateTable('comments').set({ text, html, edited: at }).where('id', '=', id).execute();
    await saveQuotes(tx, id, text, abstract);
    await addGiven(change, before.paper, {});
    if (before.author !== null)
      await notifyMentioned(tx, { id, author: before.author, html, at, paper: before.paper }, before.html);
  });
}

/**
 * Deletes a comment for good: its text, also of its versions, quotes and reactions are gone, its replies stay. Deleting
 * it again
 * changes nothing.
 *
 * @param author only if it is theirs
 * @throws CommentRefused if there is no such comment, or it is somebody else's
 */
export function deleteComment(store: Store, id: string, author?: number): Promise<void> {
  return commentChange(store, async (change) => {
    const before = await commentBy(change.tx, id);
    if (before?.state === 'deleted' && (author === undefined || before.author === author)) return;
    await ownComment(change.tx, id, author);
    await deleteIn(change, before!);
  });
}

async function deleteIn(
  change: CommunityChange,
  before: { id: string; paper: number; state: string },
): Promise<void> {
  const { tx } = change;
  const { id, paper, state } = before;
  await tx
    .updateTable('comments')
    .set({ state: 'deleted', text: '', html: null })
    .where('id', '=', id)
    .execute();
  // That there were edits, and when, still counts against the limits of their author.
  await tx.updateTable('comment_versions').set({ text: '', html: null }).where('comment', '=', id).execute();
  for (const table of ['comment_reactions', 'comment_quotes', 'notices'] as const)
    await tx.deleteFrom(table).where('comment', '=', id).execute();
  await addGiven(change, paper, { comments: state === 'shown' ? -1 : 0 });
}

/**
 * Shows, hides or deletes a comment. Deleting is final. False: there is no such comment, or it is deleted.
 *
 * @param act of a moderator, for the log
 */
export function setCommentState(store: Store, id: string, state: CommentState, act?: Act): Promise<boolean> {
  return commentChange(store, async (change) => {
    if (act) await checkMayModerate(change.tx, act);
    const comment = await commentBy(change.tx, id);
    if (!comment || comment.state === 'deleted') return false;
    if (comment.state === state) return true;
    if (act) {
      checkTellsNothing(act, comment.text);
      const said = state === 'shown' ? await checkIsNotOwn(change.tx, act, [comment.author]) : act;
      await logAct(change.tx, `comment ${state}`, `comment ${id}`, said, { before: comment.state });
    }
    if (state === 'deleted') {
      await deleteIn(change, comment);
      return true;
    }
    await change.tx.updateTable('comments').set({ state }).where('id', '=', id).execute();
    const comments = Number(state === 'shown') - Number(comment.state === 'shown');
    await addGiven(change, comment.paper, { comments });
    if (comment.state === 'held' && state === 'shown') await notifyOfHeld(change.tx, comment, act?.at);
    return true;
  });
}

/** Notifies the people a comment is for, once it has been reviewed. @param at when it was */
async function notifyOfHeld(tx: Db, comment: Schema['comments'], at = comment.created): Promise<void> {
  const { id, author, html, paper, parent } = comment;
  if (author === null) return;
  await notifyOfComment(tx, { id, author, html, at, paper }, await familyOf(tx, paper), parent);
}

/** The shortest text that is recognised in a reason. */
const QUOTED = 12;

/** The log is public: it cannot say what is hidden. */
function checkTellsNothing({ actor, reason }: Act, text: string): void {
  const plain = (one: string): string => one.toLowerCase().split(/\s+/).filter(Boolean).join(' ');
  const [told, said] = [plain(reason), plain(text)];
  const quotes = said.length >= QUOTED && told.includes(said);
  if (actor !== null && (quotes || (told.length >= QUOTED && said.includes(told))))
    throw new ModerationRefused(400, 'The log is public: give a reason that does not quote the comment.');
}

/**
 * Closes the thread below a comment, or opens it again. False: there is no such comment.
 *
 * @param act of a moderator, for the log
 */
export function lockThread(store: Store, id: string, isLocked: boolean, act: Act): Promise<boolean> {
  return commentChange(store, async (change) => {
    await checkMayModerate(change.tx, act);
    const comment = await commentBy(change.tx, id);
    if (!comment) return false;
    if ((comment.locked === 1) === isLocked) return true;
    await change.tx
      .updateTable('comments')
      .set({ locked: isLocked ? 1 : 0 })
      .where('id', '=', id)
      .execute();
    await logAct(change.tx, `thread ${isLocked ? 'locked' : 'unlocked'}`, `comment ${id}`, act);
    await addGiven(change, comment.paper, {});
    return true;
  });
}

/**
 * Closes the discussion of a paper, or opens it again.
 *
 * @param act of a moderator, for the log
 * @throws NoSuchPaper
 */
export function lockDiscussion(store: Store, paper: number, isLocked: boolean, act: Act): Promise<void> {
  return commentChange(store, async (change) => {
    const { tx } = change;
    await checkMayModerate(tx, act);
    const present = await presentPaper(tx, paper);
    await tx
      .deleteFrom('locked_discussions')
      .where('paper', 'in', await familyOf(tx, present))
      .execute();
    if (isLocked) await tx.insertInto('locked_discussions').values({ paper: present, at: act.at }).execute();
    await logAct(tx, `discussion ${isLocked ? 'locked' : 'unlocked'}`, `paper ${present}`, act);
    await addGiven(change, present, {});
  });
}

/** What somebody can say to a comment without words. */
export const REACTIONS = ['agree', 'insightful', 'thanks', 'doubt'] as const;
export type Reaction = (typeof REACTIONS)[number];

/**
 * Adds a reaction to a comment, or takes it back.
 *
 * @throws CommentRefused if there is no such comment, or nobody sees it
 */
export function react(
  store: Store,
  {
    comment,
    account,
    kind,
    isOn,
    at,
  }: { comment: string; account: number; kind: Reaction; isOn: boolean; at: number },
): Promise<void> {
  return commentChange(store, async (change) => {
    const { tx } = change;
    const found = await commentBy(tx, comment);
    if (found?.state !== 'shown')
      throw new CommentRefused('unknown', 'This comment does not exist, or has been deleted.');
    if (isOn)
      await tx
        .insertInto('comment_reactions')
        .values({ comment, account, kind, at })
        .onConflict((conflict) => conflict.columns(['comment', 'account', 'kind']).doNothing())
        .execute();
    else
      await tx
        .deleteFrom('comment_reactions')
        .where('comment', '=', comment)
        .where('account', '=', account)
        .where('kind', '=', kind)
        .execute();
    await addGiven(change, found.paper, {});
  });
}

/**
 * What becomes of the comments of an account that is deleted, as a part of that: they stay without a name, or are
 * deleted as well. Its reactions are gone.
 */
export async function leaveComments(
  change: CommunityChange,
  account: number,
  comments: 'keep' | 'delete',
): Promise<void> {
  const { tx } = change;
  const papers = new Set<number>();
  const reacted = await tx
    .selectFrom('comment_reactions')
    .innerJoin('comments', 'comments.id', 'comment_reactions.comment')
    .select('paper')
    .distinct()
    .where('account', '=', account)
    .execute();
  for (const { paper } of reacted) papers.add(paper);
  await tx.deleteFrom('comment_reactions').where('account', '=', account).execute();
  const own = await tx
    .selectFrom('comments')
    .select(['id', 'paper', 'state'])
    .where('author', '=', account)
    .execute();
  for (const comment of own) {
    papers.add(comment.paper);
    if (comments === 'delete' && comment.state !== 'deleted') await deleteIn(change, comment);
  }
  await tx
    .updateTable('comments')
    .set({ author: null, form_key: null })
    .where('author', '=', account)
    .execute();
  for (const paper of papers) await addGiven(change, paper, {});
}

/** Says that pages with comments of an account have changed, as a part of what changes them. */
export async function touchComments(change: CommunityChange, account: number): Promise<void> {
  const papers = await change.tx
    .selectFrom('comments')
    .select('paper')
    .distinct()
    .where('author', '=', account)
    .execute();
  for (const { paper } of papers) await addGiven(change, paper, {});
}

const commentBy = (db: Db, id: string) =>
  db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst();

/** A comment that is not deleted, if it is theirs. */
async function ownComment(tx: Db, id: string, author: number | undefined) {
  const found = await commentBy(tx, id);
  if (!found || found.state === 'deleted')
    throw new CommentRefused('unknown', 'This comment no longer exists.');
  if (author !== undefined && found.author !== author)
    throw new CommentRefused('forbidden', 'This comment is somebody else’s.');
  return found;
}
