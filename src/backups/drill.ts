/**
 * The restore drill: a backup that nobody has ever restored is only a hope. The newest one is restored into a temporary
 * database and compared with the file, table by table; then the database is deleted.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Config } from '../config.ts';
import { BadBackup, linesOf, restore, verify } from '../store/backup.ts';
import { makeFolder } from '../store/folder.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import { openStore, type Store } from '../store/open.ts';
import { type BackedUp, type Row, steps } from '../store/write-backup.ts';

export interface DrillReport {
  papers: number;
  rows: number;
  /** Tables whose rows were compared one by one. */
  compared: number;
  /** Where it was restored: `SQLite` or `PostgreSQL`. */
  into: 'SQLite' | 'PostgreSQL';
}

export type DrillSettings = Pick<Config, 'DATA_DIR' | 'DATABASE_URL'>;

/** Deliberately restored differently from how they were backed up (store/backup.ts). */
const RESTORED_ANEW = new Set<BackedUp>(['counters', 'meta', 'given']);
const CHANGED: Partial<Record<BackedUp, string[]>> = { papers: ['seq', 'words_seq'] };

const FOLDER = 'drill-';
const SCHEMA = 'broadsheet_drill_';

/**
 * Restores a backup into a temporary database, compares them, and removes the database. On PostgreSQL it is a separate
 * schema, if the user may create one; otherwise, it is a SQLite file in DATA_DIR.
 *
 * @throws BadBackup if it cannot be restored, or differs afterwards
 */
export async function drill(config: DrillSettings, path: string, key: string | null): Promise<DrillReport> {
  const { version } = await verify(path, key);
  await using temporary = await openTemporary(config);
  const { store } = temporary;
  const { papers, rows } = await restore(store, path, { key });
  const wanted = await contentsOf(path, key);
  let compared = 0;
  for (const [table, { columns, sum, rows: count }] of wanted) {
    // Tables of an older version may be restored as different ones.
    if (RESTORED_ANEW.has(table) || (version < MIGRATIONS.length && table !== 'papers')) continue;
    const found = new Sum(table, columns);
    for await (const some of steps(store.read, table))
      for (const row of some) found.add(columns.map((column) => row[column] ?? null));
    if (found.rows !== count)
      throw new BadBackup(`${table} has ${found.rows} rows after restoring, and ${count} in the backup`);
    if (version === MIGRATIONS.length && found.sum !== sum)
      throw new BadBackup(`${table} differs from the backup after restoring`);
    compared++;
  }
  return { papers, rows, compared, into: store.dialect === 'sqlite' ? 'SQLite' : 'PostgreSQL' };
}

/** A checksum that ignores the order of rows, which differs between databases. */
class Sum {
  rows = 0;
  sum = 0n;
  readonly #kept: number[];
  constructor(table: BackedUp, columns: string[]) {
    const without = CHANGED[table] ?? [];
    this.#kept = columns.flatMap((column, i) => (without.includes(column) ? [] : [i]));
  }
  add(row: Row[string][]): void {
    const text = JSON.stringify(this.#kept.map((i) => row[i]));
    this.sum = BigInt.asUintN(256, this.sum + BigInt(`0x${createHash('sha256').update(text).digest('hex')}`));
    this.rows++;
  }
}

async function contentsOf(
  path: string,
  key: string | null,
): Promise<Map<BackedUp, { columns: string[]; sum: bigint; rows: number }>> {
  const tables = new Map<BackedUp, { columns: string[]; sum: bigint; rows: number }>();
  let current: { table: BackedUp; columns: string[]; sum: Sum } | undefined;
  const end = (): void => {
    if (current)
      tables.set(current.table, { columns: current.columns, sum: current.sum.sum, rows: current.sum.rows });
  };
  for await (const line of linesOf(path, key)) {
    const value = JSON.parse(line) as Row[string][] | { table?: BackedUp; columns?: string[] };
    if (Array.isArray(value)) current?.sum.add(value);
    else if (value.table !== undefined && value.columns !== undefined) {
      end();
      current = { table: value.table, columns: value.columns, sum: new Sum(value.table, value.columns) };
    }
  }
  end();
  return tables;
}

type Temporary = { store: Store } & AsyncDisposable;

async function openTemporary({ DATA_DIR, DATABASE_URL }: DrillSettings): Promise<Temporary> {
  if (DATABASE_URL !== null) {
    const schema = await openSchema(DATA_DIR, DATABASE_URL);
    if (schema !== null) return schema;
  }
  makeFolder(DATA_DIR);
  // Left behind by a killed drill.
  for (const name of await readdir(DATA_DIR))
    if (name.startsWith(FOLDER)) await rm(join(DATA_DIR, name), { recursive: true, force: true });
  const folder = await mkdtemp(join(DATA_DIR, FOLDER));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const store = await openStore({ DATA_DIR: folder, DATABASE_URL: null }).catch(async (error: Error) => {
    await remove();
    throw error;
  });
  return {
    store,
    async [Symbol.asyncDispose]() {
      await store.close();
      await remove();
    },
  };
}

/** Null: the database user may not create a schema, or a proxy in front of the database drops connection options. */
async function openSchema(DATA_DIR: string, DATABASE_URL: string): Promise<Temporary | null> {
  const { Client } = (await import('pg')).default;
  const main = new Client({ connectionString: DATABASE_URL, connectionTimeoutMillis: 10_000 });
  const schema = SCHEMA + randomBytes(6).toString('hex');
  const url = new URL(DATABASE_URL);
  const options = url.searchParams.get('options');
  url.searchParams.set('options', `${options === null ? '' : `${options} `}-c search_path=${schema}`);
  let store: Store | undefined;
  const close = async (): Promise<void> => {
    await store?.close();
    try {
      await main.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    } finally {
      await main.end();
    }
  };
  try {
    await main.connect();
    const { rows } = await main.query<{ nspname: string }>(
      `SELECT nspname FROM pg_namespace WHERE starts_with(nspname, '${SCHEMA}')`,
    );
    for (const { nspname } of rows)
      if (/^\w+$/.test(nspname)) await main.query(`DROP SCHEMA ${nspname} CASCADE`);
    await main.query(`CREATE SCHEMA ${schema}`);
    store = await openStore({ DATA_DIR, DATABASE_URL: url.href });
    // Otherwise the backup would replace the site's own tables.
    const { rows: found } = await sql<{ name: string }>`SELECT current_schema() AS name`.execute(store.write);
    if (found[0]?.name !== schema) throw new Error('the connection ignores its search_path');
  } catch {
    await close().catch(() => {});
    return null;
  }
  return { store, [Symbol.asyncDispose]: close };
}
