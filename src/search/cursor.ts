/** Going through one posting list of one segment, a block at a time. */

import { lowerBound } from './arrays.ts';
import { BLOCK, BlockPlaces, mostOf, unpackPlaces } from './blocks.ts';
import type { CommonList } from './common.ts';
import { type PostingList, placesOf, unpack } from './lexicon.ts';
import type { Segment } from './segment.ts';
import { addBlock, groups, sums, touched } from './window.ts';

/** A list made at query time: all documents of a phrase, of a prefix. No place of it is known. */
export interface MadeList {
  frequency: number;
  most: number;
  docs: Uint32Array;
  impacts: Uint8Array;
}

export type AnyList = PostingList | MadeList;

export const isMade = (list: AnyList): list is MadeList => 'docs' in list;

/** A stretch of documents, of which sums are kept (window.ts). */
export interface Window {
  start: number;
  size: number;
  /** The groups of each document matter too. */
  counts: boolean;
}

/** What a cursor needs of a segment. */
type Within = Pick<Segment, 'sections' | 'common'>;

/** Looking a document up costs so many times as much as going on by one: block by block, or at once. */
const LOOKUP = 100;
const LOOKUP_COMMON = 2;

/** To unpack the places of a whole block takes as long as those of so many postings one by one. */
const MANY_PLACES = 6;

/** Buffers of cursors that are done with, for the next ones. */
const spareDocs: Uint32Array[] = [];
const spareImpacts: Uint8Array[] = [];
const sparePlaces: BlockPlaces[] = [];

/**
 * A cursor works on one window of documents at a time: `enter` it, then either `scatter` or `advance`. Windows
 * may come in any order, but are cheapest from the last to the first.
 */
export class Cursor {
  /** What each impact counts, and what being there counts by itself. */
  readonly weight: number;
  readonly base: number;
  /** The groups of the query that a document with this term has. */
  readonly groups: number;
  /** The most a posting can give in the window in hand; 0: there is none. */
  bound = 0;
  /** About how many postings there are in the window. */
  within = 0;
  /** See LOOKUP. */
  readonly lookup: number;
  readonly #segment: Within;
  readonly #sections: Within['sections'];
  readonly #list: AnyList;
  readonly #made: boolean;
  /** The list's blocks: of a short or made list one, which is always unpacked. */
  readonly #blocks: number;
  /** Where its blocks are in the table; -1 for a list of one. */
  readonly #first: number;
  /** The first block that may have documents of the window. */
  #entered = 0;
  /** The block that is unpacked, and where in it we are. */
  #block = -1;
  #docs: Uint32Array;
  #impacts: Uint8Array;
  #count = 0;
  #at = 0;
  /** A common term's list, once a document has been looked up in it, and the place of the posting found. */
  #common: CommonList | null = null;
  #place = -1;
  /** The block of the places last asked for, how often, and all its places if that was often. */
  #placesOf = -1;
  #placesAsked = 0;
  #places: BlockPlaces | null = null;

  constructor(segment: Within, list: AnyList, weight: number, base: number, groups: number) {
    this.#segment = segment;
    this.#sections = segment.sections;
    this.lookup = !isMade(list) && segment.common.has(list) ? LOOKUP_COMMON : LOOKUP;
    this.#list = list;
    this.weight = weight;
    this.base = base;
    this.groups = groups;
    this.#made = isMade(list);
    if (isMade(list)) {
      this.#docs = list.docs;
      this.#impacts = list.impacts;
      this.#count = list.frequency;
      this.#block = 0;
      this.#blocks = 1;
      this.#first = -1;
    } else {
      this.#docs = spareDocs.pop() ?? new Uint32Array(BLOCK);
      this.#impacts = spareImpacts.pop() ?? new Uint8Array(BLOCK);
      this.#blocks = Math.max(1, list.blocks);
      this.#first = list.blocks > 1 ? list.firstBlock : -1;
      if (this.#blocks === 1) this.#load(0);
      else this.#entered = this.#blocks - 1;
    }
  }

  /** Gives its buffers back. */
  release(): void {
    this.#givePlacesBack();
    if (this.#made) return;
    spareDocs.push(this.#docs);
    spareImpacts.push(this.#impacts);
  }

  /** The places of the posting found; gives how many. */
  places(into: Uint16Array): number {
    if (isMade(this.#list) || this.#list.placesAt < 0) return 0;
    const block = this.#place < 0 ? this.#block : Math.floor(this.#place / BLOCK);
    const index = this.#place < 0 ? this.#at : this.#place % BLOCK;
    if (this.#places !== null && block === this.#placesOf) return this.#places.copy(index, into);
    const { places } = this.#sections;
    const at = placesOf(this.#sections, this.#list, block);
    const count = Math.min(BLOCK, this.#list.frequency - block * BLOCK);
    // Of a block that is asked for again and again all are unpacked: a phrase of common words asks for many.
    if (block !== this.#placesOf) {
      this.#placesOf = block;
      this.#placesAsked = 0;
      this.#givePlacesBack();
    }
    if (++this.#placesAsked < MANY_PLACES) return unpackPlaces(places, at, count, index, into);
    this.#places = sparePlaces.pop() ?? new BlockPlaces();
    this.#places.unpack(places, at, count);
    return this.#places.copy(index, into);
  }

  #givePlacesBack(): void {
    if (this.#places !== null) sparePlaces.push(this.#places);
    this.#places = null;
  }

  #load(block: number): void {
    this.#count = unpack(this.#sections, this.#list as PostingList, block, this.#docs, this.#impacts);
    this.#block = block;
    this.#at = 0;
  }

  #last(block: number): number {
    return this.#first < 0 ? this.#docs[this.#count - 1]! : this.#sections.blockLast[this.#first + block]!;
  }

  /** Goes to the documents from `start` to before `end`, and sets `bound` and `within` for them. */
  enter(start: number, end: number): void {
    if (this.#first < 0) {
      this.#at = lowerBound(this.#docs, start, 0, this.#count);
      this.within = this.#count - this.#at;
      this.bound =
        this.within > 0 && this.#docs[this.#at]! < end ? this.base + this.weight * this.#list.most : 0;
      return;
    }
    const { blockLast, blockMeta } = this.#sections;
    const first = this.#first;
    let block = this.#entered;
    while (block < this.#blocks && blockLast[first + block]! < start) block++;
    while (block > 0 && blockLast[first + block - 1]! >= start) block--;
    this.#entered = block;
    if (block === this.#block) this.#at = lowerBound(this.#docs, start, 0, this.#count);
    let most = 0;
    const from = block;
    for (; block < this.#blocks; block++) {
      most = Math.max(most, mostOf(blockMeta[first + block]!));
      if (blockLast[first + block]! >= end - 1) break;
    }
    this.within = (block + 1 - from) * BLOCK;
    this.bound = most === 0 ? 0 : this.base + this.weight * most;
  }

  /** The last document before `start`, the window's first, or one behind it; -1 when there is none. */
  before(start: number): number {
    const block = this.#entered;
    if (block === this.#block) {
      const at = lowerBound(this.#docs, start, 0, this.#count);
      if (at > 0) return this.#docs[at - 1]!;
    } else if (block < this.#blocks) return start - 1;
    return this.#first >= 0 && block > 0 ? this.#sections.blockLast[this.#first + block - 1]! : -1;
  }

  /**
   * Adds the window's postings to its sums, but for blocks in which none gives `least`. With `isMarked`, marks
   * the documents; without, what it adds counts only for documents that others mark.
   */
  scatter({ start, size, counts }: Window, isMarked: boolean, least: number): void {
    const { weight, base } = this;
    const mark = isMarked ? 1 : 0;
    const own = counts ? this.groups : 0;
    if (this.#first < 0) {
      this.#scatterUnpacked(start, size, mark, own);
      return;
    }
    const { words, blockLast, blockMeta, blockWords } = this.#sections;
    for (let block = this.#entered; block < this.#blocks; block++) {
      const at = this.#first + block;
      const meta = blockMeta[at]!;
      if (base + weight * mostOf(meta) >= least) {
        const before = block === 0 ? -1 : blockLast[at - 1]!;
        const count = Math.min(BLOCK, this.#list.frequency - block * BLOCK);
        addBlock(words, blockWords[at]!, count, meta, before, start, size, weight, base, mark, own);
      }
      if (blockLast[at]! >= start + size - 1) return;
    }
  }

  /** The same with what is unpacked: a short or made list. */
  #scatterUnpacked(start: number, size: number, mark: number, own: number): void {
    const { weight, base } = this;
    const docs = this.#docs;
    const impacts = this.#impacts;
    const count = this.#count;
    for (let at = lowerBound(docs, start, 0, count); at < count; at++) {
      const i = docs[at]! - start;
      if (i >= size) return;
      sums[i]! += base + weight * impacts[at]!;
      touched[i >>> 5]! |= mark << i;
      groups[i]! |= own;
    }
  }

  /** The impact in `doc`, or 0. Only for ever greater documents of a window, or of all from a first `enter`. */
  advance(doc: number): number {
    return this.has(doc) ? this.impact : 0;
  }

  /** The impact of the posting found. */
  get impact(): number {
    return this.#place < 0 ? this.#impacts[this.#at]! : this.#common!.impact(this.#place);
  }

  /** Whether `doc` is in the list; then it is the posting found. For the documents `advance` is for. */
  has(doc: number): boolean {
    if (this.lookup === LOOKUP_COMMON) {
      this.#common ??= this.#segment.common.of(this.#list as PostingList);
      this.#place = this.#common.find(doc);
      return this.#place >= 0;
    }
    let block = this.#entered;
    while (block < this.#blocks && this.#last(block) < doc) block++;
    this.#entered = block;
    if (block >= this.#blocks) {
      this.#entered = this.#blocks - 1;
      return false;
    }
    if (block !== this.#block) this.#load(block);
    const docs = this.#docs;
    const at = gallop(docs, this.#at, this.#count, doc);
    this.#at = at;
    return at < this.#count && docs[at] === doc;
  }
}

/** The first place from `from` on whose document is not before `doc`. */
function gallop(docs: Uint32Array, from: number, to: number, doc: number): number {
  if (from >= to || docs[from]! >= doc) return from;
  let step = 1;
  let low = from;
  while (low + step < to && docs[low + step]! < doc) {
    low += step;
    step *= 2;
  }
  return lowerBound(docs, doc, low + 1, Math.min(to, low + step));
}
