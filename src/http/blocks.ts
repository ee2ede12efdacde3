/**
 * Gzip files put together from parts that were compressed beforehand, so that a page can be sent compressed without
 * being compressed. A deflate stream is a sequence of blocks; flushed, a compressor ends its last block at the end of a
 * byte, and another part may follow.
 */
import { constants, crc32, deflateRaw, deflateRawSync, type ZlibOptions } from 'node:zlib';

/** A part of a file, compressed. */
export interface Block {
  /** Deflate blocks, none of which is the last of the file, ending with a byte. */
  bytes: Buffer;
  /** What it unpacks to: its length, and its CRC-32. */
  length: number;
  crc: number;
  /** What a CRC-32 becomes when as many bytes follow: see `shiftBy`. */
  shift: number;
}

/** With no flags, no name, no time, and nothing said about the system it was made on. */
const HEAD = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** The last block of a file, with nothing in it. */
const LAST = Buffer.from([3, 0]);
const TAIL = 8;
/** Most bytes of a block that is not compressed. */
const STORED = 0xffff;

const options = (before: Buffer | null): ZlibOptions => ({
  finishFlush: constants.Z_SYNC_FLUSH,
  // An empty dictionary is refused.
  ...(before && before.length > 0 && { dictionary: before }),
});

const blockOf = (text: Buffer, bytes: Buffer): Block => ({
  bytes,
  length: text.length,
  crc: crc32(text),
  shift: shiftBy(text.length),
});

/**
 * Compresses a part.
 *
 * @param before what comes immediately before it in every file it is used in; null: that differs
 */
export const blockNow = (text: Buffer, before: Buffer | null): Block =>
  blockOf(text, deflateRawSync(text, options(before)));

/** The same in another thread. */
export const blockSoon = (text: Buffer, before: Buffer | null): Promise<Block> =>
  new Promise((resolve, reject) => {
    deflateRaw(text, options(before), (error, bytes) => {
      if (error) reject(error);
      else resolve(blockOf(text, bytes));
    });
  });

/** A part as it is, for what is not worth compressing. */
export function plainBlock(text: Buffer): Block {
  const parts: Buffer[] = [];
  for (let start = 0; start < text.length; start += STORED) {
    const part = text.subarray(start, start + STORED);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(part.length ^ STORED, 3);
    parts.push(head, part);
  }
  return blockOf(text, Buffer.concat(parts));
}

/** Pieces shorter than this are joined: that costs less than sending them one by one. */
const SHORT = 4096;

/**
 * A file in pieces, to be sent one after the other: copying all of them into one would cost more than everything else.
 */
export interface Pieces {
  pieces: Buffer[];
  length: number;
}

/** The gzip file of the parts. */
export function gzipOf(blocks: readonly Block[]): Pieces {
  const pieces: Buffer[] = [HEAD];
  let size = HEAD.length;
  let length = 0;
  let crc = 0;
  for (const block of blocks) {
    length += block.length;
    crc = (times(block.shift, crc) ^ block.crc) >>> 0;
    pieces.push(block.bytes);
    size += block.bytes.length;
  }
  const tail = Buffer.allocUnsafe(LAST.length + TAIL);
  tail.set(LAST);
  tail.writeUInt32LE(crc, LAST.length);
  tail.writeUInt32LE(length >>> 0, LAST.length + 4);
  pieces.push(tail);
  return { pieces: together(pieces), length: size + tail.length };
}

/** The same bytes in fewer pieces: consecutive short ones are joined. */
function together(pieces: readonly Buffer[]): Buffer[] {
  const fewer: Buffer[] = [];
  let short: Buffer[] = [];
  const close = () => {
    if (short.length > 0) fewer.push(short.length === 1 ? short[0]! : Buffer.concat(short));
    short = [];
  };
  for (const piece of pieces) {
    if (piece.length < SHORT) short.push(piece);
    else {
      close();
      fewer.push(piece);
    }
  }
  close();
  return fewer;
}

/**
 * A CRC-32 is a remainder of polynomials over two elements, here with the coefficient of the lowest power in the highest
 * bit. That of two parts one after the other is that of the first, times x to the power of eight times the length of the
 * second, plus that of the second; everything modulo this polynomial. Zlib calculates it in the same way
 * (`crc32_combine_op` in its crc32.c).
 */
const POLYNOMIAL = 0xedb88320;

/** The product of two remainders. */
function times(a: number, b: number): number {
  let product = 0;
  let power = b;
  for (let rest = a; rest !== 0; rest <<= 1) {
    if (rest < 0) product ^= power;
    power = (power >>> 1) ^ (-(power & 1) & POLYNOMIAL);
  }
  return product >>> 0;
}

/** x to the powers 1, 2, 4, 8 and so on. */
const POWERS: readonly number[] = (() => {
  const powers = [1 << 30];
  while (powers.length < 32) powers.push(times(powers.at(-1)! | 0, powers.at(-1)!));
  return powers;
})();

/** x to the power of eight times a length: what a CRC-32 is multiplied by when so many bytes follow. */
export function shiftBy(length: number): number {
  let product = 1 << 31;
  // The powers repeat: x to the power of 2 to the power of 32 is x.
  for (let rest = length, i = 3; rest > 0; rest = Math.floor(rest / 2), i++)
    if (rest % 2 === 1) product = times(POWERS[i % 32]! | 0, product) | 0;
  return product | 0;
}
