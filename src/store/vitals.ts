/** The database's vital signs: its size, and who is using it and waiting. Only monitoring asks for them. */
import { statSync } from 'node:fs';
import { sql } from 'kysely';
import { databaseFile, type Store } from './open.ts';

export interface Vitals {
  /** Of the database, with its log. */
  bytes: number;
  /** Connections by what they are doing (PostgreSQL); empty for SQLite, where there are none. */
  connections: Record<string, number>;
  /** Locks that somebody is waiting for (PostgreSQL). */
  waiting: number;
  /** Emails waiting to be sent, and when the oldest was due, epoch ms; null: none is late. */
  mails: number;
  oldestDue: number | null;
}

/** @param dataDir where a SQLite database is @param now epoch ms */
export async function vitalsOf(store: Store, dataDir: string, now: number): Promise<Vitals> {
  const { mails, oldest } = await store.read
    .selectFrom('outbox')
    .select((e) => [e.fn.countAll<number>().as('mails'), e.fn.min('queued_at').as('oldest')])
    .executeTakeFirstOrThrow();
  const oldestDue = oldest === null || Number(oldest) > now ? null : Number(oldest);
  const mail = { mails: Number(mails), oldestDue };
  if (store.dialect === 'sqlite') {
    const file = databaseFile(dataDir);
    const bytes = [file, `${file}-wal`].reduce(
      (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
    return { bytes, connections: {}, waiting: 0, ...mail };
  }
  const size = await sql<{ bytes: number }>`SELECT pg_database_size(current_database()) AS bytes`.execute(
    store.read,
  );
  const using = await sql<{ state: string; count: number }>`
    SELECT coalesce(state, 'other') AS state, count(*) AS count FROM pg_stat_activity
    WHERE datname = current_database() GROUP BY 1`.execute(store.read);
  const locks = await sql<{ count: number }>`
    SELECT count(*) AS count FROM pg_locks WHERE NOT granted
    AND (database IS NULL OR database = (SELECT oid FROM pg_database WHERE datname = current_database()))`.execute(
    store.read,
  );
  return {
    bytes: Number(size.rows[0]!.bytes),
    connections: Object.fromEntries(using.rows.map(({ state, count }) => [state, Number(count)])),
    waiting: Number(locks.rows[0]!.count),
    ...mail,
  };
}
