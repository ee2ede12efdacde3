import { describe, expect, test } from 'vitest';
import type { Parsed } from '../papers/types.ts';
import { read, summary } from './reading.ts';

/** The first record of a file with this content, and the warnings. */
async function first(text: string | Buffer): Promise<Extract<Parsed, { ok: true }>> {
  const [one] = await read(text, 'a.bib', {}, 10_000);
  if (!one?.ok) throw new Error(one?.reason ?? 'nothing was read');
  return one;
}

/** The record of an article with a title and these fields. */
const withFields = async (fields: string) => (await first(`@article{a, title={A Title}, ${fields}}`)).record;

describe('BibTeX', () => {
  const file = String.raw`This is a comment by me@example.org.
@string{jx = "J. of {X}"}
@comment{ @article{hidden, title={No}} }
@article{a1,
  title = {{A} Study of {LLM}s in $O(n^{2})$ \& more},
  author = {Andr{\'e} M{\"u}ller and van der Berg, Jan and {The ATLAS Collaboration} and others},
  journal = jx, year = 2024, month = jun,
  doi = {10.1000/ABC_d}, url = {https://github.com/a/b_c},
  keywords = {one, two},
}
@misc(b2, title = "Quoted " # "Title", eprint = {2503.02130v2}, archivePrefix = {arXiv}, primaryClass = {cs.CL})
@misc{c3, title = {Never closed,
@misc{d4, title = {Fine}, journal = {arXiv preprint arXiv:2503.02131}, date = {2025-03-04}}
@misc{e5, author = {A B}}
@misc{f6, title = {Cut off`;

  test('is read entry by entry, whatever the chunks', async () => {
    for (const size of [1, 10, 10_000]) {
      const all = await read(file, 'refs.bib', {}, size);
      expect(summary(all)).toEqual([
        'refs.bib:4 A Study of LLMs in $O(n^{2})$ & more',
        'refs.bib:11 Quoted Title',
        'refs.bib:12! the entry is not closed before the next one begins',
        'refs.bib:13 Fine',
        'refs.bib:14! no title',
        'refs.bib:15! the file ends in the middle of the entry',
      ]);
      expect(all[0]).toEqual({
        ok: true,
        where: 'refs.bib:4',
        record: {
          source: 'bibtex',
          identifiers: [{ scheme: 'doi', value: '10.1000/abc_d' }],
          title: 'A Study of LLMs in $O(n^{2})$ & more',
          authors: ['André Müller', 'Jan van der Berg', 'The ATLAS Collaboration'],
          journal: 'J. of X',
          published: '2024-06-01',
          publishedPrecision: 'month',
          keywords: ['one', 'two'],
          links: [{ kind: 'code', url: 'https://github.com/a/b_c' }],
        },
      });
      expect(all[1]).toMatchObject({
        record: {
          identifiers: [{ scheme: 'arxiv', value: '2503.02130', version: 2 }],
          categories: ['cs.CL'],
        },
      });
      expect(all[3]).toMatchObject({
        record: { identifiers: [{ scheme: 'arxiv', value: '2503.02131' }], published: '2025-03-04' },
      });
    }
  });
});

describe('BibTeX in the wild', () => {
  test('markup that is not TeX becomes text, unless it is escaped or in formulas', async () => {
    const { record } = await first(
      '@article{a, title={<i>E. coli</i> &amp; {\\textless}b{\\textgreater}x{\\textless}/b{\\textgreater}, $a<b>c$ {<}i>}, ' +
        'journal={Astronomy &amp; Astrophysics}, author={Smith &amp; Sons Ltd. and M&uuml;ller, J.}}',
    );
    expect(record.title).toBe('E. coli & x, $a<b>c$ <i>');
    expect(record.journal).toBe('Astronomy & Astrophysics');
    expect(record.authors).toEqual(['Smith & Sons Ltd.', 'J. Müller']);
  });

  test('a withdrawn paper is marked as such', async () => {
    const title = (await first('@article{a, title={Retracted: On Looms}}')).record;
    const note = await withFields('note={This paper has been withdrawn by the author}');
    expect([title.withdrawn, note.withdrawn]).toEqual([true, true]);
    expect((await withFields('note={Withdrawn from ICML, now at NeurIPS}')).withdrawn).toBeUndefined();
  });

  test.each([
    ['@article{a, title="A "B" C", year=2020}', 'A "B" C'],
    ['@article{a, title={One} # { Two}}', 'One Two'],
    ['@article{a, title=   {One}\n,year=2020}', 'One'],
    ['@ARTICLE(a, TITLE={One (1)})', 'One (1)'],
    ['@article{a, title={Kept}, title={Dropped}}', 'Kept'],
    ['@article{a, title={}, title={Taken}}', 'Taken'],
    ['@article{a, abstract={x, title={No}}, title={Yes}}', 'Yes'],
    ['@article{a, title={The \\alpha-case: $\\alpha$}}', 'The \\alpha-case: $\\alpha$'],
    ['@article{title={Without a key}, year=2020}', 'Without a key'],
    ['@article{, title={An empty key}}', 'An empty key'],
    ['@article{key title={No comma behind the key}}', 'No comma behind the key'],
    ['@article{ ISI:000001,\nTitle = {{Two\n   Lines}},\nEarly Access Date = {{JAN 2020}},\n}', 'Two Lines'],
    ['@article {a , title = {Space}}', 'Space'],
    ['\ufeff@article{a, title={Marked}}\r\n', 'Marked'],
    ['@@article{a, title={Twice}}', 'Twice'],
    ['Mail me@article{x and more.\n@article{a, title={Address}}', 'Address'],
    ['@article{a, title={One}, },\n@article{b, title={Two}},', 'One,a.bib:2 Two'],
  ])('%s', async (text, title) => {
    expect(summary(await read(text, 'a.bib')).join()).toBe(
      `a.bib:${text.startsWith('Mail') ? 2 : 1} ${title}`,
    );
  });

  test('style settings, comments and preambles are not papers', async () => {
    const text =
      '@preamble{"\\newcommand{\\x}{y}"}\n@CONTROL{a, title="yes"}\n@IEEEtranBSTCTL{b, c="3"}\n' +
      '@comment{jabref-meta: databaseType:bibtex;}\n% @ nothing\n@set{c, title={x}}';
    expect(await read(text, 'a.bib')).toEqual([]);
  });
});

describe('markup that publishers leave in', () => {
  test.each([
    ['elements', 'Of <i>Drosophila</i> in H<sub>2</sub>O', 'Of Drosophila in H2O'],
    ['references', 'Looms &amp; cards, &eacute;tude', 'Looms & cards, étude'],
    ['references made TeX', 'Looms {\\&}amp; cards \\&lt; 5', 'Looms & cards < 5'],
    [
      'what Crossref made of them',
      '$\\less$i$\\greater$A$\\less$/i$\\greater$ {\\&}lt$\\mathsemicolon$ B',
      'A < B',
    ],
    [
      'a formula that only looks so',
      'Of $a<b$, $c>d$ and <EOS> \\& <b and c>',
      'Of $a<b$, $c>d$ and <EOS> & <b and c>',
    ],
  ])('is read: %s', async (_, written, title) => {
    const { record } = await first(`@article{a, title={${written}}, journal={${written}}}`);
    expect([record.title, record.journal]).toEqual([title, title]);
  });

  test('does not take names apart', async () => {
    const { authors } = await withFields(
      'author={M&uuml;ller, Hans and Mart&#237;nez, J. and Loom {\\&}amp; Sons}',
    );
    expect(authors).toEqual(['Hans Müller', 'J. Martínez', 'Loom & Sons']);
  });
});

describe('a mistake in an entry', () => {
  const rest = ', author={Ada Lovelace}, year={2020}';
  test.each([
    [
      `@article{a, title={Right}, journal=IEEE_J_X${rest}}`,
      "the abbreviation 'IEEE_J_X' is not defined; 'journal' was left out",
    ],
    [
      `@article{a, title={Right}, journal=foo # " (B)"${rest}}`,
      "the abbreviation 'foo' is not defined; 'journal' was left out",
    ],
    [`@article{a, title={Right}\nauthor={Ada Lovelace}\nyear={2020}}`, undefined],
    [`@article{a, title="Right" author="Ada Lovelace" year=2020}`, undefined],
    [`@article{a, title={Right}, stray words${rest}}`, "'stray words' is not a field"],
    [`@article{a,\n % a remark\n title={Right}\n,${rest}}`, undefined],
    [`@article{a, title={{Right}${rest}\n}\n`, 'its braces or quotation marks do not match'],
    [`@article{a, title={Right}}${rest}}`, undefined],
    [
      `@article{a, title={Right}${rest}, keywords = {a, {b},\n}\n`,
      'its braces or quotation marks do not match',
    ],
    [
      `@article{a, title={Right}${rest}, abstract = {a \\{ b},\n}\n`,
      'its braces or quotation marks do not match',
    ],
    [`@article{a, title="Right${rest}}`, 'its braces or quotation marks do not match'],
    [`@article{a, title={Right}${rest}\n`, 'its braces or quotation marks do not match'],
  ])('costs at most its field, and no entry after it: %s', async (text, warning) => {
    const all = await read(`${text}\n@misc{next, title={Next}}`, 'a.bib', {}, 10_000);
    expect(all).toHaveLength(2);
    expect(all[1]).toMatchObject({ record: { title: 'Next' } });
    expect(all[0]).toMatchObject({
      record: { title: 'Right', authors: ['Ada Lovelace'], published: '2020-01-01' },
    });
    if (warning !== undefined) expect(all[0]).toMatchObject({ warnings: expect.arrayContaining([warning]) });
  });

  test('an extra closing brace within a field does not end the entry', async () => {
    expect(await first('@article{a, title = {A} B}, year = {2020}, doi={10.1000/x}}')).toMatchObject({
      record: { title: 'A B', published: '2020-01-01', identifiers: [{ value: '10.1000/x' }] },
    });
  });

  test('what is too long is cut or left out, with a warning', async () => {
    const long = 'word '.repeat(20_000);
    const { record, warnings } = await first(
      `@article{a, title={T}, abstract={${long}}, journal={${long}}, author={${long} and Ada Lovelace}}`,
    );
    expect(record.abstract?.length).toBeLessThanOrEqual(50_000);
    expect(record.abstract).toMatch(/word…$/);
    expect(record.authors).toEqual(['Ada Lovelace']);
    expect(record.journal).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^the author's name .* is too long and was left out$/),
      "'abstract' is longer than 20,000 characters and was cut there",
      "'journal' is longer than 1,000 characters and was left out",
    ]);
  });

  test('bytes that are not UTF-8 are read in the encoding the file names, otherwise as Windows-1252', async () => {
    const entry = (byte: number) =>
      Buffer.concat([
        Buffer.from('@article{a, title={Caf'),
        Buffer.from([byte]),
        Buffer.from(' \u201cx\u201d}}'),
      ]);
    const latin = Buffer.from('@article{a, title={Caf\xe9 \x93x\x94}, author={Jos\xe9 Garc\xeda}}', 'latin1');
    expect(await first(latin)).toMatchObject({
      record: { title: 'Café “x”', authors: ['José García'] },
      warnings: ['not UTF-8; read as windows-1252'],
    });
    const polish = Buffer.concat([
      Buffer.from('% Encoding: ISO8859_2\n'),
      Buffer.from('@article{a, title={\xa3\xf3d\xbc}}', 'latin1'),
    ]);
    expect((await first(polish)).record.title).toBe('Łódź');
    expect((await first(entry(0xe9))).record.title).toMatch(/^Café/);
  });
});

describe('abbreviations', () => {
  test('are those of the file, of BibTeX’s styles and of months', async () => {
    const text = `@string{a = {Annals}} @STRING(b = a # " of " # "B")
@article{x, title={T}, journal = b, month = Sept, year = 2020}
@article{y, title={T}, journal = cacm, month = jul # "~4", year = 2020}`;
    const all = await read(text, 'a.bib');
    expect(all).toMatchObject([
      { record: { journal: 'Annals of B', published: '2020-09-01', publishedPrecision: 'month' } },
      { record: { journal: 'Communications of the ACM', published: '2020-07-04' } },
    ]);
  });

  test('that expand to each other do not grow without end', async () => {
    const doubled = Array.from({ length: 60 }, (_, i) => `@string{s${i + 1} = s${i} # s${i}}`).join('\n');
    const { record, warnings } = await first(
      `@string{s0 = "x"}\n${doubled}\n@article{a, title={T}, journal=s60}`,
    );
    expect(record.journal).toBeUndefined();
    expect(warnings).toEqual(["the abbreviation 's60' is not defined; 'journal' was left out"]);
  });

  test.each([
    ['{\\apj}', 'ApJ'],
    ['{\\mnras}', 'MNRAS'],
    ['{\\aap}', 'A&A'],
    ['{\\prd}', 'Phys. Rev. D'],
    ['"\\apjl, submitted"', 'ApJL, submitted'],
    ['apj', 'ApJ'],
    ['{J. \\& Co.}', 'J. & Co.'],
  ])('of journals: %s', async (text, journal) => {
    expect((await withFields(`journal = ${text}`)).journal).toBe(journal);
  });
});

describe('the date of an entry', () => {
  test.each([
    ['year = 2021a', '2021', 'year'],
    ['year = {{2019}}, month = {{JAN}}', '2019-01', 'month'],
    ['year = {(2020)}, month = 7', '2020-07', 'month'],
    ['year = 2020, month = sept', '2020-09', 'month'],
    ['year = 2020, month = "10~" # jan', '2020-01-10', 'day'],
    ['year = 2020, month = jul # "~4"', '2020-07-04', 'day'],
    ['year = 2020, month = jul # {\\,4}', '2020-07-04', 'day'],
    ['year = 2020, month = {July 4th}', '2020-07-04', 'day'],
    ['year = 2020, month = jun, day = {05}', '2020-06-05', 'day'],
    ['year = 2020, month = jan # "--" # feb', '2020-01', 'month'],
    ['year = 2020, month = {June 3--7}', '2020-06', 'month'],
    ['year = 2020, month = {Juillet}', '2020-07', 'month'],
    ['year = 2020, month = {Spring}', '2020', 'year'],
    ['year = 2020, month = 13', '2020', 'year'],
    ['year = {July 2020}', '2020-07', 'month'],
    ['date = {2020-05-03/2020-05-07}', '2020-05-03', 'day'],
    ['date = {2020-05~}', '2020-05', 'month'],
    ['date = {2020-21}', '2020', 'year'],
    ['date = {2020}, month = may', '2020-05', 'month'],
    ['year = {in press}', undefined, undefined],
  ])('%s', async (fields, date, precision) => {
    const record = await withFields(fields);
    expect([record.published, record.publishedPrecision]).toEqual([
      date && `${date}-01-01`.slice(0, 10),
      precision,
    ]);
  });
});

describe('parents', () => {
  test('pass on to their children what these lack, in whatever order they come', async () => {
    const parent =
      '@proceedings{P1, title={Proc. of Numbers}, editor={Ed Itor}, year=2019, month=jul, doi={10.1000/parent}, crossref={p2}}\n';
    const child = '@inproceedings{c, title={Child}, author={Ada Lovelace}, crossref={p1}}\n';
    const above = '@book{p2, title={Above}, year=1900, journal={A Series}}\n';
    for (const parts of [
      [child, parent, above],
      [above, parent, child],
      [parent, child, above],
    ]) {
      const all = await read(parts.join(''), 'a.bib');
      expect(all).toHaveLength(3);
      const found = all.find((one) => one.ok && one.record.title === 'Child');
      expect(found).toMatchObject({
        record: { authors: ['Ada Lovelace'], published: '2019-07-01', publishedPrecision: 'month' },
      });
      expect(found).not.toHaveProperty('warnings');
      expect(found).toMatchObject({ record: { identifiers: [{ scheme: 'local' }] } });
    }
    expect(
      await first(`${child.replace('crossref', 'booktitle={Own}, crossref')}${parent}${above}`),
    ).toBeDefined();
  });

  test('give their title as the book’s, to articles as the journal’s, and to a chapter that has none', async () => {
    const all = await read(
      `@book{b, title={The Book}, year=1999}
@inbook{c1, chapter={3}, author={Ada Lovelace}, crossref={b}}
@incollection{c2, title={Own}, booktitle={Short}, crossref={b}}
@periodical{i, title={An Issue}}
@article{c3, title={Article}, crossref={i}}
@xdata{x, journal={From Data}, year=2001}
@article{c4, title={With data}, xdata={x}}`,
      'a.bib',
    );
    expect(all.map((one) => one.ok && [one.record.title, one.record.journal, one.record.published])).toEqual([
      ['The Book', undefined, '1999-01-01'],
      ['The Book', 'The Book', '1999-01-01'],
      ['Own', 'Short', '1999-01-01'],
      ['An Issue', undefined, undefined],
      ['Article', 'An Issue', undefined],
      ['With data', 'From Data', '2001-01-01'],
    ]);
  });

  test('may be circular or missing', async () => {
    const circle =
      '@book{a, title={A}, crossref={b}}\n@book{b, title={B}, crossref={a}}\n@book{s, title={S}, crossref={s}}\n@misc{o, title={O}, crossref={nobody}}';
    const all = await read(circle, 'a.bib');
    expect(summary(all).sort()).toEqual(['a.bib:1 A', 'a.bib:2 B', 'a.bib:3 S', 'a.bib:4 O']);
    expect(all.at(-1)).toMatchObject({ warnings: ["its parent 'nobody' is not in the file"] });
    const chain = Array.from({ length: 100 }, (_, i) => `@book{k${i}, title={T${i}}, crossref={k${i + 1}}}`);
    expect(await read(chain.join('\n'), 'a.bib')).toHaveLength(100);
  });
});
