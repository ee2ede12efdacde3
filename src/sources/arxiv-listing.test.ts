import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Arxiv, ids } from './arxiv.fixture.ts';
import { newListing, recentListings } from './arxiv-listing.ts';
import { politeClient, SourceError } from './client.ts';
import { loopback } from './loopback.ts';

let arxiv: Arxiv;
beforeEach(async () => {
  arxiv = await Arxiv.open();
});
afterEach(() => arxiv.close());

const client = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, retries: 0 });
const options = () => ({ listUrl: `${arxiv.config().ARXIV_LIST_URL}/`, client });
const listing = () => newListing('cs.CL', options());
const reason = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error) => (error instanceof SourceError ? error.reason : String(error)),
  );

describe('the listing of the last announcement', () => {
  test('names its day and its new and cross-listed papers, not the replaced ones nor those an abstract cites', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3), cross: ids(11, 2), replaced: ids(21, 4) });
    expect(await listing()).toEqual({
      url: `${arxiv.config().ARXIV_LIST_URL}/cs.CL/new`,
      day: '2026-11-20',
      ids: [...ids(1, 3), ...ids(11, 2)],
      papers: 5,
    });
  });

  test('is read over as many pages as it takes, and no more', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 25), cross: ids(101, 20), replaced: ids(201, 40) });
    arxiv.world.pageSize = 10;
    const found = await listing();
    expect([found.papers, found.ids]).toEqual([45, [...ids(1, 25), ...ids(101, 20)]]);
    expect(arxiv.asked().map((path) => new URL(path, 'http://a').search)).toEqual([
      '',
      '?skip=10&show=2000',
      '?skip=20&show=2000',
      '?skip=30&show=2000',
      '?skip=40&show=2000',
    ]);
  });

  test('ends at a page that is full to the last new paper only after the next one', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 10), cross: ids(101, 3) });
    arxiv.world.pageSize = 10;
    expect((await listing()).papers).toBe(13);
  });

  test('counts a paper once that it names twice', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3), cross: ids(3, 2) });
    expect(await listing()).toMatchObject({ papers: 4, ids: ids(1, 4) });
  });

  test('reads identifiers of all times, as they are', async () => {
    const old = ['hep-th/9901001', '0704.0010', '2611.01230'];
    arxiv.announce('2026-11-20', { fresh: old });
    expect((await listing()).ids).toEqual(old);
  });

  test('counts the paper whose identifier lost its zero, though it cannot name it', async () => {
    arxiv.announce('2026-11-20', { fresh: ['2611.00001', '2611.0123'] });
    expect(await listing()).toMatchObject({ papers: 2, ids: ['2611.00001'] });
  });

  const heading = '<h3>Showing new listings for Friday, 20 November 2026</h3>';
  test.each([
    ['another page', '<html><h1>Sorry</h1></html>', 'the listing gives no day of announcement'],
    ['a day without sections', heading, 'the page has no sections, so it is not a listing'],
    [
      'numbers without papers',
      `${heading}<h3>New submissions (showing 9 of 9 entries)</h3>`,
      'the listing counts 9 papers but lists none',
    ],
    ['a day that is none', '<h3>Showing new listings for Friday, 31 February 2026</h3>', 'gives no day'],
  ])('is not taken from %s', async (_, page, why) => {
    arxiv.announce('2026-11-20', { fresh: [] });
    arxiv.world.page = page;
    expect(await reason(listing())).toContain(why);
  });

  test('is empty where it says so', async () => {
    arxiv.announce('2026-11-20', { fresh: [] });
    expect(await listing()).toMatchObject({ papers: 0, ids: [] });
  });

  test('that arXiv cannot show is a failure, and not an empty day', async () => {
    // Where its counts promise papers it cannot show, it answers so.
    const server = await loopback((_, response) =>
      response.writeHead(503, { 'retry-after': '300' }).end('No updates today.'),
    );
    const impatient = politeClient({ userAgent: 'Broadsheet-Test/1', minIntervalMs: 0, maxWaitMs: 1_000 });
    const page = newListing('cs.CL', { listUrl: server.url, client: impatient });
    expect(await reason(page)).toBe('the server answered 503, asking us to wait 300 s');
    await server.close();
  });

  test('is asked for as many entries as its pages take', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 30) });
    arxiv.world.pageSize = 10;
    await listing();
    await recentListings('cs.CL', options());
    const shown = arxiv.asked().flatMap((path) => new URL(path, 'http://x').searchParams.get('show') ?? []);
    expect(shown.length).toBeGreaterThan(2);
    for (const show of shown) expect(['25', '50', '100', '250', '500', '1000', '2000']).toContain(show);
  });

  test('of a page without end is given up', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 300) });
    arxiv.world.pageSize = 10;
    expect(await reason(listing())).toBe('the listing has more than 10 pages');
  });
});

describe('the listing of recent days', () => {
  test('may name none, where nothing came', async () => {
    arxiv.world.recent = [];
    expect(await recentListings('cs.CL', options())).toEqual([]);
  });

  test('names each day’s papers, over as many pages as it takes', async () => {
    arxiv.announce('2026-11-18', { fresh: ids(1, 4) });
    arxiv.announce('2026-11-19', { fresh: ids(5, 11), cross: ids(101, 2) });
    arxiv.announce('2026-11-20', { fresh: ids(21, 3), replaced: ids(901, 2) });
    arxiv.world.pageSize = 7;
    expect(await recentListings('cs.CL', options())).toEqual([
      { day: '2026-11-20', ids: ids(21, 3), papers: 3 },
      { day: '2026-11-19', ids: [...ids(5, 11), ...ids(101, 2)], papers: 13 },
      { day: '2026-11-18', ids: ids(1, 4), papers: 4 },
    ]);
    expect(arxiv.asked()[0]).toBe('/list/cs.CL/recent?skip=0&show=2000');
  });

  test('is not taken from a page that names no days', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3) });
    const { listUrl } = options();
    const page = recentListings('cs.CL', { client, listUrl: listUrl.replace('/list', '/wrong') });
    expect(await reason(page)).toContain('gives no day');
  });
});
