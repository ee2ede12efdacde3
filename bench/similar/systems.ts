/** What finds papers like a paper: ours, plain tf-idf, and Lucene with a paper's most telling words and with all of it. */
import { join } from 'node:path';
import { buildOurs, inBatches, openOurs } from '../ours.ts';
import { asDocument } from '../papers.ts';
import { terms } from '../relevance/bm25.ts';
import { luceneOver } from '../relevance/systems.ts';
import type { Document, SimilarSet } from './sets.ts';

/** One more than is judged: the paper itself may be found. */
export const DEPTH = 11;

export interface System {
  name: string;
  /** Numbers of the papers most like the one with number `at`, itself among them or not. */
  like(at: number): Promise<number[]> | number[];
  close?(): Promise<void> | void;
}

const whole = ({ title, text }: Document): string => `${title}\n${text}`;

function counted(all: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of all) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}

/** The cosine of (1 + ln tf) · idf. */
export function tfidf({ documents }: SimilarSet): System {
  const counts = documents.map((document) => counted(terms(whole(document))));
  const postings = new Map<string, [number, number][]>();
  for (const own of counts) for (const term of own.keys()) if (!postings.has(term)) postings.set(term, []);
  const having = new Map<string, number>();
  for (const own of counts) for (const term of own.keys()) having.set(term, (having.get(term) ?? 0) + 1);
  const weight = (term: string, count: number): number =>
    (1 + Math.log(count)) * Math.log(documents.length / having.get(term)!);
  counts.forEach((own, at) => {
    const weights = [...own].map(([term, count]) => [term, weight(term, count)] as const);
    const length = Math.hypot(...weights.map(([, value]) => value)) || 1;
    for (const [term, value] of weights) postings.get(term)!.push([at, value / length]);
  });
  return {
    name: 'tf-idf',
    like(at) {
      const scores = new Float64Array(documents.length);
      for (const [term, count] of counts[at]!) {
        const asked = weight(term, count);
        for (const [document, value] of postings.get(term)!) scores[document]! += asked * value;
      }
      return bestOf(scores);
    },
  };
}

function bestOf(scores: Float64Array): number[] {
  const best: number[] = [];
  scores.forEach((score, at) => {
    if (score <= 0 || (best.length >= DEPTH && score <= scores[best.at(-1)!]!)) return;
    let place = best.length;
    while (place > 0 && scores[best[place - 1]!]! < score) place--;
    best.splice(place, 0, at);
    best.length = Math.min(best.length, DEPTH);
  });
  return best;
}

/** As Lucene's MoreLikeThis: words said twice or more and known to five papers or more, the best 25 by tf · idf. */
const [TWICE, KNOWN, WORDS] = [2, 5, 25];

/** Lucene with a paper's most telling words and with the whole of its text. Empty where it is missing. */
export async function lucenes(
  set: SimilarSet,
  folder: string,
  note: (line: string) => void,
): Promise<System[]> {
  const { documents } = set;
  const index = await luceneOver({ ...set, queries: [], judged: new Map() }, folder, note);
  if (index === null) return [];
  const wordsOf = (document: Document): string[] =>
    whole(document)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  const having = new Map<string, number>();
  for (const document of documents)
    for (const word of new Set(wordsOf(document))) having.set(word, (having.get(word) ?? 0) + 1);
  const telling = (document: Document): string =>
    [...counted(wordsOf(document))]
      .filter(([word, count]) => count >= TWICE && having.get(word)! >= KNOWN && terms(word).length > 0)
      .map(([word, count]) => ({ word, worth: count * Math.log(documents.length / having.get(word)!) }))
      .sort((a, b) => b.worth - a.worth)
      .slice(0, WORDS)
      .map(({ word }) => word)
      .join(' ');
  return [
    {
      name: 'lucene, 25 words',
      like: async (at) => (await index.rank(telling(documents[at]!))).documents.slice(0, DEPTH),
    },
    {
      name: 'lucene, whole text',
      like: async (at) => (await index.rank(whole(documents[at]!))).documents.slice(0, DEPTH),
      close: () => index.close?.(),
    },
  ];
}

/** More like this, as the site has it. */
export function broadsheet({ documents }: SimilarSet, folder: string): System {
  const papers = documents.map(({ title, text, authors }, at) => ({
    ...asDocument({ key: at + 1, title, abstract: text, authors, categories: [], day: 0, year: 1970 }),
    day: null,
  }));
  const target = join(folder, 'ours');
  buildOurs(target, inBatches(papers));
  const index = openOurs(target);
  return {
    name: 'broadsheet',
    like(at) {
      const { title, text } = documents[at]!;
      return index.similar(at + 1, { title, abstract: text }, DEPTH - 1).map(({ key }) => key - 1);
    },
    close: () => index.close(),
  };
}
