/** The loops of assembly/ over a memory of their own, which a segment's file or a model's rows lie in. */
import {
  ALLOWED,
  CANDIDATE_NUMBERS,
  CONTENT,
  DISTANCES,
  DOCUMENTS,
  FOUND,
  GATES,
  GROUPS,
  IMPACTS,
  KEPT,
  LISTS,
  MEANT,
  MOST_GATES,
  MOST_PLACES,
  MOST_STEPS,
  PLACES,
  PLANE,
  PLANES,
  PRODUCTS,
  QUERY,
  RANKS,
  ROWS,
  SOME,
  STEP,
  STEPS,
  SUMS,
  TITLES,
  WINDOW,
} from './areas.ts';
import { BYTES } from './bytes.ts';

/** Components of a vector that products are made of at most. */
export const MOST_DIMENSIONS = PLANE * PLANES;

const PAGE = 1 << 16;
/** What is read at once may reach so far beyond the content. */
const BEYOND = 64;

interface Loops {
  open(
    lasts: number,
    metas: number,
    starts: number,
    words: number,
    placeStarts: number,
    places: number,
  ): void;
  scatter(
    first: number,
    block: number,
    blocks: number,
    frequency: number,
    start: number,
    size: number,
    weight: number,
    base: number,
    least: number,
    own: number,
  ): void;
  keep(size: number, enough: number, isFiltered: boolean, others: number, needed: number): number;
  restrict(gates: number, start: number, size: number, isFiltered: boolean): number;
  keepAllowed(size: number): number;
  keepOn(count: number, enough: number, others: number, needed: number): number;
  keepBest(count: number, wanted: number, must: number, needed: number): number;
  clear(size: number, counts: boolean): void;
  makeRanks(first: number, blocks: number, frequency: number, documents: number, directory: number): void;
  rankOf(document: number, directory: number): number;
  impactAt(first: number, place: number): number;
  look(
    count: number,
    first: number,
    directory: number,
    start: number,
    weight: number,
    base: number,
    own: number,
  ): void;
  find(
    first: number,
    block: number,
    blocks: number,
    frequency: number,
    start: number,
    size: number,
    enough: number,
  ): number;
  narrow(count: number, first: number, directory: number, start: number, enough: number): number;
  together(count: number, start: number, steps: number): number;
  placesOf(at: number, count: number, index: number, into: number): number;
  locateCommon(count: number, row: number, directory: number): void;
  impactsOf(count: number, first: number): void;
  locate(
    count: number,
    row: number,
    first: number,
    blocks: number,
    frequency: number,
    meta: number,
    start: number,
  ): void;
  stand(count: number, rows: number): void;
  inTitles(count: number, words: number, ends: number): void;
  nearness(count: number, words: number, window: number): void;
  inRow(count: number, words: number): void;
  products(count: number, vectors: number, bytes: number): void;
  addRow(sum: number, row: number, by: number, dimensions: number): void;
}

let compiled: WebAssembly.Module | null = null;

export class Kernel {
  readonly loops: Loops;
  /** What the postings of a window's documents add up to. */
  readonly sums: Int32Array;
  /** The groups of each document. */
  readonly groups: Int32Array;
  /** A bit for each that may be kept. */
  readonly allowed: Uint32Array;
  /** Places in the window of the documents that are kept, in order. */
  readonly kept: Int32Array;
  /** Candidates for a phrase, at every third place (areas.ts). */
  readonly found: Int32Array;
  /** What was put into the memory. */
  readonly content: Uint8Array<ArrayBuffer>;
  /** Two areas for the places of a posting. */
  readonly places: readonly [PlacesArea, PlacesArea];
  /** Documents of a shortlist, ascending. */
  readonly documents: Uint32Array;
  /** For words and documents, SOME for each word: places of postings in their lists; distances to the word before. */
  readonly ranks: Int32Array;
  readonly distances: Int32Array;
  /** Of the words: postings, and where their places are (areas.ts). */
  readonly lists: Uint32Array;
  /** Which rows are meant, and of each document what stands in its title (areas.ts). */
  readonly meant: Uint32Array;
  readonly titles: Uint32Array;
  /** Of the documents, for one list; for a query's vector. */
  readonly impacts: Int32Array;
  readonly products: Int32Array;
  /** What every document must be in (areas.ts). */
  readonly gates: Uint32Array;
  /** The words of a phrase (areas.ts). */
  readonly steps: Uint32Array;
  readonly #query: Int8Array;
  /** Where there is room that nobody has taken, and where it ends. */
  #free: number;
  readonly #end: number;

  /** A memory for `bytes` of content and as many `spare` ones, which take no memory until they are used. */
  constructor(bytes: number, spare = 0) {
    compiled ??= new WebAssembly.Module(Buffer.from(BYTES, 'base64'));
    const content = Math.ceil((CONTENT + bytes + BEYOND) / 8) * 8;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((content + spare) / PAGE) });
    const { buffer } = memory;
    this.loops = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Loops;
    this.sums = new Int32Array(buffer, SUMS, WINDOW);
    this.groups = new Int32Array(buffer, GROUPS, WINDOW);
    this.allowed = new Uint32Array(buffer, ALLOWED, WINDOW / 32);
    this.kept = new Int32Array(buffer, KEPT, WINDOW);
    this.found = new Int32Array(buffer, FOUND, WINDOW * CANDIDATE_NUMBERS);
    this.content = new Uint8Array(buffer, CONTENT, bytes);
    this.#query = new Int8Array(buffer, QUERY, PLANE * PLANES);
    this.places = [0, 1].map((i) => {
      const at = PLACES + i * MOST_PLACES * 2;
      return { at, list: new Uint16Array(buffer, at, MOST_PLACES) };
    }) as [PlacesArea, PlacesArea];
    this.documents = new Uint32Array(buffer, DOCUMENTS, SOME);
    this.ranks = new Int32Array(buffer, RANKS, SOME * ROWS);
    this.distances = new Int32Array(buffer, DISTANCES, SOME * ROWS);
    this.impacts = new Int32Array(buffer, IMPACTS, SOME);
    this.products = new Int32Array(buffer, PRODUCTS, SOME);
    this.lists = new Uint32Array(buffer, LISTS, ROWS * 2);
    this.meant = new Uint32Array(buffer, MEANT, ROWS * 2);
    this.titles = new Uint32Array(buffer, TITLES, SOME * 2);
    this.gates = new Uint32Array(buffer, GATES, MOST_GATES);
    this.steps = new Uint32Array(buffer, STEPS, (MOST_STEPS * STEP) / 4);
    this.#free = content;
    this.#end = buffer.byteLength;
  }

  /** The address of so many zero bytes that are nobody else's, a multiple of eight; -1 when there are none left. */
  take(bytes: number): number {
    const at = this.#free;
    const next = at + Math.ceil(bytes / 8) * 8;
    if (next > this.#end) return -1;
    this.#free = next;
    return at;
  }

  /** Puts a query's vector (bytes) where `products` takes it. Throws where it has more than MOST_DIMENSIONS. */
  ask(vector: Int8Array): void {
    if (vector.length > MOST_DIMENSIONS) throw new RangeError(`a vector of ${vector.length} dimensions`);
    const query = this.#query.fill(0);
    for (let k = 0; k < vector.length; k++) query[(k % PLANES) * PLANE + Math.floor(k / PLANES)] = vector[k]!;
  }
}

export interface PlacesArea {
  at: number;
  list: Uint16Array;
}
