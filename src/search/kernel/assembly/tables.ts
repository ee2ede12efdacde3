/** Where the segment's tables are, and how a block is told. The areas before them are those of ../areas.ts. */

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
