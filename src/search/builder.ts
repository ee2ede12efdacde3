/**
 * Documents become a segment. This is where the time of a rebuild goes, so it is written for speed: each
 * different word is looked up once a batch, everything after that is arrays of numbers.
 */
import { definitionsIn } from './acronyms.ts';
import {
  ACRONYM,
  CATEGORY,
  EXPANSION,
  expansionTerm,
  FORM,
  FUNCTION_TERMS,
  FUNCTION_WORDS,
  isPair,
  NAME,
  NUL,
  ORGANIZATION,
  organizationTerm,
  stems,
  termOf,
  topicsText,
} from './analysis.ts';
import { Numbers } from './arrays.ts';
import {
  ABSTRACT,
  FIELD_GAP,
  FUNCTION_IMPACT,
  HAS_CODE,
  impactOf,
  LAST_DAY,
  MOST_POSITIONS,
  MOST_UPVOTES,
  NO_DAY,
  PLAIN_IMPACT,
  SUMMARY,
  TITLE,
  TOPICS,
  worthOf,
} from './fields.ts';
import { fold } from './fold.ts';
import { type InvertedSections, InvertedWriter } from './inverted.ts';
import { dampened, type TokenModel } from './meaning/model.ts';
import { titlePhrases } from './phrases.ts';
import { type Columns, encodeSegment, MOST_DOCUMENTS, makeColumns } from './segment.ts';
import { hashOf, SAMPLES, Sketcher } from './sketch.ts';
import { sortTerms } from './sorting.ts';
import { ADJACENT, JOINED, Tokens } from './tokens.ts';
import type { SearchDocument } from './types.ts';
import { cellOf, dealOut, packedBytes, packVector } from './vectors.ts';
import { WordTable } from './words.ts';

/** More terms than a segment can have; two term numbers make one exact number. */
const MOST_TERMS = 2 ** 26;

const SEVERAL = 0x80000000;
const NO_CELLS = { cellStarts: new Uint32Array(0), cellDocs: new Uint32Array(0) };
/** Postings, and places, of a usual document: how much room is made beforehand. */
const USUAL = 180;

// What stands side by side in `#ofWord` and `#ofTerm`: one look into memory brings all of it.
const WIDE = 4;
const AS_FORM = 1;
const AS_NAME = 2;
const DULL = 3;
const HASH = 1;
const ROW = 2;
const TRAITS = 3;
/** Traits of a term: its places are kept; it is the exact form of a word, or a function word. */
const PLACED = 1;
const EXACT_FORM = 2;
const FUNCTION = 4;

/** What a segment's vectors are made by: the model in this room, or one outside that gives them ready. */
export type Meaning = { model: TokenModel } | { dimensions: number } | null;

/** The bytes of a segment of `documents` (each key once) that also deletes `tombstones`. */
export function buildSegment(
  documents: readonly SearchDocument[],
  tombstones: readonly number[],
  meaning: Meaning = null,
): Uint8Array {
  if (documents.length > MOST_DOCUMENTS)
    throw new RangeError(`a segment holds at most ${MOST_DOCUMENTS} documents`);
  const sorted = documents.toSorted((a, b) => a.key - b.key);
  const builder = new Builder(sorted.length, meaning);
  for (const document of sorted) builder.add(document);
  return builder.finish(tombstones);
}

class Builder {
  readonly #size: number;
  readonly #columns: Columns;
  readonly #model: TokenModel | null;
  readonly #sum: Float32Array;
  readonly #dimensions: number;
  readonly #cells: Int32Array;
  readonly #tokens = new Tokens();
  readonly #sketcher = new Sketcher();
  #count = 0;

  readonly #words = new WordTable();
  /** Of each word as it stands, side by side: its term, its form and its name as terms (-1: not needed so far), dull. */
  #ofWord = new Int32Array(WIDE << 14);
  #wordCount = 0;
  // Terms in the order they were met.
  readonly #names: string[] = [];
  readonly #terms = new Map<string, number>();
  readonly #pairs = new Map<number, number>();
  /** Of each term, side by side: its newest posting, its hash, its row in the model (-2: not looked up), its traits. */
  #ofTerm = new Int32Array(WIDE << 14);

  // Postings in the order of documents. The frequencies are those of the document in hand.
  readonly #postingTerms: Numbers;
  readonly #postingTimes: Numbers;
  readonly #documentStarts: Uint32Array;
  #impacts = new Uint8Array(1 << 16);
  #frequencies = new Float64Array(1 << 10);
  #start = 0;
  // Occurrences whose places are kept, in the order they are met.
  readonly #places: Numbers;
  readonly #placePostings: Numbers;

  constructor(size: number, meaning: Meaning) {
    this.#size = size;
    this.#model = meaning !== null && 'model' in meaning ? meaning.model : null;
    this.#dimensions =
      meaning === null ? 0 : 'model' in meaning ? meaning.model.dimensions : meaning.dimensions;
    this.#sum = new Float32Array(this.#dimensions);
    this.#cells = new Int32Array(this.#model ? size : 0);
    this.#columns = makeColumns(size, this.#dimensions);
    this.#documentStarts = new Uint32Array(size + 1);
    this.#postingTerms = new Numbers(size * USUAL);
    this.#postingTimes = new Numbers(size * USUAL);
    this.#places = new Numbers(size * USUAL);
    this.#placePostings = new Numbers(size * USUAL);
  }

  add(document: SearchDocument): void {
    const at = this.#count++;
    const columns = this.#columns;
    columns.keys[at] = document.key;
    columns.days[at] =
      document.day === null ? NO_DAY : Math.max(NO_DAY + 1, Math.min(LAST_DAY, document.day));
    columns.upvotes[at] = Math.max(0, Math.min(MOST_UPVOTES, document.upvotes));
    columns.flags[at] = document.hasCode ? HAS_CODE : 0;
    this.#start = this.#postingTerms.length;
    this.#sum.fill(0);
    this.#sketcher.begin();

    let place = this.#text(TITLE, document.title, 0);
    columns.ends[at * 3] = Math.min(MOST_POSITIONS, place);
    place = this.#text(SUMMARY, document.summary, place + FIELD_GAP);
    columns.ends[at * 3 + 1] = Math.min(MOST_POSITIONS, place);
    place = this.#text(ABSTRACT, document.abstract, place + FIELD_GAP);
    columns.ends[at * 3 + 2] = Math.min(MOST_POSITIONS, place);
    this.#text(TOPICS, topicsText(document.keywords, document.organizations), place + FIELD_GAP);
    this.#setImpacts();
    for (const [i, author] of document.authors.entries()) this.#author(author, i);
    for (const category of new Set(document.categories)) this.#mark(CATEGORY + category);
    for (const organization of document.organizations) this.#mark(organizationTerm(organization));
    const archive = document.categories[0]?.split('.')[0] ?? '';
    for (const text of [document.title, document.abstract])
      for (const { acronym, expansion } of definitionsIn(text)) {
        this.#mark(`${ACRONYM}${acronym}${NUL}${expansion}${NUL}${archive}`);
        this.#mark(expansionTerm(stems(expansion)) + acronym);
      }

    this.#documentStarts[at + 1] = this.#postingTerms.length;
    this.#sketcher.finish(columns.sketches, at * SAMPLES);
    if (this.#dimensions > 0) this.#setVector(at, document.vector);
  }

  /** Takes in a text whose first word has `place`; gives the place behind its last. */
  #text(field: number, text: string, place: number): number {
    if (text === '') return place;
    const tokens = this.#tokens;
    tokens.scan(fold(text));
    const worth = worthOf(field, tokens.count);
    const hasSketch = field === TITLE || field === ABSTRACT;
    let before = -1;
    let beforeDull = false;
    let next = place;
    for (let i = 0; i < tokens.count; i++) {
      const word = this.#word(i);
      let term = this.#ofWord[word]!;
      if (term < 0) term = this.#ofWord[word] = this.#termId(termOf(tokens.text(i), tokens.flags[i]!));
      const dull = this.#ofWord[word + DULL] === 1;
      if (field === TOPICS && i > 0 && (tokens.flags[i]! & (ADJACENT | JOINED)) === 0) next++;
      this.#occur(term, worth, next);
      if (hasSketch && !dull) this.#sketcher.add(this.#ofTerm[term * WIDE + HASH]!);
      if (field === TITLE) {
        let form = this.#ofWord[word + AS_FORM]!;
        if (form < 0) form = this.#ofWord[word + AS_FORM] = this.#termId(FORM + tokens.text(i));
        this.#occur(form, worth, next);
      }
      if (isPair(tokens, i, beforeDull, dull)) this.#occur(this.#pairId(before, term), worth, next);
      before = term;
      beforeDull = dull;
      next++;
    }
    return next;
  }

  /** Counts one occurrence of a term in the document in hand. */
  #occur(term: number, worth: number, place: number): void {
    const at = term * WIDE;
    let posting = this.#ofTerm[at]!;
    if (posting < this.#start) posting = this.#begin(term);
    this.#frequencies[posting - this.#start]! += worth;
    if ((this.#ofTerm[at + TRAITS]! & PLACED) !== 0) this.#keepPlace(posting, place);
  }

  #begin(term: number): number {
    const posting = this.#postingTerms.length;
    this.#ofTerm[term * WIDE] = posting;
    this.#postingTerms.push(term);
    this.#postingTimes.push(0);
    const own = posting - this.#start;
    if (own >= this.#frequencies.length) {
      const grown = new Float64Array(own * 2);
      grown.set(this.#frequencies);
      this.#frequencies = grown;
    }
    this.#frequencies[own] = 0;
    return posting;
  }

  #keepPlace(posting: number, place: number): void {
    const kept = this.#postingTimes.list[posting]!;
    // Behind the last place there is to know, one word stands for all.
    if (place >= MOST_POSITIONS && kept > 0) return;
    this.#postingTimes.list[posting] = kept + 1;
    this.#places.push(Math.min(place, MOST_POSITIONS));
    this.#placePostings.push(posting);
  }

  /** The row of a term in the model, or -1. */
  #rowOf(model: TokenModel, term: number): number {
    const at = term * WIDE;
    let row = this.#ofTerm[at + ROW]!;
    if (row === -2) {
      const isStem = (this.#ofTerm[at + TRAITS]! & (PLACED | EXACT_FORM)) === PLACED;
      row = isStem ? model.row(this.#names[term]!) : -1;
      this.#ofTerm[at + ROW] = row;
    }
    return row;
  }

  /** Works out the impacts of the words of the document in hand, and adds up what they mean. */
  #setImpacts(): void {
    this.#room();
    const model = this.#model;
    for (let p = this.#start; p < this.#postingTerms.length; p++) {
      const term = this.#postingTerms.list[p]!;
      const traits = this.#ofTerm[term * WIDE + TRAITS]!;
      this.#impacts[p] =
        (traits & EXACT_FORM) !== 0
          ? PLAIN_IMPACT
          : (traits & FUNCTION) !== 0
            ? FUNCTION_IMPACT
            : impactOf(this.#frequencies[p - this.#start]!);
      if (model === null) continue;
      const row = this.#rowOf(model, term);
      if (row >= 0) model.add(this.#sum, row, dampened(this.#postingTimes.list[p]!));
    }
  }

  #room(): void {
    if (this.#postingTerms.length <= this.#impacts.length) return;
    const grown = new Uint8Array(this.#postingTerms.list.length);
    grown.set(this.#impacts);
    this.#impacts = grown;
  }

  #author(name: string, ordinal: number): void {
    const tokens = this.#tokens;
    tokens.scan(fold(name));
    for (let i = 0; i < tokens.count; i++) {
      const word = this.#word(i);
      let term = this.#ofWord[word + AS_NAME]!;
      if (term < 0) term = this.#ofWord[word + AS_NAME] = this.#termId(NAME + tokens.text(i));
      this.#keepPlace(this.#plain(term), ordinal);
    }
  }

  /** A term that is just there. */
  #mark(name: string): void {
    this.#plain(this.#termId(name));
  }

  #plain(term: number): number {
    let posting = this.#ofTerm[term * WIDE]!;
    if (posting >= this.#start) return posting;
    posting = this.#begin(term);
    this.#room();
    this.#impacts[posting] = PLAIN_IMPACT;
    return posting;
  }

  #setVector(at: number, given: Float32Array | undefined): void {
    const vector = new Int8Array(this.#dimensions);
    if (this.#model) {
      this.#model.quantise(this.#sum, vector);
      this.#cells[at] = cellOf(this.#model, vector);
    } else if (given) for (let i = 0; i < vector.length; i++) vector[i] = Math.round(given[i]! * 127);
    packVector(vector, this.#columns.vectors, at * packedBytes(this.#dimensions));
  }

  /** Where in `#ofWord` word `i` of the text in hand is. */
  #word(i: number): number {
    const at = this.#words.idOf(this.#tokens, i) * WIDE;
    if (at === this.#wordCount * WIDE) {
      this.#wordCount++;
      if (at === this.#ofWord.length) this.#ofWord = doubled(this.#ofWord);
      this.#ofWord.fill(-1, at, at + DULL);
      this.#ofWord[at + DULL] = FUNCTION_WORDS.has(this.#tokens.text(i)) ? 1 : 0;
    }
    return at;
  }

  #termId(term: string): number {
    let id = this.#terms.get(term);
    if (id === undefined) {
      id = this.#names.length;
      this.#terms.set(term, id);
      this.#names.push(term);
      const at = id * WIDE;
      if (at === this.#ofTerm.length) this.#ofTerm = doubled(this.#ofTerm);
      this.#ofTerm[at] = -1;
      this.#ofTerm[at + HASH] = hashOf(term);
      this.#ofTerm[at + ROW] = -2;
      this.#ofTerm[at + TRAITS] =
        (hasPlaces(term) ? PLACED : 0) |
        (term.startsWith(FORM) ? EXACT_FORM : 0) |
        (FUNCTION_TERMS.has(term) ? FUNCTION : 0);
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

  finish(tombstones: readonly number[]): Uint8Array {
    const inverted = this.#invert();
    const columns = this.#columns;
    return encodeSegment({
      ...inverted,
      ...columns,
      ...(this.#model ? dealOut(this.#cells, this.#model.cells) : NO_CELLS),
      ...titlePhrases(inverted, columns.ends, this.#size),
      tombstones: Uint32Array.from(tombstones).sort(),
    });
  }

  /** Postings, which lie by document, are dealt out to their terms; each list comes out in order. */
  #invert(): InvertedSections {
    const names = this.#names;
    const count = names.length;
    const order = sortTerms(names);
    const total = this.#postingTerms.length;
    const terms = this.#postingTerms.list;
    const starts = new Uint32Array(count + 1);
    for (let p = 0; p < total; p++) starts[terms[p]! + 1]!++;
    for (let t = 0; t < count; t++) starts[t + 1]! += starts[t]!;
    const { firstPlace, places } = this.#sortPlaces();
    const cursor = starts.slice(0, count);
    const allDocs = new Uint32Array(total);
    const allImpacts = new Uint8Array(total);
    // The only place of a posting itself, or behind SEVERAL the posting, whose places are looked up.
    const allPlaces = new Uint32Array(total);
    for (let p = 0, d = 0; p < total; p++) {
      while (p >= this.#documentStarts[d + 1]!) d++;
      const to = cursor[terms[p]!]!++;
      const first = firstPlace[p]!;
      allDocs[to] = d;
      allImpacts[to] = this.#impacts[p]!;
      allPlaces[to] = firstPlace[p + 1]! - first === 1 ? places[first]! : (SEVERAL | p) >>> 0;
    }

    const writer = new InvertedWriter(this.#size);
    const counts = new Uint16Array(total);
    let own = new Uint16Array(4096);
    for (const term of order) {
      const from = starts[term]!;
      const to = starts[term + 1]!;
      const placed = (this.#ofTerm[term * WIDE + TRAITS]! & PLACED) !== 0;
      let held = 0;
      for (let i = from; placed && i < to; i++) {
        const place = allPlaces[i]!;
        const posting = place & ~SEVERAL;
        const first = place < SEVERAL ? 0 : firstPlace[posting]!;
        const times = place < SEVERAL ? 1 : firstPlace[posting + 1]! - first;
        counts[i] = times;
        if (own.length < held + times) {
          const grown = new Uint16Array((held + times) * 2);
          grown.set(own);
          own = grown;
        }
        if (place < SEVERAL) own[held++] = place;
        else for (let k = 0; k < times; k++) own[held++] = places[first + k]!;
      }
      writer.add(Buffer.from(names[term]!), allDocs, allImpacts, from, to, placed ? counts : null, own, 0);
    }
    return writer.finish();
  }

  /** Places in the order of their postings. */
  #sortPlaces(): { firstPlace: Uint32Array; places: Uint16Array } {
    const total = this.#postingTerms.length;
    const firstPlace = new Uint32Array(total + 1);
    for (let p = 0; p < total; p++) firstPlace[p + 1] = firstPlace[p]! + this.#postingTimes.list[p]!;
    const cursor = firstPlace.slice(0, total);
    const places = new Uint16Array(this.#places.length);
    for (let i = 0; i < this.#places.length; i++)
      places[cursor[this.#placePostings.list[i]!]!++] = this.#places.list[i]!;
    return { firstPlace, places };
  }
}

/** Stems but of function words, forms and names have places; pairs and marks do not. */
function hasPlaces(term: string): boolean {
  const sign = term[0]!;
  if (sign === FORM || sign === NAME) return true;
  return (
    sign !== CATEGORY &&
    sign !== ORGANIZATION &&
    sign !== ACRONYM &&
    sign !== EXPANSION &&
    !term.includes('-') &&
    !FUNCTION_TERMS.has(term)
  );
}

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(list.length * 2);
  grown.set(list);
  return grown;
}
