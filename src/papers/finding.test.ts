import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import type { SearchIndex, SearchRequest, SearchResult } from '../search/types.ts';
import type { Store } from '../store/open.ts';
import { Catalogue } from './catalogue.ts';
import { takeIn } from './intake/take-in.ts';
import type { PaperRecord } from './types.ts';

const TURN = { timezone: 'UTC', turn: '21:30' };

const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'hf',
  identifiers: [{ scheme: 'arxiv', value: `2606.0000${number}`, version: 2 }],
  title: `Paper number ${number} about a subject of its own`,
  published: '2026-06-20',
  listed: '2026-06-26',
  upvotes: 0,
  ...more,
});

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let library: Catalogue;
  let stub: SearchIndex;
  let asked: SearchRequest | undefined;
  let answer: Partial<SearchResult>;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    answer = {};
    // An index that says what a test wants it to: the real one has tests of its own.
    stub = {
      seq: 1000,
      search(request: SearchRequest): SearchResult {
        asked = request;
        const read = {
          filters: {},
          condition: null,
          sort: request.sort ?? 'relevance',
          unknown: ['x'],
          corrected: [],
          problems: ['y'],
        };
        return { total: 0, exact: true, hits: [], seq: 1, read, ...answer };
      },
    } as unknown as SearchIndex;
    library = new Catalogue({ store, index: stub, turn: TURN, now: Date.now });
    await takeIn(
      store,
      [1, 2, 3, 4].map((number) => record(number)),
      new Set(),
    );
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
  });
  const keys = async () => {
    const rows = await store.read.selectFrom('papers').select('pk').orderBy('id').execute();
    return rows.map((row) => row.pk);
  };

  describe('a search', () => {
    it('passes on filters, order and page, and everything the index says', async () => {
      const [one, two, three, four] = await keys();
      answer = {
        total: 26,
        exact: false,
        didYouMean: 'paper',
        acronyms: [{ acronym: 'p', expansions: [] }],
        hits: [
          { key: two!, score: 3, duplicates: [one!, 999] },
          { key: 999, score: 2 },
          { key: four!, score: 1, loose: true, shares: [] },
          { key: three!, score: 0.5, loose: true },
        ],
      };
      const found = await library.search({
        q: 'papr',
        from: '2026-06-01',
        edition: { first: '2026-06-22', last: '2026-06-28' },
        categories: ['cs'],
        hasCode: true,
        sort: 'votes',
        page: 2,
        limit: 25,
        partial: true,
        explain: true,
      });
      expect(asked).toEqual({
        text: 'papr',
        filters: { fromDay: 20605, fromEdition: 20626, toEdition: 20632, categories: ['cs'], hasCode: true },
        sort: 'votes',
        offset: 25,
        limit: 25,
        partial: true,
        explain: true,
        facets: true,
      });
      expect(found).toMatchObject({
        total: 26,
        exact: false,
        page: 2,
        pages: 2,
        identifier: null,
        direct: null,
        didYouMean: 'paper',
        acronyms: [{ acronym: 'p' }],
        read: { sort: 'votes', unknown: ['x'], problems: ['y'] },
        behind: 0,
      });
      // What has gone from the store meanwhile is left out.
      expect(found.hits.map(({ paper, loose, duplicates }) => [paper.id, loose, duplicates])).toEqual([
        ['2606.00002', false, [{ id: '2606.00001', title: 'Paper number 1 about a subject of its own' }]],
        ['2606.00004', true, []],
        ['2606.00003', true, []],
      ]);
      expect(found.hits.map(({ shares }) => shares)).toEqual([undefined, [], undefined]);
    });

    it('uses the meaning of a complete query if there is a model for it', async () => {
      const texts: string[] = [];
      const embed = async (text: string) => {
        texts.push(text);
        return text === 'late' ? null : Float32Array.of(1, 0);
      };
      const meant = new Catalogue({ store, index: stub, turn: TURN, now: Date.now, embed });
      await meant.search({ q: 'whole words' });
      expect(asked!.vector).toEqual(Float32Array.of(1, 0));
      for (const params of [{ q: 'late' }, { q: 'hal', partial: true }, { q: '' }, { q: '2606.00003' }]) {
        await meant.search(params);
        expect(asked).not.toHaveProperty('vector');
      }
      expect(texts).toEqual(['whole words', 'late']);
    });

    it.each(['2606.00003', 'arXiv:2606.00003v1', 'https://arxiv.org/pdf/2606.00003v7'])(
      'for %s gives that paper, and beside it those that mention it',
      async (q) => {
        const [one, two, three] = await keys();
        answer = {
          total: 2,
          hits: [
            { key: three!, score: 2 },
            { key: one!, score: 1 },
            { key: two!, score: 1, loose: true },
          ],
          didYouMean: 'nonsense',
        };
        const found = await library.search({ q, partial: true });
        expect(asked).toMatchObject({ text: '"2606.00003"', partial: false });
        expect(found.direct?.id).toBe('2606.00003');
        expect(found.hits.map(({ paper }) => paper.id)).toEqual(['2606.00001']);
        // The paper itself, and the two that mention it.
        expect(found).toMatchObject({
          total: 3,
          didYouMean: null,
          read: { unknown: [], corrected: [], problems: [] },
        });
      },
    );

    it('for an identifier without a paper here, says which it was', async () => {
      expect(await library.search({ q: 'doi:10.1000/NONE' })).toMatchObject({
        identifier: { scheme: 'doi', value: '10.1000/none' },
        direct: null,
        hits: [],
      });
    });
  });
});
