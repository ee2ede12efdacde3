/** The starter collection: every line can be imported, says what it should, and matches its source. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readPapers } from '../src/formats/read.ts';
import { collect } from '../src/formats/reading.ts';
import { parseDay } from '../src/papers/days.ts';

interface Line {
  id: string;
  position: number;
  title: string;
  summary: string;
  published?: string;
  listed: string;
  authorsCount?: number;
  authors?: string[];
  comments: number;
  organization?: { slug: string; name: string };
  links?: { kind: string; url: string }[];
  figures?: { value: string; measure: string }[];
}

const path = join(process.cwd(), 'starter/papers.jsonl');
const lines = readFileSync(path, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Line);
const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

describe('the starter collection', () => {
  it('has 47 papers, all of them valid and distinct', async () => {
    const all = await collect(readPapers(path, { source: 'starter' }));
    expect(all.filter((one) => !one.ok)).toEqual([]);
    expect(all).toHaveLength(47);
    expect(new Set(lines.map((line) => line.id)).size).toBe(47);
    expect(new Set(lines.map((line) => line.title)).size).toBe(47);
    expect(lines.map((line) => line.position)).toEqual(lines.map((_, i) => i + 1));
  });

  it.each(lines.map((line) => [line.title, line] as const))(
    '%s: dates exist, the summary has 60 to 100 words',
    (_, line) => {
      expect(line.listed).toBe('2026-06-26');
      if (line.published !== undefined) {
        expect(parseDay(line.published)).toBe(line.published);
        expect(line.published <= line.listed).toBe(true);
      }
      expect(words(line.summary).length).toBeGreaterThanOrEqual(60);
      expect(words(line.summary).length).toBeLessThanOrEqual(100);
      expect(line.summary).toMatch(/[.!?)”"]$/);
      expect('abstract' in line).toBe(false);
      if (line.authorsCount !== undefined)
        expect(line.authorsCount).toBeGreaterThanOrEqual(line.authors?.length ?? 0);
    },
  );
});

interface Seed {
  position: number;
  title: string;
  abstract: string;
  authors_count: number | null;
  organization: { slug?: string; name?: string; fullname?: string } | string | null;
  listed_date: string | null;
  comments: number;
  arxiv_id: string | null;
}

const source = join(process.cwd(), '../shared/seed/search-multi-token.json');
const have = existsSync(source);
if (!have) console.warn(`SKIPPED: the starter collection against its source, because ${source} is not there`);
const seeds = have
  ? (JSON.parse(readFileSync(source, 'utf8')) as { papers: Seed[]; listed_on: string })
  : null;

describe.skipIf(!have)('the starter collection against the page it came from', () => {
  it('has the same papers in the same order', () => {
    expect(lines.map((line) => line.title)).toEqual(seeds!.papers.map((seed) => seed.title));
  });

  it.each((seeds?.papers ?? []).map((seed, i) => [seed.title, seed, lines[i]!] as const))(
    '%s',
    (_, seed, line) => {
      expect([line.published ?? null, line.listed]).toEqual([seed.listed_date, seeds!.listed_on]);
      expect(line.authorsCount ?? null).toBe(seed.authors_count);
      expect(line.comments).toBe(seed.comments);
      if (seed.arxiv_id !== null) expect(line.id).toBe(seed.arxiv_id);
      else expect(line.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/);
      const organization = seed.organization;
      const name = typeof organization === 'string' ? organization : organization?.name;
      expect(line.organization?.name ?? null).toBe(name ?? null);

      // Every address in the abstract is a link, and every link is from there.
      const links = (line.links ?? []).map(({ url }) => bare(url));
      for (const [url] of seed.abstract.matchAll(/https?:\/\/[^\s)\]}>"']+/g))
        expect(links).toContain(bare(url));
      for (const link of links) expect(seed.abstract.toLowerCase()).toContain(link);

      // Every number in a figure is in the abstract or title.
      const numbers = numbersOf(`${seed.title} ${seed.abstract}`);
      for (const figure of line.figures ?? []) {
        for (const number of numbersOf(`${figure.value} ${figure.measure}`))
          expect(numbers, `${figure.value} ${figure.measure}`).toContain(number);
      }

      expect(shared(line.summary, seed.abstract, 6)).toEqual([]);
    },
  );
});

const bare = (url: string): string =>
  url
    .replace(/^https?:\/\/(www\.)?/, '')
    .replace(/[.,;:]+$/, '')
    .replace(/\/+$/, '')
    .toLowerCase();

const numbersOf = (text: string): string[] =>
  text.replaceAll(/(\d),(?=\d{3})/g, '$1').match(/\d+(?:\.\d+)?/g) ?? [];

/** Runs of `length` words that both texts contain. */
function shared(a: string, b: string, length: number): string[] {
  const runs = (text: string): string[] => {
    const list = words(text.toLowerCase()).map((word) =>
      word.replaceAll(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, ''),
    );
    return list
      .slice(0, Math.max(0, list.length - length + 1))
      .map((_, i) => list.slice(i, i + length).join(' '));
  };
  const known = new Set(runs(b));
  return runs(a).filter((run) => known.has(run));
}
