import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { openIndex, openWriter } from '../search/index.ts';
import type { Store } from '../store/open.ts';
import { recordOf } from '../testing/records.ts';
import { Catalogue } from './catalogue.ts';
import { pruneOrders, turnEditions } from './editions/closing.ts';
import { takeIn } from './intake/take-in.ts';
import type { Period } from './library.ts';
import { changesSince } from './lists/feed.ts';
import type { PaperRecord } from './types.ts';

const TURN = { timezone: 'UTC', turn: '21:30' };
const NOW = Date.parse('2026-06-26T12:00:00Z');

const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
  recordOf(number, {
    source: 'hf',
    published: '2026-06-20',
    listed: '2026-06-26',
    upvotes: 0,
    ...more,
  });
const many = (count: number, more: (number: number) => Partial<PaperRecord> = () => ({})): PaperRecord[] =>
  Array.from({ length: count }, (_, at) => record(at + 1, more(at + 1)));

const DAY: Period = { kind: 'day', value: '2026-06-26' };

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let library: Catalogue;
  let folder: string;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-index-'));
    library = new Catalogue({ store, index: openIndex(folder), turn: TURN, now: () => NOW });
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
    rmSync(folder, { recursive: true, force: true });
  });
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const ids = (page: { papers: { id: string }[] } | null) => page?.papers.map((paper) => paper.id);

  describe('editions', () => {
    it('are ordered by votes, then announcement, then id', async () => {
      await take(
        record(1, { upvotes: 1 }),
        record(2, { upvotes: 5 }),
        record(3, { upvotes: 1, announced: '2026-06-25' }),
        record(4, { upvotes: 1, announced: '2026-06-26' }),
        record(5, { upvotes: 1 }),
      );
      expect(ids(await library.edition(DAY, 1))).toEqual([
        '2606.00002',
        '2606.00004',
        '2606.00003',
        '2606.00001',
        '2606.00005',
      ]);
    });

    it('can be narrowed to a category, in the same order, even after votes have moved', async () => {
      await take(
        ...many(120, (n) => ({
          upvotes: n,
          categories: n % 2 === 0 ? ['cs.CL', 'cs.LG'] : n % 3 === 0 ? ['csXCL', 'stat.ML'] : ['cs.CLX'],
        })),
      );
      const first = (await library.edition(DAY, 1, undefined, 'cs.CL'))!;
      expect([first.total, first.pages, first.papers[0]!.id, first.papers[1]!.id]).toEqual([
        60,
        2,
        '2606.00120',
        '2606.00118',
      ]);
      // One of each kind moves to the top before the second page is asked for.
      await take(
        record(2, { upvotes: 999, categories: ['cs.CL'] }),
        record(1, { upvotes: 998, categories: ['cs.CLX'] }),
      );
      const second = (await library.edition(DAY, 2, first.asOf, 'cs.CL'))!;
      expect(second.total).toBe(60);
      const all = [...first.papers, ...second.papers].map(({ id }) => id);
      expect(new Set(all).size).toBe(60);
      expect(all.at(-1)).toBe('2606.00002');
      expect(await library.edition(DAY, 1, undefined, '%')).toBeNull();
    });

    it('are listed by month, and only months that have some', async () => {
      expect(await library.months()).toEqual([]);
      await take(
        record(1),
        record(2, { listed: '2026-06-01' }),
        record(3, { listed: '2025-12-31' }),
        record(4, { listed: '2026-03-01' }),
      );
      expect(await library.months()).toEqual(['2025-12', '2026-03', '2026-06']);
    });

    it('know their neighbours, their week and their month', async () => {
      await take(record(1), record(2, { listed: '2026-06-22' }), record(3, { listed: '2026-05-30' }));
      expect(await library.edition(DAY, 1)).toMatchObject({
        previous: { kind: 'day', value: '2026-06-22' },
        next: null,
        open: true,
        closesAt: Date.parse('2026-06-26T21:30:00Z'),
      });
      expect(await library.edition({ kind: 'week', value: '2026-W26' }, 1)).toMatchObject({
        total: 2,
        previous: { kind: 'week', value: '2026-W22' },
      });
      expect(await library.edition({ kind: 'month', value: '2026-05' }, 1)).toMatchObject({
        total: 1,
        open: false,
      });
      expect(await library.calendar('2026-06')).toEqual([
        { day: '2026-06-22', papers: 1 },
        { day: '2026-06-26', papers: 1 },
      ]);
    });

    it.each([
      ['2026-06-26', '2026-06-26'],
      ['2026-06-25', '2026-06-26'],
      ['2026-06-23', '2026-06-22'],
      ['2026-06-24', '2026-06-22'],
      ['2030-01-01', '2026-06-26'],
      ['1999-01-01', '2026-06-22'],
    ])('nearest to %s is %s', async (asked, found) => {
      await take(record(1), record(2, { listed: '2026-06-22' }));
      expect(await library.nearest({ kind: 'day', value: asked })).toEqual({ kind: 'day', value: found });
    });

    it('are absent from an empty database', async () => {
      expect(await library.edition(DAY, 1)).toBeNull();
      expect(await library.nearest(DAY)).toBeNull();
      expect(await library.latest()).toBeNull();
      expect(await library.span()).toBeNull();
      expect(await library.trending(1)).toMatchObject({ total: 0, pages: 1, papers: [] });
    });

    it('keep their papers once they are closed; a later paper is late, with its day', async () => {
      await turnEditions(store, TURN, NOW, '2026-06-26');
      await take(...many(3));
      const night = Date.parse('2026-06-26T21:31:00Z');
      expect(await turnEditions(store, TURN, night, '2026-06-26')).toEqual(['2026-06-26']);
      await take(record(4), record(1, { listed: '2026-06-27', upvotes: 9 }));
      const edition = await library.edition(DAY, 1);
      expect(ids(edition)).toEqual(['2606.00001', '2606.00002', '2606.00003']);
      expect(edition!.late).toMatchObject([{ id: '2606.00004', listed: '2026-06-26' }]);
    });

    it('are closed only by a turn: days before the site was set up are open to backfill', async () => {
      const before = { kind: 'day', value: '2026-06-25' } as const;
      const night = Date.parse('2026-06-26T21:31:00Z');
      library = new Catalogue({ store, index: openIndex(folder), turn: TURN, now: () => night });
      await turnEditions(store, TURN, NOW, '2026-06-26');
      await take(record(1), record(2, { listed: '2026-06-25' }));
      await turnEditions(store, TURN, night, '2026-06-26');
      expect(await library.edition(DAY, 1)).toMatchObject({ open: false, closed: true, closedAt: night });
      expect(await library.edition(before, 1)).toMatchObject({ open: false, closed: false, closedAt: null });
      expect(await library.edition({ kind: 'month', value: '2026-06' }, 1)).toMatchObject({ closed: false });
      await take(record(3, { listed: '2026-06-25' }), record(4));
      expect(await library.edition(before, 1)).toMatchObject({ total: 2, late: [] });
      expect(await library.edition(DAY, 1)).toMatchObject({ total: 1, late: [{ id: '2606.00004' }] });
    });

    it('that got their first papers after their turn are closed by the next', async () => {
      await turnEditions(store, TURN, NOW, '2026-06-26');
      await turnEditions(store, TURN, Date.parse('2026-06-26T21:31:00Z'), '2026-06-26');
      await take(record(1));
      expect(await turnEditions(store, TURN, Date.parse('2026-06-27T21:31:00Z'), '2026-06-26')).toEqual([
        '2026-06-26',
      ]);
    });

    it('that are closed keep a paper that becomes part of another', async () => {
      await turnEditions(store, TURN, NOW, '2026-06-26');
      const doi = { scheme: 'doi', value: '10.1000/x' } as const;
      await take(record(2, { identifiers: [doi], listed: undefined }), record(1));
      await turnEditions(store, TURN, Date.parse('2026-06-26T21:31:00Z'), '2026-06-26');
      await take(record(1, { identifiers: [...record(1).identifiers, doi], listed: '2026-06-30' }));
      expect(ids(await library.edition(DAY, 1))).toEqual(['2606.00001']);
      expect(await library.edition({ kind: 'day', value: '2026-06-30' }, 1)).toBeNull();
    });

    it('of days when the site was down stay open for what was missed, until the next turn', async () => {
      await turnEditions(store, TURN, NOW, '2026-06-26');
      const later = Date.parse('2026-06-29T12:00:00Z');
      expect(await turnEditions(store, TURN, later, '2026-06-29')).toEqual([]);
      await take(record(1, { listed: '2026-06-27' }));
      expect(await library.edition({ kind: 'day', value: '2026-06-27' }, 1)).toMatchObject({
        total: 1,
        late: [],
      });
      const night = Date.parse('2026-06-29T22:00:00Z');
      expect(await turnEditions(store, TURN, night, '2026-06-29')).toEqual(['2026-06-27']);
    });
  });

  describe('pages of a list', () => {
    const collect = async (between: () => Promise<unknown>, list: 'edition' | 'trending') => {
      const seen: string[] = [];
      let token: string | undefined;
      for (let page = 1; ; page++) {
        const found =
          list === 'edition' ? await library.edition(DAY, page, token) : await library.trending(page, token);
        seen.push(...ids(found)!);
        token = found!.asOf;
        expect(found!.renewed).toBe(false);
        if (page >= found!.pages) return seen;
        await between();
      }
    };

    it.each(['edition', 'trending'] as const)(
      'of %s repeat and drop nothing while votes move and papers come, go and merge',
      async (list) => {
        await take(...many(130, (number) => ({ upvotes: number % 7 })));
        const before = await collect(async () => {}, list);
        expect(new Set(before).size).toBe(130);
        const moves = fc.sample(
          fc.array(fc.record({ number: fc.integer({ min: 1, max: 150 }), upvotes: fc.nat(50) }), {
            minLength: 20,
            maxLength: 60,
          }),
          4,
        );
        let turn = 0;
        const seen = await collect(async () => {
          await take(
            ...moves[turn++ % moves.length]!.map(({ number, upvotes }) => record(number, { upvotes })),
          );
          await take(record(turn, { listed: '2026-06-25' }));
        }, list);
        expect(seen).toEqual(before);
      },
    );

    it('say so if the requested moment is no longer known', async () => {
      await take(...many(60));
      const { asOf } = (await library.edition(DAY, 1))!;
      await take(record(1, { upvotes: 3 }));
      await pruneOrders(store, Date.now() + 3 * 86_400_000);
      expect(await library.edition(DAY, 2, asOf)).toMatchObject({ renewed: true, total: 60 });
      for (const junk of ['zzzzzzzzzz', '-1', "'; DROP TABLE papers", '']) {
        expect(await library.edition(DAY, 1, junk)).toMatchObject({ renewed: true });
      }
    });
  });

  describe('a paper', () => {
    it('is found by every name it has', async () => {
      await take(
        record(1, {
          identifiers: [
            { scheme: 'arxiv', value: '2606.00001', version: 2 },
            { scheme: 'doi', value: '10.1000/x' },
          ],
        }),
      );
      for (const name of [
        '2606.00001',
        'arXiv:2606.00001v1',
        'https://arxiv.org/abs/2606.00001',
        'doi:10.1000/X',
        '10.1000/x',
      ]) {
        expect(await library.paper(name)).toMatchObject({ id: '2606.00001' });
      }
      for (const name of ['2606.00002', '', '%', 'x'.repeat(10_000), '\u0000']) {
        expect(await library.paper(name)).toBeNull();
      }
    });

    it('says why it is ranked where it is', async () => {
      await take(...many(10, (number) => ({ upvotes: number === 4 ? 5 : 1 })));
      const [first, second] = (await library.edition(DAY, 1))!.papers;
      expect(await library.standing(first!)).toMatchObject({
        place: 1,
        of: 10,
        tied: 0,
        upvotes: 5,
        tallies: [{ source: 'hf', upvotes: 5 }],
      });
      expect(await library.standing(second!)).toMatchObject({ place: 2, tied: 8, trending: { place: 2 } });
    });

    it('is listed under its authors and organisations', async () => {
      await take(
        record(1, { authors: ['Ana Álvarez', 'Bo Berg'], organizations: [{ slug: 'Lab', name: 'The Lab' }] }),
        record(2, { authors: ['Ana Alvarez'], published: '2026-06-21' }),
      );
      expect(ids(await library.author('ana-alvarez', 1))).toEqual(['2606.00002', '2606.00001']);
      expect(await library.author('nobody', 1)).toBeNull();
      expect(await library.person('ana-alvarez')).toEqual({
        name: 'Ana Alvarez',
        slug: 'ana-alvarez',
        papers: 2,
      });
      expect(await library.person('nobody')).toBeNull();
      expect(await library.organization('lab', 1)).toMatchObject({
        organization: { slug: 'Lab', name: 'The Lab' },
        total: 1,
      });
      await take(record(1, { authors: ['Bo Berg'] }));
      expect(ids(await library.author('ana-alvarez', 1))).toEqual(['2606.00002']);
    });
  });

  describe('the change log', () => {
    it('gives the index everything new, whole changes at a time, and what is gone', async () => {
      await take(...many(5));
      await take(record(9, { identifiers: [{ scheme: 'doi', value: '10.1/z' }] }));
      const first = (await changesSince(store.read, 0, 3))!;
      expect(first.documents).toHaveLength(5);
      const second = (await changesSince(store.read, first.seq, 3))!;
      expect(second.documents).toHaveLength(1);
      await take(
        record(2, {
          source: 'crossref',
          identifiers: [
            { scheme: 'arxiv', value: '2606.00002' },
            { scheme: 'doi', value: '10.1/z' },
          ],
        }),
      );
      const third = (await changesSince(store.read, second.seq, 3))!;
      // The survivor has another name now, which the index does not read.
      expect(third.documents).toEqual([]);
      expect(third.votes).toEqual([[expect.any(Number), 0]]);
      expect(third.deleted).toEqual([second.documents[0]!.key]);
      expect(await changesSince(store.read, third.seq, 3)).toBeNull();
    });

    it('gives votes as such, and the paper only when something else has changed', async () => {
      await take(record(1), record(2));
      const { seq, documents } = (await changesSince(store.read, 0, 9))!;
      const [one, two] = documents.map(({ key }) => key) as [number, number];
      await take(record(1, { upvotes: 31 }));
      await take(record(2, { abstract: 'Another abstract.' }));
      await take(record(2, { abstract: 'Another abstract.', upvotes: 32 }));
      // Step by step, and for somebody who comes late.
      const votes = (await changesSince(store.read, seq, 1))!;
      const at = (batch: typeof votes) => batch.documents.map(({ key, upvotes }) => [key, upvotes]);
      expect([at(votes), votes.votes]).toEqual([[[two, 32]], [[one, 31]]]);
      const rest = (await changesSince(store.read, votes.seq, 9))!;
      expect([at(rest), rest.votes]).toEqual([[], [[two, 32]]]);
      const all = (await changesSince(store.read, seq, 9))!;
      expect([at(all), all.votes]).toEqual([[[two, 32]], [[one, 31]]]);
      const anew = (await changesSince(store.read, 0, 9))!;
      expect([at(anew).length, anew.votes]).toEqual([2, []]);
    });

    it('changes the version under which pages are cached, and nothing else does', async () => {
      const before = await library.version();
      await take(record(1));
      const after = await library.version();
      expect(after).not.toBe(before);
      await take(record(1));
      expect(await library.version()).toBe(after);
    });
  });

  it('answers a search with papers in the order of the index', async () => {
    await take(
      ...many(4),
      record(7, { title: 'Multi-token prediction for all', organizations: [{ slug: 'lab', name: 'Lab' }] }),
    );
    const writer = openWriter(folder);
    writer.apply((await changesSince(store.read, 0, 100))!);
    const index = openIndex(folder);
    const catalogue = new Catalogue({ store, index, turn: TURN, now: () => NOW });
    const answer = await catalogue.search({ q: 'multi-token', explain: true });
    expect(answer).toMatchObject({ total: 1, behind: 0, hits: [{ paper: { id: '2606.00007' } }] });
    const { score, shares } = answer.hits[0]!;
    expect(shares!.reduce((sum, share) => sum + share.score, 0)).toBeCloseTo(score, 5);
    await take(record(8, { title: 'Not yet in the index' }));
    expect(await catalogue.search({ q: 'index' })).toMatchObject({ behind: 1 });
    index.close();
    writer.close();
  });
});
