/** Secrets that are handed out once: sessions, sign-in links and access tokens. The database has only their hashes. */
import { hash, randomBytes } from 'node:crypto';

/** Bits of a secret: too many to guess, however many there are. */
const BYTES = 32;

export interface Secret {
  /** For its owner alone: letters, digits, `-` and `_`. */
  secret: string;
  hash: string;
}

/** @param prefix says what it is to whoever finds it where it should not be, as scanners of repositories do */
export function newSecret(prefix = ''): Secret {
  const secret = prefix + randomBytes(BYTES).toString('base64url');
  return { secret, hash: hashOf(secret) };
}

/** What the database keeps of a secret. It is random already, so a fast hash without salt is enough. */
export const hashOf = (secret: string): string => hash('sha256', secret, 'base64url');

/** An id that names a secret without being one. */
export const newId = (): string => randomBytes(9).toString('base64url');
