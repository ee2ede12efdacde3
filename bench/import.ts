/**
 * Papers a second: our import (papers merged, editions, search index and all) against the plainest thing one could
 * write with the same database, a table and an FTS5 index; and our pages during the import.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { createGunzip } from 'node:zlib';
import type { Row } from './main.ts';
import { inFolder, ourSite, ours, papersFile, percentile, round, sleep } from './parts.ts';

export async function importing(args: string[], note: (line: string) => void): Promise<Row[]> {
  const file = papersFile(args);
  note('Plain SQLite with FTS5 …');
  const plain = await inFolder((folder) => plainSqlite(file, join(folder, 'plain.db')));
  note('Broadsheet, alone …');
  const alone = await inFolder((folder) => ours(['import', file], folder));
  note('Broadsheet again, nothing new, and alongside a running site …');
  const beside = await inFolder((folder) => besideSite(file, folder));

  const row = (system: string, papers: number, seconds: number, more: Row = {}): Row => ({
    system,
    papers,
    seconds: round(seconds),
    per_s: Math.round(papers / seconds),
    of_plain: round(papers / seconds / (plain.papers / plain.seconds)),
    page_p50_ms: null,
    page_p99_ms: null,
    ...more,
  });
  return [
    row('plain SQLite with FTS5', plain.papers, plain.seconds),
    row('broadsheet', alone.imported!, alone.seconds!),
    row('broadsheet, site running', beside.imported, beside.seconds, {
      page_p50_ms: round(percentile(beside.pages, 0.5)),
      page_p99_ms: round(percentile(beside.pages, 0.99)),
    }),
    row('broadsheet, again (unchanged)', beside.unchanged, beside.againSeconds),
  ];
}

/** The peer: parse, insert, index, a thousand papers per transaction, as durable as ours. */
async function plainSqlite(file: string, path: string): Promise<{ papers: number; seconds: number }> {
  const started = performance.now();
  const database = new DatabaseSync(path);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
  database.exec(
    'CREATE TABLE papers (id TEXT PRIMARY KEY, title TEXT, abstract TEXT, authors TEXT, published TEXT)',
  );
  database.exec("CREATE VIRTUAL TABLE words USING fts5 (title, abstract, authors, tokenize = 'porter')");
  const insert = database.prepare('INSERT OR REPLACE INTO papers VALUES (?, ?, ?, ?, ?)');
  const index = database.prepare('INSERT INTO words VALUES (?, ?, ?)');
  const raw = createReadStream(file);
  const input = file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw;
  let papers = 0;
  database.exec('BEGIN');
  for await (const line of createInterface({ input })) {
    const { id, title, abstract, authors, published } = JSON.parse(line);
    insert.run(id, title, abstract, authors.join('; '), published);
    index.run(title, abstract, authors.join('; '));
    if (++papers % 1000 === 0) database.exec('COMMIT; BEGIN');
  }
  database.exec('COMMIT');
  database.close();
  return { papers, seconds: (performance.now() - started) / 1000 };
}

async function besideSite(file: string, folder: string) {
  const site = await ourSite(folder);
  const pages: number[] = [];
  let importingNow = true;
  const reader = (async () => {
    const paths = ['/', '/search?q=multi-token+prediction', '/papers/trending', '/papers/month/2026-06'];
    for (let turn = 0; importingNow; turn++) {
      const started = performance.now();
      const answer = await fetch(site.url + paths[turn % paths.length], { redirect: 'manual' });
      await answer.arrayBuffer();
      // An empty site has no page for the month yet; a 404 is a response too.
      if (answer.status >= 500) throw new Error(`a page failed: ${answer.status}`);
      pages.push(performance.now() - started);
      await sleep(20);
    }
  })();
  try {
    const first = await ours(['import', file], folder);
    importingNow = false;
    await reader;
    const again = await ours(['import', file], folder);
    return {
      imported: first.imported!,
      seconds: first.seconds!,
      unchanged: again.unchanged!,
      againSeconds: again.seconds!,
      pages,
    };
  } finally {
    importingNow = false;
    await site.stop();
  }
}
