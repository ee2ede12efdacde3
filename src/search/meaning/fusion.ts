/**
 * What meaning adds to a score. All numbers were chosen on several collections at once, so that none loses
 * (models/README.md has the table): Cranfield, SciFact, and arXiv papers that were kept from the training.
 *
 *   score'(d) = score(d) + weight · times · cos(vector, d)        weight = meaningWeight(coverage) · most
 *
 * `most` is the greatest score the query's words could give (Σ weight_t · idf(t)), so meaning counts the same in
 * queries of common and of rare words; it does not depend on what was found, and is a share that can be shown.
 * `coverage` is how much of the query the model knows. Squared, it keeps a model out of a field it never learned.
 *
 * First with the query's vector (`times` 1). Then the vector moves towards the papers that came first (Rocchio
 * 1971; on similarities between documents: Diaz 2005), and the best are scored once more with it.
 */

/** Share of the greatest score a paper gets that says exactly the query, if the model knows all its words. */
export const MEANING_SHARE = 0.45;
export const COVERAGE_EXPONENT = 2;

/** Papers whose meaning is taken for the query's, what all of them together count beside it, and … */
export const FEEDBACK_HEADS = 10;
export const FEEDBACK_SHARE = 1;
/** … how steeply each counts less than the first: its share of the first one's score to this power. */
export const FEEDBACK_STEEPNESS = 8;

/** A word of the query: how rare it is here, and how well the model knows it (0: not at all). */
export interface KnownWord {
  idf: number;
  confidence: number;
}

/** How much of a query the model knows, 0 to 1: rare words count more. Function words are left out of `words`. */
export function coverageOf(words: readonly KnownWord[]): number {
  let known = 0;
  let all = 0;
  for (const { idf, confidence } of words) {
    known += idf * confidence;
    all += idf;
  }
  return all > 0 ? known / all : 0;
}

/** What a cosine of 1 adds, as a share of the greatest score the query's words could give. */
export const meaningWeight = (coverage: number): number =>
  MEANING_SHARE * Math.min(1, Math.max(0, coverage)) ** COVERAGE_EXPONENT;

/** A direction (bytes, value · 127) and how long it is: similarity is `times` · cosine. */
export interface Direction {
  vector: Int8Array;
  times: number;
}

/**
 * The query's direction moved towards the papers that came first. `heads`: the best of the first pass (at most
 * FEEDBACK_HEADS count), best first, with their scores of that pass; a vector of null is passed over.
 */
export function feedback(
  query: Int8Array,
  heads: readonly { score: number; vector: Int8Array | null }[],
): Direction {
  const first = heads[0]?.score ?? 0;
  const sum = new Float64Array(query.length);
  for (let k = 0; k < sum.length; k++) sum[k] = query[k]! / 127;
  const share = (score: number): number => (first > 0 ? Math.max(0, score / first) ** FEEDBACK_STEEPNESS : 0);
  const counted = heads.slice(0, FEEDBACK_HEADS).filter(({ vector }) => vector !== null);
  const all = counted.reduce((total, { score }) => total + share(score), 0);
  if (all > 0)
    for (const { score, vector } of counted) {
      const by = (FEEDBACK_SHARE * share(score)) / all / 127;
      for (let k = 0; k < sum.length; k++) sum[k] = sum[k]! + by * vector![k]!;
    }
  let square = 0;
  for (let k = 0; k < sum.length; k++) square += sum[k]! * sum[k]!;
  const times = Math.sqrt(square);
  const vector = new Int8Array(sum.length);
  if (times > 0) for (let k = 0; k < sum.length; k++) vector[k] = Math.round((sum[k]! / times) * 127);
  return { vector, times };
}
