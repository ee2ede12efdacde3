import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper, PaperRecord } from '../papers/types.ts';
import { read } from './reading.ts';
import { bibtexKey, CSV_COLUMNS, paperUrl, toBibtex, toCsl, toCsv, toExport, toRis } from './write.ts';

const paper: Paper = {
  pk: 1,
  id: '2503.02130',
  identifiers: [
    { scheme: 'arxiv', value: '2503.02130', version: 2 },
    { scheme: 'doi', value: '10.1000/a_b' },
  ],
  title: 'On 5% of Größen & $O(n^{2})$ in C# {x}_y ~z',
  abstract: 'We show <b>it</b>.',
  summary: 'They show it.',
  authors: [
    'Ludwig van Beethoven',
    'Ada Lovelace',
    'The ATLAS Collaboration',
    'Sammy Davis, Jr.',
    'Plato',
    'José de la Cruz',
  ],
  authorsCount: 9,
  organizations: [{ slug: 'x', name: 'X' }],
  categories: ['cs.CL', 'cs.AI'],
  keywords: ['sound', 'number'],
  published: '2025-03-04',
  publishedPrecision: 'day',
  publishedAt: Date.parse('2025-03-04T10:00:00Z'),
  updated: '2025-03-05',
  announced: '2025-03-06',
  listed: '2025-03-07',
  late: false,
  rule: { enters: true, by: 'listed' },
  submittedBy: { name: 'Nobody in Particular', user: 'nobody' },
  links: [
    { kind: 'code', url: 'https://github.com/a/b', stars: 5, licence: 'MIT' },
    { kind: 'project', url: 'https://a.github.io' },
  ],
  figures: [{ value: '5×', measure: 'speed' }],
  note: '12 pages',
  journal: 'J. of X & Y',
  licence: 'http://creativecommons.org/licenses/by/4.0/',
  withdrawn: false,
  upvotes: 3,
  comments: 1,
  citations: 7,
  hot: 1.5,
  sources: ['arxiv'],
};

const bare: Paper = {
  ...paper,
  id: 'a-paper-abc123',
  identifiers: [{ scheme: 'local', value: 'a-paper-abc123' }],
  title: 'A paper',
  abstract: null,
  summary: null,
  authors: [],
  authorsCount: null,
  organizations: [],
  categories: [],
  keywords: [],
  published: null,
  publishedAt: null,
  updated: null,
  announced: null,
  listed: null,
  submittedBy: null,
  links: [],
  figures: [],
  note: null,
  journal: null,
  licence: null,
  upvotes: 0,
  comments: 0,
  citations: null,
};

async function back(text: string, name: string): Promise<PaperRecord> {
  const all = await read(text, name, {}, 10_000);
  if (all.length !== 1 || !all[0]!.ok) throw new Error(JSON.stringify(all));
  return all[0]!.record;
}

describe('BibTeX', () => {
  test('is an article where a journal or DOI is known, else arXiv’s misc', () => {
    expect(toBibtex(paper)).toBe(`@article{vanbeethoven2025grossen,
  title = {{On 5\\% of Größen \\& $O(n^{2})$ in C\\# \\{x\\}\\_y \\textasciitilde{}z}},
  author = {Ludwig van Beethoven and Ada Lovelace and {The ATLAS Collaboration} and {Sammy Davis, Jr.} and {Plato} and José de la Cruz and others},
  journal = {J. of X \\& Y},
  year = {2025},
  month = {3},
  day = {4},
  eprint = {2503.02130v2},
  archivePrefix = {arXiv},
  primaryClass = {cs.CL},
  doi = {10.1000/a_b},
  url = {https://arxiv.org/abs/2503.02130v2},
  keywords = {sound, number},
  abstract = {We show <b>it</b>.},
  note = {12 pages},
}
`);
    expect(toBibtex({ ...paper, journal: null, identifiers: paper.identifiers.slice(0, 1) })).toMatch(
      /^@misc\{/,
    );
    expect(toBibtex(bare, 'https://papers.example.org/')).toContain(
      'url = {https://papers.example.org/papers/a-paper-abc123}',
    );
  });

  test('reads back as the same paper', async () => {
    const { identifiers, title, authors, journal, published, abstract, keywords, note } = paper;
    expect(await back(toBibtex(paper), 'a.bib')).toMatchObject({
      identifiers,
      title,
      authors,
      journal,
      published,
      publishedPrecision: 'day',
      abstract,
      keywords,
      note,
      categories: ['cs.CL'],
    });
    for (const one of [
      bare,
      { ...bare, published: '2025-03-01', publishedPrecision: 'month' as const },
      { ...bare, identifiers: [{ scheme: 'acl' as const, value: 'P19-1001' }, ...paper.identifiers] },
      { ...bare, identifiers: [{ scheme: 'openreview' as const, value: 'aB_c-d12' }] },
    ]) {
      const record = await back(toBibtex(one), 'a.bib');
      expect(record.identifiers).toEqual(one.identifiers);
      expect(record.title).toEqual(one.title);
      expect(record.published ?? null).toBe(one.published);
    }
  });

  test('keeps any title and any name', async () => {
    const word = fc.stringMatching(/^[A-Za-zÀ-ÖØ-öø-ÿ%&#_{}^~.,:"'@-]{1,12}$/);
    const names = fc.stringMatching(
      /^[A-ZÀ-Ö][a-zß-ö]{0,8}( (van|de|O'|[A-Z]\.|[A-Z][a-z]+)){0,3} [A-Z][a-z]{1,5}(-[A-Z][a-z]{1,5})?$/,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(word, { minLength: 1, maxLength: 8 }),
        fc.array(names, { maxLength: 3 }),
        async (words, authors) => {
          const title = `T ${words.join(' ')}`;
          const record = await back(toBibtex({ ...bare, title, authors }), 'a.bib');
          expect(record.title).toBe(title);
          expect(record.authors ?? []).toEqual(authors);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('has keys of plain letters and digits', () => {
    expect(bibtexKey(paper)).toBe('vanbeethoven2025grossen');
    expect(bibtexKey({ ...bare, title: 'Über das $x$' })).toBe('uber');
    expect(bibtexKey({ ...bare, title: '论文', authors: ['王 伟'] })).toBe('paperapaperabc123');
  });
});

describe('CSL-JSON', () => {
  test('reads back as the same paper', async () => {
    const { identifiers, title, authors, journal, published, abstract, keywords, note } = paper;
    expect(await back(JSON.stringify([toCsl(paper)]), 'a.json')).toMatchObject({
      source: 'csljson',
      identifiers,
      title,
      authors,
      journal,
      published,
      publishedPrecision: 'day',
      abstract,
      keywords,
      note,
    });
    const plain = await back(JSON.stringify(toCsl(bare)), 'a.json');
    expect(plain).toEqual({ source: 'csljson', identifiers: bare.identifiers, title: 'A paper' });
  });
  test('puts particles with the family name and leaves groups whole', () => {
    expect(toCsl(paper).author).toEqual([
      { family: 'van Beethoven', given: 'Ludwig' },
      { family: 'Lovelace', given: 'Ada' },
      { literal: 'The ATLAS Collaboration' },
      { literal: 'Sammy Davis, Jr.' },
      { literal: 'Plato' },
      { family: 'de la Cruz', given: 'José' },
    ]);
  });
});

describe('the export', () => {
  test('says everything in a fixed order, null where nothing is known', () => {
    const keys = Object.keys(toExport(paper));
    expect(Object.keys(toExport(bare))).toEqual(keys);
    expect(keys.slice(0, 4)).toEqual(['id', 'title', 'summary', 'abstract']);
    expect(toExport(bare)).toMatchObject({
      abstract: null,
      published: null,
      publishedPrecision: null,
      links: [],
    });
    const tallies = [
      { source: 'site', upvotes: 1 },
      { source: 'hf', upvotes: 2 },
    ];
    expect(toExport(paper, { tallies }).tallies.map((one) => one.source)).toEqual(['hf', 'site']);
  });

  test('reads back equal in everything', async () => {
    const { pk, id, hot, sources, late, rule, withdrawn, ...rest } = paper;
    expect(await back(JSON.stringify(toExport(paper)), 'a.jsonl')).toEqual({
      source: 'jsonl',
      withdrawn,
      ...rest,
    });
    const starter = { ...bare, summary: 'Only a summary.' };
    expect(await back(JSON.stringify(toExport(starter)), 'a.jsonl')).toEqual({
      source: 'jsonl',
      identifiers: bare.identifiers,
      title: 'A paper',
      summary: 'Only a summary.',
      authors: [],
      organizations: [],
      categories: [],
      keywords: [],
      links: [],
      figures: [],
      withdrawn: false,
      upvotes: 0,
      comments: 0,
    });
  });
});

describe('RIS and CSV', () => {
  test('RIS has a line for every value', () => {
    expect(toRis(paper).split('\r\n')).toEqual([
      'TY  - JOUR',
      'ID  - vanbeethoven2025grossen',
      `TI  - ${paper.title}`,
      'AU  - van Beethoven, Ludwig',
      'AU  - Lovelace, Ada',
      'AU  - The ATLAS Collaboration',
      'AU  - Sammy Davis, Jr.',
      'AU  - Plato',
      'AU  - de la Cruz, José',
      'PY  - 2025',
      'DA  - 2025/03/04',
      'JO  - J. of X & Y',
      'AB  - We show <b>it</b>.',
      'KW  - sound',
      'KW  - number',
      'DO  - 10.1000/a_b',
      'UR  - https://arxiv.org/abs/2503.02130v2',
      'L2  - https://github.com/a/b',
      'L3  - https://a.github.io',
      'N1  - 12 pages',
      'ER  - ',
      '',
    ]);
  });
  test('CSV quotes what needs it and defuses formulas', () => {
    const [header, row, none] = toCsv([{ ...bare, title: '=HYPERLINK("x"), y', note: '@SUM(1)' }]).split(
      '\r\n',
    );
    expect(header).toBe(CSV_COLUMNS.join(','));
    expect(row).toContain(`"'=HYPERLINK(""x""), y"`);
    expect(row).toContain(`'@SUM(1)`);
    expect(none).toBe('');
    expect(toCsv([], { header: false })).toBe('');
  });
  test('a paper without any address of its own has this site’s', () => {
    expect(paperUrl(bare)).toBeNull();
    expect(paperUrl(bare, 'https://s.org')).toBe('https://s.org/papers/a-paper-abc123');
    expect(paperUrl({ id: 'x', identifiers: [{ scheme: 'doi', value: '10.1/a<b>' }] })).toBe(
      'https://doi.org/10.1/a%3Cb%3E',
    );
  });
});
