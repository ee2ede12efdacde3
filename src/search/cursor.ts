/** Going through one posting list of one segment, forwards, a block at a time. */
import { BLOCK, mostOf, unpackPlaces } from './blocks.ts';
import { type PostingList, placesOf, unpack } from './lexicon.ts';
import type { Sections } from './segment.ts';

/** A list made at query time: all documents of a phrase, of a prefix. No place of it is known. */
export interface MadeList {
  frequency: number;
  most: number;
  docs: Uint32Array;
  impacts: Uint8Array;
}

export type AnyList = PostingList | MadeList;

export const isMade = (list: AnyList): list is MadeList => 'docs' in list;

export const END = 0xffffffff;

/** Buffers of cursors that are done with, for the next ones. */
const spareDocs: Uint32Array[] = [];
const spareImpacts: Uint8Array[] = [];

export class Cursor {
  /** What each impact counts, and what being there counts by itself. */
  readonly weight: number;
  readonly base: number;
  /** The groups of the query that a document with this term has. */
  readonly groups: number;
  /** The most a posting of this list can give in the window in hand. */
  bound = 0;
  readonly #sections: Sections;
  readonly #list: AnyList;
  readonly #made: boolean;
  /** The list's blocks: of a short or made list one, which is always unpacked. */
  readonly #blocks: number;
  readonly #first: number;
  #block = -1;
  #docs: Uint32Array;
  #impacts: Uint8Array;
  #count = 0;
  #at = 0;
  /** The block up to which the window in hand has been looked at for its bound. */
  #looked = 0;

  constructor(sections: Sections, list: AnyList, weight: number, base: number, groups: number) {
    this.#sections = sections;
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
    }
  }

  /** Gives its buffers back. */
  release(): void {
    if (this.#made) return;
    spareDocs.push(this.#docs);
    spareImpacts.push(this.#impacts);
  }

  get frequency(): number {
    return this.#list.frequency;
  }
  /** The most any posting can give. */
  get most(): number {
    return this.base + this.weight * this.#list.most;
  }
  /** The places of the posting `advance` found; gives how many. */
  places(into: Uint16Array): number {
    if (isMade(this.#list) || this.#list.placesAt < 0) return 0;
    const at = placesOf(this.#sections, this.#list, this.#block);
    return unpackPlaces(this.#sections.places, at, this.#count, this.#at, into);
  }

  #load(block: number): void {
    this.#count = unpack(this.#sections, this.#list as PostingList, block, this.#docs, this.#impacts);
    this.#block = block;
    this.#at = 0;
  }

  #last(block: number): number {
    return this.#first < 0 ? this.#docs[this.#count - 1]! : this.#sections.blockLast[this.#first + block]!;
  }

  /**
   * The first document from `start` on that this list may have (never one too late), END when there is none.
   * Moves on only by whole blocks.
   */
  next(start: number): number {
    let block = Math.max(0, this.#block, this.#looked);
    while (block < this.#blocks && this.#last(block) < start) block++;
    this.#looked = block;
    if (block >= this.#blocks) return END;
    if (block === this.#block) {
      let at = this.#at;
      const docs = this.#docs;
      if (this.#made) at = gallop(docs, at, this.#count, start);
      else while (docs[at]! < start) at++;
      this.#at = at;
      return docs[at]!;
    }
    return block === 0 ? 0 : Math.max(start, this.#last(block - 1) + 1);
  }

  /** Sets `bound` for the documents from `start` to before `end`, after `next(start)`. */
  look(end: number): void {
    if (this.#first < 0) {
      this.bound = this.#looked < this.#blocks && this.#docs[this.#at]! < end ? this.most : 0;
      return;
    }
    let most = 0;
    const { blockLast, blockMeta } = this.#sections;
    for (let block = this.#looked; block < this.#blocks; block++) {
      most = Math.max(most, mostOf(blockMeta[this.#first + block]!));
      if (blockLast[this.#first + block]! >= end - 1) break;
    }
    this.bound = most === 0 ? 0 : this.base + this.weight * most;
  }

  /**
   * Adds the postings from `start` to before `end` to the window's sums, but for blocks in which none gives
   * `least`.
   */
  scatter(
    start: number,
    end: number,
    least: number,
    sums: Int32Array,
    groups: Int32Array,
    touched: Int32Array,
  ): void {
    const { weight, base } = this;
    const own = this.groups;
    for (let block = Math.max(this.#looked, this.#block); block < this.#blocks; block++) {
      if (block !== this.#block) {
        if (
          this.#first >= 0 &&
          base + weight * mostOf(this.#sections.blockMeta[this.#first + block]!) < least
        ) {
          this.#looked = block;
          if (this.#last(block) >= end - 1) return;
          continue;
        }
        this.#load(block);
      }
      const docs = this.#docs;
      const impacts = this.#impacts;
      const count = this.#count;
      let at = this.#at;
      while (at < count && docs[at]! < start) at++;
      for (; at < count; at++) {
        const doc = docs[at]!;
        if (doc >= end) break;
        const i = doc - start;
        sums[i]! += base + weight * impacts[at]!;
        groups[i]! |= own;
        touched[i >>> 5]! |= 1 << (i & 31);
      }
      this.#at = at;
      if (at < count) return;
      // Left behind its last posting, the block is done with.
      if (block + 1 < this.#blocks && this.#last(block) >= end - 1) return;
    }
  }

  /** The impact in `doc`, or 0. Only for ever greater documents. */
  advance(doc: number): number {
    let block = Math.max(0, this.#block);
    if (this.#last(block) < doc) {
      const blocks = this.#blocks;
      do block++;
      while (block < blocks && this.#last(block) < doc);
      if (block >= blocks) return 0;
    }
    if (block !== this.#block) this.#load(block);
    const docs = this.#docs;
    const at = gallop(docs, this.#at, this.#count, doc);
    this.#at = at;
    return at < this.#count && docs[at] === doc ? this.#impacts[at]! : 0;
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
  let high = Math.min(to, low + step);
  low++;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (docs[middle]! < doc) low = middle + 1;
    else high = middle;
  }
  return low;
}
