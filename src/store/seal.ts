/**
 * Encrypts a stream, such as a backup on somebody else's disk. The format, so that it can be decrypted without
 * Broadsheet:
 *
 * - `broadsheet sealed 1\n` and 16 random bytes (the salt);
 * - pieces of 65,536 bytes, the last one shorter or empty, each encrypted with AES-256-GCM and followed by its tag of 16
 *   bytes. The key is HKDF-SHA256(secret, salt, "broadsheet backup"), the nonce of a piece is its number as 11 bytes,
 *   big-endian, and one byte that is 1 for the last piece and 0 for all others.
 *
 * So nobody can change, swap, repeat or leave out a piece, not even the last, without being noticed (Hoang,
 * Reyhanitabar, Rogaway and Vizár 2015, STREAM).
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const MAGIC = Buffer.from('broadsheet sealed 1\n');
const SALT = 16;
const PIECE = 65_536;
const TAG = 16;

/** It was sealed with another key, or has been altered since. */
export class Unopened extends Error {
  override name = 'Unopened';
}

const keyOf = (secret: string, salt: Uint8Array): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, salt, 'broadsheet backup', 32));

function nonceOf(number: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUIntBE(number, 5, 6);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** Encrypts a stream. */
export async function* seal(source: AsyncIterable<Uint8Array>, secret: string): AsyncGenerator<Buffer> {
  const salt = randomBytes(SALT);
  const key = keyOf(secret, salt);
  yield Buffer.concat([MAGIC, salt]);
  let number = 0;
  for await (const { bytes, isLast } of pieces(source, PIECE)) {
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number++, isLast));
    yield Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Decrypts a stream that begins as `isSealed` says. @throws Unopened */
export async function* unseal(source: AsyncIterable<Uint8Array>, secret: string): AsyncGenerator<Buffer> {
  let key: Buffer | undefined;
  let number = 0;
  for await (const { bytes, isLast } of pieces(source, PIECE + TAG, MAGIC.length + SALT)) {
    if (key === undefined) {
      if (bytes.length < MAGIC.length + SALT || !isSealed(bytes)) throw new Unopened('it is not sealed');
      key = keyOf(secret, bytes.subarray(MAGIC.length));
      continue;
    }
    if (bytes.length < TAG) throw new Unopened('it ends in the middle');
    const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number++, isLast));
    decipher.setAuthTag(bytes.subarray(-TAG));
    let plain: Buffer;
    try {
      plain = Buffer.concat([decipher.update(bytes.subarray(0, -TAG)), decipher.final()]);
    } catch {
      throw new Unopened(
        number === 1 ? 'it was made with another key, or is damaged' : 'it is damaged or cut off',
      );
    }
    yield plain;
  }
}

/** Whether a file that begins with these bytes is sealed. */
export const isSealed = (start: Uint8Array): boolean => MAGIC.equals(start.subarray(0, MAGIC.length));

/** Bytes needed by `isSealed`. */
export const SEALED_START = MAGIC.length;

/** Cuts a stream into pieces of one size, after a head of another; the last one has what is left, perhaps nothing. */
async function* pieces(
  source: AsyncIterable<Uint8Array>,
  size: number,
  head = 0,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let wanted = head > 0 ? head : size;
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const part of source) {
    let rest = part;
    while (length + rest.length > wanted || (wanted === head && length + rest.length === wanted)) {
      held.push(rest.subarray(0, wanted - length));
      rest = rest.subarray(wanted - length);
      yield { bytes: Buffer.concat(held), isLast: false };
      held = [];
      length = 0;
      wanted = size;
    }
    // A full piece is held back until it is clear whether it is the last.
    if (rest.length > 0) held.push(rest);
    length += rest.length;
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}
