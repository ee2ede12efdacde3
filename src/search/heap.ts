/** The best documents met so far, in a heap with the worst of them at the root. */
import type { Sections } from './segment.ts';

export class Best {
  /** How many are kept. */
  readonly size: number;
  count = 0;
  /** Documents offered. */
  offered = 0;
  /** Below this score nothing gets in any more; 0 while there is room. */
  least = 0;
  readonly parts: Uint16Array;
  readonly documents: Uint32Array;
  readonly scores: Float64Array;
  readonly #columns: readonly Pick<Sections, 'days' | 'keys'>[];

  constructor(size: number, columns: readonly Pick<Sections, 'days' | 'keys'>[]) {
    this.size = size;
    this.#columns = columns;
    this.parts = new Uint16Array(size);
    this.documents = new Uint32Array(size);
    this.scores = new Float64Array(size);
  }

  get full(): boolean {
    return this.count === this.size;
  }

  /** Whether documents no newer than `day` are too old to get in with no more than the least score. */
  isTooOld(day: number): boolean {
    if (!this.full || this.size === 0) return false;
    return day < this.#columns[this.parts[0]!]!.days[this.documents[0]!]!;
  }

  offer(part: number, document: number, score: number): void {
    this.offered++;
    if (this.count < this.size) {
      this.#put(this.count++, part, document, score);
      if (this.count === this.size) {
        for (let at = (this.size >> 1) - 1; at >= 0; at--) this.#sink(at);
        this.least = this.size > 0 ? this.scores[0]! : Number.POSITIVE_INFINITY;
      }
      return;
    }
    if (this.size === 0 || score < this.least) return;
    if (score === this.least && !this.#newer(part, document, 0)) return;
    this.#put(0, part, document, score);
    this.#sink(0);
    this.least = this.scores[0]!;
  }

  /** Places in the arrays, the best first. Equal scores: the newer paper, then the greater key. */
  sorted(): number[] {
    return Array.from({ length: this.count }, (_, i) => i).sort((a, b) => this.#order(a, b));
  }

  #put(at: number, part: number, document: number, score: number): void {
    this.parts[at] = part;
    this.documents[at] = document;
    this.scores[at] = score;
  }

  /** Whether a document stands before the one at `at`, their scores being equal. */
  #newer(part: number, document: number, at: number): boolean {
    const own = this.#columns[part]!;
    const other = this.#columns[this.parts[at]!]!;
    const days = own.days[document]! - other.days[this.documents[at]!]!;
    return days > 0 || (days === 0 && own.keys[document]! > other.keys[this.documents[at]!]!);
  }

  /** Negative when the document at `a` stands before that at `b`. */
  #order(a: number, b: number): number {
    const difference = this.scores[b]! - this.scores[a]!;
    if (difference !== 0) return difference;
    return this.#newer(this.parts[a]!, this.documents[a]!, b) ? -1 : 1;
  }

  /** Whether the document at `a` stands behind that at `b`. */
  #isBehind(a: number, b: number): boolean {
    const difference = this.scores[a]! - this.scores[b]!;
    return difference < 0 || (difference === 0 && this.#newer(this.parts[b]!, this.documents[b]!, a));
  }

  /** Brings the document at `from` down to where none below stands behind it. */
  #sink(from: number): void {
    const { parts, documents, scores, size } = this;
    const part = parts[from]!;
    const document = documents[from]!;
    const score = scores[from]!;
    let at = from;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= size) break;
      if (below + 1 < size && this.#isBehind(below + 1, below)) below++;
      const difference = scores[below]! - score;
      if (difference > 0 || (difference === 0 && !this.#newer(part, document, below))) break;
      this.#put(at, parts[below]!, documents[below]!, scores[below]!);
      at = below;
    }
    this.#put(at, part, document, score);
  }
}
