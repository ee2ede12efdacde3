/** Test sets in BEIR's layout (Thakur et al., 2021): a corpus, queries and judgements in one folder. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { jsonLines } from '../papers.ts';
import { relevant } from './metrics.ts';

export interface TestSet {
  name: string;
  documents: { id: string; title: string; text: string }[];
  /** Only queries with at least one relevant document. */
  queries: { id: string; text: string }[];
  /** By query, then by document. */
  judged: Map<string, Map<string, number>>;
}

interface Line {
  _id: string;
  title?: string;
  text?: string;
}

/** Reads a folder. Throws if a file is missing. */
export function readTestSet(folder: string): TestSet {
  const judged = readJudgements(find(folder, ['qrels.tsv', 'qrels/test.tsv']));
  const documents = [...jsonLines<Line>(find(folder, ['corpus.jsonl']))].map(({ _id, title, text }) => ({
    id: String(_id),
    title: title ?? '',
    text: text ?? '',
  }));
  const queries = [...jsonLines<Line>(find(folder, ['queries.jsonl']))]
    .map(({ _id, text }) => ({ id: String(_id), text: text ?? '' }))
    .filter(({ id }) => relevant(judged.get(id) ?? new Map()) > 0);
  return { name: basename(resolve(folder)), documents, queries, judged };
}

function find(folder: string, names: string[]): string {
  for (const name of names)
    for (const path of [join(folder, name), join(folder, `${name}.gz`)]) if (existsSync(path)) return path;
  throw new Error(`there is no ${names[0]} or ${names[0]}.gz in ${folder}`);
}

/** `query document relevance` per line, with or without a header, or the four columns of TREC. */
function readJudgements(file: string): Map<string, Map<string, number>> {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
  const judged = new Map<string, Map<string, number>>();
  for (const line of text.split(/\r?\n/)) {
    const columns = line.split(line.includes('\t') ? '\t' : /\s+/).map((column) => column.trim());
    const [query, document] = [columns[0], columns.at(-2)];
    const relevance = Number.parseFloat(columns.at(-1) ?? '');
    // A header has a word instead of the number.
    if (columns.length < 3 || !query || !document || Number.isNaN(relevance)) continue;
    const documents = judged.get(query) ?? new Map<string, number>();
    judged.set(query, documents.set(document, relevance));
  }
  return judged;
}

/**
 * Whether a document is the query's own, which does not count as found: the query's id is the document's, or begins
 * with it, followed by a character that is neither letter nor digit (`1234-title` and `1234`).
 */
export const isOwn = (query: string, document: string): boolean =>
  query.startsWith(document) && !/^[\p{L}\p{N}]/u.test(query.slice(document.length));
