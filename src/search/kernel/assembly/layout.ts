/**
 * Where things lie. Each memory begins with the areas below; behind them lies a segment as its file has it, or the rows
 * of a model.
 */

/** Documents of a window at most. */
export const WINDOW: usize = 4096;
/**
 * What the window's postings add up to, i32 a document; the groups of each; a byte for each, MARK where it is marked; a
 * bit for each that may be kept.
 */
export const SUMS: usize = 0;
export const GROUPS: usize = SUMS + WINDOW * 4;
export const MARKS: usize = GROUPS + WINDOW * 4;
export const MARK: u8 = 255;
export const ALLOWED: usize = MARKS + WINDOW;
/** Places in the window of the documents that are kept, i32 each. */
export const KEPT: usize = ALLOWED + WINDOW / 8;
/** A query's vector as `products` takes it: three planes of components. */
export const QUERY: usize = KEPT + WINDOW * 4;
export const PLANE: usize = 4096;
/**
 * What was found, two u32 each: a place in the window, of candidates for a phrase with the least impact of its words
 * from bit 16 on; and the place of the posting in its list.
 */
export const FOUND: usize = QUERY + PLANE * 3;
/** Room for the places of two postings, u16 each. */
export const PLACES: usize = FOUND + WINDOW * 8;
/** Documents of a shortlist, ascending, SOME at a time, u32 each. */
export const SOME: usize = 64;
export const DOCUMENTS: usize = PLACES + 2 * WINDOW * 2;
/** For each of a query's words and each of these: the place of the posting in the word's list, or -1 … */
export const ROW: usize = SOME * 4;
export const ROWS: usize = 12;
export const RANKS: usize = DOCUMENTS + ROW;
/** … where the places of its block are, and how near it stands to the word before, or 0. */
export const BLOCKS: usize = RANKS + ROWS * ROW;
export const DISTANCES: usize = BLOCKS + ROWS * ROW;
/** The impacts of the postings in the first row; products with a query's vector. */
export const IMPACTS: usize = DISTANCES + ROWS * ROW;
export const PRODUCTS: usize = IMPACTS + ROW;
/** For each of the words: postings, and where the places of its blocks are told, or if it has only one, where they are. */
export const LISTS: usize = PRODUCTS + ROW;
/** What every document must be in: for each gate how many lists have a part in it, then their rank directories, u32. */
export const GATES: usize = LISTS + ROWS * 8;

export const BLOCK: u32 = 128;

// Where the segment's tables are (segment.ts).
export let lasts: usize = 0;
export let metas: usize = 0;
export let starts: usize = 0;
export let words: usize = 0;
export let placeStarts: usize = 0;
export let places: usize = 0;

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
@inline export function impactBitsOf(meta: u32): u32 {
  return (meta >>> 5) & 15;
}
@inline export function leastOf(meta: u32): u32 {
  return (meta >>> 9) & 255;
}
@inline export function mostOf(meta: u32): u32 {
  return (meta >>> 17) & 255;
}
@inline export function maskOf(bits: u32): u32 {
  return <u32>(((<u64>1) << bits) - 1);
}
/** The bits from `bit` on of what begins at `at`: of the result the lowest 57 are right. */
@inline export function bitsFrom(at: usize, bit: usize): u64 {
  return load<u64>(at + (bit >>> 3)) >>> (bit & 7);
}
