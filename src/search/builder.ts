/**
 * Documents become a segment. This is where the time of a rebuild goes, so it is written for speed: what is known of a
 * word or term is found at one look (dictionary.ts), everything after that is arrays of numbers.
 */
import { definitionsIn } from './acronyms.ts';
import { ACRONYM, isPair, NUL, organizationTerm, topicsText } from './analysis.ts';
import { Numbers } from './arrays.ts';
import {
  Dictionary,
  EXACT_FORM,
  FUNCTION,
  HASH,
  NEWEST,
  PAIR,
  PLACED,
  ROW,
  TRAITS,
  WIDE,
} from './dictionary.ts';
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
import { type InversionRoom, invert, PLACE, TIMES } from './inversion.ts';
import { InvertedWriter } from './inverted.ts';
import { dampened, type TokenModel } from './meaning/model.ts';
import { namePlace } from './name-places.ts';
import { NO_PHRASES, titlePhrases } from './phrases.ts';
import { type Columns, encodeSegment, MOST_DOCUMENTS, makeColumns } from './segment.ts';
import { SAMPLES, Sketcher } from './sketch.ts';
import { ADJACENT, JOINED, Tokens } from './tokens.ts';
import type { SearchDocument } from './types.ts';
import { cellOf, dealOut, packedBytes, packVector } from './vectors.ts';
import { presentedTerm } from './venue-lookup.ts';
import { venuesIn, venueTerm } from './venues.ts';

const NO_CELLS = { cellStarts: new Uint32Array(0), cellDocs: new Uint32Array(0) };
/** From so many documents on, a segment of a batch has no phrases yet. */
const PHRASES_LATER = 20_000;
/** Postings of a usual document: how much room is made beforehand. */
const USUAL = 180;
/** A dictionary of more terms is thrown away, which bounds the memory a builder takes. */
const MOST_TERMS = 1_500_000;
/** And one that has counted so many postings. */
const MOST_COUNTED = 2 ** 30;

/** Places of one posting: each once, and one that stands for all behind the last. */
const MOST_TIMES = MOST_POSITIONS + 1;

/** What a segment's vectors are made by: the model in this room, or one outside that gives them ready. */
export type Meaning = { model: TokenModel } | { dimensions: number } | null;

/** Makes segments one after the other; the words of one are known to the next. */
export class Builder {
  readonly #meaning: Meaning;
  #dictionary: Dictionary | null = null;
  #room: Room | null = null;
  /** Postings counted so far: no term's newest posting of a batch is taken for one of the next. */
  #counted = 0;

  constructor(meaning: Meaning = null) {
    this.#meaning = meaning;
  }

  /** The bytes of a segment of `documents` (each key once) that also deletes `tombstones`. */
  build(documents: readonly SearchDocument[], tombstones: readonly number[]): Uint8Array {
    if (documents.length > MOST_DOCUMENTS)
      throw new RangeError(`a segment holds at most ${MOST_DOCUMENTS} documents`);
    if (this.#dictionary && (this.#dictionary.count > MOST_TERMS || this.#counted > MOST_COUNTED))
      this.forget();
    this.#dictionary ??= new Dictionary(modelOf(this.#meaning));
    const sorted = documents.toSorted((a, b) => a.key - b.key);
    if (this.#room?.inverted.isLarge) this.#room.inverted = new InvertedWriter();
    this.#room ??= makeRoom(sorted.length);
    const draft = new Draft(sorted.length, this.#meaning, this.#dictionary, this.#counted, this.#room);
    for (const document of sorted) draft.add(document);
    this.#counted += draft.postings;
    return draft.finish(tombstones);
  }

  /** What inverted sections can be made in between two segments; null when there is none. */
  get inverted(): InvertedWriter | undefined {
    return this.#room?.inverted;
  }

  /** Gives the memory back that knowing words takes. */
  forget(): void {
    this.#dictionary = null;
    this.#room = null;
    this.#counted = 0;
  }
}

/** A day as a column keeps it. */
const dayColumn = (day: number | null | undefined): number =>
  day === null || day === undefined ? NO_DAY : Math.max(NO_DAY + 1, Math.min(LAST_DAY, day));

const modelOf = (meaning: Meaning): TokenModel | null =>
  meaning !== null && 'model' in meaning ? meaning.model : null;

/** Memory that one segment after the other is made in: new memory costs time. */
interface Room extends InversionRoom {
  postingTerms: Numbers;
  postings: Numbers;
  furtherPlaces: Numbers;
  tokens: Tokens;
}

const makeRoom = (documents: number): Room => ({
  postingTerms: new Numbers(documents * USUAL),
  postings: new Numbers(documents * USUAL),
  furtherPlaces: new Numbers(documents * USUAL),
  dealt: new Numbers(0),
  dealtPlaces: new Numbers(0),
  tokens: new Tokens(),
  inverted: new InvertedWriter(),
});

/** A segment in the making. */
class Draft {
  readonly #size: number;
  readonly #columns: Columns;
  readonly #model: TokenModel | null;
  readonly #vector: Int8Array;
  readonly #cells: Int32Array;
  readonly #dictionary: Dictionary;
  readonly #room: Room;
  readonly #tokens: Tokens;
  readonly #sketcher = new Sketcher();
  readonly #sum: Float32Array;
  #count = 0;

  // Postings in the order of documents.
  readonly #postingTerms: Numbers;
  readonly #postings: Numbers;
  readonly #documentStarts: Uint32Array;
  /** Places but the first of each posting. */
  readonly #furtherPlaces: Numbers;

  // The document in hand: its postings, from number `#start` on, and places with their postings as they are met.
  #start: number;
  #own = 0;
  #terms = new Int32Array(1 << 10);
  #frequencies = new Float64Array(1 << 10);
  #times = new Int32Array(1 << 10);
  #impacts = new Uint8Array(1 << 10);
  readonly #places = new Numbers();
  readonly #owners = new Numbers();
  #rows = new Int32Array(1 << 10);
  #weights = new Float64Array(1 << 10);

  constructor(size: number, meaning: Meaning, dictionary: Dictionary, counted: number, room: Room) {
    this.#size = size;
    this.#room = room;
    this.#tokens = room.tokens;
    this.#dictionary = dictionary;
    this.#start = counted;
    this.#model = modelOf(meaning);
    const dimensions =
      this.#model?.dimensions ?? (meaning !== null && 'dimensions' in meaning ? meaning.dimensions : 0);
    this.#vector = new Int8Array(dimensions);
    this.#sum = new Float32Array(dimensions);
    this.#cells = new Int32Array(this.#model ? size : 0);
    this.#columns = makeColumns(size, dimensions);
    this.#documentStarts = new Uint32Array(size + 1);
    this.#postingTerms = emptied(room.postingTerms);
    this.#postings = emptied(room.postings);
    this.#furtherPlaces = emptied(room.furtherPlaces);
  }

  /** How many so far. */
  get postings(): number {
    return this.#postingTerms.length;
  }

  add(document: SearchDocument): void {
    const at = this.#count++;
    const columns = this.#columns;
    columns.keys[at] = document.key;
    columns.days[at] = dayColumn(document.day);
    columns.editions[at] = dayColumn(document.edition);
    columns.upvotes[at] = Math.max(0, Math.min(MOST_UPVOTES, document.upvotes));
    columns.flags[at] = document.hasCode ? HAS_CODE : 0;
    this.#own = 0;
    this.#places.length = 0;
    this.#owners.length = 0;
    this.#sketcher.begin();

    let place = this.#text(TITLE, document.title, 0);
    columns.ends[at * 3] = Math.min(MOST_POSITIONS, place);
    place = this.#text(SUMMARY, document.summary, place + FIELD_GAP);
    columns.ends[at * 3 + 1] = Math.min(MOST_POSITIONS, place);
    place = this.#text(ABSTRACT, document.abstract, place + FIELD_GAP);
    columns.ends[at * 3 + 2] = Math.min(MOST_POSITIONS, place);
    this.#text(TOPICS, topicsText(document.keywords, document.organizations), place + FIELD_GAP);
    this.#setImpacts();
    if (this.#vector.length > 0) this.#setVector(at, document.vector);
    this.#setMarks(document);
    this.#sketcher.finish(columns.sketches, at * SAMPLES);
    this.#store();
    this.#documentStarts[at + 1] = this.#postingTerms.length;
  }

  /** Takes in a text whose first word has `place`; gives the place behind its last. */
  #text(field: number, text: string, place: number): number {
    if (text === '') return place;
    const tokens = this.#tokens;
    const dictionary = this.#dictionary;
    tokens.read(text);
    const worth = worthOf(field, tokens.count);
    const hasSketch = field === TITLE || field === ABSTRACT;
    let before = -1;
    let beforeDull = false;
    let next = place;
    for (let i = 0; i < tokens.count; i++) {
      const word = dictionary.word(tokens, i);
      const term = word >>> 1;
      const dull = (word & 1) === 1;
      if (field === TOPICS && i > 0 && (tokens.flags[i]! & (ADJACENT | JOINED)) === 0) next++;
      this.#occur(term, worth, next);
      if (hasSketch && !dull) this.#sketcher.add(dictionary.of[term * WIDE + HASH]!);
      if (field === TITLE) this.#occur(dictionary.form(tokens, i), worth, next);
      if (isPair(tokens, i, beforeDull, dull)) this.#occur(dictionary.pair(before, term), worth, next);
      before = term;
      beforeDull = dull;
      next++;
    }
    return next;
  }

  /** Counts one occurrence of a term in the document in hand. */
  #occur(term: number, worth: number, place: number): void {
    const { of } = this.#dictionary;
    let own = of[term * WIDE + NEWEST]! - this.#start;
    if (own < 0) own = this.#begin(term);
    this.#frequencies[own]! += worth;
    if ((of[term * WIDE + TRAITS]! & PLACED) !== 0) this.#keepPlace(own, place);
  }

  #begin(term: number): number {
    const own = this.#own++;
    if (own === this.#terms.length) this.#grow();
    this.#dictionary.of[term * WIDE + NEWEST] = this.#start + own;
    this.#terms[own] = term;
    this.#frequencies[own] = 0;
    this.#times[own] = 0;
    return own;
  }

  #grow(): void {
    const grown = <T extends Int32Array | Float64Array | Uint8Array>(old: T, made: T): T => {
      made.set(old);
      return made;
    };
    const size = this.#terms.length * 2;
    this.#terms = grown(this.#terms, new Int32Array(size));
    this.#frequencies = grown(this.#frequencies, new Float64Array(size));
    this.#times = grown(this.#times, new Int32Array(size));
    this.#impacts = grown(this.#impacts, new Uint8Array(size));
    this.#rows = new Int32Array(size);
    this.#weights = new Float64Array(size);
  }

  #keepPlace(own: number, place: number): void {
    const kept = this.#times[own]!;
    // Behind the last place there is to know, one word stands for all.
    if ((place >= MOST_POSITIONS && kept > 0) || kept === MOST_TIMES) return;
    this.#times[own] = kept + 1;
    this.#places.push(Math.min(place, MOST_POSITIONS));
    this.#owners.push(own);
  }

  /** Works out the impacts of the words of the document in hand, and adds up what they mean. */
  #setImpacts(): void {
    const { of } = this.#dictionary;
    let rows = 0;
    for (let own = 0; own < this.#own; own++) {
      const at = this.#terms[own]! * WIDE;
      const traits = of[at + TRAITS]!;
      this.#impacts[own] =
        (traits & EXACT_FORM) !== 0
          ? PLAIN_IMPACT
          : (traits & FUNCTION) !== 0
            ? FUNCTION_IMPACT
            : impactOf(this.#frequencies[own]!);
      if ((traits & PAIR) !== 0 || of[at + ROW]! < 0) continue;
      this.#rows[rows] = of[at + ROW]!;
      this.#weights[rows++] = dampened(this.#times[own]!);
    }
    if (this.#model) this.#model.addAll(this.#sum, this.#rows, this.#weights, rows);
  }

  #setVector(at: number, given: Float32Array | undefined): void {
    const vector = this.#vector;
    if (this.#model) {
      this.#model.quantise(this.#sum, vector);
      this.#cells[at] = cellOf(this.#model, vector);
    } else if (given) for (let i = 0; i < vector.length; i++) vector[i] = Math.round(given[i]! * 127);
    else vector.fill(0);
    packVector(vector, this.#columns.vectors, at * packedBytes(vector.length));
  }

  /** What is not text: names, and terms that are just there. */
  #setMarks(document: SearchDocument): void {
    const tokens = this.#tokens;
    for (let i = 0; i < document.authors.length; i++) {
      tokens.read(document.authors[i]!);
      for (let k = 0; k < tokens.count; k++)
        this.#keepPlace(this.#plain(this.#dictionary.name(tokens, k)), namePlace(i, k, tokens.count));
    }
    for (const category of document.categories) this.#plain(this.#dictionary.category(category));
    for (const organization of document.organizations) this.#mark(organizationTerm(organization));
    if (document.note || document.journal) {
      const { venues, presented } = venuesIn(document.note ?? '', document.journal ?? '');
      for (const venue of venues) this.#mark(venueTerm(venue));
      for (const as of presented) this.#mark(presentedTerm(as));
    }
    const archive = document.categories[0]?.split('.')[0] ?? '';
    for (const text of [document.title, document.abstract])
      for (const { acronym, expansion } of definitionsIn(text)) {
        this.#mark(`${ACRONYM}${acronym}${NUL}${expansion}${NUL}${archive}`);
        this.#plain(this.#dictionary.expansion(acronym, expansion));
      }
  }

  #mark(name: string): void {
    this.#plain(this.#dictionary.term(name));
  }

  #plain(term: number): number {
    const known = this.#dictionary.of[term * WIDE + NEWEST]! - this.#start;
    const own = known < 0 ? this.#begin(term) : known;
    this.#impacts[own] = PLAIN_IMPACT;
    return own;
  }

  /** Puts the document in hand to the others, its places in the order of its postings. */
  #store(): void {
    const count = this.#own;
    const times = this.#times;
    const further = this.#furtherPlaces;
    this.#postingTerms.reserve(count);
    this.#postings.reserve(count);
    further.reserve(this.#places.length);
    const from = this.#postings.length;
    const postings = this.#postings.list;
    this.#postingTerms.list.set(this.#terms.subarray(0, count), from);
    // Where the places of each but the first go to; below 0, the first is still to come.
    let next = further.length;
    for (let own = 0; own < count; own++) {
      const more = Math.max(0, times[own]! - 1);
      postings[from + own] = this.#impacts[own]! | (times[own]! << TIMES);
      times[own] = ~next;
      next += more;
    }
    for (let i = 0; i < this.#places.length; i++) {
      const own = this.#owners.list[i]!;
      const place = this.#places.list[i]!;
      if (times[own]! < 0) {
        postings[from + own]! |= place << PLACE;
        times[own] = ~times[own]!;
      } else {
        further.list[times[own]!] = place;
        times[own]!++;
      }
    }
    this.#postingTerms.length += count;
    this.#postings.length += count;
    further.length = next;
    this.#start += count;
  }

  finish(tombstones: readonly number[]): Uint8Array {
    const inverted = invert(
      {
        documents: this.#size,
        starts: this.#documentStarts,
        terms: this.#postingTerms,
        postings: this.#postings,
        furtherPlaces: this.#furtherPlaces,
      },
      this.#dictionary,
      this.#room,
    );
    const columns = this.#columns;
    return encodeSegment({
      ...inverted,
      ...columns,
      ...(this.#model ? dealOut(this.#cells, this.#model.cells) : NO_CELLS),
      // A batch as large as this is merged soon, and a merge makes the phrases anew.
      ...(this.#size < PHRASES_LATER ? titlePhrases(inverted, columns.ends, this.#size) : NO_PHRASES),
      tombstones: Uint32Array.from(tombstones).sort(),
    });
  }
}

function emptied(numbers: Numbers): Numbers {
  numbers.length = 0;
  return numbers;
}
