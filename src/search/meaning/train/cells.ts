/** The grid of cells (grid.ts) out of the vectors of papers. */
import { dampened } from '../model.ts';
import type { TrainingData } from './corpus.ts';
import { normalise, sphericalKMeans } from './kmeans.ts';
import { addRow } from './matrix.ts';
import { seeded, shuffle } from './random.ts';

/** Cells in each of the two levels: 1,024 in all, a hundred papers each in a collection of 100,000. */
export const SIDE = 32;

/** So many papers are enough to place the centroids. */
const SAMPLE = 50_000;

/** Centroids as bytes (value · 127): `SIDE` coarse ones, then the cells of each. */
export function learnCells(data: TrainingData, rows: Float32Array, width: number, seed: number): Int8Array {
  const random = seeded(seed);
  const { vectors, count } = sampleVectors(data, rows, width, random);
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const { centroids, nearest } = sphericalKMeans(vectors, all, SIDE, width, random);
  const found = new Float32Array((SIDE + SIDE * SIDE) * width);
  found.set(centroids);
  for (let coarse = 0; coarse < SIDE; coarse++) {
    const members = all.filter((i) => nearest[i] === coarse);
    // A coarse centroid nobody is near to still needs cells; any paper is as good as another.
    const cells = sphericalKMeans(vectors, members.length > 0 ? members : all, SIDE, width, random);
    found.set(cells.centroids, (SIDE + coarse * SIDE) * width);
  }
  return Int8Array.from(found, (value) => Math.round(value * 127));
}

/** Unit vectors of some papers, title and abstract together as the index has them. */
function sampleVectors(
  { tokens, starts, middles }: TrainingData,
  rows: Float32Array,
  width: number,
  random: () => number,
): { vectors: Float32Array; count: number } {
  const order = Int32Array.from({ length: middles.length }, (_, i) => i);
  shuffle(order, random);
  const vectors = new Float32Array(Math.min(SAMPLE, order.length) * width);
  let count = 0;
  for (const paper of order.subarray(0, SAMPLE)) {
    const counts = new Map<number, number>();
    for (const term of tokens.subarray(starts[paper], starts[paper + 1]))
      counts.set(term, (counts.get(term) ?? 0) + 1);
    vectors.fill(0, count * width, (count + 1) * width);
    for (const [term, times] of counts) addRow(vectors, count, rows, term, dampened(times), width);
    if (normalise(vectors, count * width, width)) count++;
  }
  return { vectors, count };
}
