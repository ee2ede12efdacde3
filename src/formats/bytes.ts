/** Bytes of a file, decompressed if necessary, and their text. */
import { isUtf8 } from 'node:buffer';
import { constants, createGunzip } from 'node:zlib';
import { Unfit } from './text.ts';

export type Bytes = AsyncIterable<Uint8Array>;

/** The input ended or broke off unexpectedly; what was read before that is intact. */
export class Truncated extends Error {}

/** `source` with its first bytes peeked at: at least `count` of them, if there are that many. */
export async function peek(source: Bytes, count: number): Promise<{ head: Buffer; all: Bytes }> {
  const iterator = source[Symbol.asyncIterator]();
  const parts: Uint8Array[] = [];
  let length = 0;
  let broken: { error: unknown } | undefined;
  try {
    while (length < count) {
      const next = await iterator.next();
      if (next.done) break;
      parts.push(next.value);
      length += next.value.length;
    }
  } catch (error) {
    // Reported where it happened: after the bytes that came before it.
    broken = { error };
  }
  const head = Buffer.concat(parts);
  return { head, all: again(head, iterator, broken) };
}

async function* again(
  head: Buffer,
  rest: AsyncIterator<Uint8Array>,
  broken?: { error: unknown },
): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    if (broken) throw broken.error;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/**
 * `source` decompressed. Written by hand so that memory stays bounded and everything decompressed before an error is
 * delivered before the error is reported (`pipeline` would discard it).
 */
export async function* gunzip(source: Bytes): AsyncGenerator<Uint8Array> {
  const unzip = createGunzip({ chunkSize: 256 * 1024, finishFlush: constants.Z_FINISH });
  const ready: Buffer[] = [];
  let broken: (Error & { code?: string }) | undefined;
  unzip.on('data', (chunk: Buffer) => ready.push(chunk));
  const failed = new Promise<void>((resolve) =>
    unzip.on('error', (error) => {
      broken = error;
      resolve();
    }),
  );
  try {
    for await (const chunk of source) {
      await Promise.race([new Promise<void>((done) => unzip.write(chunk, () => done())), failed]);
      yield* ready.splice(0);
      if (broken) break;
    }
    if (!broken) {
      await Promise.race([new Promise<void>((done) => unzip.on('end', done).end()), failed]);
      yield* ready.splice(0);
    }
  } finally {
    unzip.destroy();
  }
  if (!broken) return;
  const cut = broken.code === 'Z_BUF_ERROR';
  throw new Truncated(`the file ends in the middle (${cut ? 'truncated' : 'damaged'} gzip)`);
}

const BOM = [0xef, 0xbb, 0xbf] as const;

/** `source` without the byte order mark that some editors put before UTF-8. */
export async function* withoutBom(source: Bytes): AsyncGenerator<Uint8Array> {
  let first = true;
  for await (const chunk of source) {
    yield first && BOM.every((byte, at) => chunk[at] === byte) ? chunk.subarray(3) : chunk;
    first = false;
  }
}

/** Text of `bytes`; throws `Unfit` if they are not UTF-8 instead of guessing. */
export function utf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new Unfit('not UTF-8 (save the file in that encoding)');
  return bytes.toString('utf8');
}
