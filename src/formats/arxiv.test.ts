import { describe, expect, test } from 'vitest';
import { read, record, refusal } from './reading.ts';

const line = {
  id: '0704.0001',
  submitter: 'Ada Lovelace',
  authors: "Ada Lovelace, Andr\\'e Weber Jr. and the LOOM Collaboration",
  title: 'Weaving of cards\n  at $n^2$ looms',
  comments: '37 pages, 15 figures; published version',
  'journal-ref': 'J.Looms 76:013009,2007',
  doi: '10.1000/Loom.76.013009',
  'report-no': 'LOOM-07-01',
  categories: 'hep-ph cs.CL',
  license: 'http://arxiv.org/licenses/nonexclusive-distrib/1.0/',
  abstract: '  A loom may weave\ncards. ',
  versions: [
    { version: 'v1', created: 'Mon, 2 Apr 2007 19:18:42 GMT' },
    { version: 'v2', created: 'Tue, 24 Jul 2007 20:10:27 GMT' },
  ],
  update_date: '2008-11-26',
  authors_parsed: [
    ['Lovelace', 'Ada', ''],
    ['Weber', "Andr\\'e", 'Jr.'],
    ['the LOOM Collaboration', '', '', 'Institute of Looms'],
  ],
};

describe('a line of arXiv’s bulk metadata', () => {
  test('is a paper of arXiv’s, dated by its first version', async () => {
    expect(await record(line)).toEqual({
      source: 'arxiv',
      identifiers: [
        { scheme: 'arxiv', value: '0704.0001', version: 2 },
        { scheme: 'doi', value: '10.1000/loom.76.013009' },
      ],
      title: 'Weaving of cards at $n^2$ looms',
      abstract: 'A loom may weave cards.',
      authors: ['Ada Lovelace', 'André Weber Jr.', 'the LOOM Collaboration'],
      categories: ['hep-ph', 'cs.CL'],
      published: '2007-04-02',
      publishedPrecision: 'day',
      publishedAt: Date.UTC(2007, 3, 2, 19, 18, 42),
      updated: '2007-07-24',
      note: '37 pages, 15 figures; published version',
      journal: 'J.Looms 76:013009,2007',
      licence: 'http://arxiv.org/licenses/nonexclusive-distrib/1.0/',
    });
  });

  test('may be from an older dump, or one that has lost zeros and fields', async () => {
    const { authors_parsed: _, versions: __, ...older } = line;
    expect(await record({ ...older, id: 'hep-th/9901001' })).toMatchObject({
      identifiers: [{ scheme: 'arxiv', value: 'hep-th/9901001' }, { scheme: 'doi' }],
      authors: ['Ada Lovelace', 'André Weber Jr.', 'the LOOM Collaboration'],
    });
    expect(await record({ ...line, id: 704.0001 })).toMatchObject({
      identifiers: [{ scheme: 'arxiv', value: '0704.0001', version: 2 }, { scheme: 'doi' }],
    });
    expect(await record({ ...line, comments: null, 'journal-ref': null, doi: null })).not.toHaveProperty(
      'journal',
    );
  });

  test('keeps its paper if a version has no date, and says why a line is not a paper', async () => {
    expect(await record({ ...line, versions: [{ version: 'v1', created: 'soon' }] })).not.toHaveProperty(
      'published',
    );
    expect(await refusal({ ...line, id: 'looms' })).toBe("'looms' is not an arXiv id");
    expect(await refusal({ ...line, authors_parsed: ['Lovelace'] })).toContain('not a name');
    expect(await refusal({ ...line, title: null })).toBe('no title');
  });

  test('is recognised in a file by its shape alone', async () => {
    const all = await read(
      `${JSON.stringify(line)}\n${JSON.stringify(line)}\n`,
      'arxiv-metadata-oai-snapshot.json',
    );
    expect(all.map((one) => one.ok && one.record.source)).toEqual(['arxiv', 'arxiv']);
  });
});
