import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Parsed } from '../papers/types.ts';
import { arxivById } from './arxiv-api.ts';
import { arxivFeed } from './arxiv-feed.ts';
import { harvest } from './arxiv-oai.ts';
import { politeClient } from './client.ts';
import { drain, type Handler, type Loopback, loopback, record } from './loopback.ts';
import { distinct, troublesOf } from './person.fixture.ts';
import type { Item } from './source.ts';

let server: Loopback | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, backoffMs: 1, retries: 1 });

async function serving(handle: Handler): Promise<string> {
  server = await loopback(handle);
  return server.url;
}

const parsedIn = (items: Item[]): Parsed[] => items.filter((item) => 'ok' in item);

const shared = new URL('../../../shared/protocol/', import.meta.url).pathname;
const have = existsSync(shared);
if (!have) console.warn(`SKIPPED: arXiv's recorded answers, because ${shared} is not there`);

describe.skipIf(!have)('arXiv’s recorded answers', () => {
  const recorded = (path: string) => serving((_, response) => response.end(readFileSync(shared + path)));

  test('a page of a thousand in arXivRaw is read whole, then the broken next page is told', async () => {
    const page = readFileSync(`${shared}arxiv-oai/scirate_arxivsync_47001.arXivRaw.ListRecords.xml`);
    const oaiUrl = await serving((_, response, count) =>
      count === 1 ? response.end(page) : response.end('<OAI-PMH/>'),
    );
    const { all: items, error } = await drain(
      harvest({ oaiUrl, client, since: '2008-01-01', format: 'arXivRaw' }),
    );
    expect(error).toMatchObject({ reason: 'the response has neither records nor an error' });
    const all = parsedIn(items);
    expect(all.filter((one) => !one.ok)).toEqual([]);
    expect(all).toHaveLength(1000);
    const records = all.map(record);
    expect(distinct(records)).toBe(1000);
    expect(records.flatMap((one) => troublesOf(one))).toEqual([]);
    expect(records.filter(({ authors }) => !authors?.length)).toEqual([]);
    expect(new Set(records.map((one) => one.publishedPrecision))).toEqual(new Set(['day']));
    // Four by their remarks; of those three, and one more, also by an abstract that is nothing but the notice.
    expect(records.filter(({ withdrawn }) => withdrawn)).toHaveLength(5);
    expect(records.filter(({ authors }) => authors?.includes('CDF Collaboration')).length).toBeGreaterThan(1);
    expect(server?.requests[1]?.path).toBe('/?verb=ListRecords&resumptionToken=496549%7C47001');
    expect(record(all[1])).toMatchObject({
      identifiers: [
        { scheme: 'arxiv', value: '0801.3674', version: 4 },
        { scheme: 'doi', value: '10.1103/physrevd.78.083502' },
      ],
      authors: ['Robert H. Brandenberger', 'Keshav Dasgupta', 'Anne-Christine Davis'],
      categories: ['hep-th', 'astro-ph', 'gr-qc', 'hep-ph'],
      published: '2008-01-23',
      publishedAt: Date.parse('2008-01-23T21:13:53Z'),
      updated: '2008-09-11',
      journal: 'Phys.Rev.D78:083502,2008',
    });
  });

  test.each([
    ['arxiv-oai/hepcrawl_arxiv-physics-hep-ex.xml', 3, '1706.05371'],
    ['arxiv-oai/hepcrawl_arxiv-physics-hep-th.xml', 3, '1412.8323'],
    ['arxiv-oai/hepcrawl_sample_arxiv_record.xml', 12, '1601.03238'],
  ])('%s', async (path, count, first) => {
    const { all: items, error } = await drain(
      harvest({ oaiUrl: await recorded(path), client, since: '2015-01-01' }),
    );
    const all = parsedIn(items);
    expect([error, all.filter((one) => !one.ok), all.length]).toEqual([undefined, [], count]);
    expect(record(all[0]).identifiers[0]?.value).toBe(first);
    const records = all.map(record);
    expect([distinct(records), records.flatMap((one) => troublesOf(one))]).toEqual([count, []]);
  });

  test('collaborations are authors, and who writes for one is another', async () => {
    const oaiUrl = await recorded('arxiv-oai/hepcrawl_sample_arxiv_record.xml');
    const { all } = await drain(harvest({ oaiUrl, client, since: '2015-01-01' }));
    const authors = parsedIn(all).map((one) => record(one).authors ?? []);
    const groups = authors.map((names) => names.filter((name) => /collaboration|array|group/i.test(name)));
    expect(groups.filter(({ length }) => length > 0).length).toBeGreaterThan(6);
    expect(authors.find((names) => names.includes('IceCube Collaboration'))).toHaveLength(2);
    expect(authors.find((names) => names.includes('Günter Burigana'))?.at(-1)).toBe('Planck Collaboration');
  });

  test('the API’s answer', async () => {
    const apiUrl = await recorded('arxiv-api/sotawhat_arxiv_transformer.xml');
    const { all, error } = await drain(arxivById(['2606.13677'], { apiUrl, client }));
    expect([error, all.length]).toEqual([undefined, 5]);
    const records = all.map(record);
    expect([distinct(records), records.flatMap((one) => troublesOf(one))]).toEqual([5, []]);
    expect(record(all[0])).toMatchObject({
      identifiers: [{ scheme: 'arxiv', value: '2606.13677', version: 1 }],
      categories: ['cs.RO', 'cs.AI', 'cs.CV', 'cs.LG'],
      links: [{ kind: 'project', url: 'https://zhaohengyin.github.io/mana' }],
      published: '2026-06-11',
    });
  });

  test('the feed, and the feed that was cut off at its source', async () => {
    const whole = await recorded('arxiv-rss/TideDra_arxiv_rss_example.xml');
    const day = await arxivFeed('cs.AI', { feedUrl: whole, client });
    expect([day.broken, day.entries.length]).toEqual([undefined, 7]);
    expect(day.entries.every((one) => !/^arXiv:|Abstract:/.test(record(one).abstract ?? ''))).toBe(true);
    await server?.close();

    const cut = await recorded('arxiv-rss/TideDra_arxiv_rss_TRUNCATED.xml');
    const broken = await arxivFeed('cs.AI', { feedUrl: cut, client });
    expect(broken.entries).toHaveLength(86);
    for (const { entries } of [day, broken]) {
      const records = entries.map(record);
      expect([distinct(records), records.flatMap((one) => troublesOf(one))]).toEqual([entries.length, []]);
    }
    expect(broken.entries.every((one) => one.ok)).toBe(true);
    expect(broken.broken).toBe('the response is cut off in the middle');
  });
});
