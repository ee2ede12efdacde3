/** What comes in by POST: from whom it is accepted, and searches saved for the digest. */
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { issuesIn } from '../digest/issues.ts';
import { subscribersIn } from '../digest/subscribers.ts';
import { issueOf } from '../digest/testing.fixture.ts';
import { ROUTES } from '../routes.ts';
import type { Store } from '../store/open.ts';
import { NOON, sampleContext } from '../testing/sample.ts';
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
    expect(context.subscribers.all).toHaveLength(status === 303 ? 1 : 0);
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
    }
    expect(context.subscribers.all).toHaveLength(3);
  });
});

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const CONFIG = readConfig({ SMTP_URL: 'smtp://127.0.0.1:1', PUBLIC_URL: 'https://papers.example' });
  const siteWith = (config = CONFIG) => {
    const context = sampleContext();
    const subscribers = subscribersIn({ store, config, now: () => context.clock.now }) as never;
    return site({ subscribers, issues: issuesIn(store) });
  };
  const token = async () =>
    (await store.read.selectFrom('subscribers').select('token').executeTakeFirst())?.token;

  it('subscribes to a search, which waits for whoever has the link from its email', async () => {
    const { post, get } = siteWith();
    await post('/search/subscriptions');
    await post('/search/subscriptions', WISH.replace('daily', 'weekly').replace('Ada', 'ada'));
    const rows = await store.read
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber')
      .select(['email', 'list', 'subject', 'name', 'cadence', 'state'])
      .execute();
    expect(rows).toEqual([
      {
        email: 'ada@example.org',
        list: 'search',
        subject: 'q=letters&category=cs.DS',
        name: '“letters”, category cs.DS',
        cadence: 'weekly',
        state: 'unconfirmed',
      },
    ]);
    const path = `/subscriptions/${await token()}`;
    // Scanners open every link in a mail, with GET and HEAD: nothing changes.
    for (const link of [path, `${path}/unsubscribe`, `${path}/add?list=daily`]) {
      const shown = await get(link);
      expect([shown.status, shown.headers.get('cache-control')]).toEqual([200, 'no-store']);
    }
    const html = await (await get(path)).text();
    expect(html).toContain(
      '<a href="/search?q=letters&amp;category=cs.DS">Search: “letters”, category cs.DS',
    );
    expect(html).toContain('value="confirm"');
    expect(await store.read.selectFrom('subscribers').select(['state', 'next_due']).execute()).toEqual([
      { state: 'unconfirmed', next_due: null },
    ]);
    // Where links of earlier versions led.
    expect((await get(`/search${path}`)).headers.get('location')).toBe(path);
    const gone = await post(path, 'do=delete');
    expect([gone.status, await gone.text()]).toEqual([200, expect.stringContaining('have been deleted')]);
    expect([(await get(path)).status, (await post(path, 'do=delete')).status]).toEqual([404, 404]);
  });

  it('gives the same answer whether the address is new, known or confirmed, and reveals its token to nobody', async () => {
    const { post, get } = siteWith();
    const answers: unknown[] = [];
    for (const state of ['new', 'known', 'confirmed']) {
      if (state === 'confirmed') await post(`/subscriptions/${await token()}`, 'do=confirm');
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
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(JSON.stringify(answers)).not.toContain(await token());
    expect(JSON.stringify(answers)).toContain('/subscribe/noted');
  });

  it('confirms, changes and ends subscriptions, which mail programs can end as well', async () => {
    const { post, get } = siteWith();
    const chosen = 'day=0&day=4&time=18:30&zone=Asia/Kathmandu&most=5&votes=3&without=loom%2C+mill&quiet=say';
    const sent = await post(
      '/subscribe',
      `list=daily&list=weekly&category=cs.CL&cadence=daily&email=a@b.example&${chosen}`,
    );
    expect([sent.status, sent.headers.get('location')]).toEqual([303, '/subscribe/noted']);
    const path = `/subscriptions/${await token()}`;
    const confirmed = await (await post(path, 'do=confirm')).text();
    for (const text of ['The daily edition', 'The best of each week', 'Category: cs.CL, every day'])
      expect(confirmed).toContain(text);
    expect(confirmed).toMatch(/value="18:30"/);
    expect(confirmed).toMatch(/<option value="Asia\/Kathmandu" selected/);
    expect(confirmed).toContain('value="loom, mill"');

    for (const [body, status, says] of [
      ['do=choose&time=18:30&zone=UTC', 400, 'at least one day'],
      ['do=choose&day=1&time=25:00&zone=UTC', 400, 'a time of day'],
      ['do=choose&day=1&time=07:00&zone=Mars/Base', 400, 'not a time zone'],
      ['do=choose&day=1&time=07:00&zone=UTC&most=51', 400, 'from 1 to 50'],
      ['do=choose&day=1&time=07:00&zone=UTC', 200, 'Saved.'],
      ['do=nothing', 400, 'no such action'],
    ] as const) {
      const answer = await post(path, body);
      expect([answer.status, await answer.text()]).toEqual([status, expect.stringContaining(says)]);
    }
    expect(await (await post(`${path}/add`, 'list=category&subject=cs.LG&cadence=weekly')).text()).toContain(
      'cs.LG',
    );
    const html = await (await get(path)).text();
    const only = /name="only" value="([^"]+)"/.exec(html)![1]!;
    expect(await (await post(`${path}/unsubscribe`, `only=${only}`)).text()).toContain('Removed.');

    // RFC 8058: no cookie, no redirect, either encoding, as often as somebody likes; and only with the right token.
    const multipart = new FormData();
    multipart.set('List-Unsubscribe', 'One-Click');
    const request = new Request('http://localhost/', { method: 'POST', body: multipart });
    const bytes = new Uint8Array(await request.arrayBuffer());
    const type = { 'content-type': request.headers.get('content-type')! };
    for (const [body, headers] of [
      ['List-Unsubscribe=One-Click', {}],
      [bytes, type],
      ['List-Unsubscribe=One-Click', {}],
    ] as const) {
      const answer = await post(`${path}/unsubscribe`, body, headers);
      expect([answer.status, answer.headers.get('set-cookie')]).toEqual([200, null]);
      expect(await answer.text()).toContain('Unsubscribed');
      expect((await post(`${path.slice(0, -1)}x/unsubscribe`, body, headers)).status).toBe(404);
    }
    expect(await store.read.selectFrom('subscriptions').selectAll().execute()).toEqual([]);
    expect(await (await get(path)).text()).toContain('gets no digest from us');
  });

  it('shows each email due as a page, to whoever has the link to the subscriptions', async () => {
    const { post, get } = siteWith();
    await post('/subscribe', 'list=daily&email=a@b.example');
    await post('/subscribe', 'list=daily&email=c@d.example');
    const of = async (email: string) =>
      store.read.selectFrom('subscribers').selectAll().where('email', '=', email).executeTakeFirstOrThrow();
    const [ada, other] = [await of('a@b.example'), await of('c@d.example')];
    for (const one of [ada, other]) await post(`/subscriptions/${one.token}`, 'do=confirm');
    const { id: issue } = await issuesIn(store).keep(issueOf('daily', '', '2026-06-26', [1, 2, 999]));
    const base = {
      subscriber: ada.id,
      email: ada.email,
      domain: 'b.example',
      message_id: 'm1@papers.example',
    };
    await store.write
      .insertInto('deliveries')
      .values({
        ...{
          ...base,
          id: 'd1',
          due_at: NOON,
          composed_at: NOON,
          state: 'sent',
          reason: null,
          subject: 'Two papers',
        },
        ...{
          sections: JSON.stringify([{ issue, papers: [1, 2, 999], left: 4, had: 1 }]),
          tries: 1,
          next_at: 0,
        },
        ...{ lease_until: 0, handed_at: NOON, ended_at: NOON, answer: '250 queued as <42>' },
      })
      .execute();
    const page = await (await get(`/subscriptions/${ada.token}`)).text();
    for (const text of [
      'Sent',
      '“250 queued as &lt;42&gt;”',
      'm1@papers.example',
      `/subscriptions/${ada.token}/mails/d1`,
    ])
      expect(page).toContain(text);
    const mail = await get(`/subscriptions/${ada.token}/mails/d1`);
    expect([mail.status, mail.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const html = await mail.text();
    for (const text of [
      '<h1>Two papers</h1>',
      'Paper 1',
      'Paper 2',
      '4 more papers',
      `href="/digests/${issue}"`,
    ])
      expect(html).toContain(text);
    // It is not here any more.
    expect(html).not.toContain('Paper 999');
    expect((await get(`/subscriptions/${other.token}/mails/d1`)).status).toBe(404);
    expect((await get(`/subscriptions/${ada.token}/mails/d2`)).status).toBe(404);
  });

  it('is refused where the site sends no email, which pages say before anybody gives an address', async () => {
    const { post, get } = siteWith({ ...CONFIG, PUBLIC_URL: null });
    for (const path of ['/', '/search?q=letters', '/subscribe', '/papers/trending', '/authors/ada-example']) {
      const html = await (await get(path)).text();
      expect(html).not.toContain('name="email"');
    }
    expect(await (await get('/subscribe')).text()).toContain('does not send email');
    expect((await post('/subscribe', 'list=daily&email=a@b.example')).status).toBe(409);
    expect(await token()).toBe(undefined);
  });
});

describe('a subscription', () => {
  it.each([
    ['q=letters&email=ada&cadence=daily', 'is not a valid email address'],
    ['q=letters&email=<script>&cadence=daily', '“&lt;script&gt;”'],
    ['q=letters&email=ada@example.org&cadence=hourly', 'daily, weekly or monthly'],
    ['email=ada@example.org&cadence=daily', 'needs words or a filter'],
    ['q=letters&from=2026-99-01&email=ada@example.org&cadence=daily', 'not a day'],
  ])('of %s is refused with a reason', async (body, says) => {
    const { post, context } = site();
    const response = await post('/search/subscriptions', body);
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(says)]);
    expect(context.subscribers.all).toEqual([]);
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
