/** Whole texts through a model: their vectors, and how much of a query the model knows. */
import { dampened, type TokenModel } from './model.ts';
import { eachTerm } from './terms.ts';

/** The vector of a text (value · 127), or null when the model knows none of its words. */
export function embed(model: TokenModel, text: string): Int8Array | null {
  const counts = new Map<number, number>();
  eachTerm(text, (term) => {
    const row = model.row(term);
    if (row >= 0) counts.set(row, (counts.get(row) ?? 0) + 1);
  });
  if (counts.size === 0) return null;
  const sum = new Float32Array(model.dimensions);
  for (const [row, count] of counts) model.add(sum, row, dampened(count));
  const vector = new Int8Array(model.dimensions);
  model.quantise(sum, vector);
  return vector;
}

/** The cosine of two vectors of `embed`. */
export function cosine(a: Int8Array, b: Int8Array): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  for (let k = 0; k < a.length; k++) {
    dot += a[k]! * b[k]!;
    aa += a[k]! * a[k]!;
    bb += b[k]! * b[k]!;
  }
  return dot === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
