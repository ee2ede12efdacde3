/**
 * Documents become a segment. This is where the time of a rebuild goes, so it is written for speed: each
 * different word is looked up once a batch (Map), everything after that is arrays of numbers.
 */
import { DULL_WORDS, FORM, FUNCTION_WORDS, isPair, NAME, termOf } from './analysis.ts';
import {
  ABSTRACT,
  AUTHORS,
  COUNT_BITS,
  COUNT_MASK,
  FIELDS,
  HAS_CODE,
  LONGEST_FIELD,
  MOST_DOCUMENTS,
  NO_DAY,
  SUMMARY,
  TITLE,
  TOPICS,
} from './fields.ts';
import { fold } from './fold.ts';
import { encodeSegment, encodeStrings, NAME_END, NO_TERM, sumLengths, TELLING } from './segment.ts';
import { Tokens } from './tokens.ts';
import type { SearchDocument } from './types.ts';
import { WordTable } from './words.ts';

/** More terms than a segment can have; two term numbers make one exact number. */
const MOST_TERMS = 2 ** 26;

/**
 * What the rarity of a term is worth that no other paper of the batch has: mostly a name the authors have made
 * up, which finds nothing alike. Not zero, for another batch may have it too.
 */
const ALONE = 0.35;

/** A growing list of 32 bit numbers. */
export class Numbers {
  list: Uint32Array;
  length = 0;
  constructor(size = 1024) {
    this.list = new Uint32Array(size);
  }
  push(value: number): void {
    if (this.length === this.list.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.list);
      this.list = grown;
    }
    this.list[this.length++] = value;
  }
  /** A copy of just the numbers in it. */
  trimmed(): Uint32Array {
    return this.list.slice(0, this.length);
  }
}

/** The bytes of a segment of `documents` (each key once) that also deletes `tombstones`. */
export function buildSegment(
  documents: readonly SearchDocument[],
  tombstones: readonly number[],
): Uint8Array {
  if (documents.length > MOST_DOCUMENTS)
    throw new RangeError(`a segment holds at most ${MOST_DOCUMENTS} documents`);
  const sorted = documents.toSorted((a, b) => a.key - b.key);
  const builder = new Builder(sorted.length);
  for (const document of sorted) builder.add(document);
  return builder.finish(Float64Array.from(tombstones).sort());
}

class Builder {
  readonly #size: number;
  #count = 0;
  readonly #tokens = new Tokens();

  // Words as they stand, each with the terms it gives (-1: not needed so far).
  readonly #words = new WordTable();
  readonly #termOfWord: number[] = [];
  readonly #formOfWord: number[] = [];
  readonly #nameOfWord: number[] = [];
  /** Function words, which make no pairs with each other. */
  readonly #dullWord: boolean[] = [];
  // Terms in the order they were met; `#last` is the place of a term's newest posting.
  readonly #terms = new Map<string, number>();
  readonly #last: number[] = [];
  readonly #pairs = new Map<number, number>();
  /** Terms that tell something of a subject, see `#telling`. */
  readonly #tells: boolean[] = [];
  // Postings in the order of documents: the term, and the packed document and counts.
  readonly #postingTerms = new Numbers(1 << 16);
  readonly #postings = new Numbers(1 << 16);
  readonly #documentStarts: Uint32Array;

  readonly #keys: Float64Array;
  readonly #days: Int32Array;
  readonly #upvotes: Int32Array;
  readonly #flags: Uint8Array;
  readonly #lengths: Uint16Array;
  readonly #categories = new Table();
  readonly #organizations = new Table();
  readonly #authorStarts: Uint32Array;
  readonly #authorTerms = new Numbers();

  constructor(size: number) {
    this.#size = size;
    this.#documentStarts = new Uint32Array(size + 1);
    this.#authorStarts = new Uint32Array(size + 1);
    this.#keys = new Float64Array(size);
    this.#days = new Int32Array(size);
    this.#upvotes = new Int32Array(size);
    this.#flags = new Uint8Array(size);
    this.#lengths = new Uint16Array(size * FIELDS.length);
  }

  add(document: SearchDocument): void {
    const at = this.#count++;
    this.#keys[at] = document.key;
    this.#days[at] = document.day ?? NO_DAY;
    this.#upvotes[at] = document.upvotes;
    this.#flags[at] = document.hasCode ? HAS_CODE : 0;
    this.#categories.add(document.categories);
    this.#organizations.add(document.organizations.map((each) => `${each.slug}\0${each.name}`));

    this.#text(at, TITLE, document.title);
    this.#text(at, SUMMARY, document.summary);
    this.#text(at, ABSTRACT, document.abstract);
    for (const keyword of document.keywords) this.#text(at, TOPICS, keyword);
    for (const organization of document.organizations) this.#text(at, TOPICS, organization.name);
    for (const author of document.authors) this.#author(at, author);
    this.#authorStarts[at + 1] = this.#authorTerms.length;
    this.#documentStarts[at + 1] = this.#postings.length;
  }

  #text(at: number, field: number, text: string): void {
    if (text === '') return;
    const tokens = this.#tokens;
    tokens.scan(fold(text));
    this.#lengthen(at, field, tokens.count);
    let before = -1;
    let beforeDull = false;
    for (let i = 0; i < tokens.count; i++) {
      const id = this.#wordId(i);
      let term = this.#termOfWord[id]!;
      if (term < 0) term = this.#termOfWord[id] = this.#learn(tokens.text(i), tokens.flags[i]!);
      this.#countOnce(at, field, term);
      if (field === TITLE) {
        let form = this.#formOfWord[id]!;
        if (form < 0) form = this.#formOfWord[id] = this.#termId(FORM + tokens.text(i));
        this.#countOnce(at, field, form);
      }
      const dull = this.#dullWord[id]!;
      if (isPair(tokens, i, beforeDull, dull)) this.#countOnce(at, field, this.#pairId(before, term));
      before = term;
      beforeDull = dull;
    }
  }

  /** The term of a word that is met for the first time. */
  #learn(word: string, flags: number): number {
    const term = this.#termId(termOf(word, flags));
    const first = word.charCodeAt(0);
    if (word.length < 3 || DULL_WORDS.has(word) || (first >= 48 && first <= 57)) this.#tells[term] = false;
    return term;
  }

  #author(at: number, name: string): void {
    const tokens = this.#tokens;
    tokens.scan(fold(name));
    this.#lengthen(at, AUTHORS, tokens.count);
    for (let i = 0; i < tokens.count; i++) {
      const id = this.#wordId(i);
      let term = this.#nameOfWord[id]!;
      if (term < 0) term = this.#nameOfWord[id] = this.#termId(NAME + tokens.text(i));
      this.#countOnce(at, AUTHORS, term);
      this.#authorTerms.push(i === tokens.count - 1 ? (term | NAME_END) >>> 0 : term);
    }
  }

  #lengthen(at: number, field: number, words: number): void {
    const place = field * this.#size + at;
    this.#lengths[place] = Math.min(LONGEST_FIELD, this.#lengths[place]! + words);
  }

  /** The number of word `i` of the text in hand. */
  #wordId(i: number): number {
    const id = this.#words.idOf(this.#tokens, i);
    if (id === this.#termOfWord.length) {
      this.#termOfWord.push(-1);
      this.#formOfWord.push(-1);
      this.#nameOfWord.push(-1);
      this.#dullWord.push(FUNCTION_WORDS.has(this.#tokens.text(i)));
    }
    return id;
  }

  readonly #names: string[] = [];

  #termId(term: string): number {
    let id = this.#terms.get(term);
    if (id === undefined) {
      id = this.#names.length;
      this.#terms.set(term, id);
      this.#names.push(term);
      this.#last.push(-1);
      const sign = term.charCodeAt(0);
      this.#tells.push(sign !== 61 && sign !== 64);
    }
    return id;
  }

  /** The term of a pair, without making its string each time. */
  #pairId(before: number, term: number): number {
    const both = before * MOST_TERMS + term;
    let id = this.#pairs.get(both);
    if (id === undefined) {
      id = this.#termId(`${this.#names[before]}-${this.#names[term]}`);
      this.#pairs.set(both, id);
    }
    return id;
  }

  /** Counts one occurrence of a term. */
  #countOnce(at: number, field: number, term: number): void {
    const { shift, mask } = FIELDS[field]!;
    const place = this.#last[term]!;
    if (place >= this.#documentStarts[at]!) {
      const value = this.#postings.list[place]!;
      if (((value >>> shift) & mask) < mask) this.#postings.list[place] = value + (1 << shift);
    } else {
      this.#last[term] = this.#postings.length;
      this.#postingTerms.push(term);
      this.#postings.push(((at << COUNT_BITS) | (1 << shift)) >>> 0);
    }
  }

  finish(tombstones: Float64Array): Uint8Array {
    const count = this.#names.length;
    const order = sortTerms(this.#names);
    const rank = new Uint32Array(count);
    for (let i = 0; i < count; i++) rank[order[i]!] = i;

    // Postings, which lie by document, are dealt out to their terms; each list comes out in order.
    const total = this.#postings.length;
    const postingStarts = new Uint32Array(count + 1);
    const byDocument = this.#postingTerms.list;
    for (let i = 0; i < total; i++) postingStarts[rank[byDocument[i]!]! + 1]!++;
    for (let i = 0; i < count; i++) postingStarts[i + 1]! += postingStarts[i]!;
    const cursor = postingStarts.slice(0, count);
    const postings = new Uint32Array(total);
    for (let i = 0; i < total; i++) postings[cursor[rank[byDocument[i]!]!]!++] = this.#postings.list[i]!;

    const authorTerms = this.#authorTerms.trimmed();
    for (let i = 0; i < authorTerms.length; i++) {
      const value = authorTerms[i]!;
      authorTerms[i] = (rank[value & ~NAME_END]! | (value & NAME_END)) >>> 0;
    }
    const terms = encodeStrings(Array.from(order, (id) => this.#names[id]!));
    const categories = this.#categories.finish();
    const organizations = this.#organizations.finish();
    return encodeSegment({
      lengthSums: sumLengths(this.#lengths, this.#size),
      keys: this.#keys,
      tombstones,
      days: this.#days,
      upvotes: this.#upvotes,
      flags: this.#flags,
      lengths: this.#lengths,
      categoryStarts: categories.starts,
      categoryIds: categories.ids,
      organizationStarts: organizations.starts,
      organizationIds: organizations.ids,
      authorStarts: this.#authorStarts,
      authorTerms,
      telling: this.#telling(postingStarts, rank),
      termStarts: terms.starts,
      termBytes: terms.bytes,
      postingStarts,
      postings,
      categoryTextStarts: categories.strings.starts,
      categoryTexts: categories.strings.bytes,
      organizationTextStarts: organizations.strings.starts,
      organizationTexts: organizations.strings.bytes,
    });
  }

  /** The terms by which each document is most unlike the others of the batch, by tf-idf, best first. */
  #telling(postingStarts: Uint32Array, rank: Uint32Array): Uint32Array {
    const telling = new Uint32Array(this.#size * TELLING).fill(NO_TERM);
    const rarity = new Float64Array(rank.length);
    for (let id = 0; id < rank.length; id++) {
      const frequency = postingStarts[rank[id]! + 1]! - postingStarts[rank[id]!]!;
      const found = frequency === 1 ? ALONE : 1;
      rarity[id] = this.#tells[id] ? found * Math.log(1 + (this.#size + 1) / frequency) : 0;
    }
    const scores = new Float64Array(TELLING);
    for (let at = 0; at < this.#size; at++) {
      let kept = 0;
      const base = at * TELLING;
      for (let i = this.#documentStarts[at]!; i < this.#documentStarts[at + 1]!; i++) {
        const id = this.#postingTerms.list[i]!;
        if (rarity[id] === 0) continue;
        const counts = this.#postings.list[i]! & COUNT_MASK;
        let often = 0;
        for (const { shift, mask, weight } of FIELDS) often += ((counts >>> shift) & mask) * weight;
        const score = (rarity[id]! * often) / (often + 2);
        if (kept === TELLING && score <= scores[TELLING - 1]!) continue;
        let place = kept < TELLING ? kept++ : TELLING - 1;
        for (; place > 0 && scores[place - 1]! < score; place--) {
          scores[place] = scores[place - 1]!;
          telling[base + place] = telling[base + place - 1]!;
        }
        scores[place] = score;
        telling[base + place] = rank[id]!;
      }
    }
    return telling;
  }
}

/** Lists of strings, one list a document, the strings themselves kept once. */
class Table {
  readonly #ids = new Map<string, number>();
  readonly #starts = new Numbers();
  readonly #list = new Numbers();

  constructor() {
    this.#starts.push(0);
  }

  add(values: readonly string[]): void {
    for (const value of new Set(values)) {
      let id = this.#ids.get(value);
      if (id === undefined) {
        id = this.#ids.size;
        this.#ids.set(value, id);
      }
      this.#list.push(id);
    }
    this.#starts.push(this.#list.length);
  }

  finish(): { starts: Uint32Array; ids: Uint32Array; strings: ReturnType<typeof encodeStrings> } {
    return {
      starts: this.#starts.trimmed(),
      ids: this.#list.trimmed(),
      strings: encodeStrings([...this.#ids.keys()]),
    };
  }
}

/**
 * The order of terms by their UTF-8 bytes. A term's first letters and its number make one exact number (seven
 * bits a letter, 53 in all), which are sorted as such; only terms that begin alike are compared as strings.
 */
function sortTerms(names: readonly string[]): Uint32Array {
  const count = names.length;
  const idSize = 2 ** Math.ceil(Math.log2(count + 1));
  const letters = Math.floor((53 - Math.log2(idSize)) / 7);
  const packed = new Float64Array(count);
  for (let id = 0; id < count; id++) {
    const name = names[id]!;
    let begin = 0;
    let plain = true;
    for (let i = 0; i < letters; i++) {
      // Beyond ASCII all letters are alike here, and what follows them is left to the comparison.
      const code: number = plain && i < name.length ? Math.min(127, name.charCodeAt(i)) : 0;
      plain &&= code < 127;
      begin = begin * 128 + code;
    }
    packed[id] = begin * idSize + id;
  }
  packed.sort();
  const order = Uint32Array.from(packed, (value) => value % idSize);
  const beginning = (i: number): number => Math.floor(packed[i]! / idSize);
  for (let from = 0; from < count; ) {
    let to = from + 1;
    const same = beginning(from);
    while (to < count && beginning(to) === same) to++;
    if (to - from > 1)
      order.set(
        [...order.subarray(from, to)].sort((a, b) => byBytes(names[a]!, names[b]!)),
        from,
      );
    from = to;
  }
  return order;
}

/** JavaScript's own order, but for surrogate pairs, which UTF-8 puts behind everything else. */
function byBytes(a: string, b: string): number {
  if (SURROGATE.test(a) || SURROGATE.test(b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : 1;
}

const SURROGATE = /[\ud800-\udfff]/;
