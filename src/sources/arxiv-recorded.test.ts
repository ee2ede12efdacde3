import { existsSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { arxivById, arxivFeed, arxivSince, harvest } from './arxiv.ts';
import { politeClient } from './client.ts';
import { drain, type Handler, type Loopback, loopback, record } from './loopback.ts';

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
    const { all, error } = await drain(harvest({ oaiUrl, client, since: '2008-01-01', format: 'arXivRaw' }));
    expect(error).toBeUndefined();
    expect(all.filter((one) => !one.ok)).toEqual([]);
    expect(all).toHaveLength(1000);
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
    const { all, error } = await drain(
      harvest({ oaiUrl: await recorded(path), client, since: '2015-01-01' }),
    );
    expect([error, all.filter((one) => !one.ok), all.length]).toEqual([undefined, [], count]);
    expect(record(all[0]).identifiers[0]?.value).toBe(first);
  });

  test('the API’s answer', async () => {
    const apiUrl = await recorded('arxiv-api/sotawhat_arxiv_transformer.xml');
    const { all, error } = await drain(arxivById(['2606.13677'], { apiUrl, client }));
    expect([error, all.length]).toEqual([undefined, 5]);
    expect(record(all[0])).toMatchObject({
      identifiers: [{ scheme: 'arxiv', value: '2606.13677', version: 1 }],
      categories: ['cs.RO', 'cs.AI', 'cs.CV', 'cs.LG'],
      links: [{ kind: 'project', url: 'https://zhaohengyin.github.io/mana' }],
      published: '2026-06-11',
    });
  });

  test('the feed, and the feed that was cut off at its source', async () => {
    const whole = await recorded('arxiv-rss/TideDra_arxiv_rss_example.xml');
    const day = await drain(arxivFeed({ feedUrl: whole, categories: ['cs.AI'], client }));
    expect([day.error, day.all.length]).toEqual([undefined, 7]);
    expect(day.all.every((one) => record(one).announced === '2025-08-20')).toBe(true);
    expect(day.all.every((one) => !/^arXiv:|Abstract:/.test(record(one).abstract ?? ''))).toBe(true);
    await server?.close();

    const cut = await recorded('arxiv-rss/TideDra_arxiv_rss_TRUNCATED.xml');
    const broken = await drain(arxivFeed({ feedUrl: cut, categories: ['cs.AI'], client }));
    expect(broken.all).toHaveLength(86);
    expect(broken.all.every((one) => one.ok)).toBe(true);
    expect(broken.error).toMatchObject({ reason: 'the answer is cut off in the middle', status: 200 });
    const since = await drain(
      arxivSince({ feedUrl: cut, categories: ['cs.AI'], since: '2025-08-20', client }),
    );
    expect([since.all.length, since.error, since.all.at(-1)?.ok]).toEqual([87, undefined, false]);
  });
});
