/** The development papers taken apart: sentences by field of research, and the law by which their vocabulary grows. */
import type { Paper } from '../papers.ts';

/** Papers that draw on each other's sentences. */
export interface Pool {
  papers: number[];
}

export interface Sentences {
  papers: Paper[];
  /** Sentence i of paper p is `texts[starts[p] + i]`, up to `starts[p + 1]`. */
  starts: Uint32Array;
  texts: string[];
  /** Words of each sentence, and how many of them occur in no earlier sentence. */
  lengths: Uint16Array;
  news: Uint16Array;
  /** The field of each paper. */
  pools: Pool[];
  /** Heaps' law, V(n) = vocabulary · (n / words)^beta: different words among the first n. */
  heaps: { words: number; vocabulary: number; beta: number };
}

/** With fewer papers than this there is no separate field: the same sentences would repeat too often. */
const LEAST = 500;
const WORD = /[\p{L}\p{N}]+/gu;

/** Takes all papers apart. A hundred thousand take a few seconds. */
export function takeApart(papers: Paper[]): Sentences {
  const starts = new Uint32Array(papers.length + 1);
  const texts: string[] = [];
  const lengths: number[] = [];
  const news: number[] = [];
  const known = new Set<string>();
  let words = 0;
  // Words and vocabulary after half of the papers: with those of all, two points on the curve.
  let half = { words: 1, vocabulary: 1 };
  papers.forEach(({ abstract }, p) => {
    starts[p] = texts.length;
    if (p === papers.length >> 1) half = { words: Math.max(1, words), vocabulary: Math.max(1, known.size) };
    for (const text of abstract.split(/(?<=[.!?])\s+(?=[A-Z$\\])/)) {
      const before = known.size;
      const found = text.toLowerCase().match(WORD) ?? [];
      for (const word of found) known.add(word);
      words += found.length;
      texts.push(text);
      lengths.push(Math.min(found.length, 65_535));
      news.push(Math.min(known.size - before, 65_535));
    }
  });
  starts[papers.length] = texts.length;
  const beta = Math.log(known.size / half.vocabulary) / Math.log(Math.max(2, words) / half.words) || 0;
  return {
    papers,
    starts,
    texts,
    lengths: Uint16Array.from(lengths),
    news: Uint16Array.from(news),
    pools: poolsOf(papers),
    heaps: { words, vocabulary: known.size, beta: Math.min(1, beta) },
  };
}

/** Papers of the same first category; of the same archive if there are few; of all if there are few of those. */
function poolsOf(papers: Paper[]): Pool[] {
  const pools = new Map<string, Pool>();
  const names = papers.map(({ categories }) => {
    const category = categories[0] ?? '';
    return [category, `${category.split('.')[0]}.*`, ''];
  });
  names.forEach((own, p) => {
    for (const name of new Set(own)) {
      const pool = pools.get(name) ?? { papers: [] };
      pools.set(name, pool);
      pool.papers.push(p);
    }
  });
  return names.map((own) => pools.get(own.find((name) => pools.get(name)!.papers.length >= LEAST) ?? '')!);
}
