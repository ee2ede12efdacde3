/**
 * Which paper a vote or comment belongs to when papers are merged. The transaction that merges only records it
 * (`moveTo`): it neither waits for votes nor makes them wait. Until the rows themselves have followed (`followPapers`),
 * everything about a paper is answered for its *family*: the paper and those whose votes are still to follow.
 */
import { sql } from 'kysely';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { communityChange } from './change.ts';
import { isHeld, movePersonal } from './personal/merging.ts';
import { weightOfVotes } from './weights.ts';

/** There is no such paper, or no such comment on it. */
export class NoSuchPaper extends Error {
  override name = 'NoSuchPaper';
}

/**
 * Passes a paper's votes and comments, and its places in readers' lists, to another that it has become part of; a reader
 * who voted for both counts once. Belongs to the transaction that merges the papers.
 */
export async function moveTo(tx: Db, from: number, to: number): Promise<void> {
  const given = await tx.selectFrom('given').select('paper').where('paper', '=', from).executeTakeFirst();
  const isOnTheWay = (await waiting(tx)).some(({ target }) => target === from);
  const pending = given || isOnTheWay || (await isHeld(tx, from)) ? 1 : 0;
  await tx
    .insertInto('moved_papers')
    .values({ paper: from, target: to, pending })
    .onConflict((conflict) => conflict.column('paper').doUpdateSet({ target: to, pending }))
    .execute();
}

/** The paper that one has become part of, or the paper itself. */
export async function homeOf(db: Db, paper: number): Promise<number> {
  let home = paper;
  for (;;) {
    const row = await db
      .selectFrom('moved_papers')
      .select('target')
      .where('paper', '=', home)
      .executeTakeFirst();
    if (!row) return home;
    home = row.target;
  }
}

/**
 * The key that a paper has here now.
 *
 * @throws NoSuchPaper
 */
export async function presentPaper(db: Db, paper: number): Promise<number> {
  const home = await homeOf(db, paper);
  const row = await db.selectFrom('papers').select('pk').where('pk', '=', home).executeTakeFirst();
  if (!row) throw new NoSuchPaper(`there is no paper with the key ${paper}`);
  return home;
}

const waiting = (db: Db): Promise<{ paper: number; target: number }[]> =>
  db.selectFrom('moved_papers').select(['paper', 'target']).where('pending', '=', 1).execute();

/** Families of papers with votes or comments still to follow, by the paper they lead to; nearly always none. */
export async function families(db: Db): Promise<Map<number, number[]>> {
  const moves = new Map((await waiting(db)).map(({ paper, target }) => [paper, target]));
  const found = new Map<number, number[]>();
  for (const paper of moves.keys()) {
    let home = paper;
    while (moves.has(home)) home = moves.get(home)!;
    const family = found.get(home);
    if (family) family.push(paper);
    else found.set(home, [home, paper]);
  }
  return found;
}

/** A paper and those whose votes and comments are still to follow it. */
export async function familyOf(db: Db, paper: number): Promise<number[]> {
  const home = await homeOf(db, paper);
  return (await families(db)).get(home) ?? [home];
}

/** Whether votes, comments or entries of lists are still to follow to another paper. */
export async function areOnTheWay(db: Db): Promise<boolean> {
  const row = await db
    .selectFrom('moved_papers')
    .select('paper')
    .where('pending', '=', 1)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Those of the papers that have become part of another. */
export async function movedAmong(db: Db, papers: number[]): Promise<number[]> {
  const rows = await inSlices(papers, (slice) =>
    db.selectFrom('moved_papers').select('paper').where('paper', 'in', slice).execute(),
  );
  return rows.map(({ paper }) => paper);
}

/** `homeOf` of many papers. Nearly all are their own home, which is one query for all of them. */
export async function homesOf(db: Db, papers: Iterable<number>): Promise<Map<number, number>> {
  const homes = new Map([...papers].map((paper) => [paper, paper]));
  for (const paper of await movedAmong(db, [...homes.keys()])) homes.set(paper, await homeOf(db, paper));
  return homes;
}

/**
 * Moves what people claim about a paper to another that it has become part of. Where both have the same author or
 * person, what was decided first for the other stands, and this one's is refused.
 */
async function moveClaims(tx: Db, paper: number, home: number): Promise<void> {
  const known = await tx
    .selectFrom('authorships')
    .select(['author', 'account', 'state'])
    .where('paper', '=', home)
    .where('state', '!=', 'refused')
    .execute();
  const moving = await tx.selectFrom('authorships').selectAll().where('paper', '=', paper).execute();
  for (const { id, author, account, state } of moving) {
    const isSecond =
      state !== 'refused' &&
      known.some(
        (one) =>
          one.account === account ||
          (state === 'granted' && one.author === author && one.state === 'granted'),
      );
    await tx
      .updateTable('authorships')
      .set({ paper: home, ...(isSecond && { state: 'refused' }) })
      .where('id', '=', id)
      .execute();
  }
  const pinned = await tx
    .selectFrom('pinned_comments')
    .selectAll()
    .where('paper', '=', paper)
    .executeTakeFirst();
  const own = await tx.selectFrom('own_summaries').selectAll().where('paper', '=', paper).executeTakeFirst();
  for (const table of ['pinned_comments', 'own_summaries'] as const)
    await tx.deleteFrom(table).where('paper', '=', paper).execute();
  if (pinned)
    await tx
      .insertInto('pinned_comments')
      .values({ ...pinned, paper: home })
      .onConflict((one) => one.doNothing())
      .execute();
  if (own)
    await tx
      .insertInto('own_summaries')
      .values({ ...own, paper: home })
      .onConflict((one) => one.doNothing())
      .execute();
}

/**
 * Moves the votes and comments of papers that were merged away.
 *
 * @param strays merged papers that got votes or comments anyway: a vote may be cast while the merge is being written
 * @returns the number of papers
 */
export async function followPapers(store: Store, strays: number[] = []): Promise<number> {
  return communityChange(store, async ({ tx, seq }) => {
    const papers = new Set([...(await waiting(tx)).map(({ paper }) => paper), ...strays]);
    const homes = new Set<number>();
    for (const paper of papers) {
      const home = await homeOf(tx, paper);
      homes.add(home);
      await sql`INSERT INTO votes (paper, voter, time, weight)
        SELECT ${sql.lit(home)}, voter, time, weight FROM votes WHERE paper = ${paper}
        ON CONFLICT (paper, voter) DO UPDATE SET
          time = CASE WHEN excluded.time < votes.time THEN excluded.time ELSE votes.time END`.execute(tx);
      await tx.deleteFrom('votes').where('paper', '=', paper).execute();
      await sql`INSERT INTO vote_networks (voter, paper, network, at)
        SELECT voter, ${sql.lit(home)}, network, at FROM vote_networks WHERE paper = ${paper}
        ON CONFLICT (voter, paper) DO NOTHING`.execute(tx);
      await tx.deleteFrom('vote_networks').where('paper', '=', paper).execute();
      await tx.updateTable('comments').set({ paper: home }).where('paper', '=', paper).execute();
      await tx.updateTable('submissions').set({ paper: home }).where('paper', '=', paper).execute();
      await tx.updateTable('pictures').set({ paper: home }).where('paper', '=', paper).execute();
      await moveClaims(tx, paper, home);
      // A discussion that is closed stays so.
      await sql`INSERT INTO locked_discussions (paper, at)
        SELECT ${sql.lit(home)}, at FROM locked_discussions WHERE paper = ${paper}
        ON CONFLICT (paper) DO NOTHING`.execute(tx);
      await tx.deleteFrom('locked_discussions').where('paper', '=', paper).execute();
      await movePersonal(tx, paper, home);
      await tx.deleteFrom('given').where('paper', '=', paper).execute();
      await tx.updateTable('moved_papers').set({ pending: 0 }).where('paper', '=', paper).execute();
    }
    for (const home of homes)
      await sql`INSERT INTO given (paper, votes, weight, comments, seq) VALUES (${home},
          (SELECT COUNT(*) FROM votes WHERE paper = ${home}), ${await weightOfVotes(tx, [home])},
          (SELECT COUNT(*) FROM comments WHERE paper = ${home} AND state = 'shown'), ${seq})
        ON CONFLICT (paper) DO UPDATE SET votes = excluded.votes, weight = excluded.weight,
          comments = excluded.comments, seq = excluded.seq`.execute(tx);
    return papers.size;
  });
}
