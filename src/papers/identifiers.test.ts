import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalId,
  formatIdentifier,
  localIdentifier,
  parseIdentifier,
  sameIdentifier,
  titleKey,
} from './identifiers.ts';
import { formerName } from './intake/own-ids.ts';
import type { Identifier } from './types.ts';

const spelled = (text: string | number): string | null => {
  const found = parseIdentifier(text);
  return found && formatIdentifier(found);
};

describe('an identifier is recognised', () => {
  test.each([
    ['2503.02130', 'arxiv:2503.02130'],
    ['2503.02130v2', 'arxiv:2503.02130v2'],
    [' arXiv:2503.02130 ', 'arxiv:2503.02130'],
    ['ARXIV:2503.02130V12', 'arxiv:2503.02130v12'],
    ['arXiv: 2503.02130', 'arxiv:2503.02130'],
    ['0704.0001', 'arxiv:0704.0001'],
    ['1412.9999', 'arxiv:1412.9999'],
    ['https://arxiv.org/abs/2503.02130v3', 'arxiv:2503.02130v3'],
    ['http://arxiv.org/pdf/2503.02130v2.pdf', 'arxiv:2503.02130v2'],
    ['https://export.arxiv.org/abs/2503.02130?context=cs', 'arxiv:2503.02130'],
    ['arxiv.org/html/2503.02130v1/', 'arxiv:2503.02130v1'],
    ['oai:arXiv.org:2508.13426v1', 'arxiv:2508.13426v1'],
    ['oai:arXiv.org:hep-th/9901001', 'arxiv:hep-th/9901001'],
    ['hep-th/9901001v3', 'arxiv:hep-th/9901001v3'],
    ['math.GT/0309136', 'arxiv:math/0309136'],
    ['https://arxiv.org/abs/math.GT/0309136', 'arxiv:math/0309136'],
    // Reference lists leave the slash out.
    ['hep-th9901001', 'arxiv:hep-th/9901001'],
    ['hep-th9901001v2', 'arxiv:hep-th/9901001v2'],
    ['arXiv:astro-ph0601001', 'arxiv:astro-ph/0601001'],
    ['math.GT0309136', 'arxiv:math/0309136'],
    ['cs0301001', 'arxiv:cs/0301001'],
    ['https://arxiv.org/abs/hep-th9901001', 'arxiv:hep-th/9901001'],
    ['https://huggingface.co/papers/2503.02130', 'arxiv:2503.02130'],
    ['10.48550/arXiv.2503.02130', 'arxiv:2503.02130'],
    ['https://doi.org/10.48550/ARXIV.2503.02130', 'arxiv:2503.02130'],
    ['10.1000/ABC.Def', 'doi:10.1000/abc.def'],
    ['doi:10.1103/PhysRevD.78.083502.', 'doi:10.1103/physrevd.78.083502'],
    ['https://doi.org/10.1000/a%28b%29c', 'doi:10.1000/a(b)c'],
    ['http://dx.doi.org/10.1000/xyz', 'doi:10.1000/xyz'],
    ['2020.acl-main.1', 'acl:2020.acl-main.1'],
    ['P19-1001', 'acl:P19-1001'],
    ['acl:W18-6301', 'acl:W18-6301'],
    ['https://aclanthology.org/2021.findings-emnlp.12.pdf', 'acl:2021.findings-emnlp.12'],
    ['https://www.aclweb.org/anthology/P19-1001/', 'acl:P19-1001'],
    ['https://openreview.net/forum?id=rJ4km2R5t7', 'openreview:rJ4km2R5t7'],
    ['https://openreview.net/forum?noteId=x&id=rJ4km2R5t7', 'openreview:rJ4km2R5t7'],
    ['openreview:rJ4km2R5t7', 'openreview:rJ4km2R5t7'],
    ['local:a-paper-of-ours', 'local:a-paper-of-ours'],
    ['a-paper-of-ours', 'local:a-paper-of-ours'],
  ])('%s is %s', (text, expected) => expect(spelled(text)).toBe(expected));

  test.each([
    [2503.0213, 'arxiv:2503.02130'],
    [2503.1, 'arxiv:2503.10000'],
    [704.0001, 'arxiv:0704.0001'],
    [1412.12, 'arxiv:1412.1200'],
    [2503.12345, 'arxiv:2503.12345'],
    [2503, null],
    [2513.12345, null],
    [-1, null],
    [Number.NaN, null],
    [1e21, null],
  ])('the number %s is %s', (number, expected) => expect(spelled(number)).toBe(expected));

  test.each([
    '2503.2130',
    '1412.12345',
    '2513.02130',
    '2500.02130',
    '0601.0001',
    '2503.02130v0',
    'hep-th/9913001',
    'made-up/9901001',
    'report9913001',
    'report9901001',
    'xyz',
    '',
    '10.1000',
    '10.1000/a b',
    'https://arxiv.org/list/cs.CL/new',
    'https://openreview.net/group?id=ICLR',
    'javascript:alert(1)',
    'doi:2503.02130',
    '12345-67890',
  ])('%s is none', (text) => expect(spelled(text)).toBeNull());

  test('a hint settles what a bare text is, and is not overruled', () => {
    expect(parseIdentifier('rJ4km2R5t7', 'openreview')).toEqual({
      scheme: 'openreview',
      value: 'rJ4km2R5t7',
    });
    expect(parseIdentifier('2503.02130', 'doi')).toBeNull();
    expect(parseIdentifier('xyz', 'local')).toEqual({ scheme: 'local', value: 'xyz' });
    expect(parseIdentifier('https://doi.org/10.1000/XYZ', 'doi')).toEqual({
      scheme: 'doi',
      value: '10.1000/xyz',
    });
  });

  test('garbage of any length is answered, never thrown on', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const found = parseIdentifier(text);
        expect(found === null || typeof found.value === 'string').toBe(true);
      }),
    );
    expect(parseIdentifier('https://doi.org/' + '/'.repeat(1_000_000))).toBeNull();
  });

  test('reading what was written changes nothing', () => {
    const schemes = fc.constantFrom('10.1000/', 'doi:10.1234/', 'openreview:', 'local:', 'acl:', '2503.', '');
    const texts = fc.tuple(schemes, fc.string({ unit: 'grapheme', maxLength: 30 })).map((p) => p.join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const once = parseIdentifier(text);
        if (once) expect(parseIdentifier(formatIdentifier(once))).toEqual(once);
        if (once && once.scheme !== 'local')
          expect(parseIdentifier(canonicalId([once]))?.value).toBe(once.value);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the public id', () => {
  const all: Identifier[] = [
    { scheme: 'doi', value: '10.1000/xyz' },
    { scheme: 'local', value: 'a-paper' },
    { scheme: 'arxiv', value: '2503.02130', version: 2 },
    { scheme: 'acl', value: 'P19-1001' },
    { scheme: 'arxiv', value: '2501.00001' },
  ];
  test('is arXiv’s, bare and without version, where there is one, whatever the order', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
        expect(canonicalId(shuffled)).toBe('2501.00001');
      }),
    );
  });
  test.each([
    [all.filter((i) => i.scheme !== 'arxiv'), 'doi:10.1000/xyz'],
    [all.filter((i) => i.scheme === 'acl'), 'acl:P19-1001'],
    [all.filter((i) => i.scheme === 'local'), 'a-paper'],
  ])('of %j is %s', (identifiers, expected) => expect(canonicalId(identifiers)).toBe(expected));
  test('needs at least one identifier', () => expect(() => canonicalId([])).toThrow(RangeError));
  test('is the same paper in every version', () => {
    expect(
      sameIdentifier(
        { scheme: 'arxiv', value: '2501.00001', version: 1 },
        { scheme: 'arxiv', value: '2501.00001' },
      ),
    ).toBe(true);
  });
});

describe('a paper without any identifier', () => {
  test('gets a readable one that is always the same and reads back bare', () => {
    const one = localIdentifier('On $\\alpha$-Nets: Étude', ['Ada Lovelace'], 1843);
    expect(one).toEqual(localIdentifier('On $\\alpha$-Nets: Étude', ['Ada Lovelace'], 1843));
    expect(one.value).toMatch(/^on-α-nets-etude-[0-9a-z]{6}$/);
    expect(localIdentifier('On Nets', ['Ada Lovelace'], 1843).value).toMatch(/^on-nets-[0-9a-z]{6}$/);
    expect(parseIdentifier(canonicalId([one]))).toEqual(one);
  });
  test('is told from another of the same title by author and year', () => {
    const title = 'Introduction';
    const values = [[title], [title, ['A B']], [title, ['A B'], 2001], [title, ['C D'], 2001]].map(
      (given) => localIdentifier(...(given as Parameters<typeof localIdentifier>)).value,
    );
    expect(new Set(values).size).toBe(4);
  });
  test('is told from another by signs and commands, and not by how the same thing is written', () => {
    const id = (title: string) => localIdentifier(title, ['Ada Lovelace'], 1843).value;
    const apart = [
      ['C in Practice', 'C++ in Practice', 'C# in Practice', 'C* in Practice'],
      ['$\\alpha$-decay', '$\\beta$-decay', '-decay'],
      ['$\\Lambda_b$ decays', '$\\Xi_b$ decays', '$\\lambda_b$ decays'],
      ['$\\pi^+$ beams', '$\\pi^-$ beams', '$\\pi^0$ beams', '$\\pi^\\pm$ beams'],
      ['$B \\to K$', '$B \\leftrightarrow K$', '$\\bar{B} \\to K$'],
      ["$Z'$ bosons", '$Z$ bosons'],
      ['Masses > 8', 'Masses < 8', 'Masses ≤ 8'],
      ['A 🙂 study', 'A 🙃 study', 'A study'],
      ['Engines, Part I', 'Engines, Part II'],
    ];
    for (const titles of apart) expect(new Set(titles.map(id)).size).toBe(titles.length);
    const alike = [
      ['$\\alpha$-decay', 'α-Decay', '{$\\alpha$}–decay', '$\\alpha$ decay'],
      ['$\\pi^-$ beams', 'π⁻ beams', '$\\pi^{-}$ Beams', 'π^− beams'],
      ['C♯ in Practice', 'C# in Practice', 'C\\# in practice'],
      ["Babbage's “engine”", 'Babbage’s "Engine"', "Babbage's  engine"],
      ['Étude: a study', 'Etude - A Study', 'E\u0301tude — a study'],
      ['A study*', 'A study†', 'A study'],
      ['$\\mathrm{CO}$ lines', 'CO lines', '{CO} lines'],
    ];
    for (const titles of alike) expect(new Set(titles.map(id)).size).toBe(1);
  });
  test('has the name it always had where the title is plain words', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 30 }), fc.constantFrom('-', ': ', ' — ', ', '), (text, between) => {
        const title = text.replaceAll('. ', between);
        expect(localIdentifier(title, ['Ada Lovelace'], 1843).value).toBe(
          formerName({ title, authors: ['Ada Lovelace'], published: '1843-01-01' }),
        );
      }),
    );
  });
  test('gets one that can be read back, whatever its title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (title) => {
        const found = localIdentifier(title);
        expect(parseIdentifier(formatIdentifier(found))).toEqual(found);
      }),
    );
  });
});

describe('the key of a title', () => {
  test('is blind to case, punctuation, accents, TeX and white space', () => {
    const key = titleKey('Poincaré Embeddings for $\\alpha$-Learning of Models');
    expect(key).toBe(titleKey('POINCARE   embeddings: for α-learning of models!'));
    expect(key).toBe(titleKey("{P}oincar\\'e Embeddings for $\\alpha$-Learning \\emph{of} Models"));
    expect(key).not.toBe(titleKey('Poincaré Embeddings for $\\beta$-Learning of Models'));
  });
  test('is null where the title is too short to tell papers apart', () => {
    expect(titleKey('Introduction')).toBeNull();
    expect(titleKey('')).toBeNull();
  });
  test('is null where many papers have the title', () => {
    for (const title of [
      'Introduction to the Special Issue on Engines',
      'An introduction to this volume and its chapters',
      'Comment on “The stability of analytical engines”',
      'Reply to the comment on “The stability of engines”',
      'Author Correction: The stability of engines',
      'Publisher’s Note: The stability of engines',
      'Book review: A history of analytical engines',
      'Proceedings of the Conference on Engines: Front Matter',
    ])
      expect(titleKey(title)).toBeNull();
    for (const title of [
      'Introduction to Analytical Engines and Their Use',
      'EditorBench: editors of text compared with one another',
      'Panel data models with interactive fixed effects',
      'News recommendation with attention to the reader',
    ])
      expect(titleKey(title)).not.toBeNull();
  });
  test('differs where signs do', () => {
    const key = (sign: string) => titleKey(`Search for $${sign}$ in matter and elsewhere`);
    expect(key('\\pi^+')).not.toBe(key('\\pi^-'));
    expect(key('\\pi^-')).toBe(titleKey('Search for π⁻ in Matter and elsewhere'));
  });
  test('is a whole number of at most 52 bits, well spread', () => {
    const seen = new Set<number>();
    for (let i = 0; i < 20_000; i++) {
      const key = titleKey(`A long enough title, number ${i}`)!;
      expect(Number.isSafeInteger(key) && key >= 0 && key < 2 ** 52).toBe(true);
      seen.add(key);
    }
    expect(seen.size).toBe(20_000);
  });
});
