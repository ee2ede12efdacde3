/** The systems whose rankings are judged. All get the query's text as a reader would type it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { shippedModel } from '../../src/search/meaning/load.ts';
import type { SearchDocument } from '../../src/search/types.ts';
import { lucene, writeForLucene } from '../lucene/lucene.ts';
import { buildOurs, inBatches, openOurs } from '../ours.ts';
import { asDocument } from '../papers.ts';
import type { TestSet } from './beir.ts';
import { Bm25 } from './bm25.ts';
import { denseRanking } from './dense.ts';

/** One more than is judged: the query's own document may be among them. */
export const DEPTH = 101;

export interface System {
  name: string;
  /** Numbers of documents, best first, and the milliseconds it took. */
  rank(query: string): Promise<{ documents: number[]; milliseconds: number }>;
  close?(): Promise<void>;
}

/** A system that runs in this process. */
function here(name: string, rank: (query: string) => number[]): System {
  return {
    name,
    async rank(query) {
      const started = performance.now();
      const documents = rank(query);
      return { documents, milliseconds: performance.now() - started };
    },
  };
}

/** Plain BM25 over title and text. */
export function bm25({ documents }: TestSet): System {
  const index = new Bm25(documents.map(({ title, text }) => `${title}\n${text}`));
  return here('bm25', (query) => index.search(query, DEPTH));
}

/** A test document as a paper: nothing but its text is known. */
const paperOf = ({ title, text }: TestSet['documents'][number], at: number) => ({
  key: at + 1,
  title,
  abstract: text,
  authors: [],
  categories: [],
  day: 0,
  year: 1970,
});

/** Our engine over the same documents, in a folder. */
export function broadsheet({ documents }: TestSet, folder: string): System {
  const papers = documents.map(
    (document, at): SearchDocument => ({ ...asDocument(paperOf(document, at)), day: null }),
  );
  buildOurs(folder, inBatches(papers));
  const index = openOurs(folder);
  return {
    ...here('broadsheet', (text) =>
      index.search({ text, limit: DEPTH, collapse: false }).hits.map(({ key }) => key - 1),
    ),
    close: async () => index.close(),
  };
}

/** Lucene's BM25 with its English analyser over title and text as one field. Null if it is missing. */
export async function luceneOver(
  { documents }: TestSet,
  folder: string,
  note: (line: string) => void,
): Promise<System | null> {
  const classes = join(folder, 'classes');
  mkdirSync(classes, { recursive: true });
  const program = lucene(classes, note);
  if (!program) return null;
  const file = join(folder, 'papers.tsv');
  writeForLucene(documents.map(paperOf), file);
  const target = join(folder, 'lucene');
  await program.build(file, target, 'text');
  const index = await program.open(target, 'any');
  return {
    name: 'lucene',
    async rank(query) {
      // A query is one line of its input.
      const words = [query.replace(/\s+/g, ' ')];
      const [answer] = await index.ask([{ kind: 'words', words }], DEPTH);
      const { keys, milliseconds } = answer!;
      return { documents: keys.map((key) => key - 1), milliseconds };
    },
    close: index.close,
  };
}

/** The vectors alone. Null if no model is shipped. */
export function dense(set: TestSet): System | null {
  const model = shippedModel();
  return model && here('dense', denseRanking(model, set, DEPTH));
}
