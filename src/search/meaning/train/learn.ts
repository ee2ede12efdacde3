/** Learning word vectors from papers: the loop over pairs, and what every number of it is. */

import type { TokenModel } from '../model.ts';
import { Contrast } from './contrast.ts';
import type { TrainingData } from './corpus.ts';
import { Pairs } from './pairs.ts';
import { seeded, shuffle } from './random.ts';

export interface LearnOptions {
  seed: number;
  /** Width of a vector; a multiple of 4. */
  dimensions: number;
  epochs: number;
  /** Pairs compared with each other; a multiple of 4. */
  batch: number;
  temperature: number;
  rate: number;
  /** How often a word both sides have is dropped. */
  drop: number;
  /** `a` of the weight a / (a + p), p the word's share of all words (Arora et al. 2017, "SIF"). */
  smooth: number;
}

export const DEFAULTS: LearnOptions = {
  seed: 1,
  dimensions: 128,
  epochs: 3,
  batch: 512,
  temperature: 0.07,
  rate: 0.1,
  drop: 0.8,
  smooth: 1e-3,
};

/** What the words count before anything is learned. */
export function weightsOf({ counts, total }: TrainingData, smooth: number): Float32Array {
  return Float32Array.from(counts, (count) => smooth / (smooth + count / Math.max(1, total)));
}

/** Begins with what another model knows; words it does not know begin anywhere. */
function startFrom(base: TokenModel, terms: string[], rows: Float32Array, weights: Float32Array): void {
  const width = base.dimensions;
  for (const [term, name] of terms.entries()) {
    const into = rows.subarray(term * width, (term + 1) * width);
    const row = base.row(name);
    if (row < 0) continue;
    into.fill(0);
    base.add(into, row, 1 / weights[term]!);
  }
}

/**
 * Learns a row for each term, its weight multiplied in; with `base`, from what that knows on. Synchronous;
 * `progress` is called after each batch with the share done and the mean loss of late.
 */
export function learn(
  data: TrainingData,
  options: LearnOptions,
  base: TokenModel | null = null,
  progress?: (share: number, loss: number) => void,
): Float32Array {
  const random = seeded(options.seed);
  const weights = weightsOf(data, options.smooth);
  const contrast = new Contrast(weights, options.dimensions, options, random);
  if (base) startFrom(base, data.terms, contrast.rows, weights);
  const pairs = new Pairs(data, options.drop, random);
  const order = Int32Array.from({ length: pairs.count }, (_, i) => i);
  const all = pairs.count * options.epochs;
  let done = 0;
  let loss = Math.log(options.batch);
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    shuffle(order, random);
    for (const pair of order) {
      done++;
      if (!pairs.read(pair) || !contrast.take(pairs.left, pairs.right)) continue;
      loss += 0.05 * (contrast.step(Math.max(0.05, 1 - done / all)) - loss);
      progress?.(done / all, loss);
    }
  }
  const { rows } = contrast;
  const width = options.dimensions;
  for (let i = 0; i < rows.length; i++) rows[i] = rows[i]! * weights[Math.floor(i / width)]!;
  return rows;
}
