/**
 * SQLite's FTS5: words stemmed, all required (its default), bm25 with our weight for the title. The index keeps
 * no copy of the texts. Categories and years are words of a third column, which is FTS5's fastest filter.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Engine, TOP } from './engine.ts';
import type { Query } from './queries.ts';

const tagOf = (value: string | number): string => `tag${String(value).toLowerCase().replace(/\W/g, '')}`;

function match({ kind, words, category, year }: Query): string {
  const text = kind === 'phrase' ? `"${words.join(' ')}"` : words.map((word) => `"${word}"`).join(' ');
  const tag = category ?? year;
  return tag === undefined ? text : `({title abstract} : (${text})) AND (tags : ${tagOf(tag)})`;
}

const path = (folder: string): string => join(folder, 'fts.db');

export const sqlite: Engine = {
  build(papers, folder) {
    const database = new DatabaseSync(path(folder));
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -200000');
    database.exec(
      "CREATE VIRTUAL TABLE papers USING fts5 (title, abstract, tags, content = '', tokenize = 'porter unicode61')",
    );
    database.exec("INSERT INTO papers (papers, rank) VALUES ('rank', 'bm25(2.5, 1.0, 0.0)')");
    const insert = database.prepare('INSERT INTO papers (rowid, title, abstract, tags) VALUES (?, ?, ?, ?)');
    database.exec('BEGIN');
    for (const { key, title, abstract, categories, year } of papers)
      insert.run(key, title, abstract, [...categories, year].map(tagOf).join(' '));
    database.exec('COMMIT');
    database.exec("INSERT INTO papers (papers) VALUES ('optimize')");
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    database.close();
  },
  open(folder) {
    const database = new DatabaseSync(path(folder), { readOnly: true });
    database.exec('PRAGMA cache_size = -200000; PRAGMA mmap_size = 4000000000');
    const select = database.prepare(
      `SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT ${TOP}`,
    );
    return { ask: (query) => select.all(match(query)).length };
  },
};
