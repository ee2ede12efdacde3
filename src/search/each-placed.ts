/** Going through a list with the places of its postings, a block at a time. */
import { BLOCK, unpackAllPlaces } from './blocks.ts';
import type { InvertedSections } from './inverted.ts';
import { type PostingList, placesOf, unpack } from './lexicon.ts';

/** `places` holds those of the posting from `from` to before `to`, until `visit` returns. */
export type VisitPlaced = (
  doc: number,
  places: Uint16Array,
  from: number,
  to: number,
  impact: number,
) => void;

const docs = new Uint32Array(BLOCK);
const impacts = new Uint8Array(BLOCK);
const counts = new Uint16Array(BLOCK);
let places = new Uint16Array(BLOCK * 16);

/** Visits every posting in order, or those whose bit is set; `visit` must not go through another list this way. */
export function eachPlaced(
  sections: InvertedSections,
  list: PostingList,
  wanted: Uint32Array | null,
  visit: VisitPlaced,
): void {
  for (let block = 0; block < Math.max(1, list.blocks); block++) {
    const count = unpack(sections, list, block, docs, impacts);
    if (wanted !== null && !hasAny(wanted, count)) continue;
    const at = placesOf(sections, list, block);
    let total = unpackAllPlaces(sections.places, at, count, counts, places);
    if (total > places.length) {
      places = new Uint16Array(total * 2);
      total = unpackAllPlaces(sections.places, at, count, counts, places);
    }
    for (let i = 0, from = 0; i < count; from += counts[i++]!) {
      const doc = docs[i]!;
      if (wanted === null || (wanted[doc >>> 5]! & (1 << (doc & 31))) !== 0)
        visit(doc, places, from, from + counts[i]!, impacts[i]!);
    }
  }
}

function hasAny(wanted: Uint32Array, count: number): boolean {
  for (let i = 0; i < count; i++) if ((wanted[docs[i]! >>> 5]! & (1 << (docs[i]! & 31))) !== 0) return true;
  return false;
}
