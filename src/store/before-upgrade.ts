/**
 * A copy of the database from before an upgrade changes it: the way back to the previous version. SQLite is copied as a
 * file; for PostgreSQL, a backup is made as `broadsheet backup` would make it.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { MIGRATIONS, version } from './migrations.ts';
import type { Db } from './schema.ts';
import { writeBackup } from './write-backup.ts';

/** How many copies are kept if the settings do not say. */
const KEPT = 3;
/** `before-upgrade-from-31-20261201T093000Z.db`: the version of the database, and when the copy was made. */
const NAME = /^before-upgrade-from-(\d{1,9})-(\d{8}T\d{6}Z)(?:-(\d+))?\.(?:db|jsonl\.gz)$/;

export interface UpgradeOptions {
  dataDir: string;
  /** Copies kept; 0: none is made. */
  keep?: number;
}

/**
 * Saves a database that is about to be upgraded, and deletes the oldest copies.
 *
 * @returns the file; null if there is nothing to upgrade or nothing in the database
 * @throws if the copy cannot be made; the database is then unchanged
 */
export async function saveBeforeUpgrade(
  db: Db,
  dialect: 'sqlite' | 'postgres',
  { dataDir, keep = KEPT }: UpgradeOptions,
): Promise<string | null> {
  const found = await version(db, dialect);
  if (found === 0 || found >= MIGRATIONS.length || keep === 0) return null;
  const stamp = new Date().toISOString().slice(0, 19).replace(/[-:]/g, '');
  const taken = new Set(readdirSync(dataDir));
  const end = dialect === 'sqlite' ? 'db' : 'jsonl.gz';
  const name = (number: number): string =>
    `before-upgrade-from-${found}-${stamp}Z${number === 0 ? '' : `-${number}`}.${end}`;
  let number = 0;
  while (taken.has(name(number))) number++;
  const path = join(dataDir, name(number));
  try {
    if (dialect === 'sqlite') await copy(db, path);
    else
      await db
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute((view) => writeBackup(view, path, found));
  } catch (error) {
    // Another process has upgraded it in the meantime, after making its own copy.
    if ((await version(db, dialect)) > found) return null;
    const why = (error as Error).message.split('\n')[0];
    throw new Error(
      `the database was not upgraded, because it could not be copied to ${dataDir} first: ${why}. ` +
        'Make room there, or set UPGRADE_BACKUPS=0 if you have a backup.',
      { cause: error },
    );
  }
  for (const old of savedBeforeUpgrades(dataDir).slice(keep))
    rmSync(join(dataDir, old.name), { force: true });
  return path;
}

async function copy(db: Db, path: string): Promise<void> {
  const partial = `${path}.${process.pid}.partial`;
  try {
    // SQLite accepts an existing file if it is empty, but would create one that others can read.
    writeFileSync(partial, '', { mode: 0o600 });
    await sql`VACUUM INTO ${partial}`.execute(db);
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** The copies in a data folder, the newest first. */
export function savedBeforeUpgrades(dataDir: string): { name: string; version: number }[] {
  return readdirSync(dataDir)
    .flatMap((name) => {
      const found = NAME.exec(name);
      return found
        ? [{ name, version: Number(found[1]), stamp: found[2]!, number: Number(found[3] ?? 0) }]
        : [];
    })
    .sort((a, b) => (a.stamp === b.stamp ? b.number - a.number : a.stamp < b.stamp ? 1 : -1))
    .map(({ name, version }) => ({ name, version }));
}
