/** Measures of a ranking, as trec_eval defines them, and a test of whether two systems differ. */
import { random } from '../random.ts';

/** Judged documents of one query: how relevant each is; 0 or less is not. */
export type Judged = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain of the first `depth` places: a document contributes its relevance (linear
 * gain) divided by log2(place + 1); the ideal is taken from all judged documents (Järvelin and Kekäläinen,
 * 2002; trec_eval's ndcg_cut). NaN if nothing is relevant.
 */
export function ndcg(ranking: readonly string[], judged: Judged, depth = 10): number {
  const sum = (gains: number[]): number =>
    gains.reduce((total, gain, at) => total + Math.max(0, gain) / Math.log2(at + 2), 0);
  const ideal = [...judged.values()].sort((a, b) => b - a).slice(0, depth);
  return sum(ranking.slice(0, depth).map((id) => judged.get(id) ?? 0)) / sum(ideal);
}

/** The share of all relevant documents that are among the first `depth`. NaN if nothing is relevant. */
export function recall(ranking: readonly string[], judged: Judged, depth = 100): number {
  const found = ranking.slice(0, depth).filter((id) => (judged.get(id) ?? 0) > 0).length;
  return found / relevant(judged);
}

/** One over the place of the first relevant document; 0 if it is not among the first `depth`. */
export function reciprocalRank(ranking: readonly string[], judged: Judged, depth = 10): number {
  const at = ranking.slice(0, depth).findIndex((id) => (judged.get(id) ?? 0) > 0);
  return at < 0 ? 0 : 1 / (at + 1);
}

/** How many documents are relevant. */
export const relevant = (judged: Judged): number =>
  [...judged.values()].filter((relevance) => relevance > 0).length;

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * Two-sided paired randomisation test (Smucker, Allan and Carterette, CIKM 2007): how often the difference of the
 * means is at least as large if, for each query, chance decides which of the two values belongs to which
 * system. The observed one is included, so the result is never 0.
 */
export function randomisationTest(
  a: readonly number[],
  b: readonly number[],
  permutations = 10_000,
  seed = 1,
): number {
  if (a.length !== b.length) throw new Error('paired values are needed');
  const differences = a.map((value, at) => value - b[at]!).filter((value) => value !== 0);
  const observed = Math.abs(differences.reduce((sum, value) => sum + value, 0));
  const chance = random(seed);
  let asGreat = 1;
  for (let turn = 0; turn < permutations; turn++) {
    let sum = 0;
    for (const value of differences) sum += chance.next() < 0.5 ? value : -value;
    // The same sums in another order may differ in their last bits.
    if (Math.abs(sum) >= observed - 1e-12) asGreat++;
  }
  return asGreat / (permutations + 1);
}
