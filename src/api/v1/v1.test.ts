/** Our own interface while things change: votes between pages, old cursors, sources with runs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { wrongWith, wrongWithError } from '../../../test/api-contract.ts';
import { onBoth, type TestDatabase } from '../../../test/databases.ts';
import { readConfig } from '../../config.ts';
import { createWeb, openWeb } from '../../http/app.ts';
import { RequestLimit } from '../../http/limit.ts';
import { Catalogue } from '../../papers/catalogue.ts';
import { pruneOrders } from '../../papers/editions/closing.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import { type FollowedTopics, followTopics } from '../../papers/topics.ts';
import type { PaperRecord } from '../../papers/types.ts';
import { openIndex } from '../../search/index.ts';
import { deskOf } from '../../sources/desk.ts';
import { keepRejected } from '../../sources/rejected.ts';
import { gazette, wrote } from '../../sources/sample.fixture.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { NOON, sampleContext } from '../../testing/sample.ts';
import { mountApi } from '../mount.ts';

const PAPERS = 130;
const HOUR = 3_600_000;

const record = (number: number, upvotes: number): PaperRecord =>
  recordOf(number, {
    source: 'hf',
    authors: ['Nobody Particular'],
    published: '2026-06-20',
    listed: '2026-06-26',
    upvotes,
  });

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let topics: FollowedTopics;
  let get: (path: string) => Promise<Response>;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    const context = sampleContext();
    const turn = { timezone: context.site.timezone, turn: context.site.turn };
    const index = openIndex(database.env.DATA_DIR);
    const library = new Catalogue({ store, index, turn, now: () => NOON });
    topics = await followTopics({ store, index });
    Object.assign(context, {
      library,
      topics,
      sources: deskOf(store, readConfig({}), [gazette], () => NOON),
    });
    const web = openWeb(context);
    const app = createWeb(web);
    mountApi(app, web);
    get = async (path) => app.request(`http://localhost${path}`);
    const all = Array.from({ length: PAPERS }, (_, i) => record(i + 1, i));
    await takeIn(store, all, new Set());
  });
  afterEach(async () => {
    await topics.stop();
    await store.close();
    await database.remove();
  });

  // biome-ignore lint/suspicious/noExplicitAny: the tests look into responses of any shape
  type Any = any;
  async function ask(path: string, address = path): Promise<Any> {
    const response = await get(address);
    const body = await response.json();
    expect([address, response.status, wrongWith(path, 200, body)]).toEqual([address, 200, '']);
    return body;
  }
  const ids = (page: Any): string[] => page.items.map(({ id }: { id: string }) => id);

  describe('a list that votes reorder', () => {
    it.each([
      ['/api/v1/editions/{period}', '/api/v1/editions/2026-06-26'],
      ['/api/v1/trending', '/api/v1/trending'],
    ])('%s neither repeats nor drops a paper while they do', async (path, address) => {
      const before: string[] = [];
      for (let cursor: string | null = ''; cursor !== null; ) {
        const page: Any = await ask(path, `${address}?limit=100${cursor && `&cursor=${cursor}`}`);
        before.push(...ids(page));
        cursor = page.next;
      }
      const met: string[] = [];
      let round = 0;
      for (let cursor: string | null = ''; cursor !== null; round++) {
        const page: Any = await ask(path, `${address}?limit=35${cursor && `&cursor=${cursor}`}`);
        met.push(...ids(page));
        cursor = page.next;
        // The last becomes the first, the first the last, and a new one comes in.
        await takeIn(
          store,
          [record(1 + round, 9000 + round), record(PAPERS - round, 0), record(1000 + round, 5000)],
          new Set(),
        );
      }
      expect(round).toBe(4);
      expect(met).toEqual(before);
      // Starting over gives the current order.
      expect(ids(await ask(path, address))[0]).toBe('2606.00004');
    });

    it('says so when its order is no longer known', async () => {
      const { next } = await ask('/api/v1/trending', '/api/v1/trending?limit=10');
      await takeIn(store, [record(1, 9000)], new Set());
      await pruneOrders(store, Number.MAX_SAFE_INTEGER);
      const response = await get(`/api/v1/trending?limit=10&cursor=${next}`);
      const body: Any = await response.json();
      expect([response.status, wrongWithError(body)]).toEqual([410, '']);
      expect(body.error).toMatchObject({ code: 'CursorExpired', parameter: 'cursor' });
    });
  });

  it('an address too long for a header is only in `next`', async () => {
    const many = Array.from({ length: 600 }, () => 'limit=1').join('&');
    const { headers, status } = await get(`/api/v1/trending?${many}`);
    const again = await get('/api/v1/trending?limit=1&utm_source=somebody');
    expect([status, headers.get('link')]).toEqual([200, null]);
    expect(again.headers.get('link')).toMatch(/^<[^>]*trending\?limit=1&cursor=[\w-]+>; rel="next"$/);
  });

  it('a list of an author’s papers can be paged at any size', async () => {
    const path = '/api/v1/authors/{slug}';
    const met: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: Any = await ask(
        path,
        `/api/v1/authors/nobody-particular?limit=49${cursor && `&cursor=${cursor}`}`,
      );
      expect(page.total).toBe(PAPERS);
      met.push(...ids(page));
      cursor = page.next;
    }
    expect([met.length, new Set(met).size]).toEqual([PAPERS, PAPERS]);
  });

  it('a preprint and its publication that are two papers are linked from either', async () => {
    const doi = (value: string) => ({ scheme: 'doi' as const, value });
    const preprint: PaperRecord = {
      source: 'crossref',
      identifiers: [doi('10.1101/2026.01.000')],
      title: 'First thoughts about looms',
      sameAs: [
        { ...doi('10.1000/y'), as: 'publication' },
        { ...doi('10.1000/elsewhere'), as: 'publication' },
      ],
    };
    const printed: PaperRecord = { source: 'crossref', identifiers: [doi('10.1000/y')], title: 'Engines' };
    await takeIn(store, [preprint, printed], new Set());
    const forms = (id: string) => ask('/api/v1/papers/{id}/forms', `/api/v1/papers/${id}/forms`);
    expect(await forms('doi:10.1101/2026.01.000')).toMatchObject({
      id: 'doi:10.1101/2026.01.000',
      items: [
        {
          as: 'publication',
          value: '10.1000/elsewhere',
          url: 'https://doi.org/10.1000/elsewhere',
          paper: null,
        },
        {
          as: 'publication',
          scheme: 'doi',
          value: '10.1000/y',
          paper: { id: 'doi:10.1000/y', title: 'Engines' },
        },
      ],
    });
    expect((await forms('doi:10.1000/y')).items).toMatchObject([
      { as: 'preprint', value: '10.1101/2026.01.000', paper: { id: 'doi:10.1101/2026.01.000' } },
    ]);
    expect((await forms('2606.00001')).items).toEqual([]);
    // What readers submitted with it, as long as no moderator hides it.
    const pictures = () => ask('/api/v1/papers/{id}/pictures', '/api/v1/papers/2606.00001/pictures');
    const { pk } = await store.read
      .selectFrom('papers')
      .select('pk')
      .where('id', '=', '2606.00001')
      .executeTakeFirstOrThrow();
    const shown = { alt: 'A loom', width: 30, height: 20 };
    for (const [place, state] of ['shown', 'hidden'].entries())
      await store.write
        .insertInto('pictures')
        .values({ ...{ id: state, paper: pk, account: null, place, at: 1, state, image: '' }, ...shown })
        .execute();
    expect((await pictures()).items).toEqual([
      { ...shown, url: expect.stringMatching(/^https?:\/\/.+\/pictures\/shown$/) },
    ]);
  });

  describe('the sources', () => {
    it('report their state, runs and rejected records, and no secret', async () => {
      const failed = {
        state: 'failed',
        why: 'https://me:s3cret@gazette.example/x?api_key=s3cret: 503',
      } as const;
      await wrote(store, 'new a', NOON - 3 * HOUR, {
        state: 'ok',
        announced: '2026-06-26',
        expected: 3,
        got: 3,
      });
      await wrote(store, 'new a', NOON - HOUR, failed);
      const place = 'https://me:s3cret@gazette.example/7';
      await keepRejected(store, 'gazette', 'new a', [{ place, reason: 'It has no title.', raw: null }], NOON);
      const status = await ask('/api/v1/sources');
      const [part] = status.items;
      expect([status.level, part.source, part.part, part.state, part.rejected]).toEqual([
        'trouble',
        'gazette',
        'new a',
        'failed',
        1,
      ]);
      const path = '/api/v1/sources/{source}/runs';
      const first = await ask(path, '/api/v1/sources/gazette/runs?limit=1');
      const second = await ask(path, `/api/v1/sources/gazette/runs?limit=1&cursor=${first.next}`);
      expect([first, second].map(({ items }) => items[0].state)).toEqual(['failed', 'ok']);
      expect((await get('/api/v1/sources/gazette/rejected')).status).toBe(404);
      expect(JSON.stringify([status, first, second])).not.toMatch(/s3cret|It has no title/);
    });

    it('are built for each request', async () => {
      const { headers } = await get('/api/v1/sources');
      expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null]);
    });
  });

  it('says, in its own shape, how long to wait after too many requests', async () => {
    const context = sampleContext();
    const limit = new RequestLimit(1);
    Object.assign(context, { allow: (address: string) => limit.take(address, NOON) });
    const web = openWeb(context);
    const app = createWeb(web);
    mountApi(app, web);
    expect((await app.request('http://localhost/api/v1')).status).toBe(200);
    const refused = await app.request('http://localhost/api/v1');
    const body: Any = await refused.json();
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '300']);
    expect([wrongWithError(body), body.error.code]).toEqual(['', 'TooManyRequests']);
  });

  it('a search takes a year, and says what is wrong with one that is none', async () => {
    const found = await ask('/api/v1/search', '/api/v1/search?year=2026&from=2026-03-01');
    expect(found.exports.jsonl).toContain('?from=2026-03-01&to=2026-12-31');
    for (const [query, says] of [
      ['year=abc', 'The parameter "year" cannot be read: Write a year like 2025.'],
      ['year=2025&from=2026-01-01', 'The days and the year have nothing in common.'],
    ] as const) {
      const refused = await get(`/api/v1/search?${query}`);
      const { error } = (await refused.json()) as Any;
      expect([refused.status, error.message]).toEqual([400, says]);
    }
  });

  it('answers on a site without papers too', async () => {
    const empty = await fresh();
    const nothing = await empty.open();
    const context = sampleContext([]);
    const turn = { timezone: 'UTC', turn: '21:30' };
    const library = new Catalogue({
      store: nothing,
      index: openIndex(empty.env.DATA_DIR),
      turn,
      now: () => NOON,
    });
    Object.assign(context, { library });
    const web = openWeb(context);
    const app = createWeb(web);
    mountApi(app, web);
    get = async (path) => app.request(`http://localhost${path}`);
    for (const path of [
      '/api/v1',
      '/api/v1/trending',
      '/api/v1/papers',
      '/api/v1/editions',
      '/api/v1/search',
    ])
      expect(await ask(path)).toBeTruthy();
    expect((await get('/api/v1/editions/latest')).status).toBe(404);
    expect((await get('/api/v1/openapi.json')).status).toBe(200);
    expect(await (await get('/api')).text()).toContain('There is nothing here yet to show as an example.');
    await nothing.close();
    await empty.remove();
  });
});
