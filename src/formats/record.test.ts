import { describe, expect, test } from 'vitest';
import { read, record, refusal } from './reading.ts';
import { isCutAt } from './text.ts';

describe('a line of our own', () => {
  test('is read with everything it says', async () => {
    expect(
      await record({
        id: '2503.02130',
        title: " On  Erd\\H{o}s's\n $\\alpha$ ",
        abstract: 'We\n\nshow 5\\%. Code: https://github.com/a/b.',
        summary: 'They show it.',
        authors: ["Andr\\'e Weil", { name: 'Ada Lovelace' }],
        authorsCount: 5,
        organization: { slug: 'x', name: 'X' },
        categories: ['cs.CL', 'hep-th', '68T45, 62H30', 'I.2.7', 'cs.CL'],
        keywords: ['a', 'a', ' b '],
        published: '2025-03-04T10:00:00Z',
        updated: '2025-03-05',
        listed: '2025-03-06',
        identifiers: ['arxiv:2503.02130v2', 'doi:10.1000/X'],
        figures: [{ value: '5×', measure: 'speed' }],
        upvotes: 3,
        comments: 0,
        something: 'new',
      }),
    ).toEqual({
      source: 'jsonl',
      identifiers: [
        { scheme: 'arxiv', value: '2503.02130', version: 2 },
        { scheme: 'doi', value: '10.1000/x' },
      ],
      title: "On Erdős's $\\alpha$",
      abstract: 'We show 5%. Code: https://github.com/a/b.',
      summary: 'They show it.',
      authors: ['André Weil', 'Ada Lovelace'],
      authorsCount: 5,
      organizations: [{ slug: 'x', name: 'X' }],
      categories: ['cs.CL', 'hep-th'],
      keywords: ['a', 'b'],
      published: '2025-03-04',
      publishedPrecision: 'day',
      publishedAt: Date.parse('2025-03-04T10:00:00Z'),
      updated: '2025-03-05',
      listed: '2025-03-06',
      links: [{ kind: 'code', url: 'https://github.com/a/b' }],
      figures: [{ value: '5×', measure: 'speed' }],
      upvotes: 3,
      comments: 0,
    });
  });

  test('may say whether its date is the submission, the announcement or only a month', async () => {
    const line = {
      id: 'arxiv:2503.02130',
      title: 'T',
      published: '2025-03-04',
      comment: 'See https://a.github.io',
    };
    expect(await record({ ...line, date_kind: 'published' })).toMatchObject({
      published: '2025-03-04',
      note: 'See https://a.github.io',
      links: [{ kind: 'project', url: 'https://a.github.io' }],
    });
    expect(await record({ ...line, date_kind: 'announced' })).toMatchObject({ announced: '2025-03-04' });
    expect(await record({ ...line, date_kind: 'id' })).toMatchObject({ publishedPrecision: 'month' });
    expect(await record({ ...line, published: '2025' })).toMatchObject({ publishedPrecision: 'year' });
  });

  test('may have its id as a number, or none at all', async () => {
    expect((await record({ id: 2503.0213, title: 'T' })).identifiers[0]?.value).toBe('2503.02130');
    expect((await record({ title: 'A Paper of Ours' })).identifiers[0]?.value).toMatch(
      /^a-paper-of-ours-\w{6}$/,
    );
    const starter = await record(
      { id: 'a-paper', title: 'T', summary: 'S', comments: 0 },
      { source: 'starter' },
    );
    expect(starter).toMatchObject({
      source: 'starter',
      summary: 'S',
      identifiers: [{ scheme: 'local', value: 'a-paper' }],
    });
  });

  test('says when the paper was withdrawn', async () => {
    const withdrawn = async (note: string) => (await record({ title: 'T', note })).withdrawn;
    expect(await withdrawn('This paper has been withdrawn by the author due to an error')).toBe(true);
    expect(await withdrawn('Withdrawn')).toBe(true);
    expect(await withdrawn('12 pages; money withdrawn from banks')).toBeUndefined();
  });

  test('prose that is too long is cut at the end of a word', async () => {
    const long = 'long words '.repeat(100_000);
    const cut = await record({ title: 'T', abstract: long, summary: long, note: long, journal: long });
    for (const [text, limit] of [
      [cut.abstract, 20_000],
      [cut.summary, 10_000],
      [cut.note, 10_000],
      [cut.journal, 1000],
    ] as const) {
      expect(text).toMatch(/(long|words)…$/);
      expect(text!.length).toBeLessThanOrEqual(limit);
      expect(isCutAt(text!, limit)).toBe(true);
    }
    const halves = await record({ title: 'T', abstract: '𝔸'.repeat(30_000) });
    expect(halves.abstract!.isWellFormed() && isCutAt(halves.abstract!, 20_000)).toBe(true);
    const fits = await record({ title: 'T', abstract: 'x'.repeat(20_000) });
    expect(fits.abstract).toHaveLength(20_000);
    expect(isCutAt(fits.abstract!, 20_000)).toBe(false);
  });

  test.each([
    [{ title: 5 }, "'title' is not text"],
    [{ title: ' \u0000 ' }, 'no title'],
    [{ title: 'x'.repeat(1001) }, "'title' is longer than 1,000 characters"],
    [{ title: 'T', authors: 'Ada' }, "'authors' is not a list"],
    [{ title: 'T', authors: [5] }, "'authors' has an entry that is not a name: '5'"],
    [{ title: 'T', authors: Array(10_001).fill('A') }, "'authors' has more than 10,000 items"],
    [{ title: 'T', published: '2026-02-30' }, "'published' is not a calendar date: '2026-02-30'"],
    [{ title: 'T', listed: '2026-02' }, "'listed' is not a full date: '2026-02'"],
    [{ title: 'T', upvotes: -1, abstract: '' }, "'upvotes' is not a whole number of 0 or more: '-1'"],
    [{ title: 'T', comments: 1.5 }, "'comments' is not a whole number of 0 or more: '1.5'"],
    [
      { title: 'T', links: [{ kind: 'code', url: 'javascript:alert(1)' }] },
      'link \'{"kind":"code","url":"javascript:alert(1)"}\' is not an http(s) address',
    ],
    [{ title: 'T', links: Array(101).fill({}) }, "'links' has more than 100 items"],
    [{ title: 'T', withdrawn: 'yes' }, "'withdrawn' is neither true nor false: 'yes'"],
    [{ title: 'T', identifiers: ['isbn:123'] }, "identifier 'isbn:123' is not recognised"],
    [{ title: 'T', id: 2513.12345 }, "identifier '2513.12345' is not recognised"],
  ])('is refused: %#', async (line, reason) => expect(await refusal(line)).toBe(reason));
});

describe('a paper of the Hub', () => {
  const paper = {
    id: '2606.00467',
    title: 'On Limits',
    summary: 'An abstract.',
    authors: [
      { name: 'A B', hidden: false },
      { name: 'C D', hidden: true },
    ],
    publishedAt: '2026-05-30T00:00:00.000Z',
    submittedOnDailyAt: '2026-06-12T00:00:00.000Z',
    upvotes: 4,
    githubRepo: 'https://github.com/a/b',
    githubStars: 9,
    projectPage: 'javascript:alert(1)',
    mediaUrls: ['https://cdn.example.org/x.mp4'],
    ai_summary: 'Short.',
    ai_keywords: ['k'],
    organization: { name: 'caltech', fullname: 'Caltech' },
  };
  const expected = {
    source: 'hf',
    identifiers: [{ scheme: 'arxiv', value: '2606.00467' }],
    title: 'On Limits',
    abstract: 'An abstract.',
    summary: 'Short.',
    authors: ['A B'],
    organizations: [{ slug: 'caltech', name: 'Caltech' }],
    keywords: ['k'],
    published: '2026-05-30',
    publishedPrecision: 'day',
    publishedAt: Date.parse('2026-05-30T00:00:00Z'),
    listed: '2026-06-12',
    links: [
      { kind: 'code', url: 'https://github.com/a/b', stars: 9 },
      { kind: 'media', url: 'https://cdn.example.org/x.mp4' },
    ],
    upvotes: 4,
  };
  test('has its abstract under "summary", bare or as an item of a list', async () => {
    expect(await record(paper)).toEqual(expected);
    const item = {
      paper,
      publishedAt: '2026-05-29T20:00:00.000Z',
      title: 'Other',
      summary: 'Other',
      numComments: 2,
    };
    expect(await record(item)).toEqual({ ...expected, comments: 2 });
  });
});

describe('CSL-JSON', () => {
  test('is read from an array or an object', async () => {
    const item = {
      id: 'smith-2020',
      type: 'article-journal',
      title: 'On X',
      author: [
        { family: 'Beethoven', 'non-dropping-particle': 'van', given: 'Ludwig' },
        { literal: 'The Team' },
      ],
      issued: { 'date-parts': [['2020', 3]] },
      DOI: '10.1000/XYZ',
      'container-title': 'J. of X',
    };
    for (const text of [JSON.stringify([item]), JSON.stringify(item), JSON.stringify(item, null, 1)]) {
      const [first] = await read(text, 'a.json');
      expect(first).toMatchObject({
        ok: true,
        record: {
          source: 'csljson',
          identifiers: [{ scheme: 'doi', value: '10.1000/xyz' }],
          title: 'On X',
          authors: ['Ludwig van Beethoven', 'The Team'],
          published: '2020-03-01',
          publishedPrecision: 'month',
          journal: 'J. of X',
        },
      });
    }
  });
});
