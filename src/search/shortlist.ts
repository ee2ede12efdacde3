/** The best documents by words, side by side in arrays, with what the second look finds out about each. */
import { keep } from './kept.ts';

export class Shortlist {
  readonly length: number;
  /** So many of the first are put in order anew. */
  readonly depth: number;
  readonly parts: Uint16Array;
  readonly documents: Uint32Array;
  /** Sum of weights and impacts, a whole number. */
  readonly words: Float64Array;
  /** 1: it does not have all that was asked for. */
  readonly loose: Uint8Array;
  /** What the nearness of the query's words is worth. */
  readonly proximity: Float64Array;
  /** How much the title is what was asked for. */
  readonly titles: Float64Array;
  /** Likeness to the query's meaning, and what likeness to the first few adds to it; 0 without a vector. */
  readonly meaning: Float64Array;
  readonly feedback: Float64Array;
  readonly scores: Float64Array;
  /** Places in the order of part and document, in which lists are gone through. */
  #byDocument: Uint32Array | null = null;

  constructor(length: number, depth: number) {
    this.length = length;
    this.depth = depth;
    // One buffer for all: to ask for each by itself takes longer than to fill them.
    const { buffer } = new Float64Array(length * 7);
    let at = 0;
    const next = (bytes: number): number => {
      const from = at;
      at += bytes * length;
      return from;
    };
    this.words = new Float64Array(buffer, next(8), length);
    this.proximity = new Float64Array(buffer, next(8), length);
    this.titles = new Float64Array(buffer, next(8), length);
    this.meaning = new Float64Array(buffer, next(8), length);
    this.feedback = new Float64Array(buffer, next(8), length);
    this.scores = new Float64Array(buffer, next(8), length);
    this.documents = new Uint32Array(buffer, next(4), length);
    this.parts = new Uint16Array(buffer, next(2), length);
    this.loose = new Uint8Array(buffer, next(1), length);
    keep(this);
  }

  put(at: number, part: number, document: number, words: number, loose: boolean): void {
    this.parts[at] = part;
    this.documents[at] = document;
    this.words[at] = words;
    this.loose[at] = loose ? 1 : 0;
  }

  byDocument(): Uint32Array {
    if (this.#byDocument === null) {
      // Part, document and place make one exact number: 10 bits, 22 bits and 20 bits.
      const packed = new Float64Array(this.length);
      for (let i = 0; i < packed.length; i++)
        packed[i] = this.parts[i]! * 2 ** 42 + this.documents[i]! * 2 ** 20 + i;
      packed.sort();
      this.#byDocument = new Uint32Array(this.length);
      for (let i = 0; i < packed.length; i++) this.#byDocument[i] = packed[i]! % 2 ** 20;
    }
    return this.#byDocument;
  }
}
