/** Comments by this site's readers, in threads. */
import { randomUUID } from 'node:crypto';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { addGiven, communityChange } from './change.ts';
import { familyOf, NoSuchPaper, presentPaper } from './papers.ts';

/** Shown; hidden by the operator; deleted by its author (the text is gone, the replies stay). */
export type CommentState = 'shown' | 'hidden' | 'deleted';

export interface Comment {
  id: string;
  paper: number;
  /** The comment it replies to. */
  parent: string | null;
  /** A reader's number. */
  author: number;
  text: string;
  state: CommentState;
  /** Epoch ms. */
  created: number;
  /** Epoch ms; null: never. */
  edited: number | null;
}

/**
 * Writes a comment on a paper, or a reply to one.
 *
 * @returns its id
 * @throws NoSuchPaper if the paper is not here, or the parent is no comment on it
 */
export function writeComment(
  store: Store,
  given: Pick<Comment, 'paper' | 'author' | 'text'> & { parent?: string | null; at: number },
): Promise<string> {
  const { author, text, parent = null, at } = given;
  return communityChange(store, async (change) => {
    const paper = await presentPaper(change.tx, given.paper);
    if (parent !== null) {
      const found = await commentBy(change.tx, parent);
      if (!found || !(await familyOf(change.tx, paper)).includes(found.paper))
        throw new NoSuchPaper(`there is no comment ${parent} on this paper`);
    }
    const id = randomUUID();
    const row = { id, paper, parent, author, text, state: 'shown', created: at, edited: null };
    await change.tx.insertInto('comments').values(row).execute();
    await addGiven(change, paper, { comments: 1 });
    return id;
  });
}

/** Replaces the text of a comment that is not deleted. False: there is no such comment. */
export function editComment(store: Store, id: string, text: string, at: number): Promise<boolean> {
  return communityChange(store, async ({ tx }) => {
    const { numUpdatedRows } = await tx
      .updateTable('comments')
      .set({ text, edited: at })
      .where('id', '=', id)
      .where('state', '!=', 'deleted')
      .executeTakeFirstOrThrow();
    return Number(numUpdatedRows) > 0;
  });
}

/** Shows, hides or deletes a comment. Deleting is final. False: there is no such comment, or it is deleted. */
export function setCommentState(store: Store, id: string, state: CommentState): Promise<boolean> {
  return communityChange(store, async (change) => {
    const comment = await commentBy(change.tx, id);
    if (!comment || comment.state === 'deleted') return false;
    if (comment.state === state) return true;
    await change.tx
      .updateTable('comments')
      .set(state === 'deleted' ? { state, text: '' } : { state })
      .where('id', '=', id)
      .execute();
    const comments = Number(state === 'shown') - Number(comment.state === 'shown');
    if (comments !== 0) await addGiven(change, comment.paper, { comments });
    return true;
  });
}

/** The comments on a paper in every state, the oldest first; `parent` makes them a tree. */
export async function commentsOf(db: Db, paper: number): Promise<Comment[]> {
  const rows = await db
    .selectFrom('comments')
    .selectAll()
    .where('paper', 'in', await familyOf(db, paper))
    .orderBy('created')
    .orderBy('id')
    .execute();
  return rows as Comment[];
}

const commentBy = (db: Db, id: string) =>
  db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst();
