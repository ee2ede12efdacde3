import { describe, expect, test } from 'vitest';
import { read, summary } from './reading.ts';

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
        'refs.bib:12! the entry is not closed before the next begins',
        'refs.bib:13 Fine',
        'refs.bib:14! no title',
        'refs.bib:15! the file ends in the middle of the entry',
      ]);
      expect(all[0]).toMatchObject({
        record: {
          source: 'bibtex',
          identifiers: [{ scheme: 'doi', value: '10.1000/abc_d' }],
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

describe('BibTeX as it is found', () => {
  test.each([
    ['@article{a, title="A ""B"" {,title={x}} C", year=2020}', 'not BibTeX'],
    ['@article{a, title={One} # { Two}}', 'One Two'],
    ['@article{a, title=   {One}\n,year=2020}', 'One'],
    ['@ARTICLE(a, TITLE={One (1)})', 'One (1)'],
    ['@article{a, title={Kept}, title={Dropped}}', 'Kept'],
    ['@article{a, abstract={x, title={No}}, title={Yes}}', 'Yes'],
    ['@article{a, title={The \\alpha-case: $\\alpha$}}', 'The \\alpha-case: $\\alpha$'],
  ])('%s', async (text, title) => {
    expect(summary(await read(text, 'a.bib')).join()).toContain(title);
  });
  test('tells the paper’s own identifier from one that a remark mentions', async () => {
    const ids = async (fields: string) => {
      const [first] = await read(`@article{a, title={A Title}, ${fields}}`, 'a.bib');
      return first?.ok
        ? first.record.identifiers.map((one) => one.value.replace(/-\w{6}$/, ''))
        : first?.reason;
    };
    expect(await ids('journal={arXiv preprint arXiv:2503.02131}')).toEqual(['2503.02131']);
    expect(await ids('note={arXiv:2503.02131 [cs.CL]}')).toEqual(['2503.02131']);
    expect(await ids('note={An extended version of arXiv:2503.02131}')).toEqual(['a-title']);
    expect(await ids('eprint={2503.02130}, note={arXiv:2503.02131}')).toEqual(['2503.02130']);
    expect(await ids('url={https://arxiv.org/abs/2503.02130v3}, doi={10.1000/x}')).toEqual([
      '10.1000/x',
      '2503.02130',
    ]);
    expect(await ids('eprint={1234}, eprinttype={hal}')).toEqual(['a-title']);
  });
  test('has months by name and keys that are no identifiers', async () => {
    const [first] = await read('@misc{smith-2020, title={T}, year={2020}, month={June}, day=5}', 'a.bib');
    expect(first).toMatchObject({ record: { published: '2020-06-05', publishedPrecision: 'day' } });
    expect(first?.ok && first.record.identifiers[0]?.value).toMatch(/^t-\w{6}$/);
  });
});
