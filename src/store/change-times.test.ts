import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { PaperRecord } from '../papers/types.ts';
import { recordOf } from '../testing/records.ts';
import { noteTime } from './change-times.ts';
import type { Store } from './open.ts';

const NOON = Date.parse('2026-06-26T12:00:00Z');
const MINUTE = 60_000;

const paper = (n: number): PaperRecord =>
  recordOf(n, {
    source: 'jsonl',
    title: `On the keeping of clocks, part ${n}`,
  });

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    await store.write.deleteFrom('change_times').execute();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await store.close();
    await database.remove();
  });
  const rows = () => store.read.selectFrom('change_times').selectAll().orderBy('seq').execute();

  it('a change is dated at the end of the minute by which it is certain to be on disk', async () => {
    expect(await noteTime(store.write, 1, NOON)).toBe(NOON + MINUTE);
    expect(await noteTime(store.write, 2, NOON + 45_000)).toBe(NOON + MINUTE);
    expect(await noteTime(store.write, 3, NOON + 45_001)).toBe(NOON + 2 * MINUTE);
    // Changes of one minute share a row.
    expect(await rows()).toEqual([
      { seq: 1, at: NOON + MINUTE },
      { seq: 3, at: NOON + 2 * MINUTE },
    ]);
  });

  it('times never go back, whatever the clock does', async () => {
    await noteTime(store.write, 1, NOON);
    expect(await noteTime(store.write, 2, NOON - 86_400_000)).toBe(NOON + MINUTE);
    expect(await rows()).toHaveLength(1);
  });

  it('a change that touched nothing has no time', async () => {
    await store.change(async () => {});
    expect(await rows()).toEqual([]);
  });

  it('a change that was rolled back has no time', async () => {
    const work = store.change(async ({ touch }) => {
      touch('papers');
      throw new Error('half-way');
    });
    await expect(work).rejects.toThrow('half-way');
    expect(await rows()).toEqual([]);
  });

  it('a change that took too long to commit is repeated, and nothing else is', async () => {
    await takeIn(store, [paper(1)], new Set());
    const seqs = async () =>
      (await store.read.selectFrom('papers').select('seq').orderBy('id').execute()).map(({ seq }) => seq);
    expect(await seqs()).toEqual([1]);
    // The clock jumps ahead once the time of the change has been noted.
    const before = (await rows()).length;
    const now = Date.now;
    const noted = vi.spyOn(Date, 'now').mockImplementation(() => now());
    await store.change(async ({ tx, seq, touch }) => {
      await tx.updateTable('papers').set({ title: 'On clocks that jump', seq }).execute();
      touch('papers');
      let asked = 0;
      noted.mockImplementation(() => now() + (asked++ === 0 ? 0 : 10 * MINUTE));
    });
    expect(await seqs()).toEqual([3]);
    expect(await store.seq()).toBe(3);
    const last = (await rows()).at(-1)!;
    expect([last.seq, last.at > now() + 10 * MINUTE]).toEqual([3, true]);
    expect((await rows()).length).toBeGreaterThan(before);
  });
});
