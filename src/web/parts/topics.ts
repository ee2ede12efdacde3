/** What several papers of a list have in common: keywords, else phrases of their titles, else categories. */
import { textRead } from '../../papers/readings.ts';
import type { Paper } from '../../papers/types.ts';
import { texToPlain } from '../../present/tex.tsx';
import { keywordsOf } from '../../reading/keywords.ts';
import { readText } from '../../reading/read.ts';

export interface Topic {
  name: string;
  papers: number;
}

export interface Topics {
  kind: 'keywords' | 'phrases' | 'categories';
  topics: Topic[];
}

/** A topic with a single paper says nothing about a list. */
const LEAST_PAPERS = 2;
/** With fewer topics than this, there is no list of topics. */
const LEAST_TOPICS = 3;
const MOST_TOPICS = 9;
/** How many papers without keywords are read for some: a tenth of a second at most. */
const MOST_READ = 300;
/** Most words in a phrase. */
const LONGEST = 3;

/** The topics of papers, most frequent first, equal ones in order of appearance; null where they share none. */
export function topicsOf(papers: Paper[]): Topics | null {
  const keywords = keywordsIn(papers);
  const found: Topics[] = [
    { kind: 'keywords', topics: shared(papers, (paper) => keywords.get(paper) ?? paper.keywords) },
    { kind: 'phrases', topics: phrasesOf(papers) },
    { kind: 'categories', topics: shared(papers, (paper) => paper.categories) },
  ];
  return (
    found.find(({ topics }) => topics.length >= LEAST_TOPICS) ??
    found.find(({ kind, topics }) => kind !== 'phrases' && topics.length > 0) ??
    null
  );
}

/**
 * Keywords for papers that get none from any source: names of tasks, methods and datasets that others here mention too.
 */
function keywordsIn(papers: Paper[]): Map<Paper, string[]> {
  const read = papers
    .filter(({ keywords }) => keywords.length === 0)
    .slice(0, MOST_READ)
    .map((paper) => {
      const text = textRead(paper);
      return { paper, text, reading: readText(text) };
    });
  const counts = new Map<string, number>();
  for (const { text, reading } of read) {
    const names = new Set(reading.names.map(({ start, end }) => text.slice(start, end).toLowerCase()));
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const frequencies = { of: (name: string) => counts.get(name) ?? 0, papers: read.length };
  return new Map(read.map(({ paper, text, reading }) => [paper, keywordsOf(text, reading, frequencies)]));
}

/** Values that at least two papers have, ignoring case. */
function shared(papers: Paper[], of: (paper: Paper) => string[]): Topic[] {
  const counts = new Map<string, Topic>();
  for (const paper of papers) {
    const own = new Map(of(paper).map((value) => [value.trim().toLowerCase(), value.trim()]));
    for (const [key, name] of own) {
      if (key === '') continue;
      const topic = counts.get(key) ?? { name, papers: 0 };
      topic.papers++;
      counts.set(key, topic);
    }
  }
  return mostOf([...counts.values()]);
}

const mostOf = (topics: Topic[]): Topic[] =>
  topics
    .filter(({ papers }) => papers >= LEAST_PAPERS)
    .sort((a, b) => b.papers - a.papers)
    .slice(0, MOST_TOPICS);

/** Words that neither begin nor end a phrase. */
const WEAK = new Set(
  `a an and are as at be beyond but by can do does for from how in into is it its more not of on or our over
   than that the their there these they this to toward towards under up using via we what when where which
   while who why with within without you your`.split(/\s+/),
);

/** Two or three words that several titles share. A phrase within a longer one that has as many papers is dropped. */
function phrasesOf(papers: Paper[]): Topic[] {
  const counts = new Map<string, Topic>();
  for (const paper of papers)
    for (const [key, name] of phrasesIn(texToPlain(paper.title))) {
      const topic = counts.get(key) ?? { name, papers: 0 };
      topic.papers++;
      counts.set(key, topic);
    }
  const all = [...counts].filter(([, { papers }]) => papers >= LEAST_PAPERS);
  const kept = all.filter(
    ([key, { papers }]) =>
      !all.some(
        ([longer, topic]) => topic.papers >= papers && longer !== key && ` ${longer} `.includes(` ${key} `),
      ),
  );
  return mostOf(kept.map(([, topic]) => topic));
}

/** Phrases of one title, by a key that ignores number and hyphens. */
function phrasesIn(title: string): Map<string, string> {
  const out = new Map<string, string>();
  // A phrase does not span punctuation.
  for (const part of title.toLowerCase().split(/[^\p{L}\p{N}\s’'-]+/u)) {
    const words = part.split(/[\s-]+/).filter(Boolean);
    for (let from = 0; from < words.length; from++)
      for (let length = 2; length <= LONGEST && from + length <= words.length; length++) {
        const phrase = words.slice(from, from + length);
        if (
          [phrase[0]!, phrase.at(-1)!].some((word) => WEAK.has(word) || word.length < 2 || /^\d+$/.test(word))
        )
          continue;
        out.set(phrase.map((word) => word.replace(/(?<=[^su])s$/, '')).join(' '), phrase.join(' '));
      }
  }
  return out;
}
