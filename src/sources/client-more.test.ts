/** What else the client does: conditional requests, streams, redirects, posts, and servers that dawdle. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type ClientOptions, OfflineError, politeClient, SourceError } from './client.ts';

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
  it('says what is known, and an unchanged answer is empty and no failure', async () => {
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

describe('a streamed answer', () => {
  it('is handed on as it comes, before its end', async () => {
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

  it('that breaks off is an error after what came, and is not asked for again', async () => {
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

  it('is asked for again when it failed before it began', async () => {
    let asked = 0;
    const url = await serving((_, response) => {
      if (++asked === 1) response.writeHead(503).end();
      else response.end('well');
    });
    expect(await textOf((await client().open(url)).body)).toBe('well');
  });

  it('may take its reader as long as he likes', async () => {
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

  it('that goes silent is given up', async () => {
    const url = await serving((_, response) => void response.write('only this'));
    const { body } = await client({ timeoutMs: 60 }).open(url);
    expect((await failure(textOf(body))).reason).toBe('no answer within 0.06 s');
  });

  it('that drips is given up, though a byte comes now and then', async () => {
    const url = await serving((_, response) => {
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const { body } = await client({ timeoutMs: 80 }).open(url);
    expect((await failure(textOf(body))).reason).toMatch(/^the answer drips: \d+ bytes in \d s$/);
  });

  it('is stopped with its reader, and the site is free again', async () => {
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
  it('is followed within bounds, and a key stays with the host it is for', async () => {
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
    const answer = await client().get(`${url}/a`, { headers: { 'x-api-key': 'secret' } });
    expect([answer.url, answer.body.toString()]).toEqual([`${other}/`, 'there']);
    expect(seen).toEqual([
      ['first/a', 'secret'],
      ['first/b', 'secret'],
      ['other', undefined],
    ]);
    expect((await failure(client().get(`${url}/round`))).reason).toBe('redirected too often');
  });

  it('to another scheme is refused', async () => {
    const url = await serving((_, response) =>
      response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    );
    expect((await failure(client().get(url))).reason).toMatch(/not an http\(s\) address/);
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

it('offline may still ask this machine, where it is told so', async () => {
  const url = await serving((_, response) => response.end('here'));
  const local = client({ offline: 'but this machine' });
  expect((await local.get(url)).body.toString()).toBe('here');
  await expect(local.get('https://example.org/')).rejects.toBeInstanceOf(OfflineError);
});
