/** What the signs, fields and operators of a query do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexOf, keysOf, paper, titled } from './corpus.fixture.ts';

describe('the query language', () => {
  const lab = { slug: 'lab', name: 'The Great Lab' };
  const index = indexOf([
    paper(1, {
      title: 'graph',
      authors: ['Ada Lovelace', 'Alan Turing'],
      day: 19_800,
      edition: 20_616,
      categories: ['cs.CL'],
    }),
    paper(2, {
      title: 'graph',
      authors: ['Ada Turing'],
      day: 20_200,
      edition: 20_620,
      organizations: [lab],
      hasCode: true,
    }),
    paper(3, { title: 'In no edition', day: 20_616 }),
  ]);
  test.each([
    ['graph author:turing', [1, 2]],
    ['graph author:"Ada Turing"', [2]],
    ['graph org:lab', [2]],
    ['graph org:"great lab"', [2]],
    ['graph category:cs', [1]],
    ['graph year:2024', [1]],
    ['graph year:2024..2025', [1, 2]],
    ['graph year:2025..', [2]],
    ['graph edition:2026-06-12', [1]],
    ['graph edition:2026-W24', [1]],
    ['graph edition:2026-w25', [2]],
    ['edition:2026-06', [1, 2]],
    ['edition:2026-W24..2026-07', [1, 2]],
    ['edition:2026-06-13..', [2]],
    ['edition:..2026-06-12', [1]],
    ['graph edition:2026-05', []],
    ['graph has:code', [2]],
    ['graph -has:code', [1]],
    ['author:lovelace', [1]],
  ])('%s', (text, keys) => {
    expect(keysOf(index, text).toSorted()).toEqual(keys);
  });
  test('tells what it read, and what it could not', () => {
    const { read } = index.search({ text: 'graph sort:votes year:2025 year:soon has:wings votes:many' });
    expect(read.sort).toBe('votes');
    expect(read.filters).toEqual({ fromDay: 20_089, toDay: 20_453 });
    expect(read.problems).toHaveLength(3);
  });
  test.each([
    '2026-13',
    '2026-02-30',
    '2026-W54',
    '2025-W53',
    '2026',
    'today',
    '..',
    '2026-06..x',
    '2026-07..2026-06',
  ])('no edition is %s', (value) => {
    const { read } = index.search({ text: `graph edition:${value}` });
    expect([read.filters, read.problems]).toEqual([{}, [expect.stringContaining(`edition:${value}`)]]);
  });
  test('an edition in the text and one beside it must both be met', () => {
    const found = index.search({ text: 'edition:2026-06', filters: { fromEdition: 20_617 } });
    expect(found.hits.map(({ key }) => key)).toEqual([2]);
  });
  test('what is no field is text', () => {
    expect(keysOf(titled('http example', 'other'), 'http://example')).toEqual([1]);
  });
});

describe('prose is read as prose:', () => {
  const index = titled(
    'Catalysts of water and hydrogen',
    'Graphs of hydrogen',
    'Learning to see',
    'What a catalyst is',
    'Zebrafish',
  );
  const asked =
    'In this work we ask what a "good catalyst" of water is, and whether it -graphs of hydrogen aside- could be learned OR not';
  test('quotation marks and dashes in it are punctuation', () => {
    const { hits } = index.search({ text: asked });
    expect(hits.map(({ key }) => key).toSorted()).toEqual([1, 2, 3, 4]);
    expect(hits[0]!.key).toBe(1);
    // A few words are not prose.
    expect(keysOf(index, 'hydrogen -graphs')).toEqual([1]);
    expect(keysOf(index, '"good catalyst"')).toEqual([]);
  });
  test('what it says more often counts more', () => {
    const two = titled('apple', 'melon');
    const first = (text: string): number => two.search({ text }).hits[0]!.key;
    const rest = 'one thing or the other, what is it that they mean by this and by that';
    expect(first(`apple, apple or melon: ${rest}`)).toBe(1);
    expect(first(`melon, melon or apple: ${rest}`)).toBe(2);
  });
  test('names and misprints do not crowd out what it is about', () => {
    const unknown = Array.from({ length: 40 }, (_, i) => `nobody${'x'.repeat(i)}`).join(' of the ');
    expect(index.search({ text: `${unknown} and of zebrafish` }).hits[0]?.key).toBe(5);
  });
});

describe('fields', () => {
  const day = (text: string): number => Date.parse(text) / 86_400_000;
  const index = indexOf([
    paper(1, {
      title: 'River stones',
      abstract: 'Clouds over a sparse forest.',
      authors: ['Ada Lovelace', 'Alan Turing'],
      categories: ['cs.CL', 'cs.LG'],
      day: day('2023-06-15'),
      upvotes: 5,
      hasCode: true,
    }),
    paper(2, {
      title: 'Sparse forest',
      summary: 'Short.',
      abstract: 'Stones of a river, and a forest that is sparse.',
      authors: ['Alan Turing'],
      categories: ['cs.LG'],
      day: day('2024-02-29'),
      upvotes: 20,
      edition: day('2024-03-01'),
    }),
    paper(3, { title: 'Forest clouds', authors: ['Grace Hopper'], day: day('2025-01-01'), upvotes: 21 }),
    paper(4, { title: 'Nothing known' }),
  ]);
  test.each<[string, number[]]>([
    ['title:river', [1]],
    ['ti:rivers', [1]],
    ['intitle:forest', [2, 3]],
    ['abs:forest', [1, 2]],
    ['abstract:"sparse forest"', [1]],
    ['title:"sparse forest"', [2]],
    ['title:"forest sparse"', []],
    ['title:(sparse forest)', [2]],
    ['title:(river OR clouds)', [1, 3]],
    ['allintitle: forest clouds', [3]],
    ['title:for*', [2, 3]],
    ['-title:forest', [1, 4]],
    ['forest -abs:river', [1, 3]],
    ['all:forest', [1, 2, 3]],
    ['au:turing_a', [1, 2]],
    ['author: Turing', [1, 2]],
    ['author:(lovelace OR hopper)', [1, 3]],
    ['author:turing author:lovelace', [1]],
    ['-author:turing', [3, 4]],
    ['cat:cs.CL', [1]],
    ['cat:cs.*', [1, 2]],
    ['cat:cs.CL AND cat:cs.LG', [1]],
    ['cat:cs.CL,cs.LG', [1, 2]],
    ['-cat:cs.CL', [2, 3, 4]],
    ['date:2024', [2]],
    ['date:2024-02', [2]],
    ['date:2024-02-29', [2]],
    ['date:2024/02/29', [2]],
    ['date:20240229', [2]],
    ['date:2023-06..2024-02', [1, 2]],
    ['date:>2024-02-28', [2, 3]],
    ['date:>2024', [3]],
    ['date:>=2024', [2, 3]],
    ['date:<2024', [1]],
    ['submittedDate:[202301010000 TO 202312312359]', [1]],
    ['submittedDate:[202301010000 TO *]', [1, 2, 3]],
    ['date:{2023-06-15 TO 2025-01-01}', [2]],
    ['from:2024 to:2024-12-31', [2]],
    ['since:2024-02-29', [2, 3]],
    ['before:2024-02-29', [1]],
    ['year:2023-2024', [1, 2]],
    ['year:>2023', [2, 3]],
    ['-year:2024', [1, 3, 4]],
    ['votes:>20', [3]],
    ['votes:>=20', [2, 3]],
    ['votes:<20', [1, 4]],
    ['votes:5..20', [1, 2]],
    ['votes:[5 TO 20]', [1, 2]],
    ['votes:20', [2]],
    ['has:abstract', [1, 2]],
    ['-has:abstract', [3, 4]],
    ['has:summary', [2]],
    ['has:date', [1, 2, 3]],
    ['has:edition', [2]],
    ['has:authors', [1, 2, 3]],
    ['has:categories', [1, 2]],
    ['has:votes -has:code', [2, 3]],
    ['has:code OR votes:>20', [1, 3]],
    ['NOT (cat:cs.LG OR author:hopper)', [4]],
    ['ti:"sparse forest" AND au:turing', [2]],
    ['(ti:clouds OR abs:clouds) ANDNOT au:hopper', [1]],
    ['river | clouds', [1, 2, 3]],
    ['(river stones) | "forest clouds"', [1, 2, 3]],
    ['+forest -(clouds | river)', []],
    ['forest -(clouds river)', [2, 3]],
    ['"clouds forest"~3', [1, 3]],
    ['"clouds forest"~1', []],
    ['"forest clouds"~0', [3]],
    ['sparse AND forest AND NOT river', []],
    ['fores*', [1, 2, 3]],
  ])('%s', (text, keys) => {
    const { read } = index.search({ text });
    expect(read.problems).toEqual([]);
    expect(keysOf(index, text).toSorted()).toEqual(keys);
  });
  test('the same in a form and in the text must both be met', () => {
    const found = index.search({ text: 'author:turing', filters: { author: 'lovelace' } });
    expect(found.hits.map(({ key }) => key)).toEqual([1]);
  });
  test('what the filters say, and what else is a condition', () => {
    const { read } = index.search({
      text: 'forest votes:>3 -has:code author:turing (cat:cs.CL OR date:2024-02)',
    });
    expect(read.filters).toEqual({ fromVotes: 4, hasCode: false, author: 'turing' });
    expect(read.condition).toBe('category:cs.CL OR date:2024-02-01..2024-02-29');
  });
  test.each<[string, string]>([
    ['date:soon', 'date:soon is not known'],
    ['votes:many', 'votes:many is not known'],
    ['votes:9..3', 'votes:9..3 ends before it begins'],
    ['has:wings', 'has:wings is not known'],
    ['from:tomorrow', 'from:tomorrow is not known'],
    ['co:"12 pages"', 'co: is not known'],
    ['source:Nature', 'source: is not known'],
    ['fish~2', 'a tilde'],
    [`${'('.repeat(40)}a${')'.repeat(40)} OR b`, 'parentheses'],
    [Array.from({ length: 200 }, (_, i) => `(a${i} b)`).join(' OR '), 'at most 128'],
  ])('what is not understood is said: %s', (text, says) => {
    expect(index.search({ text }).read.problems.join()).toContain(says);
  });
  test.each([
    'SO(3) and f(x)',
    'Rivers (and stones)',
    'DATE: a new way',
    'TO BE OR NOT TO BE',
    'a: b',
    '(((',
    ')))',
  ])('titles are no conditions: %s', (text) => {
    const { read } = index.search({ text });
    expect(read).toMatchObject({ problems: [], condition: null, filters: {} });
  });
  test('nothing between quotation marks asks for nothing, which is not all', () => {
    expect(keysOf(index, '""')).toEqual([]);
    expect(keysOf(index, 'forest AND ""').toSorted()).toEqual([1, 2, 3]);
  });
  test('prose obeys fields at its ends alone', () => {
    const prose =
      'we ask (see title:river OR "abs") what it is that a forest has, and why -clouds are of it author:nobody or not';
    expect(index.search({ text: prose }).read).toMatchObject({ problems: [], condition: null, filters: {} });
    expect(index.search({ text: `${prose} year:2024` }).hits.map(({ key }) => key)).toEqual([2]);
    expect(index.search({ text: `has:code ${prose}` }).hits.map(({ key }) => key)).toEqual([1]);
  });
  test('a query as long as prose stays a query', () => {
    const text =
      '("of the forest" OR forest OR woods) AND (clouds OR skies OR a) AND NOT (river OR stream OR the OR of OR brook)';
    expect(index.search({ text }).read.condition).toBe(null);
    expect(
      keysOf(index, 'forest AND (clouds OR (sparse AND river)) AND NOT (hopper AND code)').length,
    ).toBeGreaterThan(0);
  });
});

describe('any nesting of AND, OR and NOT', () => {
  const WORDS = ['river', 'stone', 'cloud', 'forest', 'copper', 'violin'];
  type Tree =
    | { is: 'leaf'; text: string; has: (paper: Facts) => boolean }
    | { is: 'not'; of: Tree }
    | { is: 'and' | 'or'; of: Tree[] };
  interface Facts {
    title: string[];
    abstract: string[];
    authors: string[];
    categories: string[];
    upvotes: number;
    hasCode: boolean;
  }
  const isIn = (words: readonly string[], phrase: readonly string[]): boolean =>
    words.some((_, at) => phrase.every((word, i) => words[at + i] === word));
  const leaf = (text: string, has: (paper: Facts) => boolean): Tree => ({ is: 'leaf', text, has });
  const word = fc.constantFrom(...WORDS);
  const leaves: fc.Arbitrary<Tree> = fc.oneof(
    {
      weight: 4,
      arbitrary: word.map((w) => leaf(w, ({ title, abstract }) => [...title, ...abstract].includes(w))),
    },
    word.map((w) => leaf(`title:${w}`, ({ title }) => title.includes(w))),
    word.map((w) => leaf(`abs:${w}`, ({ abstract }) => abstract.includes(w))),
    fc
      .tuple(word, word)
      .map((two) =>
        leaf(`"${two.join(' ')}"`, ({ title, abstract }) => isIn(title, two) || isIn(abstract, two)),
      ),
    fc.tuple(word, word).map((two) => leaf(`ti:"${two.join(' ')}"`, ({ title }) => isIn(title, two))),
    fc
      .constantFrom('Ada Lovelace', 'Alan Turing')
      .map((name) => leaf(`au:"${name}"`, (p) => p.authors.includes(name))),
    fc.constantFrom('cs.CL', 'cs.LG').map((code) => leaf(`cat:${code}`, (p) => p.categories.includes(code))),
    fc.nat(3).map((n) => leaf(`votes:>${n}`, ({ upvotes }) => upvotes > n)),
    fc.constant(leaf('has:code', ({ hasCode }) => hasCode)),
  );
  const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaves,
      tie('tree').map((of): Tree => ({ is: 'not', of })),
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('tree'), { minLength: 2, maxLength: 3 }),
        )
        .map(([is, of]): Tree => ({ is, of })),
    ),
  })).tree;
  const strength = { or: 0, and: 1, not: 2, leaf: 3 };
  /** With no more parentheses than it takes. */
  const write = (one: Tree, around = 0): string => {
    const own = strength[one.is];
    const said =
      one.is === 'leaf'
        ? one.text
        : one.is === 'not'
          ? `NOT ${write(one.of, 2)}`
          : one.of.map((each) => write(each, own)).join(one.is === 'and' ? ' AND ' : ' OR ');
    return own < around ? `(${said})` : said;
  };
  const holds = (one: Tree, facts: Facts): boolean => {
    if (one.is === 'leaf') return one.has(facts);
    if (one.is === 'not') return !holds(one.of, facts);
    return one.is === 'and'
      ? one.of.every((each) => holds(each, facts))
      : one.of.some((each) => holds(each, facts));
  };
  const facts: fc.Arbitrary<Facts> = fc.record({
    title: fc.array(word, { maxLength: 3 }),
    abstract: fc.array(word, { maxLength: 4 }),
    authors: fc.subarray(['Ada Lovelace', 'Alan Turing', 'Ada Turing', 'Alan Lovelace']),
    categories: fc.subarray(['cs.CL', 'cs.LG']),
    upvotes: fc.nat(4),
    hasCode: fc.boolean(),
  });
  // Each word and name is there, so that none is taken for a misprint.
  const known: Facts = {
    title: [],
    abstract: WORDS.toReversed(),
    authors: ['Ada Lovelace', 'Alan Turing'],
    categories: [],
    upvotes: 0,
    hasCode: false,
  };

  test('finds what a look at each paper finds', () => {
    fc.assert(
      fc.property(
        fc.array(facts, { minLength: 3, maxLength: 14 }),
        fc.array(tree, { minLength: 1, maxLength: 5 }),
        fc.nat(6),
        (some, trees, cut) => {
          const all = [known, ...some];
          const papers = all.map(({ title, abstract, ...rest }, i) =>
            paper(i, {
              ...rest,
              title: title.join(' '),
              abstract: abstract.join(' '),
              day: 20_000 + (i % 3),
            }),
          );
          const index = indexOf(papers.slice(0, cut), papers.slice(cut));
          for (const one of trees) {
            const text = write(one);
            const expected = all.flatMap((each, i) => (holds(one, each) ? [i] : []));
            expect(
              keysOf(index, text).toSorted((a, b) => a - b),
              text,
            ).toEqual(expected);
            expect(index.search({ text, facets: true }).total, text).toBe(expected.length);
            const byDate = index.search({ text, sort: 'votes', limit: 100 }).hits.map(({ key }) => key);
            expect(
              byDate.toSorted((a, b) => a - b),
              text,
            ).toEqual(expected);
          }
        },
      ),
      { numRuns: 250 },
    );
  }, 120_000);
});

describe('corrections in a query with signs, fields and conditions', () => {
  const index = indexOf([
    paper(1, { title: 'Diffusion of heat', authors: ['Ada Lovelace'], categories: ['cs.CL'] }),
    paper(2, { title: 'Diffusion in graphs', authors: ['Alan Turing'], categories: ['cs.LG'] }),
    paper(3, { title: 'Graphs of heat', authors: ['Ada Lovelace'], categories: ['cs.LG'] }),
    paper(4, { title: 'Sim-to-real transfer', categories: ['cs.RO'] }),
    paper(5, { title: 'Real graphs of a sim', categories: ['cs.RO'] }),
  ]);
  const said = (text: string) => {
    const { didYouMean, read } = index.search({ text });
    return { didYouMean, words: read.corrected.map(({ word }) => word), unknown: read.unknown };
  };
  test.each<[string, number[], string | undefined]>([
    ['diffusoin AND heat', [1], 'diffusion AND heat'],
    ['diffusoin OR cat:cs.RO', [1, 2, 4, 5], 'diffusion OR cat:cs.RO'],
    [
      '(diffusoin AND author:lovelace) OR cat:cs.RO',
      [1, 4, 5],
      '(diffusion AND author:lovelace) OR cat:cs.RO',
    ],
    ['heat NOT (diffusoin AND graphs)', [1, 3], undefined],
    ['+diffusoin heat', [], undefined],
    ['"diffusoin" OR heat', [1, 3], undefined],
    ['(+diffusoin AND heat) OR cat:cs.RO', [4, 5], undefined],
    ['title:diffusoin', [], undefined],
    ['title:diffusoin OR diffusoin', [1, 2], 'title:diffusoin OR diffusion'],
    ['author:diffusoin OR diffusoin', [1, 2], 'author:diffusoin OR diffusion'],
    ['diffusoin -diffusoin', [1, 2], 'diffusion -diffusoin'],
  ])('%s', (text, keys, meant) => {
    expect(keysOf(index, text).toSorted()).toEqual(keys);
    expect(said(text)).toMatchObject({ didYouMean: meant, words: meant ? ['diffusoin'] : [] });
  });
  test('what is left alone and found nowhere is said', () => {
    expect(said('title:diffusoin').unknown).toEqual(['“title:diffusoin”']);
    expect(said('+diffusoin heat').unknown).toEqual(['diffusoin']);
  });
  test('words that a function word joins do not stand side by side in a condition either', () => {
    expect(keysOf(index, '(sim-to-real AND transfer) OR author:turing').toSorted()).toEqual([2, 4]);
    expect(keysOf(index, '(sim to real graphs) OR author:turing').toSorted()).toEqual([2, 5]);
  });
});
