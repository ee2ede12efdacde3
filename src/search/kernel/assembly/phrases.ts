/** Documents that have a phrase: all of its words, in their places. */
import { entryOf, impactAt, isIn, rankIn } from './directories';
import { CANDIDATE, FOUND, MOST_PLACES, PLACES, STEP, STEPS, WALK } from '../areas';
import { nextPlaces } from './places';
import { BLOCK, bitsFrom, impactBitsOf, lasts, leastOf, maskOf, metas, mostOf, places, placeStarts, starts, words } from './tables';

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
      const end = min((b + 1) * BLOCK, frequency);
      for (let rank = b * BLOCK; rank < end; rank++) {
        const value = <u32>bitsFrom(at, bit) & mask;
        bit += bits;
        place += <i32>(value >>> impactBits) + 1;
        const impact = least + (value & impactMask);
        if (<u32>place < size) {
          store<u32>(to, <u32>place | (impact << 16), FOUND);
          store<u32>(to, rank, FOUND + 4);
          to += impact >= enough ? CANDIDATE : 0;
        } else if (place >= 0) break;
      }
    }
    if (load<i32>(lasts + entry) >= start + <i32>size - 1) break;
  }
  return <u32>(to / CANDIDATE);
}

/** Of the first `count` in FOUND, leaves those that another list (with a rank directory) has with such an impact too. */
export function narrow(count: u32, first: u32, directory: usize, start: u32, enough: u32): u32 {
  const end: usize = <usize>count * CANDIDATE;
  let both: usize = 0;
  for (let from: usize = 0; from < end; from += CANDIDATE) {
    const found = load<u32>(from, FOUND);
    const document = start + (found & 0xffff);
    const entry = entryOf(directory, document);
    store<u32>(both, found, FOUND);
    store<u32>(both, load<u32>(from, FOUND + 4), FOUND + 4);
    store<u32>(both, rankIn(entry, document), FOUND + 8);
    both += <usize>isIn(entry, document) * CANDIDATE;
  }
  let to: usize = 0;
  for (let from: usize = 0; from < both; from += CANDIDATE) {
    const found = load<u32>(from, FOUND);
    const impact = <u32>impactAt(first, load<u32>(from, FOUND + 8));
    store<u32>(to, (found & 0xffff) | (min(impact, found >>> 16) << 16), FOUND);
    store<u32>(to, load<u32>(from, FOUND + 4), FOUND + 4);
    to += impact >= enough ? CANDIDATE : 0;
  }
  return <u32>(to / CANDIDATE);
}

/** Puts the places of a posting of the phrase's word `word` into `into`; gives how many. */
@inline function placesIn(word: usize, rank: u32, into: usize): u32 {
  const step: usize = STEPS + word * STEP;
  const block = rank >>> 7;
  const at = places + load<u32>(placeStarts + ((<usize>(load<u32>(step) + block)) << 2));
  return nextPlaces(step + WALK, at, min(BLOCK, load<u32>(step, 8) - block * BLOCK), rank & 127, into);
}

export const OTHERS: usize = PLACES + MOST_PLACES * 2;

/** Of the first `left` at PLACES, leaves those `shift` before one of the `count` at OTHERS; gives how many. */
@inline export function followed(left: u32, count: u32, shift: i32): u32 {
  const end: usize = PLACES + ((<usize>left) << 1);
  const last: usize = OTHERS + ((<usize>count) << 1);
  let other: usize = OTHERS;
  let to: usize = PLACES;
  for (let from: usize = PLACES; from < end; from += 2) {
    const place = load<u16>(from);
    const wanted = <i32>place + shift;
    while (other < last && <i32>load<u16>(other) < wanted) other += 2;
    if (other === last) break;
    store<u16>(to, place);
    to += <i32>load<u16>(other) === wanted ? 2 : 0;
  }
  return <u32>((to - PLACES) >>> 1);
}

/**
 * Of the first `count` in FOUND, leaves those in which the `steps` words at STEPS stand in their places, anywhere; gives
 * how many. All have all of the words, and all but the rarest have rank directories.
 */
export function together(count: u32, start: u32, steps: u32): u32 {
  for (let word: usize = 0; word < <usize>steps; word++) store<u32>(word * STEP, 0, STEPS + WALK);
  const end: usize = <usize>count * CANDIDATE;
  let to: usize = 0;
  for (let from: usize = 0; from < end; from += CANDIDATE) {
    const found = load<u32>(from, FOUND);
    const rank = load<u32>(from, FOUND + 4);
    const document = start + (found & 0xffff);
    let left = placesIn(0, rank, PLACES);
    for (let word: usize = 1; word < <usize>steps && left > 0; word++) {
      const other = rankIn(entryOf(load<u32>(word * STEP, STEPS + 4), document), document);
      left = followed(left, placesIn(word, other, OTHERS), load<i32>(word * STEP, STEPS + 12));
    }
    store<u32>(to, found, FOUND);
    store<u32>(to, rank, FOUND + 4);
    to += left > 0 ? CANDIDATE : 0;
  }
  return <u32>(to / CANDIDATE);
}
