/**
 * What titles say again and again, in two to four words: what a text being typed is completed with. Taken
 * from the exact forms and their places, so a merge makes it anew from the merged lists. Longer phrases are
 * counted only where their beginning is frequent (R. Agrawal and R. Srikant, "Fast Algorithms for Mining
 * Association Rules", VLDB 1994).
 */
import { FORM } from './analysis.ts';
import { BLOCK, blockPlaces, unpackAllPlaces } from './blocks.ts';
import type { InvertedSections } from './inverted.ts';
import { Lexicon, placesOf, unpack } from './lexicon.ts';
import { FUNCTION_WORDS } from './stems.ts';

export interface PhraseSections {
  /** Phrases in the order of their bytes, a line each. */
  phraseBytes: Uint8Array;
  phraseStarts: Uint32Array;
  /** Times it stands in a title. */
  phraseCounts: Uint32Array;
}

const LONGEST = 4;

/** From how many times on a phrase counts, in a segment of so many documents. */
const fewest = (documents: number): number => (documents < 500 ? 1 : documents < 5_000 ? 2 : 3);

export const NO_PHRASES: PhraseSections = {
  phraseBytes: new Uint8Array(0),
  phraseStarts: new Uint32Array(1),
  phraseCounts: new Uint32Array(0),
};

export function titlePhrases(
  inverted: InvertedSections,
  ends: Uint16Array,
  documents: number,
): PhraseSections {
  const least = fewest(documents);
  const { starts, words, forms } = titles(inverted, ends, documents, least);
  // Phrase ids: forms first, then the phrases made of them; `-1` where none of this length begins.
  let current: Int32Array = words;
  const all: { text: string; count: number }[] = [];
  const texts: string[] = [...forms];
  for (let length = 2; length <= LONGEST; length++) {
    // Where a frequent phrase has a word behind it.
    let places = new Uint32Array(words.length);
    let count = 0;
    for (let d = 0; d < documents; d++)
      for (let i = starts[d]!; i + length <= starts[d + 1]!; i++)
        if (current[i]! >= 0 && words[i + length - 1]! >= 0) places[count++] = i;
    places = mostlyFrequent(places.subarray(0, count), current, words, length - 1, least);
    const counts = new PairTable();
    for (const at of places) counts.count(current[at]!, words[at + length - 1]!);
    const before = texts.length;
    counts.each((phrase, word, times) => {
      if (times < least) return -1;
      const text = `${texts[phrase]} ${forms[word]}`;
      if (isWhole(text)) all.push({ text, count: times });
      return texts.push(text) - 1;
    });
    if (texts.length === before) break;
    const next = new Int32Array(current.length).fill(-1);
    for (const at of places) next[at] = counts.valueOf(current[at]!, words[at + length - 1]!);
    current = next;
  }
  return encode(all);
}

/**
 * The places whose pair (a phrase, and the word `behind` words on) occurs `least` times, and some others: pairs share
 * counters, which are few enough to be at hand (J. S. Park, M.-S. Chen and P. S. Yu, "An Effective Hash-Based Algorithm
 * for Mining Association Rules", SIGMOD 1995).
 */
function mostlyFrequent(
  places: Uint32Array<ArrayBuffer>,
  phrases: Int32Array,
  words: Int32Array,
  behind: number,
  least: number,
): Uint32Array<ArrayBuffer> {
  const shared = new Uint8Array(2 ** Math.min(26, Math.ceil(Math.log2(words.length * 2 + 2))));
  const mask = shared.length - 1;
  for (const at of places) {
    const counter = mixed(phrases[at]!, words[at + behind]!) & mask;
    if (shared[counter]! < least) shared[counter]!++;
  }
  let kept = 0;
  for (const at of places)
    if (shared[mixed(phrases[at]!, words[at + behind]!) & mask]! >= least) places[kept++] = at;
  return places.subarray(0, kept);
}

function mixed(one: number, two: number): number {
  const both = Math.imul(one, 0x9e3779b1) ^ Math.imul(two, 0x85ebca6b);
  return both ^ (both >>> 15);
}

/** Pairs of numbers and how often each was counted: a Map would need to make an object for each. */
class PairTable {
  /** Four numbers a place: the pair, its value, and whether the place is taken. */
  #slots = new Int32Array(4 << 12);
  #mask = (1 << 12) - 1;
  #taken = 0;

  #at(one: number, two: number): number {
    const slots = this.#slots;
    for (let place = mixed(one, two) & this.#mask; ; place = (place + 1) & this.#mask) {
      const at = place * 4;
      if (slots[at + 3] === 0 || (slots[at] === one && slots[at + 1] === two)) return at;
    }
  }

  count(one: number, two: number): void {
    const at = this.#at(one, two);
    this.#slots[at + 2]!++;
    if (this.#slots[at + 3] !== 0) return;
    this.#slots[at] = one;
    this.#slots[at + 1] = two;
    this.#slots[at + 3] = 1;
    if (++this.#taken * 2 > this.#mask) this.#grow();
  }

  /** The value of a pair that was counted. */
  valueOf(one: number, two: number): number {
    return this.#slots[this.#at(one, two) + 2]!;
  }

  /** Visits all pairs, and gives each the value that `visit` returns. */
  each(visit: (one: number, two: number, value: number) => number): void {
    const slots = this.#slots;
    for (let at = 0; at < slots.length; at += 4)
      if (slots[at + 3] !== 0) slots[at + 2] = visit(slots[at]!, slots[at + 1]!, slots[at + 2]!);
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(4 * (this.#mask + 1));
    for (let from = 0; from < old.length; from += 4)
      if (old[from + 3] !== 0)
        this.#slots.set(old.subarray(from, from + 4), this.#at(old[from]!, old[from + 1]!));
  }
}

/** "state of the" is no end of a phrase, and "of the" no beginning. */
function isWhole(text: string): boolean {
  const space = text.indexOf(' ');
  return (
    !FUNCTION_WORDS.has(text.slice(text.lastIndexOf(' ') + 1)) && !FUNCTION_WORDS.has(text.slice(0, space))
  );
}

/** The words of all titles, as numbers of forms, from the places of the forms; -1 for those that are too seldom. */
function titles(inverted: InvertedSections, ends: Uint16Array, documents: number, least: number) {
  const starts = new Uint32Array(documents + 1);
  for (let d = 0; d < documents; d++) starts[d + 1] = starts[d]! + ends[d * 3]!;
  const words = new Int32Array(starts[documents]!).fill(-1);
  const forms: string[] = [];
  const docs = new Uint32Array(BLOCK);
  const impacts = new Uint8Array(BLOCK);
  const counts = new Uint16Array(BLOCK);
  const places = blockPlaces;
  new Lexicon(inverted).each(FORM, (walk) => {
    const { list } = walk;
    for (let block = 0; block < Math.max(1, list.blocks); block++) {
      const count = unpack(inverted, list, block, docs, impacts);
      const total = unpackAllPlaces(inverted.places, placesOf(inverted, list, block), count, counts, places);
      if (list.blocks <= 1 && total < least) return true;
      let k = 0;
      for (let i = 0; i < count; i++)
        for (let times = counts[i]!; times > 0; times--) {
          const at = starts[docs[i]!]! + places[k++]!;
          if (at < starts[docs[i]! + 1]!) words[at] = forms.length;
        }
    }
    forms.push(walk.term.slice(FORM.length));
    return true;
  });
  return { starts, words, forms };
}

function encode(all: { text: string; count: number }[]): PhraseSections {
  const encoded = all
    .map(({ text, count }) => ({ bytes: Buffer.from(text), count }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const phraseStarts = new Uint32Array(encoded.length + 1);
  encoded.forEach(({ bytes }, i) => {
    phraseStarts[i + 1] = phraseStarts[i]! + bytes.length;
  });
  const phraseBytes = new Uint8Array(phraseStarts[encoded.length]!);
  encoded.forEach(({ bytes }, i) => {
    phraseBytes.set(bytes, phraseStarts[i]!);
  });
  return { phraseBytes, phraseStarts, phraseCounts: Uint32Array.from(encoded, ({ count }) => count) };
}
