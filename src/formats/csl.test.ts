import { describe, expect, test } from 'vitest';
import type { PaperRecord } from '../papers/types.ts';
import { read } from './reading.ts';

const item = async (fields: Record<string, unknown>): Promise<PaperRecord> => {
  const whole = { id: 'k', type: 'article-journal', title: 'On looms', author: [], ...fields };
  const [one] = await read(JSON.stringify([whole]), 'a.json');
  if (!one?.ok) throw new Error(one?.reason ?? 'nothing read');
  return one.record;
};

describe('the date of a CSL item', () => {
  test.each([
    ['parts', { 'date-parts': [[2015, 3, 4]] }, '2015-03-04', 'day'],
    ['parts as text', { 'date-parts': [['2015', '03']] }, '2015-03-01', 'month'],
    ['parts of one list', { 'date-parts': [2015, 3] }, '2015-03-01', 'month'],
    ['a year with a letter', { 'date-parts': [['2015a']] }, '2015-01-01', 'year'],
    ['a month by name', { 'date-parts': [[2015, 'March', 4]] }, '2015-03-04', 'day'],
    ['a season as a token', { 'date-parts': [[2009, 'season-04']], season: 4 }, '2009-01-01', 'year'],
    [
      'a season as month 14, and the end of a span',
      {
        'date-parts': [
          [2015, 14],
          [2016, 16],
        ],
      },
      '2015-01-01',
      'year',
    ],
    ['a season as month 22', { 'date-parts': [[2015, 22]] }, '2015-01-01', 'year'],
    ['month and day nought', { 'date-parts': [[2016, 0, 0]] }, '2016-01-01', 'year'],
    ['a day that does not exist', { 'date-parts': [[2015, 2, 30]] }, '2015-02-01', 'month'],
    ['a literal season', { literal: 'Spring 2015' }, '2015-01-01', 'year'],
    ['raw with slashes', { raw: '2015/03/04' }, '2015-03-04', 'day'],
    ['raw next to empty parts', { 'date-parts': [[null]], raw: '4 March 2015' }, '2015-03-04', 'day'],
    ['EDTF text', '2015-03-04', '2015-03-04', 'day'],
    ['EDTF that is not sure', '2015-03~', '2015-03-01', 'month'],
    ['EDTF with a season', '2015-21', '2015-01-01', 'year'],
    ['an uncertain EDTF year', '2015?', '2015-01-01', 'year'],
    ['an EDTF interval', '2015-03/2015-05', '2015-03-01', 'month'],
    ['a number', 2015, '2015-01-01', 'year'],
    ['a list of names for the parts', [{ year: '2009', month: '1', day: '2' }], '2009-01-02', 'day'],
    ['a time', { 'date-time': '2015-03-04T10:00:00Z' }, '2015-03-04', 'day'],
  ])('%s', async (_, issued, published, publishedPrecision) => {
    expect(await item({ issued })).toMatchObject({ published, publishedPrecision });
  });

  test.each([
    [{ 'date-parts': [[]] }],
    [{ literal: 'in press' }],
    [{}],
    [[[[[[2015]]]]]],
    [null],
    [true],
    [{ 'date-parts': [[{}]] }],
  ])('what is not a date costs only the date: %j', async (issued) => {
    expect((await item({ issued })).published).toBeUndefined();
  });

  test('is reported if it was left out, unless it was empty', async () => {
    const items = [{ literal: 'in press' }, { 'date-parts': [[null]] }, null, undefined].map((issued) => ({
      id: 'k',
      title: 'On looms',
      author: [],
      issued,
    }));
    const all = await read(JSON.stringify(items), 'a.json');
    expect(all.map((one) => (one.ok ? one.warnings : one.reason))).toEqual([
      [`'issued' is not a date and was left out: '{"literal":"in press"}'`],
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('is another date of publication if it was never issued', async () => {
    expect(await item({ published: { 'date-parts': [[2015]] } })).toMatchObject({ published: '2015-01-01' });
  });
});

test('organisations are authors, whichever way they are written', async () => {
  const { authors } = await item({
    author: [
      { name: 'The Example Initiative', sequence: 'first', affiliation: [] },
      { literal: 'The Other Initiative' },
      { family: 'Beethoven', given: 'Ludwig', 'non-dropping-particle': 'van' },
      'Charles Babbage',
      { family: 'Müller &amp; Söhne' },
    ],
  });
  expect(authors).toEqual([
    'The Example Initiative',
    'The Other Initiative',
    'Ludwig van Beethoven',
    'Charles Babbage',
    'Müller & Söhne',
  ]);
});

test('markup and entities are parsed, and what only looks like markup is kept', async () => {
  expect(
    await item({
      title: '<span class="nocase"><i>E. coli</i></span> where a < b <c> d &amp; more',
      abstract:
        '<jats:title>Abstract</jats:title><jats:p>We show <jats:italic>x</jats:italic> &lt; 5.</jats:p>',
      'container-title': ['Astronomy &amp; Astrophysics'],
      keyword: 'looms ; cards, threads',
    }),
  ).toMatchObject({
    title: 'E. coli where a < b <c> d & more',
    abstract: 'We show x < 5.',
    journal: 'Astronomy & Astrophysics',
    keywords: ['looms', 'cards', 'threads'],
  });
});

describe('the identifiers of a CSL item', () => {
  const ids = async (fields: Record<string, unknown>) =>
    (await item(fields)).identifiers.map(({ scheme, value }) => `${scheme}:${value}`);
  test('may be in publishers’ addresses and in remarks', async () => {
    const address = 'https://www.biorxiv.org/content/10.1101/2026.01.01.573000v1.full';
    expect(await ids({ DOI: '10.1101/2026.01.01.573000v1.full', URL: address })).toEqual([
      'doi:10.1101/2026.01.01.573000',
    ]);
    expect(await ids({ URL: 'https://www.nature.com/articles/s41586-026-01234-5' })).toEqual([
      'doi:10.1038/s41586-026-01234-5',
    ]);
    expect(await ids({ note: 'PMID: 12345678\narXiv:2503.02130 [cs]' })).toEqual(['arxiv:2503.02130']);
    expect(await ids({ note: 'extends arXiv:2503.02130' })).toEqual([expect.stringMatching(/^local:/)]);
  });
  test('are one per scheme: a second would be another paper’s', async () => {
    expect(await ids({ DOI: '10.1000/x', URL: 'https://doi.org/10.1000/y' })).toEqual(['doi:10.1000/x']);
  });
});

test('include the arXiv id in a note, where Zotero exports its field "Extra", if the note says no more', async () => {
  const note = 'arXiv:2503.02130 [cs]\nversion: 2';
  expect((await item({ note })).identifiers).toEqual([{ scheme: 'arxiv', value: '2503.02130' }]);
  expect((await item({ note: 'extends arXiv:2503.02130' })).identifiers[0]?.scheme).toBe('local');
  expect((await item({ note, DOI: '10.1000/x' })).identifiers).toHaveLength(2);
});

test('a paper that says it is withdrawn is marked as such', async () => {
  expect((await item({ title: 'RETRACTED ARTICLE: On looms' })).withdrawn).toBe(true);
  expect((await item({ note: 'Withdrawn from ICML, now at NeurIPS' })).withdrawn).toBeUndefined();
});
