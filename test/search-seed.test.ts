/** The search the project began from, "multi-token", over the starter collection and a hundred thousand papers. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines } from '../bench/papers.ts';
import { openIndex, openWriter, type SearchDocument, type SearchIndex } from '../src/search/index.ts';
import { shippedModel } from '../src/search/meaning/load.ts';

interface Line {
  id: string;
  title: string;
  summary?: string;
  abstract?: string;
  authors?: string[];
  organization?: { slug: string; name: string };
  keywords?: string[];
  categories?: string[];
  published?: string;
  listed?: string;
  upvotes?: number;
  links?: { kind: string }[];
}

const shared = join(process.cwd(), '../shared');
const papersFile = join(shared, 'data/arxiv-dev.jsonl.gz');
const seedFile = join(shared, 'seed/search-multi-token.json');
const have = existsSync(papersFile) && existsSync(seedFile);
if (!have)
  console.warn(`SKIPPED: "multi-token" over the development papers, because ${papersFile} is not there`);

const starter = [...jsonLines<Line>('starter/papers.jsonl')];
/** Says it as a compound: "multi-token", "Multi Tokens", "multitoken". */
const SAYS = /(?<![\p{L}\p{N}])multi[-‐‑–\s]?tokens?(?![\p{L}\p{N}])/iu;
/** The same with a hyphen or in one word, also in derived words ("multi-tokenizer"). */
const COMPOUND = /multi[-‐‑–]?token/iu;

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-seed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dayOf = (text: string | undefined): number | null =>
  text === undefined ? null : Math.floor(Date.parse(text) / 86_400_000);

const documentOf = (key: number, line: Line): SearchDocument => ({
  key,
  title: line.title,
  summary: line.summary ?? '',
  abstract: line.abstract ?? '',
  authors: line.authors ?? [],
  organizations: line.organization ? [line.organization] : [],
  keywords: line.keywords ?? [],
  categories: line.categories ?? [],
  day: dayOf(line.published ?? line.listed),
  upvotes: line.upvotes ?? 0,
  hasCode: (line.links ?? []).some(({ kind }) => kind === 'code'),
});
const textOf = ({ title, summary, abstract, keywords }: SearchDocument): string =>
  [title, summary, abstract, ...keywords].join('\n');

/** All keys of an answer that are matches, near-duplicates with the paper they are shown under. */
const matchesOf = (index: SearchIndex, text: string): number[] =>
  index
    .search({ text, limit: 1_000, count: true })
    .hits.filter(({ loose }) => !loose)
    .flatMap(({ key, duplicates = [] }) => [key, ...duplicates]);

const SPELLINGS = [
  'multi-token',
  'Multi-Token',
  'multi-tokens',
  '"multi-token"',
  'multi token',
  'multitoken',
];

describe('"multi-token" in the starter collection', () => {
  const documents = starter.map((line, i) => documentOf(i + 1, line));
  const said = documents.filter((document) => SAYS.test(textOf(document))).map(({ key }) => key);
  let index: SearchIndex;

  beforeAll(() => {
    const at = join(folder, 'starter');
    const writer = openWriter(at, { model: shippedModel() });
    writer.apply({ seq: 1, documents, deleted: [] });
    writer.close();
    index = openIndex(at, { model: shippedModel() });
  });
  afterAll(() => index?.close());

  it.each(SPELLINGS)('%s finds every paper that says so', (text) => {
    expect(said.length).toBeGreaterThan(30);
    const found = new Set(matchesOf(index, text));
    expect(said.filter((key) => !found.has(key))).toEqual([]);
  });

  // Two words separated by a space are two words: the compound counts a little more, and decides nothing.
  it.each(SPELLINGS.filter((text) => text !== 'multi token'))('%s shows those before any other', (text) => {
    const first = matchesOf(index, text).slice(0, said.length);
    expect(first.sort((a, b) => a - b)).toEqual(said);
  });
});

describe.skipIf(!have)('"multi-token" in the starter collection and the development papers', () => {
  /** The text of the papers with these keys. */
  const saying = new Set<number>();
  const compound = new Set<number>();
  const seeds: number[] = [];
  let index: SearchIndex;

  beforeAll(() => {
    const { papers } = JSON.parse(readFileSync(seedFile, 'utf8')) as { papers: Line[] };
    const model = shippedModel();
    const at = join(folder, 'all');
    const writer = openWriter(at, { model });
    let seq = 0;
    let batch: SearchDocument[] = [];
    const add = (document: SearchDocument): void => {
      const text = textOf(document);
      if (SAYS.test(text)) saying.add(document.key);
      if (COMPOUND.test(text)) compound.add(document.key);
      batch.push(document);
      if (batch.length === 25_000) flush();
    };
    const flush = (): void => {
      writer.apply({ seq: ++seq, documents: batch, deleted: [] });
      batch = [];
    };
    starter.forEach((line, i) => {
      const { title, abstract } = papers[i]!;
      const key = i + 1;
      add(documentOf(key, { ...line, abstract: abstract! }));
      if (SAYS.test(`${title}\n${abstract}`)) seeds.push(key);
    });
    const known = new Set(starter.map(({ id }) => `arxiv:${id}`));
    let key = 1_000;
    for (const line of jsonLines<Line>(papersFile)) if (!known.has(line.id)) add(documentOf(key++, line));
    flush();
    writer.merge();
    writer.close();
    index = openIndex(at, { model });
  }, 300_000);
  afterAll(() => index?.close());

  it('has them', () => {
    expect(index.documents).toBeGreaterThan(101_000);
    expect(seeds).toHaveLength(38);
    expect(saying.size).toBeGreaterThan(100);
    expect(compound.size).toBeGreaterThan(100);
  });

  it.each(SPELLINGS)('%s finds every paper of the seed that says so', (text) => {
    const found = new Set(matchesOf(index, text));
    expect(seeds.filter((key) => !found.has(key))).toEqual([]);
  });

  it.each(['multi-token', '"multi-token"'])('%s finds every paper that says so at all', (text) => {
    const found = new Set(matchesOf(index, text));
    expect([...saying].filter((key) => !found.has(key))).toEqual([]);
  });

  it('with a hyphen: no paper that only has the words apart ranks above one that has the compound', () => {
    const found = matchesOf(index, 'multi-token');
    expect(found.length).toBeGreaterThan(500);
    const first = found.findIndex((key) => !compound.has(key) && !saying.has(key));
    expect(first).toBeGreaterThan(100);
    expect(found.slice(first).filter((key) => compound.has(key))).toEqual([]);
  });

  it('in one word: every paper found has the compound', () => {
    const found = matchesOf(index, 'multitoken');
    expect(found.filter((key) => !compound.has(key) && !saying.has(key))).toEqual([]);
    expect([...compound].filter((key) => !found.includes(key))).toEqual([]);
  });
});
