/**
 * Secrets that must be read again, such as the address of a webhook, are sealed with AES-256-GCM before they enter the
 * database, so that neither a copy of it nor a backup has them. The key is `CHANNEL_KEY`, or else a file in the data
 * folder that only its owner can read, made when it is first needed.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { makeFolder } from '../store/folder.ts';

export interface Sealer {
  /** @param of what the secret belongs to: sealed for one thing, it does not open for another */
  seal(secret: string, of: string): string;
  /** @throws SealError if the key is another one, or the text has been changed */
  open(sealed: string, of: string): string;
}

/** The secret cannot be read; the message says what to do. */
export class SealError extends Error {
  override name = 'SealError';
}

const VERSION = 'v1.';
const IV = 12;
const TAG = 16;
const FILE = 'channels.key';

export function sealerOf({ CHANNEL_KEY, DATA_DIR }: Pick<Config, 'CHANNEL_KEY' | 'DATA_DIR'>): Sealer {
  let kept: Buffer | undefined;
  const key = (): Buffer => {
    kept ??= createHash('sha256')
      .update(`channels\0${CHANNEL_KEY ?? keyInFile(DATA_DIR)}`)
      .digest();
    return kept;
  };
  return {
    seal(secret, of) {
      const iv = randomBytes(IV);
      const cipher = createCipheriv('aes-256-gcm', key(), iv).setAAD(Buffer.from(of));
      const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(sealed, of) {
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      if (!sealed.startsWith(VERSION) || bytes.length < IV + TAG) throw lost();
      const decipher = createDecipheriv('aes-256-gcm', key(), bytes.subarray(0, IV), { authTagLength: TAG })
        .setAAD(Buffer.from(of))
        .setAuthTag(bytes.subarray(IV, IV + TAG));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()]).toString('utf8');
      } catch {
        throw lost();
      }
    },
  };
}

const lost = (): SealError =>
  new SealError(
    `its secret was sealed with another key: set CHANNEL_KEY or put back ${FILE}, or remove the channel and add it again`,
  );

/** The key in the data folder, made if there is none. @throws SealError if others may read it */
function keyInFile(folder: string): string {
  const path = join(folder, FILE);
  const found = readKey(path);
  if (found !== null) return found;
  makeFolder(folder);
  // Written under another name first: nobody ever reads half a key, and of two processes one wins.
  const own = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(own, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(own, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  return readKey(path)!;
}

function readKey(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return null;
  if (process.platform !== 'win32' && (found.mode & 0o077) !== 0)
    throw new SealError(`${path} can be read by others: chmod 600 ${path}`);
  const key = readFileSync(path, 'utf8').trim();
  if (key.length < 32) throw new SealError(`${path} does not contain a key`);
  return key;
}
