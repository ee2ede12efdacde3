/** What themes are compared with: k-means over tf-idf, with random beginnings, named after the heaviest words. */
import { DULL_TERMS, stems } from '../../src/search/analysis.ts';
import type { Random } from '../random.ts';

/** Words with the highest document frequency that are not dull. */
const VOCABULARY = 1000;
const ROUNDS = 10;
const NAMES = 3;

export interface Groups {
  /** The group of each paper. */
  of: number[];
  names: string[];
}

export function kMeans(texts: readonly string[], k: number, { below }: Random): Groups {
  const counts = texts.map((text) => {
    const own = new Map<string, number>();
    for (const term of stems(text))
      if (term.length > 2 && !DULL_TERMS.has(term)) own.set(term, (own.get(term) ?? 0) + 1);
    return own;
  });
  const frequency = new Map<string, number>();
  for (const own of counts)
    for (const term of own.keys()) frequency.set(term, (frequency.get(term) ?? 0) + 1);
  const terms = [...frequency]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, VOCABULARY)
    .map(([term]) => term);
  const rows = counts.map((own) => {
    const row = Float32Array.from(terms, (term) => {
      const often = own.get(term);
      return often === undefined ? 0 : (1 + Math.log(often)) * Math.log(texts.length / frequency.get(term)!);
    });
    const length = Math.hypot(...row) || 1;
    return row.map((value) => value / length);
  });
  let centres = Array.from({ length: k }, () => rows[below(rows.length)]!);
  let of: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    of = rows.map((row) => nearest(row, centres));
    centres = centres.map((centre, c) => {
      const sum = new Float32Array(terms.length);
      let members = 0;
      rows.forEach((row, i) => {
        if (of[i] !== c) return;
        members++;
        for (let t = 0; t < sum.length; t++) sum[t]! += row[t]!;
      });
      if (members === 0) return centre;
      const length = Math.hypot(...sum) || 1;
      return sum.map((value) => value / length);
    });
  }
  const names = centres.map((centre) =>
    [...centre.keys()]
      .sort((a, b) => centre[b]! - centre[a]!)
      .slice(0, NAMES)
      .map((t) => terms[t])
      .join(' '),
  );
  return { of, names };
}

function nearest(row: Float32Array, centres: readonly Float32Array[]): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  centres.forEach((centre, c) => {
    let sum = 0;
    for (let t = 0; t < row.length; t++) sum += row[t]! * centre[t]!;
    if (sum > most) {
      most = sum;
      best = c;
    }
  });
  return best;
}

/** The share of papers whose label is the most frequent of their group. */
export function purity(of: readonly number[], labels: readonly string[]): number {
  const groups = new Map<number, Map<string, number>>();
  of.forEach((group, i) => {
    const own = groups.get(group) ?? new Map<string, number>();
    own.set(labels[i]!, (own.get(labels[i]!) ?? 0) + 1);
    groups.set(group, own);
  });
  let pure = 0;
  for (const own of groups.values()) pure += Math.max(...own.values());
  return pure / of.length;
}

/** Of the pairs that are together in one of two groupings of the same papers, the share that are in both (Jaccard). */
export function agreement(a: readonly number[], b: readonly number[]): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++)
    for (let j = i + 1; j < a.length; j++) {
      const [inA, inB] = [a[i] === a[j], b[i] === b[j]];
      if (inA && inB) both++;
      if (inA || inB) either++;
    }
  return either === 0 ? 1 : both / either;
}
