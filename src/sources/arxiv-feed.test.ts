import { afterEach, describe, expect, test } from 'vitest';
import { foreign } from '../net/foreign.ts';
import { atom, feedEntry } from './arxiv.fixture.ts';
import { arxivFeed } from './arxiv-feed.ts';
import { politeClient } from './client.ts';
import { briefly, type Handler, type Loopback, loopback } from './loopback.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1 });

async function serving(handle: Handler): Promise<{ feedUrl: string; client: typeof client }> {
  server = await loopback(handle);
  return { feedUrl: `${server.url}/atom/`, client };
}

const two = feedEntry('2611.00001', 'new', '2026-11-20') + feedEntry('2611.00002', 'cross', '2026-11-20');

describe('the feed', () => {
  test('is asked for by category, and gives what is new or cross-listed without a day', async () => {
    const replaced = feedEntry('2601.00003', 'replace-cross', '2026-11-20');
    const options = await serving((_, response) => response.end(atom(two + replaced)));
    const feed = await arxivFeed('cs.CL', options);
    expect(server?.requests[0]?.path).toBe('/atom/cs.CL');
    expect(briefly(feed.entries)).toEqual([
      '2611.00001 An invented account of 2611.00001',
      '2611.00002 An invented account of 2611.00002',
    ]);
    expect(feed.entries.every((one) => one.ok && one.record.announced === undefined)).toBe(true);
    expect(feed).toMatchObject({ isUnchanged: false, marks: {} });
    expect(feed.broken).toBeUndefined();
  });

  test('may be empty, at weekends', async () => {
    const options = await serving((_, response) => response.end(atom('<title>cs.CL</title>')));
    const feed = await arxivFeed('cs.CL', options);
    expect([feed.entries, feed.broken]).toEqual([[], undefined]);
  });

  test('is asked for again only if it changed', async () => {
    const options = await serving((_, response, count) => {
      const modified = 'Fri, 20 Nov 2026 05:00:00 GMT';
      response.writeHead(count === 1 ? 200 : 304, { etag: '"a"', 'last-modified': modified });
      response.end(count === 1 ? atom(two) : undefined);
    });
    const { marks } = await arxivFeed('cs.CL', options);
    expect(marks).toEqual({ etag: '"a"', lastModified: 'Fri, 20 Nov 2026 05:00:00 GMT' });
    expect(await arxivFeed('cs.CL', options, marks)).toMatchObject({ isUnchanged: true, entries: [], marks });
    expect(server?.requests[1]?.headers).toMatchObject({
      'if-none-match': '"a"',
      'if-modified-since': 'Fri, 20 Nov 2026 05:00:00 GMT',
    });
  });

  test('marked at great length is not marked', async () => {
    const options = await serving((_, response) =>
      response.writeHead(200, { etag: `"${'a'.repeat(500)}"` }).end(atom(two)),
    );
    expect((await arxivFeed('cs.CL', options)).marks).toEqual({});
  });

  test.each([
    ['whose connection breaks', 'the response broke off', true],
    ['that ends in the middle', 'the response is cut off in the middle', false],
  ])('%s gives what is whole, and says so', async (_, broken, breaks) => {
    const options = await serving((_path, response) => {
      const cut = atom(two).slice(0, -60);
      if (!breaks) return void response.end(cut);
      response.writeHead(200, { 'content-length': '100000' });
      response.write(cut, () => response.destroy());
    });
    const feed = await arxivFeed('cs.CL', options);
    expect([briefly(feed.entries).length, feed.broken]).toEqual([1, broken]);
  });

  test('that is another page has nothing, and says so', async () => {
    const options = await serving((_, response) => response.end('<html><body>Sorry</body></html>'));
    expect(await arxivFeed('cs.CL', options)).toMatchObject({
      entries: [],
      broken: `the response is not <feed>${foreign(' but <html>')}`,
    });
  });

  test('without end is given up at ten thousand', async () => {
    const entries = Array.from(
      { length: 10_005 },
      (_, i) => `<entry><id>2611.${String(i).padStart(5, '0')}</id><title>T</title></entry>`,
    );
    const options = await serving((_, response) => response.end(atom(entries.join(''))));
    expect(await arxivFeed('cs.CL', options)).toMatchObject({
      entries: { length: 10_000 },
      broken: 'it has more than 10000 entries',
    });
  });

  test('that cannot be had is an error', async () => {
    const options = await serving((_, response) => response.writeHead(404).end());
    await expect(arxivFeed('cs.CL', options)).rejects.toThrow('the server answered 404');
  });
});
