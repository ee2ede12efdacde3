import fc from 'fast-check';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { before, byTrend, byVotes, comparing, dateOf, inOrder, ORDERS } from './orders.ts';

const DAYS = ['2026-06-24', '2026-06-25', '2026-06-26'];
const day = fc.constantFrom(...DAYS);
/** Few different values, so that many are the same. */
const paper = fc.record({
  id: fc.string({ unit: fc.constantFrom('a', 'B', 'é', '-', '9', 'z'), minLength: 1, maxLength: 6 }),
  upvotes: fc.nat(3),
  announced: fc.oneof(day, fc.constant('')),
  listed: day,
  late: fc.nat(1),
  hot: fc.constantFrom(-1e9, 0.5, 1.25),
  score: fc.nat(2),
  published: fc.oneof(day, fc.constant(null)),
  day: fc.oneof(day, fc.constant(null), fc.constant('')),
});
const papers = fc.uniqueArray(paper, { selector: ({ id }) => id, maxLength: 40 });

const NAMES = Object.keys(ORDERS) as (keyof typeof ORDERS)[];

describe.each(NAMES)('the order “%s”', (name) => {
  it('is total: the same whatever order the papers arrived in', () => {
    const order = comparing(ORDERS[name]);
    fc.assert(
      fc.property(papers, (list) => {
        const dated = list.map((one) => ({ ...one, date: dateOf(one) }));
        const sorted = [...dated].sort(order);
        expect([...dated].reverse().sort(order)).toEqual(sorted);
        for (let at = 1; at < sorted.length; at++)
          expect(order(sorted[at - 1]!, sorted[at]!)).toBeLessThan(0);
      }),
    );
  });
});

it('an unknown announcement comes last among as many votes', () => {
  const list = [
    { id: 'a', upvotes: 2, announced: null, hot: 1 },
    { id: 'b', upvotes: 2, announced: '2026-06-24', hot: 1 },
    { id: 'c', upvotes: 3, announced: null, hot: 2 },
  ];
  expect([...list].sort(byVotes).map(({ id }) => id)).toEqual(['c', 'b', 'a']);
  expect([...list].sort(byTrend).map(({ id }) => id)).toEqual(['c', 'a', 'b']);
});

onBoth((_kind, fresh) => {
  describe('a declared order', () => {
    let store: Store;
    eachTime(fresh, (opened) => {
      store = opened;
    });

    it('is the same in the database, in memory, and when counting what comes before a paper', async () => {
      for (const list of fc.sample(papers, { numRuns: 8, seed: 7 })) {
        await store.write.deleteFrom('papers').execute();
        const rows = list.map((one, pk) => ({ ...ROW, ...one, pk }));
        const columns = [...Object.keys(ROW), ...Object.keys(list[0] ?? {}), 'pk'] as 'pk'[];
        await insertMany(
          store.write,
          'papers',
          columns,
          rows.map((row) => columns.map((column) => row[column])),
        );
        for (const name of NAMES) {
          const sorted = rows
            .map((one) => ({ ...one, date: dateOf(one) }))
            .sort(comparing(ORDERS[name]))
            .map(({ id }) => id);
          const found = await inOrder(store.read.selectFrom('papers').select('id'), ORDERS[name]).execute();
          expect([name, found.map(({ id }) => id)]).toEqual([name, sorted]);
          if (name === 'newest') continue;
          for (const row of rows) {
            const { count } = await store.read
              .selectFrom('papers')
              .select(sql<number>`COUNT(*)`.as('count'))
              .where(before(ORDERS[name], row))
              .executeTakeFirstOrThrow();
            expect([name, row.id, Number(count)]).toEqual([name, row.id, sorted.indexOf(row.id)]);
          }
        }
      }
    });
  });
});

/** What a row needs besides. */
const ROW = {
  weak: 0,
  title: 'A paper',
  authors: '[]',
  organizations: '[]',
  categories: '[]',
  keywords: '[]',
  identifiers: '[]',
  published_precision: 'day',
  links: '[]',
  figures: '[]',
  withdrawn: 0,
  comments: 0,
  sources: '[]',
  created_seq: 1,
  seq: 1,
};
