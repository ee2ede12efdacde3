/** From papers to the bytes of a model: the whole training, in one thread, the same for the same papers. */

import { encodeModel, type ModelParts } from '../format.ts';
import type { TokenModel } from '../model.ts';
import { learnCells, SIDE } from './cells.ts';
import type { TrainingCorpus, TrainingData } from './corpus.ts';
import { DEFAULTS, type LearnOptions, learn } from './learn.ts';

export interface TrainOptions extends LearnOptions {
  /** Papers a term must stand in. */
  least: number;
  /** Terms at most, the commonest first; those of a base are kept beside them. */
  most: number;
  /** Papers a term must stand in for half the confidence. */
  half: number;
}

/** With fewer papers the words meet too seldom for their vectors to mean anything. */
export const LEAST_PAPERS = 1_000;
/** On top of another model, these few do more good than harm (models/README.md). */
export const LEAST_PAPERS_MORE = 200;

const FEW = 20_000;

/** What fits a number of papers: few are gone through more often, and their rare words are kept. */
export function optionsFor(papers: number, base: TokenModel | null): TrainOptions {
  const times = (base ? 60_000 : 600_000) / Math.max(1, papers);
  return {
    ...DEFAULTS,
    dimensions: base?.dimensions ?? DEFAULTS.dimensions,
    epochs: Math.round(Math.min(15, Math.max(base ? 3 : 6, times))),
    // Few papers are soon told apart: softer, they go on learning what they share.
    temperature: base && papers < FEW ? 0.1 : DEFAULTS.temperature,
    least: papers < FEW ? 2 : 3,
    most: 32_000,
    half: 20,
  };
}

export interface Progress {
  what: 'learning' | 'cells';
  /** Share done, 0 to 1. */
  share: number;
  /** Mean loss of late: ln(batch) for knowing nothing, 0 for knowing every pair. */
  loss: number;
}

/**
 * Learns a model; with `base`, one that knows what that knows and what these papers say (its vectors are not
 * comparable with those of the base). Synchronous: minutes for 100,000 papers, half a minute for 5,000 on a base.
 * `progress` is called after each batch, about ten times a second.
 */
export function trainModel(
  corpus: TrainingCorpus,
  options: Partial<TrainOptions> = {},
  base: TokenModel | null = null,
  progress?: (so: Progress) => void,
): Uint8Array {
  const all = { ...optionsFor(corpus.papers, base), ...options };
  const data = corpus.finish(all.least, all.most, base?.vocabulary());
  let last = 0;
  const rows = learn(data, all, base, (share, loss) => {
    last = loss;
    progress?.({ what: 'learning', share, loss });
  });
  progress?.({ what: 'cells', share: 1, loss: last });
  const centroids = learnCells(data, rows, all.dimensions, all.seed);
  return encodeModel(quantiseRows(data, rows, centroids, base, all));
}

/** Rows as bytes, each with the scale that uses all of a byte. */
function quantiseRows(
  data: TrainingData,
  rows: Float32Array,
  centroids: Int8Array,
  base: TokenModel | null,
  { dimensions, half }: TrainOptions,
): ModelParts {
  const count = data.terms.length;
  const scales = new Float32Array(count);
  const bytes = new Int8Array(count * dimensions);
  for (let term = 0; term < count; term++) {
    const row = rows.subarray(term * dimensions, (term + 1) * dimensions);
    let most = 0;
    for (const value of row) most = Math.max(most, Math.abs(value));
    scales[term] = most / 127;
    for (let k = 0; k < dimensions; k++)
      bytes[term * dimensions + k] = Math.round((row[k]! / most || 0) * 127);
  }
  return {
    dimensions,
    side: SIDE,
    papers: data.middles.length,
    terms: data.terms,
    scales,
    rows: bytes,
    confidence: Uint8Array.from(data.papersWith, (n, term) => {
      const row = base?.row(data.terms[term]!) ?? -1;
      const before = row < 0 ? 0 : base!.confidence(row);
      return Math.round(255 * (1 - (1 - before) * (1 - n / (n + half))));
    }),
    centroids,
  };
}
