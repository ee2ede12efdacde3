/**
 * The words and terms a builder has met, numbered in the order they were. It outlives a batch: the next one has mostly
 * the same words, and what is known of a word need not be worked out again.
 */
import {
  ACRONYM,
  CATEGORY,
  EXPANSION,
  expansionTerm,
  FORM,
  NAME,
  ORGANIZATION,
  stems,
  VENUE,
} from './analysis.ts';
import type { TokenModel } from './meaning/model.ts';
import { hashOf } from './sketch.ts';
import { FUNCTION_WORDS, stemOf } from './stems.ts';
import { PLAIN, type Tokens } from './tokens.ts';
import { AS_FORM, AS_NAME, AS_WORD, WordTable } from './words.ts';

// What stands side by side in `of`: one look into memory brings all of it.
export const WIDE = 4;
/** The newest posting, by the builder's own count. */
export const NEWEST = 0;
/** The term's hash; of a pair, the term of its first word. */
export const HASH = 1;
/** Its row in the model, -1 without; of a pair, the term of its second word. */
export const ROW = 2;
export const TRAITS = 3;

/** Its places are kept. */
export const PLACED = 1;
/** It is the exact form of a word. */
export const EXACT_FORM = 2;
/** It is a function word. */
export const FUNCTION = 4;
export const PAIR = 8;

/** Words last met are looked for first: nine of ten are among these, and they fit into the processor's cache. */
const RECENT = 1 << 14;

/** Numbers in a slot for a pair: its two terms, its number from 1 on (0: free), one spare for alignment. */
const SLOT = 4;

export class Dictionary {
  /** Replaced when it grows. */
  of = new Int32Array(WIDE << 14);
  #count = 0;
  readonly #words = new WordTable();
  /** Of each word its two hashes, and what `word` and `form` say. */
  readonly #recent = new Int32Array(4 * RECENT);
  /** The same, and what `name` says. */
  readonly #recentNames = new Int32Array(4 * RECENT);
  readonly #model: TokenModel | null;
  /** A pair's is made when somebody asks for it, which for most nobody does. */
  readonly #names: string[] = [];
  /** Of stems and marks; forms and names are known to their word. */
  readonly #ids = new Map<string, number>();
  readonly #categories = new Map<string, number>();
  readonly #expansions = new Map<string, number>();
  #pairs = new Int32Array(SLOT << 15);
  #pairMask = (1 << 15) - 1;
  #pairCount = 0;

  constructor(model: TokenModel | null) {
    this.#model = model;
  }

  /** Terms in it. */
  get count(): number {
    return this.#count;
  }

  /** The term of word `i` of a text, twice, plus one when it is a function word. */
  word(tokens: Tokens, i: number): number {
    const one = tokens.ones[i]!;
    const two = tokens.twos[i]!;
    const recent = this.#recent;
    const at = 4 * (one & (RECENT - 1));
    if (recent[at] === one && recent[at + 1] === two) return recent[at + 2]!;
    const slot = this.#words.at(one, two);
    let word = this.#words.slots[slot + AS_WORD]!;
    if (word < 0) {
      const text = tokens.text(i);
      const term = this.term((tokens.flags[i]! & PLAIN) !== 0 ? stemOf(text) : text);
      word = term * 2 + (FUNCTION_WORDS.has(text) ? 1 : 0);
      this.#words.slots[slot + AS_WORD] = word;
    }
    recent[at] = one;
    recent[at + 1] = two;
    recent[at + 2] = word;
    recent[at + 3] = this.#words.slots[slot + AS_FORM]!;
    return word;
  }

  /** The exact form of word `i`, which was asked for just now. */
  form(tokens: Tokens, i: number): number {
    const at = 4 * (tokens.ones[i]! & (RECENT - 1)) + 3;
    if (this.#recent[at]! < 0) this.#recent[at] = this.#as(AS_FORM, FORM, PLACED | EXACT_FORM, tokens, i);
    return this.#recent[at]!;
  }

  /** Word `i` as part of a name. */
  name(tokens: Tokens, i: number): number {
    const one = tokens.ones[i]!;
    const two = tokens.twos[i]!;
    const recent = this.#recentNames;
    const at = 4 * (one & (RECENT - 1));
    if (recent[at] === one && recent[at + 1] === two) return recent[at + 2]!;
    recent[at] = one;
    recent[at + 1] = two;
    recent[at + 2] = this.#as(AS_NAME, NAME, PLACED, tokens, i);
    return recent[at + 2]!;
  }

  /** What is known of word `i` in a column of the table, or a new term. */
  #as(column: number, sign: string, traits: number, tokens: Tokens, i: number): number {
    const at = this.#words.at(tokens.ones[i]!, tokens.twos[i]!) + column;
    const { slots } = this.#words;
    if (slots[at]! < 0) slots[at] = this.#add(sign + tokens.text(i), 0, -1, traits);
    return slots[at]!;
  }

  category(name: string): number {
    let id = this.#categories.get(name);
    if (id === undefined) {
      id = this.term(CATEGORY + name);
      this.#categories.set(name, id);
    }
    return id;
  }

  /** The mark by which an acronym is found from what it stands for. */
  expansion(acronym: string, expansion: string): number {
    const both = `${acronym} ${expansion}`;
    let id = this.#expansions.get(both);
    if (id === undefined) {
      id = this.term(expansionTerm(stems(expansion)) + acronym);
      this.#expansions.set(both, id);
    }
    return id;
  }

  /** The number of a term that is a stem or a mark. */
  term(name: string): number {
    let id = this.#ids.get(name);
    if (id === undefined) {
      const traits = SIGNS.has(name[0]!) ? 0 : FUNCTION_WORDS.has(name) ? FUNCTION | PLACED : PLACED;
      const row = this.#model !== null && traits === PLACED ? this.#model.row(name) : -1;
      id = this.#add(name, hashOf(name), row, traits);
      this.#ids.set(name, id);
    }
    return id;
  }

  #add(name: string, hash: number, row: number, traits: number): number {
    const at = this.#count * WIDE;
    if (at === this.of.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.of);
      this.of = grown;
    }
    this.of[at + NEWEST] = -1;
    this.of[at + HASH] = hash;
    this.of[at + ROW] = row;
    this.of[at + TRAITS] = traits;
    this.#names.push(name);
    return this.#count++;
  }

  /** The term of a pair of terms. */
  pair(before: number, term: number): number {
    const pairs = this.#pairs;
    let place = placeOf(before, term) & this.#pairMask;
    for (;;) {
      const at = place * SLOT;
      const number = pairs[at + 2]!;
      if (number === 0) break;
      if (pairs[at] === before && pairs[at + 1] === term) return number - 1;
      place = (place + 1) & this.#pairMask;
    }
    const id = this.#add('', before, term, PAIR);
    pairs.set([before, term, id + 1], place * SLOT);
    if (++this.#pairCount * 2 > this.#pairMask) this.#growPairs();
    return id;
  }

  #growPairs(): void {
    const old = this.#pairs;
    this.#pairMask = this.#pairMask * 2 + 1;
    this.#pairs = new Int32Array(SLOT * (this.#pairMask + 1));
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from + 2] === 0) continue;
      let place = placeOf(old[from]!, old[from + 1]!) & this.#pairMask;
      while (this.#pairs[place * SLOT + 2] !== 0) place = (place + 1) & this.#pairMask;
      for (let i = 0; i < SLOT; i++) this.#pairs[place * SLOT + i] = old[from + i]!;
    }
  }

  /** A term as it is written. */
  nameOf(id: number): string {
    const known = this.#names[id]!;
    if (known !== '') return known;
    const at = id * WIDE;
    const name = `${this.#names[this.of[at + HASH]!]}-${this.#names[this.of[at + ROW]!]}`;
    this.#names[id] = name;
    return name;
  }
}

function placeOf(before: number, term: number): number {
  const mixed = Math.imul(before, 0x9e3779b1) ^ Math.imul(term, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** Stems, forms and names have places; pairs and marks do not. */
const SIGNS = new Set([CATEGORY, ORGANIZATION, VENUE, ACRONYM, EXPANSION]);
