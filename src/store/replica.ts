/**
 * Long reads from a replica that never see anything older than the database had. A replica is always a little behind;
 * the change numbers, read in the same snapshot as the papers, tell how far. That relies on nothing but the replica's
 * rows, so it may be behind a PgBouncer or be one of several.
 */
import { Kysely, sql } from 'kysely';
import { type ChangeRow, countersOf, QUERIES } from './changes.ts';
import { type Lifeline, LifelineDialect } from './lifeline.ts';
import { getMeta, META } from './meta.ts';
import type { Db, Schema } from './schema.ts';

/** How long to wait for a replica to catch up (ms), and how often to look. */
const PATIENCE = 1_000;
const LOOK = 50;
/** After a replica has failed or lagged too far behind, it is not used for this long (ms). */
const REST = 5_000;

/** What the database answers if the replica does not. */
type Otherwise = <T>(work: (db: Db) => Promise<T>) => Promise<T>;

export interface Replica {
  read<T>(work: (db: Db) => Promise<T>, otherwise: Otherwise): Promise<T>;
  close(): Promise<void>;
}

/** The state of a database: its change numbers, and which contents they are of. */
interface State {
  seq: number;
  site: number;
  community: number;
  generation: string | undefined;
}

async function stateOf(db: Db): Promise<State> {
  const { rows } = await sql.raw<ChangeRow>(QUERIES.counters).execute(db);
  const { seq, site, community } = countersOf(rows);
  return { seq, site, community, generation: await getMeta(db, META.generation) };
}

const hasAll = (own: State, wanted: State): boolean =>
  own.generation === wanted.generation &&
  own.seq >= wanted.seq &&
  own.site >= wanted.site &&
  own.community >= wanted.community;

/** @param primary the database itself */
export function replicaOf(primary: Db, lifeline: Lifeline): Replica {
  const db = new Kysely<Schema>({ dialect: new LifelineDialect({ pool: lifeline.pool }) });
  let restsUntil = 0;
  return {
    async read(work, otherwise) {
      if (Date.now() < restsUntil || lifeline.awaySince() !== null) return otherwise(work);
      const wanted = await stateOf(primary);
      const until = Date.now() + PATIENCE;
      for (;;) {
        let isUsed = false;
        try {
          const found = await db
            .transaction()
            .setIsolationLevel('repeatable read')
            .setAccessMode('read only')
            .execute(async (view) => {
              if (!hasAll(await stateOf(view), wanted)) return null;
              isUsed = true;
              return { result: await work(view) };
            });
          if (found !== null) return found.result;
        } catch (error) {
          restsUntil = Date.now() + REST;
          // Once the work has begun, it may not be repeatable.
          if (isUsed) throw error;
          return otherwise(work);
        }
        if (Date.now() >= until) {
          restsUntil = Date.now() + REST;
          return otherwise(work);
        }
        await new Promise((resolve) => setTimeout(resolve, LOOK));
      }
    },
    async close() {
      await lifeline.close();
      await db.destroy();
    },
  };
}
