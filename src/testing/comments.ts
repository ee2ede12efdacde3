/** Comments as the database has them, for tests. */
import type { CommentState } from '../community/comments.ts';
import { familyOf } from '../community/papers.ts';
import type { Db } from '../store/schema.ts';

export interface Comment {
  id: string;
  paper: number;
  /** The comment it replies to. */
  parent: string | null;
  /** A reader's number; null: their account is deleted. */
  author: number | null;
  text: string;
  state: CommentState;
  /** Epoch ms. */
  created: number;
  /** Epoch ms; null: never. */
  edited: number | null;
}

/** The comments on a paper in every state, the oldest first; `parent` makes them a tree. */
export async function commentsOf(db: Db, paper: number): Promise<Comment[]> {
  const rows = await db
    .selectFrom('comments')
    .select(['id', 'paper', 'parent', 'author', 'text', 'state', 'created', 'edited'])
    .where('paper', 'in', await familyOf(db, paper))
    .orderBy('created')
    .orderBy('id')
    .execute();
  return rows as Comment[];
}
