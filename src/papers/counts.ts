import type { Paper } from './types.ts';

/** A paper apart from its counts of votes and comments, and from what moves with them: change number, trending key. */
export const withoutCounts = ({ seq: _, ...paper }: Paper): Paper => ({
  ...paper,
  upvotes: 0,
  comments: 0,
  hot: 0,
});
