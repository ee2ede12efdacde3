/** Papers as the training wants them: numbers for terms, in order, title and abstract apart. */
import { eachTerm, isTelling } from '../terms.ts';

/** What is learned from. Terms are sorted by code unit, so the numbering does not depend on the order of papers. */
export interface TrainingData {
  terms: string[];
  /** Papers a term stands in, and how often it stands anywhere. */
  papersWith: Int32Array;
  counts: Int32Array;
  /** Occurrences of all terms. */
  total: number;
  /** All papers' terms, one behind the other. */
  tokens: Int32Array;
  /** Where a paper's title begins; one more than there are papers. */
  starts: Int32Array;
  /** Where its abstract begins. */
  middles: Int32Array;
}

/** Takes papers in one by one, then cuts the vocabulary. */
export class TrainingCorpus {
  #numbers = new Map<string, number>();
  #papersWith = new Int32Array(1024);
  #lastPaper = new Int32Array(1024).fill(-1);
  #tokens = new Int32Array(1 << 16);
  #length = 0;
  #starts: number[] = [];
  #middles: number[] = [];

  get papers(): number {
    return this.#starts.length;
  }

  /** Papers whose abstract is missing teach by their title alone that words exist; they make no pair. */
  add(title: string, abstract: string): void {
    this.#starts.push(this.#length);
    eachTerm(title, this.#push);
    this.#middles.push(this.#length);
    eachTerm(abstract, this.#push);
  }

  readonly #push = (term: string): void => {
    if (!isTelling(term)) return;
    let number = this.#numbers.get(term);
    if (number === undefined) {
      number = this.#numbers.size;
      // A copy, so that the slice does not keep the whole text alive.
      this.#numbers.set(Buffer.from(term).toString(), number);
      if (number === this.#papersWith.length) {
        this.#papersWith = grown(this.#papersWith);
        const size = this.#lastPaper.length;
        this.#lastPaper = grown(this.#lastPaper).fill(-1, size);
      }
    }
    const paper = this.#starts.length - 1;
    if (this.#lastPaper[number] !== paper) {
      this.#lastPaper[number] = paper;
      this.#papersWith[number] = this.#papersWith[number]! + 1;
    }
    if (this.#length === this.#tokens.length) this.#tokens = grown(this.#tokens);
    this.#tokens[this.#length++] = number;
  };

  /** Keeps the `most` commonest terms that stand in at least `least` papers, and all of `also`. */
  finish(least: number, most: number, also: Iterable<string> = []): TrainingData {
    const common = [...this.#numbers]
      .filter(([, number]) => this.#papersWith[number]! >= least)
      .sort((a, b) => this.#papersWith[b[1]]! - this.#papersWith[a[1]]! || (a[0] < b[0] ? -1 : 1))
      .slice(0, most)
      .map(([term]) => term);
    const terms = [...new Set([...common, ...also])].sort();
    const renumbered = new Int32Array(this.#numbers.size).fill(-1);
    const papersWith = new Int32Array(terms.length);
    for (const [index, term] of terms.entries()) {
      const number = this.#numbers.get(term);
      if (number === undefined) continue;
      renumbered[number] = index;
      papersWith[index] = this.#papersWith[number]!;
    }

    const counts = new Int32Array(terms.length);
    const tokens = this.#tokens.slice(0, this.#length);
    const papers = this.papers;
    const starts = new Int32Array(papers + 1);
    const middles = new Int32Array(papers);
    let at = 0;
    for (let paper = 0, i = 0; paper < papers; paper++) {
      starts[paper] = at;
      const end = this.#starts[paper + 1] ?? this.#length;
      for (; i < end; i++) {
        if (i === this.#middles[paper]) middles[paper] = at;
        const number = renumbered[this.#tokens[i]!]!;
        if (number < 0) continue;
        tokens[at++] = number;
        counts[number] = counts[number]! + 1;
      }
      if (this.#middles[paper] === end) middles[paper] = at;
    }
    starts[papers] = at;
    return {
      terms,
      papersWith,
      counts,
      total: at,
      tokens: tokens.slice(0, at),
      starts,
      middles,
    };
  }
}

function grown(old: Int32Array): Int32Array<ArrayBuffer> {
  const made = new Int32Array(old.length * 2);
  made.set(old);
  return made;
}
