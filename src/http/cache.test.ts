/** The page cache and the fast path: exact, bounded, coalesced, and the same bytes as the application sends. */
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { getRequestListener } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sampleContext } from '../testing/sample.ts';
import { normaliseQuery } from './address.ts';
import { createWeb, openWeb } from './app.ts';
import { type Basis, encodingFor, PageCache } from './cache.ts';
import { fastPath } from './fast.ts';

function site() {
  const context = sampleContext();
  const app = createWeb(openWeb(context));
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    app.request(`http://localhost${path}`, { headers, method });
  return { context, get };
}

describe('a page', () => {
  it('is made once while nothing changes, and again when something does', async () => {
    const { context, get } = site();
    const first = await get('/');
    await get('/?utm_source=x');
    expect(context.library.calls.edition).toBe(1);
    context.library.all[0]!.title = 'A New Title';
    context.library.versionText = 'v2';
    const second = await get('/');
    expect(context.library.calls.edition).toBe(2);
    expect(await second.text()).toContain('A New Title');
    expect(second.headers.get('etag')).not.toBe(first.headers.get('etag'));
  });

  it('is made again when the edition turns', async () => {
    const { context, get } = site();
    await get('/');
    context.clock.now = Date.parse('2026-06-27T01:29:59Z');
    await get('/');
    expect(context.library.calls.edition).toBe(1);
    context.clock.now = Date.parse('2026-06-27T01:30:00Z');
    await get('/');
    expect(context.library.calls.edition).toBe(2);
  });

  it('is made once for many concurrent requests', async () => {
    const { context, get } = site();
    const all = await Promise.all(Array.from({ length: 20 }, () => get('/papers/trending')));
    expect(new Set(all.map((r) => r.headers.get('etag'))).size).toBe(1);
    await Promise.all(Array.from({ length: 20 }, () => get('/')));
    expect(context.library.calls.edition).toBe(1);
  });

  it('is not cached when it is an error', async () => {
    const { context, get } = site();
    const edition = context.library.edition;
    context.library.edition = () => Promise.reject(new Error('once'));
    expect((await get('/')).status).toBe(500);
    context.library.edition = edition;
    expect((await get('/')).status).toBe(200);
    expect(context.library.calls.edition).toBe(1);
  });

  it('is not what it last was, should the database go away, once it has been removed', async () => {
    for (const gone of [
      Object.assign(new Error('removed'), { status: 404 }),
      Object.assign(new Error('removed'), { status: 410 }),
      { status: 301, type: 'text/plain', body: null, keep: false, headers: { location: '/' } },
    ]) {
      const cache = new PageCache();
      let holds = true;
      const basis: Basis = { bytes: 0, holds: () => holds, confirm: async () => false };
      const page = { status: 200, type: 'text/html', body: 'insult', keep: true };
      const through = (make: () => Promise<typeof page>) =>
        cache.through('/papers/1', 1, 0, 1000, async () => ({ reply: await make(), basis }));
      await through(async () => page);
      holds = false;
      // That the database is away says nothing about the page.
      for (const error of [new Error('away'), Object.assign(new Error('away'), { status: 503 })]) {
        await expect(through(() => Promise.reject(error))).rejects.toThrow('away');
        expect(cache.last('/papers/1')).toBeDefined();
      }
      const made = gone instanceof Error ? Promise.reject(gone) : Promise.resolve(gone as never);
      await through(() => made).catch(() => {});
      expect(cache.last('/papers/1')).toBeUndefined();
      expect(cache.bytes).toBe(0);
    }
  });

  it('shows the current progress of an import', async () => {
    const { context, get } = site();
    let done = 1;
    context.progress = () => [{ what: 'arXiv', done, total: null }];
    expect(await (await get('/')).text()).toContain('arXiv: 1');
    done = 2;
    expect(await (await get('/')).text()).toContain('arXiv: 2');
  });

  it('has a strong ETag and is not sent twice', async () => {
    const { get } = site();
    for (const path of ['/', '/papers/2606.00001', '/papers/2606.00001/cite.bib', '/favicon.svg']) {
      const first = await get(path);
      const etag = first.headers.get('etag')!;
      expect(etag).toMatch(/^"[\w-]+"$/);
      const again = await get(path, { 'if-none-match': `W/"x", ${etag}` });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      expect(again.headers.get('etag')).toBe(etag);
      expect((await get(path, { 'if-none-match': '"other"' })).status).toBe(200);
    }
  });

  it('answers HEAD with the same headers and no body', async () => {
    const { get } = site();
    const full = await get('/');
    const head = await get('/', {}, 'HEAD');
    expect(head.status).toBe(200);
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe(full.headers.get('content-length'));
    expect((await get('/nowhere', {}, 'HEAD')).status).toBe(404);
  });

  it('is compressed as the client accepts it', async () => {
    const { get } = site();
    const plain = await (await get('/')).text();
    const zipped = await get('/', { 'accept-encoding': 'gzip' });
    expect(zipped.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(Buffer.from(await zipped.arrayBuffer())).toString()).toBe(plain);
    const squeezed = await get('/', { 'accept-encoding': 'gzip, br' });
    expect(brotliDecompressSync(Buffer.from(await squeezed.arrayBuffer())).toString()).toBe(plain);
    expect(squeezed.headers.get('etag')).not.toBe(zipped.headers.get('etag'));
    expect(squeezed.headers.get('vary')).toContain('accept-encoding');
  });
});

it.each([
  [undefined, 'identity'],
  ['gzip, deflate, br', 'br'],
  ['gzip;q=1.0, br;q=0', 'gzip'],
  ['identity', 'identity'],
  ['*;q=0', 'identity'],
])('reads %s as %s', (accept, encoding) => {
  expect(encodingFor(accept)).toBe(encoding);
});

/** Lets everything go on that can. */
const turns = () => new Promise((resolve) => setImmediate(resolve));

/** A cache of pages that are valid while `state.version` is what it was when they were made. */
function versioned(cache: PageCache) {
  const state = { version: 1, made: 0 };
  const basis = (): Basis => {
    const at = state.version;
    return { holds: () => state.version === at, confirm: async () => false, bytes: 0 };
  };
  const ask = (key: string, body = 'x', now = 0, until = 1) =>
    cache.through(key, state.version, now, until, async () => {
      state.made++;
      return { reply: { status: 200, type: 'text/html', body, keep: true }, basis: basis() };
    });
  return { state, ask };
}

it('stays within its limit in bytes, evicting the least recently used', async () => {
  const cache = new PageCache({}, 10_000);
  const { state, ask } = versioned(cache);
  for (const key of ['a', 'b', 'c']) await ask(key, 'x'.repeat(2000));
  cache.find('a', 0);
  await ask('d', 'x'.repeat(2000));
  expect(cache.bytes).toBeLessThanOrEqual(10_000);
  expect(cache.find('b', 0)).toBeUndefined();
  expect(cache.find('a', 0)).toBeDefined();
  const entry = cache.find('a', 0)!;
  await cache.variant(entry, 'gzip');
  expect(cache.bytes).toBeGreaterThan(9000);
  expect(cache.find('d', 1)).toBeUndefined();
  expect(cache.size).toBe(2);
  state.version++;
  expect(cache.find('a', 0)).toBeUndefined();
  await ask('a');
  expect(cache.find('a', 0)).toBeDefined();
});

it('serves a stale page as fresh if what has changed does not affect it', async () => {
  const cache = new PageCache();
  let holds = true;
  let same = true;
  let asked = 0;
  let made = 0;
  const confirm = async () => {
    asked++;
    holds = same;
    return same;
  };
  const ask = () =>
    cache.through('/', 1, 0, 1, async () => {
      holds = true;
      const reply = { status: 200, type: 'text/html', body: String(++made), keep: true };
      return { reply, basis: { holds: () => holds, confirm, bytes: 0 } };
    });
  await ask();
  holds = false;
  await Promise.all([ask(), ask(), ask()]);
  expect([asked, made]).toEqual([1, 1]);
  holds = false;
  same = false;
  await ask();
  expect([asked, made]).toEqual([2, 2]);
  expect(cache.counts).toMatchObject({ confirmed: 1, made: 2 });
});

it('is not made anew for every change while it is being made', async () => {
  const cache = new PageCache();
  let tick = 1;
  const makes: { at: number; done(): void }[] = [];
  const validAt = new Set<number>();
  const ask = () =>
    cache.through('/', tick, 0, 1, async () => {
      const at = tick;
      await new Promise<void>((done) => makes.push({ at, done }));
      const basis = { holds: () => at === tick || validAt.has(at), confirm: async () => false, bytes: 0 };
      return { reply: { status: 200, type: 'text/html', body: String(at), keep: true }, basis };
    });
  const bodyOf = (page: Awaited<ReturnType<typeof ask>>) =>
    'variants' in page ? page.variants.identity!.body.toString() : '';
  const waiting = [ask()];
  for (tick = 2; tick < 5; tick++) waiting.push(ask());
  await turns();
  expect(makes.map(({ at }) => at)).toEqual([1]);
  // What changed does not concern this page: one result is right for all.
  validAt.add(1);
  makes[0]!.done();
  expect((await Promise.all(waiting)).map(bodyOf)).toEqual(['1', '1', '1', '1']);

  // It does: those who came before the change get the old page, all others share one new one.
  validAt.clear();
  const before = ask();
  await turns();
  tick++;
  const after = [ask(), ask(), ask()];
  await turns();
  makes[1]!.done();
  await turns();
  expect(makes.length).toBe(3);
  makes[2]!.done();
  expect([bodyOf(await before), ...(await Promise.all(after)).map(bodyOf)]).toEqual(['5', '6', '6', '6']);
});

it('is compressed in less time if it is replaced soon, under a tag that says so', async () => {
  const cache = new PageCache();
  const { state, ask } = versioned(cache);
  const tagOf = async (at: number) => {
    const page = await ask('a', 'x'.repeat(5000), at, 100_000);
    if (!('variants' in page)) throw new Error('not a page');
    const { etag, body } = await cache.variant(page, 'br');
    expect(brotliDecompressSync(body).toString()).toBe('x'.repeat(5000));
    return etag.replace(page.hash, '');
  };
  const tags = [await tagOf(0)];
  for (const at of [1000, 60_000]) {
    state.version++;
    tags.push(await tagOf(at));
  }
  expect(tags).toEqual(['"-br"', '"-br-fast"', '"-br"']);
});

it('is compressed once for many concurrent requests', async () => {
  const cache = new PageCache();
  const { ask } = versioned(cache);
  const page = await ask('a', 'x'.repeat(5000));
  if (!('variants' in page)) throw new Error('not a page');
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => cache.variant(page, 'br')));
  for (const other of others) expect(other).toBe(first);
});

it('caches the page for a query when it is requested a second time, whatever has changed since', async () => {
  const cache = new PageCache();
  const { state, ask } = versioned(cache);
  // Thousands that are requested only once take no space.
  for (let i = 0; i < 5000; i++) await ask(`/search?q=${i}`);
  expect([cache.size, cache.bytes]).toEqual([0, 0]);
  await ask('/search?q=4999');
  expect(cache.find('/search?q=4999', 0)).toBeDefined();
  state.version++;
  await ask('/search?q=4998');
  expect(cache.find('/search?q=4998', 0)).toBeDefined();
  // One that was cached is cached again immediately when something has changed.
  await ask('/search?q=4999');
  expect(cache.find('/search?q=4999', 0)).toBeDefined();
  // There is a limit to what is remembered, and one for the address.
  for (let i = 0; i < 30_000; i++) await ask(`/search?p=${i}`);
  await ask('/search?q=0');
  expect(cache.find('/search?q=0', 0)).toBeUndefined();
  const long = `/search?q=${'x'.repeat(2000)}`;
  await ask(long);
  await ask(long);
  expect(cache.find(long, 0)).toBeUndefined();
});

it('caches a page by its host when it is requested a second time, since a request may name any host', async () => {
  const cache = new PageCache();
  const { ask } = versioned(cache);
  for (let i = 0; i < 1000; i++) await ask(`${i}.example\n/`);
  expect(cache.size).toBe(0);
  await ask('7.example\n/');
  expect(cache.find('7.example\n/', 0)).toBeDefined();
});

it('counts keys and headers among its bytes, and caches none longer than any of ours', async () => {
  const cache = new PageCache({ 'x-large': 'x'.repeat(3000) }, 20_000);
  const { ask } = versioned(cache);
  for (let i = 0; i < 20; i++) await ask(`/${i}${'k'.repeat(500)}`);
  expect(cache.size).toBe(3);
  expect(cache.bytes).toBeLessThanOrEqual(20_000);
  await ask(`/${'k'.repeat(5000)}`);
  expect(cache.size).toBe(3);
});

it('parses ever new Accept-Encoding values without remembering them', () => {
  expect(encodingFor(`${'x,'.repeat(8000)} br;q=0, gzip`)).toBe('gzip');
  // If remembered, these would take 16 MB together.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  gc();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 500; i++) encodingFor(Buffer.alloc(32_000, `${i},`).toString());
  gc();
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(4_000_000);
});

it('recognises a query in any order and without trackers', () => {
  expect(String(normaliseQuery('?q=b&utm_source=z&category=2&category=1', new Set(['q', 'category'])))).toBe(
    'category=2&category=1&q=b',
  );
});

describe('the fast path', () => {
  const context = sampleContext();
  const web = openWeb(context);
  let taken = 0;
  const fast = fastPath(web);
  const slow = getRequestListener(createWeb(web).fetch);
  const server = createServer(async (req, res) => {
    if (fast(req, res)) taken++;
    else await slow(req, res);
  });
  beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
  afterAll(() => new Promise((done) => server.close(done)));

  const fetchRaw = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ response: IncomingMessage; body: Buffer }>((resolve, reject) => {
      const { port } = server.address() as AddressInfo;
      request({ port, path, headers, method, agent: false }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () => resolve({ response, body: Buffer.concat(parts) }));
      })
        .on('error', reject)
        .end();
    });

  it('gives the same answers as the application', async () => {
    // An address with a query is cached when it is requested a second time.
    await fetchRaw('/search?q=letters');
    for (const headers of [{}, { 'accept-encoding': 'br' }] as Record<string, string>[]) {
      for (const path of ['/', '/search?q=letters&utm_x=1', '/papers/2606.00001/cite.bib']) {
        const before = taken;
        const long = await fetchRaw(path, headers);
        expect(taken).toBe(before);
        const short = await fetchRaw(path, headers);
        expect(taken).toBe(before + 1);
        expect(short.body.equals(long.body)).toBe(true);
        const { date: _, ...a } = short.response.headers;
        const { date: __, ...b } = long.response.headers;
        expect(a).toEqual(b);
      }
    }
  });

  it('sends 304 and HEAD without a body, and nothing stale', async () => {
    const { response } = await fetchRaw('/');
    const not = await fetchRaw('/', { 'if-none-match': response.headers.etag! });
    expect(not.response.statusCode).toBe(304);
    expect(not.body).toHaveLength(0);
    const head = await fetchRaw('/', {}, 'HEAD');
    expect(head.body).toHaveLength(0);
    expect(head.response.headers['content-length']).toBe(response.headers['content-length']);
    const before = taken;
    context.library.versionText = 'v9';
    await fetchRaw('/');
    expect(taken).toBe(before);
    await fetchRaw('/', { cookie: 'broadsheet_session=1' });
    await fetchRaw('/', {}, 'POST');
    expect(taken).toBe(before);
  });
});
