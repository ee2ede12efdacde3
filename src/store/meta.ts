/**
 * What an installation remembers about itself, one value per key: the only file that reads and writes the table `meta`.
 * A backup contains it, so these are facts about the data and its site, not about one process or machine.
 */
import type { Db } from './schema.ts';

/** A value that can be remembered: its name in the table, and how it is read and written. */
export interface MetaKey<T> {
  name: string;
  read(text: string): T;
  write(value: T): string;
}

/** Several values of one kind, each under a name of its own. */
export interface MetaFamily<T> {
  prefix: string;
  of(name: string): MetaKey<T>;
}

/** A part of a source that the operator has been alerted to. */
export interface ReportedPart {
  source: string;
  part: string;
  /** As people are shown it. */
  name: string;
  /** When the alert was decided on, and since when the part had been down by then; epoch ms. */
  at: number;
  since: number;
}

const text = (name: string): MetaKey<string> => ({ name, read: (kept) => kept, write: (value) => value });
const number = (name: string): MetaKey<number> => ({ name, read: Number, write: String });
const json = <T>(name: string): MetaKey<T> => ({ name, read: JSON.parse, write: JSON.stringify });
const family = <T>(prefix: string): MetaFamily<T> => ({ prefix, of: (name) => json(`${prefix}:${name}`) });

/** Everything that is remembered. The names are in databases and backups: they never change. */
export const META = {
  /** When the starter collection was imported (ISO 8601). It is imported once, even if its papers are removed later. */
  starter: text('starter'),
  /** Changes whenever a backup is restored: what was derived from the former contents must be made again. */
  generation: text('generation'),
  /** The site's first day. Earlier days are history and never close. */
  founded: text('founded'),
  /** The day whose edition was open when editions last turned. */
  openSince: text('open_since'),
  /** The curation rules in force (papers/rules.ts); absent: every paper enters. */
  rules: json<object>('curation'),
  /** The address at which the site last listened, for links made while it has no PUBLIC_URL. */
  listening: text('listening'),
  /** The last paper re-evaluated under new rules; absent: all have been. */
  rulesLeft: number('curation_left'),
  /** A hash of the newest editions as the WebSub hub was last notified of them. */
  hubNotified: text('websub_told'),
  /** The key under which attempts.ts hashes who has tried something. */
  attemptsKey: text('attempts_key'),
  /** The key by which the nodes of a site recognise each other (worker/node-key.ts). */
  nodeKey: text('node_key'),
  /** The key under which networks are hashed (community/weights.ts). */
  networkKey: text('network_key'),
  /** The key that the addresses of bounces are made with (mail/verp.ts). */
  bounceKey: text('bounce_key'),
  /** What has been read of the mailbox that bounces come to (mail/bounce-mailbox.ts). */
  bounceMailbox: json<{ mailbox: string; validity: string; uid: number }>('bounce_mailbox'),
  /** The last report of accounts that vote alike (community/rings.ts). */
  rings: json<object>('vote_rings'),
  /** Since when the digest is paused (epoch ms); absent: it is not. */
  digestPaused: number('digest_paused'),
  /** The outcome of the site's automatic backups (backups/state.ts), and of the last restore drill. */
  backups: json<object>('backups'),
  backupDrill: json<object>('backup_drill'),
  /** Alerts whose recovery has not been reported yet, by source and part. */
  reported: family<ReportedPart>('alerted'),
};

/** A value; undefined if there is none. */
export async function getMeta<T>(db: Db, key: MetaKey<T>): Promise<T | undefined> {
  const row = await db.selectFrom('meta').select('value').where('key', '=', key.name).executeTakeFirst();
  return row && key.read(row.value);
}

/** Stores a value in place of the last one. */
export async function setMeta<T>(db: Db, key: MetaKey<T>, value: T): Promise<void> {
  const text = key.write(value);
  await db
    .insertInto('meta')
    .values({ key: key.name, value: text })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
    .execute();
}

/** Stores a value unless there is one. @returns the value now stored, which may be another process's */
export async function addMeta<T>(db: Db, key: MetaKey<T>, value: T): Promise<T> {
  await db
    .insertInto('meta')
    .values({ key: key.name, value: key.write(value) })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute();
  return (await getMeta(db, key)) ?? value;
}

/** Removes a value. True for the one transaction that did. */
export async function dropMeta<T>(db: Db, key: MetaKey<T>): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('meta')
    .where('key', '=', key.name)
    .executeTakeFirstOrThrow();
  return numDeletedRows > 0n;
}

/** All values of a kind, in the order of their names. */
export async function allMeta<T>(db: Db, { prefix, of }: MetaFamily<T>): Promise<T[]> {
  const rows = await db
    .selectFrom('meta')
    .select('value')
    // A range of the key: `;` follows `:`.
    .where('key', '>=', `${prefix}:`)
    .where('key', '<', `${prefix};`)
    .orderBy('key')
    .execute();
  return rows.map(({ value }) => of('').read(value));
}
