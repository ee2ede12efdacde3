import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Arxiv, ids, type Ran } from './arxiv.fixture.ts';
import { arxiv as source } from './arxiv.ts';

let arxiv: Arxiv;
beforeEach(async () => {
  arxiv = await Arxiv.open();
});
afterEach(() => arxiv.close());

/** A run of the announcements at a time; 01:00 UTC is 20:00 of the day before in New York. */
const run = (at: string): Promise<Ran> => arxiv.run(source.parts(arxiv.config())[0]!, at);

const indexed = (list: string[]): void => {
  for (const id of list) arxiv.world.api!.add(id);
};

describe('days on which nothing ran', () => {
  const daily = (days: string[]): void => {
    for (const [i, day] of days.entries())
      arxiv.announce(day, { fresh: ids(1 + 10 * i, 4), cross: ids(501 + i, 1) });
  };
  const ofDays = (days: number): string[] =>
    Array.from({ length: days }, (_, i) => [...ids(1 + 10 * i, 4), ...ids(501 + i, 1)]).flat();

  test('three of them are caught up with from the page of recent days, each under its date', async () => {
    arxiv.announce('2026-11-16', { fresh: ids(901, 2) });
    await run('2026-11-16T06:00Z');
    const missed = ['2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'];
    daily(missed);
    indexed(ofDays(4));
    const { outcome } = await run('2026-11-20T06:00Z');
    expect(outcome).toMatchObject({
      state: 'ok',
      announced: '2026-11-20',
      expected: 5,
      got: 5,
      says: '15 came from the API; caught up with 2026-11-17, 2026-11-18, 2026-11-19',
    });
    expect(await arxiv.days()).toEqual({
      '2026-11-16': 2,
      ...Object.fromEntries(missed.map((day) => [day, 5])),
    });
    expect((await run('2026-11-20T09:00Z')).outcome).toMatchObject({ state: 'quiet' });
  });

  test('nine of them: those before the recent ones come from the harvest', async () => {
    arxiv.announce('2026-11-06', { fresh: ids(901, 2) });
    await run('2026-11-06T06:00Z');
    const days = ['09', '10', '11', '12', '13', '16', '17', '18', '19'].map((day) => `2026-11-${day}`);
    daily(days);
    indexed(ofDays(9).filter((id) => id >= '2611.00041'));
    for (const [i, day] of days.slice(0, 4).entries())
      for (const id of [...ids(1 + 10 * i, 4), ...ids(501 + i, 1)])
        arxiv.world.oai!.set(id, { created: i === 0 ? '2026-11-06' : days[i - 1]!, datestamp: day });
    // What only changed on such a day was announced on none of them.
    const changed = { created: '2026-08-03', datestamp: '2026-11-10', updated: '2026-11-09' };
    arxiv.world.oai!.set('2608.00001', changed);
    arxiv.world.oai!.set('2611.00777', {
      created: '2026-11-02',
      datestamp: '2026-11-10',
      more: '<journal-ref>J. Inv. 1</journal-ref>',
    });
    const { outcome, asked } = await run('2026-11-19T06:00Z');
    expect(outcome).toMatchObject({ state: 'ok', expected: 5, got: 5 });
    expect(asked.filter((path) => path.includes('ListRecords'))).toHaveLength(4);
    expect(await arxiv.days()).toEqual({
      '': 2,
      '2026-11-06': 2,
      ...Object.fromEntries(days.map((day) => [day, 5])),
    });
    expect((await run('2026-11-19T09:00Z')).outcome).toMatchObject({ state: 'quiet' });
  });

  test('a harvest that fails is tried again until the days are whole', async () => {
    arxiv.announce('2026-11-09', { fresh: ids(901, 2) });
    await run('2026-11-09T06:00Z');
    const days = ['10', '11', '12', '13', '16', '17', '18'].map((day) => `2026-11-${day}`);
    daily(days);
    indexed(ofDays(7));
    const records = arxiv.world.oai!;
    arxiv.world.oai = null;
    expect((await run('2026-11-18T06:00Z')).outcome).toMatchObject({
      state: 'failed',
      expected: 5,
      got: 5,
      why: expect.stringContaining('the harvest of 2026-11-11 failed: the server answered 404'),
    });
    arxiv.world.oai = records;
    for (const id of ids(1, 4)) records.set(id, { created: '2026-11-09', datestamp: '2026-11-10' });
    for (const id of ids(11, 4)) records.set(id, { created: '2026-11-10', datestamp: '2026-11-11' });
    expect((await run('2026-11-18T06:20Z')).outcome).toMatchObject({
      state: 'ok',
      says: expect.stringContaining('caught up with 2026-11-10, 2026-11-11'),
    });
    expect(await arxiv.days()).toMatchObject({ '2026-11-10': 4, '2026-11-11': 4, '2026-11-12': 5 });
  });

  test.each([
    ['cannot be had', null, 'the server answered 404'],
    ['is an old one', ['2026-11-17', '2026-11-16'], 'the listing of recent days does not include 2026-11-20'],
  ])('are not forgotten when the page of recent days %s', async (_, recent, reason) => {
    arxiv.announce('2026-11-17', { fresh: ids(901, 2) });
    await run('2026-11-17T06:00Z');
    daily(['2026-11-18', '2026-11-19', '2026-11-20']);
    indexed(ofDays(3));
    const known = arxiv.world.recent;
    arxiv.world.recent = recent;
    expect((await run('2026-11-20T06:00Z')).outcome).toMatchObject({
      state: 'failed',
      expected: 5,
      got: 5,
      why: `the announcements between 2026-11-17 and 2026-11-20 could not be looked up: ${reason}`,
    });
    arxiv.world.recent = known;
    expect((await run('2026-11-20T06:20Z')).outcome).toMatchObject({ state: 'ok' });
    expect(await arxiv.days()).toMatchObject({ '2026-11-18': 5, '2026-11-19': 5, '2026-11-20': 5 });
  });

  test('the first run takes as many days as the settings say', async () => {
    daily(['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20']);
    indexed(ofDays(5));
    const part = source.parts(arxiv.config())[0]!;
    await arxiv.run(part, '2026-11-20T06:00Z', { config: arxiv.config({ SYNC_DAYS: '2' }) });
    expect(await arxiv.days()).toEqual({ '2026-11-19': 5, '2026-11-20': 5 });
  });

  test('a holiday between is no day missed', async () => {
    arxiv.announce('2026-11-25', { fresh: ids(1, 2) });
    await run('2026-11-25T06:00Z');
    arxiv.announce('2026-11-27', { fresh: ids(11, 2) });
    const { outcome } = await run('2026-11-27T06:00Z');
    expect(outcome).toEqual({ state: 'ok', announced: '2026-11-27', expected: 2, got: 2 });
  });
});

test('what is open outlives a process that was ended in the middle', async () => {
  arxiv.announce('2026-11-18', { fresh: ids(1, 3) });
  await run('2026-11-18T06:00Z');
  arxiv.announce('2026-11-19', { fresh: ids(11, 3) });
  arxiv.announce('2026-11-20', { fresh: ids(21, 3) });
  indexed(ids(11, 3));
  const stop = new AbortController();
  const part = source.parts(arxiv.config())[0]!;
  // Ended as soon as the day of the listing is whole.
  const progress = (done: number): void => {
    if (done === 3) stop.abort();
  };
  await expect(arxiv.run(part, '2026-11-20T06:00Z', { signal: stop.signal, progress })).rejects.toThrow();
  arxiv.world.recent = ['2026-11-20'];
  expect((await run('2026-11-20T06:10Z')).outcome).toMatchObject({
    state: 'ok',
    says: '3 came from the API; caught up with 2026-11-19',
  });
  expect(await arxiv.days()).toEqual({ '2026-11-18': 3, '2026-11-19': 3, '2026-11-20': 3 });
});
