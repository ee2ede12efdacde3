import { beforeEach, expect, it, vi } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { holdLease, LEASE, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { beginRun, finishRun, noCounts, noteProgress } from './ledger.ts';
import { underWay, watchUnderWay } from './under-way.ts';

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  /** Whoever fetches is another machine. */
  const fetching = (now = Date.now()) => holdLease(store, SYNC_LEASE, now, 'elsewhere/1/0');
  const begin = (source: string, part: string) =>
    beginRun(store, { source, part, kind: 'scheduled', now: Date.now() });
  let first: number;
  beforeEach(async () => {
    await fetching();
    first = await begin('hf', 'daily');
  });

  it('is one line for each source: its own count if it has one, otherwise papers', async () => {
    expect(await underWay(store)).toEqual([{ what: 'Hugging Face Daily Papers', done: 0, total: null }]);
    await noteProgress(store, first, { ...noCounts(), added: 7, unchanged: 2 }, { done: 3, total: 10 });
    const second = await begin('hf', 'another');
    await noteProgress(store, second, { ...noCounts(), merged: 4 }, null);
    expect(await underWay(store)).toEqual([{ what: 'Hugging Face Daily Papers', done: 13, total: null }]);
    await noteProgress(store, second, noCounts(), { done: 1, total: 5 });
    expect(await underWay(store)).toEqual([{ what: 'Hugging Face Daily Papers', done: 4, total: 15 }]);
  });

  it('is nothing once the run has ended, or its process is gone', async () => {
    const watch = await watchUnderWay(store);
    expect(watch.shown()).toHaveLength(1);
    await store.write.deleteFrom('leases').execute();
    await fetching(Date.now() - LEASE);
    expect(await underWay(store)).toEqual([]);
    await fetching();
    expect(await underWay(store)).toHaveLength(1);
    const run = { id: first, source: 'hf', part: 'daily', kind: 'scheduled', now: Date.now() } as const;
    await finishRun(store, { ...run, remarks: [] }, noCounts(), { state: 'ok' });
    expect(await underWay(store)).toEqual([]);
    await vi.waitFor(() => expect(watch.shown()).toEqual([]), 20_000);
    // As at the beginning, but not the same version.
    const { changes } = watch;
    expect(changes()).toBeGreaterThanOrEqual(2);
    await begin('hf', 'another');
    await vi.waitFor(() => expect(watch.shown()).toHaveLength(1), 20_000);
    expect(changes()).toBeGreaterThanOrEqual(3);
    await watch.stop();
  });
});
