/** Telling a hub of news, with a hub on this machine. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { issuesIn } from '../digest/issues.ts';
import { issuePaper } from '../digest/testing.fixture.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { recordOf } from '../testing/records.ts';
import { WebSub } from './websub.ts';

const MINUTE = 60_000;

const bring = (store: Store, records: PaperRecord[]) => takeIn(store, records, new Set());

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let server: Server;
  let hub: string;
  let heard: URLSearchParams[];
  let answer: number;
  let now: number;

  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    heard = [];
    answer = 202;
    now = Date.parse('2026-06-26T12:00Z');
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      request.on('end', () => {
        heard.push(new URLSearchParams(body));
        response.writeHead(answer, answer === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    hub = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hub`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    await store.close();
    await database.remove();
  });

  const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
    recordOf(number, {
      source: 'hf',
      listed: '2026-06-26',
      ...more,
    });
  const webSub = () =>
    new WebSub({
      store,
      hub,
      publicUrl: 'https://papers.example',
      turn: { timezone: 'UTC', turn: '21:30' },
      now: () => now,
    });
  /** What a look came to, five minutes later. */
  const later = async (one: WebSub, minutes = 6) => {
    now += minutes * MINUTE;
    return (await one.look()).told;
  };

  it('names every feed of the newest editions in each format', async () => {
    await bring(store, [record(1)]);
    expect(await webSub().look()).toEqual({ told: 'hub', feeds: 15 });
    expect(heard.map((sent) => sent.get('hub.url'))).toEqual(
      ['/feed', '/calendar/feed', '/papers/week/feed', '/papers/month/feed', '/digests/feed'].flatMap(
        (path) => ['atom', 'rss', 'json'].map((format) => `https://papers.example${path}.${format}`),
      ),
    );
    expect(heard.every((sent) => sent.get('hub.mode') === 'publish')).toBe(true);
  });

  it('reports news once, even across a restart', async () => {
    await bring(store, [record(1)]);
    const one = webSub();
    await one.look();
    heard = [];
    expect([await later(one), await later(webSub())]).toEqual(['nothing', 'nothing']);
    expect(heard).toEqual([]);
  });

  it('votes are not news; papers, texts and revisions are', async () => {
    await bring(store, [record(1, { upvotes: 1 })]);
    const one = webSub();
    await one.look();
    await bring(store, [record(1, { upvotes: 40, comments: 3 })]);
    expect(await later(one)).toBe('nothing');
    await bring(store, [record(1, { upvotes: 40, abstract: 'What it is about.' })]);
    expect(await later(one)).toBe('hub');
    await bring(store, [record(1, { upvotes: 40, abstract: 'What it is about.', updated: '2026-06-26' })]);
    expect(await later(one)).toBe('hub');
    await bring(store, [record(2)]);
    expect(await later(one)).toBe('hub');
    await bring(store, [record(3, { listed: '2020-01-01' })]);
    expect(await later(one)).toBe('nothing');
  });

  it('the turn of the edition is news', async () => {
    await bring(store, [record(1)]);
    const one = webSub();
    await one.look();
    expect(await later(one, 9 * 60)).toBe('nothing');
    expect(await later(one, 60)).toBe('hub');
  });

  it('an issue of the digest is news', async () => {
    await bring(store, [record(1)]);
    const one = webSub();
    await one.look();
    expect(await later(one)).toBe('nothing');
    const issue = {
      list: 'daily',
      subject: '',
      name: '',
      period: '2026-06-25',
      more: 3,
      composedAt: now,
    } as const;
    await issuesIn(store).keep({ ...issue, papers: [issuePaper(1)] });
    expect(await later(one)).toBe('hub');
  });

  it('does not notify more often than every five minutes', async () => {
    await bring(store, [record(1)]);
    const one = webSub();
    await one.look();
    await bring(store, [record(2)]);
    expect([await later(one, 1), await later(one, 3), await later(one, 1)]).toEqual([
      'nothing',
      'nothing',
      'hub',
    ]);
  });

  it('a failing hub is notified again at growing intervals', async () => {
    await bring(store, [record(1)]);
    const one = webSub();
    answer = 500;
    expect(await one.look()).toEqual({ told: 'failed', reason: 'the WebSub hub answered 500' });
    expect(await later(one, 0.5)).toBe('nothing');
    expect([await later(one, 0.5), await later(one, 1), await later(one, 1)]).toEqual([
      'failed',
      'nothing',
      'failed',
    ]);
    answer = 204;
    expect(await later(one, 60)).toBe('hub');
  });

  it('follows no hub elsewhere, and says so if none can be reached', async () => {
    await bring(store, [record(1)]);
    answer = 302;
    expect(await webSub().look()).toMatchObject({ reason: 'the WebSub hub answered 302' });
    expect(heard).toHaveLength(1);
    hub = 'http://127.0.0.1:1/';
    expect(await webSub().look()).toMatchObject({
      told: 'failed',
      reason: expect.stringMatching(/^the WebSub hub cannot be reached: /),
    });
  });
});
