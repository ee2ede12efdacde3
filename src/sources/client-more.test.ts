/** What else the client does: conditional requests, streams, redirects, posts, and servers that dawdle. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { withForeign, withoutForeign } from '../net/foreign.ts';
import { type Lookup, outgoing } from '../net/outgoing.ts';
import { PrivateHosts } from '../net/reach.ts';
import { type ClientOptions, OfflineError, politeClient, SourceError } from './client.ts';
import { ownGate } from './gate.ts';
import { withoutSecrets } from './status-words.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
});

type Answering = Parameters<typeof createServer>[1] & {};

async function serving(answer: Answering): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const client = (more: Partial<ClientOptions> = {}) =>
  politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1, ...more });

async function failure(work: Promise<unknown>): Promise<SourceError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
}

async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const part of body) parts.push(part);
  return Buffer.concat(parts).toString();
}

describe('a conditional request', () => {
  it('sends the validator, and an unchanged response is empty and not a failure', async () => {
    const url = await serving((request, response) => {
      const { 'if-none-match': etag, 'if-modified-since': since } = request.headers;
      if (etag === '"a"' && since === 'Tue, 24 Nov 2026 00:00:00 GMT') response.writeHead(304).end();
      else response.writeHead(200, { etag: '"a"' }).end('whole');
    });
    const first = await client().get(url);
    expect([first.status, first.headers.get('etag'), first.body.toString()]).toEqual([200, '"a"', 'whole']);
    const unless = { etag: '"a"', lastModified: 'Tue, 24 Nov 2026 00:00:00 GMT' };
    const second = await client().get(url, { unless });
    expect([second.status, second.body.length]).toEqual([304, 0]);
    expect((await client().open(url, { unless })).status).toBe(304);
  });
});

describe('a streamed response', () => {
  it('is passed on as it arrives, before its end', async () => {
    let finish = (): void => {};
    const url = await serving((_, response) => {
      response.write('first');
      finish = () => response.end('last');
    });
    const { body } = await client().open(url);
    const iterator = body[Symbol.asyncIterator]();
    expect(Buffer.from((await iterator.next()).value!).toString()).toBe('first');
    finish();
    expect(Buffer.from((await iterator.next()).value!).toString()).toBe('last');
    expect((await iterator.next()).done).toBe(true);
  });

  it('that breaks off is an error after what arrived, and is not retried', async () => {
    let asked = 0;
    const url = await serving((_, response) => {
      asked++;
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const { body } = await client({ retries: 3 }).open(url);
    let came = '';
    const reading = (async () => {
      for await (const part of body) came += Buffer.from(part).toString();
    })();
    expect((await failure(reading)).reason).toMatch(/broke off|terminated/);
    expect([came, asked]).toEqual(['half', 1]);
  });

  it('is retried if it failed before it began', async () => {
    let asked = 0;
    const url = await serving((_, response) => {
      if (++asked === 1) response.writeHead(503).end();
      else response.end('well');
    });
    expect(await textOf((await client().open(url)).body)).toBe('well');
  });

  it('waits for a slow reader as long as necessary', async () => {
    const url = await serving((_, response) => {
      response.write('a'.repeat(10));
      setTimeout(() => response.end('b'), 5);
    });
    const { body } = await client({ timeoutMs: 100 }).open(url);
    let text = '';
    for await (const part of body) {
      text += Buffer.from(part).toString();
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    expect(text).toBe(`${'a'.repeat(10)}b`);
  });

  it('that goes silent is abandoned', async () => {
    const url = await serving((_, response) => void response.write('only this'));
    const { body } = await client({ timeoutMs: 60 }).open(url);
    expect((await failure(textOf(body))).message).toBe(`${url}/: no answer within 0.06 s`);
  });

  it('that trickles is abandoned, though a byte arrives now and then', async () => {
    const url = await serving((_, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const { body } = await client({ timeoutMs: 80 }).open(url);
    expect((await failure(textOf(body))).reason).toMatch(/^the response is too slow: \d+ bytes in \d s$/);
  });

  it('stops with its reader, and the site is free again', async () => {
    const url = await serving((request, response) => {
      if (request.url === '/next') response.end('free');
      else response.write('x');
    });
    const one = client();
    const stop = new AbortController();
    const { body } = await one.open(url, { signal: stop.signal });
    const reading = textOf(body);
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(reading).rejects.toThrow('enough');
    expect((await one.get(`${url}/next`)).body.toString()).toBe('free');
  });
});

describe('a redirect', () => {
  it('is followed within limits, and a key stays with its host', async () => {
    const seen: [string, string | undefined][] = [];
    const note = (at: string, request: IncomingMessage) =>
      seen.push([at, request.headers['x-api-key'] as string]);
    const other = await serving((request, response) => {
      note('other', request);
      response.end('there');
    });
    const url = await serving((request, response) => {
      note(`first${request.url}`, request);
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end();
      else if (request.url === '/b') response.writeHead(307, { location: other }).end();
      else response.writeHead(301, { location: request.url }).end();
    });
    const way = outgoing({ privateHosts: new PrivateHosts(['127.0.0.1']) });
    const answer = await client({ outgoing: way }).get(`${url}/a`, { headers: { 'x-api-key': 'secret' } });
    expect([answer.url, answer.body.toString()]).toEqual([`${other}/`, 'there']);
    expect(seen).toEqual([
      ['first/a', 'secret'],
      ['first/b', 'secret'],
      ['other', undefined],
    ]);
    expect((await failure(client().get(`${url}/round`))).reason).toBe('too many redirects');
  });

  it.each([
    ['another scheme', 'file:///etc/passwd', 'an address that is not http(s)'],
    ['no address at all', 'http://', 'an address that is not http(s)'],
    ['an address with a password in it', 'http://user:word@example.org/', 'an address with a password in it'],
    ['the port of a mail server', 'http://example.org:25/', 'a port not used for web pages'],
    ['the port of a database', 'http://example.org:5432/', 'a port not used for web pages'],
  ])('to %s is refused, and only the operator reads where it led', async (_, location, why) => {
    const url = await serving((_, response) => response.writeHead(302, { location }).end());
    const { reason } = await failure(client().get(url));
    expect(withoutForeign(reason)).toBe(`redirected to ${why}`);
    expect(withForeign(reason)).toContain(location);
  });

  it('into the private network is not followed, and says the same of every port', async () => {
    const asked: string[] = [];
    const inside = await serving((request, response) => {
      asked.push(request.url ?? '');
      response.end('INTERNAL-SECRET');
    });
    const closed = await serving(() => {});
    const { hostname: _, port } = new URL(inside);
    const url = await serving((request, response) =>
      response.writeHead(302, { location: decodeURIComponent(request.url!.slice(1)) }).end(),
    );
    const to = async (location: string) => {
      const error = await failure(client().get(`${url}/${encodeURIComponent(location)}`));
      expect(error.url).toBe(`${url}/${encodeURIComponent(location)}`);
      return withoutForeign(error.reason);
    };
    // On the port of a web server the address alone decides, else the port does.
    const said = new Set([
      await to('http://127.0.0.1/'),
      await to('http://[::1]:8080/'),
      await to('https://10.0.0.1/'),
    ]);
    expect([...said]).toEqual([
      'leads into a private network; PRIVATE_HOSTS lists the hosts there that are allowed',
    ]);
    const ports = new Set([await to(`${inside}/`), await to(closed), await to(`http://localhost:${port}/`)]);
    expect([...ports]).toEqual(['redirected to a port not used for web pages']);
    expect(asked).toEqual([]);
  });

  it('into the private network says nothing about the site that is redirected to', async () => {
    const gate = ownGate();
    const url = await serving((_, response) =>
      response.writeHead(302, { location: 'https://export.arxiv.org/' }).end(),
    );
    // As a name that cannot be resolved: whoever redirects there must not shut arXiv's door.
    const lookup: Lookup = (_, __, done) => done(new Error('unknown'), []);
    const one = client({ gate, outgoing: outgoing({ lookup }), retries: 9 });
    await failure(one.get(url));
    const pass = await gate.enter('arxiv.org', { intervalMs: 0, maxWaitMs: 0 });
    expect(pass.isTrial).toBe(false);
    await pass.leave({ ok: true });
  });
});

it('sends the user and password of an address as a header, to that host alone, and shows neither', async () => {
  const seen: (string | undefined)[] = [];
  const url = await serving((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(404).end();
  });
  const error = await failure(client().get(`${url.replace('//', '//ada:l%40ve@')}/feed`));
  expect(seen).toEqual([`Basic ${Buffer.from('ada:l@ve').toString('base64')}`]);
  expect(withoutSecrets(error.message)).toBe(`${url}/feed: the server answered 404`);
});

describe('a request with all its attempts', () => {
  it('to a silent server ends when its patience does, whatever attempts are left', async () => {
    let asked = 0;
    const url = await serving(() => void asked++);
    const error = await failure(client({ timeoutMs: 100, patienceMs: 250, retries: 1000 }).get(url));
    expect(error.message).toMatch(/no answer within 0\.\d+ s$/);
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(5);
  });

  it('does not wait longer in all than a server may ask for', async () => {
    let asked = 0;
    const url = await serving((_, response) => {
      asked++;
      response.writeHead(429, { 'retry-after': '1' }).end();
    });
    const error = await failure(client({ maxWaitMs: 2500, retries: 1000 }).get(url));
    expect([error.reason, asked]).toEqual(['too many requests (429), asking us to wait 1 s', 3]);
  });

  it('abandons an endless response, even if it is fast enough', async () => {
    const url = await serving((_, response) => {
      const more = setInterval(() => response.write('x'.repeat(1000)), 5);
      response.on('close', () => clearInterval(more));
    });
    for (const work of [
      () => client({ bodyMs: 150, retries: 1000 }).get(url),
      async () => textOf((await client({ bodyMs: 150 }).open(url)).body),
    ])
      expect((await failure(work())).reason).toMatch(/^(the response took longer than|no answer)/);
  });

  it('abandons a body that never ends once decompressed', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    const url = await serving((_, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb),
    );
    expect(bomb.length).toBeLessThan(25_000);
    const { reason } = await failure(client().get(url, { maxBytes: 1_000_000 }));
    expect(reason).toBe('the response is larger than 1000000 bytes');
  });

  it('refuses excessive headers', async () => {
    const url = await serving((_, response) =>
      response.writeHead(200, { 'x-much': 'y'.repeat(100_000) }).end(),
    );
    expect((await failure(client().get(url))).message).toMatch(/Headers Overflow/);
  });
});

it('posts JSON', async () => {
  const url = await serving((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => response.end(`${request.method} ${request.headers['content-type']} ${body}`));
  });
  const { body } = await client().get(url, { json: { ids: ['a'] } });
  expect(body.toString()).toBe('POST application/json {"ids":["a"]}');
});

it('offline, it may still contact this machine if allowed', async () => {
  const url = await serving((_, response) => response.end('here'));
  const local = client({ offline: 'but this machine' });
  expect((await local.get(url)).body.toString()).toBe('here');
  await expect(local.get('https://example.org/')).rejects.toBeInstanceOf(OfflineError);
});
