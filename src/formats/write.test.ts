import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper, PaperRecord } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
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
  summaryModel: 'a-model-7b',
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
  repositories: {
    models: [
      {
        id: 'lab/weaver-7b',
        likes: 12,
        downloads: 3400,
        modified: '2026-06-25T10:00:00.000Z',
        task: 'text-generation',
        parameters: 7_000_000_000,
        gated: 'auto',
      },
    ],
    datasets: [],
    spaces: [{ id: 'lab/demo', likes: 3, emoji: '🧵', about: 'Weaves a text', running: true }],
    totals: { models: 40, datasets: 0, spaces: 1 },
  },
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

const bare = paperOf({ id: 'a-paper-abc123', title: 'A paper', sources: ['arxiv'] });

async function back(text: string, name: string): Promise<PaperRecord> {
  const all = await read(text, name, {}, 10_000);
  if (all.length !== 1 || !all[0]!.ok) throw new Error(JSON.stringify(all));
  return all[0]!.record;
}

describe('BibTeX', () => {
  test('is an article if a journal is known, otherwise arXiv’s misc', () => {
    expect(toBibtex(paper)).toBe(`@article{vanbeethoven2025grossen-hzc42,
  title = {{On 5\\% of Größen \\& $O(n^{2})$ in C\\# \\{x\\}\\_y \\textasciitilde{}z}},
  author = {van Beethoven, Ludwig and Ada Lovelace and {The ATLAS Collaboration} and {Sammy Davis, Jr.} and {Plato} and de la Cruz, José and others},
  journal = {J. of X \\& Y},
  year = {2025},
  month = {3},
  day = {4},
  eprint = {2503.02130v2},
  archivePrefix = {arXiv},
  eprinttype = {arxiv},
  primaryClass = {cs.CL},
  doi = {10.1000/a_b},
  url = {https://arxiv.org/abs/2503.02130v2},
  keywords = {sound, number},
  abstract = {We show {<}b>it{<}/b>.},
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

  test('without a DOI of its own has the one that arXiv registers, and reads back without one', async () => {
    const one = { ...paper, journal: null, identifiers: paper.identifiers.slice(0, 1) };
    expect(toBibtex(one)).toContain('  doi = {10.48550/arXiv.2503.02130},\n');
    expect((await back(toBibtex(one), 'a.bib')).identifiers).toEqual(one.identifiers);
    expect(toBibtex(bare)).not.toMatch(/doi|eprint/);
  });
});

describe('The key', () => {
  test('consists of plain letters, digits and a hyphen, and begins with a letter', () => {
    expect(bibtexKey(paper)).toMatch(/^vanbeethoven2025grossen-[0-9a-z]{5}$/);
    expect(bibtexKey({ ...bare, title: 'Über das $x$' })).toMatch(/^uber-[0-9a-z]{8}$/);
    expect(bibtexKey({ ...bare, title: '论文', authors: ['王 伟'] })).toMatch(/^paper-[0-9a-z]{8}$/);
    expect(bibtexKey({ ...bare, title: '3D', published: '2025-01-01' })).toMatch(/^paper3d2025-/);
  });

  test('is the same in every format', () => {
    for (const one of [paper, bare]) {
      const key = bibtexKey(one);
      expect(toBibtex(one)).toContain(`{${key},\n`);
      expect(toRis(one)).toContain(`\r\nID  - ${key}\r\n`);
      expect(toCsl(one)).toMatchObject({ id: key, 'citation-key': key });
    }
  });

  test('distinguishes papers with the same author, year and word by their id', () => {
    const month = ['0704', '0712', '1412', '1501', '2401', '2402', '2612', '9912'];
    const numbers = ['0001', '0010', '1000', '9999'];
    const ids = [
      ...month.flatMap((m) => numbers.map((n) => `${m}.${m >= '1501' ? '0' : ''}${n}`)),
      'hep-th/9901001',
      'hep-ph/9901001',
      'doi:10.1000/a',
      'doi:10.1000/b',
      'acl:P19-1001',
    ];
    const keys = new Set(ids.map((id) => bibtexKey({ ...paper, id })));
    expect(keys.size).toBe(ids.length);
  });

  test('belongs to one paper alone, whatever the ids', () => {
    const arxiv = fc
      .tuple(fc.integer({ min: 15, max: 99 }), fc.integer({ min: 1, max: 12 }), fc.nat(99_999))
      .map(([y, m, n]) => `${y}${String(m).padStart(2, '0')}.${String(n).padStart(5, '0')}`);
    fc.assert(
      fc.property(fc.uniqueArray(fc.oneof(arxiv, fc.string()), { maxLength: 300 }), (ids) => {
        expect(new Set(ids.map((id) => bibtexKey({ ...paper, id }))).size).toBe(ids.length);
      }),
    );
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
  test('says everything in a fixed order, with null for unknown values', () => {
    const keys = Object.keys(toExport(paper));
    expect(Object.keys(toExport(bare))).toEqual(keys);
    expect(keys.slice(0, 4)).toEqual(['id', 'title', 'summary', 'summaryModel']);
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
      `ID  - ${bibtexKey(paper)}`,
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
      'DB  - arXiv',
      'AN  - arXiv:2503.02130v2',
      'UR  - https://arxiv.org/abs/2503.02130v2',
      'L2  - https://github.com/a/b',
      'L3  - https://a.github.io',
      'N1  - 12 pages',
      'ER  - ',
      '',
    ]);
  });
  test('RIS calls a preprint what Zotero knows, with its number and DOI, and reads back the same', async () => {
    const one = { ...paper, journal: null, identifiers: paper.identifiers.slice(0, 1) };
    const lines = toRis(one).split('\r\n');
    expect(lines[0]).toBe('TY  - MANSCPT');
    expect(lines.filter((line) => /^(DO|DB|AN|M3) /.test(line))).toEqual([
      'DO  - 10.48550/arXiv.2503.02130',
      'DB  - arXiv',
      'AN  - arXiv:2503.02130v2',
      'M3  - preprint',
    ]);
    expect((await back(toRis(one), 'a.ris')).identifiers).toEqual(one.identifiers);
    expect((await back(toRis(bare, 'https://s.org'), 'a.ris')).title).toBe(bare.title);
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
  test('a paper without an address of its own has this site’s', () => {
    expect(paperUrl(bare)).toBeNull();
    expect(paperUrl(bare, 'https://s.org')).toBe('https://s.org/papers/a-paper-abc123');
    expect(paperUrl({ id: 'x', identifiers: [{ scheme: 'doi', value: '10.1/a<b>' }] })).toBe(
      'https://doi.org/10.1/a%3Cb%3E',
    );
  });
});
