import { describe, expect, test } from 'vitest';
import { splitAuthors } from '../formats/arxiv.ts';
import { announcement, arxivParsed, arxivReread } from './arxiv-record.ts';
import { record } from './loopback.ts';

test('names on one line are taken apart', () => {
  expect(splitAuthors('A B (X, Y and Z), C D and\n  E F, and G H (W (V)), Sammy Davis, Jr.')).toEqual([
    'A B',
    'C D',
    'E F',
    'G H',
    'Sammy Davis Jr.',
  ]);
  expect(splitAuthors('')).toEqual([]);
});

describe('a rejected record', () => {
  const fields = {
    id: '2611.00001',
    title: '',
    authors: ['A B'],
    categories: ['cs.CL'],
    abstract: 'We show it.',
  };

  test('is kept as it came, and taken once it can be', () => {
    const parsed = arxivParsed('http://feed', fields, 'arxiv-feed');
    expect(parsed).toEqual({
      ok: false,
      where: 'http://feed (2611.00001)',
      reason: 'no title',
      raw: { ...fields, source: 'arxiv-feed' },
    });
    const raw = JSON.parse(JSON.stringify({ ...fields, source: 'arxiv-feed', title: 'Mended', version: 2 }));
    expect(record(arxivReread(raw, 'http://feed'))).toEqual({
      source: 'arxiv-feed',
      identifiers: [{ scheme: 'arxiv', value: '2611.00001', version: 2 }],
      title: 'Mended',
      abstract: 'We show it.',
      authors: ['A B'],
      categories: ['cs.CL'],
    });
  });

  test.each([
    ['text', 'x', 'not an arXiv record'],
    ['nothing', null, 'not an arXiv record'],
    ['a list', [1], 'not an arXiv record'],
    ['fields of other kinds', { id: 7, title: ['x'], authors: 'A', version: -1 }, 'no id'],
  ])('stays one when what was kept is %s', (_, raw, reason) => {
    expect(arxivReread(raw, 'w')).toMatchObject({
      ok: false,
      where: 'w',
      reason: expect.stringContaining(reason),
    });
  });
});

test('an announcement says what stays true of a paper, whatever becomes of it', () => {
  const now = record(
    arxivParsed('w', {
      id: '2611.00001v3',
      title: 'T',
      authors: ['A B'],
      categories: ['cs.CL'],
      published: '2026-11-18',
      updated: '2026-11-20',
      note: 'This paper has been withdrawn',
    }),
  );
  expect(now.withdrawn).toBe(true);
  expect(announcement(now, '2026-11-19')).toEqual({
    source: 'arxiv-feed',
    identifiers: [{ scheme: 'arxiv', value: '2611.00001', version: 3 }],
    title: 'T',
    authors: ['A B'],
    categories: ['cs.CL'],
    published: '2026-11-18',
    publishedPrecision: 'day',
    announced: '2026-11-19',
  });
});
