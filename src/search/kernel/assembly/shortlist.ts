/** What is asked of the documents of a shortlist: where they stand in lists, and how near their words are. */
import { entryOf, impactAt, isIn, rankIn } from './directories';
import { placesOf } from './places';
import { followed, OTHERS } from './phrases';
import { BLOCKS, DISTANCES, DOCUMENTS, IMPACTS, LISTS, MEANT, MOST_PLACES, ONLY_THERE, PLACES, RANKS, ROW, TITLES } from '../areas';
import { BLOCK, bitsFrom, impactBitsOf, lasts, leastOf, maskOf, metas, placeStarts, places, starts, words } from './tables';

/** Finds the first `count` documents in a list that has a rank directory: ranks into row `row`. */
export function locateCommon(count: u32, row: u32, directory: usize): void {
  const to: usize = RANKS + <usize>row * ROW;
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const document = load<u32>(i, DOCUMENTS);
    const entry = entryOf(directory, document);
    store<i32>(to + i, isIn(entry, document) ? <i32>rankIn(entry, document) : -1);
  }
}

/** The impacts of the first `count` documents of the first row, in a list of several blocks. */
export function impactsOf(count: u32, first: u32): void {
  for (let i: usize = 0; i < (<usize>count) << 2; i += 4) {
    const rank = load<i32>(i, RANKS);
    store<i32>(i, rank < 0 ? 0 : impactAt(first, rank), IMPACTS);
  }
}

/**
 * Finds the first `count` documents in a list without, block by block: ranks into row `row`, impacts into IMPACTS. Of a
 * list with one block, which is not in the table, `first` is -1, and `meta` and `start` are the block's.
 */
export function locate(count: u32, row: u32, first: i32, blocks: u32, frequency: u32, meta: u32, start: u32): void {
  const to: usize = RANKS + <usize>row * ROW;
  const end: usize = (<usize>count) << 2;
  let i: usize = 0;
  for (let b: u32 = 0; b < blocks && i < end; b++) {
    const entry: usize = (<usize>(first + b)) << 2;
    let document = load<u32>(i, DOCUMENTS);
    if (first >= 0) {
      if (load<u32>(lasts + entry) < document) continue;
      meta = load<u32>(metas + entry);
      start = load<u32>(starts + entry);
    }
    const impactBits = impactBitsOf(meta);
    const bits: usize = (meta & 31) + impactBits;
    const mask = maskOf(<u32>bits);
    const impactMask = maskOf(impactBits);
    const least = leastOf(meta);
    const at = words + ((<usize>start) << 2);
    const postings = min(BLOCK, frequency - b * BLOCK);
    let own: u32 = b === 0 ? <u32>-1 : load<u32>(lasts + entry - 4);
    let bit: usize = 0;
    for (let k: u32 = 0; k < postings && i < end; k++) {
      const value = <u32>bitsFrom(at, bit) & mask;
      bit += bits;
      own += (value >>> impactBits) + 1;
      while (document < own) {
        store<i32>(to + i, -1);
        store<i32>(i, 0, IMPACTS);
        i += 4;
        if (i >= end) break;
        document = load<u32>(i, DOCUMENTS);
      }
      if (i < end && document === own) {
        store<i32>(to + i, b * BLOCK + k);
        store<i32>(i, least + (value & impactMask), IMPACTS);
        i += 4;
        if (i < end) document = load<u32>(i, DOCUMENTS);
      }
    }
  }
  for (; i < end; i += 4) {
    store<i32>(to + i, -1);
    store<i32>(i, 0, IMPACTS);
  }
}

/** How near two words of a document stand: 1 side by side in this order, and so on, `window` where that far or more. */
@inline function distanceOf(before: usize, countBefore: u32, after: usize, countAfter: u32, window: i32): i32 {
  let best = window;
  const endBefore = before + (<usize>countBefore << 1);
  const endAfter = after + (<usize>countAfter << 1);
  let b = after;
  for (let a = before; a < endBefore; a += 2) {
    const place = <i32>load<u16>(a);
    while (b < endAfter && <i32>load<u16>(b) < place) b += 2;
    if (b < endAfter) best = min(best, <i32>load<u16>(b) - place);
    // The other way round, they are a step farther apart.
    if (b > after) best = min(best, place - <i32>load<u16>(b - 2) + 1);
  }
  return best;
}

/**
 * Notes where the places of the words of the first `rows` rows are in each of the first `count` documents, with a first
 * look at each: the processor fetches many at once.
 */
export function stand(count: u32, rows: u32): void {
  for (let row: usize = 0; row < rows; row++) {
    const table = load<u32>(row << 3, LISTS + 4);
    const isOne = load<u32>(row << 3, LISTS) <= BLOCK;
    for (let i: usize = 0; i < count; i++) {
      const to = row * ROW + (i << 2);
      const rank = load<i32>(to, RANKS);
      if (rank < 0) continue;
      const at = places + (isOne ? table : load<u32>(placeStarts + ((<usize>table + <usize>(rank >>> 7)) << 2)));
      store<u32>(to, <u32>at, BLOCKS);
      store<u32>(to, load<u8>(at), DISTANCES);
    }
  }
}

/** Puts the places of row `row` in document `i` into `into`; gives how many. */
@inline function placesIn(row: usize, i: usize, into: usize): u32 {
  const to = row * ROW + (i << 2);
  const rank = load<i32>(to, RANKS);
  if (rank < 0) return 0;
  const index = <u32>rank & 127;
  const postings = min(BLOCK, load<u32>(row << 3, LISTS) - (<u32>rank - index));
  return placesOf(load<u32>(to, BLOCKS), postings, index, into);
}

/**
 * Where the first `words` of MEANT stand in the titles of the first `count` documents: TITLES, a bit for each of a title's
 * first 32 places, and the groups of the words that stand there. `ends` has three numbers of 16 bits a document, the first
 * of which is the length of its title.
 */
export function inTitles(count: u32, words: u32, ends: usize): void {
  for (let i: usize = 0; i < count; i++) {
    const length = min(32, <u32>load<u16>(ends + <usize>load<u32>(i << 2, DOCUMENTS) * 6));
    let bits: u32 = 0;
    let groups: u32 = 0;
    for (let word: usize = 0; word < words; word++) {
      const meant = load<u32>(word << 3, MEANT);
      const row: usize = meant & <u32>(ONLY_THERE - 1);
      let own: u32 = 0;
      if (meant >= <u32>ONLY_THERE) {
        if (load<i32>(row * ROW + (i << 2), RANKS) >= 0) groups |= load<u32>(word << 3, MEANT + 4);
        continue;
      }
      const end: usize = <usize>placesIn(row, i, PLACES) << 1;
      for (let k: usize = 0; k < end; k += 2) {
        const place = <u32>load<u16>(k, PLACES);
        if (place >= length) break;
        own |= (<u32>1) << place;
      }
      bits |= own;
      if (own !== 0) groups |= load<u32>(word << 3, MEANT + 4);
    }
    store<u32>(i << 2, bits, TITLES);
    store<u32>(i << 2, groups, TITLES + ROW);
  }
}

/**
 * How near the words of a query stand to those before them, in each of the first `count` documents: for the first `words`
 * rows of MEANT, DISTANCES; 0 where one of the two is not there.
 */
export function nearness(count: u32, words: u32, window: i32): void {
  for (let i: usize = 0; i < count; i++) {
    let known: u32 = 0;
    let own = PLACES;
    let other = PLACES + MOST_PLACES * 2;
    for (let word: usize = 0; word < words; word++) {
      const found = placesIn(load<u32>(word << 2, MEANT), i, own);
      const near = found > 0 && known > 0 ? max(1, distanceOf(other, known, own, found, window)) : 0;
      store<i32>(word * ROW + (i << 2), near, DISTANCES);
      known = found;
      const last = own;
      own = other;
      other = last;
    }
  }
}

/** Whether the first `words` rows of MEANT stand one behind the other anywhere, in each of the first `count` documents: TITLES. */
export function inRow(count: u32, words: u32): void {
  for (let i: usize = 0; i < count; i++) {
    let hasAll = true;
    for (let word: usize = 0; word < words && hasAll; word++)
      hasAll = load<i32>(<usize>load<u32>(word << 2, MEANT) * ROW + (i << 2), RANKS) >= 0;
    let left: u32 = hasAll ? placesIn(load<u32>(0, MEANT), i, PLACES) : 0;
    for (let word: usize = 1; word < words && left > 0; word++)
      left = followed(left, placesIn(load<u32>(word << 2, MEANT), i, OTHERS), <i32>word);
    store<u32>(i << 2, left, TITLES);
  }
}
