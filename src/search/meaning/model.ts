/**
 * The meaning of a text as a vector, by a model learned from papers: a vector for each stem, summed with the
 * stem's weight, at unit length. format.ts has the file, train/ the learning, embed.ts whole texts, and
 * fusion.ts what a vector may add to a score.
 */

/** A model of token vectors. Terms are the stems of analysis.ts (`termOf`), never pairs, forms or names. */
export interface TokenModel {
  /** Differs whenever the vectors do: goes into the index, which is built anew when it changes. */
  readonly name: string;
  readonly dimensions: number;
  /** Cells of the coarse quantiser. */
  readonly cells: number;
  /** Terms it has a vector for. Function words, single letters and figures are never among them. */
  readonly terms: number;
  /** Papers it was learned from. */
  readonly papers: number;
  /** The file it was opened from: another thread opens it anew. */
  readonly bytes: Uint8Array;
  /** All its terms, in the order of their rows. */
  vocabulary(): Iterable<string>;
  /** The number of a term's vector, or -1. */
  row(term: string): number;
  /** How well a row was learned, 0 to 1: near 1 for terms met often in training. */
  confidence(row: number): number;
  /** Adds a row, `times` over (its own weight included), into a sum of `dimensions` floats. */
  add(sum: Float32Array, row: number, times: number): void;
  /** Sets `sum` to that of the first `count` of some rows, each `times` over, as `add` would add them up. */
  addAll(sum: Float32Array, rows: Int32Array, times: Float64Array, count: number): void;
  /** A sum brought to unit length as bytes (value · 127); all zero when the sum is zero. */
  quantise(sum: Float32Array, into: Int8Array): void;
  /** The cell a quantised vector belongs to. A vector of zeros has no meaning, and its cell none either. */
  cellOf(vector: Int8Array): number;
  /** The cells nearest to a vector, nearest first. */
  nearestCells(vector: Int8Array, count: number): number[];
}

/** `times` for a term that stands `count` times in a text: repeating oneself says ever less. */
export const dampened = (count: number): number => DAMPENED[count] ?? 1 + Math.log(count);

const DAMPENED = Float64Array.from({ length: 64 }, (_, count) => (count < 1 ? 0 : 1 + Math.log(count)));

/** A model file does not fit: other version, damaged, or not a model. */
export class ModelUnusable extends Error {
  override name = 'ModelUnusable';
}
