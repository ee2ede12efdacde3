/** Vectors of papers as rows of one array, and the sums over them that clusters are made with. */
import { hash52 } from '../papers/hash.ts';
import type { Meant } from './types.ts';

/** Components of vectors made of phrases, where the index has none. */
const OF_PHRASES = 128;

/** Rows of unit length. */
export interface Rows {
  count: number;
  dimensions: number;
  values: Float32Array;
}

/** The meanings of papers; for one without, a vector of its phrases (signed hashing), so that every paper has one. */
export function rowsOf(papers: readonly Meant[]): Rows {
  const dimensions = papers.find(({ vector }) => vector !== null)?.vector?.length ?? OF_PHRASES;
  const values = new Float32Array(papers.length * dimensions);
  papers.forEach(({ paper, vector }, i) => {
    const row = values.subarray(i * dimensions, (i + 1) * dimensions);
    if (vector?.length === dimensions) row.set(vector);
    else
      for (const { key } of paper.phrases) {
        const hash = hash52(key);
        row[hash % dimensions]! += hash % (2 * dimensions) < dimensions ? 1 : -1;
      }
    toUnit(row);
  });
  return { count: papers.length, dimensions, values };
}

export const rowAt = ({ values, dimensions }: Rows, i: number): Float32Array =>
  values.subarray(i * dimensions, (i + 1) * dimensions);

/** Scales to unit length; zeros stay. @returns the length it had */
export function toUnit(row: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k]! * row[k]!;
  const length = Math.sqrt(sum);
  if (length > 0) for (let k = 0; k < row.length; k++) row[k]! /= length;
  return length;
}

/** The inner product of row `i` of one with row `j` of another. */
export function product(
  a: Float32Array,
  from: number,
  b: Float32Array,
  at: number,
  dimensions: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  const even = dimensions - (dimensions % 4);
  for (let k = 0; k < even; k += 4) {
    s0 += a[from + k]! * b[at + k]!;
    s1 += a[from + k + 1]! * b[at + k + 1]!;
    s2 += a[from + k + 2]! * b[at + k + 2]!;
    s3 += a[from + k + 3]! * b[at + k + 3]!;
  }
  for (let k = even; k < dimensions; k++) s0 += a[from + k]! * b[at + k]!;
  return s0 + s1 + s2 + s3;
}

/** The mean of some rows, not scaled. */
export function meanOf(rows: Rows, those: readonly number[]): Float32Array {
  const { dimensions, values } = rows;
  const mean = new Float32Array(dimensions);
  for (const i of those) {
    const at = i * dimensions;
    for (let k = 0; k < dimensions; k++) mean[k]! += values[at + k]!;
  }
  if (those.length > 0) for (let k = 0; k < dimensions; k++) mean[k]! /= those.length;
  return mean;
}

/** Some of the rows, in that order. */
export function pick(rows: Rows, those: readonly number[]): Rows {
  const { dimensions } = rows;
  const values = new Float32Array(those.length * dimensions);
  those.forEach((i, n) => {
    values.set(rowAt(rows, i), n * dimensions);
  });
  return { count: those.length, dimensions, values };
}

/** The rows without what all of them have in common, scaled to unit length again: what sets each apart. */
export function apart(rows: Rows, mean: Float32Array): Rows {
  const { count, dimensions, values } = rows;
  const centred = new Float32Array(values.length);
  for (let i = 0; i < count; i++) {
    const at = i * dimensions;
    for (let k = 0; k < dimensions; k++) centred[at + k] = values[at + k]! - mean[k]!;
    toUnit(centred.subarray(at, at + dimensions));
  }
  return { count, dimensions, values: centred };
}
