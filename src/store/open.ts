/**
 * Opening the database: SQLite in the data folder, or PostgreSQL by address. From here on, both look the same: `read`
 * for queries, `change` for the only way to write what pages show.
 */
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { Kysely, sql } from 'kysely';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { type AtOnce, atOnceOn } from './at-once.ts';
import { saveBeforeUpgrade, type UpgradeOptions } from './before-upgrade.ts';
import { changeAgain, noteTime } from './change-times.ts';
import {
  type ChangeRow,
  type Changes,
  type Counters,
  changesIn,
  changesOf,
  countersOf,
  NO_COUNTERS,
  QUERIES,
} from './changes.ts';
import { counter } from './counters.ts';
import { makeFolder } from './folder.ts';
import type { Presence } from './lifeline.ts';
import { announce, listenIn } from './listening.ts';
import { type Migration, migrate } from './migrations.ts';
import type { Replica } from './replica.ts';
import type { Change, Db, Schema, Touched } from './schema.ts';
import { openSqlite, sqliteDialect } from './sqlite.ts';

export type { AtOnce } from './at-once.ts';
export type { Changes, Counters } from './changes.ts';
export type { Change } from './schema.ts';

export interface Store {
  dialect: 'sqlite' | 'postgres';
  /** For queries; never blocked by writers. */
  read: Db;
  /** For housekeeping that no page shows (leases, migrations). Pages' data go through `change`. */
  write: Db;
  /** Migrations that this opening applied. */
  applied: Migration[];
  /** The copy of the database that was made before them; null: none. */
  saved: string | null;
  /**
   * One write transaction: all or nothing, on disk when the promise resolves, one at a time across all processes, so
   * that change numbers are committed in order.
   */
  change<T>(work: (change: Change) => Promise<T>): Promise<T>;
  /**
   * Does work of this process one at a time, in the order in which it was asked for. Those who wait hold no connection,
   * so that many of them do not hold up whoever reads.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Several queries that must be answered as of one moment. Keep it short: in SQLite others wait. */
  view<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** A consistent view of the whole database while `work` runs, without holding up writers. */
  snapshot<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /**
   * A long read of papers, as of one moment, for work that would burden the database while readers wait. With
   * DATABASE_READ_URL, a replica answers if it has everything that was committed when this was called; otherwise the
   * database itself does. So the data is never older than that of `snapshot`.
   */
  longRead<T>(work: (db: Db) => Promise<T>): Promise<T>;
  /** The number of the last change anyone committed. */
  seq(): Promise<number>;
  /** What has changed since. The counters and what they count are of one moment. */
  changes(after: Counters): Promise<Changes>;
  /** The same without waiting, if the database is in this process (SQLite). Null: nothing has. */
  changesNow?: (after: Counters) => Changes | null;
  /** Queries without waiting, if the database is in this process (SQLite). */
  atOnce?: AtOnce;
  /**
   * Calls back whenever anybody has committed a change, and when it may have missed one (PostgreSQL). Resolves with
   * what ends it.
   */
  listen?: (heard: () => void) => Promise<() => Promise<void>>;
  /** Whether the database is there (PostgreSQL, opened with `watch`). */
  presence?: Presence;
  close(): Promise<void>;
}

/** The settings that name a database. */
export type DatabaseSettings = Pick<Config, 'DATA_DIR' | 'DATABASE_URL'> &
  Partial<Pick<Config, 'DATABASE_LISTEN_URL' | 'DATABASE_READ_URL' | 'UPGRADE_BACKUPS'>>;

export interface OpenOptions {
  /**
   * For a process that runs for weeks: notices within seconds when PostgreSQL stops responding. Queries then fail with
   * `DatabaseAway` instead of waiting, until it is back.
   */
  watch?: boolean;
}

/** How long the database may take to say that it is there, ms. */
const PATIENCE = 3000;

/** Whether the database responds in good time. */
export function answers(store: Store): Promise<boolean> {
  const after = new Promise<false>((resolve) => setTimeout(() => resolve(false), PATIENCE).unref());
  return Promise.race([store.seq().then(() => true), after]).catch(() => false);
}

export const databaseFile = (dataDir: string): string => join(dataDir, 'broadsheet.db');

/**
 * Opens and migrates the database that the settings name. Creates the data folder.
 *
 * @throws Error with `setting`, if the data folder cannot be used
 */
export async function openStore(config: DatabaseSettings, options: OpenOptions = {}): Promise<Store> {
  const { DATA_DIR, DATABASE_URL } = config;
  const upgrade = { dataDir: DATA_DIR, keep: config.UPGRADE_BACKUPS };
  try {
    makeFolder(DATA_DIR);
    if (DATABASE_URL === null) return await openEmbedded(DATA_DIR, upgrade);
  } catch (error) {
    throw Object.assign(error as Error, { setting: `DATA_DIR=${DATA_DIR}` });
  }
  return openPostgres({ ...config, DATABASE_URL }, options, upgrade);
}

/**
 * Creates an empty database, if there is none, that only its owner can read, because it holds people's addresses.
 * SQLite gives the files beside it the same permissions.
 */
function ownFile(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch {
    // SQLite says why.
  }
}

async function openEmbedded(dataDir: string, upgrade: UpgradeOptions): Promise<Store> {
  const path = databaseFile(dataDir);
  ownFile(path);
  const writer = openSqlite({ path, readOnly: false });
  const write = new Kysely<Schema>({ dialect: sqliteDialect(writer) });
  let saved: string | null;
  let applied: Migration[];
  try {
    saved = await saveBeforeUpgrade(write, 'sqlite', upgrade);
    applied = await migrate(write, 'sqlite');
  } catch (error) {
    writer.close();
    throw error;
  }
  const reader = openSqlite({ path, readOnly: true });
  const read = new Kysely<Schema>({ dialect: sqliteDialect(reader) });

  // SQLite tells a connection, in memory, whether another one has committed: the exact and cheapest check. On a
  // separate connection, which is never inside a transaction and so always sees the present.
  const watcher = openSqlite({ path, readOnly: true });
  const atOnce = atOnceOn(watcher);
  const queries = new Map(
    Object.entries(QUERIES).map(([name, text]) => [name, watcher.prepare(text.replace('$1', '?'))]),
  );
  const run = (name: string, ...given: number[]) => queries.get(name)!.all(...given) as ChangeRow[];
  let seenVersion = 0;
  let counters = NO_COUNTERS;
  const countersNow = (): Counters => {
    const found = atOnce.version();
    if (found !== seenVersion) {
      counters = countersOf(run('counters'));
      seenVersion = found;
    }
    return counters;
  };
  const snapshot: Store['snapshot'] = async (work) => {
    const connection = openSqlite({ path, readOnly: true });
    const db = new Kysely<Schema>({ dialect: sqliteDialect(connection) });
    try {
      return await db.transaction().setAccessMode('read only').execute(work);
    } finally {
      await db.destroy();
    }
  };
  const isLater = (now: Counters, after: Counters): boolean =>
    now.seq !== after.seq || now.site !== after.site || now.community !== after.community;

  return {
    dialect: 'sqlite',
    read,
    write,
    applied,
    saved,
    change: (work) => change(write, work, false),
    inTurn: turns(),
    view: (work) => read.transaction().setAccessMode('read only').execute(work),
    snapshot,
    longRead: snapshot,
    seq: async () => countersNow().seq,
    changes: (after) =>
      read
        .transaction()
        .setAccessMode('read only')
        .execute((db) => changesIn(db, after)),
    changesNow(after) {
      const now = countersNow();
      if (!isLater(now, after)) return null;
      // Rows written after the counters were read belong to a later look, which will see them again.
      return changesOf(after, now, run);
    },
    atOnce,
    async close() {
      watcher.close();
      await read.destroy();
      await write.destroy();
      // Kysely does not close what it has never used.
      for (const connection of [reader, writer]) if (connection.isOpen) connection.close();
    },
  };
}

/** PostgreSQL sends 64-bit integers and counts as text; all of ours fit a double. */
function typesOf({ TypeOverrides, types: { builtins } }: typeof pg): pg.TypeOverrides {
  const types = new TypeOverrides();
  types.setTypeParser(builtins.INT8, Number);
  types.setTypeParser(builtins.NUMERIC, Number);
  return types;
}

/** The most connections each thread of a process keeps to the database and to a replica. */
const MOST = 10;
const MOST_TO_REPLICA = 3;

async function openPostgres(
  settings: DatabaseSettings & { DATABASE_URL: string },
  { watch = false }: OpenOptions,
  upgrade: UpgradeOptions,
): Promise<Store> {
  const { DATABASE_URL: url, DATABASE_LISTEN_URL: listenUrl, DATABASE_READ_URL: readUrl } = settings;
  // Most sites use SQLite and need none of this.
  const { LifelineDialect, openLifeline } = await import('./lifeline.ts');
  const { replicaOf } = await import('./replica.ts');
  const types = typesOf((await import('pg')).default);
  const lifeline = openLifeline({ connectionString: url, max: MOST, types, watch });
  const db = new Kysely<Schema>({ dialect: new LifelineDialect({ pool: lifeline.pool }) });
  let saved: string | null;
  let applied: Migration[];
  try {
    saved = await saveBeforeUpgrade(db, 'postgres', upgrade);
    applied = await migrate(db, 'postgres');
  } catch (error) {
    await lifeline.close();
    await db.destroy();
    throw error;
  }
  const replica: Replica | null = readUrl
    ? replicaOf(db, openLifeline({ connectionString: readUrl, max: MOST_TO_REPLICA, types, watch }))
    : null;
  const listeners = new Set<() => void>();
  // Anything committed while it was away has been missed.
  lifeline.onTurn((since) => {
    if (since === null) for (const heard of listeners) heard();
  });
  const snapshot: Store['snapshot'] = (work) =>
    db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work);
  return {
    dialect: 'postgres',
    read: db,
    write: db,
    applied,
    saved,
    async change(work) {
      const result = await change(db, work, true);
      // This process need not wait until it hears of it.
      for (const heard of listeners) heard();
      return result;
    },
    inTurn: turns(),
    view: snapshot,
    snapshot,
    longRead: async (work) => (replica ? replica.read(work, snapshot) : snapshot(work)),
    seq: () => counter(db, 'seq'),
    changes: (after) => snapshot((view) => changesIn(view, after)),
    async listen(heard) {
      listeners.add(heard);
      const end = await listenIn(listenUrl ?? url, heard);
      return async () => {
        listeners.delete(heard);
        await end();
      };
    },
    ...(watch && { presence: lifeline }),
    async close() {
      await replica?.close();
      await lifeline.close();
      await db.destroy();
    },
  };
}

function turns(): Store['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/** The row lock on the counter admits one writer at a time. `postgres`: whether there are others, who must be told. */
async function change<T>(db: Db, work: (change: Change) => Promise<T>, postgres: boolean): Promise<T> {
  const { result, seq, told } = await db.transaction().execute(async (tx) => {
    let counter = tx.selectFrom('counters').select('value').where('name', '=', 'seq');
    if (postgres) counter = counter.forUpdate();
    const seq = (await counter.executeTakeFirstOrThrow()).value + 1;
    const touched = new Set<Touched>();
    const result = await work({ tx, seq, touch: (what) => touched.add(what) });
    if (touched.size === 0) return { result, seq, told: null };
    await sql`UPDATE counters SET value = ${seq} WHERE name = 'seq'`.execute(tx);
    for (const name of ['papers', 'site'] as const)
      if (touched.has(name))
        await sql`INSERT INTO counters (name, value) VALUES (${name}, ${seq})
          ON CONFLICT (name) DO UPDATE SET value = excluded.value`.execute(tx);
    const told = await noteTime(tx, seq, Date.now());
    if (postgres) await announce(tx);
    return { result, seq, told };
  });
  if (told !== null && Date.now() > told) await change(db, (again) => changeAgain(again, seq), postgres);
  return result;
}
