import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { dayOf } from '../papers/days.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Store } from '../store/open.ts';
import { DAY, NOON } from './enrich.fixture.ts';
import { invented } from './testing.ts';
import { type Tier, Turns } from './turns.ts';

const TIERS: Tier[] = [
  { age: 10, every: DAY },
  { age: Number.POSITIVE_INFINITY, every: 30 * DAY },
  { age: 'unlisted', every: 30 * DAY },
];

onBoth((_, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let cursor: unknown;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    cursor = null;
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
  });

  /** Papers of so many days ago; null: of a month nobody tells the day of. */
  const papers = (ages: Record<number, number | null>) =>
    takeIn(
      store,
      Object.entries(ages).map(([number, age]) =>
        invented(
          Number(number),
          age === null
            ? { published: '2026-01-01', publishedPrecision: 'month' }
            : { published: dayOf(Math.floor(NOON / DAY) - age) },
        ),
      ),
      new Set(),
    );
  const numberOf = (title: string): number => Number(/\d+$/.exec(title)![0]);

  /** The numbers of the papers of one run, in the order of their turns; the cursor moves on. */
  async function run(now: number, { most = 100, step = 3, isWanted = (_: number): boolean => true } = {}) {
    const turns = await Turns.begin(store, cursor, { tiers: TIERS, now, most });
    const numbers: number[] = [];
    for (;;) {
      const next = await turns.next(step, ({ title }) => isWanted(numberOf(title)));
      if (next.length === 0) break;
      numbers.push(...next.map(({ title }) => numberOf(title)));
    }
    // As the database keeps it.
    cursor = JSON.parse(JSON.stringify(turns.cursor));
    return numbers;
  }

  describe('turns', () => {
    it('go from the newest day to the oldest, and last to papers without a day', async () => {
      await papers({ 1: 400, 2: 3, 3: null, 4: 0, 5: 11, 6: 10 });
      expect(await run(NOON)).toEqual([4, 2, 6, 5, 1, 3]);
    });

    it('come to no paper twice before it is due, and to young papers sooner', async () => {
      await papers({ 1: 400, 2: 3 });
      await run(NOON);
      expect(await run(NOON + DAY / 2)).toEqual([]);
      expect(await run(NOON + DAY)).toEqual([2]);
      expect(await run(NOON + 30 * DAY)).toEqual([2, 1]);
    });

    it('begin with new arrivals, however old', async () => {
      await papers({ 1: 3 });
      await run(NOON);
      await papers({ 2: 500, 3: 1, 4: null });
      expect((await run(NOON + 1)).sort()).toEqual([2, 3, 4]);
      expect(await run(NOON + 2)).toEqual([]);
    });

    it('continue in the next run if one is over before all had theirs', async () => {
      await papers({ 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 });
      expect(await run(NOON, { most: 2 })).toEqual([1, 2]);
      expect(await run(NOON + 1, { most: 2 })).toEqual([3, 4]);
      expect(await run(NOON + 2, { most: 2 })).toEqual([5]);
    });

    it('of new papers too, the newest first, with more coming in between', async () => {
      await papers({ 1: 1 });
      await run(NOON);
      await papers({ 2: 1, 3: 1, 4: 1 });
      expect(await run(NOON + 1, { most: 2 })).toHaveLength(2);
      await papers({ 5: 1 });
      const second = await run(NOON + 2, { most: 2 });
      expect(second[0]).toBe(5);
      expect(await run(NOON + 3, { most: 2 })).toEqual([]);
    });

    it('resume from the cursor after an interrupted run', async () => {
      await papers({ 1: 1, 2: 2, 3: 3 });
      const turns = await Turns.begin(store, null, { tiers: TIERS, now: NOON, most: 10 });
      await turns.next(1, () => true);
      cursor = turns.cursor;
      await turns.next(1, () => true);
      expect(await run(NOON + 1)).toEqual([2, 3]);
    });

    it('skip unwanted papers without counting them', async () => {
      await papers({ 1: 1, 2: 2, 3: 3, 4: 4 });
      expect(await run(NOON, { most: 2, isWanted: (number) => number % 2 === 0 })).toEqual([2, 4]);
    });

    it('reserve a share for old papers and those without a day', async () => {
      await papers(Object.fromEntries(Array.from({ length: 30 }, (_, i) => [i + 1, 1])));
      await papers({ 90: 90, 91: null });
      const first = await run(NOON, { most: 20, step: 5 });
      expect(first).toHaveLength(20);
      expect(first).toContain(90);
      expect(first).toContain(91);
      expect(first.slice(0, 10).every((number) => number <= 30)).toBe(true);
    });

    it('remember little, however often papers come and wait', async () => {
      await papers({ 1: 1 });
      await run(NOON);
      for (let number = 2; number < 60; number++) {
        await papers({ [number * 2]: 1, [number * 2 + 1]: 1 });
        await run(NOON + number, { most: 1 });
      }
      expect(JSON.stringify(cursor).length).toBeLessThan(700);
      const rest = await run(NOON + 100, { most: 1000 });
      // Every paper of the 116 had its turn: 58 in the runs before.
      expect(new Set(rest).size).toBeGreaterThanOrEqual(58);
    });

    it('start afresh if the cursor has another shape', async () => {
      await papers({ 1: 1 });
      for (const other of [{ mark: 'x' }, { mark: 9, gaps: [], rounds: [] }, 'x', []]) {
        cursor = other;
        expect(await run(NOON)).toEqual([1]);
      }
    });
  });
});
