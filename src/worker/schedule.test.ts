/** What runs when, and that of several workers one works. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { SourceError } from '../sources/client.ts';
import type { FetchContext, Item, Outcome, Part, Source } from '../sources/source.ts';
import { askBackfill, askFor, dropBackfill, partsStatus, pause, resume, runsOf } from '../sources/status.ts';
import { invented, item, noClient, partOf, quietConfig, sourceOf } from '../sources/testing.ts';
import { holdLease, releaseLease, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { Schedule } from './schedule.ts';

const HOUR = 3_600_000;

onBoth((_, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let clock: number;
  let ran: string[];
  let broken: Error[];
  const schedules: Schedule[] = [];
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    clock = Date.now();
    ran = [];
    broken = [];
  });
  afterEach(async () => {
    for (const schedule of schedules.splice(0)) await schedule.stop();
    await store.close();
    await database.remove();
    expect(broken).toEqual([]);
  });

  const schedule = (sources: Source[], over: Store = store): Schedule => {
    const made = new Schedule({
      store: over,
      config: quietConfig,
      client: noClient,
      sources,
      now: () => clock,
      tell: () => {},
      broke: (_run, error) => broken.push(error),
    });
    schedules.push(made);
    return made;
  };
  const part = (name: string, more: Partial<Part> = {}) =>
    partOf(
      name,
      // biome-ignore lint/correctness/useYield: it only notes that it ran
      async function* ({ range }: FetchContext): AsyncGenerator<Item, Outcome> {
        ran.push(range ? `${name} ${range.since}..${range.until}` : name);
        return { state: 'ok' };
      },
      { backfills: true, ...more },
    );
  const settle = async (one: Schedule): Promise<void> => {
    for (let i = 0; i < 5; i++) {
      await one.tick();
      await one.idle();
    }
  };

  it('runs every part when it is due, and not before', async () => {
    const one = schedule([sourceOf('a', [part('x'), part('y')]), sourceOf('b', [part('z')])]);
    await settle(one);
    expect(ran.toSorted()).toEqual(['x', 'y', 'z']);
    clock += HOUR - 1;
    await settle(one);
    expect(ran).toHaveLength(3);
    clock += 1;
    await settle(one);
    expect(ran).toHaveLength(6);
  });

  it('runs what is requested at once, and once', async () => {
    const source = sourceOf('a', [part('x')]);
    const one = schedule([source]);
    await settle(one);
    await askFor(store, { source, part: part('x') });
    await settle(one);
    expect(ran).toEqual(['x', 'x']);
    const kinds = (await runsOf(store, { limit: 9 })).map(({ kind }) => kind);
    expect(kinds).toEqual(['asked', 'scheduled']);
  });

  it('leaves paused parts alone, and interrupts them when they are paused', async () => {
    let isThere = (): void => {};
    const there = new Promise<void>((resolve) => {
      isThere = resolve;
    });
    const long = partOf('x', async function* ({ signal }): AsyncGenerator<Item, Outcome> {
      yield item(invented(1));
      yield { checkpoint: 'here' };
      isThere();
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      signal.throwIfAborted();
      return { state: 'ok' };
    });
    const source = sourceOf('a', [long]);
    const one = schedule([source]);
    await one.tick();
    await there;
    await pause(store, { source, part: long });
    await settle(one);
    const [run] = await runsOf(store, { limit: 1 });
    expect(run).toMatchObject({ state: 'failed', says: 'paused; it continues from here when resumed' });
    const [status] = await partsStatus(store, quietConfig, clock, [source]);
    expect(status).toMatchObject({ isPaused: true, due: null, failures: 0, running: [] });
    await resume(store, { source, part: long });
    await one.tick();
    while ((await partsStatus(store, quietConfig, clock, [source]))[0]!.running.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('runs backfills alongside the daily work, without holding it up', async () => {
    let finish = (): void => {};
    const slow = partOf(
      'x',
      async function* ({ range }): AsyncGenerator<Item, Outcome> {
        if (range) {
          yield { checkpoint: 1 };
          await new Promise<void>((resolve) => {
            finish = resolve;
          });
        }
        ran.push(range ? 'back' : 'day');
        return { state: 'ok' };
      },
      { backfills: true },
    );
    const source = sourceOf('a', [slow]);
    await askBackfill(store, { source, part: slow }, { since: '2026-01-01', until: '2026-01-31' });
    const one = schedule([source]);
    await one.tick();
    while (ran.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ran).toEqual(['day']);
    while ((await partsStatus(store, quietConfig, clock, [source]))[0]!.row.backfill_cursor === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    finish();
    await one.idle();
    expect(ran).toEqual(['day', 'back']);
    const [status] = await partsStatus(store, quietConfig, clock, [source]);
    expect([status!.backfill, status!.last!.kind]).toEqual([null, 'scheduled']);
  });

  it('ends a cancelled backfill in the middle', async () => {
    const endless = partOf(
      'x',
      async function* ({ range, signal }): AsyncGenerator<Item, Outcome> {
        if (!range) return { state: 'ok' };
        yield { checkpoint: 1 };
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
        signal.throwIfAborted();
        return { state: 'ok' };
      },
      { backfills: true },
    );
    const source = sourceOf('a', [endless]);
    await askBackfill(store, { source, part: endless }, { since: '2026-01-01', until: '2026-01-31' });
    const one = schedule([source]);
    await one.tick();
    while ((await partsStatus(store, quietConfig, clock, [source]))[0]!.row.backfill_cursor === null)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await dropBackfill(store, { source, part: endless });
    await settle(one);
    const backfills = (await runsOf(store, { limit: 9 })).filter(({ kind }) => kind === 'backfill');
    expect(backfills).toMatchObject([{ state: 'failed', says: 'cancelled; papers already fetched stay' }]);
  });

  it('resumes a failed backfill after a while', async () => {
    const seen: unknown[] = [];
    const failing = partOf(
      'x',
      async function* ({ range, cursor }): AsyncGenerator<Item, Outcome> {
        if (!range) return { state: 'ok' };
        seen.push(cursor);
        yield { checkpoint: seen.length };
        if (seen.length < 2) throw new SourceError('x', 'gone');
        return { state: 'ok' };
      },
      { backfills: true },
    );
    const source = sourceOf('a', [failing]);
    await askBackfill(store, { source, part: failing }, { since: '2026-01-01', until: '2026-01-31' });
    const one = schedule([source]);
    await settle(one);
    expect(seen).toEqual([null]);
    clock += HOUR;
    await settle(one);
    expect(seen).toEqual([null, 1]);
  });

  it('of two workers on one database lets one work, and the other take over when it stops', async () => {
    const source = sourceOf('a', [part('x')]);
    // Another machine's: leases go by holder.
    await holdLease(store, SYNC_LEASE, Date.now(), 'elsewhere/1/0');
    const second = await database.open();
    const one = schedule([source], second);
    await settle(one);
    expect(ran).toEqual([]);
    await releaseLease(store, SYNC_LEASE, 'elsewhere/1/0');
    await settle(one);
    expect(ran).toEqual(['x']);
    await one.stop();
    await second.close();
  });

  it('says at once that a server cannot be reached', async () => {
    const source = sourceOf('a', [part('x', { url: 'http://127.0.0.1:1/' })]);
    await settle(schedule([source]));
    expect(ran).toEqual([]);
    expect((await runsOf(store, { limit: 9 }))[0]).toMatchObject({
      state: 'failed',
      says: '127.0.0.1:1 cannot be reached',
    });
  });

  it('reports a part that has not ended well for too long', async () => {
    const failing = part('x', {
      // biome-ignore lint/correctness/useYield: it only fails
      fetch: async function* () {
        throw new SourceError('x', 'gone');
      },
    });
    const source = sourceOf('a', [failing]);
    const one = schedule([source]);
    await settle(one);
    const stale = async () => (await partsStatus(store, quietConfig, clock, [source]))[0]!.isStale;
    expect(await stale()).toBe(false);
    clock += 37 * HOUR;
    await settle(one);
    expect(await stale()).toBe(true);
  });
});
