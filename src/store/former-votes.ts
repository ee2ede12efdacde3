/** Votes and comments in backups made before they had a room of their own, when a reader was only a name. */
import { sql } from 'kysely';
import { inSlices, insertMany } from './bulk.ts';
import type { Db } from './schema.ts';

type Value = string | number | null;

/**
 * Inserts the rows of a table as earlier versions backed it up.
 *
 * @returns false if the table is not one that has changed since: its rows are inserted as they are
 */
export async function insertFormer(
  tx: Db,
  table: string,
  columns: string[],
  rows: Value[][],
): Promise<boolean> {
  if (!columns.includes('paper_pk')) return false;
  const at = (row: Value[], name: string) => row[columns.indexOf(name)]!;
  if (table === 'votes') {
    const ids = await readersNamed(tx, new Set(rows.map((row) => String(at(row, 'voter')))));
    await insertMany(
      tx,
      'votes',
      ['paper', 'voter', 'time'],
      rows.map((row) => [at(row, 'paper_pk'), ids.get(String(at(row, 'voter')))!, at(row, 'cast_at')]),
    );
    return true;
  }
  if (table !== 'comments') return false;
  const ids = await readersNamed(tx, new Set(rows.map((row) => String(at(row, 'author')))));
  await insertMany(
    tx,
    'comments',
    ['id', 'paper', 'author', 'text', 'state', 'created'],
    rows.map((row) => [
      at(row, 'id'),
      at(row, 'paper_pk'),
      ids.get(String(at(row, 'author')))!,
      at(row, 'body'),
      'shown',
      at(row, 'written_at'),
    ]),
  );
  return true;
}

/** The negative ids of readers known by name only; new names get the next ones. */
async function readersNamed(tx: Db, names: Set<string>): Promise<Map<string, number>> {
  const known = await inSlices([...names], (slice) =>
    tx.selectFrom('named_readers').selectAll().where('name', 'in', slice).execute(),
  );
  const ids = new Map(known.map(({ id, name }) => [name, id]));
  const lowest = await tx
    .selectFrom('named_readers')
    .select((e) => e.fn.min('id').as('id'))
    .executeTakeFirst();
  let next = Math.min(0, lowest?.id ?? 0) - 1;
  const fresh = [...names].filter((name) => !ids.has(name)).sort();
  for (const name of fresh) ids.set(name, next--);
  await insertMany(
    tx,
    'named_readers',
    ['id', 'name'],
    fresh.map((name) => [ids.get(name)!, name]),
  );
  return ids;
}

/**
 * Counts the votes and comments of all papers again, as change `seq` of the community. A paper that has none any more
 * keeps its row, so that whoever follows the changes hears of it.
 */
export async function recount(tx: Db, seq: number): Promise<void> {
  await tx.updateTable('given').set({ votes: 0, weight: 0, comments: 0, seq }).execute();
  await sql`INSERT INTO given (paper, votes, weight, comments, seq)
    SELECT paper, SUM(votes), SUM(weight), SUM(comments), ${sql.lit(seq)} FROM (
      SELECT paper, 1 AS votes, 0 AS comments,
        CASE WHEN accounts.state = 'banned' AND accounts.shows_votes = 1 THEN 0 ELSE weight END AS weight
      FROM votes LEFT JOIN accounts ON accounts.id = voter
      UNION ALL SELECT paper, 0, 1, 0 FROM comments WHERE state = 'shown'
    ) AS each_one WHERE 1 = 1 GROUP BY paper
    ON CONFLICT (paper) DO UPDATE SET votes = excluded.votes, weight = excluded.weight,
      comments = excluded.comments`.execute(tx);
}
