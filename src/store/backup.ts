/**
 * Backup and restore, the same for both databases: every table as lines of JSON, gzipped, as of one moment, while the
 * site runs. So a backup of SQLite can be restored into PostgreSQL and vice versa.
 *
 * The file: a header `{broadsheet, version, taken}`; for each table `{table, columns}` and its rows as arrays; and a
 * trailer `{rows, sha256}` over everything before it. A file without the trailer is not a backup. With a key, the gzipped
 * file is encrypted as a whole (seal.ts).
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { sql } from 'kysely';
import { insertMany } from './bulk.ts';
import { retime } from './change-times.ts';
import { counter } from './counters.ts';
import { moveFormerMail } from './former-mail.ts';
import { moveFormerSubscriptions } from './former-subscriptions.ts';
import { insertFormer, recount } from './former-votes.ts';
import { META, setMeta } from './meta.ts';
import { MIGRATIONS } from './migrations.ts';
import type { Store } from './open.ts';
import { BACKED_UP, type Schema } from './schema.ts';
import { isSealed, SEALED_START, Unopened, unseal } from './seal.ts';
import { type BackupReport, writeBackup } from './write-backup.ts';

export type { BackupReport } from './write-backup.ts';

/** The file cannot be restored; nothing was changed. */
export class BadBackup extends Error {
  override name = 'BadBackup';
}

const STEP = 2000;

/** Writes a backup; the file appears under its name only once it is complete and on disk. */
export function backUp(
  store: Store,
  path: string,
  progress: (rows: number) => void = () => {},
  key: string | null = null,
): Promise<BackupReport> {
  return store.snapshot((db) => writeBackup(db, path, MIGRATIONS.length, progress, key));
}

/** Reads the whole file and checks that it is complete and undamaged. Throws BadBackup. */
export async function verify(
  path: string,
  key: string | null = null,
): Promise<BackupReport & { version: number; taken: string }> {
  const hash = createHash('sha256');
  let head: Head | undefined;
  let tail: Tail | undefined;
  let rows = 0;
  let papers = 0;
  let table = '';
  for await (const line of linesOf(path, key)) {
    if (tail) throw new BadBackup(`${path}: there is more after the end`);
    const value = parse(line, path);
    if (!head) {
      head = value as Head;
      if (head.broadsheet !== 'backup' || typeof head.version !== 'number')
        throw new BadBackup(`${path} is not a Broadsheet backup`);
      if (head.version > MIGRATIONS.length) {
        throw new BadBackup(
          `${path} was made by a newer Broadsheet (version ${head.version}; this one knows ${MIGRATIONS.length})`,
        );
      }
    } else if (Array.isArray(value)) {
      rows++;
      if (table === 'papers') papers++;
    } else if ('sha256' in value) {
      tail = value as Tail;
      continue;
    } else {
      table = (value as { table: string }).table;
    }
    hash.update(`${line}\n`);
  }
  if (!head) throw new BadBackup(`${path} is empty`);
  if (!tail) throw new BadBackup(`${path} ends in the middle: the backup was not finished or was cut off`);
  if (tail.rows !== rows || tail.sha256 !== hash.digest('hex'))
    throw new BadBackup(`${path} is damaged: its checksum does not match`);
  return { rows, papers, version: head.version!, taken: head.taken ?? '' };
}

export interface RestoreOptions {
  /** Deletes what the database holds. */
  replace?: boolean;
  /** What an encrypted backup was made with. */
  key?: string | null;
  progress?(rows: number): void;
}

/**
 * Restores a backup into the database in one transaction: all of it or nothing. The database must be empty unless
 * `replace` allows its contents to be deleted.
 */
export async function restore(
  store: Store,
  path: string,
  { replace = false, key = null, progress = () => {} }: RestoreOptions = {},
): Promise<BackupReport> {
  await verify(path, key);
  const report = { rows: 0, papers: 0 };
  await store.change(async ({ tx, seq }) => {
    const some = await tx.selectFrom('papers').select('pk').limit(1).executeTakeFirst();
    if (some && !replace) {
      throw new BadBackup(
        'the database already holds papers; give --replace to replace them with the backup',
      );
    }
    // Votes wait until this is done.
    await sql`UPDATE counters SET value = value WHERE name = 'community'`.execute(tx);
    const community = await counter(tx, 'community');
    // The log of moderation is replaced with everything else, and at no other time.
    await tx.insertInto('counters').values({ name: 'restoring', value: 1 }).execute();
    await tx.deleteFrom('moderation_log').execute();
    for (const table of [...BACKED_UP].reverse()) await tx.deleteFrom(table).execute();
    // Numbers of accounts may be other people's now: nobody stays signed in.
    for (const table of ['sessions', 'sign_in_links', 'vote_networks'] as const)
      await tx.deleteFrom(table).execute();
    let table: (typeof BACKED_UP)[number] | undefined;
    let columns: string[] = [];
    let rows: (string | number | null)[][] = [];
    const flush = async (): Promise<void> => {
      if (table && rows.length > 0 && !(await insertFormer(tx, table, columns, rows)))
        await insertMany(tx, table, columns as (keyof Schema[typeof table] & string)[], rows);
      report.rows += rows.length;
      if (table === 'papers') report.papers += rows.length;
      rows = [];
      progress(report.rows);
    };
    for await (const line of linesOf(path, key)) {
      const value = parse(line, path);
      if (Array.isArray(value)) {
        rows.push(value);
        if (rows.length >= STEP) await flush();
      } else if ('table' in value) {
        await flush();
        ({ table, columns } = checked(value as { table: string; columns: string[] }, path));
      }
    }
    await flush();
    await moveFormerMail(tx);
    await moveFormerSubscriptions(tx);
    // The site's change number never goes back: earlier pages and indexes must not look current.
    const next = Math.max(seq, (await counter(tx, 'seq')) + 1);
    const counted = Math.max(community, await counter(tx, 'community'));
    const counters = {
      seq: next,
      papers: next,
      site: next,
      order_log_floor: next,
      community: counted + 1,
      counted,
    };
    await tx
      .deleteFrom('counters')
      .where('name', 'in', [...Object.keys(counters), 'restoring'])
      .execute();
    await tx
      .insertInto('counters')
      .values(Object.entries(counters).map(([name, value]) => ({ name, value })))
      .execute();
    // Nor may a paper of the backup be taken for another one that had its key and its number (papers/consulting.ts).
    await tx.updateTable('papers').set({ seq: next, words_seq: null }).execute();
    await recount(tx, counted + 1);
    // Everything is offered to harvesters again, because they may have what came after the backup.
    await retime(tx, Date.now());
    // Indexes built from the previous contents see by this that they must start afresh.
    await setMeta(tx, META.generation, randomUUID());
  });
  return report;
}

/** Whether a backup was made with a key. */
export async function isEncrypted(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SEALED_START), 0, SEALED_START, 0);
    return isSealed(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

interface Head {
  broadsheet?: string;
  version?: number;
  taken?: string;
}

interface Tail {
  rows: number;
  sha256: string;
}

const COLUMN = /^[a-z_]+$/;

function checked({ table, columns }: { table: string; columns: string[] }, path: string) {
  const known = BACKED_UP.find((name) => name === table);
  if (!known || !Array.isArray(columns) || !columns.every((column) => COLUMN.test(column))) {
    throw new BadBackup(`${path} contains a table this program does not know`);
  }
  return { table: known, columns };
}

/** The lines of a backup, decrypted if necessary. @throws BadBackup */
export async function* linesOf(path: string, key: string | null = null): AsyncGenerator<string> {
  const isLocked = await isEncrypted(path);
  if (isLocked && key === null)
    throw new BadBackup(`${path} is encrypted: set BACKUP_KEY to the key it was made with`);
  const file = createReadStream(path);
  const source: Readable = isLocked ? Readable.from(unseal(file, key!), { objectMode: false }) : file;
  const unzipped = createGunzip();
  source.on('error', (error) => unzipped.destroy(error));
  const lines = createInterface({ input: source.pipe(unzipped), crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) yield line;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (error instanceof Unopened) throw new BadBackup(`${path} cannot be decrypted: ${message}`);
    if (!code?.startsWith('Z_')) throw error;
    throw new BadBackup(`${path} is damaged or not a backup: ${message}`);
  } finally {
    // A reader that stops early (at a line that is not JSON) must not get an error from what follows it.
    unzipped.on('error', () => {});
    source.destroy();
    file.destroy();
    unzipped.destroy();
  }
}

function parse(line: string, path: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null) return value;
  } catch {}
  throw new BadBackup(`${path} is damaged: a line is not JSON`);
}
