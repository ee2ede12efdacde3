/**
 * Posting lists as blocks of up to 128 postings. A posting is the gap to the document before and an impact;
 * both of a block are packed together at the fewest bits that hold every posting of it (frame of reference:
 * Zukowski, Héman, Nes and Boncz, "Super-Scalar RAM-CPU Cache Compression", ICDE 2006).
 */
import { type Bytes, bitsOf, type Numbers } from './arrays.ts';
import { MOST_POSITIONS } from './fields.ts';

export const BLOCK = 128;

/** What one must know to unpack a block: bits of a gap and of an impact, least and greatest impact. */
export const packMeta = (gapBits: number, impactBits: number, least: number, most: number): number =>
  gapBits | (impactBits << 5) | (least << 9) | (most << 17);
export const mostOf = (meta: number): number => (meta >>> 17) & 255;

/** 32 bit words a block of `count` postings takes. */
export const wordsOf = (meta: number, count: number): number =>
  (count * ((meta & 31) + ((meta >>> 5) & 15)) + 31) >>> 5;

/** Packs postings `from` to `to`; `before` is the document before them, or -1. Gives the block's meta. */
export function packBlock(
  docs: Uint32Array,
  impacts: Uint8Array,
  from: number,
  to: number,
  before: number,
  out: Numbers,
): number {
  let widest = 0;
  let least = 255;
  let most = 0;
  let previous = before;
  for (let i = from; i < to; i++) {
    widest |= docs[i]! - previous - 1;
    previous = docs[i]!;
    const impact = impacts[i]!;
    if (impact < least) least = impact;
    if (impact > most) most = impact;
  }
  const gapBits = bitsOf(widest);
  const impactBits = bitsOf(most - least);
  const bits = gapBits + impactBits;
  if (bits > 0) {
    out.reserve(((to - from) * bits + 31) >>> 5);
    const { list } = out;
    let at = out.length;
    previous = before;
    let word = 0;
    let filled = 0;
    for (let i = from; i < to; i++) {
      const value = ((docs[i]! - previous - 1) << impactBits) | (impacts[i]! - least);
      previous = docs[i]!;
      word |= value << filled;
      filled += bits;
      if (filled >= 32) {
        list[at++] = word;
        filled -= 32;
        word = filled > 0 ? value >>> (bits - filled) : 0;
      }
    }
    if (filled > 0) list[at++] = word;
    out.length = at;
  }
  return packMeta(gapBits, impactBits, least, most);
}

/** Unpacks a block of `count` postings at word `at` into `docs` and `impacts`. */
export function unpackBlock(
  words: Uint32Array,
  at: number,
  count: number,
  meta: number,
  before: number,
  docs: Uint32Array,
  impacts: Uint8Array,
): void {
  const impactBits = (meta >>> 5) & 15;
  const bits = (meta & 31) + impactBits;
  const least = (meta >>> 9) & 255;
  let doc = before;
  if (bits === 0) {
    for (let i = 0; i < count; i++) {
      docs[i] = ++doc;
      impacts[i] = least;
    }
    return;
  }
  const mask = bits === 32 ? 0xffffffff : (1 << bits) - 1;
  const impactMask = (1 << impactBits) - 1;
  let next = at;
  let word = words[next]!;
  let shift = 0;
  for (let i = 0; i < count; i++) {
    let value = word >>> shift;
    shift += bits;
    if (shift >= 32) {
      shift -= 32;
      next++;
      // Past the last word of all there is nothing, and nothing of it is needed.
      word = next < words.length ? words[next]! : 0;
      if (shift > 0) value |= word << (bits - shift);
    }
    value &= mask;
    doc += (value >>> impactBits) + 1;
    docs[i] = doc;
    impacts[i] = least + (value & impactMask);
  }
}

/**
 * Packs the places of a block's postings in their documents. `counts[i]` places belong to posting i. Of one posting
 * with one place: the place, in a byte below 224, or in a byte from 224 on (the upper four bits) and another. Else,
 * in a byte from 240 on, the bits a place takes; then all counts in unary (so many zeros
 * less one, then a one), and all places, to the next whole byte.
 */
export function packPlaces(
  counts: Uint16Array,
  from: number,
  to: number,
  places: Uint16Array | Uint32Array,
  first: number,
  out: Bytes,
): void {
  let total = 0;
  for (let i = from; i < to; i++) total += counts[i]!;
  if (total === 1) {
    const place = places[first]!;
    if (place >= TWO) out.push(TWO | (place >>> 8));
    out.push(place & 255);
    return;
  }
  let widest = 0;
  for (let i = 0; i < total; i++) widest |= places[first + i]!;
  const placeBits = bitsOf(widest);
  out.push(MANY | placeBits);
  out.reserve((total * (placeBits + 1) + 7) >>> 3);
  const { list } = out;
  let at = out.length;
  let word = 0;
  let filled = 0;
  for (let i = from; i < to; i++) {
    for (filled += counts[i]! - 1; filled >= 8; filled -= 8) {
      list[at++] = word;
      word = 0;
    }
    word |= 1 << filled++;
  }
  for (let i = 0; i < total; i++) {
    word |= places[first + i]! << filled;
    filled += placeBits;
    for (; filled >= 8; filled -= 8) {
      list[at++] = word;
      word >>>= 8;
    }
  }
  if (filled > 0) list[at++] = word;
  out.length = at;
}

const TWO = 224;
const MANY = 240;

/** At most 16 bits at a bit's address. */
function bitsAt(bytes: Uint8Array, bit: number, width: number): number {
  const at = bit >>> 3;
  // Behind the last byte `undefined` reads as 0 in these operations.
  const three = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
  return (three >>> (bit & 7)) & ((1 << width) - 1);
}

/** The bit behind the first that is set from `bit` on. */
function behindOne(bytes: Uint8Array, bit: number): number {
  let at = bit >>> 3;
  let byte = bytes[at]! & (255 << (bit & 7));
  while (byte === 0) byte = bytes[++at]!;
  return at * 8 + 32 - Math.clz32(byte & -byte);
}

/** Room for the places of any block, for who needs them for a moment. */
export const blockPlaces = new Uint16Array(BLOCK * (MOST_POSITIONS + 1));

/** All counts and places of a block. Gives how many places. */
export function unpackAllPlaces(
  bytes: Uint8Array,
  at: number,
  count: number,
  counts: Uint16Array,
  places: Uint16Array,
): number {
  const head = bytes[at]!;
  if (head < MANY) {
    counts[0] = 1;
    places[0] = head < TWO ? head : ((head & 15) << 8) | bytes[at + 1]!;
    return 1;
  }
  const placeBits = head & 15;
  const start = (at + 1) * 8;
  let bit = start;
  for (let i = 0; i < count; i++) {
    const behind = behindOne(bytes, bit);
    counts[i] = behind - bit;
    bit = behind;
  }
  const total = bit - start;
  for (let i = 0; i < total; i++, bit += placeBits) places[i] = bitsAt(bytes, bit, placeBits);
  return total;
}
