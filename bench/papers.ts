/** Papers of a JSONL file for the search benchmarks, all in memory before anything is timed. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SearchDocument } from '../src/search/types.ts';

/** What every engine is given about a paper; `key` is its line in the file. */
export interface Paper {
  key: number;
  title: string;
  abstract: string;
  authors: string[];
  categories: string[];
  /** Days since 1970-01-01. */
  day: number;
  year: number;
}

/** The objects of a JSONL file, plain or gzipped, line by line; at most `most` of them. */
export function* jsonLines<T>(file: string, most = Number.POSITIVE_INFINITY): Generator<T> {
  const bytes = readFileSync(file);
  const content = file.endsWith('.gz') ? gunzipSync(bytes) : bytes;
  // Line by line: all of it may be longer than a string can be.
  for (let from = 0, count = 0; from < content.length && count < most; ) {
    const found = content.indexOf(10, from);
    const to = found < 0 ? content.length : found;
    const line = content.toString('utf8', from, to);
    from = to + 1;
    if (line.trim() === '') continue;
    yield JSON.parse(line);
    count++;
  }
}

interface Line {
  title: string;
  abstract?: string;
  authors?: string[];
  categories?: string[];
  published?: string;
}

/** The first papers of a file; lines without a title or date are skipped. */
export function readPapers(file: string, most = Number.POSITIVE_INFINITY): Paper[] {
  const papers: Paper[] = [];
  let key = 0;
  for (const { title, abstract, authors, categories, published } of jsonLines<Line>(file)) {
    key++;
    const time = Date.parse(published ?? '');
    if (!title || Number.isNaN(time)) continue;
    papers.push({
      key,
      title,
      abstract: abstract ?? '',
      authors: authors ?? [],
      categories: categories ?? [],
      day: Math.floor(time / 86_400_000),
      year: new Date(time).getUTCFullYear(),
    });
    if (papers.length >= most) break;
  }
  return papers;
}

/** A paper as our index expects it. */
export const asDocument = ({ key, title, abstract, authors, categories, day }: Paper): SearchDocument => ({
  key,
  title,
  summary: '',
  abstract,
  authors,
  organizations: [],
  keywords: [],
  categories,
  day,
  upvotes: 0,
  hasCode: false,
});

/** Days since 1970-01-01 of a year's first and last day, for engines that filter by days. */
export const daysOf = (year: number): { fromDay: number; toDay: number } => ({
  fromDay: Date.UTC(year, 0, 1) / 86_400_000,
  toDay: Date.UTC(year + 1, 0, 1) / 86_400_000 - 1,
});
