import { afterEach, describe, expect, test } from 'vitest';
import { withForeign, withoutForeign } from '../net/foreign.ts';
import { type ClientOptions, OfflineError, politeClient, retryAfter, SourceError } from './client.ts';
import { type Handler, type Loopback, loopback } from './loopback.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function serving(handle: Handler): Promise<Loopback> {
  server = await loopback(handle);
  return server;
}

const client = (options: Partial<ClientOptions> = {}) =>
  politeClient({
    userAgent: 'Broadsheet-Test/1 (+https://example.org)',
    minIntervalMs: 0,
    backoffMs: 1,
    ...options,
  });

const failure = async (promise: Promise<unknown>): Promise<SourceError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
};

describe('the polite client', () => {
  test('says who it is and gives the whole answer', async () => {
    const { url, requests } = await serving((_, response) => response.end('hello'));
    const answer = await client().get(`${url}/x?y=1`, { accept: 'text/plain' });
    expect([answer.status, answer.body.toString(), answer.url]).toEqual([200, 'hello', `${url}/x?y=1`]);
    expect(requests[0]?.headers).toMatchObject({
      'user-agent': 'Broadsheet-Test/1 (+https://example.org)',
      accept: 'text/plain',
    });
    expect(() => client({ userAgent: ' ' })).toThrow('User-Agent');
  });

  test('asks one thing at a time, with the pause between', async () => {
    let open = 0;
    let most = 0;
    const { url, requests } = await serving((_, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        response.end('x');
      }, 20);
    });
    const polite = client({ minIntervalMs: (host) => (host.startsWith('127.') ? 60 : 0) });
    await Promise.all([1, 2, 3].map((n) => polite.get(`${url}/${n}`)));
    expect(most).toBe(1);
    expect(requests.map((one) => one.path)).toEqual(['/1', '/2', '/3']);
    expect(requests[1]!.at - requests[0]!.at).toBeGreaterThan(59);
    expect(requests[2]!.at - requests[1]!.at).toBeGreaterThan(59);
  });

  test('waits as long as Retry-After says, in seconds or by date', async () => {
    const { url, requests } = await serving((_, response, count) => {
      if (count > 1) return response.end('now');
      response.writeHead(429, { 'retry-after': '1' }).end();
    });
    const log: string[] = [];
    const answer = await client({ log: (line) => log.push(line) }).get(url);
    expect(answer.body.toString()).toBe('now');
    expect(requests[1]!.at - requests[0]!.at).toBeGreaterThan(950);
    expect(log).toEqual([`${url}/: too many requests (429); trying again in 1.0 s`]);
    const noon = Date.parse('2026-06-12T12:00:00Z');
    expect(retryAfter('Fri, 12 Jun 2026 12:00:05 GMT', noon)).toBe(5000);
    expect(retryAfter('Fri, 12 Jun 2026 11:00:00 GMT', noon)).toBe(0);
    expect([retryAfter('soon'), retryAfter(null)]).toEqual([undefined, undefined]);
  });

  test('does not wait for ever', async () => {
    const { url } = await serving((_, response) => response.writeHead(503, { 'retry-after': '86400' }).end());
    const error = await failure(client().get(url));
    expect([error.status, error.reason]).toEqual([503, 'the server answered 503, asking us to wait 86400 s']);
  });

  test('tries again when the server is in trouble, up to a limit', async () => {
    const { url, requests } = await serving((_, response, count) => {
      if (count === 2) response.destroy();
      else if (count < 4) response.writeHead(503).end();
      else response.end('up');
    });
    expect((await client().get(url)).body.toString()).toBe('up');
    expect(requests).toHaveLength(4);
    await server!.close();
    const again = await failure(client({ retries: 1 }).get(url));
    expect(withForeign(again.reason)).toMatch(/^no answer \(connect ECONNREFUSED/);
    expect(withoutForeign(again.reason)).toBe('no answer');
  });

  test('takes other refusals at their word', async () => {
    const { url, requests } = await serving((_, response) => response.writeHead(404).end('no'));
    expect(await failure(client().get(url))).toMatchObject({ status: 404, url: `${url}/` });
    expect(requests).toHaveLength(1);
  });

  test('gives a slow server up and keeps what came of a broken answer', async () => {
    const { url } = await serving((path, response) => {
      if (path === '/slow') return;
      response.writeHead(200, { 'content-length': '100' }).write('half');
      setTimeout(() => response.destroy(), 20);
    });
    const impatient = client({ timeoutMs: 50, retries: 1 });
    const { reason } = await failure(impatient.get(`${url}/slow`));
    expect([withForeign(reason), withoutForeign(reason)]).toEqual(['no answer within 0.05 s', 'no answer']);
    const broken = await failure(client({ retries: 0 }).get(`${url}/cut`));
    expect([broken.reason, broken.partial?.toString()]).toEqual(['the response broke off', 'half']);
  });

  test('refuses an answer that is too large', async () => {
    const { url, requests } = await serving((_, response) => response.end('x'.repeat(10_000)));
    expect((await failure(client().get(url, { maxBytes: 100 }))).reason).toBe(
      'the response is larger than 100 bytes',
    );
    expect(requests).toHaveLength(1);
  });

  test('can be stopped while it waits, and what the site asked for holds for the next request too', async () => {
    const { url, requests } = await serving((path, response) => {
      if (path === '/ok') response.end('ok');
      else response.writeHead(429, { 'retry-after': '1' }).end();
    });
    const polite = client();
    const stop = new AbortController();
    const stopped = polite.get(`${url}/busy`, { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 100);
    await expect(stopped).rejects.toThrow('enough');
    expect((await polite.get(`${url}/ok`)).body.toString()).toBe('ok');
    expect(requests[1]!.at - requests[0]!.at).toBeGreaterThanOrEqual(990);
  });

  test('offline or with another scheme asks nobody', async () => {
    const { url, requests } = await serving((_, response) => response.end());
    await expect(client({ offline: true }).get(url)).rejects.toBeInstanceOf(OfflineError);
    expect((await failure(client().get('file:///etc/hostname'))).reason).toBe(
      'this is not an http(s) address',
    );
    expect(requests).toHaveLength(0);
  });
});
