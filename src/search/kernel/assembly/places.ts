/** The places of a posting: where in its document a word stands. */
import { bitsFrom, maskOf } from './tables';

/** Heads from these on tell of a place in two bytes, and of many places (blocks.ts). */
const TWO: u32 = 224;
const MANY: u32 = 240;

/** Behind the `ones`-th bit that is set, from `bit` on of what begins at `at`. */
@inline function behindOnes(at: usize, bit: usize, ones: u32): usize {
  if (ones === 0) return bit;
  let left = ones;
  let from = at + (bit >>> 3);
  let some = load<u64>(from) & (~(<u64>0) << (bit & 7));
  for (let own = <u32>popcnt(some); own < left; own = <u32>popcnt(some)) {
    left -= own;
    from += 8;
    some = load<u64>(from);
  }
  for (; left > 1; left--) some &= some - 1;
  return ((from - at) << 3) + <usize>ctz(some) + 1;
}

/** What follows the head of a block without a unary part: its only place. */
@inline function onlyPlace(at: usize, head: u32, into: usize): u32 {
  store<u16>(into, <u16>(head < TWO ? head : ((head & 15) << 8) | load<u8>(at + 1)));
  return 1;
}

/** Puts `count` places of `width` bits each from `bit` on into `into`; gives how many. */
@inline function unpackPlaces(unary: usize, bit: usize, width: usize, count: u32, into: usize): u32 {
  const mask = maskOf(<u32>width);
  let from = bit;
  for (let i: u32 = 0; i < count; i++, from += width)
    store<u16>(into + ((<usize>i) << 1), <u16>(<u32>bitsFrom(unary, from) & mask));
  return count;
}

/** The places of posting `index` of a block of `count`, packed at `at` (blocks.ts), as u16 into `into`; gives how many. */
export function placesOf(at: usize, count: u32, index: u32, into: usize): u32 {
  const head: u32 = load<u8>(at);
  if (head < MANY) return onlyPlace(at, head, into);
  const width: usize = head & 15;
  const unary = at + 1;
  const own = behindOnes(unary, 0, index);
  const behind = behindOnes(unary, own, 1);
  const first = behindOnes(unary, behind, count - index - 1) + own * width;
  return unpackPlaces(unary, first, width, <u32>(behind - own), into);
}

/**
 * The same for one posting after the other: `walk` has four u32 for where it is, the block (0 before the first), the
 * next posting, its bit in the unary part, and where that part ends. In a block `index` must go up.
 */
export function nextPlaces(walk: usize, at: usize, count: u32, index: u32, into: usize): u32 {
  const head: u32 = load<u8>(at);
  if (head < MANY) return onlyPlace(at, head, into);
  const width: usize = head & 15;
  const unary = at + 1;
  if (load<u32>(walk) !== <u32>at) {
    store<u32>(walk, <u32>at);
    store<u32>(walk, 0, 4);
    store<u32>(walk, 0, 8);
    store<u32>(walk, <u32>behindOnes(unary, 0, count), 12);
  }
  const own = behindOnes(unary, load<u32>(walk, 8), index - load<u32>(walk, 4));
  const behind = behindOnes(unary, own, 1);
  store<u32>(walk, index + 1, 4);
  store<u32>(walk, <u32>behind, 8);
  return unpackPlaces(unary, load<u32>(walk, 12) + own * width, width, <u32>(behind - own), into);
}
