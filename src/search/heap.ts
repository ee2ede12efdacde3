/** The best documents met so far, in a heap with the worst of them at the root. */
import { keep } from './kept.ts';
import type { Sections } from './segment.ts';

/** A score and a day in one number: the score counts first, then the day, then (not in it) the key. */
const DAYS = 2 ** 16;
const EPOCH = 2 ** 15;

export class Best {
  /** How many are kept. */
  readonly size: number;
  count = 0;
  /** Below this score nothing gets in any more; 0 while there is room. */
  least = 0;
  readonly parts: Uint16Array;
  readonly documents: Uint32Array;
  /** Scores with the days of the documents. */
  readonly #orders: Float64Array;
  readonly #columns: readonly Pick<Sections, 'days' | 'keys'>[];

  constructor(size: number, columns: readonly Pick<Sections, 'days' | 'keys'>[]) {
    this.size = size;
    this.#columns = columns;
    // One buffer for all: to ask for each by itself takes longer than to fill them.
    const doubles = new Float64Array(size * 2);
    this.#orders = doubles.subarray(0, size);
    this.documents = new Uint32Array(doubles.buffer, size * 8, size);
    this.parts = new Uint16Array(doubles.buffer, size * 12, size);
    keep(this);
  }

  get full(): boolean {
    return this.count === this.size;
  }

  /** The score of the document at a place. */
  score(at: number): number {
    // A whole number for the machine too: a field that holds now these, now others, makes it compile anew.
    return Math.floor(this.#orders[at]! / DAYS) | 0;
  }

  /** Whether documents no newer than `day` are too old to get in with no more than the least score. */
  isTooOld(day: number): boolean {
    if (!this.full || this.size === 0) return false;
    return day + EPOCH < this.#orders[0]! - this.least * DAYS;
  }

  /** `score`: a whole number from 0 to below 2^31. */
  offer(part: number, document: number, score: number): void {
    const order = score * DAYS + this.#columns[part]!.days[document]! + EPOCH;
    if (this.count < this.size) {
      this.#put(this.count++, part, document, order);
      if (this.count < this.size) return;
      this.#heapify();
    } else {
      if (this.size === 0 || !this.#isBehind(0, part, document, order)) return;
      this.#sink(0, this.size, part, document, order);
    }
    this.least = this.score(0);
  }

  /** Puts the places in order, the best first. Equal scores: the newer paper, then the greater key. No offers after it. */
  sort(): void {
    if (!this.full) this.#heapify();
    // The worst of those left goes behind them, again and again.
    for (let left = this.count - 1; left > 0; left--) {
      const part = this.parts[left]!;
      const document = this.documents[left]!;
      const order = this.#orders[left]!;
      this.#put(left, this.parts[0]!, this.documents[0]!, this.#orders[0]!);
      this.#sink(0, left, part, document, order);
    }
  }

  #put(at: number, part: number, document: number, order: number): void {
    this.parts[at] = part;
    this.documents[at] = document;
    this.#orders[at] = order;
  }

  /** Whether the document at `at` stands behind another. */
  #isBehind(at: number, part: number, document: number, order: number): boolean {
    const own = this.#orders[at]!;
    return (
      own < order ||
      (own === order && this.#key(this.parts[at]!, this.documents[at]!) < this.#key(part, document))
    );
  }

  #key(part: number, document: number): number {
    return this.#columns[part]!.keys[document]!;
  }

  #heapify(): void {
    for (let at = (this.count >> 1) - 1; at >= 0; at--)
      this.#sink(at, this.count, this.parts[at]!, this.documents[at]!, this.#orders[at]!);
  }

  /** Puts a document where `at` is, or below, of the first `count` places, so that none below it stands behind it. */
  #sink(from: number, count: number, part: number, document: number, order: number): void {
    const { parts, documents } = this;
    const orders = this.#orders;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= count) break;
      if (
        below + 1 < count &&
        !this.#isBehind(below, parts[below + 1]!, documents[below + 1]!, orders[below + 1]!)
      )
        below++;
      if (!this.#isBehind(below, part, document, order)) break;
      this.#put(at, parts[below]!, documents[below]!, orders[below]!);
      at = below;
    }
    this.#put(at, part, document, order);
  }
}
