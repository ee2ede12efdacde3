/** An index whose writer is killed at any moment opens, and after one step has what the database has. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { takeIn } from '../src/papers/intake/take-in.ts';
import { openIndex } from '../src/search/index.ts';
import type { Store } from '../src/store/open.ts';
import { createIndexer, indexFolder } from '../src/worker/indexing.ts';
import { freshDatabase, type TestDatabase } from './databases.ts';
import { random } from './invented.ts';
import { record } from './search-kill.fixture.ts';

const PAPERS = 300;
const KILLS = 100;
/** Longest time from the writer's first word to its end, ms. */
const LONGEST = 150;

const script = join(import.meta.dirname, 'search-kill.fixture.ts');
let database: TestDatabase;
let store: Store;

beforeAll(async () => {
  database = await freshDatabase('SQLite');
  store = await database.open();
  await takeIn(
    store,
    Array.from({ length: PAPERS / 2 }, (_, i) => record(i + 1, 0, 'arxiv')),
    new Set(),
  );
});
afterAll(async () => {
  await store.close();
  await database.remove();
});

/** A writer that has loaded its program, or is about to, and waits. */
function writer(seed: number) {
  const child = spawn(process.execPath, [script, database.env.DATA_DIR, String(seed), String(PAPERS)]);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const ended = once(child, 'close');
  return { child, ended, said: () => said };
}

/** Lets a writer work, and kills it this many ms after it began. It must print nothing. */
async function killed({ child, ended, said }: ReturnType<typeof writer>, wait: number): Promise<void> {
  child.stdin.write('begin\n');
  await Promise.race([once(child.stdout, 'data'), ended]);
  setTimeout(() => child.kill('SIGKILL'), wait);
  const [, signal] = await ended;
  expect([signal, said()]).toEqual(['SIGKILL', '']);
}

/** Catches the index up with the database as any program would, and compares the two. */
async function agrees(): Promise<number> {
  const indexer = createIndexer(store, database.env.DATA_DIR);
  const done = await indexer.step();
  await indexer.close();
  const index = openIndex(indexFolder(database.env.DATA_DIR));
  const rows = await store.read.selectFrom('papers').select(['pk', 'title']).execute();
  expect([index.seq, index.documents]).toEqual([await store.seq(), rows.length]);
  expect(index.search({ text: 'on', count: true }).total).toBe(rows.length);
  const wrong = rows.filter(({ pk, title }) => {
    const word = /\b[kd]\d+v\d+\b/.exec(title)![0];
    const { hits } = index.search({ text: word, collapse: false });
    return hits.length !== 1 || hits[0]!.key !== pk || hits[0]!.loose;
  });
  expect(wrong).toEqual([]);
  index.close();
  return done!;
}

it(`agrees with its database after each of ${KILLS} kills`, async () => {
  await agrees();
  const next = random(11);
  let behind = 0;
  let coming = writer(0);
  for (let kill = 0; kill < KILLS; kill++) {
    const current = coming;
    // The next one starts meanwhile.
    coming = writer(kill + 1);
    await killed(current, 5 + next() * (LONGEST - 5));
    const index = openIndex(indexFolder(database.env.DATA_DIR));
    expect(index.seq).toBeLessThanOrEqual(await store.seq());
    index.close();
    if ((await agrees()) > 0) behind++;
  }
  coming.child.kill('SIGKILL');
  await coming.ended;
  const gone = await store.read.selectFrom('tombstones').selectAll().execute();
  // The kills hit what they were meant to: half-finished commits, including deletions.
  expect(behind).toBeGreaterThan(KILLS / 20);
  expect(gone.length).toBeGreaterThan(0);
}, 600_000);
