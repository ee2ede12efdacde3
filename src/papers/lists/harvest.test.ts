import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { takeIn } from '../intake/take-in.ts';
import type { PaperRecord } from '../types.ts';
import { type HarvestPlace, type HarvestQuery, harvestOf } from './harvest.ts';

const record = (n: number, more: Partial<PaperRecord> = {}): PaperRecord =>
  recordOf(n, {
    source: 'jsonl',
    title: `A history of ladders, volume ${n}`,
    categories: [n % 500 === 0 ? 'math.HO' : 'cs.LG'],
    ...more,
  });

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  /** Ids page by page, with a mark at those no paper has. */
  async function pages(query: HarvestQuery): Promise<string[][]> {
    const harvest = harvestOf(store);
    const found: string[][] = [];
    for (let after: HarvestPlace | null | undefined = undefined; after !== null; ) {
      const page = await harvest.page({ ...query, after });
      const headers = await harvest.headers({ ...query, after });
      expect(headers.items.map(({ id, isGone }) => [id, isGone])).toEqual(
        page.items.map(({ id, paper }) => [id, paper === null]),
      );
      expect(headers.next).toEqual(page.next);
      found.push(page.items.map(({ id, paper }) => (paper ? id : `gone ${id}`)));
      after = page.next;
    }
    return found;
  }

  it('an empty database has one empty page', async () => {
    expect(await pages({ limit: 10 })).toEqual([[]]);
    expect(await harvestOf(store).count({})).toBe(0);
  });

  it('pages are full except the last, which is never empty', async () => {
    await takeIn(
      store,
      [1, 2, 3, 4].map((n) => record(n)),
      new Set(),
    );
    const lengths = async (limit: number) => (await pages({ limit })).map((page) => page.length);
    expect(await lengths(2)).toEqual([2, 2]);
    expect(await lengths(3)).toEqual([3, 1]);
    expect(await lengths(4)).toEqual([4]);
    expect(await harvestOf(store).count({})).toBe(4);
  });

  it('finds rare papers among thousands of others, and no page leads to an empty one', async () => {
    await takeIn(
      store,
      Array.from({ length: 3_100 }, (_, i) => record(i + 1)),
      new Set(),
    );
    const wanted: HarvestQuery['wanted'] = ({ categories }) => categories.includes('math.HO');
    expect((await pages({ limit: 2, wanted })).map((page) => page.length)).toEqual([2, 2, 2]);
    expect(await pages({ limit: 2, wanted: () => false })).toEqual([[]]);
  });

  it('ids that a change removed come after its papers, each in one place however pages are cut', async () => {
    const doi = (n: number) => ({ scheme: 'doi', value: `10.1000/ladder.${n}` }) as const;
    const numbers = [1, 2, 3];
    await takeIn(
      store,
      numbers.map((n) => record(n, { identifiers: [doi(n)] })),
      new Set(),
    );
    await takeIn(
      store,
      numbers.map((n) => record(n, { identifiers: [...record(n).identifiers, doi(n)] })),
      new Set(),
    );
    const whole = [
      '2606.00001',
      '2606.00002',
      '2606.00003',
      ...numbers.map((n) => `gone doi:10.1000/ladder.${n}`),
    ];
    for (const limit of [1, 2, 4, 6]) expect((await pages({ limit })).flat()).toEqual(whole);
    expect(await harvestOf(store).count({})).toBe(6);
  });

  it('categories are those of all papers, including new ones', async () => {
    const harvest = harvestOf(store);
    expect(await harvest.categories()).toEqual([]);
    await takeIn(store, [record(1), record(500)], new Set());
    expect(await harvest.categories()).toEqual(['cs.LG', 'math.HO']);
    await takeIn(store, [record(2, { categories: ['hep-th'] })], new Set());
    expect(await harvest.categories()).toEqual(['cs.LG', 'hep-th', 'math.HO']);
  });

  it('anything older than recorded times has the time of the migration before', async () => {
    const earliest = await harvestOf(store).earliest();
    const times = await store.read.selectFrom('migrations').select('applied_at').execute();
    // All are applied within a moment, and the time is that of one of them, in whole seconds.
    expect(times.map(({ applied_at }) => Math.floor(applied_at / 1000) * 1000)).toContain(earliest);
  });
});
