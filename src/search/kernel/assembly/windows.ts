/** Adding up the postings of a window of documents, and keeping those that have enough. */
import { ALLOWED, COUNTS, GROUPS, KEPT, MOST_COUNTS, SUMS } from '../areas';
import { BLOCK, bitsFrom, impactBitsOf, lasts, leastOf, maskOf, metas, mostOf, starts, words } from './tables';

/** What a posting at a place of the window adds. */
@inline function put(place: u32, value: u32, least: i32, weight: i32, impactMask: u32, own: i32): void {
  const to: usize = (<usize>place) << 2;
  store<i32>(to, load<i32>(to, SUMS) + least + weight * <i32>(value & impactMask), SUMS);
  if (own !== 0) store<i32>(to, load<i32>(to, GROUPS) | own, GROUPS);
}

/**
 * Adds `base + weight · impact` for each of the `count` postings of a block to its document's sum, as far as it is one
 * of the `size` documents of the window. `before` is the place in the window of the document before the block.
 */
@inline function addBlock(
  at: usize, count: u32, meta: u32, before: i32, isInside: bool, size: u32, weight: i32, base: i32, own: i32,
): void {
  const impactBits = impactBitsOf(meta);
  const bits: usize = (meta & 31) + impactBits;
  const mask = maskOf(<u32>bits);
  const impactMask = maskOf(impactBits);
  const least = base + weight * <i32>leastOf(meta);
  let place = before + 1;
  let bit: usize = 0;
  let left = count;
  // Most blocks lie in the window as a whole, and what is read at once mostly holds two postings.
  if (isInside && bits <= 28) {
    for (; left >= 4; left -= 4) {
      const two = bitsFrom(at, bit);
      const first = <u32>two & mask;
      const second = <u32>(two >>> bits) & mask;
      const others = bitsFrom(at, bit + 2 * bits);
      const third = <u32>others & mask;
      const fourth = <u32>(others >>> bits) & mask;
      bit += 4 * bits;
      place += <i32>(first >>> impactBits);
      put(place, first, least, weight, impactMask, own);
      place += <i32>(second >>> impactBits) + 1;
      put(place, second, least, weight, impactMask, own);
      place += <i32>(third >>> impactBits) + 1;
      put(place, third, least, weight, impactMask, own);
      place += <i32>(fourth >>> impactBits) + 1;
      put(place++, fourth, least, weight, impactMask, own);
    }
  }
  for (; left > 0; left--) {
    const value = <u32>bitsFrom(at, bit) & mask;
    bit += bits;
    place += <i32>(value >>> impactBits);
    if (<u32>place < size) put(place, value, least, weight, impactMask, own);
    else if (place >= 0) return;
    place++;
  }
}

/**
 * The same for the blocks of a list from `block` on, its table's first being `first`, to the window's end; but for
 * those of which no posting gives `least`.
 */
export function scatter(
  first: u32, block: u32, blocks: u32, frequency: u32, start: i32, size: i32, weight: i32, base: i32, least: i32,
  own: i32,
): void {
  for (let b = block; b < blocks; b++) {
    const entry: usize = (<usize>(first + b)) << 2;
    const last = load<i32>(lasts + entry);
    const meta = load<u32>(metas + entry);
    if (base + weight * <i32>mostOf(meta) >= least) {
      const before = (b === 0 ? -1 : load<i32>(lasts + entry - 4)) - start;
      const count = min(BLOCK, frequency - b * BLOCK);
      const at = words + ((<usize>load<u32>(starts + entry)) << 2);
      const isInside = before >= -1 && last < start + size;
      if (own !== 0) addBlock(at, count, meta, before, isInside, size, weight, base, own);
      else addBlock(at, count, meta, before, isInside, size, weight, base, 0);
    }
    if (last >= start + size - 1) return;
  }
}

/** For the four sums at `at`: all bits where one is above `bound`. */
@inline function above(at: usize, bound: v128): v128 {
  return v128.gt<i32>(v128.load(at, SUMS), bound);
}

/** A bit for each of sixteen documents from place `from` on whose sum is above `bound`. */
@inline function sixteen(from: usize, bound: v128): u64 {
  const at = from << 2;
  const first = i16x8.narrow_i32x4_s(above(at, bound), above(at + 16, bound));
  const second = i16x8.narrow_i32x4_s(above(at + 32, bound), above(at + 48, bound));
  return <u64>i8x16.bitmask(i8x16.narrow_i16x8_s(first, second));
}

/**
 * Puts the places of documents into KEPT that have a posting, a sum of at least `enough`, and of which `needed` groups
 * may be had with `others`; with `isFiltered` those only that are allowed. Gives how many. Every posting adds something,
 * so who has a sum has one.
 */
export function keep(size: u32, enough: i32, isFiltered: bool, others: u32, needed: u32): u32 {
  const bound = i32x4.splat(max(enough, 1) - 1);
  let to: usize = 0;
  for (let from: usize = 0; from < size; from += 64) {
    let bits =
      sixteen(from, bound) |
      (sixteen(from + 16, bound) << 16) |
      (sixteen(from + 32, bound) << 32) |
      (sixteen(from + 48, bound) << 48);
    if (isFiltered) bits &= load<u64>(from >>> 3, ALLOWED);
    for (; bits !== 0; bits &= bits - 1) {
      const place = from + <usize>ctz(bits);
      store<u32>(to, <u32>place, KEPT);
      if (needed > 0) to += (<usize>(<u32>popcnt(load<u32>(place << 2, GROUPS) | others) >= needed)) << 2;
      else to += 4;
    }
  }
  return <u32>(to >>> 2);
}

/**
 * Of the first `count` documents that were kept, keeps those that have `enough` now, and of which `needed` groups may
 * be had with `others`; gives how many.
 */
export function keepOn(count: u32, enough: i32, others: u32, needed: u32): u32 {
  let to: usize = 0;
  const end: usize = (<usize>count) << 2;
  for (let from: usize = 0; from < end; from += 4) {
    const place = load<u32>(from, KEPT);
    store<u32>(to, place, KEPT);
    const own: usize = (<usize>place) << 2;
    if (load<i32>(own, SUMS) < enough) continue;
    if (needed > 0 && <u32>popcnt(load<u32>(own, GROUPS) | others) < needed) continue;
    to += 4;
  }
  return <u32>(to >>> 2);
}

/**
 * Of the first `count` documents that are kept, keeps those that have all groups of `must` and `needed` of them
 * together, and of these, where they are many, about `wanted` (and no fewer) with the greatest sums; gives how many.
 */
export function keepBest(count: u32, wanted: u32, must: u32, needed: u32): u32 {
  const end: usize = (<usize>count) << 2;
  let to: usize = 0;
  let least = i32.MAX_VALUE;
  let most = i32.MIN_VALUE;
  for (let from: usize = 0; from < end; from += 4) {
    const place = load<u32>(from, KEPT);
    const own: usize = (<usize>place) << 2;
    const groups = load<u32>(own, GROUPS);
    if ((groups & must) !== must || <u32>popcnt(groups) < needed) continue;
    store<u32>(to, place, KEPT);
    to += 4;
    const sum = load<i32>(own, SUMS);
    least = min(least, sum);
    most = max(most, sum);
  }
  const kept = <u32>(to >>> 2);
  if (kept <= wanted) return kept;
  // Counted by steps of a power of two; the last step that is wanted is kept whole.
  const bits = 32 - <u32>clz(<u32>(most - least));
  const shift = bits > 8 ? bits - 8 : 0;
  memory.fill(COUNTS, 0, MOST_COUNTS * 4);
  for (let from: usize = 0; from < to; from += 4) {
    const sum = load<i32>((<usize>load<u32>(from, KEPT)) << 2, SUMS);
    const step: usize = (<usize>(<u32>(sum - least) >>> shift)) << 2;
    store<u32>(step, load<u32>(step, COUNTS) + 1, COUNTS);
  }
  let step: u32 = MOST_COUNTS;
  for (let above: u32 = 0; above < wanted; ) above += load<u32>((<usize>--step) << 2, COUNTS);
  return keepOn(kept, least + <i32>(step << shift), 0, 0);
}

/** Makes the sums of the first `size` documents zero, and their groups where they were counted. */
export function clear(size: u32, counts: bool): void {
  memory.fill(SUMS, 0, (<usize>size) << 2);
  if (counts) memory.fill(GROUPS, 0, (<usize>size) << 2);
}
