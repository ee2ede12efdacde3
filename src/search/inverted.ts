/**
 * Writing terms with their postings, in the order of the terms' UTF-8 bytes: the part of a segment that
 * both building and merging produce. The layout is told here; lexicon.ts reads it.
 *
 * Terms lie in groups of sixteen, front coded. A group has its offsets in four columns: into the terms' bytes,
 * the table of blocks, the packed words and the places. Within it a term is
 *
 *   shared, rest        how many bytes it shares with the term before (0 for the first of a group), and how many
 *                       follow: four bits each, 15 for what is more and comes as a varint; then those bytes
 *   frequency  varint   postings
 *   1 posting:          document (varint), impact (byte)
 *   up to 128:          meta of its block (4 bytes, blocks.ts)
 *   more:               greatest impact (byte), packed words it takes (varint); its blocks are in the table
 *   places     varint   bytes of its places, 0 when it has none
 */
import { isPrunable, PRUNED_FROM } from './analysis.ts';
import { Bytes, Numbers } from './arrays.ts';
import { BLOCK, mostOf, packBlock, packPlaces } from './blocks.ts';

export const GROUP = 16;

export interface InvertedSections {
  terms: Uint32Array;
  termBytes: Uint8Array;
  groupBytes: Uint32Array;
  groupBlocks: Uint32Array;
  groupWords: Uint32Array;
  groupPlaces: Uint32Array;
  blockLast: Uint32Array;
  blockMeta: Uint32Array;
  blockWords: Uint32Array;
  blockPlaces: Uint32Array;
  words: Uint32Array;
  places: Uint8Array;
}

const LARGE = 1 << 27;

/** Makes the sections of one segment after the other, in the same memory: new memory costs time. */
export class InvertedWriter {
  #isPruned = false;
  #terms = 0;
  /** The last term, with room to spare behind it. */
  #before = new Uint8Array(1024);
  #beforeLength = 0;
  readonly #bytes = new Bytes(1 << 16);
  readonly #groupBytes = new Numbers();
  readonly #groupBlocks = new Numbers();
  readonly #groupWords = new Numbers();
  readonly #groupPlaces = new Numbers();
  readonly #blockLast = new Numbers();
  readonly #blockMeta = new Numbers();
  readonly #blockWords = new Numbers();
  readonly #blockPlaces = new Numbers();
  readonly #words = new Numbers(1 << 16);
  readonly #places = new Bytes(1 << 16);
  readonly #lists = [
    this.#bytes,
    this.#groupBytes,
    this.#groupBlocks,
    this.#groupWords,
    this.#groupPlaces,
    this.#blockLast,
    this.#blockMeta,
    this.#blockWords,
    this.#blockPlaces,
    this.#words,
    this.#places,
  ];

  /** Begins a segment of so many documents. What was finished before is overwritten. */
  begin(documents: number): void {
    this.#isPruned = documents >= PRUNED_FROM;
    this.#terms = 0;
    this.#beforeLength = 0;
    for (const list of this.#lists) list.length = 0;
  }

  /** Whether it has grown beyond what is worth keeping for the next segment. */
  get isLarge(): boolean {
    return this.#lists.reduce((sum, { list }) => sum + list.byteLength, 0) > LARGE;
  }

  /**
   * Adds the next term with postings `from` to `to` of the lists. With `counts`, posting i has `counts[i]`
   * places; those of posting `from` begin at `places[firstPlace]`. Nothing that is given is kept.
   */
  add(
    term: Uint8Array,
    docs: Uint32Array,
    impacts: Uint8Array,
    from: number,
    to: number,
    counts: Uint16Array | null,
    places: Uint16Array | Uint32Array,
    firstPlace: number,
  ): void {
    const frequency = to - from;
    if (frequency === 1 && this.#isPruned && isPrunable(term)) return;
    this.#header(term, frequency);
    const placesAt = this.#places.length;
    let place = firstPlace;
    const putPlaces = (start: number, end: number): void => {
      if (counts === null) return;
      packPlaces(counts, start, end, places, place, this.#places);
      for (let i = start; i < end; i++) place += counts[i]!;
    };
    const bytes = this.#bytes;
    if (frequency === 1) {
      bytes.varint(docs[from]!);
      bytes.push(impacts[from]!);
      putPlaces(from, to);
    } else if (frequency <= BLOCK) {
      const meta = packBlock(docs, impacts, from, to, -1, this.#words);
      for (let shift = 0; shift < 32; shift += 8) bytes.push((meta >>> shift) & 255);
      putPlaces(from, to);
    } else {
      const wordsAt = this.#words.length;
      let most = 0;
      let before = -1;
      for (let start = from; start < to; start += BLOCK) {
        const end = Math.min(to, start + BLOCK);
        this.#blockWords.push(this.#words.length);
        this.#blockPlaces.push(this.#places.length);
        const meta = packBlock(docs, impacts, start, end, before, this.#words);
        before = docs[end - 1]!;
        this.#blockLast.push(before);
        this.#blockMeta.push(meta);
        most = Math.max(most, mostOf(meta));
        putPlaces(start, end);
      }
      bytes.push(most);
      bytes.varint(this.#words.length - wordsAt);
    }
    bytes.varint(this.#places.length - placesAt);
  }

  #header(term: Uint8Array, frequency: number): void {
    const bytes = this.#bytes;
    let shared = 0;
    if (this.#terms % GROUP === 0) {
      this.#groupBytes.push(bytes.length);
      this.#groupBlocks.push(this.#blockLast.length);
      this.#groupWords.push(this.#words.length);
      this.#groupPlaces.push(this.#places.length);
    } else {
      const before = this.#before;
      const most = Math.min(this.#beforeLength, term.length);
      while (shared < most && before[shared] === term[shared]) shared++;
    }
    const rest = term.length - shared;
    bytes.push((Math.min(15, shared) << 4) | Math.min(15, rest));
    if (shared >= 15) bytes.varint(shared - 15);
    if (rest >= 15) bytes.varint(rest - 15);
    bytes.pushAll(term, shared);
    bytes.varint(frequency);
    if (term.length > this.#before.length) this.#before = new Uint8Array(term.length * 2);
    this.#before.set(term);
    this.#beforeLength = term.length;
    this.#terms++;
  }

  /** Views upon its memory, for use before the next `begin`. */
  finish(): InvertedSections {
    return {
      terms: Uint32Array.of(this.#terms),
      termBytes: this.#bytes.taken(),
      groupBytes: this.#groupBytes.taken(),
      groupBlocks: this.#groupBlocks.taken(),
      groupWords: this.#groupWords.taken(),
      groupPlaces: this.#groupPlaces.taken(),
      blockLast: this.#blockLast.taken(),
      blockMeta: this.#blockMeta.taken(),
      blockWords: this.#blockWords.taken(),
      blockPlaces: this.#blockPlaces.taken(),
      words: this.#words.taken(),
      places: this.#places.taken(),
    };
  }
}
