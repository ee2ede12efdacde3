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
  /** As the file gives it, if it does. */
  id?: string;
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

/** A line of a file; the Hub calls an abstract a summary and names its days differently. */
interface Line {
  id?: string;
  title: string;
  abstract?: string;
  summary?: string;
  authors?: string[];
  categories?: string[];
  published?: string;
  publishedAt?: string;
}

/** The first papers of a file; lines without a title or date are skipped. */
export function readPapers(file: string, most = Number.POSITIVE_INFINITY): Paper[] {
  const papers: Paper[] = [];
  let key = 0;
  for (const { id, title, abstract, summary, authors, categories, ...dates } of jsonLines<Line>(file)) {
    key++;
    const time = Date.parse(dates.published ?? dates.publishedAt ?? '');
    if (!title || Number.isNaN(time)) continue;
    papers.push({
      key,
      title,
      abstract: abstract ?? summary ?? '',
      authors: authors ?? [],
      categories: categories ?? [],
      day: Math.floor(time / 86_400_000),
      year: new Date(time).getUTCFullYear(),
      ...(id === undefined ? {} : { id }),
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
