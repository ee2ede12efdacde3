import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../../test/databases.ts';
import { backUp, restore } from '../../store/backup.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { takeIn } from '../intake/take-in.ts';
import { changesSince } from '../lists/feed.ts';
import { slice } from '../lists/ordering.ts';
import { rowToPaper } from '../rows.ts';
import type { Identifier, PaperRecord } from '../types.ts';
import { turnEditions } from './closing.ts';
import { type Rules, rulesOf } from './curation.ts';
import { adoptRules, rulesInForce } from './rules.ts';

const DAY = '2026-06-24';

const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
  recordOf(number, {
    categories: ['cs.CL'],
    announced: DAY,
    ...more,
  });

const settings = (rules: Partial<Rules> = {}): Parameters<typeof rulesOf>[0] => ({
  EDITION_CATEGORIES: rules.categories ?? [],
  EDITION_KEYWORDS: rules.keywords ?? [],
  EDITION_AUTHORS: rules.authors ?? [],
  EDITION_CAP: rules.cap ?? 0,
});

/** All there is to say of who is in which edition. */
const editions = async (store: Store): Promise<unknown[]> =>
  store.read
    .selectFrom('papers')
    .select(['id', 'listed', 'listed_by', 'late', 'day', 'rule', 'score', 'hot'])
    .orderBy('id')
    .execute();

onBoth((kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  eachTime(fresh, (opened, of) => {
    store = opened;
    database = of;
  });
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const adopt = (rules: Partial<Rules>, options?: Parameters<typeof adoptRules>[2]) =>
    adoptRules(store, settings(rules), options);
  const papers = async () =>
    (await store.read.selectFrom('papers').selectAll().orderBy('id').execute()).map(rowToPaper);
  const listed = async () => (await papers()).filter((paper) => paper.listed).map(({ id }) => id.slice(-1));

  describe('the rules in force', () => {
    it('start out empty, and then are those of the settings, for every process', async () => {
      expect(await rulesInForce(store.read)).toEqual(rulesOf(settings()));
      await adopt({ categories: ['cs.CL'], keywords: ['-survey'], cap: 40 });
      const other = await database.open();
      expect(await rulesInForce(other.read)).toEqual({
        categories: ['cs.CL'],
        keywords: ['-survey'],
        authors: [],
        cap: 40,
      });
      await other.close();
    });

    it('without any settings change nothing, not even the number of the last change', async () => {
      await take(record(1));
      const seq = await store.seq();
      expect(await adopt({})).toBe(0);
      expect(await store.seq()).toBe(seq);
      expect(await papers()).toMatchObject([{ listed: DAY, rule: { enters: true, by: 'all' } }]);
    });

    it('let a paper in, keep it out, and say which rule did it', async () => {
      await adopt({ categories: ['cs.CL'], keywords: ['-survey'] });
      await take(
        record(1),
        record(2, { title: 'A survey of all there is' }),
        record(3, { categories: ['math.CO'] }),
        record(4, { title: 'A survey that somebody liked', listed: DAY }),
        record(5, { announced: undefined }),
      );
      expect(await papers()).toMatchObject([
        { listed: DAY, rule: { enters: true, by: 'category', value: 'cs.CL' } },
        { listed: null, rule: { enters: false, by: 'keyword', value: '-survey' } },
        { listed: null, rule: { enters: false, by: 'none' } },
        { listed: DAY, rule: { enters: true, by: 'listed' } },
        { listed: null, rule: null },
      ]);
    });

    it('hold for the same record again: it changes nothing', async () => {
      await adopt({ categories: ['math'], cap: 1 });
      await take(record(1), record(2, { categories: ['math.CO'] }), record(3, { categories: ['math.AG'] }));
      const seq = await store.seq();
      expect(await take(record(1), record(2, { categories: ['math.CO'] }))).toMatchObject({ unchanged: 2 });
      expect(await store.seq()).toBe(seq);
    });

    it('let in a paper they kept out, once somebody lists it', async () => {
      await adopt({ keywords: ['-subject'] });
      await take(record(1));
      expect(await listed()).toEqual([]);
      await take(record(1, { source: 'hf', listed: '2026-06-25' }));
      expect(await papers()).toMatchObject([{ listed: '2026-06-25', rule: { by: 'listed' } }]);
    });

    it('leave a paper in no edition its day, for search', async () => {
      await adopt({ keywords: ['-subject'] });
      await take(record(1), record(2, { announced: undefined, published: '2026-06-20' }));
      const batch = await changesSince(store.read, 0, 10);
      const days = batch!.documents.map(({ day }) => new Date(day! * 86_400_000).toISOString().slice(0, 10));
      expect(days).toEqual([DAY, '2026-06-20']);
    });
  });

  describe('new rules', () => {
    it('move the papers of open days, out and in again', async () => {
      await take(record(1), record(2, { categories: ['math.CO'] }), record(3));
      expect(await adopt({ categories: ['math'] })).toBe(3);
      expect(await listed()).toEqual(['2']);
      expect(await adopt({ categories: ['math'] })).toBe(0);
      await adopt({});
      expect(await listed()).toEqual(['1', '2', '3']);
      expect(
        await store.read.selectFrom('meta').selectAll().where('key', 'like', 'curation%').execute(),
      ).toEqual([]);
    });

    it('leave a closed edition unchanged', async () => {
      const turn = { timezone: 'UTC', turn: '21:30' };
      await adopt({ categories: ['cs.CL'] });
      await turnEditions(store, turn, Date.parse(`${DAY}T12:00:00Z`), DAY);
      await take(record(1), record(2, { categories: ['math.CO'] }));
      await turnEditions(store, turn, Date.parse(`${DAY}T22:00:00Z`), DAY);
      await adopt({ categories: ['math'] });
      expect(await listed()).toEqual(['1']);
      // Something new of it, and of one that comes late: the one keeps its place, the other stands below.
      await take(
        record(1, { note: 'Revised.', announced: '2026-06-25' }),
        record(3, { categories: ['math.CO'] }),
      );
      expect(await papers()).toMatchObject([
        { listed: DAY, late: false, rule: { by: 'category', value: 'cs.CL' } },
        { listed: null },
        { listed: DAY, late: true, rule: { by: 'category', value: 'math.CO' } },
      ]);
    });

    it('are fully adopted by the next start if one was interrupted', async () => {
      await take(...[1, 2, 3, 4, 5].map((number) => record(number)));
      const stopped = AbortSignal.abort();
      expect(await adopt({ categories: ['math'] }, { signal: stopped })).toBe(0);
      expect(await listed()).toHaveLength(5);
      expect(await adopt({ categories: ['math'] }, { step: 2 })).toBe(5);
      expect(await listed()).toEqual([]);
    });

    it('restart the order of a list for readers in the middle of it', async () => {
      await take(record(1), record(2));
      const list = { kind: 'editions', first: DAY, last: DAY } as const;
      const { asOf } = await store.view((db) => slice(db, list, 1));
      await adopt({ categories: ['math'] });
      expect(await store.view((db) => slice(db, list, 1, asOf))).toMatchObject({ total: 0, renewed: true });
    });
  });

  describe('the room of a day', () => {
    const CAP = { categories: ['cs.CL'], keywords: ['letters'], cap: 2 };
    const full = { enters: false, by: 'cap', value: '2' };
    const full1 = { ...full, value: '1' };

    it('goes to those with the most rules, then to the newest announcement, then by id', async () => {
      await adopt(CAP);
      await take(record(4), record(1), record(3, { title: 'On letters, as number three' }));
      expect(await listed()).toEqual(['1', '3']);
      expect((await papers())[2]).toMatchObject({ id: '2606.00004', rule: full, listed: null });
      await take(record(2));
      expect(await listed()).toEqual(['1', '3']);
      await take(record(5, { title: 'Letters, number five' }));
      expect(await listed()).toEqual(['3', '5']);
      expect((await papers())[0]).toMatchObject({ rule: full });
    });

    it('is separate for each day', async () => {
      await adopt(CAP);
      await take(record(1), record(2), record(3), record(4, { announced: '2026-06-25' }));
      expect(await listed()).toEqual(['1', '2', '4']);
    });

    it('goes to the next when one leaves, or is listed by somebody', async () => {
      await adopt(CAP);
      await take(...[1, 2, 3, 4].map((number) => record(number)));
      await take(record(1, { announced: '2026-06-25' }));
      expect(await papers()).toMatchObject([
        { listed: '2026-06-25' },
        { listed: DAY },
        { listed: DAY, rule: { enters: true, by: 'category', value: 'cs.CL' } },
        { listed: null, rule: full },
      ]);
      await take(record(2, { source: 'hf', listed: DAY }));
      expect(await listed()).toEqual(['1', '2', '3', '4']);
    });

    it('goes to the next when two turn out to be one', async () => {
      await adopt(CAP);
      const doi = { scheme: 'doi', value: '10.1000/x' } as const;
      await take(record(1), record(2, { identifiers: [doi], title: 'On letters' }), record(3), record(4));
      expect(await listed()).toEqual(['1', 'x']);
      await take(record(1, { source: 'crossref', identifiers: [...record(1).identifiers, doi] }));
      expect(await listed()).toEqual(['1', '3']);
    });

    it('moves a paper out of a list without disturbing readers who page through it', async () => {
      await adopt(CAP);
      await take(record(2), record(3));
      const list = { kind: 'editions', first: DAY, last: DAY } as const;
      const before = await store.view((db) => slice(db, list, 1));
      await take(record(1));
      expect(await listed()).toEqual(['1', '2']);
      const again = await store.view((db) => slice(db, list, 1, before.asOf));
      expect(again).toMatchObject({ pks: before.pks, total: 2, renewed: false });
    });

    it('on a closed day is only given away if it is free', async () => {
      const turn = { timezone: 'UTC', turn: '21:30' };
      await adopt(CAP);
      await turnEditions(store, turn, Date.parse(`${DAY}T12:00:00Z`), DAY);
      await take(record(5));
      await turnEditions(store, turn, Date.parse(`${DAY}T22:00:00Z`), DAY);
      await take(record(4), record(3, { title: 'On letters, as number three' }));
      expect(await listed()).toEqual(['3', '5']);
      await take(record(1));
      expect((await papers())[0]).toMatchObject({ id: '2606.00001', listed: null, late: false, rule: full });
    });

    it('on a closed day is kept by a paper that becomes part of another, however good the late ones are', async () => {
      const turn = { timezone: 'UTC', turn: '21:30' };
      const doi = { scheme: 'doi', value: '10.1000/x' } as const;
      await adopt({ ...CAP, cap: 1 });
      await turnEditions(store, turn, Date.parse(`${DAY}T12:00:00Z`), DAY);
      await take(record(1, { categories: ['math.CO'] }), record(2, { identifiers: [doi] }));
      expect(await listed()).toEqual(['x']);
      await turnEditions(store, turn, Date.parse(`${DAY}T22:00:00Z`), DAY);
      await take(
        record(1, { source: 'crossref', identifiers: [...record(1).identifiers, doi] }),
        record(3, { title: 'On letters, as number three' }),
      );
      expect(await listed()).toEqual(['1']);
      expect((await papers()).at(-1)).toMatchObject({ id: '2606.00003', listed: null, rule: full1 });
    });
  });

  it('moves to another database with a backup, including rules and waiting papers', async () => {
    await adopt({ categories: ['cs.CL'], cap: 1 });
    await take(
      record(1, { citations: 5, submittedBy: { name: 'Ana Author' } }),
      record(2),
      record(3, { categories: [] }),
    );
    const target = await fresh();
    const copy = await target.open();
    const path = join(target.env.DATA_DIR, 'backup.jsonl.gz');
    await backUp(store, path);
    await restore(copy, path);
    expect(await editions(copy)).toEqual(await editions(store));
    // And it goes on there: who waited comes in when there is room.
    await takeIn(copy, [record(1, { announced: '2026-06-25' })], new Set());
    const rows = await copy.read.selectFrom('papers').selectAll().orderBy('id').execute();
    expect(rows.map(rowToPaper)).toMatchObject([
      { listed: '2026-06-25', citations: 5 },
      { listed: DAY, rule: { enters: true, by: 'category', value: 'cs.CL' } },
      { listed: null, rule: { enters: false, by: 'none' } },
    ]);
    await copy.close();
    await target.remove();
  });

  it('gives the same editions whatever the order, the batches, and whether rules or papers were first', async () => {
    const identifiers = fc.constantFrom<Identifier[]>(
      ...[1, 2, 3, 4, 5].map((number) => record(number).identifiers),
      [...record(1).identifiers, ...record(2).identifiers],
      [...record(4).identifiers, { scheme: 'doi', value: '10.1/a' }],
      [{ scheme: 'doi', value: '10.1/a' }],
    );
    const anyRecord: fc.Arbitrary<PaperRecord> = fc.record(
      {
        source: fc.constantFrom<PaperRecord['source']>('arxiv', 'hf', 'jsonl'),
        identifiers,
        title: fc.constantFrom(
          'A survey of some long title',
          'The letters of some other title',
          'A third and last title',
        ),
        categories: fc.subarray(['cs.CL', 'math.CO']),
        keywords: fc.subarray(['letters', 'numbers']),
        authors: fc.subarray(['Ana Author', 'Ben Author']),
        published: fc.constantFrom('2026-06-24', '2026-06-25'),
        announced: fc.constantFrom('2026-06-24', '2026-06-25'),
        listed: fc.constant('2026-06-25'),
      },
      { requiredKeys: ['source', 'identifiers', 'title'] },
    );
    const rules = fc.record({
      categories: fc.subarray(['cs.CL', 'math']),
      keywords: fc.subarray(['letter', '-survey', 'number']),
      authors: fc.subarray(['ana author', '-Ben Author']),
      cap: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyRecord, { minLength: 1, maxLength: 9 }),
        rules,
        rules,
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        async (records, wanted, others, random, size) => {
          const databases = await Promise.all([fresh(), fresh(), fresh()]);
          const [plain, mixed, late] = (await Promise.all(databases.map((one) => one.open()))) as [
            Store,
            Store,
            Store,
          ];
          try {
            await adoptRules(plain, settings(wanted));
            await takeIn(plain, records, new Set());

            await adoptRules(mixed, settings(wanted));
            const key = new Map(records.map((item) => [item, random.next().value]));
            const shuffled = [...records, ...records.slice(0, 2)].sort((a, b) => key.get(a)! - key.get(b)!);
            const seen = new Set<number>();
            for (let at = 0; at < shuffled.length; at += size)
              await takeIn(mixed, shuffled.slice(at, at + size), seen);
            expect(await editions(mixed)).toEqual(await editions(plain));

            await adoptRules(late, settings(others));
            await takeIn(late, records, new Set());
            await adoptRules(late, settings(wanted), { step: size });
            expect(await editions(late)).toEqual(await editions(plain));
          } finally {
            await Promise.all([plain, mixed, late].map((one) => one.close()));
            await Promise.all(databases.map((one) => one.remove()));
          }
        },
      ),
      { numRuns: kind === 'SQLite' ? 100 : 8 },
    );
  });
});
