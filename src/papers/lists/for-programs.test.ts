/** Lists as programs page through them, on both databases. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../../test/databases.ts';
import { openIndex } from '../../search/index.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { Catalogue } from '../catalogue.ts';
import { takeIn } from '../intake/take-in.ts';
import type { DailyQuery, ListPosition } from '../library.ts';
import type { PaperRecord } from '../types.ts';

const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
  recordOf(number, {
    source: 'hf',
    ...more,
  });
const day = (number: number): string => `2026-06-${String(number).padStart(2, '0')}`;

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let library: Catalogue;
  let folder: string;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-index-'));
    const turn = { timezone: 'UTC', turn: '21:30' };
    library = new Catalogue({
      store,
      index: openIndex(folder),
      turn,
      now: () => Date.parse('2026-06-26T12:00Z'),
    });
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const numbers = (papers: { id: string }[]): number[] => papers.map(({ id }) => Number(id.slice(5)));
  /** A list to its end, in pages of `limit`. */
  async function all(query: DailyQuery, limit: number): Promise<number[]> {
    const found: number[] = [];
    for (let offset = 0; ; offset += limit) {
      const { papers, more } = await library.daily(query, offset, limit);
      found.push(...numbers(papers));
      expect(papers.length === limit || !more).toBe(true);
      if (!more) return found;
    }
  }

  it('papers of all editions come by day and votes, in pages of any length', async () => {
    const votes = (number: number) => (number * 7) % 5;
    const records = Array.from({ length: 30 }, (_, i) =>
      record(i, { listed: day(1 + (i % 4)), upvotes: votes(i) }),
    );
    await takeIn(store, records, new Set());
    const wanted = records.map((_, i) => i).sort((a, b) => (b % 4) - (a % 4) || votes(b) - votes(a) || a - b);
    for (const limit of [1, 3, 7, 30, 100])
      expect(await all({ last: day(26), order: 'days' }, limit)).toEqual(wanted);
    // What is listed for a day that has not come stays away.
    expect(await all({ last: day(2), order: 'days' }, 4)).toEqual(wanted.filter((i) => i % 4 <= 1));
  });

  it('papers of a range come by votes, for a day as for a week, late ones last', async () => {
    await takeIn(
      store,
      [record(1, { listed: day(3) }), record(2, { listed: day(4), upvotes: 9 })],
      new Set(),
    );
    await store.write
      .insertInto('closed_editions')
      .values({ day: day(3), closed_at: 1 })
      .execute();
    await takeIn(store, [record(3, { listed: day(3), upvotes: 50 })], new Set());
    expect(await all({ first: day(1), last: day(7), order: 'votes' }, 2)).toEqual([2, 1, 3]);
    expect(await all({ first: day(3), last: day(3), order: 'votes' }, 2)).toEqual([1, 3]);
  });

  it('trending goes on to its end, and without papers of future days', async () => {
    const records = Array.from({ length: 20 }, (_, i) => record(i, { listed: day(1 + i), upvotes: 1 }));
    await takeIn(
      store,
      [...records, record(99, { published: '2026-06-01', publishedPrecision: 'month' })],
      new Set(),
    );
    const newest = records.map((_, i) => 19 - i);
    expect(await all({ last: day(26), order: 'trending' }, 6)).toEqual(newest);
    expect(await all({ last: day(10), order: 'trending' }, 6)).toEqual(newest.filter((i) => i < 10));
    expect(await all({ first: day(2), last: day(5), order: 'trending' }, 6)).toEqual([4, 3, 2, 1]);
  });

  it('a submitter is found by account, whatever the name and case, or by name if there is no account', async () => {
    const by = (name: string, user?: string) => ({
      listed: day(3),
      submittedBy: { name, ...(user && { user }) },
    });
    await takeIn(
      store,
      [
        record(1, by('Ink Well', 'inkwell')),
        record(2, by('Another Name', 'inkwell')),
        record(3, by('inkwell%', 'ink_well')),
        record(4, by('Nobody Known')),
        record(5, { listed: day(3) }),
      ],
      new Set(),
    );
    const of = (submitter: string) => all({ last: day(26), order: 'days', submitter }, 1);
    expect(await of('InkWell')).toEqual([1, 2]);
    expect(await of('ink_well')).toEqual([3]);
    expect(await of('nobody known')).toEqual([4]);
    for (const none of ['inkw', '%', 'Ink Well', "'"]) expect(await of(none)).toEqual([]);
  });

  it('all papers come newest first, those without a date by their day or last, each once', async () => {
    const records = Array.from({ length: 23 }, (_, i) => record(i, { published: day(1 + (i % 3)) }));
    await takeIn(store, [...records, record(50, { listed: day(2) }), record(60)], new Set());
    for (const limit of [1, 4, 25, 100]) {
      const found: number[] = [];
      let after: ListPosition | undefined;
      do {
        const { papers, next } = await library.newest(limit, after);
        found.push(...numbers(papers));
        after = next ?? undefined;
      } while (after);
      const of = (rest: number) => records.map((_, i) => i).filter((i) => i % 3 === rest);
      expect(found).toEqual([...of(2), ...of(1), 50, ...of(0), 60]);
    }
  });

  it('a page far beyond the end is empty, and no number is too large for the database', async () => {
    await takeIn(store, [record(1, { listed: day(3) })], new Set());
    for (const offset of [1, 50, 2 ** 53 * 100])
      for (const order of ['days', 'votes', 'trending'] as const)
        expect(await library.daily({ last: day(26), order }, offset, 50)).toEqual({
          papers: [],
          more: false,
        });
  });
});
