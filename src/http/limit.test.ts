import { describe, expect, it } from 'vitest';
import { onBoth } from '../../test/databases.ts';
import { sharedIn } from '../store/attempts.ts';
import { RequestLimit } from './limit.ts';

describe('the rate limit', () => {
  it('gives an address its quota and no more until its window has passed', () => {
    const limit = new RequestLimit(2);
    expect(limit.take('192.0.2.1', 0)).toEqual({
      granted: true,
      wait: 300,
      headers: ['ratelimit', '"api";r=1;t=300', 'ratelimit-policy', '"fixed window";"api";q=2;w=300'],
    });
    expect(limit.take('192.0.2.1', 1000).granted).toBe(true);
    expect(limit.take('192.0.2.1', 2500)).toMatchObject({ granted: false, wait: 298 });
    expect(limit.take('192.0.2.1', 299_999).granted).toBe(false);
    expect(limit.take('192.0.2.1', 300_000).granted).toBe(true);
  });

  it('counts every address separately', () => {
    const limit = new RequestLimit(1);
    expect(limit.take('192.0.2.1', 0).granted).toBe(true);
    expect(limit.take('192.0.2.2', 0).granted).toBe(true);
    expect(limit.take('192.0.2.1', 0).granted).toBe(false);
  });

  it('does not hold on to a window when the clock is set back', () => {
    const limit = new RequestLimit(1);
    limit.take('192.0.2.1', 10_000_000);
    expect(limit.take('192.0.2.1', 0).granted).toBe(true);
  });

  it('remembers only the addresses of the last windows, however many there are', () => {
    const limit = new RequestLimit(1);
    for (let i = 0; i <= 50_000; i++) limit.take(`address ${i}`, i);
    expect(limit.take('address 0', 50_001).granted).toBe(true);
    expect(limit.take('address 50000', 50_001).granted).toBe(false);
  });
});

onBoth((_kind, fresh) => {
  it('is one limit for several processes, which may exceed it by a share each', async () => {
    const database = await fresh();
    const stores = [await database.open(), await database.open()] as const;
    try {
      const limits = stores.map(
        (store) =>
          new RequestLimit(
            100,
            sharedIn(store, () => 1000),
          ),
      );
      let granted = 0;
      for (let i = 0; i < 100; i++) {
        for (const limit of limits) if (limit.take('192.0.2.1', 1000).granted) granted++;
        // Telling takes a moment; requests do not come all at once.
        await new Promise((done) => setTimeout(done, 2));
      }
      const { used } = await sharedIn(stores[0], () => 1000).look(
        { name: 'api', times: 100, span: 300_000 },
        '192.0.2.1',
      );
      expect(granted).toBeGreaterThanOrEqual(100);
      expect(granted).toBeLessThan(150);
      expect(used).toBeGreaterThan(90);
      for (const limit of limits) expect(limit.take('192.0.2.1', 1000).granted).toBe(false);
      expect(limits[0]!.take('192.0.2.2', 1000).granted).toBe(true);
    } finally {
      for (const store of stores) await store.close();
      await database.remove();
    }
  });
});
