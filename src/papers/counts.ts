import type { Paper } from './types.ts';

/** A paper apart from its counts of votes and comments, and the change number, which moves with them. */
export const withoutCounts = ({ seq: _, ...paper }: Paper): Paper => ({ ...paper, upvotes: 0, comments: 0 });
