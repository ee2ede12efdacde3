/**
 * Votes that have changed since their documents were written. They move far more often than anything else, and no
 * segment is written for them: one small file has the current number of each such document, and whoever has segments
 * open puts it into their column of votes in place. A document that is written again takes its number along, and so
 * does a merge; both leave the file.
 *
 * The file: the keys, ascending, then as many numbers; 32 bits each, little-endian. The manifest has its checksum.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Manifest, writeFileDurably } from './directory.ts';
import { MOST_UPVOTES } from './fields.ts';
import type { Segment } from './segment.ts';
import { IndexUnusable } from './types.ts';

/** Votes by key of the document. */
export type Votes = ReadonlyMap<number, number>;

/** As a column of votes has it. */
export const columnVotes = (votes: number): number => Math.max(0, Math.min(MOST_UPVOTES, votes));

/** Writes the file `number` and says what the manifest lists; undefined: there is nothing to write. */
export function writeVotes(folder: string, number: number, votes: Votes): Manifest['votes'] {
  if (votes.size === 0) return undefined;
  const keys = Uint32Array.from(votes.keys()).sort();
  const words = new Uint32Array(keys.length * 2);
  words.set(keys);
  keys.forEach((key, i) => {
    words[keys.length + i] = votes.get(key)!;
  });
  const bytes = new Uint8Array(words.buffer);
  const file = `votes-${String(number).padStart(6, '0')}.bin`;
  writeFileDurably(folder, file, bytes);
  return { file, bytes: bytes.length, checksum: crc32(bytes) };
}

/**
 * Reads the file that the manifest lists; null: it is not there.
 *
 * @throws IndexUnusable if it is damaged
 */
export function readVotes(folder: string, listed: Manifest['votes']): Map<number, number> | null {
  const votes = new Map<number, number>();
  if (!listed) return votes;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.from(readFileSync(join(folder, listed.file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (bytes.length !== listed.bytes || bytes.length % 8 !== 0 || crc32(bytes) !== listed.checksum)
    throw new IndexUnusable(`${join(folder, listed.file)}: the checksum does not match, the file is damaged`);
  const words = new Uint32Array(bytes.buffer);
  const count = words.length / 2;
  for (let i = 0; i < count; i++) votes.set(words[i]!, words[count + i]!);
  return votes;
}

/** Puts votes into a segment's column; those that `known` has already are in it. */
export function putVotes(segment: Segment, votes: Votes, known?: Votes): void {
  const { upvotes } = segment.sections;
  for (const [key, count] of votes) {
    if (known?.get(key) === count) continue;
    const document = segment.document(key);
    if (document >= 0) upvotes[document] = count;
  }
}
