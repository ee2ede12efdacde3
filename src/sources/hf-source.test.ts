/** The Hub's days, asked for as long as their votes move. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { addDays } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import { politeClient } from './client.ts';
import { hub } from './hf-source.ts';
import { type Loopback, loopback } from './loopback.ts';
import { type RunOptions, runPart } from './runner.ts';
import { rejectedOf, retryRejected } from './status.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-24T17:00:00Z');

let database: TestDatabase;
let store: Store;
let server: Loopback;
let now: number;
/** Votes of the one paper of each day; a day that is not there answers 404. */
let votes: (day: string) => number | null | 'broken';
let asked: string[];

beforeEach(async () => {
  database = await freshDatabase('SQLite');
  store = await database.open();
  now = NOON;
  asked = [];
  votes = () => 1;
  server = await loopback((path, response) => {
    const day = /date=([\d-]+)/.exec(path)?.[1] ?? '';
    asked.push(day);
    const count = votes(day);
    if (count === 'broken') response.end('[{"paper":{"id":"2611.00099"}}]');
    else if (count === null) response.writeHead(404).end();
    else response.end(JSON.stringify([paperOf(day, count)]));
  });
});
afterEach(async () => {
  await server.close();
  await store.close();
  await database.remove();
});

const paperOf = (day: string, upvotes: number) => ({
  paper: {
    id: `${day.slice(2, 4)}${day.slice(5, 7)}.${day.slice(8).padStart(5, '0')}`,
    title: `Listed on ${day}`,
    summary: 'What it says.',
    publishedAt: `${day}T00:00:00.000Z`,
    upvotes,
  },
});

const config = () => readConfig({ HUB_URL: server.url, SYNC_DAYS: '3' });
const run = (more: Partial<RunOptions> = {}) => {
  asked = [];
  const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 0 });
  const [part] = hub.parts(config());
  return runPart(hub, part!, { store, config: config(), client, now: () => now, ...more });
};

describe('the recent days of the Hub', () => {
  it('are all fetched at first, each paper on the day requested', async () => {
    const { end } = await run();
    expect(end).toEqual({ state: 'ok', announced: '2026-11-24', says: '4 days fetched, 4 papers' });
    expect(asked).toEqual(['2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24']);
    const rows = await store.read
      .selectFrom('papers')
      .select(['listed', 'title'])
      .orderBy('listed')
      .execute();
    expect(rows.map(({ listed, title }) => title === `Listed on ${listed}`)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('are requested later the longer their votes stay the same; today and yesterday soon', async () => {
    await run();
    const times = new Map<string, number>();
    for (let hours = 0; hours < 24; hours++) {
      now += HOUR;
      const { end } = await run();
      // At the turn another day comes up.
      if (!asked.includes('2026-11-25')) expect(end.state).toBe('quiet');
      for (const day of asked) times.set(day, (times.get(day) ?? 0) + 1);
    }
    // The first looked at most often; the oldest, three days of age, no more than twice a day.
    expect(times.get('2026-11-24')).toBeGreaterThan(5);
    expect(times.get('2026-11-21')).toBeLessThanOrEqual(2);
  });

  it('whose votes change are requested again soon', async () => {
    await run();
    votes = (day) => (day === '2026-11-24' ? 7 : 1);
    now += HOUR;
    expect((await run()).end).toMatchObject({ state: 'ok' });
    const row = await store.read
      .selectFrom('papers')
      .select('upvotes')
      .where('listed', '=', '2026-11-24')
      .executeTakeFirstOrThrow();
    expect(row.upvotes).toBe(7);
  });

  it('leave the cursor when their votes stop changing, and never come back', async () => {
    await run();
    for (let days = 0; days < 60; days++) {
      now += 24 * HOUR;
      await run();
    }
    const { cursor } = await store.read.selectFrom('source_parts').selectAll().executeTakeFirstOrThrow();
    const { days } = JSON.parse(cursor!) as { days: Record<string, unknown> };
    expect(Object.keys(days).length).toBeLessThan(40);
    expect(days['2026-11-21']).toBeUndefined();
  });

  it('on which nothing ran are caught up on, none left out', async () => {
    await run();
    now += 9 * 24 * HOUR;
    await run();
    for (let i = 1; i <= 9; i++) expect(asked).toContain(addDays('2026-11-24', i));
  });

  it('that fail are named, and requested again by the next run', async () => {
    votes = (day) => (day === '2026-11-22' ? null : 1);
    const { end } = await run();
    expect(end).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/^3 of 4 days were fetched; 2026-11-22: .*404/),
    });
    votes = () => 1;
    now += 60_000;
    expect((await run()).end.state).toBe('ok');
    expect(asked).toEqual(['2026-11-22']);
  });

  it('of a server that is down are not all tried', async () => {
    votes = () => null;
    const { end } = await run();
    expect([asked.length, end.state]).toEqual([3, 'failed']);
  });

  it('keep an unreadable item for retrying', async () => {
    votes = () => 'broken';
    await run();
    const [kept] = await rejectedOf(store, { limit: 9 });
    expect([kept!.reason, JSON.parse(kept!.raw!)]).toEqual(['no title', { paper: { id: '2611.00099' } }]);
    expect(await retryRejected(store, 'hf', [hub])).toMatchObject({ taken: 0, left: 1 });
  });
});

describe('past days', () => {
  const range = { since: '2026-10-01', until: '2026-10-05' };

  it('are fetched one by one, resuming after an interruption', async () => {
    votes = (day) => (day === '2026-10-03' ? null : 1);
    const { end } = await run({ kind: 'backfill', range });
    expect([end.state, asked.at(-1)]).toEqual(['failed', '2026-10-03']);
    votes = () => 1;
    expect((await run({ kind: 'backfill', range })).end).toEqual({ state: 'ok', says: '3 days, 3 papers' });
    expect(asked).toEqual(['2026-10-03', '2026-10-04', '2026-10-05']);
  });

  it('before the archive begins, and future days, are not requested', async () => {
    const { end } = await run({ kind: 'backfill', range: { since: '2023-05-01', until: '2023-05-05' } });
    expect([end.state, asked]).toEqual(['ok', ['2023-05-04', '2023-05-05']]);
    await run({ kind: 'backfill', range: { since: '2026-11-24', until: '2026-11-30' } });
    expect(asked).toEqual(['2026-11-24']);
  });
});
