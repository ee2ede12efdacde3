/** The places of a posting: where in its document a word stands. */
import { bitsFrom, maskOf } from './tables';

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

/** The places of posting `index` of a block of `count`, packed at `at` (blocks.ts), as u16 into `into`; gives how many. */
export function placesOf(at: usize, count: u32, index: u32, into: usize): u32 {
  const head: u32 = load<u8>(at);
  if (head < 240) {
    store<u16>(into, <u16>(head < 224 ? head : ((head & 15) << 8) | load<u8>(at + 1)));
    return 1;
  }
  const width: usize = head & 15;
  const mask = maskOf(<u32>width);
  const unary = at + 1;
  const own = behindOnes(unary, 0, index);
  const behind = behindOnes(unary, own, 1);
  let bit = behindOnes(unary, behind, count - index - 1) + own * width;
  const found = <u32>(behind - own);
  for (let i: u32 = 0; i < found; i++, bit += width)
    store<u16>(into + ((<usize>i) << 1), <u16>(<u32>bitsFrom(unary, bit) & mask));
  return found;
}
