/**
 * Writing votes and comments. The community has a change number of its own, so that in PostgreSQL a vote waits only for
 * other votes: not for an import, which holds the number of the papers (`store.change`) for as long as it writes.
 */
import { sql } from 'kysely';
import { counter } from '../store/counters.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';

/** A write in progress, and its number. */
export interface CommunityChange {
  tx: Db;
  seq: number;
}

/**
 * One write transaction on the community's tables: all or nothing, on disk when the promise resolves. The row lock on
 * the counter admits one at a time across all processes, so that numbers are committed in order. Within a process,
 * writers queue here without holding a connection, so that many voters at once do not hold up readers.
 */
export function communityChange<T>(store: Store, work: (change: CommunityChange) => Promise<T>): Promise<T> {
  return store.inTurn(() =>
    store.write.transaction().execute(async (tx) => work(await communityChangeIn(tx))),
  );
}

/**
 * A change of the community as a part of a change of papers (`store.change`): both are written, or neither. Keep it
 * short, since votes wait for it. Nothing that holds the community's number waits for the papers', so the two cannot
 * block each other.
 */
export async function communityChangeIn(tx: Db): Promise<CommunityChange> {
  const { rows } = await sql<{ value: number }>`
    INSERT INTO counters (name, value) VALUES ('community', 1)
    ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value`.execute(tx);
  return { tx, seq: rows[0]!.value };
}

/** The number of the community's last change. */
export const communitySeq = (db: Db): Promise<number> => counter(db, 'community');

/** Adds to the counts of a paper. `weight`: of its votes, in thousandths. */
export async function addGiven(
  { tx, seq }: CommunityChange,
  paper: number,
  more: { votes?: number; weight?: number; comments?: number },
): Promise<void> {
  const { votes = 0, weight = 0, comments = 0 } = more;
  await sql`INSERT INTO given (paper, votes, weight, comments, seq)
      VALUES (${paper}, ${votes}, ${weight}, ${comments}, ${seq})
    ON CONFLICT (paper) DO UPDATE SET votes = given.votes + excluded.votes,
      weight = given.weight + excluded.weight, comments = given.comments + excluded.comments, seq = excluded.seq`.execute(
    tx,
  );
}
