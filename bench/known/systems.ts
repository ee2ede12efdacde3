/** The engines that are asked for one particular paper, over all that is known of papers: texts, authors and years. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseIdentifier } from '../../src/papers/identifiers.ts';
import { recognise } from '../../src/papers/recognise.ts';
import { lucene, writeForLucene } from '../lucene/lucene.ts';
import { buildOurs, inBatches, openOurs } from '../ours.ts';
import { asDocument, type Paper } from '../papers.ts';

/** Places that are looked at. */
export const DEPTH = 10;

export interface Finder {
  name: string;
  /** Keys of the best, by place; several in one place are near-duplicates shown as one. */
  find(text: string): number[][] | Promise<number[][]>;
  close(): void | Promise<void>;
}

/** Builds and opens all, or those whose names begin with one of `only`. Lucene is left out where it is missing. */
export async function entrants(
  papers: Paper[],
  folder: string,
  note: (line: string) => void,
  only: readonly string[] | undefined,
): Promise<Finder[]> {
  const isWanted = (name: string): boolean =>
    only === undefined || only.some((start) => name.startsWith(start));
  const finders: Finder[] = [];
  if (isWanted('broadsheet')) {
    note('broadsheet: building …');
    finders.push(broadsheet(papers, join(folder, 'ours')));
  }
  if (isWanted('lucene')) finders.push(...(await luceneFinders(papers, folder, note)));
  if (isWanted('sqlite fts5')) {
    note('sqlite fts5: building …');
    finders.push(sqlite(papers, join(folder, 'fts.db')));
  }
  return finders;
}

/** The search of the site: what is an identifier is looked up, all else is searched for. */
function broadsheet(papers: Paper[], folder: string): Finder {
  buildOurs(folder, inBatches(papers.map(asDocument)));
  const index = openOurs(folder);
  const byName = new Map<string, number>();
  for (const { key, id } of papers) {
    const own = id === undefined ? null : parseIdentifier(id);
    if (own) byName.set(`${own.scheme}:${own.value}`, key);
  }
  return {
    name: 'broadsheet',
    find(text) {
      const named = recognise(text);
      const direct = named && byName.get(`${named.scheme}:${named.value}`);
      if (direct) return [[direct]];
      return index
        .search({ text, limit: DEPTH })
        .hits.map(({ key, duplicates = [] }) => [key, ...duplicates]);
    },
    close: () => index.close(),
  };
}

async function luceneFinders(
  papers: Paper[],
  folder: string,
  note: (line: string) => void,
): Promise<Finder[]> {
  const classes = join(folder, 'classes');
  mkdirSync(classes);
  const program = lucene(classes, note);
  if (!program) return [];
  const file = join(folder, 'papers.tsv');
  writeForLucene(papers, file);
  const finders: Finder[] = [];
  for (const [name, layout, mode] of [
    ['lucene', 'text', 'any'],
    ['lucene, title ×2.5', 'fields', 'fields'],
  ] as const) {
    note(`${name}: building …`);
    const own = join(folder, `lucene-${layout}`);
    await program.build(file, own, layout, true);
    const index = await program.open(own, mode);
    finders.push({
      name,
      async find(text) {
        // A query is a line over there, and its columns end at tabs.
        const words = [text.replace(/\s+/g, ' ')];
        const [answer] = await index.ask([{ kind: 'words', words }], DEPTH);
        return answer!.keys.map((key) => [key]);
      },
      close: index.close,
    });
  }
  return finders;
}

/** FTS5 as it comes: words stemmed, all of them required, the title at 2.5. */
function sqlite(papers: Paper[], file: string): Finder {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -200000');
  database.exec(
    "CREATE VIRTUAL TABLE papers USING fts5 (title, abstract, authors, content = '', tokenize = 'porter unicode61')",
  );
  database.exec("INSERT INTO papers (papers, rank) VALUES ('rank', 'bm25(2.5, 1.0, 1.0)')");
  const insert = database.prepare('INSERT INTO papers (rowid, title, abstract, authors) VALUES (?, ?, ?, ?)');
  database.exec('BEGIN');
  for (const { key, title, abstract, authors, year } of papers)
    insert.run(key, title, abstract, [...authors, year].join(' '));
  database.exec('COMMIT');
  const select = database.prepare(
    `SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ${DEPTH}`,
  );
  return {
    name: 'sqlite fts5',
    find(text) {
      const words = [...new Set(text.match(/[\p{L}\p{N}]+/gu) ?? [])];
      if (words.length === 0) return [];
      return select.all(words.map((word) => `"${word}"`).join(' ')).map(({ rowid }) => [Number(rowid)]);
    },
    close: () => database.close(),
  };
}
