/** Services that hand on one new token after the other: each harvest ends, says why, and keeps where it stands. */
import { afterEach, describe, expect, test } from 'vitest';
import { politeClient, type SourceError } from './client.ts';
import { type Loopback, loopback } from './loopback.ts';
import { listRecords } from './oai.ts';

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 0 });

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const recordOf = (id: number): string =>
  `<record><header><identifier>oai:x:${id}</identifier><datestamp>2026-11-20</datestamp></header></record>`;

/** What a harvest of ever new tokens came to; `inner` makes the records of the page of a number. */
async function harvested(
  inner: (page: number) => string,
  more: { size?: number; most?: { pages: number; ms: number } } = {},
) {
  server = await loopback((_, response, count) => {
    const size = more.size === undefined ? '' : ` completeListSize="${more.size}"`;
    response.end(
      `<OAI-PMH><ListRecords>${inner(count)}<resumptionToken${size}>t${count}</resumptionToken></ListRecords></OAI-PMH>`,
    );
  });
  const options = { oaiUrl: server.url, client, who: 'The service', format: 'x', since: '2026-11-20' };
  let token: string | null = null;
  let records = 0;
  try {
    for await (const step of listRecords({ ...options, most: more.most })) {
      if ('cursor' in step) token = step.cursor.token;
      else records += step.records.length;
    }
  } catch (error) {
    return { reason: (error as SourceError).reason, token, records, pages: server.requests.length };
  }
  throw new Error('it came to an end');
}

describe('a harvest of ever new tokens', () => {
  test('ends where no record is new', async () => {
    const found = await harvested(() => recordOf(1) + recordOf(2));
    expect(found).toMatchObject({
      reason: 'The service keeps sending pages without new records',
      pages: 12,
      token: 't12',
    });
  });

  test('ends where the records come round again', async () => {
    const found = await harvested((page) => recordOf(page % 30));
    expect(found.reason).toBe('The service keeps sending pages without new records');
    expect(found.pages).toBeLessThan(50);
  });

  test('ends where there are far more records than it told of', async () => {
    const page = (number: number) =>
      Array.from({ length: 1_000 }, (_, at) => recordOf(number * 1_000 + at)).join('');
    const found = await harvested(page, { size: 500 });
    expect(found).toMatchObject({
      reason: 'The service announced 500 records, has sent 12000, and keeps sending more',
      records: 12_000,
      token: 't12',
    });
  });

  test('ends where each page has next to nothing', async () => {
    const found = await harvested((page) => recordOf(page));
    expect(found).toMatchObject({
      reason: 'The service sent 500 records in 500 pages, and keeps sending more',
      token: 't500',
    });
  });

  test('ends after a number of pages, and can go on from there', async () => {
    const page = (number: number) =>
      Array.from({ length: 10 }, (_, at) => recordOf(number * 10 + at)).join('');
    const found = await harvested(page, { most: { pages: 20, ms: 1e9 } });
    expect(found.reason).toMatch(
      /^The service is still sending more after 20 pages and 0\.0 hours; the next run continues from here$/,
    );
    expect([found.records, found.token]).toEqual([200, 't20']);
  });

  test('ends after a time', async () => {
    const found = await harvested((page) => recordOf(page), { most: { pages: 1e9, ms: 0 } });
    expect([found.pages, found.token]).toEqual([1, 't1']);
  });
});
