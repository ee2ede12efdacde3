/** Votes by this site's readers. A reader has one vote per paper, or none. */
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { addGiven, communityChange } from './change.ts';
import { families, familyOf, homeOf, homesOf, presentPaper } from './papers.ts';
import { tallies } from './tallies.ts';
import { weighsNothing, weightNow } from './weights.ts';

export interface Vote {
  /** A paper's key. */
  paper: number;
  /** A reader's number. */
  voter: number;
  /** Epoch ms. */
  at: number;
  /** The network it comes from, as `networkNames` names it; null: unknown. */
  network?: string | null;
}

/** The result of casting or withdrawing a vote. */
export interface Voted {
  /** False: nothing had to change. */
  changed: boolean;
  /** Votes by this site's readers for the paper. */
  votes: number;
}

/**
 * Casts a reader's vote for a paper; on disk when the promise resolves. Casting it again changes nothing, and the time
 * of the first vote is kept. A vote for a paper that has become part of another is for that other paper.
 *
 * @throws NoSuchPaper
 */
export async function castVote(store: Store, { paper, voter, at, network = null }: Vote): Promise<Voted> {
  if (await hasVoted(store.read, voter, paper))
    return voted(store.read, await homeOf(store.read, paper), false);
  return communityChange(store, async (change) => {
    const { tx } = change;
    const present = await presentPaper(tx, paper);
    // A vote for a merged paper that has not followed it yet counts as one for the survivor.
    if (await hasVoted(tx, voter, present)) return voted(tx, present, false);
    const papers = await familyOf(tx, present);
    const weight = await weightNow(tx, { papers, voter, at, network });
    await tx.insertInto('votes').values({ paper: present, voter, time: at, weight }).execute();
    if (network !== null)
      await tx.insertInto('vote_networks').values({ voter, paper: present, network, at }).execute();
    await addGiven(change, present, { votes: 1, weight });
    return voted(tx, present, true);
  });
}

/**
 * Withdraws a reader's vote for a paper. Without a vote, nothing changes.
 *
 * @throws NoSuchPaper
 */
export async function withdrawVote(
  store: Store,
  { paper, voter }: Pick<Vote, 'paper' | 'voter'>,
): Promise<Voted> {
  return communityChange(store, async (change) => {
    const { tx } = change;
    const present = await presentPaper(tx, paper);
    const family = await familyOf(tx, present);
    let changed = false;
    const account = await tx
      .selectFrom('accounts')
      .select(['state', 'shows_votes'])
      .where('id', '=', voter)
      .executeTakeFirst();
    const share =
      account && weighsNothing({ state: account.state, showsVotes: account.shows_votes === 1 }) ? 0 : -1;
    for (const one of family) {
      const vote = await tx
        .deleteFrom('votes')
        .where('paper', '=', one)
        .where('voter', '=', voter)
        .returning('weight')
        .executeTakeFirst();
      await tx.deleteFrom('vote_networks').where('paper', '=', one).where('voter', '=', voter).execute();
      if (!vote) continue;
      await addGiven(change, one, { votes: -1, weight: share * vote.weight });
      changed = true;
    }
    return voted(tx, present, changed);
  });
}

/** The votes for a paper, the newest first. */
export async function votesOf(
  db: Db,
  paper: number,
  limit = 1_000,
): Promise<{ voter: number; time: number }[]> {
  return db
    .selectFrom('votes')
    .select((e) => ['voter', e.fn.min('time').as('time')])
    .where('paper', 'in', await familyOf(db, paper))
    .groupBy('voter')
    .orderBy((e) => e.fn.min('time'), 'desc')
    .orderBy('voter')
    .limit(limit)
    .execute();
}

/** Papers that a reader has voted for, the newest vote first; those that have been merged lead to their survivor. */
export async function votesBy(db: Db, voter: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('votes')
    .select('paper')
    .where('voter', '=', voter)
    .orderBy('time', 'desc')
    .orderBy('paper')
    .limit(limit)
    .execute();
  const homes = await homesOf(
    db,
    rows.map(({ paper }) => paper),
  );
  return [...new Set(homes.values())];
}

/** A vote that its voter shows. */
export interface ShownVote {
  paper: number;
  at: number;
  /** Their account, its name in addresses, and the one that is shown. */
  voter: number;
  name: string;
  displayName: string;
}

/** What any of them has voted for, the newest first; of those who keep their votes to themselves, nothing. */
export async function shownVotesBy(db: Db, voters: number[], limit: number): Promise<ShownVote[]> {
  if (voters.length === 0) return [];
  const rows = await db
    .selectFrom('votes')
    .innerJoin('accounts', 'accounts.id', 'votes.voter')
    .select(['paper', 'time as at', 'voter', 'name', 'display_name as displayName'])
    .where('voter', 'in', voters)
    .where('shows_votes', '=', 1)
    .where('state', 'in', ['active', 'silenced'])
    .orderBy('time', 'desc')
    .orderBy('paper')
    .limit(limit)
    .execute();
  const homes = await homesOf(
    db,
    rows.map(({ paper }) => paper),
  );
  return rows.map((row) => ({ ...row, paper: homes.get(row.paper)! }));
}

/** Whether a reader has voted for a paper. */
export async function hasVoted(db: Db, voter: number, paper: number): Promise<boolean> {
  const found = await db
    .selectFrom('votes')
    .select('time')
    .where('voter', '=', voter)
    .where('paper', 'in', await familyOf(db, paper))
    .executeTakeFirst();
  return found !== undefined;
}

/** Those of the papers that a reader has voted for. */
export async function votedAmong(db: Db, voter: number, papers: number[]): Promise<Set<number>> {
  const rows = await inSlices(papers, (slice) =>
    db.selectFrom('votes').select('paper').where('voter', '=', voter).where('paper', 'in', slice).execute(),
  );
  const found = new Set(rows.map(({ paper }) => paper));
  // A vote for a paper that has become part of one of these may not have followed it yet.
  for (const [home, family] of await families(db))
    if (papers.includes(home) && !found.has(home) && (await hasVoted(db, voter, family[0]!))) found.add(home);
  return found;
}

async function voted(db: Db, paper: number, changed: boolean): Promise<Voted> {
  return { changed, votes: (await tallies(db, [paper])).get(paper)?.votes ?? 0 };
}
