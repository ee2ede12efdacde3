/** What people did between two moments, as far as they show it. */
import type { Db } from '../store/schema.ts';
import { homesOf } from './papers.ts';

export interface Deed {
  did: 'commented' | 'voted';
  /** Their account, and the name that is shown. */
  account: number;
  name: string;
  /** The key it has now. */
  paper: number;
}

/** The most deeds of each kind that are looked at. */
const MOST = 500;

/** Papers that any of these people commented on or, if they show it, voted for: from one moment, before another. */
export async function deedsBetween(db: Db, accounts: number[], from: number, until: number): Promise<Deed[]> {
  if (accounts.length === 0) return [];
  const comments = await db
    .selectFrom('comments')
    .innerJoin('accounts', 'accounts.id', 'comments.author')
    .select(['comments.author as account', 'accounts.display_name as name', 'comments.paper'])
    .where('comments.author', 'in', accounts)
    .where('comments.state', '=', 'shown')
    .where('comments.created', '>=', from)
    .where('comments.created', '<', until)
    .orderBy('comments.created', 'desc')
    .limit(MOST)
    .execute();
  const votes = await db
    .selectFrom('votes')
    .innerJoin('accounts', 'accounts.id', 'votes.voter')
    .select(['votes.voter as account', 'accounts.display_name as name', 'votes.paper'])
    .where('votes.voter', 'in', accounts)
    .where('accounts.shows_votes', '=', 1)
    .where('accounts.state', 'in', ['active', 'silenced'])
    .where('votes.time', '>=', from)
    .where('votes.time', '<', until)
    .orderBy('votes.time', 'desc')
    .limit(MOST)
    .execute();
  const deeds = [
    ...comments.map((row) => ({ did: 'commented' as const, ...row, account: Number(row.account) })),
    ...votes.map((row) => ({ did: 'voted' as const, ...row })),
  ];
  const homes = await homesOf(
    db,
    deeds.map(({ paper }) => paper),
  );
  return deeds.map((deed) => ({ ...deed, paper: homes.get(deed.paper)! }));
}
