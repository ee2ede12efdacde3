/**
 * One step of learning: the sides of a batch of papers become vectors, each is to be nearer to its other side
 * than to all others of the batch (InfoNCE both ways: van den Oord et al. 2018, Radford et al. 2021), and the
 * vectors of the words are moved so (row-wise Adagrad: Duchi et al. 2011, one rate a row).
 */
import { addRow, dots } from './matrix.ts';
import type { Bag } from './pairs.ts';

/** Shares of a gradient below this move nothing that is kept, and most are: leaving them out halves the time. */
const NOTHING = 1e-5;

/** The sides of a batch as they were read, and their vectors. */
class Side {
  readonly vectors: Float32Array;
  readonly gradients: Float32Array;
  readonly norms: Float32Array;
  readonly ends: Int32Array;
  terms = new Int32Array(1 << 15);
  times = new Float32Array(1 << 15);

  constructor(batch: number, width: number) {
    this.vectors = new Float32Array(batch * width);
    this.gradients = new Float32Array(batch * width);
    this.norms = new Float32Array(batch);
    this.ends = new Int32Array(batch + 1);
  }

  /** Keeps a bag as number `index` of the batch. */
  take(bag: Bag, index: number): void {
    const from = this.ends[index]!;
    const to = from + bag.length;
    if (to > this.terms.length) {
      const [terms, times] = [new Int32Array(to * 2), new Float32Array(to * 2)];
      terms.set(this.terms);
      times.set(this.times);
      this.terms = terms;
      this.times = times;
    }
    this.terms.set(bag.terms.subarray(0, bag.length), from);
    this.times.set(bag.times.subarray(0, bag.length), from);
    this.ends[index + 1] = to;
  }
}

/** The words' vectors while they are learned. */
export class Contrast {
  readonly rows: Float32Array;
  readonly #width: number;
  readonly #batch: number;
  readonly #weights: Float32Array;
  readonly #temperature: number;
  readonly #rate: number;
  readonly #left: Side;
  readonly #right: Side;
  readonly #similar: Float32Array;
  readonly #pull: Float32Array;
  readonly #squares: Float32Array;
  readonly #touched: Int32Array;
  readonly #isTouched: Uint8Array;
  #filled = 0;

  /** `weights`: what a word counts in a text, fixed; that times its row's length is what it comes to count. */
  constructor(
    weights: Float32Array,
    width: number,
    { batch, temperature, rate }: { batch: number; temperature: number; rate: number },
    random: () => number,
  ) {
    this.#weights = weights;
    this.#width = width;
    this.#batch = batch;
    this.#temperature = temperature;
    this.#rate = rate;
    const size = weights.length * width;
    this.rows = new Float32Array(size);
    // About unit length, so that the first steps turn the rows rather than stretch them.
    const spread = Math.sqrt(12 / width);
    for (let i = 0; i < size; i++) this.rows[i] = (random() - 0.5) * spread;
    this.#pull = new Float32Array(size);
    this.#squares = new Float32Array(weights.length);
    this.#touched = new Int32Array(weights.length);
    this.#isTouched = new Uint8Array(weights.length);
    this.#left = new Side(batch, width);
    this.#right = new Side(batch, width);
    this.#similar = new Float32Array(batch * batch);
  }

  /** Adds a pair to the batch; true when it is full and `step` is due. */
  take(left: Bag, right: Bag): boolean {
    this.#left.take(left, this.#filled);
    this.#right.take(right, this.#filled);
    return ++this.#filled === this.#batch;
  }

  /** Learns from the full batch. Gives the mean loss (natural logarithm; ln(batch) for knowing nothing). */
  step(slower: number): number {
    this.#filled = 0;
    this.#forward(this.#left);
    this.#forward(this.#right);
    dots(this.#left.vectors, this.#right.vectors, this.#similar, this.#batch, this.#width);
    const loss = this.#compare();
    const touched = this.#backward(this.#right, this.#backward(this.#left, 0));
    this.#move(touched, slower);
    return loss;
  }

  #forward(side: Side): void {
    const width = this.#width;
    side.vectors.fill(0);
    for (let i = 0; i < this.#batch; i++) {
      for (let t = side.ends[i]!; t < side.ends[i + 1]!; t++) {
        const term = side.terms[t]!;
        addRow(side.vectors, i, this.rows, term, side.times[t]! * this.#weights[term]!, width);
      }
      let square = 0;
      for (let k = i * width; k < (i + 1) * width; k++) square += side.vectors[k]! ** 2;
      const norm = Math.sqrt(square) || 1;
      side.norms[i] = norm;
      for (let k = i * width; k < (i + 1) * width; k++) side.vectors[k] = side.vectors[k]! / norm;
    }
  }

  /** Turns similarities into gradients of both sides' vectors. */
  #compare(): number {
    const n = this.#batch;
    const similar = this.#similar;
    const rowSums = new Float64Array(n);
    const columnSums = new Float64Array(n);
    let loss = 0;
    for (let i = 0; i < n; i++) loss -= 2 * ((similar[i * n + i]! - 1) / this.#temperature);
    // Cosines are at most 1, so this needs no maximum to stay in range.
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j < n; j++, at++) {
        const e = Math.exp((similar[at]! - 1) / this.#temperature);
        similar[at] = e;
        rowSums[i] = rowSums[i]! + e;
        columnSums[j] = columnSums[j]! + e;
      }
    for (let i = 0; i < n; i++) loss += Math.log(rowSums[i]!) + Math.log(columnSums[i]!);
    const [left, right] = [this.#left, this.#right];
    left.gradients.fill(0);
    right.gradients.fill(0);
    for (let i = 0, at = 0; i < n; i++) {
      const byRow = 1 / rowSums[i]!;
      for (let j = 0; j < n; j++, at++) {
        const g = similar[at]! * (byRow + 1 / columnSums[j]!) - (i === j ? 2 : 0);
        if (g < NOTHING && g > -NOTHING) continue;
        addRow(left.gradients, i, right.vectors, j, g, this.#width);
        addRow(right.gradients, j, left.vectors, i, g, this.#width);
      }
    }
    return loss / (2 * n);
  }

  /** Through the bringing to unit length, down to the words. Gives how many rows are touched so far. */
  #backward(side: Side, touchedBefore: number): number {
    const width = this.#width;
    let touched = touchedBefore;
    for (let i = 0; i < this.#batch; i++) {
      const from = i * width;
      let along = 0;
      for (let k = from; k < from + width; k++) along += side.vectors[k]! * side.gradients[k]!;
      const by = 1 / side.norms[i]!;
      for (let k = from; k < from + width; k++)
        side.gradients[k] = (side.gradients[k]! - along * side.vectors[k]!) * by;
      for (let t = side.ends[i]!; t < side.ends[i + 1]!; t++) {
        const term = side.terms[t]!;
        if (this.#isTouched[term] === 0) {
          this.#isTouched[term] = 1;
          this.#touched[touched++] = term;
        }
        addRow(this.#pull, term, side.gradients, i, side.times[t]! * this.#weights[term]!, width);
      }
    }
    return touched;
  }

  #move(touched: number, slower: number): void {
    const width = this.#width;
    const pull = this.#pull;
    for (let t = 0; t < touched; t++) {
      const term = this.#touched[t]!;
      this.#isTouched[term] = 0;
      const from = term * width;
      let square = 0;
      for (let k = from; k < from + width; k++) square += pull[k]! ** 2;
      this.#squares[term] = this.#squares[term]! + square / width;
      const by = (-this.#rate * slower) / Math.sqrt(this.#squares[term]! + 1e-12);
      for (let k = from; k < from + width; k++) {
        this.rows[k] = this.rows[k]! + by * pull[k]!;
        pull[k] = 0;
      }
    }
  }
}
