/** What a source yields, and what is left of it in the library and in the ledger. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import type { Store } from '../store/open.ts';
import { SourceError } from './client.ts';
import { closeInterrupted, endOf, INTERRUPTED } from './ledger.ts';
import { type Finished, type RunOptions, runPart } from './runner.ts';
import type { FetchContext, Item, Outcome, Part } from './source.ts';
import { rejectedOf, retryRejected, runsOf } from './status.ts';
import { invented, item, noClient, partOf, quietConfig, sourceOf } from './testing.ts';

onBoth((_, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let clock = 1_800_000_000_000;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
  });

  const run = (fetch: Part['fetch'], more: Partial<RunOptions> = {}): Promise<Finished> => {
    clock += 60_000;
    const part = partOf('one', fetch);
    return runPart(sourceOf('s', [part]), part, {
      store,
      config: quietConfig,
      client: noClient,
      now: () => clock,
      ...more,
    });
  };
  const ledger = async () =>
    (await runsOf(store, { limit: 50 })).map(
      (row) => `${endOf(row)}${row.polls > 1 ? ` x${row.polls}` : ''}`,
    );
  const ids = async () =>
    (await store.read.selectFrom('papers').select('id').orderBy('id').execute()).map(({ id }) => id);
  const cursor = async () =>
    (await store.read.selectFrom('source_parts').select('cursor').executeTakeFirstOrThrow()).cursor;

  describe('a run', () => {
    it('that brings everything ends ok, with its counts', async () => {
      const fetch = async function* (): AsyncGenerator<Item, Outcome> {
        yield item(invented(1));
        yield item(invented(2));
        yield { ok: false, where: 'three', reason: 'no title' };
        return { state: 'ok', announced: '2026-11-24', expected: 3, got: 3 };
      };
      const { counts } = await run(fetch);
      expect(counts).toMatchObject({ added: 2, unchanged: 0, rejected: 1 });
      expect((await run(fetch)).counts).toMatchObject({ added: 0, unchanged: 2, rejected: 1 });
      expect(await ids()).toEqual(['2611.00001', '2611.00002']);
      expect(await ledger()).toEqual(['ok, 3 of 3 announced', 'ok, 3 of 3 announced']);
    });

    it('that meets a SourceError fails with its reason, and keeps what came before', async () => {
      const { end } = await run(async function* () {
        yield item(invented(1));
        throw new SourceError('https://example.org/x', 'the server answered 500');
      });
      expect(end).toEqual({ state: 'failed', why: 'https://example.org/x: the server answered 500' });
      expect(await ids()).toEqual(['2611.00001']);
    });

    it('that finds nothing again and again is one line of the ledger, until something changes', async () => {
      const quiet = (proof: string) =>
        // biome-ignore lint/correctness/useYield: there is nothing
        async function* (): AsyncGenerator<Item, Outcome> {
          return { state: 'quiet', proof, announced: '2026-11-24' };
        };
      for (let i = 0; i < 4; i++) await run(quiet('the listing still says 24 November'));
      await run(quiet('another proof'));
      await run(quiet('the listing still says 24 November'));
      expect(await ledger()).toEqual([
        'quiet: the listing still says 24 November',
        'quiet: another proof',
        'quiet: the listing still says 24 November x4',
      ]);
    });

    it('marks a paper its source no longer has, and never deletes it', async () => {
      await run(async function* () {
        yield item(invented(1));
        return { state: 'ok' };
      });
      const gone = async function* (): AsyncGenerator<Item, Outcome> {
        yield { gone: { scheme: 'arxiv', value: '2611.00001' }, where: 'x' };
        yield { gone: { scheme: 'arxiv', value: '2611.09999' }, where: 'y' };
        return { state: 'ok' };
      };
      const source = sourceOf('arxiv', [partOf('one', gone)]);
      await runPart(source, source.parts(quietConfig)[0]!, { store, config: quietConfig, client: noClient });
      const rows = await store.read.selectFrom('papers').select(['id', 'withdrawn', 'title']).execute();
      expect(rows).toEqual([{ id: '2611.00001', withdrawn: 1, title: 'On the matter of number 1' }]);
    });

    it('keeps the later of two versions of a record', async () => {
      await run(async function* () {
        yield item(invented(1, { title: 'Said first' }));
        yield item(invented(1, { title: 'Said last' }));
        return { state: 'ok' };
      });
      const row = await store.read.selectFrom('papers').select('title').executeTakeFirstOrThrow();
      expect(row.title).toBe('Said last');
    });
  });

  describe('a checkpoint', () => {
    it('is saved once everything before it is in the database, and given to the next run', async () => {
      let found: unknown;
      let papers = 0;
      const fetch = async function* ({ cursor: kept }: FetchContext): AsyncGenerator<Item, Outcome> {
        found = kept;
        yield item(invented(1));
        yield { checkpoint: { page: 1 } };
        papers = (await ids()).length;
        yield item(invented(2));
        throw new SourceError('x', 'gone');
      };
      await run(fetch);
      expect([found, papers, await cursor()]).toEqual([null, 1, '{"page":1}']);
      await run(fetch);
      expect(found).toEqual({ page: 1 });
    });

    it('of a backfill is separate', async () => {
      const seen: unknown[] = [];
      const fetch = async function* ({ cursor: kept, range }: FetchContext): AsyncGenerator<Item, Outcome> {
        seen.push([kept, range?.since ?? null]);
        yield { checkpoint: range ? 'back' : 'now' };
        if (range) throw new SourceError('x', 'gone');
        return { state: 'ok' };
      };
      const range = { since: '2026-01-01', until: '2026-01-31' };
      await run(fetch);
      await run(fetch, { kind: 'backfill', range });
      await run(fetch, { kind: 'backfill', range });
      await run(fetch);
      expect(seen).toEqual([
        [null, null],
        [null, '2026-01-01'],
        ['back', '2026-01-01'],
        ['now', null],
      ]);
    });
  });

  describe('an interrupted run', () => {
    it('says so if its owner ended it, and is not a failure of the source', async () => {
      const stop = new AbortController();
      const { end } = await run(
        async function* () {
          yield item(invented(1));
          stop.abort(new Error('paused'));
          yield item(invented(2));
          return { state: 'ok' };
        },
        { signal: stop.signal },
      );
      expect(end).toEqual({ state: 'stopped', why: 'paused' });
      expect(await ids()).toEqual(['2611.00001']);
      const row = await store.read.selectFrom('source_parts').selectAll().executeTakeFirstOrThrow();
      expect([row.failures, row.last_state]).toEqual([0, null]);
    });

    it('is closed by the next process if its own ended', async () => {
      const broken = run(async function* () {
        yield item(invented(1));
        throw new Error('a fault of ours');
      });
      await expect(broken).rejects.toThrow('a fault of ours');
      expect(await ledger()).toEqual(['running']);
      expect(await closeInterrupted(store, clock)).toBe(1);
      expect(await ledger()).toEqual([`failed: ${INTERRUPTED}`]);
      expect(await closeInterrupted(store, clock)).toBe(0);
    });
  });

  it('dry, it reports what would happen and writes nothing', async () => {
    const fetch = async function* (): AsyncGenerator<Item, Outcome> {
      yield item(invented(1));
      yield { checkpoint: 1 };
      yield { ok: false, where: 'two', reason: 'no title', raw: {} };
      return { state: 'ok' };
    };
    const seq = await store.seq();
    const { end, counts } = await run(fetch, { isDry: true });
    expect([end.state, counts.added, counts.rejected]).toEqual(['ok', 1, 1]);
    expect([await ids(), await ledger(), await cursor(), await store.seq()]).toEqual([[], [], null, seq]);
    expect(await rejectedOf(store, { limit: 9 })).toEqual([]);
  });

  describe('a rejected record', () => {
    const broken = async function* (): AsyncGenerator<Item, Outcome> {
      yield { ok: false, where: 'page 1 (x)', reason: 'no title', raw: { id: 7 } };
      yield { ok: false, where: 'page 1 (y)', reason: 'no title', raw: { id: 8 } };
      yield { ok: false, where: 'page 1 (z)', reason: 'too odd' };
      return { state: 'ok' };
    };

    it('is kept once, however often and wherever it comes', async () => {
      await run(broken);
      await run(broken);
      const kept = await rejectedOf(store, { limit: 9 });
      expect(kept.map(({ place, times }) => [place, times]).sort()).toEqual([
        ['page 1 (x)', 2],
        ['page 1 (y)', 2],
        ['page 1 (z)', 2],
      ]);
    });

    it('that is nested too deeply to be kept stops nothing', async () => {
      let deep: unknown = {};
      for (let i = 0; i < 20_000; i++) deep = [deep];
      const { end, counts } = await run(async function* () {
        yield { ok: false, where: 'deep', reason: 'too deep', raw: deep };
        yield item(invented(1));
        return { state: 'ok' };
      });
      expect([end.state, counts.added]).toEqual(['ok', 1]);
      expect(await rejectedOf(store, { limit: 9 })).toMatchObject([{ place: 'deep', raw: null }]);
    });

    it('is accepted by a version that can read it, and then leaves the list', async () => {
      await run(broken);
      const reread = (raw: unknown, where: string) =>
        (raw as { id: number }).id === 7
          ? item(invented(7))
          : ({ ok: false, where, reason: 'still no title' } as const);
      const source = sourceOf('s', [], { reread });
      expect(await retryRejected(store, 's', [source])).toEqual({
        taken: 1,
        left: 1,
        reason: 'page 1 (y): still no title',
        unreadable: 1,
      });
      expect(await ids()).toEqual(['2611.00007']);
      expect((await rejectedOf(store, { limit: 9 })).map(({ place }) => place).sort()).toEqual([
        'page 1 (y)',
        'page 1 (z)',
      ]);
    });
  });
});
