import { describe, expect, it } from 'vitest';
import { paperOf } from '../testing/fake-library.ts';
import { toMarkdown } from './markdown.ts';

const written = (given: Partial<Parameters<typeof paperOf>[0]>): string =>
  toMarkdown(
    paperOf({ id: '2606.00001', title: 'A Title', ...given }),
    'https://papers.example/papers/2606.00001',
  );

describe('a paper as Markdown', () => {
  it('has what is known, and no line for what is not', () => {
    const text = written({
      identifiers: [{ scheme: 'arxiv', value: '2606.00001' }],
      authors: ['A. Author', 'B. Author'],
      authorsCount: 5,
      published: '2026-06-01',
      publishedPrecision: 'month',
      links: [{ kind: 'code', url: 'https://github.com/example/letters', stars: 4 }],
      summary: 'In short.',
      abstract: 'At length.',
      upvotes: 3,
    });
    expect(text).toBe(
      [
        '# A Title',
        '',
        '- Authors: A. Author, B. Author, 3 more',
        '- Published: 2026-06',
        '- Votes: 3',
        '- Here: <https://papers.example/papers/2606.00001>',
        '- arXiv: <https://arxiv.org/abs/2606.00001>',
        '- Code: <https://github.com/example/letters> (4 stars)',
        '',
        '## Summary',
        '',
        'In short.',
        '',
        '## Abstract',
        '',
        'At length.',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['<script>alert(1)</script>', '\\<script\\>alert(1)\\</script\\>'],
    ['[a](javascript:b) and `c` *d* _e_', '\\[a\\](javascript:b) and \\`c\\` \\*d\\* \\_e\\_'],
    ['1. No list', '1\\. No list'],
    ['- No list', '\\- No list'],
    ['# No head', '\\# No head'],
    ['$a_i * b_i$ stays', '$a_i * b_i$ stays'],
    ['$a<b>c$ is no element', '$a\\lt b\\gt c$ is no element'],
  ])('%s is shown as written', (abstract, shown) => {
    expect(written({ abstract })).toContain(`## Abstract\n\n${shown}\n`);
  });

  it('says that a paper was withdrawn', () => {
    expect(written({ withdrawn: true })).toContain('\n\n**Withdrawn by its authors.**\n\n');
  });
});
