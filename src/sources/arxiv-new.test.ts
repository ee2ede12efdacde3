import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { takeIn } from '../papers/intake/take-in.ts';
import { Arxiv, feedEntry, ids, type Ran } from './arxiv.fixture.ts';
import { arxiv as source } from './arxiv.ts';
import { ownId } from './arxiv-record.ts';

let arxiv: Arxiv;
beforeEach(async () => {
  arxiv = await Arxiv.open();
});
afterEach(() => arxiv.close());

/** A run of the announcements at a time; 01:00 UTC is 20:00 of the day before in New York. */
const run = (at: string, category = 'cs.CL'): Promise<Ran> => {
  const config = arxiv.config({ SYNC_CATEGORIES: category });
  const part = source.parts(config).find(({ name }) => name === `new ${category}`)!;
  return arxiv.run(part, at);
};

const indexed = (list: string[]): void => {
  for (const id of list) arxiv.world.api!.add(id);
};

describe('the four failures feeds had', () => {
  test('a category stale while its feed was built today: the 212 papers come from the API', async () => {
    arxiv.announce('2026-11-19', { fresh: ids(1, 5) });
    await run('2026-11-19T06:00Z');
    const stale = arxiv.world.feed!;
    arxiv.announce('2026-11-20', { fresh: ids(101, 180), cross: ids(501, 32) });
    // Its build date is today's, as always; its content is yesterday's.
    arxiv.world.feed = { ...stale, published: '2026-11-20' };
    indexed([...ids(101, 180), ...ids(501, 32)]);
    const { outcome } = await run('2026-11-20T06:00Z');
    expect(outcome).toEqual({
      state: 'ok',
      announced: '2026-11-20',
      expected: 212,
      got: 212,
      says: 'the feed of cs.CL had 0 of 212; 212 came from the API',
    });
    expect(await arxiv.days()).toEqual({ '2026-11-19': 5, '2026-11-20': 212 });
  });

  test('a date a day behind its content: the listing’s day counts', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 12) });
    arxiv.world.feed!.published = '2026-11-19';
    const { outcome, records } = await run('2026-11-20T06:00Z');
    expect(outcome).toMatchObject({ state: 'ok', expected: 12, got: 12 });
    expect(records[0]).toEqual({
      source: 'arxiv-feed',
      identifiers: [{ scheme: 'arxiv', value: '2611.00001', version: 1 }],
      title: 'An invented account of 2611.00001',
      abstract: 'What 2611.00001 shows.',
      authors: ['René Tidewater', 'Ada Orchard'],
      categories: ['cs.CL'],
      announced: '2026-11-20',
      licence: 'http://licence/1',
    });
    expect(await arxiv.days()).toEqual({ '2026-11-20': 12 });
  });

  test('a fixed hour that met yesterday’s batch again: no day is lost', async () => {
    arxiv.announce('2026-11-18', { fresh: ids(1, 5) });
    await run('2026-11-18T06:00Z');
    // The next day's run comes before the announcement, the one after it when that is over.
    expect((await run('2026-11-19T00:30Z')).outcome).toEqual({
      state: 'quiet',
      announced: '2026-11-18',
      proof: "arXiv's listing of cs.CL is still that of 2026-11-18, and all 5 of its papers are here",
    });
    arxiv.announce('2026-11-19', { fresh: ids(11, 7) });
    arxiv.announce('2026-11-20', { fresh: ids(21, 3) });
    indexed(ids(11, 7));
    expect((await run('2026-11-20T06:00Z')).outcome).toMatchObject({
      state: 'ok',
      expected: 3,
      got: 3,
      says: '7 came from the API; caught up with 2026-11-19',
    });
    expect(await arxiv.days()).toEqual({ '2026-11-18': 5, '2026-11-19': 7, '2026-11-20': 3 });
  });

  test('the day of fetching: it dates nothing', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 4) });
    // Saturday evening: Friday's announcement, fetched for the first time.
    await run('2026-11-22T02:00Z');
    expect(await arxiv.days()).toEqual({ '2026-11-20': 4 });
  });
});

describe('a quiet day is proved', () => {
  beforeEach(async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 4), cross: ids(11, 1), replaced: ['2601.00007'] });
    await run('2026-11-20T06:00Z');
  });

  test.each([
    ['at the weekend', '2026-11-22T12:00Z'],
    ['on a holiday, which nothing announces', '2026-11-24T12:00Z'],
  ])('%s, with an empty feed', async (_, at) => {
    arxiv.world.feed = { batch: { fresh: [] }, published: '2026-11-22' };
    const { outcome, records } = await run(at);
    expect(records).toEqual([]);
    expect(outcome).toEqual({
      state: 'quiet',
      announced: '2026-11-20',
      proof: "arXiv's listing of cs.CL is still that of 2026-11-20, and all 5 of its papers are here",
    });
  });

  test('not where the feed cannot be asked', async () => {
    arxiv.world.feed = null;
    expect((await run('2026-11-22T12:00Z')).outcome).toEqual({
      state: 'ok',
      announced: '2026-11-20',
      expected: 5,
      got: 5,
      says: 'the feed could not be read in full: the server answered 404',
    });
  });

  test('not where the feed holds what no listing names; that comes undated', async () => {
    arxiv.world.feed!.batch.fresh = [...ids(1, 4), '2611.00099'];
    const { outcome, records } = await run('2026-11-22T12:00Z');
    expect(outcome).toMatchObject({ state: 'ok', says: '1 paper from the feed on no listing, left undated' });
    expect(records.map((one) => [ownId(one), one.announced])).toEqual([['2611.00099', undefined]]);
    expect(await arxiv.days()).toEqual({ '': 1, '2026-11-20': 5 });
    // Once a listing names it, it has its day; nobody is asked for it again.
    arxiv.announce('2026-11-23', { fresh: ['2611.00099'] });
    arxiv.world.feed = { batch: { fresh: [] }, published: '2026-11-23' };
    expect((await run('2026-11-23T02:00Z')).outcome).toMatchObject({ state: 'ok', expected: 1, got: 1 });
    expect(await arxiv.dayOf('2611.00099')).toBe('2026-11-23');
  });

  test('not where the listing names papers that are not here', async () => {
    arxiv.world.days['2026-11-20']!.fresh = ids(1, 5);
    indexed(ids(5, 1));
    expect((await run('2026-11-22T12:00Z')).outcome).toMatchObject({ state: 'ok', expected: 6, got: 6 });
  });

  test('not by a listing of a day that is over', async () => {
    arxiv.announce('2026-11-23', { fresh: ids(21, 1) });
    await run('2026-11-23T02:00Z');
    arxiv.world.listed = '2026-11-20';
    expect((await run('2026-11-23T03:00Z')).outcome).toMatchObject({
      state: 'failed',
      why: expect.stringContaining(
        'the listing is dated 2026-11-20, although 2026-11-23 was already announced',
      ),
    });
  });

  test('nor by one of a day to come, which would hide all that are', async () => {
    arxiv.announce('2027-11-22', { fresh: ids(21, 1) });
    expect((await run('2026-11-23T02:00Z')).outcome).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('the listing is dated 2027-11-22, which is in the future'),
    });
    arxiv.announce('2026-11-23', { fresh: ids(31, 2) });
    expect((await run('2026-11-23T03:00Z')).outcome).toMatchObject({ state: 'ok', expected: 2, got: 2 });
  });

  test('where a category simply has nothing new', async () => {
    arxiv.announce('2026-11-23', { fresh: [], replaced: ['2601.00001'] });
    expect((await run('2026-11-23T06:00Z')).outcome).toEqual({
      state: 'quiet',
      announced: '2026-11-23',
      proof: "arXiv's listing of 2026-11-23 has no new papers in cs.CL",
    });
  });
});

describe('an empty listing', () => {
  beforeEach(async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 4) });
    await run('2026-11-20T06:00Z');
  });

  test('is not believed before the page of recent days has that day', async () => {
    arxiv.announce('2026-11-23', { fresh: ids(11, 3) });
    const { days, recent } = arxiv.world;
    // An outage: the day is out, and none of its papers is to be seen.
    arxiv.world.days = { ...days, '2026-11-23': { fresh: [] } };
    arxiv.world.recent = recent!.slice(1);
    arxiv.world.feed = { batch: { fresh: [] }, published: '2026-11-23' };
    expect((await run('2026-11-23T06:00Z')).outcome).toEqual({
      state: 'ok',
      says: 'the listing of 2026-11-23 is empty, and the listing of recent days does not have that day yet',
    });
    Object.assign(arxiv.world, { days, recent });
    indexed(ids(11, 3));
    expect((await run('2026-11-23T06:15Z')).outcome).toMatchObject({ state: 'ok', expected: 3, got: 3 });
    expect(await arxiv.days()).toEqual({ '2026-11-20': 4, '2026-11-23': 3 });
  });

  test('gives way to what the page of recent days names', async () => {
    arxiv.announce('2026-11-23', { fresh: ids(11, 3) });
    arxiv.world.page = '<h3>Showing new listings for Monday, 23 November 2026</h3><p>No updates today.</p>';
    arxiv.world.feed = { batch: { fresh: [] }, published: '2026-11-23' };
    indexed(ids(11, 3));
    expect((await run('2026-11-23T06:00Z')).outcome).toMatchObject({ state: 'ok', expected: 3, got: 3 });
    expect((await run('2026-11-23T09:00Z')).outcome).toMatchObject({
      state: 'quiet',
      announced: '2026-11-23',
    });
  });

  test('on which both agreed is looked up once more when the next day is out', async () => {
    arxiv.announce('2026-11-23', { fresh: [] });
    expect((await run('2026-11-23T06:00Z')).outcome).toMatchObject({
      state: 'quiet',
      announced: '2026-11-23',
    });
    expect((await run('2026-11-23T09:00Z')).outcome).toMatchObject({ state: 'quiet' });
    arxiv.announce('2026-11-24', { fresh: ids(21, 2) });
    arxiv.world.days['2026-11-23'] = { fresh: ids(11, 3) };
    indexed(ids(11, 3));
    expect((await run('2026-11-24T06:00Z')).outcome).toMatchObject({
      state: 'ok',
      announced: '2026-11-24',
      says: '3 came from the API; caught up with 2026-11-23',
    });
    expect(await arxiv.days()).toEqual({ '2026-11-20': 4, '2026-11-23': 3, '2026-11-24': 2 });
  });

  test('is a failure where the page of recent days cannot be read', async () => {
    arxiv.announce('2026-11-23', { fresh: [] });
    arxiv.world.recent = null;
    expect((await run('2026-11-23T06:00Z')).outcome).toMatchObject({
      state: 'failed',
      why: 'the listing of 2026-11-23 has no papers, and the listing of recent days could not be read: the server answered 404',
    });
  });

  test('takes no paper away that was awaited', async () => {
    arxiv.announce('2026-11-23', { fresh: ids(11, 3) });
    arxiv.world.feed = { batch: { fresh: ids(11, 1) }, published: '2026-11-23' };
    expect((await run('2026-11-23T06:00Z')).outcome).toMatchObject({ expected: 3, got: 1 });
    const { days } = arxiv.world;
    arxiv.world.days = { ...days, '2026-11-23': { fresh: [] } };
    await run('2026-11-23T06:15Z');
    indexed(ids(11, 3));
    arxiv.world.recent = ['2026-11-20'];
    await run('2026-11-23T06:30Z');
    expect(await arxiv.days()).toEqual({ '2026-11-20': 4, '2026-11-23': 3 });
  });

  test('of the first run costs no second look at days before it', async () => {
    arxiv.cursor = null;
    arxiv.announce('2026-11-23', { fresh: [] });
    await run('2026-11-23T06:00Z');
    const { asked } = await run('2026-11-23T09:00Z');
    expect(asked.filter((path) => /verb=/.test(path))).toEqual([]);
  });
});

describe('what is listed but not in the feed', () => {
  test('is awaited for six hours, then a failure that names it, then here', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 30) });
    const batch = { fresh: ids(1, 5) };
    arxiv.world.feed = { batch, published: '2026-11-20' };
    expect((await run('2026-11-20T01:05Z')).outcome).toEqual({
      state: 'ok',
      announced: '2026-11-20',
      expected: 30,
      got: 5,
      says: '25 of 30 awaited',
    });
    const late = (await run('2026-11-20T07:06Z')).outcome;
    expect(late).toMatchObject({ state: 'failed', expected: 30, got: 5 });
    expect(late).toMatchObject({
      why: `25 of 30 papers of 2026-11-20 (${ids(6, 20).join(', ')} and 5 more) have not arrived`,
    });
    indexed(ids(6, 25));
    expect((await run('2026-11-20T07:30Z')).outcome).toMatchObject({ state: 'ok', expected: 30, got: 30 });
    expect(await arxiv.days()).toEqual({ '2026-11-20': 30 });
  });

  test('comes from OAI one by one where the API lags, fifty a run', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 70) });
    arxiv.world.feed = { batch: { fresh: [] }, published: '2026-11-20' };
    for (const id of ids(1, 70)) arxiv.world.oai!.set(id, { created: '2026-11-19', datestamp: '2026-11-20' });
    const first = await run('2026-11-20T01:05Z');
    expect(first.outcome).toMatchObject({ state: 'ok', expected: 70, got: 50 });
    expect(first.outcome).toMatchObject({ says: expect.stringContaining('20 of 70 awaited') });
    expect((await run('2026-11-20T01:20Z')).outcome).toMatchObject({ state: 'ok', expected: 70, got: 70 });
    expect(await arxiv.days()).toEqual({ '2026-11-20': 70 });
  });

  test('is not asked for one by one of a door that is behind itself; nor are some it never has in the way of others', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 40) });
    arxiv.world.feed = null;
    expect((await run('2026-11-20T01:05Z')).asked.filter((path) => path.includes('GetRecord'))).toHaveLength(
      5,
    );
    for (const id of ids(21, 20))
      arxiv.world.oai!.set(id, { created: '2026-11-19', datestamp: '2026-11-20' });
    for (let minute = 20; minute < 60; minute++) await run(`2026-11-20T01:${minute}Z`);
    expect(await arxiv.days()).toEqual({ '2026-11-20': 20 });
  });

  test('is still had where the API is down', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3) });
    arxiv.world.feed = null;
    arxiv.world.api = null;
    for (const id of ids(1, 2)) arxiv.world.oai!.set(id, { created: '2026-11-19', datestamp: '2026-11-20' });
    expect((await run('2026-11-20T01:05Z')).outcome).toMatchObject({
      state: 'ok',
      expected: 3,
      got: 2,
      says: expect.stringContaining('the API could not be reached: the server answered 404'),
    });
  });

  test('is not awaited once arXiv says that it is gone', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3) });
    arxiv.world.feed!.batch = { fresh: ids(1, 2) };
    arxiv.world.oai!.set(ids(3, 1)[0]!, { created: '2026-11-19', datestamp: '2026-11-20', deleted: true });
    const { outcome, gone } = await run('2026-11-20T06:00Z');
    expect(gone).toEqual(['2611.00003']);
    expect(outcome).toMatchObject({ state: 'ok', expected: 2, got: 2, says: 'arXiv removed 2611.00003' });
    expect((await run('2026-11-21T06:00Z')).outcome).toMatchObject({ state: 'quiet' });
  });

  test('in a feed cut off in the middle: what is whole is taken, the rest fetched', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 10) });
    arxiv.world.feed!.cut = 300;
    indexed(ids(1, 10));
    const { outcome, records, rejected } = await run('2026-11-20T06:00Z');
    expect(rejected).toEqual([]);
    expect(records).toHaveLength(10);
    expect(outcome).toMatchObject({
      state: 'ok',
      expected: 10,
      got: 10,
      says:
        'the feed could not be read in full: the response is cut off in the middle; ' +
        'the feed of cs.CL had 9 of 10; 1 came from the API',
    });
  });

  test('under an identifier that lost its zero there comes by its right one; the wrong one is named', async () => {
    arxiv.announce('2026-11-20', { fresh: ['2611.01230', '2611.01231'] });
    const more = feedEntry('2611.0123', 'new', '2026-11-20');
    arxiv.world.feed = { batch: { fresh: ['2611.01231'] }, published: '2026-11-20', more };
    indexed(['2611.01230']);
    const { outcome, rejected } = await run('2026-11-20T06:00Z');
    expect(rejected).toEqual(["'oai:arXiv.org:2611.0123v1' is not an arXiv id"]);
    expect(outcome).toMatchObject({ state: 'ok', expected: 2, got: 2 });
    expect(await arxiv.dayOf('2611.01230')).toBe('2026-11-20');
  });

  test('a paper the listing counts and does not name is no success', async () => {
    arxiv.announce('2026-11-20', { fresh: ['2611.00001', '2611.0123'] });
    expect((await run('2026-11-20T01:05Z')).outcome).toMatchObject({ state: 'ok', expected: 2, got: 1 });
    expect((await run('2026-11-20T09:05Z')).outcome).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('1 of 2 papers of 2026-11-20 (1 not named in the listing)'),
    });
  });

  test('is given up after a week, and that is said', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 2) });
    arxiv.world.feed!.batch = { fresh: ids(1, 1) };
    await run('2026-11-20T06:00Z');
    arxiv.announce('2026-11-30', { fresh: ids(11, 1) });
    expect((await run('2026-11-30T06:00Z')).outcome).toMatchObject({
      state: 'failed',
      why: expect.stringContaining(
        '1 of 2 papers of 2026-11-20 (2611.00002) never arrived and are no longer expected',
      ),
    });
    expect((await run('2026-11-30T09:00Z')).outcome).toMatchObject({ state: 'quiet' });
  });
});

describe('the feed', () => {
  test('is asked for only if it changed, once it held all that was listed', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 10) });
    arxiv.world.feed = { batch: { fresh: ids(1, 9) }, published: '2026-11-20', etag: '"short"' };
    await run('2026-11-20T01:05Z');
    expect(arxiv.cursor).not.toHaveProperty('feed');
    // The same mark would hide the tenth for ever.
    arxiv.world.feed = { batch: { fresh: ids(1, 10) }, published: '2026-11-20', etag: '"short"' };
    expect((await run('2026-11-20T01:20Z')).outcome).toMatchObject({ state: 'ok', expected: 10, got: 10 });
    expect(arxiv.cursor).toMatchObject({ feed: { etag: '"short"' } });
    expect((await run('2026-11-20T04:20Z')).outcome).toMatchObject({ state: 'quiet' });
  });

  test('of an earlier day is dated by the page of recent days', async () => {
    arxiv.announce('2026-11-19', { fresh: ids(1, 3) });
    const before = arxiv.world.feed;
    arxiv.announce('2026-11-20', { fresh: ids(11, 2) });
    arxiv.world.feed = before;
    indexed(ids(11, 2));
    await run('2026-11-20T01:30Z');
    expect(await arxiv.days()).toEqual({ '2026-11-19': 3, '2026-11-20': 2 });
  });

  test('tells of no replacement: a later harvest does', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 1), replaced: ['2601.00001', '2601.00002'] });
    const { records, outcome } = await run('2026-11-20T06:00Z');
    expect(records.map(ownId)).toEqual(['2611.00001']);
    expect(outcome).toMatchObject({ expected: 1, got: 1 });
  });
});

describe('without the listing', () => {
  test('the feed is taken in, dated where the page of recent days names its papers', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3) });
    arxiv.world.feed!.batch.fresh = ids(1, 4);
    arxiv.world.days['2026-11-20'] = { fresh: ids(1, 3) };
    arxiv.world.listed = null;
    expect((await run('2026-11-20T06:00Z')).outcome).toEqual({
      state: 'failed',
      why: 'the listing could not be read (the server answered 404); the feed had 3 papers with a day and 1 without',
    });
    expect(await arxiv.days()).toEqual({ '': 1, '2026-11-20': 3 });
  });

  test('and without that page undated, until the listing is back', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3) });
    const { recent } = arxiv.world;
    Object.assign(arxiv.world, { listed: null, recent: null });
    expect((await run('2026-11-20T06:00Z')).outcome).toMatchObject({ state: 'failed' });
    expect(await arxiv.days()).toEqual({ '': 3 });
    Object.assign(arxiv.world, { listed: '2026-11-20', recent, api: null });
    expect((await run('2026-11-20T06:20Z')).outcome).toMatchObject({ state: 'ok', expected: 3, got: 3 });
    expect(await arxiv.days()).toEqual({ '2026-11-20': 3 });
  });
});

describe('papers in several categories', () => {
  test('are one paper, counted in each', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(1, 3), cross: ids(11, 2) });
    expect((await run('2026-11-20T06:00Z')).outcome).toMatchObject({ expected: 5, got: 5 });
    arxiv.cursor = null;
    arxiv.announce('2026-11-20', { fresh: ids(11, 2), cross: ids(1, 1) });
    const { outcome, records } = await run('2026-11-20T06:10Z', 'cs.LG');
    expect(outcome).toMatchObject({ state: 'ok', expected: 3, got: 3 });
    expect(records).toEqual([]);
    expect(await arxiv.days()).toEqual({ '2026-11-20': 5 });
  });

  test('keep the day they were announced on first, whichever category is asked first', async () => {
    arxiv.announce('2026-11-20', { fresh: ids(11, 1), cross: ids(1, 1) });
    await run('2026-11-20T06:00Z', 'cs.LG');
    expect(await arxiv.dayOf('2611.00001')).toBe('2026-11-20');
    arxiv.cursor = null;
    Object.assign(arxiv.world, { days: {}, recent: [] });
    arxiv.announce('2026-11-18', { fresh: ids(1, 1) });
    await run('2026-11-20T06:10Z');
    expect(await arxiv.dayOf('2611.00001')).toBe('2026-11-18');
    arxiv.cursor = null;
    Object.assign(arxiv.world, { days: {}, recent: [] });
    arxiv.announce('2026-11-20', { fresh: ids(11, 1), cross: ids(1, 1) });
    expect((await run('2026-11-20T06:20Z', 'cs.LG')).outcome).toMatchObject({ expected: 2, got: 2 });
    expect(await arxiv.dayOf('2611.00001')).toBe('2026-11-18');
  });
});

test('a paper that the harvest brought before gets its day without being asked for again', async () => {
  await takeIn(
    arxiv.store,
    [
      {
        source: 'arxiv',
        identifiers: [{ scheme: 'arxiv', value: '2611.00001' }],
        title: 'An invented account, harvested',
        abstract: 'The whole of it.',
        published: '2026-11-18',
      },
    ],
    new Set(),
  );
  arxiv.announce('2026-11-20', { fresh: ids(1, 1) });
  arxiv.world.feed = null;
  const { outcome, asked } = await run('2026-11-20T06:00Z');
  expect(outcome).toMatchObject({ state: 'ok', expected: 1, got: 1 });
  expect(asked.filter((path) => /id_list|GetRecord/.test(path))).toEqual([]);
  const paper = await arxiv.store.read.selectFrom('papers').selectAll().executeTakeFirstOrThrow();
  expect(paper).toMatchObject({
    announced: '2026-11-20',
    published: '2026-11-18',
    abstract: 'The whole of it.',
  });
});

test('a checkpoint of another program, or of none, is as good as none', async () => {
  arxiv.announce('2026-11-20', { fresh: ids(1, 3) });
  arxiv.cursor = {
    done: 'yesterday',
    open: [{ day: 7 }, 'x', { day: '2026-11-19', missing: ['x&y', 5] }],
    gone: {},
  };
  expect((await run('2026-11-20T06:00Z')).outcome).toMatchObject({ state: 'ok', expected: 3, got: 3 });
});
