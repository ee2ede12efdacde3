import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findLinks, normalizeLink, safeUrl } from './links.ts';

const urls = (text: string): string[] => findLinks(text).map((link) => `${link.kind} ${link.url}`);

describe('links are found in the text of a paper', () => {
  test.each([
    ['Code: https://github.com/ab/cd.', 'code https://github.com/ab/cd'],
    ['Code at github.com/ab/cd_e-f.g, soon', 'code https://github.com/ab/cd_e-f.g'],
    ['see http://www.GitHub.com/Ab/Cd.git/', 'code https://github.com/Ab/Cd'],
    ['(https://github.com/ab/cd/tree/main/x?tab=readme#top)', 'code https://github.com/ab/cd'],
    ['\\url{https://github.com/ab/c\\_d}', 'code https://github.com/ab/c_d'],
    ['\\href{https://ab.github.io/cd/}{this https URL}', 'project https://ab.github.io/cd'],
    ['Page: ab-c.github.io/cd.', 'project https://ab-c.github.io/cd'],
    ['[page](https://ab.github.io)', 'project https://ab.github.io'],
    ['https://gitlab.com/a/b/c/-/tree/main', 'code https://gitlab.com/a/b/c'],
    ['https://gitlab.inria.fr/a/b.git', 'code https://gitlab.inria.fr/a/b'],
    ['https://huggingface.co/ab/cd/tree/main', 'project https://huggingface.co/ab/cd'],
    ['hf.co/datasets/ab/cd', 'project https://huggingface.co/datasets/ab/cd'],
    ['https://youtu.be/abc', 'media https://youtu.be/abc'],
    ['https://x.org/a/clip.mp4', 'media https://x.org/a/clip.mp4'],
    ['www.example.org/a(b)', 'project https://www.example.org/a(b)'],
    ['http://example.org:8080/x/', 'project http://example.org:8080/x'],
    ['https://anonymous.4open.science/r/x-1', 'code https://anonymous.4open.science/r/x-1'],
    ['https://github.com/some-lab', 'project https://github.com/some-lab'],
    ['“https://example.org/a”', 'project https://example.org/a'],
    ['https://example.org/?q=1&r=2', 'project https://example.org/?q=1&r=2'],
    ['Code: https:// github.com/ab/cd', 'code https://github.com/ab/cd'],
    ['on codeberg.org/ab/cd and more', 'code https://codeberg.org/ab/cd'],
    ['(bitbucket.org/ab/cd.git)', 'code https://bitbucket.org/ab/cd'],
    ['ab.gitlab.io/cd', 'project https://ab.gitlab.io/cd'],
    ['sites.google.com/view/ab-cd', 'project https://sites.google.com/view/ab-cd'],
    ['https://colab.research.google.com/github/ab/cd/blob/main/demo.ipynb', 'code https://github.com/ab/cd'],
    ['https://nbviewer.org/github/ab/cd/blob/main/demo.ipynb', 'code https://github.com/ab/cd'],
    ['https://gitlab.com/a/b/!', 'code https://gitlab.com/a/b'],
    ['https://huggingface.co/spaces/ab/cd?logs=1', 'project https://huggingface.co/spaces/ab/cd'],
  ])('%s', (text, expected) => expect(urls(text)).toEqual([expected]));

  test.each([
    'no links here',
    'https://arxiv.org/abs/2503.02130 and https://doi.org/10.1000/x',
    'javascript://github.com/%0aalert(1) data:text/html,x ftp://github.com/a/b',
    'https://user:pass@example.org/a',
    'http://localhost/a http://127.0.0.1/b',
    'notgithub.com/ab/cd',
    'https://',
    'https://github.com/',
    'https://github.com/sponsors/ab',
    'https://gitlab.com/explore/projects',
    'https://huggingface.co/datasets',
    'hf.co/models?search=x',
    '.github.io',
  ])('%s holds none', (text) => expect(urls(text)).toEqual([]));

  test('each comes once, in order', () => {
    expect(
      urls('https://github.com/A/b, github.com/a/B and https://a.github.io https://github.com/c/d'),
    ).toEqual(['code https://github.com/A/b', 'project https://a.github.io', 'code https://github.com/c/d']);
  });

  test('nothing but http(s) comes out of garbage, and it reads back the same', () => {
    const piece = fc.constantFrom(
      'https://',
      'github.com/',
      'a/b',
      '.github.io',
      '\\url{',
      '}',
      'www.',
      ')',
      '@',
      ' ',
    );
    const text = fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 30 });
    fc.assert(
      fc.property(text, (parts) => {
        for (const { url } of findLinks(parts.join(''))) {
          expect(url).toMatch(/^https?:\/\//);
          expect(normalizeLink(url)?.url).toBe(url);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    'https://',
    'a',
    'github.com/',
    '.github.io',
    'www.',
    '\\url{',
    ')',
    'a.github.io/',
    'https://a.b/(',
  ])('a megabyte of %s takes no noticeable time', (part) => {
    const text = part.repeat(Math.ceil(1_000_000 / part.length));
    const start = performance.now();
    findLinks(`https://x.org ${text}`);
    expect(performance.now() - start).toBeLessThan(1500);
  });
});

describe('a link that a source names', () => {
  test('keeps the kind the source says', () => {
    expect(normalizeLink('https://example.org/code/', 'code')).toEqual({
      kind: 'code',
      url: 'https://example.org/code',
    });
  });
  test.each(['javascript:alert(1)', 'data:text/html,x', 'ftp://a.org', 'https://a b', ' ', 'x'.repeat(3000)])(
    '%s is refused',
    (text) => {
      expect(normalizeLink(text)).toBeNull();
      expect(safeUrl(text)).toBeNull();
    },
  );
  test('a safe address stands as it is', () => {
    expect(safeUrl(' http://Example.org/A/ ')).toBe('http://Example.org/A/');
    expect(safeUrl('https://me:secret@example.org')).toBeNull();
  });
});
