import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { addDays, openDay } from '../papers/days.ts';
import type { Store } from '../store/open.ts';
import { reachable, runSync } from './sync.ts';
import type { WorkerMessage } from './thread.ts';

const today = openDay(Date.now(), { timezone: 'America/New_York', turn: '21:30' });

/** A Hub with one paper a day, and nothing else: arXiv's doors answer 404. */
const hub = (asked: string[]): Server =>
  createServer((req, res) => {
    const url = new URL(req.url!, 'http://hub');
    asked.push(url.pathname + url.search);
    const day = url.searchParams.get('date');
    if (url.pathname !== '/api/daily_papers' || !day) {
      res.writeHead(404).end();
      return;
    }
    const paper = {
      id: `${day.slice(2, 4)}${day.slice(5, 7)}.${day.slice(8).padStart(5, '0')}`,
      title: `A paper listed on ${day}`,
      summary: 'What it says.',
      authors: [{ name: 'A. Author', hidden: false }],
      publishedAt: `${day}T08:00:00.000Z`,
      submittedOnDailyAt: `${day}T10:00:00.000Z`,
      upvotes: 7,
    };
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify([{ paper, publishedAt: paper.publishedAt, title: paper.title, numComments: 2 }]));
  });

describe('the background fetch', () => {
  let database: TestDatabase;
  let store: Store;
  let server: Server;
  let asked: string[];
  beforeEach(async () => {
    database = await freshDatabase('SQLite');
    store = await database.open();
    asked = [];
    server = hub(asked);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.close();
    await store.close();
    await database.remove();
  });
  const config = (more: Record<string, string> = {}) => {
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const arxiv = { ARXIV_OAI_URL: base, ARXIV_API_URL: base, ARXIV_FEED_URL: base, ARXIV_LIST_URL: base };
    return readConfig({
      HUB_URL: base,
      ...arxiv,
      REQUEST_INTERVAL_MS: '0',
      SYNC_DAYS: '2',
      SYNC_CATEGORIES: 'cs.CL',
      ...more,
    });
  };
  const sync = async (more?: Record<string, string>): Promise<WorkerMessage[]> => {
    const heard: WorkerMessage[] = [];
    await runSync(store, config(more), new AbortController().signal, (message) => heard.push(message));
    return heard;
  };

  it('brings the recent days in, with their votes, and says what came', async () => {
    const heard = await sync();
    const rows = await store.read
      .selectFrom('papers')
      .select(['listed', 'upvotes', 'comments'])
      .orderBy('listed')
      .execute();
    expect(rows).toEqual([-2, -1, 0].map((by) => ({ listed: addDays(today, by), upvotes: 7, comments: 2 })));
    const done = heard.filter((message) => message.type === 'sync-done');
    expect(done[0]).toMatchObject({
      failed: false,
      says: 'Hugging Face Daily Papers: 3 new, 0 changed, 3 seen',
    });
    expect(done[1]).toMatchObject({ what: 'arXiv', failed: true });
  });

  it('asks nobody when OFFLINE=1', async () => {
    expect(await sync({ OFFLINE: '1' })).toEqual([]);
    expect(asked).toEqual([]);
  });

  it('leaves it to another worker that is at it', async () => {
    await store.write
      .insertInto('leases')
      .values({ name: 'sync', holder: 'elsewhere/1/0', until: Date.now() + 60_000 })
      .execute();
    expect(await sync()).toEqual([]);
  });

  it('says once that there is no way out, and asks nothing', async () => {
    const nowhere = 'http://127.0.0.1:1';
    const heard = await sync({ HUB_URL: nowhere, ARXIV_OAI_URL: nowhere });
    expect(heard).toMatchObject([{ type: 'sync-done', what: 'offline', failed: true }]);
    expect(asked).toEqual([]);
    expect(await reachable(nowhere)).toBe(false);
  });
});
