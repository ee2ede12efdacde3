import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { addDays } from '../papers/days.ts';
import type { Parsed } from '../papers/types.ts';
import { OfflineError, politeClient, type SourceError } from './client.ts';
import { hubDay } from './hf.ts';
import { briefly, drain, type Handler, type Loopback, loopback } from './loopback.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1 });

async function days(since: string, until: string, handle: Handler) {
  server = await loopback(handle);
  const all: Parsed[] = [];
  const reasons: string[] = [];
  for (let day = since; day <= until; day = addDays(day, 1)) {
    const one = await drain(hubDay(day, { baseUrl: `${server.url}/`, client }));
    all.push(...one.all);
    if (one.error) reasons.push((one.error as SourceError).reason);
  }
  return { all, reasons };
}

const item = (id: string, title = `Paper ${id}`) => ({
  paper: { id, title, authors: [], summary: 'x', publishedAt: '2026-06-10T00:00:00.000Z', upvotes: 1 },
  title,
  numComments: 0,
});

describe('the Hub’s daily papers', () => {
  test('are asked for day by day and page by page until a page is short', async () => {
    const { all, reasons } = await days('2026-02-28', '2026-03-02', (path, response) => {
      const page = Number(/p=(\d+)/.exec(path)?.[1]);
      if (!path.includes('2026-03-01')) return response.end('[]');
      const items = Array.from({ length: page === 0 ? 100 : 2 }, (_, i) =>
        item(`2606.${10_000 + page * 100 + i}`),
      );
      response.end(JSON.stringify(items));
    });
    expect(reasons).toEqual([]);
    expect(all).toHaveLength(102);
    expect(server?.requests.map((one) => one.path)).toEqual([
      '/api/daily_papers?date=2026-02-28&limit=100&p=0',
      '/api/daily_papers?date=2026-03-01&limit=100&p=0',
      '/api/daily_papers?date=2026-03-01&limit=100&p=1',
      '/api/daily_papers?date=2026-03-02&limit=100&p=0',
    ]);
  });

  test('name what is malformed and go on; the future is no failure', async () => {
    const { all, reasons } = await days('2026-06-12', '2026-06-15', (path, response) => {
      if (path.includes('06-12'))
        response.end(JSON.stringify([item('2606.00001'), null, item('x'), item('2606.00002', '')]));
      else if (path.includes('06-13')) response.end('{"error":"x"}');
      else if (path.includes('06-14')) response.end('[{"pap');
      else response.writeHead(400).end('{"error":"date in the future"}');
    });
    expect(briefly(all)).toEqual([
      '2606.00001 Paper 2606.00001',
      "! not a paper but 'null'",
      "! identifier 'x' is not recognised",
      '! no title',
    ]);
    expect(reasons).toEqual(['the response is not a list of papers', 'the response is not JSON']);
    expect(all[1]?.where).toBe(`${server?.url}/api/daily_papers?date=2026-06-12&limit=100&p=0 (item 2)`);
  });

  test('fail with the reason when the server is down, and when it repeats itself', async () => {
    const down = await days('2026-01-01', '2026-01-02', (_, response) => response.writeHead(503).end());
    expect([down.all, down.reasons]).toEqual([[], Array(2).fill('the server answered 503')]);
    await server?.close();
    const full = JSON.stringify(Array.from({ length: 100 }, (_, i) => item(`2606.${10_000 + i}`)));
    const same = await days('2026-06-12', '2026-06-12', (_, response) => response.end(full));
    expect(briefly(same.all).slice(99)).toEqual(['2606.10099 Paper 2606.10099']);
    expect(same.reasons).toEqual(['the same page came back twice']);
  });

  test('offline are an error', async () => {
    const offline = politeClient({ userAgent: 'x', minIntervalMs: 0, offline: true });
    const day = hubDay('2026-06-12', { baseUrl: 'http://127.0.0.1:1', client: offline });
    expect((await drain(day)).error).toBeInstanceOf(OfflineError);
  });
});

const file = new URL('../../../shared/hub-api/samples/daily_papers_2026-06-12_full.json', import.meta.url)
  .pathname;
const have = existsSync(file);
if (!have) console.warn(`SKIPPED: the Hub's recorded day, because ${file} is not there`);

describe.skipIf(!have)('the Hub’s recorded day', () => {
  test('is read whole', async () => {
    const { all, reasons } = await days('2026-06-12', '2026-06-12', (_, response) =>
      response.end(readFileSync(file)),
    );
    expect([reasons, all.length, all.filter((one) => !one.ok)]).toEqual([[], 30, []]);
    expect(all[0]).toMatchObject({
      record: {
        source: 'hf',
        identifiers: [{ scheme: 'arxiv', value: '2606.00467' }],
        published: '2026-05-30',
        listed: '2026-06-12',
        organizations: [{ slug: 'caltech', name: 'California institute of technology' }],
        comments: 2,
      },
    });
  });
});
