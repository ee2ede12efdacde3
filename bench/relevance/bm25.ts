/**
 * The baseline: plain BM25 (Robertson and Zaragoza, 2009) with the parameters most papers report, over title and
 * text as one field. Words are runs of letters and digits, in lower case, without the usual English stop words,
 * stemmed (Porter2). It shares nothing with our engine except the stemmer, so it does not move with it.
 */
import { stem } from '../../src/search/stem.ts';
import { STOP_WORDS } from '../search/queries.ts';

const K1 = 1.2;
const B = 0.75;

const stems = new Map<string, string>();

/** The terms of a text. */
export function terms(text: string): string[] {
  const found: string[] = [];
  for (const word of text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    if (STOP_WORDS.has(word)) continue;
    let term = stems.get(word);
    if (term === undefined) {
      term = /^[a-z]+$/.test(word) ? stem(word) : word;
      stems.set(word, term);
    }
    found.push(term);
  }
  return found;
}

export class Bm25 {
  readonly #lengths: number[];
  readonly #average: number;
  readonly #postings = new Map<string, { documents: number[]; counts: number[] }>();

  constructor(texts: string[]) {
    this.#lengths = texts.map((text, document) => {
      const all = terms(text);
      for (const term of all) {
        const list = this.#postings.get(term) ?? { documents: [], counts: [] };
        if (list.documents.length === 0) this.#postings.set(term, list);
        if (list.documents.at(-1) === document) list.counts[list.counts.length - 1]!++;
        else {
          list.documents.push(document);
          list.counts.push(1);
        }
      }
      return all.length;
    });
    this.#average = this.#lengths.reduce((sum, length) => sum + length, 0) / texts.length;
  }

  /** Numbers of the best documents that have any word of the query; ties keep their order. */
  search(query: string, limit: number): number[] {
    const scores = new Map<number, number>();
    const total = this.#lengths.length;
    for (const term of terms(query)) {
      const list = this.#postings.get(term);
      if (!list) continue;
      const has = list.documents.length;
      const idf = Math.log(1 + (total - has + 0.5) / (has + 0.5));
      list.documents.forEach((document, at) => {
        const count = list.counts[at]!;
        const norm = K1 * (1 - B + (B * this.#lengths[document]!) / this.#average);
        const score = (idf * count * (K1 + 1)) / (count + norm);
        scores.set(document, (scores.get(document) ?? 0) + score);
      });
    }
    return [...scores]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, limit)
      .map(([document]) => document);
  }
}
