/** How many votes and comments papers have on this site, and which papers' counts have changed. */
import { inSlices } from '../store/bulk.ts';
import type { Db } from '../store/schema.ts';
import { communitySeq } from './change.ts';
import { families } from './papers.ts';
import { discountOf, weightOfVotes } from './weights.ts';

/** A paper's counts on this site. */
export interface Given {
  votes: number;
  /** By how many votes they weigh less (weights.ts). */
  discount: number;
  /** Those that are shown. */
  comments: number;
}

/** Votes and comments made on this site, by paper; papers without any are left out. */
export async function tallies(db: Db, papers: number[]): Promise<Map<number, Given>> {
  const rows = await inSlices(papers, (slice) =>
    db.selectFrom('given').selectAll().where('paper', 'in', slice).execute(),
  );
  const found = new Map<number, Given>();
  for (const { paper, votes, weight, comments } of rows)
    if (votes > 0 || comments > 0) found.set(paper, { votes, discount: discountOf(votes, weight), comments });
  const all = await families(db);
  if (all.size > 0)
    for (const paper of papers) {
      const family = all.get(paper);
      if (family) found.set(paper, await countFamily(db, family));
    }
  return found;
}

/** Counts for a family: a reader who voted for several of its papers counts once. */
async function countFamily(db: Db, family: number[]): Promise<Given> {
  const { votes } = await db
    .selectFrom('votes')
    .select((e) => e.fn.count<number>('voter').distinct().as('votes'))
    .where('paper', 'in', family)
    .executeTakeFirstOrThrow();
  const { comments } = await db
    .selectFrom('comments')
    .select((e) => e.fn.countAll<number>().as('comments'))
    .where('paper', 'in', family)
    .where('state', '=', 'shown')
    .executeTakeFirstOrThrow();
  const discount = discountOf(Number(votes), await weightOfVotes(db, family));
  return { votes: Number(votes), discount, comments: Number(comments) };
}

/** Papers whose votes or comments changed after some change, up to and including change `seq` of the community. */
export interface GivenChanges {
  seq: number;
  papers: number[];
}

/**
 * The next changes after `seq`: about `limit` papers, more if one change was larger (a change is never split). Null if
 * there is nothing new.
 */
export async function changesSince(db: Db, seq: number, limit: number): Promise<GivenChanges | null> {
  const last = await communitySeq(db);
  if (last <= seq) return null;
  const far = await db
    .selectFrom('given')
    .select('seq')
    .where('seq', '>', seq)
    .orderBy('seq')
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  const upTo = Math.min(far?.seq ?? last, last);
  const rows = await db
    .selectFrom('given')
    .select('paper')
    .where('seq', '>', seq)
    .where('seq', '<=', upTo)
    .execute();
  return { seq: upTo, papers: rows.map(({ paper }) => paper) };
}
