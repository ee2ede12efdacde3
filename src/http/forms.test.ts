/** What comes in by POST: from whom it is accepted, and searches saved for the digest. */
import { describe, expect, it } from 'vitest';
import { onBoth } from '../../test/databases.ts';
import { subscriptionsIn } from '../digest/subscriptions.ts';
import { ROUTES } from '../routes.ts';
import { sampleContext } from '../testing/sample.ts';
import { createWeb, openWeb } from './app.ts';
import { LARGEST } from './forms.ts';
import { Limiter } from './limiter.ts';

const WISH = 'q=letters&category=cs.DS&email=Ada%40Example.org&cadence=daily';

function site(change: Partial<ReturnType<typeof sampleContext>> = {}) {
  const context = Object.assign(sampleContext(), change);
  const app = createWeb(openWeb(context));
  const post = (path: string, body: string | Uint8Array = WISH, headers: Record<string, string> = {}) =>
    app.request(`http://localhost${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: body as BodyInit,
    });
  const get = (path: string) => app.request(`http://localhost${path}`);
  return { context, app, post, get };
}

describe('a form', () => {
  it.each([
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'cross-site', origin: 'http://localhost' }, 403],
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost:81', host: 'localhost' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 303],
    [{ 'sec-fetch-site': 'none' }, 303],
    [{ origin: 'http://localhost' }, 303],
    // The site's public address, although a proxy sends its own name.
    [{ origin: 'https://papers.example', host: '127.0.0.1:8080' }, 303],
    [{}, 303],
  ])('sent with %j is answered %i', async (headers, status) => {
    const { post, context } = site();
    const response = await post('/search/subscriptions', WISH, headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(context.subscriptions.all).toHaveLength(status === 303 ? 1 : 0);
  });

  it('is refused from other sites at every address, including those of rooms mounted later', async () => {
    const { app } = site();
    let reached = 0;
    app.post('/api/votes', (c) => c.text(String(++reached)));
    for (const path of [...ROUTES.map((route) => route.path), '/api/votes', '/nowhere']) {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        const headers = { origin: 'https://evil.example' };
        const response = await app.request(`http://localhost${path}`, { method, headers });
        expect([path, method, response.status]).toEqual([path, method, 403]);
      }
    }
    expect(reached).toBe(0);
  });

  it('must be one, and not too large', async () => {
    const { post, app } = site();
    const path = '/search/subscriptions';
    expect((await post(path, '{}', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await post(path, `q=${'x'.repeat(LARGEST)}`)).status).toBe(413);
    // Without an announced length.
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(4096).fill(120)),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit;
    expect((await app.request(`http://localhost${path}`, init)).status).toBe(413);
  });

  it('has an address distinct from those that are read', async () => {
    const { app, get } = site();
    const response = await get('/search/subscriptions');
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    const put = await app.request('http://localhost/search/subscriptions/x', { method: 'PUT' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
  });

  it('is never answered from the cache, nor cached', async () => {
    const { post, context } = site();
    for (let i = 0; i < 3; i++) {
      const response = await post('/search/subscriptions');
      expect([response.status, response.headers.get('cache-control')]).toEqual([303, 'no-store']);
      expect(response.headers.has('etag')).toBe(false);
      await post('/search/subscriptions/token-1');
    }
    expect(context.subscriptions.all).toHaveLength(0);
  });
});

onBoth((_kind, fresh) => {
  it('saves a search, shows it to whoever has the link from its email, and cancels it', async () => {
    const database = await fresh();
    const store = await database.open();
    const { post, get } = site({ subscriptions: subscriptionsIn(store) as never });
    await post('/search/subscriptions');
    await post('/search/subscriptions', WISH.replace('daily', 'weekly').replace('Ada', 'ada'));
    const rows = await store.read.selectFrom('search_subscriptions').selectAll().execute();
    expect(rows).toMatchObject([
      {
        email: 'ada@example.org',
        query: 'q=letters&category=cs.DS',
        cadence: 'weekly',
        state: 'unconfirmed',
      },
    ]);
    expect(rows[0]!.token).toMatch(/^[\w-]{24}$/);
    const path = `/search/subscriptions/${rows[0]!.token}`;
    const shown = await get(path);
    expect(shown.headers.get('cache-control')).toBe('no-store');
    const html = await shown.text();
    expect(html).toContain('<a href="/search?q=letters&amp;category=cs.DS">“letters”, category cs.DS</a>');
    expect(html).toContain('Digests are not sent yet');
    expect(html).toContain(`<form action="${path}" method="post"`);
    const gone = await post(path, '');
    expect([gone.status, await gone.text()]).toEqual([
      200,
      expect.stringContaining('Subscription cancelled'),
    ]);
    expect([(await get(path)).status, (await post(path, '')).status]).toEqual([404, 404]);
    await store.close();
    await database.remove();
  });

  it('gives the same answer whether the address is new, known or confirmed, and reveals its token to nobody', async () => {
    const database = await fresh();
    const store = await database.open();
    const { post, get } = site({ subscriptions: subscriptionsIn(store) as never });
    const answers: unknown[] = [];
    const tokens = async () =>
      (await store.read.selectFrom('search_subscriptions').select('token').execute()).map(
        ({ token }) => token,
      );
    for (const state of ['new', 'known', 'confirmed']) {
      if (state === 'confirmed')
        await store.write.updateTable('search_subscriptions').set({ state }).execute();
      const answer = await post('/search/subscriptions');
      const next = await get(answer.headers.get('location')!);
      // How much may still be sent depends on how much was sent before.
      const all = (response: Response) =>
        [...response.headers].filter(([name]) => !['x-request-id', 'ratelimit'].includes(name));
      answers.push([
        answer.status,
        all(answer),
        await answer.text(),
        next.status,
        all(next),
        await next.text(),
      ]);
    }
    expect(await tokens()).toHaveLength(1);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(JSON.stringify(answers)).not.toContain((await tokens())[0]);
    expect(JSON.stringify(answers)).toContain('/search/subscriptions/noted?q=letters&category=cs.DS');
    await store.close();
    await database.remove();
  });
});

it('says before an address is entered that digests are not sent yet', async () => {
  const html = await (await site().get('/search?q=letters')).text();
  const says = html.indexOf('Digests are not sent yet');
  expect(says).toBeGreaterThan(0);
  expect(says).toBeLessThan(html.indexOf('name="email"'));
});

describe('a subscription', () => {
  it.each([
    ['q=letters&email=ada&cadence=daily', 'is not a valid email address'],
    ['q=letters&email=<script>&cadence=daily', '“&lt;script&gt;”'],
    ['q=letters&email=ada@example.org&cadence=hourly', 'daily or weekly'],
    ['email=ada@example.org&cadence=daily', 'needs words or a filter'],
    ['q=letters&from=2026-99-01&email=ada@example.org&cadence=daily', 'not a day'],
  ])('of %s is refused with a reason', async (body, says) => {
    const { post, context } = site();
    const response = await post('/search/subscriptions', body);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(says)]);
    expect(context.subscriptions.all).toEqual([]);
  });

  it('is limited to a reasonable number', async () => {
    const { post, context } = site();
    const answers: number[] = [];
    for (let i = 0; i < 22; i++)
      answers.push((await post('/search/subscriptions', `${WISH}&from=20${10 + i}-01-01`)).status);
    expect(answers).toEqual([...Array(20).fill(303), 429, 429]);
    const late = await post('/search/subscriptions');
    expect(Object.fromEntries(late.headers)).toMatchObject({
      'retry-after': '3600',
      ratelimit: '"subscriptions";r=0;t=3600',
      'ratelimit-policy': '"subscriptions";q=20;w=3600',
    });
    expect(await late.text()).toContain(
      'Too many subscriptions in a short time. Please try again in 60 minutes.',
    );
    context.clock.now += 3_600_001;
    expect((await post('/search/subscriptions')).status).toBe(303);
  });
});

describe('counting senders', () => {
  it('takes bounded memory', () => {
    const limiter = new Limiter(2, 1000);
    expect([
      limiter.take('a', 0),
      limiter.take('a', 500),
      limiter.take('a', 600),
      limiter.take('b', 600),
    ]).toEqual([0, 0, 1, 0]);
    expect(limiter.take('a', 1001)).toBe(0);
    for (let i = 0; i < 20_000; i++) limiter.take(`x${i}`, 1001);
    expect(limiter.take('a', 1001)).toBe(0);
  });
});
