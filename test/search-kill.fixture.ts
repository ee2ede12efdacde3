/**
 * A process that changes papers and writes their index, over and over, until it is killed: `DATA_DIR SEED PAPERS`. It
 * says `ready`, and waits for a line before it begins. Every title has a word that no other has.
 */
import { once } from 'node:events';
import { takeIn } from '../src/papers/intake/take-in.ts';
import type { PaperRecord } from '../src/papers/types.ts';
import { openStore, type Store } from '../src/store/open.ts';
import { createIndexer } from '../src/worker/indexing.ts';
import { random } from './invented.ts';

const WORDS = 'sparse lattice tidal marble quiet gradient orchard copper lantern river harvest amber'.split(
  ' ',
);

/** Paper `number` as arXiv reports it, or with only its DOI: `k12v5` names it and its version. */
export function record(number: number, version: number, by: 'arxiv' | 'doi'): PaperRecord {
  const word = (i: number): string => WORDS[(number * 7 + version * 5 + i * 3) % WORDS.length]!;
  return {
    source: by === 'arxiv' ? 'arxiv' : 'crossref',
    identifiers: [
      by === 'arxiv'
        ? { scheme: 'arxiv', value: `2601.${String(number).padStart(5, '0')}` }
        : { scheme: 'doi', value: `10.5555/k.${number}` },
    ],
    title: `On ${word(1)} ${word(2)} ${by === 'arxiv' ? 'k' : 'd'}${number}v${version}`,
    abstract: Array.from({ length: 40 }, (_, i) => word(i)).join(' '),
    authors: [`Ada ${word(4)}`, `Alan ${word(5)}`],
    categories: ['cs.CL'],
    published: `2026-06-${String(1 + (number % 28)).padStart(2, '0')}`,
  };
}

/** What merges two papers: a record with both identifiers. It leaves a deleted paper behind. */
const union = (number: number, version: number): PaperRecord => ({
  ...record(number, version, 'arxiv'),
  source: 'hf',
  identifiers: [
    ...record(number, version, 'arxiv').identifiers,
    ...record(number, version, 'doi').identifiers,
  ],
});

/** One to eight changes in one transaction. */
export async function changeSome(store: Store, next: () => number, papers: number): Promise<void> {
  const records = Array.from({ length: 1 + Math.floor(next() * 8) }, () => {
    const number = 1 + Math.floor(next() * papers);
    const version = Math.floor(next() * 1e6);
    const what = next();
    if (what < 0.1) return union(number, version);
    return record(number, version, what < 0.4 ? 'doi' : 'arxiv');
  });
  await takeIn(store, records, new Set());
}

if (import.meta.main) {
  const [dataDir, seed, papers] = process.argv.slice(2);
  await once(process.stdin, 'data');
  const store = await openStore({ DATA_DIR: dataDir!, DATABASE_URL: null });
  const indexer = createIndexer(store, dataDir!);
  const next = random(Number(seed));
  await indexer.step();
  console.log('ready');
  for (;;) {
    await changeSome(store, next, Number(papers));
    await indexer.step();
  }
}
