/** Models, datasets and Spaces that cite recent papers: who is asked for when, and what becomes of it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { addDays } from '../papers/days.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { politeClient } from './client.ts';
import { hub } from './hf-source.ts';
import { type Loopback, loopback } from './loopback.ts';
import { runPart } from './runner.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-24T17:00:00Z');
const TODAY = '2026-11-24';

let database: TestDatabase;
let store: Store;
let server: Loopback;
let now: number;
let asked: string[];
/** How many models cite a paper; null: the Hub has no such paper. */
let models: (id: string) => number | null | 'down' | 'other';

beforeEach(async () => {
  database = await freshDatabase('SQLite');
  store = await database.open();
  now = NOON;
  asked = [];
  models = () => 1;
  server = await loopback((path, response) => {
    if (path.includes('daily_papers')) return void response.end('[]');
    const id = path.replace('/api/papers/', '');
    asked.push(id);
    const count = models(id);
    if (count === null) response.writeHead(404).end('{"error":"Paper not found"}');
    else if (count === 'down') response.writeHead(503).end();
    else response.end(JSON.stringify(answer(count === 'other' ? '2601.00001' : id, Number(count) || 0)));
  });
});

afterEach(async () => {
  await server.close();
  await store.close();
  await database.remove();
});

const answer = (id: string, count: number) => ({
  id,
  title: `Paper ${id}`,
  summary: 'What it says.',
  publishedAt: '2026-11-20T00:00:00.000Z',
  upvotes: 99,
  numComments: 9,
  linkedModels: Array.from({ length: Math.min(count, 2) }, (_, i) => ({ id: `lab/model-${i}`, likes: i })),
  numTotalModels: count,
  linkedDatasets: [],
  numTotalDatasets: 0,
  linkedSpaces: [],
  numTotalSpaces: 0,
});

const listed = (id: string, age: number, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'hf',
  identifiers: [{ scheme: 'arxiv', value: id }],
  title: `Paper ${id}`,
  listed: addDays(TODAY, -age),
  upvotes: 3,
  ...more,
});

const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());

const run = async () => {
  asked = [];
  const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 0 });
  const config = readConfig({ HUB_URL: server.url });
  const part = hub.parts(config).find(({ name }) => name === 'daily')!;
  return (await runPart(hub, part, { store, config, client, now: () => now })).end;
};

/** Papers are noted, and an hour later asked for. */
const settled = async () => {
  await run();
  now += HOUR;
  return run();
};

const kept = async (id: string) => {
  const row = await store.read
    .selectFrom('papers')
    .select(['repositories', 'upvotes', 'sources', 'seq'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { ...row, repositories: row.repositories && JSON.parse(row.repositories) };
};

describe('what cites recent papers', () => {
  it('is requested, newest first, for papers of recent editions that the Hub knows', async () => {
    await take(
      listed('2611.00001', 3),
      listed('2611.00002', 0),
      listed('2610.00001', 40),
      listed('2611.00003', 1, { source: 'jsonl' }),
    );
    // When they come, nothing cites them yet.
    await run();
    expect(asked).toEqual([]);
    now += HOUR;
    expect(await run()).toMatchObject({
      state: 'ok',
      says: expect.stringContaining('checked 2 papers for what cites them, 2 with news'),
    });
    expect(asked).toEqual(['2611.00002', '2611.00001']);
    expect(await kept('2611.00001')).toMatchObject({
      repositories: { models: [{ id: 'lab/model-0' }], totals: { models: 1, datasets: 0, spaces: 0 } },
      // Votes are those of the daily list.
      upvotes: 3,
    });
  });

  it('survives later daily lists, and changes nothing when it comes again', async () => {
    await take(listed('2611.00001', 1));
    await settled();
    await take(listed('2611.00001', 1, { summary: 'Said anew.', upvotes: 4 }));
    const before = await kept('2611.00001');
    expect(before).toMatchObject({ repositories: { totals: { models: 1 } }, upvotes: 4 });
    now += 24 * HOUR;
    await run();
    expect(asked).toEqual(['2611.00001']);
    expect((await kept('2611.00001')).seq).toBe(before.seq);
  });

  it('is requested less often as the paper gets older', async () => {
    await take(listed('2611.00001', 0), listed('2611.00002', 20));
    await settled();
    now += HOUR;
    expect(await run()).toMatchObject({ state: 'quiet' });
    expect(asked).toEqual([]);
    now += 12 * HOUR;
    await run();
    expect(asked).toEqual(['2611.00001']);
    now += 7 * 24 * HOUR;
    await run();
    expect(asked.toSorted()).toEqual(['2611.00001', '2611.00002']);
  });

  it('is forgotten when the Hub says that nothing cites it any more', async () => {
    await take(listed('2611.00001', 1), listed('2611.00002', 1));
    models = (id) => (id === '2611.00001' ? 40 : null);
    await settled();
    expect((await kept('2611.00001')).repositories).toMatchObject({
      models: [{ id: 'lab/model-0' }, { id: 'lab/model-1', likes: 1 }],
      totals: { models: 40 },
    });
    models = () => 0;
    now += 24 * HOUR;
    await run();
    expect((await kept('2611.00001')).repositories).toBeNull();
  });

  it('is not requested in full from a server that is down, and resumes where it was', async () => {
    await take(...Array.from({ length: 8 }, (_, i) => listed(`2611.0000${i}`, 1)));
    models = (id) => (id >= '2611.00002' ? 'down' : 1);
    // The days came, and those are what the run is for.
    expect((await settled()).state).toBe('ok');
    expect(asked).toHaveLength(5);
    models = () => 1;
    await run();
    expect(asked).toHaveLength(6);
  });

  it('is limited per run, and continues in the next', async () => {
    const ids = Array.from({ length: 130 }, (_, i) => `2611.${String(i).padStart(5, '0')}`);
    await take(...ids.map((id) => listed(id, 1)));
    await settled();
    const first = [...asked];
    await run();
    expect([first.length, asked.length]).toEqual([100, 30]);
    expect(new Set([...first, ...asked]).size).toBe(130);
  });

  it('for a different paper from the one requested is rejected', async () => {
    await take(listed('2611.00001', 1));
    models = () => 'other';
    await settled();
    expect(await store.read.selectFrom('papers').select('id').execute()).toEqual([{ id: '2611.00001' }]);
  });
});
