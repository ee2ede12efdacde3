/** Reading what inverted.ts writes: finding a term, walking terms in order, unpacking their postings. */
import { lowerBound } from './arrays.ts';
import { BLOCK, mostOf, unpackBlock, wordsOf } from './blocks.ts';
import { GROUP, type InvertedSections } from './inverted.ts';

/** A term's postings in one segment: where they lie, and how to get at them. */
export interface PostingList {
  /** Postings. */
  readonly frequency: number;
  /** The greatest impact of any. */
  readonly most: number;
  /** 0: one posting, given by `only`; 1: one block, given by `meta`; more: blocks in the segment's table. */
  readonly blocks: number;
  readonly firstBlock: number;
  readonly meta: number;
  readonly wordsAt: number;
  readonly only: number;
  /** Where its places begin; -1 when it has none. */
  readonly placesAt: number;
}

const text = new TextDecoder();

/** Of so many groups of terms, one is a sample. */
const SAMPLED = 16;

/** Walks terms from one on. After `next()` has said true, `term` and `list` are the next term's. */
export class Walk {
  readonly #sections: InvertedSections;
  readonly #terms: number;
  #index = 0;
  #at = 0;
  #block = 0;
  #word = 0;
  #place = 0;
  readonly #bytes = new Uint8Array(1024);
  #length = 0;
  // What `list` is made of: most terms a walk meets are only passed by.
  #frequency = 0;
  #most = 0;
  #blocks = 0;
  #firstBlock = 0;
  #meta = 0;
  #wordsAt = 0;
  #only = -1;
  #placesAt = -1;

  /** Begins before term `group · GROUP`. */
  constructor(sections: InvertedSections, group: number) {
    this.#sections = sections;
    this.#terms = sections.terms[0]!;
    this.begin(group);
  }

  /** Begins anew. */
  begin(group: number): this {
    this.#index = group * GROUP;
    return this;
  }

  /** The term's bytes are the first `length` of these; they are overwritten by the next. */
  get raw(): Uint8Array {
    return this.#bytes;
  }
  get length(): number {
    return this.#length;
  }
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }
  get term(): string {
    return text.decode(this.bytes);
  }

  next(): boolean {
    if (this.#index >= this.#terms) return false;
    const { termBytes } = this.#sections;
    if (this.#index % GROUP === 0) this.#enter(this.#index / GROUP);
    this.#index++;
    const both = termBytes[this.#at++]!;
    const shared = both >>> 4 < 15 ? both >>> 4 : 15 + this.#varint();
    const rest = (both & 15) < 15 ? both & 15 : 15 + this.#varint();
    for (let i = 0; i < rest; i++) this.#bytes[shared + i] = termBytes[this.#at++]!;
    this.#length = shared + rest;
    this.#readList(this.#varint());
    return true;
  }

  #enter(group: number): void {
    const { groupBytes, groupBlocks, groupWords, groupPlaces } = this.#sections;
    this.#at = groupBytes[group]!;
    this.#block = groupBlocks[group]!;
    this.#word = groupWords[group]!;
    this.#place = groupPlaces[group]!;
  }

  #readList(frequency: number): void {
    const { termBytes } = this.#sections;
    this.#frequency = frequency;
    this.#firstBlock = this.#block;
    this.#wordsAt = this.#word;
    this.#blocks = 0;
    this.#only = -1;
    if (frequency === 1) {
      this.#only = this.#varint();
      this.#most = termBytes[this.#at++]!;
    } else if (frequency <= BLOCK) {
      const at = this.#at;
      this.#meta =
        termBytes[at]! | (termBytes[at + 1]! << 8) | (termBytes[at + 2]! << 16) | (termBytes[at + 3]! << 24);
      this.#at += 4;
      this.#blocks = 1;
      this.#most = mostOf(this.#meta);
      this.#word += wordsOf(this.#meta, frequency);
    } else {
      this.#blocks = Math.ceil(frequency / BLOCK);
      this.#most = termBytes[this.#at++]!;
      this.#word += this.#varint();
      this.#block += this.#blocks;
    }
    const placeBytes = this.#varint();
    this.#placesAt = placeBytes === 0 ? -1 : this.#place;
    this.#place += placeBytes;
  }

  get frequency(): number {
    return this.#frequency;
  }

  /** The postings of the term in hand. */
  get list(): PostingList {
    return {
      frequency: this.#frequency,
      most: this.#most,
      blocks: this.#blocks,
      firstBlock: this.#firstBlock,
      meta: this.#blocks === 1 ? this.#meta : 0,
      wordsAt: this.#wordsAt,
      only: this.#only,
      placesAt: this.#placesAt,
    };
  }

  /** Compares the term in hand with another, byte by byte. */
  compare(term: Uint8Array): number {
    return compareBytes(this.#bytes, this.#length, term, term.length);
  }

  /** The same with the term another walk has in hand. */
  compareTo(other: Walk): number {
    return compareBytes(this.#bytes, this.#length, other.#bytes, other.#length);
  }

  #varint(): number {
    const { termBytes } = this.#sections;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = termBytes[this.#at++]!;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  }
}

/** Compares the first bytes of two arrays as memcmp does; of two that begin alike the shorter comes first. */
function compareBytes(a: Uint8Array, lengthA: number, b: Uint8Array, lengthB: number): number {
  const shorter = Math.min(lengthA, lengthB);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return lengthA - lengthB;
}

const startsWith = (bytes: Uint8Array, length: number, prefix: Uint8Array): boolean => {
  if (length < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[i] !== prefix[i]) return false;
  return true;
};

/** Looked-up terms are remembered, up to so many. */
const REMEMBERED = 20_000;

export class Lexicon {
  readonly sections: InvertedSections;
  readonly terms: number;
  readonly #groups: number;
  readonly #known = new Map<string, PostingList | null>();
  /** The first four bytes of every so many groups' first terms: what a search begins with lies close together. */
  readonly #samples: Uint32Array;
  /** The walk of `find`, which never lasts longer than a call. */
  readonly #finder: Walk;

  constructor(sections: InvertedSections) {
    this.sections = sections;
    this.terms = sections.terms[0]!;
    this.#groups = sections.groupBytes.length;
    this.#finder = new Walk(sections, 0);
    this.#samples = new Uint32Array(Math.ceil(this.#groups / SAMPLED));
    for (let i = 0; i < this.#samples.length; i++) {
      const [at, length] = this.#firstOf(i * SAMPLED);
      this.#samples[i] = beginningOf(sections.termBytes, at, length);
    }
  }

  /** The postings of a term, or null. */
  find(term: string): PostingList | null {
    let found = this.#known.get(term);
    if (found === undefined) {
      found = this.#find(Buffer.from(term));
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(term, found);
    }
    return found;
  }

  #find(term: Uint8Array): PostingList | null {
    const walk = this.#finder.begin(this.#groupOf(term));
    while (walk.next()) {
      const order = walk.compare(term);
      if (order === 0) return walk.list;
      if (order > 0) return null;
    }
    return null;
  }

  /** Every term that begins with `prefix`, in order, until `visit` says false. */
  each(prefix: string, visit: (walk: Walk) => boolean | undefined): void {
    const bytes = Buffer.from(prefix);
    const walk = new Walk(this.sections, this.#groupOf(bytes));
    while (walk.next()) {
      if (startsWith(walk.raw, walk.length, bytes)) {
        if (visit(walk) === false) return;
      } else if (walk.compare(bytes) > 0) return;
    }
  }

  /** The group from whose beginning a walk meets `term`, or what would follow it, within its first steps. */
  #groupOf(term: Uint8Array): number {
    // Between the last sample that is before the term for certain, and the first that is behind it for certain.
    const samples = this.#samples;
    const sought = beginningOf(term, 0, term.length);
    const before = lowerBound(samples, sought) - 1;
    let behind = before + 1;
    while (behind < samples.length && samples[behind] === sought) behind++;
    let low = Math.max(0, before) * SAMPLED;
    let high = behind < samples.length ? behind * SAMPLED : this.#groups;
    // The last group whose first term is not after `term`.
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#compareFirst(middle, term) <= 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Where the bytes of a group's first term begin, and how many they are. */
  #firstOf(group: number): [number, number] {
    const { groupBytes, termBytes } = this.sections;
    // It shares nothing; from 15 bytes on its length is a varint of one byte or, from 143 on, of two.
    let at = groupBytes[group]!;
    let length = termBytes[at++]! & 15;
    if (length === 15) {
      const more = termBytes[at++]!;
      length += more < 128 ? more : (more & 127) | (termBytes[at++]! << 7);
    }
    return [at, length];
  }

  /** Compares a group's first term, which shares nothing, with `term`. */
  #compareFirst(group: number, term: Uint8Array): number {
    const { termBytes } = this.sections;
    const [at, length] = this.#firstOf(group);
    const shorter = Math.min(length, term.length);
    for (let i = 0; i < shorter; i++) {
      const difference = termBytes[at + i]! - term[i]!;
      if (difference !== 0) return difference;
    }
    return length - term.length;
  }
}

/** Four bytes as a number that compares as they do; zeros behind what is shorter. */
function beginningOf(bytes: Uint8Array, at: number, length: number): number {
  let beginning = 0;
  for (let i = 0; i < 4; i++) beginning = beginning * 256 + (i < length ? bytes[at + i]! : 0);
  return beginning;
}

/** Unpacks block `index` of a list; gives how many postings it has. */
export function unpack(
  sections: InvertedSections,
  list: PostingList,
  index: number,
  docs: Uint32Array,
  impacts: Uint8Array,
): number {
  if (list.blocks === 0) {
    docs[0] = list.only;
    impacts[0] = list.most;
    return 1;
  }
  if (list.blocks === 1) {
    unpackBlock(sections.words, list.wordsAt, list.frequency, list.meta, -1, docs, impacts);
    return list.frequency;
  }
  const { blockLast, blockMeta, blockWords, words } = sections;
  const block = list.firstBlock + index;
  const count = index === list.blocks - 1 ? list.frequency - index * BLOCK : BLOCK;
  const before = index === 0 ? -1 : blockLast[block - 1]!;
  unpackBlock(words, blockWords[block]!, count, blockMeta[block]!, before, docs, impacts);
  return count;
}

/** Where the places of a list's block begin. */
export const placesOf = (sections: InvertedSections, list: PostingList, index: number): number =>
  list.blocks > 1 ? sections.blockPlaces[list.firstBlock + index]! : list.placesAt;

const blockDocs = new Uint32Array(BLOCK);
const blockImpacts = new Uint8Array(BLOCK);

/** Calls `visit` for every posting of a list, in order. It must not come back here itself. */
export function eachPosting(
  sections: InvertedSections,
  list: PostingList,
  visit: (document: number, impact: number) => void,
): void {
  for (let block = 0; block < Math.max(1, list.blocks); block++) {
    const count = unpack(sections, list, block, blockDocs, blockImpacts);
    for (let i = 0; i < count; i++) visit(blockDocs[i]!, blockImpacts[i]!);
  }
}

// Of its own: a common list is made while another is gone through.
const bitDocs = new Uint32Array(BLOCK);
const bitImpacts = new Uint8Array(BLOCK);

/** Sets the bit of every document of a list. */
export function addToBits(sections: InvertedSections, list: PostingList, bits: Uint32Array): void {
  for (let block = 0; block < Math.max(1, list.blocks); block++) {
    const count = unpack(sections, list, block, bitDocs, bitImpacts);
    for (let i = 0; i < count; i++) bits[bitDocs[i]! >>> 5]! |= 1 << (bitDocs[i]! & 31);
  }
}
