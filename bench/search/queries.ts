/** The queries that all engines are sent: drawn from the papers with a seed. */
import type { Paper } from '../papers.ts';
import { type Random, random } from '../random.ts';

export const KINDS = ['words', 'common', 'title', 'phrase', 'filter'] as const;
export type Kind = (typeof KINDS)[number];

export interface Query {
  kind: Kind;
  /** Lower-case letters and digits only: nothing that any engine treats as an operator. */
  words: string[];
  /** For `filter`, one of the two. */
  category?: string;
  year?: number;
}

/** How many of each kind there are in twenty. */
const SHARES: Record<Kind, number> = { words: 8, common: 3, title: 3, phrase: 3, filter: 3 };
const COMMON = 200;

/** Words that Lucene's English analyser drops; no query consists of these alone. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    'a an and are as at be but by for if in into is it no not of on or such that the their then there these ' +
    'they this to was will with'
  ).split(' '),
);

/** The words of a title as a person would type them into a search box. */
export const titleWords = (title: string): string[] => title.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** The most frequent words of titles, without stop words and the shortest. */
export function commonWords(papers: Paper[], count = COMMON): string[] {
  const counts = new Map<string, number>();
  for (const { title } of papers)
    for (const word of new Set(titleWords(title)))
      if (word.length > 3 && !STOP_WORDS.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, count)
    .map(([word]) => word);
}

/** Some consecutive words, not all of them stop words. */
function window(chance: Random, words: string[], least: number, most: number): string[] {
  const length = Math.min(words.length, least + chance.below(most - least + 1));
  const from = chance.below(words.length - length + 1);
  const found = words.slice(from, from + length);
  return found.every((word) => STOP_WORDS.has(word)) ? words.slice(0, most) : found;
}

/** Draws queries of all kinds, mixed. The same papers, count and seed give the same queries. */
export function drawQueries(papers: Paper[], count: number, seed: number): Query[] {
  const chance = random(seed);
  const common = commonWords(papers);
  const lots = KINDS.flatMap((kind) => Array.from({ length: SHARES[kind] }, () => kind));
  const drawn = Array.from({ length: count }, (_, at) => lots[at % lots.length]!);
  return chance.shuffle(drawn).map((kind): Query => {
    let paper = chance.pick(papers);
    let words = titleWords(paper.title);
    while (words.length < 4 || words.every((word) => STOP_WORDS.has(word))) {
      paper = chance.pick(papers);
      words = titleWords(paper.title);
    }
    if (kind === 'common')
      return { kind, words: Array.from({ length: 1 + chance.below(2) }, () => chance.pick(common)) };
    if (kind === 'title') return { kind, words };
    if (kind === 'phrase') return { kind, words: window(chance, words, 2, 3) };
    const short = window(chance, words, kind === 'words' ? 2 : 1, kind === 'words' ? 4 : 2);
    if (kind === 'words') return { kind, words: short };
    // Codes as arXiv writes them, not the classes of other schemes listed with them.
    const category = paper.categories.find((code) => /^[a-z-]+(\.[A-Za-z-]+)?$/.test(code));
    return category && chance.next() < 0.5
      ? { kind, words: short, category }
      : { kind, words: short, year: paper.year };
  });
}
