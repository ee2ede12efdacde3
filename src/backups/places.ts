/** Where backups are kept: a folder or an S3 bucket, with the same few operations. */
import { createWriteStream } from 'node:fs';
import { copyFile, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Config } from '../config.ts';
import { isLocalHost } from '../net/addresses.ts';
import { outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import { makeFolder } from '../store/folder.ts';
import { type Bucket, bucketOf } from './s3.ts';

export type BackupSettings = Pick<
  Config,
  | 'BACKUP_TO'
  | 'BACKUP_KEY'
  | 'BACKUP_EVERY_HOURS'
  | 'BACKUP_KEEP_DAYS'
  | 'BACKUP_DRILL_DAYS'
  | 'BACKUP_S3_URL'
  | 'BACKUP_S3_REGION'
  | 'BACKUP_S3_KEY_ID'
  | 'BACKUP_S3_SECRET'
  | 'DATA_DIR'
  | 'OFFLINE'
  | 'PRIVATE_HOSTS'
>;

export interface Place {
  /** Names of the backups there, oldest first; other files are left alone. */
  list(): Promise<string[]>;
  /** Stores a file under a name, whole or not at all. */
  put(name: string, path: string): Promise<void>;
  /** Copies a backup into a local file. */
  get(name: string, path: string): Promise<void>;
  drop(name: string): Promise<void>;
}

/** Something is wrong with a place; the message is for the operator. */
export class PlaceError extends Error {
  override name = 'PlaceError';
}

const NAME = /^broadsheet-(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)\.jsonl\.gz(?:\.sealed)?$/;

/** The name of a backup made at a time. */
export function nameOf(now: number, isSealed: boolean): string {
  const stamp = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  return `broadsheet-${stamp}.jsonl.gz${isSealed ? '.sealed' : ''}`;
}

/** When a backup was made, epoch ms; null if the name is not one of ours. */
export function timeOf(name: string): number | null {
  const [, year, month, day, hour, minute, second] = NAME.exec(name) ?? [];
  if (year === undefined) return null;
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  // There is no 30 February.
  return !Number.isNaN(at) && name.startsWith(nameOf(at, false)) ? at : null;
}

/** The place that BACKUP_TO names; null: none. @throws PlaceError if the settings are unusable */
export function placeOf(config: BackupSettings): Place | null {
  const to = config.BACKUP_TO;
  if (to === null) return null;
  return to.startsWith('s3://') ? inBucket(config, to.slice(5)) : inFolder(to);
}

const ours = (names: string[]): string[] => names.filter((name) => timeOf(name) !== null).sort();

function inFolder(folder: string): Place {
  return {
    async list() {
      makeFolder(folder);
      return ours(await readdir(folder));
    },
    async put(name, path) {
      makeFolder(folder);
      const partial = join(folder, `${name}.partial`);
      // Often on another file system, so renaming will not do.
      await copyFile(path, partial);
      // On disk before it has its name.
      await using written = await open(partial, 'r+');
      await written.sync();
      await rename(partial, join(folder, name));
    },
    get: (name, path) => copyFile(join(folder, name), path),
    drop: (name) => rm(join(folder, name), { force: true }),
  };
}

function inBucket(config: BackupSettings, address: string): Place {
  const { BACKUP_S3_KEY_ID: id, BACKUP_S3_SECRET: secret, BACKUP_S3_REGION: region } = config;
  if (id === null || secret === null)
    throw new PlaceError('BACKUP_TO is an S3 bucket, but BACKUP_S3_KEY_ID or BACKUP_S3_SECRET is not set');
  const url = new URL(config.BACKUP_S3_URL ?? `https://s3.${region}.amazonaws.com`);
  if (config.OFFLINE && !isLocalHost(url.hostname))
    throw new PlaceError(`OFFLINE=1: no backup is sent to ${url.host}`);
  const slash = address.indexOf('/');
  const [name, rest] = slash < 0 ? [address, ''] : [address.slice(0, slash), address.slice(slash + 1)];
  const prefix = rest === '' || rest.endsWith('/') ? rest : `${rest}/`;
  const way = outgoing({ privateHosts: new PrivateHosts(config.PRIVATE_HOSTS) });
  const bucket: Bucket = bucketOf({ url, bucket: name, region, id, secret, way });
  return {
    list: async () => ours((await bucket.list(prefix)).map((key) => key.slice(prefix.length))),
    put: (file, path) => bucket.put(prefix + file, path),
    async get(file, path) {
      await pipeline(await bucket.get(prefix + file), createWriteStream(path, { mode: 0o600 }));
    },
    drop: (file) => bucket.drop(prefix + file),
  };
}

/** The size of a file in bytes. */
export const sizeOf = async (path: string): Promise<number> => (await stat(path)).size;
