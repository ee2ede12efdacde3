/** What a query means, as a vector, where there is a model that knows its words. */

import { coverageOf, type KnownWord, meaningWeight } from './meaning/fusion.ts';
import { dampened, type TokenModel } from './meaning/model.ts';
import type { Plan } from './planner.ts';
import type { Meant } from './rerank.ts';
import type { Snapshot } from './snapshot.ts';
import { FUNCTION_WORDS } from './stems.ts';
import { inverseFrequency } from './weights.ts';

/** What a vector from outside weighs: its model is taken to know all words. */
const OUTSIDE = 1;

/** Null when nothing is known of the query's words. */
export function meaningOf(
  snapshot: Snapshot,
  plan: Plan,
  given: Float32Array | undefined,
  model: TokenModel | null,
): Meant | null {
  if (given)
    return {
      vector: Int8Array.from(given, (value) => Math.round(value * 127)),
      weight: meaningWeight(OUTSIDE),
    };
  if (model === null) return null;
  const sum = new Float32Array(model.dimensions);
  const words: KnownWord[] = [];
  for (const stem of new Set(plan.stems)) {
    if (FUNCTION_WORDS.has(stem)) continue;
    const idf = inverseFrequency(snapshot.documents, snapshot.frequency(stem));
    const row = model.row(stem);
    words.push({ idf, confidence: row < 0 ? 0 : model.confidence(row) });
    if (row >= 0) model.add(sum, row, dampened(plan.said.get(stem) ?? 1));
  }
  const coverage = coverageOf(words);
  if (coverage === 0) return null;
  const vector = new Int8Array(model.dimensions);
  model.quantise(sum, vector);
  return { vector, weight: meaningWeight(coverage) };
}
