/** Going through one posting list of one segment, a window of documents at a time. */

import { lowerBound } from './arrays.ts';
import { BLOCK, mostOf } from './blocks.ts';
import { keep } from './kept.ts';
import { STEP } from './kernel/areas.ts';
import type { PlacesArea } from './kernel/kernel.ts';
import { type PostingList, placesOf, unpack } from './lexicon.ts';
import type { Segment } from './segment.ts';

/** A list made at query time: all documents of a prefix. No place of it is known. */
export interface MadeList {
  frequency: number;
  most: number;
  docs: Uint32Array;
  impacts: Uint8Array;
}

/** A stretch of documents, of which the kernel keeps the sums. */
export interface Window {
  start: number;
  size: number;
  /** The groups of each document matter too. */
  counts: boolean;
}

/**
 * What a query goes through: the postings of a term, of a prefix, of a phrase. It works on one window of documents at
 * a time: `enter` it, then either `scatter` or `look` or `advance`. Windows may come in any order, but are cheapest
 * from the last to the first.
 */
export interface Listed {
  /** What each impact counts (a whole number, 1 at least), and what being there counts by itself. */
  readonly weight: number;
  readonly base: number;
  /** The groups of the query that a document with this has. */
  readonly groups: number;
  /** The most a posting can give in the window in hand; 0: there is none. */
  readonly bound: number;
  /** About how many postings there are in the window. */
  readonly within: number;
  /** Looking a document up costs so many times as much as going on by one posting. */
  readonly lookup: number;
  /** Where in the kernel the rank directory of its documents is; -1 where there is none. */
  readonly directory: number;
  /** Goes to the documents from `start` to before `end`, and sets `bound` and `within` for them. */
  enter(start: number, end: number): void;
  /** The last document before `start`, the window's first, or one behind it; -1 when there is none. */
  before(start: number): number;
  /** Adds the window's postings to its sums, but for some that do not give `least`. */
  scatter(window: Window, least: number): void;
  /** Adds to the first `count` documents that are kept what the list gives them. */
  look(window: Window, count: number): void;
  /** The impact in `doc`, or 0. Only for ever greater documents of a window, or of all from a first `enter`. */
  advance(doc: number): number;
  /** Gives its buffers back. */
  release(): void;
}

/** What a cursor needs of a segment. */
type Within = Pick<Segment, 'sections' | 'common' | 'kernel' | 'addressOf'>;

/** See `Listed.lookup`: block by block, or at once. */
const LOOKUP = 100;
const LOOKUP_COMMON = 6;

/** Buffers of cursors that are done with, for the next ones. */
const spareDocs: Uint32Array[] = [];
const spareImpacts: Uint8Array[] = [];

export class Cursor implements Listed {
  readonly weight: number;
  readonly base: number;
  readonly groups: number;
  bound = 0;
  within = 0;
  lookup = LOOKUP;
  readonly #segment: Within;
  readonly #sections: Within['sections'];
  readonly #list: PostingList | MadeList;
  readonly #made: boolean;
  /** The list's blocks: of a short or made list one, which is always unpacked. */
  readonly #blocks: number;
  /** Where its blocks are in the table; -1 for a list of one. */
  readonly #first: number;
  /** The first block that may have documents of the window, and that from which on they are sought. */
  #begin = 0;
  #entered = 0;
  /** The block that is unpacked, and where in it we are. */
  #block = -1;
  #docs: Uint32Array;
  #impacts: Uint8Array;
  #count = 0;
  #at = 0;
  /** Where the rank directory of a common term is, and the place in its list of the posting found. */
  #directory = -1;
  #place = -1;

  constructor(segment: Within, list: PostingList | MadeList, weight: number, base: number, groups: number) {
    this.#segment = segment;
    this.#sections = segment.sections;
    this.#list = list;
    this.weight = weight;
    this.base = base;
    this.groups = groups;
    this.#made = 'docs' in list;
    if ('docs' in list) {
      this.#docs = list.docs;
      this.#impacts = list.impacts;
      this.#count = list.frequency;
      this.#block = 0;
      this.#blocks = 1;
      this.#first = -1;
    } else {
      if (segment.common.has(list)) this.lookup = LOOKUP_COMMON;
      this.#docs = spareDocs.pop() ?? new Uint32Array(BLOCK);
      this.#impacts = spareImpacts.pop() ?? new Uint8Array(BLOCK);
      this.#blocks = Math.max(1, list.blocks);
      this.#first = list.blocks > 1 ? list.firstBlock : -1;
      if (this.#blocks === 1) this.#load(0);
      else this.#entered = this.#blocks - 1;
    }
  }

  release(): void {
    keep(this);
    if (this.#made) return;
    spareDocs.push(this.#docs);
    spareImpacts.push(this.#impacts);
  }

  /** The places of the posting found; gives how many. */
  places(into: PlacesArea): number {
    const list = this.#list;
    if ('docs' in list || list.placesAt < 0) return 0;
    const block = this.#place < 0 ? this.#block : this.#place >>> 7;
    const index = this.#place < 0 ? this.#at : this.#place % BLOCK;
    const at = this.#segment.addressOf.places + placesOf(this.#sections, list, block);
    const count = Math.min(BLOCK, list.frequency - block * BLOCK);
    return this.#segment.kernel.loops.placesOf(at, count, index, into.at);
  }

  #load(block: number): void {
    this.#count = unpack(this.#sections, this.#list as PostingList, block, this.#docs, this.#impacts);
    this.#block = block;
    this.#at = 0;
  }

  #last(block: number): number {
    return this.#first < 0 ? this.#docs[this.#count - 1]! : this.#sections.blockLast[this.#first + block]!;
  }

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
    this.#begin = block;
    this.#entered = block;
    // Another block that is unpacked lies in the window as a whole: it is read from its beginning.
    this.#at = block === this.#block ? lowerBound(this.#docs, start, 0, this.#count) : 0;
    let most = 0;
    const from = block;
    for (; block < this.#blocks; block++) {
      most = Math.max(most, mostOf(blockMeta[first + block]!));
      if (blockLast[first + block]! >= end - 1) break;
    }
    this.within = (block + 1 - from) * BLOCK;
    this.bound = most === 0 ? 0 : this.base + this.weight * most;
  }

  before(start: number): number {
    const block = this.#begin;
    if (block === this.#block) {
      const at = lowerBound(this.#docs, start, 0, this.#count);
      if (at > 0) return this.#docs[at - 1]!;
    } else if (block < this.#blocks) return start - 1;
    return this.#first >= 0 && block > 0 ? this.#sections.blockLast[this.#first + block - 1]! : -1;
  }

  scatter({ start, size, counts }: Window, least: number): void {
    const { weight, base } = this;
    const own = counts ? this.groups : 0;
    if (this.#first < 0) {
      this.#scatterUnpacked(start, size, own);
      return;
    }
    const { loops } = this.#segment.kernel;
    const { frequency } = this.#list;
    const blocks = this.#blocks;
    // Whole numbers of 32 bits: what no posting can give is as good as the greatest of them.
    const enough = Math.min(least, 2 ** 31 - 1);
    loops.scatter(this.#first, this.#entered, blocks, frequency, start, size, weight, base, enough, own);
  }

  /** The same with what is unpacked: a short or made list. */
  #scatterUnpacked(start: number, size: number, own: number): void {
    const { weight, base } = this;
    const { sums, groups } = this.#segment.kernel;
    const docs = this.#docs;
    const impacts = this.#impacts;
    const count = this.#count;
    for (let at = lowerBound(docs, start, 0, count); at < count; at++) {
      const i = docs[at]! - start;
      if (i >= size) return;
      sums[i]! += base + weight * impacts[at]!;
      groups[i]! |= own;
    }
  }

  /**
   * Puts the window's postings with an impact from `enough` on into the kernel's `found` and gives how many; -1 for a
   * list that is short, which `seek` goes through as well.
   */
  find(start: number, end: number, enough: number): number {
    if (this.#first < 0) return -1;
    return this.#segment.kernel.loops.find(
      this.#first,
      this.#entered,
      this.#blocks,
      this.#list.frequency,
      start,
      end - start,
      enough,
    );
  }

  /** Of the first `count` found, leaves those that this list has too with such an impact; all where it cannot tell. */
  narrow(count: number, start: number, enough: number): number {
    const directory = this.directory;
    if (directory < 0) return count;
    return this.#segment.kernel.loops.narrow(count, this.#first, directory, start, enough);
  }

  /** Tells the kernel that this is word `step` of a phrase, `shift` words behind its rarest. For lists of many blocks. */
  beStep(step: number, shift: number): void {
    const { steps } = this.#segment.kernel;
    const at = (step * STEP) / 4;
    steps[at] = this.#first;
    if (step > 0) steps[at + 1] = this.directory;
    steps[at + 2] = this.#list.frequency;
    steps[at + 3] = shift;
  }

  look({ start, counts }: Window, count: number): void {
    const { weight, base } = this;
    const { kernel } = this.#segment;
    const own = counts ? this.groups : 0;
    const directory = this.directory;
    if (directory >= 0) {
      kernel.loops.look(count, this.#first, directory, start, weight, base, own);
      return;
    }
    const { kept, sums, groups } = kernel;
    for (let i = 0; i < count; i++) {
      const place = kept[i]!;
      if (!this.has(start + place)) continue;
      sums[place]! += base + weight * this.#impacts[this.#at]!;
      groups[place]! |= own;
    }
  }

  advance(doc: number): number {
    return this.has(doc) ? this.impact : 0;
  }

  /** The impact of the posting found. */
  get impact(): number {
    if (this.#place < 0) return this.#impacts[this.#at]!;
    return this.#segment.kernel.loops.impactAt(this.#first, this.#place);
  }

  /** Whether `doc` is in the list; then it is the posting found. For the documents `advance` is for. */
  has(doc: number): boolean {
    const directory = this.directory;
    if (directory >= 0) {
      this.#place = this.#segment.kernel.loops.rankOf(doc, directory);
      return this.#place >= 0;
    }
    return this.seek(doc) === doc;
  }

  /** It is common where there is one, and made when first asked for. */
  get directory(): number {
    if (this.#directory < 0 && this.lookup === LOOKUP_COMMON) {
      this.#directory = this.#segment.common.of(this.#list as PostingList);
      if (this.#directory < 0) this.lookup = LOOKUP;
    }
    return this.#directory;
  }

  /** The first document from `doc` on; then it is the posting found. Infinity where there is none. */
  seek(doc: number): number {
    let block = this.#entered;
    while (block < this.#blocks && this.#last(block) < doc) block++;
    this.#entered = block;
    if (block >= this.#blocks) {
      this.#entered = this.#blocks - 1;
      return Number.POSITIVE_INFINITY;
    }
    if (block !== this.#block) this.#load(block);
    const docs = this.#docs;
    this.#place = -1;
    this.#at = gallop(docs, this.#at, this.#count, doc);
    return this.#at < this.#count ? docs[this.#at]! : Number.POSITIVE_INFINITY;
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
