/**
 * Two sides of one paper that should come near each other: its title and its abstract, or the halves of its
 * abstract. Most words that both sides have are taken from one of them, or the model would only learn that
 * equal words are equal, which the words of the index know better.
 */
import { dampened } from '../model.ts';
import type { TrainingData } from './corpus.ts';

/** A side: different terms and how often each stands there. */
export interface Bag {
  terms: Int32Array;
  times: Float32Array;
  length: number;
}

const bag = (): Bag => ({ terms: new Int32Array(1024), times: new Float32Array(1024), length: 0 });

/** Sides with fewer telling terms in all teach little. */
const LEAST = 2;

/** Reads pairs by number: 2p is the title and abstract of paper p, 2p + 1 the halves of its abstract. */
export class Pairs {
  readonly count: number;
  readonly left = bag();
  readonly right = bag();
  readonly #data: TrainingData;
  readonly #drop: number;
  readonly #random: () => number;
  readonly #onLeft: Int32Array;
  readonly #onRight: Int32Array;

  /** `drop`: how often a word that both sides have is taken from one, 0 to 1. */
  constructor(data: TrainingData, drop: number, random: () => number) {
    this.#data = data;
    this.#drop = drop;
    this.#random = random;
    this.count = data.middles.length * 2;
    this.#onLeft = new Int32Array(data.terms.length);
    this.#onRight = new Int32Array(data.terms.length);
  }

  /** Fills `left` and `right`; false when there is too little on a side. */
  read(pair: number): boolean {
    const { starts, middles } = this.#data;
    const paper = pair >> 1;
    const halves = (pair & 1) === 1;
    const middle = middles[paper]!;
    const end = starts[paper + 1]!;
    const cut = halves ? (middle + end) >> 1 : middle;
    this.#count(halves ? middle : starts[paper]!, cut, this.#onLeft, this.left);
    this.#count(cut, end, this.#onRight, this.right);
    this.#part(halves);
    this.#settle(this.left, this.#onLeft);
    this.#settle(this.right, this.#onRight);
    return this.left.length >= LEAST && this.right.length >= LEAST;
  }

  #count(from: number, to: number, on: Int32Array, side: Bag): void {
    const { tokens } = this.#data;
    side.length = 0;
    for (let i = from; i < to; i++) {
      const term = tokens[i]!;
      if (on[term] === 0) {
        if (side.length === side.terms.length) continue;
        side.terms[side.length++] = term;
      }
      on[term] = on[term]! + 1;
    }
  }

  /** A title is short and keeps its words; of halves, either may lose them. */
  #part(either: boolean): void {
    for (let i = 0; i < this.left.length; i++) {
      const term = this.left.terms[i]!;
      if (this.#onRight[term] === 0 || this.#random() >= this.#drop) continue;
      const loses = either && this.#random() < 0.5 ? this.#onLeft : this.#onRight;
      loses[term] = 0;
    }
  }

  /** Keeps the terms that are left, with dampened counts, and clears the counters for the next pair. */
  #settle(side: Bag, on: Int32Array): void {
    let kept = 0;
    for (let i = 0; i < side.length; i++) {
      const term = side.terms[i]!;
      const times = on[term]!;
      on[term] = 0;
      if (times === 0) continue;
      side.terms[kept] = term;
      side.times[kept++] = dampened(times);
    }
    side.length = kept;
  }
}
