/**
 * The innermost loops of the room, in AssemblyScript: TypeScript's look, but every number has a machine's type, and
 * what is loaded and stored is one memory by its addresses. `npm run build` compiles it (scripts/kernel.mjs) into
 * bytes.ts; kernel.ts is how the rest of the room calls it. Each memory begins with the areas below; behind them lies a
 * segment as its file has it, or the rows of a model.
 */

/** Documents of a window at most. */
const WINDOW: usize = 4096;
/**
 * What the window's postings add up to, i32 a document; the groups of each; a byte for each, MARK where it is marked; a
 * bit for each that may be kept.
 */
const SUMS: usize = 0;
const GROUPS: usize = SUMS + WINDOW * 4;
const MARKS: usize = GROUPS + WINDOW * 4;
const MARK: u8 = 255;
const ALLOWED: usize = MARKS + WINDOW;
/** Places in the window of the documents that are kept, i32 each. */
const KEPT: usize = ALLOWED + WINDOW / 8;
/** A query's vector as `products` takes it: three planes of components. */
const QUERY: usize = KEPT + WINDOW * 4;
const PLANE: usize = 4096;
/**
 * What was found, two u32 each: a place in the window, of candidates for a phrase with the least impact of its words
 * from bit 16 on; and the place of the posting in its list.
 */
const FOUND: usize = QUERY + PLANE * 3;
/** Room for the places of two postings, u16 each. */
const PLACES: usize = FOUND + WINDOW * 8;
/** Documents of a shortlist, ascending, SOME at a time, u32 each. */
const SOME: usize = 64;
const DOCUMENTS: usize = PLACES + 2 * WINDOW * 2;
/** For each of a query's words and each of these: the place of the posting in the word's list, or -1 … */
const ROW: usize = SOME * 4;
const ROWS: usize = 12;
const RANKS: usize = DOCUMENTS + ROW;
/** … where the places of its block are, and how near it stands to the word before, or 0. */
const BLOCKS: usize = RANKS + ROWS * ROW;
const DISTANCES: usize = BLOCKS + ROWS * ROW;
/** The impacts of the postings in the first row; products with a query's vector. */
const IMPACTS: usize = DISTANCES + ROWS * ROW;
const PRODUCTS: usize = IMPACTS + ROW;
/** For each of the words: postings, and where the places of its blocks are told, or if it has only one, where they are. */
const LISTS: usize = PRODUCTS + ROW;
/** What every document must be in: for each gate how many lists have a part in it, then their rank directories, u32. */
const GATES: usize = LISTS + ROWS * 8;

const BLOCK: u32 = 128;

// Where the segment's tables are (segment.ts).
let lasts: usize = 0;
let metas: usize = 0;
let starts: usize = 0;
let words: usize = 0;
let placeStarts: usize = 0;
let places: usize = 0;

export function open(
  blockLast: usize, blockMeta: usize, blockWords: usize, packed: usize, blockPlaces: usize, packedPlaces: usize,
): void {
  lasts = blockLast;
  metas = blockMeta;
  starts = blockWords;
  words = packed;
  placeStarts = blockPlaces;
  places = packedPlaces;
}

// The parts of a block's meta (blocks.ts).
@inline function impactBitsOf(meta: u32): u32 {
  return (meta >>> 5) & 15;
}
@inline function leastOf(meta: u32): u32 {
  return (meta >>> 9) & 255;
}
@inline function mostOf(meta: u32): u32 {
  return (meta >>> 17) & 255;
}
@inline function maskOf(bits: u32): u32 {
  return <u32>(((<u64>1) << bits) - 1);
}
/** The bits from `bit` on of what begins at `at`: of the result the lowest 57 are right. */
@inline function bitsFrom(at: usize, bit: usize): u64 {
  return load<u64>(at + (bit >>> 3)) >>> (bit & 7);
}

/** What a posting at a place of the window adds. Marks are bytes: nothing waits for the mark before it. */
@inline function put(place: u32, value: u32, least: i32, weight: i32, impactMask: u32, isMarked: bool, own: i32): void {
  const to: usize = (<usize>place) << 2;
  store<i32>(to, load<i32>(to, SUMS) + least + weight * <i32>(value & impactMask), SUMS);
  if (own !== 0) store<i32>(to, load<i32>(to, GROUPS) | own, GROUPS);
  if (isMarked) store<u8>(place, MARK, MARKS);
}

/**
 * Adds `base + weight · impact` for each of the `count` postings of a block to its document's sum, as far as it is one
 * of the `size` documents of the window. `before` is the place in the window of the document before the block.
 */
@inline function addBlock(
  at: usize, count: u32, meta: u32, before: i32, isInside: bool, size: u32, weight: i32, base: i32, isMarked: bool,
  own: i32,
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
      put(place, first, least, weight, impactMask, isMarked, own);
      place += <i32>(second >>> impactBits) + 1;
      put(place, second, least, weight, impactMask, isMarked, own);
      place += <i32>(third >>> impactBits) + 1;
      put(place, third, least, weight, impactMask, isMarked, own);
      place += <i32>(fourth >>> impactBits) + 1;
      put(place++, fourth, least, weight, impactMask, isMarked, own);
    }
  }
  for (; left > 0; left--) {
    const value = <u32>bitsFrom(at, bit) & mask;
    bit += bits;
    place += <i32>(value >>> impactBits);
    if (<u32>place < size) put(place, value, least, weight, impactMask, isMarked, own);
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
  isMarked: bool, own: i32,
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
      if (isMarked) {
        if (own !== 0) addBlock(at, count, meta, before, isInside, size, weight, base, true, own);
        else addBlock(at, count, meta, before, isInside, size, weight, base, true, 0);
      } else if (own !== 0) addBlock(at, count, meta, before, isInside, size, weight, base, false, own);
      else addBlock(at, count, meta, before, isInside, size, weight, base, false, 0);
    }
    if (last >= start + size - 1) return;
  }
}

/** A bit for each of sixteen marks. */
@inline function sixteen(from: usize): u64 {
  return <u64>i8x16.bitmask(v128.load(from, MARKS));
}

/**
 * Puts the places of marked documents whose sum is at least `enough` into KEPT, with `isFiltered` those only that are
 * allowed; gives how many. Takes all marks away.
 */
export function keep(size: u32, enough: i32, isFiltered: bool): u32 {
  let to: usize = 0;
  for (let from: usize = 0; from < size; from += 64) {
    let marks = sixteen(from) | (sixteen(from + 16) << 16) | (sixteen(from + 32) << 32) | (sixteen(from + 48) << 48);
    if (marks === 0) continue;
    for (let k: usize = 0; k < 64; k += 16) v128.store(from + k, i8x16.splat(0), MARKS);
    do {
      const place: usize = from + <usize>ctz(marks);
      store<u32>(to, <u32>place, KEPT);
      let isKept = <usize>(load<i32>(place << 2, SUMS) >= enough);
      if (isFiltered) isKept &= <usize>(load<u32>((place >>> 5) << 2, ALLOWED) >>> <u32>(place & 31));
      to += (isKept & 1) << 2;
      marks &= marks - 1;
    } while (marks !== 0);
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

/** Makes the sums of the first `size` documents zero, and their groups where they were counted. */
export function clear(size: u32, counts: bool): void {
  memory.fill(SUMS, 0, (<usize>size) << 2);
  if (counts) memory.fill(GROUPS, 0, (<usize>size) << 2);
}

/** An entry of a rank directory: how many postings are before its 64 documents, and a bit for each of these. */
const ENTRY: usize = 12;
const BITS: usize = 4;

@inline function entryOf(directory: usize, document: u32): usize {
  return directory + <usize>(document >>> 6) * ENTRY;
}
@inline function rankIn(entry: usize, document: u32): u32 {
  return load<u32>(entry) + <u32>popcnt(load<u64>(entry, BITS) & (((<u64>1) << (document & 63)) - 1));
}
@inline function isIn(entry: usize, document: u32): u32 {
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
 * How near the words of a query stand to those before them, in each of the first `count` documents: for the words whose
 * ranks are in the first `rows` rows, DISTANCES; 0 where one of the two is not there.
 */
export function nearness(count: u32, rows: u32, window: i32): void {
  // Where all of the places are, and a first look at each: the processor fetches many at once.
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
  for (let i: usize = 0; i < count; i++) {
    let known: u32 = 0;
    let own = PLACES;
    let other = PLACES + WINDOW * 2;
    for (let row: usize = 0; row < rows; row++) {
      const to = row * ROW + (i << 2);
      const rank = load<i32>(to, RANKS);
      let found: u32 = 0;
      if (rank >= 0) {
        const index = <u32>rank & 127;
        const postings = min(BLOCK, load<u32>(row << 3, LISTS) - (<u32>rank - index));
        found = placesOf(load<u32>(to, BLOCKS), postings, index, own);
      }
      store<i32>(to, found > 0 && known > 0 ? max(1, distanceOf(other, known, own, found, window)) : 0, DISTANCES);
      known = found;
      const last = own;
      own = other;
      other = last;
    }
  }
}

/** The six levels of a component and their bounds in a byte of three (vectors.ts), and their greatest multiples. */
const NONE = i8x16.splat(0);
const LEVELS = i8x16(-125, -66, -21, 21, 66, 125, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const SIXES = i8x16(0, 6, 12, 18, 24, 30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
const SQUARES = i8x16(0, 36, 72, 108, <i8>144, <i8>180, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

/** How many times `by` goes into each byte, up to five times. */
@inline function timesIn(value: v128, by: i32): v128 {
  // A comparison that holds is -1.
  let times = v128.sub<i8>(NONE, v128.ge<u8>(value, i8x16.splat(<i8>by)));
  times = v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(2 * by))));
  times = v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(3 * by))));
  times = v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(4 * by))));
  return v128.sub<i8>(times, v128.ge<u8>(value, i8x16.splat(<i8>(5 * by))));
}

/** Adds the products of sixteen components to four sums. */
@inline function addProducts(sum: v128, levels: v128, query: usize): v128 {
  const components = i8x16.swizzle(LEVELS, levels);
  const asked = v128.load(query);
  const low = i16x8.extmul_low_i8x16_s(components, asked);
  const high = i16x8.extmul_high_i8x16_s(components, asked);
  return v128.add<i32>(
    sum,
    v128.add<i32>(i32x4.extadd_pairwise_i16x8_s(low), i32x4.extadd_pairwise_i16x8_s(high)),
  );
}

/**
 * The inner product of the vector packed at `at` (`bytes` of them, three components each) and that at QUERY. Behind the
 * query's components its planes are zeros, so what is read beyond the vector does not count.
 */
@inline function product(at: usize, bytes: usize): i32 {
  if (load<u8>(at) === 0) return 0;
  let sum = NONE;
  for (let i: usize = 0; i < bytes; i += 16) {
    const value = v128.sub<i8>(v128.load(at + i), i8x16.splat(1));
    const third = timesIn(value, 36);
    const rest = v128.sub<i8>(value, i8x16.swizzle(SQUARES, third));
    const second = timesIn(rest, 6);
    const first = v128.sub<i8>(rest, i8x16.swizzle(SIXES, second));
    sum = addProducts(sum, first, QUERY + i);
    sum = addProducts(sum, second, QUERY + PLANE + i);
    sum = addProducts(sum, third, QUERY + 2 * PLANE + i);
  }
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}

/** The products of the first `count` documents with the query: their vectors begin at `vectors`, `bytes` each. */
export function products(count: u32, vectors: usize, bytes: usize): void {
  const end: usize = (<usize>count) << 2;
  // A first look at each, so that the processor fetches the next while it waits for one.
  for (let i: usize = 0; i < end; i += 4) {
    const at = vectors + <usize>load<u32>(i, DOCUMENTS) * bytes;
    store<u32>(i, <u32>load<u8>(at) + load<u8>(at + bytes - 1), PRODUCTS);
  }
  for (let i: usize = 0; i < end; i += 4)
    store<i32>(i, product(vectors + <usize>load<u32>(i, DOCUMENTS) * bytes, bytes), PRODUCTS);
}

/** sum += by · row, eight dimensions at a time: `sum` has floats, `row` bytes. */
export function addRow(sum: usize, row: usize, by: f32, dimensions: usize): void {
  const times = f32x4.splat(by);
  for (let k: usize = 0; k < dimensions; k += 8) {
    const eight = v128.load_ext<i8>(row + k);
    const to = sum + (k << 2);
    v128.store(to, v128.add<f32>(v128.load(to), v128.mul<f32>(f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(eight)), times)));
    v128.store(to, v128.add<f32>(v128.load(to, 16), v128.mul<f32>(f32x4.convert_i32x4_s(i32x4.extend_high_i16x8_s(eight)), times)), 16);
  }
}
