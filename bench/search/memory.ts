/**
 * Peers that work in the memory of a JavaScript program. One that has no phrases is queried for the words.
 * Each is set up as its documentation recommends for English text, with our weight for the title if it has weights.
 */
import type { Paper } from '../papers.ts';
import { type Engine, type Opened, TOP } from './engine.ts';
import { peer } from './peers.ts';

/** An engine whose index stays in the process that built it. */
function inMemory(build: (papers: Paper[]) => Opened | Promise<Opened>): Engine {
  let built: Opened;
  return {
    async build(papers) {
      built = await build(papers);
    },
    open: () => built,
  };
}

interface MiniSearchHit {
  categories: string[];
  year: number;
}
interface MiniSearch {
  addAll(papers: Paper[]): void;
  search(text: string, options: { filter?: (hit: MiniSearchHit) => boolean }): MiniSearchHit[];
}

/** MiniSearch: BM25+, any word, no stemming, no phrases; it computes all hits, so cutting them costs nothing. */
export const minisearch = inMemory((papers) => {
  const MiniSearch = peer<new (options: object) => MiniSearch>('minisearch');
  const index = new MiniSearch({
    idField: 'key',
    fields: ['title', 'abstract'],
    storeFields: ['categories', 'year'],
    searchOptions: { boost: { title: 2.5 } },
  });
  index.addAll(papers);
  return {
    ask({ words, category, year }) {
      const options: Parameters<MiniSearch['search']>[1] = {};
      if (category !== undefined) options.filter = (hit) => hit.categories.includes(category);
      if (year !== undefined) options.filter = (hit) => hit.year === year;
      return index.search(words.join(' '), options).slice(0, TOP).length;
    },
  };
});

interface Orama {
  create(options: object): object;
  insertMultiple(index: object, rows: object[], batch: number): Promise<unknown>;
  search(index: object, options: object): Promise<{ hits: unknown[] }> | { hits: unknown[] };
}

/** Orama: BM25, any word, English stemming, no phrases; filters are applied first. */
export const orama = inMemory(async (papers) => {
  const { create, insertMultiple, search } = peer<Orama>('@orama/orama');
  const index = create({
    schema: { title: 'string', abstract: 'string', categories: 'enum[]', year: 'number' },
    components: { tokenizer: { language: 'english', stemming: true } },
  });
  const rows = papers.map(({ key, title, abstract, categories, year }) => ({
    id: String(key),
    title,
    abstract,
    categories,
    year,
  }));
  await insertMultiple(index, rows, 1000);
  return {
    async ask({ words, category, year }) {
      const where = {
        ...(category === undefined ? {} : { categories: { containsAll: [category] } }),
        ...(year === undefined ? {} : { year: { eq: year } }),
      };
      const found = await search(index, {
        term: words.join(' '),
        properties: ['title', 'abstract'],
        boost: { title: 2.5 },
        limit: TOP,
        ...(Object.keys(where).length > 0 ? { where } : {}),
      });
      return found.hits.length;
    },
  };
});

interface FlexSearch {
  add(row: object): void;
  search(text: string, options: object): unknown[];
}
interface FlexSearchPackage {
  Document: new (options: object) => FlexSearch;
  Encoder: new (options: object) => object;
}

/** FlexSearch: whole words in a contextual order of its own, all required, no phrases; filters are tags. */
export const flexsearch = inMemory((papers) => {
  const { Document, Encoder } = peer<FlexSearchPackage>('flexsearch');
  const english = peer<object>('flexsearch/lang/en');
  const index = new Document({
    encoder: new Encoder(english),
    tokenize: 'strict',
    document: { id: 'key', index: ['title', 'abstract'], tag: ['categories', 'year'] },
  });
  for (const { key, title, abstract, categories, year } of papers)
    index.add({ key, title, abstract, categories, year: String(year) });
  return {
    ask({ words, category, year }) {
      const tag = {
        ...(category === undefined ? {} : { categories: category }),
        ...(year === undefined ? {} : { year: String(year) }),
      };
      return index.search(words.join(' '), {
        limit: TOP,
        merge: true,
        ...(Object.keys(tag).length > 0 ? { tag } : {}),
      }).length;
    },
  };
});
