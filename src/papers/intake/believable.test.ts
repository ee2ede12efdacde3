import { expect, test } from 'vitest';
import { onBoth, type TestDatabase } from '../../../test/databases.ts';
import type { Store } from '../../store/open.ts';
import { Catalogue } from '../catalogue.ts';
import type { PaperRecord, Source } from '../types.ts';
import { believable, Disbelief } from './believable.ts';
import { takeIn } from './take-in.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');

const record = (source: Source, more: Partial<PaperRecord>): PaperRecord => ({
  source,
  identifiers: [{ scheme: 'doi', value: '10.5555/a' }],
  title: 'Lanterns over a harbour, counted twice',
  ...more,
});

const kept = (source: Source, more: Partial<PaperRecord>) => {
  const { source: _, identifiers: __, title: ___, ...dates } = believable(record(source, more), NOW);
  return dates;
};

test.each<[string, Source, Partial<PaperRecord>, Partial<PaperRecord>]>([
  ['yesterday', 'feed', { listed: '2026-11-29' }, { listed: '2026-11-29' }],
  [
    'tomorrow, where the day begins earlier',
    'arxiv-feed',
    { announced: '2026-12-01' },
    { announced: '2026-12-01' },
  ],
  ['the day after tomorrow', 'arxiv-feed', { announced: '2026-12-02' }, {}],
  ['listed in 2099', 'hf', { listed: '2099-12-31', upvotes: 3 }, { upvotes: 3 }],
  ['changed in 2099', 'jsonl', { updated: '2099-12-31' }, {}],
  [
    'a cover date of next month',
    'crossref',
    { published: '2027-01-15' },
    { published: '2027-01-15', publishedPrecision: 'month' },
  ],
  [
    'a cover date of next year',
    'ris',
    { published: '2027-01-01', publishedPrecision: 'year' },
    { published: '2027-01-01', publishedPrecision: 'year' },
  ],
  ['published in 2099', 'feed', { published: '2099-12-31' }, {}],
  [
    'published at a time ahead',
    'feed',
    { published: '2027-01-15', publishedAt: NOW + 9e9 },
    { published: '2027-01-15', publishedPrecision: 'month' },
  ],
  ['submitted to arXiv next month', 'arxiv', { published: '2026-12-15', publishedPrecision: 'day' }, {}],
  [
    'published today at a later hour',
    'feed',
    { published: '2026-11-30', publishedAt: NOW + 3e6 },
    { published: '2026-11-30', publishedAt: NOW + 3e6 },
  ],
])('%s (%s)', (_, source, given, expected) => expect(kept(source, given)).toEqual(expected));

test('a clock that does not run measures nothing', () => {
  const one = record('hf', { listed: '2026-11-29' });
  expect(believable(one, 5_000)).toBe(one);
});

test('what is not believed is said, a few dates by name and the others by number', () => {
  const said: string[] = [];
  const disbelief = new Disbelief((message) => said.push(message));
  for (let times = 0; times < 8; times++)
    believable(record('feed', { listed: '2099-12-31', published: '2027-01-15' }), NOW, disbelief.misdated);
  disbelief.end();
  expect(said).toEqual([
    ...Array(5).fill('doi:10.5555/a gives 2099-12-31 as the day of listing, which is not credible'),
    '3 more dates are in the future and were ignored',
  ]);
});

onBoth((_, fresh) => {
  test('a paper of a day to come founds no edition, whoever says so, and is here all the same', async () => {
    const database: TestDatabase = await fresh();
    const store: Store = await database.open();
    try {
      const dated: [Source, Partial<PaperRecord>][] = [
        ['hf', { listed: '2099-12-31' }],
        ['arxiv-feed', { announced: '2099-12-31' }],
        ['feed', { published: '2099-12-31' }],
        ['crossref', { published: '2027-06-15' }],
        ['jsonl', { listed: '2026-12-02' }],
        ['bibtex', { listed: '2026-11-30' }],
      ];
      const records = dated.map(([source, more], at) =>
        record(source, {
          ...more,
          identifiers: [{ scheme: 'doi', value: `10.5555/${at}` }],
          title: `Paper number ${at} about a subject of its own`,
        }),
      );
      await takeIn(store, records, new Set(), { now: NOW });
      const rows = await store.read
        .selectFrom('papers')
        .select(['listed', 'published'])
        .orderBy('pk')
        .execute();
      expect(rows.map(({ listed, published }) => [listed, published])).toEqual([
        [null, null],
        [null, null],
        [null, null],
        [null, '2027-06-15'],
        [null, null],
        ['2026-11-30', null],
      ]);
    } finally {
      await store.close();
      await database.remove();
    }
  });

  test('a day far ahead that an earlier version took in is not the edition after this one', async () => {
    const database: TestDatabase = await fresh();
    const store: Store = await database.open();
    try {
      const at = (value: string, listed: string) =>
        record('hf', {
          identifiers: [{ scheme: 'arxiv', value }],
          title: `A paper listed on ${listed}`,
          listed,
        });
      const later = Date.parse('2099-12-31T12:00:00Z');
      await takeIn(store, [at('2611.00001', '2026-11-30'), at('2611.00002', '2099-12-31')], new Set(), {
        now: later,
      });
      const library = new Catalogue({
        store,
        now: () => NOW,
        turn: { timezone: 'UTC', turn: '21:30' },
      } as never);
      expect((await library.edition({ kind: 'day', value: '2026-11-30' }, 1))?.next).toBeNull();
      expect(await library.span()).toEqual({ first: '2026-11-30', last: '2026-11-30' });
    } finally {
      await store.close();
      await database.remove();
    }
  });
});
