import { expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { attemptsIn, attemptsInMemory, pruneAttempts } from './attempts.ts';
import type { Store } from './open.ts';

const HOUR = 3_600_000;
const QUOTA = { name: 'tries', times: 3, span: HOUR };

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  eachTime(fresh, (opened, its) => {
    store = opened;
    database = its;
  });

  it('several processes together grant what one would, however many ask at once', async () => {
    const other = await database.open();
    const counts = [store, other].map((one) => attemptsIn(one, () => 1000));
    const all = await Promise.all(Array.from({ length: 40 }, (_, i) => counts[i % 2]!(QUOTA, 'ada')));
    expect(all.filter(({ wait }) => wait === 0)).toHaveLength(3);
    expect(new Set(all.filter(({ wait }) => wait > 0).map(({ wait }) => wait))).toEqual(new Set([3600]));
    // Nobody else is affected, and nothing else of theirs.
    expect(await counts[0]!(QUOTA, 'eve')).toEqual({ wait: 0, left: 2, resets: 3600 });
    expect((await counts[1]!({ ...QUOTA, name: 'other' }, 'ada')).wait).toBe(0);
    await other.close();
  });

  it('a window ends, also when the clock has been set back', async () => {
    let now = 10 * HOUR;
    const count = attemptsIn(store, () => now);
    for (let i = 0; i < 5; i++) await count(QUOTA, 'ada');
    now += HOUR - 1;
    expect(await count(QUOTA, 'ada')).toEqual({ wait: 1, left: 0, resets: 1 });
    now += 1;
    expect(await count(QUOTA, 'ada')).toEqual({ wait: 0, left: 2, resets: 3600 });
    now -= 9 * HOUR;
    expect((await count(QUOTA, 'ada')).wait).toBe(0);
  });

  it('what each process grants on its own is counted with the first that it does not', async () => {
    const quota = { ...QUOTA, times: 10, trusted: 4 };
    const count = attemptsIn(store, () => 1000);
    const rows = () => store.read.selectFrom('rate_limits').select('used').execute();
    for (let i = 0; i < 4; i++) expect((await count(quota, 'ada')).left).toBe(9 - i);
    expect(await rows()).toEqual([]);
    expect((await count(quota, 'ada')).left).toBe(5);
    expect(await rows()).toEqual([{ used: 5 }]);
    const waits = [];
    for (let i = 0; i < 8; i++) waits.push((await count(quota, 'ada')).wait);
    expect(waits).toEqual([0, 0, 0, 0, 0, 3600, 3600, 3600]);
    // What has been refused once costs no further query.
    expect(await rows()).toEqual([{ used: 11 }]);
  });

  it('keeps no address, and forgets what it keeps when the window has ended', async () => {
    const count = attemptsIn(store, () => 1000);
    await count(QUOTA, '192.0.2.77');
    await count(QUOTA, '2001:db8:1:2::/64');
    const kept = await store.read.selectFrom('rate_limits').selectAll().execute();
    expect(kept).toHaveLength(2);
    for (const row of kept) expect(row.who).toMatch(/^[\w-]{27}$/);
    await pruneAttempts(store, 1000 + HOUR - 1);
    expect(await store.read.selectFrom('rate_limits').select('who').execute()).toHaveLength(2);
    await pruneAttempts(store, 1000 + HOUR);
    expect(await store.read.selectFrom('rate_limits').select('who').execute()).toEqual([]);
  });
});

it('counts alike without a database', async () => {
  let now = 0;
  const count = attemptsInMemory(() => now);
  const waits = [];
  for (let i = 0; i < 4; i++) waits.push((await count(QUOTA, 'ada')).wait);
  expect(waits).toEqual([0, 0, 0, 3600]);
  now = HOUR;
  expect((await count(QUOTA, 'ada')).left).toBe(2);
});
