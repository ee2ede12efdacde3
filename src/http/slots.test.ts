import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import type { Account } from '../community/accounts.ts';
import { fakePeople, sampleContext, samplePapers } from '../testing/sample.ts';
import { createWeb, openWeb } from './app.ts';
import type { Route } from './context.ts';
import { fastPath } from './fast.ts';
import { type AtOnce, type Reader, readerFrom } from './reader.ts';
import { text } from './replies.ts';
import { common, cutSlots, type Filling, slot, withSlots } from './slots.ts';

const account = (id: number, displayName: string, role: Account['role']): Account => ({
  id,
  name: displayName.toLowerCase(),
  displayName,
  email: null,
  emailVerified: false,
  role,
  state: 'active',
  showsVotes: true,
  createdAt: 0,
});
const secretOf = (name: string): string => `${name}-`.padEnd(24, 'x');
const ACCOUNTS = {
  [secretOf('ada')]: account(1, 'Ada', 'member'),
  [secretOf('emmy')]: account(2, 'Emmy', 'moderator'),
};

const answering = (path: string, who: 'public' | 'reader' | 'moderator', method: 'GET' | 'POST'): Route => {
  const says = 'An address of this test.';
  const handle = async ({ reader }: { reader: Reader | null }) =>
    text(reader?.displayName ?? 'nobody', 'text/plain');
  return method === 'GET'
    ? { method, path, says, who, kind: 'plain', handle }
    : { method, path, says, who, kind: 'form', handle };
};

function site(papers = samplePapers()) {
  const context = sampleContext(papers);
  const asked: string[][] = [];
  Object.assign(context, {
    routes: [
      ...(['public', 'reader', 'moderator'] as const).flatMap((who) => [
        answering(`/test/${who}`, who, 'GET'),
        answering(`/test/${who}`, who, 'POST'),
      ]),
      ...context.routes,
    ],
    people: fakePeople(ACCOUNTS),
    fillSlots: async (reader: Reader, names: string[]) => {
      asked.push(names);
      return new Map(names.map((name) => [name, `<b>${reader.displayName}: ${name}</b>`]));
    },
  });
  const web = openWeb(context);
  const app = createWeb(web);
  const ask = (path: string, name: string | null, init: RequestInit = {}) =>
    app.request(`http://localhost${path}`, {
      ...init,
      headers: { ...init.headers, ...(name && { cookie: `__Host-broadsheet_session=${secretOf(name)}` }) },
    });
  return { ask, asked, context, web };
}

describe('slots', () => {
  it('are filled in for a reader, in the page that everybody gets', async () => {
    const { ask, asked, context } = site();
    const page = await (await ask('/', null)).text();
    expect(page).not.toContain('Ada');
    const response = await ask('/', 'ada');
    const hers = await response.text();
    expect(hers).toContain('<b>Ada: vote:1</b>');
    expect(hers).toContain('<b>Ada: reader</b>');
    expect([response.headers.get('cache-control'), response.headers.get('etag')]).toEqual([
      'private, no-store',
      null,
    ]);
    expect(response.headers.get('vary')).toContain('cookie');
    // One page is cached, without anything of hers; its slots were filled in a single call.
    expect(context.library.calls.edition).toBe(1);
    expect(asked).toHaveLength(1);
    expect(await (await ask('/', null)).text()).toBe(page);
    expect(await (await ask('/', 'emmy')).text()).toContain('<b>Emmy: vote:1</b>');
  });

  it('are filled in on compressed pages too, and an unknown session is nobody’s', async () => {
    const { ask } = site();
    const response = await ask('/', 'ada', { headers: { 'accept-encoding': 'gzip, br' } });
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await response.arrayBuffer())).toString()).toContain('Ada: vote:1');
    const nobody = await ask('/', 'mallory');
    expect(nobody.headers.get('etag')).not.toBeNull();
  });

  it('are filled in pages that are not kept, because their formulas are still being set', async () => {
    const papers = samplePapers();
    papers[0]!.title = 'Steps: $O(n^{17})$';
    const { ask, context } = site(papers);
    Object.assign(context, {
      formulas: { find: async (all: unknown[]) => all.map(() => undefined), want: () => {} },
    });
    const page = await (await ask('/papers/2606.00001', 'ada')).text();
    expect(page).toContain('<b>Ada: reader</b>');
  });

  it('are filled in error pages too', async () => {
    const { ask } = site();
    const missing = await ask('/nowhere', 'ada');
    expect([missing.status, await missing.text()]).toEqual([404, expect.stringContaining('Ada: reader')]);
    expect(await (await ask('/nowhere', null)).text()).not.toContain('Ada');
  });

  it('cannot be forged by what papers say', async () => {
    const papers = samplePapers();
    papers[0]!.title = 'A <!--[vote:99-->forged<!--]--> slot';
    const { ask, asked } = site(papers);
    await ask('/papers/2606.00001', 'ada');
    expect(asked.flat()).not.toContain('vote:99');
  });

  it('can be cut apart and joined again', () => {
    const page = `a${slot('x', '<i>1</i>')}b${slot('y:2', '')}c`;
    const cut = cutSlots(page);
    expect(cut.slots).toEqual([
      { name: 'x', content: '<i>1</i>' },
      { name: 'y:2', content: '' },
    ]);
    expect(withSlots(cut, new Map())).toBe('a<i>1</i>bc');
    expect(withSlots(cut, new Map([['y:2', 'Y']]))).toBe('a<i>1</i>bYc');
    expect(withSlots(cutSlots('plain <!--[ text'), new Map())).toBe('plain <!--[ text');
  });
});

describe('a reader’s page on the fast path', () => {
  /** What a slot holds: a vote is what others may have as well, all else is the reader's own. */
  const filling = (reader: Reader, name: string): Filling =>
    name.startsWith('vote:') ? common(`${name} ${reader.role}`) : `<b>${reader.displayName}: ${name}</b>`;

  /** A server, what it answers, and how often the application was not needed. */
  const open = async () => {
    const { web, context } = site();
    const accounts = new Map(Object.entries(ACCOUNTS));
    const atOnce: AtOnce = {
      signedIn(secret) {
        const found = accounts.get(secret);
        const session = { id: `session of ${secret}`, createdAt: 0, seenAt: 0, browser: '' };
        return found ? { account: found, session, version: 1 } : null;
      },
      fill: (of, page) => page.slots.map(({ name }) => filling(readerFrom(of), name)),
    };
    Object.assign(context, {
      people: { ...context.people, signedIn: async (secret: string) => atOnce.signedIn(secret) },
      fillSlots: async (reader: Reader, names: string[]) =>
        new Map(names.map((name) => [name, filling(reader, name)])),
      atOnce,
    });
    let fast = 0;
    const first = fastPath(web);
    const then = getRequestListener(createWeb(web).fetch, { overrideGlobalObjects: false });
    const server = createServer((req, res) => {
      if (first(req, res)) fast++;
      else void then(req, res);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const ask = (cookie: string, headers: Record<string, string> = {}, method = 'GET', path = '/') =>
      new Promise<{ response: IncomingMessage; body: Buffer; isFast: boolean }>((resolve, reject) => {
        const before = fast;
        request({ port, path, method, agent: false, headers: { ...headers, cookie } }, (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => resolve({ response, body: Buffer.concat(parts), isFast: fast > before }));
        })
          .on('error', reject)
          .end();
      });
    return { ask, accounts, atOnce, close: () => new Promise((done) => server.close(done)) };
  };
  const cookieOf = (name: string): string => `a=1; __Host-broadsheet_session=${secretOf(name)}; b=2`;

  it('is what the application sends, headers and all, packed for those who accept gzip', async () => {
    const { ask, close } = await open();
    for (const headers of [
      {},
      ...['gzip, br', 'br', 'identity'].map((one) => ({ 'accept-encoding': one })),
    ]) {
      // A page that is not HTML, the methods that send nothing, and conditions are the application's.
      const slow = await ask(cookieOf('ada'), { ...headers, authorization: 'none' });
      const fast = await ask(cookieOf('ada'), headers);
      expect([slow.isFast, fast.isFast]).toEqual([false, true]);
      const said = ({ response }: typeof slow) => ({ ...response.headers, date: '' });
      const isPacked = fast.response.headers['content-encoding'] === 'gzip';
      expect(isPacked).toBe(headers['accept-encoding' as keyof typeof headers] === 'gzip, br');
      expect(said(fast)).toEqual({ ...said(slow), 'content-length': String(fast.body.length) });
      expect(fast.response.headers['cache-control']).toBe('private, no-store');
      expect(fast.response.headers.vary).toBe('accept-encoding, cookie');
      expect(fast.response.headers.etag).toBeUndefined();
      const [a, b] = [slow, fast].map(({ body }) => (isPacked ? gunzipSync(body) : body).toString());
      expect(a).toBe(b);
      expect(a).toContain('<b>Ada: reader</b>');
    }
    // Nobody else's copy can be asked about.
    const again = await ask(cookieOf('ada'), { 'if-none-match': '*', range: 'bytes=0-10' });
    expect([again.response.statusCode, again.isFast]).toEqual([200, true]);
    const head = await ask(cookieOf('ada'), {}, 'HEAD');
    expect([head.response.statusCode, head.body.length]).toEqual([200, 0]);
    await close();
  });

  it('is one reader’s alone, with several of them in turn, and nobody’s once their session is over', async () => {
    const { ask, accounts, close } = await open();
    const page = async (cookie: string) => {
      const { response, body, isFast } = await ask(cookie, { 'accept-encoding': 'gzip' });
      expect(response.headers['content-encoding']).toBe('gzip');
      return { text: gunzipSync(body).toString(), isFast };
    };
    await page(cookieOf('ada'));
    const pages = await Promise.all(
      Array.from({ length: 30 }, (_, i) => page(cookieOf(i % 2 === 0 ? 'ada' : 'emmy'))),
    );
    for (const [i, { text: html, isFast }] of pages.entries()) {
      const [own, other] = i % 2 === 0 ? ['Ada: ', 'Emmy: '] : ['Emmy: ', 'Ada: '];
      expect([isFast, html.includes(own), html.includes(other)]).toEqual([true, true, false]);
    }
    const nobodys = (await ask('', { 'accept-encoding': 'gzip' })).body;
    accounts.delete(secretOf('ada'));
    const over = await ask(cookieOf('ada'), { 'accept-encoding': 'gzip' });
    expect(over.isFast).toBe(false);
    expect(over.body.equals(nobodys)).toBe(true);
    expect((await page(cookieOf('emmy'))).text).toContain('Emmy: ');
    // Cookies by other names, and secrets that cannot be one, are nobody's either.
    for (const odd of [
      `broadsheet_session=${secretOf('emmy')}`,
      `x__Host-broadsheet_session=${secretOf('emmy')}`,
      `__Host-broadsheet_session="${secretOf('emmy')}"`,
      `__Host-broadsheet_session=${secretOf('emmy')} x`,
      '__Host-broadsheet_session=',
    ]) {
      const { body, isFast } = await ask(odd, { 'accept-encoding': 'gzip' });
      expect([odd, isFast, body.equals(nobodys)]).toEqual([odd, false, true]);
    }
    await close();
  });

  it('is left to the application where something goes wrong, or cannot be said at once', async () => {
    const { ask, atOnce, close } = await open();
    await ask(cookieOf('ada'));
    const { fill } = atOnce;
    atOnce.fill = () => null;
    expect((await ask(cookieOf('ada'))).isFast).toBe(false);
    atOnce.fill = () => {
      throw new Error('the disk is gone');
    };
    const { response, body, isFast } = await ask(cookieOf('ada'));
    expect([response.statusCode, isFast, body.toString()]).toEqual([
      200,
      false,
      expect.stringContaining('Ada: reader'),
    ]);
    atOnce.fill = fill;
    expect((await ask(cookieOf('ada'))).isFast).toBe(true);
    // Addresses that a URL parser would write differently.
    expect((await ask(cookieOf('ada'), {}, 'GET', "/?x='")).isFast).toBe(false);
    await close();
  });
});

it.each([
  ['public', null, 200],
  ['public', 'ada', 200],
  ['reader', null, 401],
  ['reader', 'mallory', 401],
  ['reader', 'ada', 200],
  ['moderator', null, 401],
  ['moderator', 'ada', 403],
  ['moderator', 'emmy', 200],
])('an address for %s answers %s with %i', async (who, name, status) => {
  const { ask } = site();
  const read = await ask(`/test/${who}`, name);
  const written = await ask(`/test/${who}`, name, {
    method: 'POST',
    body: 'a=b',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://papers.example' },
  });
  expect([read.status, written.status]).toEqual([status, status]);
  // Pages for a single reader are never cached.
  if (status === 200 && who !== 'public') expect(read.headers.get('cache-control')).toBe('no-store');
});
