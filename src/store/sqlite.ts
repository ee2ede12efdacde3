/** A Kysely dialect for Node's own `node:sqlite`: one connection, synchronous underneath. */
import { DatabaseSync, type SQLInputValue, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { LRUCache } from 'lru-cache';
import { share } from '../memory.ts';

export interface SqliteOptions {
  path: string;
  readOnly: boolean;
}

/** How long a writer waits for another one, ms. */
const BUSY_TIMEOUT = 15_000;
/** SQLITE_BUSY */
const BUSY = 5;

/**
 * Page cache of a reading connection, kB; a writing one has twice as much. A site has six connections in its two
 * threads: together they take an eighth of the available memory, which may be less than the machine has (in a
 * container, or under a systemd limit).
 */
const CACHE = Math.floor(share(65_536 * 1024, 64) / 1024);

/** Statements kept prepared; the least recently used is dropped first. */
const PREPARED = 256;

/**
 * Opens a database file as this program needs it: WAL, foreign keys on, a busy timeout, and every commit on disk before
 * it is acknowledged (`synchronous=FULL`).
 */
export function openSqlite({ path, readOnly }: SqliteOptions): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: false, timeout: BUSY_TIMEOUT });
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('PRAGMA temp_store = MEMORY');
  // Pages are copied from the log to the file every 32 MB: a large import rewrites the same ones often.
  database.exec('PRAGMA wal_autocheckpoint = 8192');
  database.exec(`PRAGMA cache_size = -${readOnly ? CACHE : 2 * CACHE}`);
  database.exec('PRAGMA mmap_size = 1073741824');
  // Even a read-only connection opens the file for writing: WAL needs its shared-memory file.
  if (readOnly) database.exec('PRAGMA query_only = ON');
  return database;
}

/** A prepared statement and the names of its columns: none if it returns no rows. */
interface Prepared {
  statement: StatementSync;
  columns: string[];
}

/** Runs statements on one connection and keeps the prepared ones. */
class Connection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #prepared = new LRUCache<string, Prepared>({ max: PREPARED });

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  #prepare(text: string): Prepared {
    const known = this.#prepared.get(text);
    if (known) return known;
    const statement = this.#database.prepare(text);
    statement.setReturnArrays(true);
    const prepared = { statement, columns: namesOf(statement) };
    this.#prepared.set(text, prepared);
    return prepared;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const prepared = this.#prepare(query.sql);
    const { statement } = prepared;
    const parameters = query.parameters as SQLInputValue[];
    if (prepared.columns.length > 0) {
      const rows = statement.all(...parameters) as unknown as SQLOutputValue[][];
      // SQLite expands a `*` again when a migration has added a column.
      if (rows.length > 0 && rows[0]!.length !== prepared.columns.length)
        prepared.columns = namesOf(statement);
      return { rows: rows.map((row) => named<R>(prepared.columns, row)) };
    }
    const { changes } = statement.run(...parameters);
    return { rows: [], numAffectedRows: BigInt(changes) };
  }

  async *streamQuery<R>(query: CompiledQuery): AsyncIterableIterator<QueryResult<R>> {
    // Prepared separately: a statement being iterated must not be reset by another use.
    const statement = this.#database.prepare(query.sql);
    for (const row of statement.iterate(...(query.parameters as SQLInputValue[]))) yield { rows: [row as R] };
  }
}

/** The names of the columns of a statement: none if it returns no rows. */
export const namesOf = (statement: StatementSync): string[] => statement.columns().map(({ name }) => name);

/** A row as an object. Built here, because the driver recreates each name for each row, which takes twice as long. */
export function named<R>(columns: readonly string[], row: readonly SQLOutputValue[]): R {
  const object: Record<string, SQLOutputValue> = {};
  for (let i = 0; i < columns.length; i++) object[columns[i]!] = row[i]!;
  return object as R;
}

/** One connection handed out in turn: a transaction has it exclusively until it ends. */
class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: Connection;
  #turn: Promise<void> = Promise.resolve();
  #release: (() => void) | undefined;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#connection = new Connection(database);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn;
    let release!: () => void;
    this.#turn = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    this.#release = release;
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
  }

  // IMMEDIATE: a transaction that will write says so first, so that it may wait but never fails half-way.
  async beginTransaction(connection: DatabaseConnection, settings: { accessMode?: string }): Promise<void> {
    if (settings.accessMode === 'read only') {
      await connection.executeQuery(CompiledQuery.raw('BEGIN DEFERRED'));
      return;
    }
    // Waiting for another writer is done here and not inside SQLite: that would hold up the whole thread.
    const deadline = Date.now() + BUSY_TIMEOUT;
    for (;;) {
      this.#database.exec('PRAGMA busy_timeout = 0');
      try {
        await connection.executeQuery(CompiledQuery.raw('BEGIN IMMEDIATE'));
        return;
      } catch (error) {
        // The low byte is the kind: recovering what a killed process left also counts as busy.
        const kind = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
        if (kind !== BUSY || Date.now() > deadline) throw error;
      } finally {
        this.#database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 2 + Math.random() * 8));
    }
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('COMMIT'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw('ROLLBACK'));
  }

  async destroy(): Promise<void> {
    this.#database.close();
  }
}

/** The dialect over an open database. */
export const sqliteDialect = (database: DatabaseSync): Dialect => ({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new SqliteDriver(database),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
});
