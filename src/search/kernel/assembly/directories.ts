/** Rank directories (common.ts): looking single documents up in long lists. */
import { ALLOWED, FOUND, GATES, GROUPS, KEPT, SUMS } from '../areas';
import { BLOCK, bitsFrom, impactBitsOf, leastOf, maskOf, metas, starts, words } from './tables';

/** An entry of a rank directory: how many postings are before its 64 documents, and a bit for each of these. */
export const ENTRY: usize = 12;
export const BITS: usize = 4;

@inline export function entryOf(directory: usize, document: u32): usize {
  return directory + <usize>(document >>> 6) * ENTRY;
}
@inline export function rankIn(entry: usize, document: u32): u32 {
  return load<u32>(entry) + <u32>popcnt(load<u64>(entry, BITS) & (((<u64>1) << (document & 63)) - 1));
}
@inline export function isIn(entry: usize, document: u32): u32 {
  return <u32>(load<u64>(entry, BITS) >>> (document & 63)) & 1;
}

/** Makes the rank directory of a list of several blocks (common.ts) for so many documents, in memory that is zero. */
export function makeRanks(first: u32, blocks: u32, frequency: u32, documents: u32, directory: usize): void {
  let document: u32 = <u32>-1;
  for (let b: u32 = 0; b < blocks; b++) {
    const entry: usize = (<usize>(first + b)) << 2;
    const meta = load<u32>(metas + entry);
    const impactBits = impactBitsOf(meta);
    const width: usize = (meta & 31) + impactBits;
    const mask = maskOf(<u32>width);
    const at = words + ((<usize>load<u32>(starts + entry)) << 2);
    let bit: usize = 0;
    for (let left = min(BLOCK, frequency - b * BLOCK); left > 0; left--) {
      document += ((<u32>bitsFrom(at, bit) & mask) >>> impactBits) + 1;
      bit += width;
      const to = entryOf(directory, document);
      store<u64>(to, load<u64>(to, BITS) | ((<u64>1) << (document & 63)), BITS);
    }
  }
  let count: u32 = 0;
  for (let document: u32 = 0; document < documents; document += 64) {
    const entry = entryOf(directory, document);
    store<u32>(entry, count);
    count += <u32>popcnt(load<u64>(entry, BITS));
  }
}

/** The place of a document's posting in a list that has a rank directory, or -1. */
export function rankOf(document: u32, directory: usize): i32 {
  const entry = entryOf(directory, document);
  return isIn(entry, document) ? <i32>rankIn(entry, document) : -1;
}

/** The impact of the posting at a place of a list of several blocks. */
export function impactAt(first: u32, place: u32): i32 {
  const entry: usize = (<usize>(first + (place >>> 7))) << 2;
  const meta = load<u32>(metas + entry);
  const impactBits = impactBitsOf(meta);
  const bit: usize = (place & 127) * ((meta & 31) + impactBits);
  const at = words + ((<usize>load<u32>(starts + entry)) << 2);
  return leastOf(meta) + (<u32>bitsFrom(at, bit) & maskOf(impactBits));
}

/**
 * Leaves of the documents allowed in a window (or of all of them, without `isFiltered`) those that are in one list at
 * least of each of the `gates`; gives how many. The window begins at a multiple of 64.
 */
export function restrict(gates: u32, start: u32, size: u32, isFiltered: bool): u32 {
  let count: u32 = 0;
  for (let place: u32 = 0; place < size; place += 64) {
    const to: usize = (<usize>place) >>> 3;
    let all = isFiltered ? load<u64>(to, ALLOWED) : ~(<u64>0);
    if (size - place < 64) all &= ((<u64>1) << (size - place)) - 1;
    let at: usize = GATES;
    for (let gate: u32 = 0; gate < gates; gate++) {
      const end = at + 4 + ((<usize>load<u32>(at)) << 2);
      let any: u64 = 0;
      for (at += 4; at < end; at += 4) any |= load<u64>(entryOf(<usize>load<u32>(at), start + place), BITS);
      all &= any;
    }
    store<u64>(to, all, ALLOWED);
    count += <u32>popcnt(all);
  }
  return count;
}

/** Keeps all documents that are allowed in a window; gives how many. */
export function keepAllowed(size: u32): u32 {
  let to: usize = 0;
  for (let from: usize = 0; from < size; from += 64) {
    for (let bits = load<u64>(from >>> 3, ALLOWED); bits !== 0; bits &= bits - 1) {
      store<u32>(to, <u32>(from + <usize>ctz(bits)), KEPT);
      to += 4;
    }
  }
  return <u32>(to >>> 2);
}

/**
 * Looks the first `count` documents that are kept up in a list that has a rank directory, and adds what it gives. First
 * finds all, then adds for those found: without a branch that depends on what was read, the processor waits for the
 * memory of many at once.
 */
export function look(
  count: u32, first: u32, directory: usize, start: u32, weight: i32, base: i32, own: i32,
): void {
  const end: usize = (<usize>count) << 2;
  let found: usize = 0;
  for (let from: usize = 0; from < end; from += 4) {
    const place = load<u32>(from, KEPT);
    const entry = entryOf(directory, start + place);
    store<u32>(found, place, FOUND);
    store<u32>(found, rankIn(entry, start + place), FOUND + 4);
    found += isIn(entry, start + place) << 3;
  }
  for (let from: usize = 0; from < found; from += 8) {
    const to: usize = (<usize>load<u32>(from, FOUND)) << 2;
    store<i32>(to, load<i32>(to, SUMS) + base + weight * impactAt(first, load<u32>(from, FOUND + 4)), SUMS);
    store<i32>(to, load<i32>(to, GROUPS) | own, GROUPS);
  }
}
