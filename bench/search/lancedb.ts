/**
 * LanceDB: its full-text index over title and abstract as one column, with positions, English stemming and stop
 * words; any word matches (its default). Filters are applied first, with indexes of their own.
 */
import { join } from 'node:path';
import { type Engine, TOP } from './engine.ts';
import { peer } from './peers.ts';

interface Query {
  fullTextSearch(query: unknown, options?: { columns: string }): Query;
  where(predicate: string): Query;
  select(columns: string[]): Query;
  limit(count: number): Query;
  toArray(): Promise<unknown[]>;
}
interface Table {
  createIndex(column: string, options: { config: unknown }): Promise<void>;
  add(rows: object[]): Promise<unknown>;
  optimize(): Promise<unknown>;
  query(): Query;
}
interface Package {
  connect(path: string): Promise<{
    createTable(name: string, rows: object[]): Promise<Table>;
    openTable(name: string): Promise<Table>;
  }>;
  Index: { fts(options: object): unknown; labelList(): unknown; bitmap(): unknown };
  MatchQuery: new (words: string, column: string) => unknown;
  PhraseQuery: new (words: string, column: string) => unknown;
}

const load = () => peer<Package>('@lancedb/lancedb');
const ROWS = 20_000;

export const lancedb: Engine = {
  async build(papers, folder) {
    const { connect, Index } = load();
    const database = await connect(join(folder, 'lance'));
    let table: Table | null = null;
    for (let at = 0; at < papers.length; at += ROWS) {
      const rows = papers.slice(at, at + ROWS).map(({ key, title, abstract, categories, year }) => ({
        key,
        year: String(year),
        // The type of a column is inferred from its first value, which an empty list does not reveal.
        categories: categories.length > 0 ? categories : [''],
        text: `${title}\n${abstract}`,
      }));
      if (table) await table.add(rows);
      else table = await database.createTable('papers', rows);
    }
    const words = { withPosition: true, stem: true, removeStopWords: true, language: 'English' };
    await table!.createIndex('text', { config: Index.fts(words) });
    await table!.createIndex('categories', { config: Index.labelList() });
    await table!.createIndex('year', { config: Index.bitmap() });
    await table!.optimize();
  },
  async open(folder) {
    const { connect, MatchQuery, PhraseQuery } = load();
    const table = await (await connect(join(folder, 'lance'))).openTable('papers');
    return {
      async ask({ kind, words, category, year }) {
        const text = words.join(' ');
        const asked = kind === 'phrase' ? new PhraseQuery(text, 'text') : new MatchQuery(text, 'text');
        let query = table.query().fullTextSearch(asked).select(['key', '_score']).limit(TOP);
        if (category !== undefined) query = query.where(`array_has_any(categories, ['${category}'])`);
        if (year !== undefined) query = query.where(`year = '${year}'`);
        return (await query.toArray()).length;
      },
    };
  },
};
