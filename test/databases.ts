/** The same tests on both databases, each with a fresh, empty one. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { afterEach, beforeEach, describe } from 'vitest';
import { MIGRATIONS, migrate } from '../src/store/migrations.ts';
import { databaseFile, openStore, type Store } from '../src/store/open.ts';
import type { Db, Schema } from '../src/store/schema.ts';
import { openSqlite, sqliteDialect } from '../src/store/sqlite.ts';
import { createDatabase, dropDatabase } from './create-database.ts';

export interface TestDatabase {
  /** For readConfig: what a process needs to open this database. */
  env: { DATA_DIR: string; DATABASE_URL: string };
  open(): Promise<Store>;
  /** As an earlier version left it: without the migration whose description begins like this, and all later ones. */
  openBefore(says: string): Promise<Db>;
  remove(): Promise<void>;
}

export type Kind = 'SQLite' | 'PostgreSQL';

/**
 * A new database of one kind, with its own data folder: a copy of one that has all tables and nothing in them, which
 * takes a fraction of the time of creating them.
 */
export const freshDatabase = (kind: Kind): Promise<TestDatabase> => database(kind, true);

/** A new database without any tables. */
export const bareDatabase = (kind: Kind): Promise<TestDatabase> => database(kind, false);

async function database(kind: Kind, hasTables: boolean): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-test-'));
  const base = process.env.TEST_DATABASE_URL ?? '';
  const name = `t${Date.now().toString(36)}${Math.random().toString(36).slice(2, 8)}`;
  let url = '';
  if (kind === 'PostgreSQL')
    url = await createDatabase(base, name, hasTables ? process.env.TEST_TEMPLATE : undefined);
  else if (hasTables && process.env.TEST_TEMPLATE_FILE)
    copyFileSync(process.env.TEST_TEMPLATE_FILE, databaseFile(folder));
  const env = { DATA_DIR: folder, DATABASE_URL: url };
  return {
    env,
    open: () => openStore({ DATA_DIR: folder, DATABASE_URL: url || null }),
    async openBefore(says) {
      if (url) {
        await dropDatabase(base, name);
        await createDatabase(base, name);
      } else rmSync(databaseFile(folder), { force: true });
      const dialect = url
        ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url }) })
        : sqliteDialect(openSqlite({ path: databaseFile(folder), readOnly: false }));
      const db = new Kysely<Schema>({ dialect });
      const first = MIGRATIONS.findIndex((migration) => migration.says.startsWith(says));
      await migrate(db, url ? 'postgres' : 'sqlite', MIGRATIONS.slice(0, first));
      return db;
    },
    async remove() {
      if (url) await dropDatabase(base, name);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Runs a suite once per database; PostgreSQL's is skipped, loudly, if there is none. */
export function onBoth(suite: (kind: Kind, fresh: () => Promise<TestDatabase>) => void): void {
  describe('on SQLite', () => suite('SQLite', () => freshDatabase('SQLite')));
  describe.skipIf(!process.env.TEST_DATABASE_URL)('on PostgreSQL', () =>
    suite('PostgreSQL', () => freshDatabase('PostgreSQL')),
  );
}

/** Opens a fresh database before each test, and removes it afterwards. */
export function eachTime(
  fresh: () => Promise<TestDatabase>,
  opened: (store: Store, database: TestDatabase) => void,
): void {
  let database: TestDatabase;
  let store: Store;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    opened(store, database);
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
  });
}
