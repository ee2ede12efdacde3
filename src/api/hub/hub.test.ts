/** The Hub's API over HTTP, over a library in memory: errors, headers, caching, edge cases. */
import { describe, expect, it } from 'vitest';
import { createWeb, openWeb } from '../../http/app.ts';
import { RequestLimit } from '../../http/limit.ts';
import { NOON, sampleContext, samplePapers } from '../../testing/sample.ts';
import { mountApi, ROUTES } from '../mount.ts';

function site(change: Partial<ReturnType<typeof sampleContext>> = {}, papers = samplePapers()) {
  const context = Object.assign(sampleContext(papers), change);
  const web = openWeb(context);
  const app = createWeb(web);
  mountApi(app, web);
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.request(`http://localhost${path}`, { headers, method });
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into responses of any shape
  const json = async (path: string): Promise<any> => (await get(path)).json();
  return { context, get, json };
}

describe('the daily list', () => {
  it('without a date has the newest day first, late papers last in their day', async () => {
    const list = await site().json('/api/daily_papers');
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const ids = list.map((one: any) => one.paper.id);
    expect(ids.slice(0, 6)).toEqual([
      '2606.00001',
      'hep-th/9901001',
      '2606.00004',
      'doi:10.1/x',
      '2606.00005',
      '2606.00006',
    ]);
  });

  it('has everything known about a paper, in the Hub’s fields and where its clients look', async () => {
    const [one] = await site().json('/api/daily_papers?date=2026-06-26&limit=1');
    const told = {
      ai_summary: 'A short account of an invented method, in other words.',
      ai_keywords: ['sorting', 'imaginary letters'],
      githubRepo: 'https://github.com/example/letters',
      githubStars: 412,
      organization: {
        _id: expect.stringMatching(/^[0-9a-f]{24}$/),
        name: 'example-lab',
        fullname: 'Example Lab',
      },
      upvotes: 128,
    };
    expect(one).toMatchObject({
      ...told,
      publishedAt: '2026-06-26T00:00:00.000Z',
      numComments: 4,
      thumbnail: 'https://papers.example/papers/2606.00001/og.png',
      submittedBy: { name: 'broadsheet', user: 'broadsheet', fullname: 'Broadsheet', type: 'user' },
      paper: {
        ...told,
        publishedAt: '2026-06-24T00:00:00.000Z',
        submittedOnDailyAt: '2026-06-26T00:00:00.000Z',
      },
    });
    // An address that is not a web address is not published.
    expect('projectPage' in one || 'projectPage' in one.paper).toBe(false);
  });

  it.each([
    ['date=2026-06-32', 'That day does not exist'],
    ['date=yesterday', 'Write a day like'],
    ['date=2026-06-28', 'future'],
    ['week=2026-W54', 'That week does not exist'],
    ['week=2025-W53', 'That week does not exist'],
    ['week=2026-W27', 'future'],
    ['month=2026-13', 'That month does not exist'],
    ['month=2026-07', 'future'],
    ['limit=0', '"limit" must be a whole number from 1 to 100'],
    ['limit=101', '"limit" must be a whole number from 1 to 100'],
    ['limit=ten', '"limit"'],
    ['p=-1', '"p" must be a whole number from 0'],
    ['p=1e3', '"p"'],
    ['sort=best', '"sort" must be one of publishedAt, trending'],
    [`submitter=${'a'.repeat(101)}`, 'longer than 100'],
  ])('%s is a 400 that says so', async (query, says) => {
    const response = await site().get(`/api/daily_papers?${query}`);
    const { error } = (await response.json()) as { error: string };
    expect([response.status, response.headers.get('x-error-code')]).toEqual([400, 'BadRequest']);
    expect(error).toContain(says);
    expect(response.headers.get('x-error-message')).toBe(error);
    expect(response.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it.each([
    'date=2026-6-26',
    'week=2026-W26',
    'week=2026-w26',
    'week=2020-W53',
    'month=2026-6',
    'date=&limit=&q=x&unknown=1',
    'p=9007199254740991',
    'submitter=%00%0d%0a',
  ])('%s is accepted', async (query) => {
    expect((await site().get(`/api/daily_papers?${query}`)).status).toBe(200);
  });

  it('accepts the next day once the edition has turned', async () => {
    const context = sampleContext();
    context.clock.now = NOON + 12 * 3_600_000;
    const { get } = site({ now: () => context.clock.now });
    expect((await get('/api/daily_papers?date=2026-06-27')).status).toBe(200);
    expect((await get('/api/daily_papers?date=2026-06-28')).status).toBe(400);
  });
});

describe('a paper', () => {
  it.each([
    '2606.00001',
    'arXiv:2606.00001v2',
    'hep-th/9901001',
    'hep-th%2F9901001',
    'doi:10.1/x',
    'dayless',
  ])('%s is found', async (id) => expect((await site().get(`/api/papers/${id}`)).status).toBe(200));

  it('has a date even if none is known, because the field is not optional', async () => {
    const paper = await site().json('/api/papers/dayless');
    expect(paper.publishedAt).toBe('1970-01-01T00:00:00.000Z');
    expect('submittedOnDailyAt' in paper).toBe(false);
  });

  it('has comments and the end of its edition on request', async () => {
    const { json } = site();
    const path = '/api/papers/2606.00001';
    expect(await json(path)).not.toHaveProperty('comments');
    expect(await json(`${path}?field=comments`)).toHaveProperty('comments', []);
    for (const query of ['field=submissionDeadline&field=comments', 'field=comments,submissionDeadline'])
      expect(await json(`${path}?${query}`)).toMatchObject({
        submissionDeadline: '2026-06-27T01:30:00.000Z',
        comments: [],
      });
  });

  it('has the models, datasets and Spaces that cite it, and none if none are known', async () => {
    const [first, ...others] = samplePapers();
    const repositories = {
      models: [{ id: 'lab/loom-7b', likes: 12, task: 'text-to-speech' }, { id: 'bert' }],
      datasets: [],
      spaces: [{ id: 'lab/talk', emoji: '🧵', running: true }],
      totals: { models: 41, datasets: 0, spaces: 1 },
    };
    const { json } = site({}, [{ ...first!, repositories }, ...others]);
    const told = await json(`/api/papers/${first!.id}`);
    expect(told).toMatchObject({
      linkedModels: [
        { id: 'lab/loom-7b', author: 'lab', likes: 12, pipeline_tag: 'text-to-speech', repoType: 'model' },
        { id: 'bert', author: '', lastModified: '1970-01-01T00:00:00.000Z', private: false },
      ],
      numTotalModels: 41,
      linkedDatasets: [],
      numTotalDatasets: 0,
      linkedSpaces: [{ id: 'lab/talk', emoji: '🧵', running: true, featured: false }],
      numTotalSpaces: 1,
    });
    expect(await json(`/api/arxiv/${first!.id}/repos`)).toEqual({
      models: told.linkedModels,
      datasets: [],
      spaces: told.linkedSpaces,
    });
    expect(await json(`/api/papers/${others[0]!.id}`)).toMatchObject({ linkedModels: [], numTotalModels: 0 });
  });

  it('says so if its authors have withdrawn it', async () => {
    expect(await site().json('/api/papers/2606.00004')).toHaveProperty(
      'withdrawnAt',
      '2026-06-23T00:00:00.000Z',
    );
  });
});

describe('the list of all papers', () => {
  it('continues where its cursor says, whatever the page', async () => {
    const { get } = site();
    const ids: string[] = [];
    for (let path: string | undefined = '/api/papers?limit=3'; path; ) {
      const response = await get(path);
      ids.push(...((await response.json()) as { id: string }[]).map(({ id }) => id));
      path = /<https:\/\/papers\.example([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(new Set(ids).size).toBe(10);
    expect(ids).toHaveLength(10);
  });

  it.each(['x', '%F0%9F%98%80', Buffer.from('no cursor').toString('base64url'), 'a'.repeat(3000)])(
    'refuses the cursor %s',
    async (cursor) => expect((await site().get(`/api/papers?cursor=${cursor}`)).status).toBe(400),
  );
});

describe('search', () => {
  it('requests as many as are wanted and no more', async () => {
    const { json, context } = site();
    expect(await json('/api/papers/search?q=example&limit=2')).toHaveLength(2);
    expect(context.library.asked).toEqual({ q: 'example', limit: 2, facets: false });
    // Clients that send only the query truncate the list themselves, up to as many as the Hub gives.
    await json('/api/papers/search?q=example');
    expect(context.library.asked).toEqual({ q: 'example', limit: 120, facets: false });
  });

  it('finds the paper for an identifier', async () => {
    expect(await site().json('/api/papers/search?q=2606.00001')).toMatchObject([
      { paper: { id: '2606.00001' } },
    ]);
  });

  it('finds nothing for nothing, and refuses what the Hub refuses', async () => {
    const { json, get } = site();
    expect(await json('/api/papers/search')).toEqual([]);
    expect((await get(`/api/papers/search?q=${'a'.repeat(251)}`)).status).toBe(400);
    expect((await get('/api/papers/search?q=a&limit=121')).status).toBe(400);
  });

  it('gives ids while typing, and none of other kinds', async () => {
    const { json, get } = site();
    expect(await json('/api/quicksearch?type=paper&q=letters')).toMatchObject({
      q: 'letters',
      papers: [{ id: '2606.00001' }, { id: '2606.00006' }],
      papersCount: 2,
      models: [],
    });
    expect(await json('/api/quicksearch?type=model&type=space&q=letters')).toMatchObject({ papers: [] });
    expect((await get('/api/quicksearch?type=star&q=letters')).status).toBe(400);
  });
});

describe('endpoints that write', () => {
  it.each(['/api/papers/index', '/api/papers/2606.00001/links'])('%s needs a token', async (path) => {
    const response = await site().get(path, {}, 'POST');
    expect([response.status, response.headers.get('x-error-code')]).toEqual([401, 'Unauthorized']);
  });

  it('are refused before that if they come from another site’s page', async () => {
    const response = await site().get('/api/papers/index', { 'sec-fetch-site': 'cross-site' }, 'POST');
    expect(response.status).toBe(403);
    expect(await response.json()).toHaveProperty('error');
  });
});

describe('the API', () => {
  it('answers 404s and bad requests in its own shape, even to a browser', async () => {
    const { get } = site();
    for (const [path, method, status] of [
      ['/api/nothing', 'GET', 404],
      ['/api/papers/none-such', 'GET', 404],
      ['/api/daily_papers', 'POST', 405],
      ['/api/%zz', 'GET', 400],
    ] as const) {
      const response = await get(path, { accept: 'text/html' }, method);
      expect([path, response.status]).toEqual([path, status]);
      expect(await response.json()).toEqual({ error: expect.any(String) });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
    }
    expect((await get('/api/daily_papers', {}, 'DELETE')).headers.get('allow')).toBe('GET, HEAD');
  });

  it('lets scripts on any site read', async () => {
    const { get } = site();
    const asked = {
      origin: 'https://elsewhere.example',
      'access-control-request-method': 'GET',
      'access-control-request-headers': 'authorization, x-amzn-trace-id, bad header',
    };
    const before = await get('/api/daily_papers', asked, 'OPTIONS');
    expect(before.status).toBe(204);
    expect(before.headers.get('access-control-allow-headers')).toBe('authorization, x-amzn-trace-id');
    const { headers } = await get('/api/daily_papers', { origin: asked.origin });
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('Link');
  });

  it('caches a response until something changes, for all clients and whatever unknown parameters there are', async () => {
    const { context, get } = site();
    let made = 0;
    const { daily } = context.library;
    context.library.daily = (...asked) => {
      made++;
      return daily(...asked);
    };
    const path = '/api/daily_papers?limit=5&date=2026-06-26';
    // It has been requested before (http/cache.ts).
    await get(path);
    made = 0;
    const etag = (await get(path)).headers.get('etag');
    await get('/api/daily_papers?date=2026-06-26&utm=x&limit=5');
    await get(path, { authorization: 'Bearer hf_anything' });
    expect((await get(path, { 'if-none-match': etag! })).status).toBe(304);
    expect(made).toBe(1);
    context.library.versionText = 'v2';
    await get(path);
    expect(made).toBe(2);
    // Another limit is another response.
    await get('/api/daily_papers?limit=4&date=2026-06-26');
    expect(made).toBe(3);
  });

  it('answers 429 beyond the limit and says when to come back', async () => {
    const limit = new RequestLimit(2);
    const { get } = site({ allow: (address) => limit.take(address, NOON) });
    const answers = [];
    for (const _ of [1, 2, 3]) answers.push(await get('/api/daily_papers'));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    const { headers } = answers[2]!;
    expect(headers.get('ratelimit')).toBe('"api";r=0;t=300');
    expect(headers.get('ratelimit-policy')).toBe('"fixed window";"api";q=2;w=300');
    expect(headers.get('retry-after')).toBe('300');
    expect(headers.get('x-error-code')).toBe('TooManyRequests');
    // Pages are not counted.
    expect((await get('/')).status).toBe(200);
  });

  it('has a sentence for every address', () => {
    for (const { path, says } of ROUTES) expect(says, path).toMatch(/^[A-Z].{8,}\.$/);
  });
});
