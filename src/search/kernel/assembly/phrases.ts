/** Candidates for phrases: documents that have all of the words. */
import { entryOf, impactAt, isIn, rankIn } from './directories';
import { FOUND } from '../areas';
import { BLOCK, bitsFrom, impactBitsOf, lasts, leastOf, maskOf, metas, mostOf, starts, words } from './tables';

/**
 * Puts the postings of a list from `block` on that lie in a window and have an impact from `enough` on into FOUND;
 * gives how many.
 */
export function find(
  first: u32, block: u32, blocks: u32, frequency: u32, start: i32, size: u32, enough: u32,
): u32 {
  let to: usize = 0;
  for (let b = block; b < blocks; b++) {
    const entry: usize = (<usize>(first + b)) << 2;
    const meta = load<u32>(metas + entry);
    if (mostOf(meta) >= enough) {
      const impactBits = impactBitsOf(meta);
      const bits: usize = (meta & 31) + impactBits;
      const mask = maskOf(<u32>bits);
      const impactMask = maskOf(impactBits);
      const least = leastOf(meta);
      const at = words + ((<usize>load<u32>(starts + entry)) << 2);
      let place = (b === 0 ? -1 : load<i32>(lasts + entry - 4)) - start;
      let bit: usize = 0;
      for (let left = min(BLOCK, frequency - b * BLOCK); left > 0; left--) {
        const value = <u32>bitsFrom(at, bit) & mask;
        bit += bits;
        place += <i32>(value >>> impactBits) + 1;
        const impact = least + (value & impactMask);
        if (<u32>place < size) {
          store<u32>(to, <u32>place | (impact << 16), FOUND);
          to += impact >= enough ? 8 : 0;
        } else if (place >= 0) break;
      }
    }
    if (load<i32>(lasts + entry) >= start + <i32>size - 1) break;
  }
  return <u32>(to >>> 3);
}

/** Of the first `count` in FOUND, leaves those that another list (with a rank directory) has with such an impact too. */
export function narrow(count: u32, first: u32, directory: usize, start: u32, enough: u32): u32 {
  const end: usize = (<usize>count) << 3;
  let both: usize = 0;
  for (let from: usize = 0; from < end; from += 8) {
    const found = load<u32>(from, FOUND);
    const document = start + (found & 0xffff);
    const entry = entryOf(directory, document);
    store<u32>(both, found, FOUND);
    store<u32>(both, rankIn(entry, document), FOUND + 4);
    both += isIn(entry, document) << 3;
  }
  let to: usize = 0;
  for (let from: usize = 0; from < both; from += 8) {
    const found = load<u32>(from, FOUND);
    const impact = <u32>impactAt(first, load<u32>(from, FOUND + 4));
    store<u32>(to, (found & 0xffff) | (min(impact, found >>> 16) << 16), FOUND);
    to += impact >= enough ? 8 : 0;
  }
  return <u32>(to >>> 3);
}
