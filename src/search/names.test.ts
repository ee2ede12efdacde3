/** People, as queries name them. */
import { describe, expect, test } from 'vitest';
import { indexOf, keysOf, paper } from './corpus.fixture.ts';

describe('the name of a person', () => {
  const by = (key: number, ...authors: string[]) =>
    paper(key, { title: 'Looms', abstract: 'See Zhang/looms.', authors, day: 20_000 });
  const index = indexOf([
    paper(1, { title: 'Looms', authors: ['A. One', 'Wei Zhang'], day: 10_000 }),
    ...[2, 3, 4, 5].map((key) => by(key, 'Hongliang Wei', 'Xianqi Zhang')),
    paper(6, { title: 'Graphs', authors: ['Zhang Wei'], day: 10_000 }),
    paper(7, { title: 'Nets of a graph, neural', authors: ['Neural Graph'] }),
    ...[8, 9, 10, 11].map((key) => paper(key, { title: 'A neural graph', upvotes: 50 })),
  ]);
  test.each(['wei zhang', 'Zhang, Wei', 'wei  ZHANG ', '"wei zhang"', '“Zhang Wei”'])(
    'finds what they wrote, and is not put together from two people: %s',
    (text) => {
      expect(keysOf(index, text).toSorted()).toEqual([1, 6]);
      const all = index.search({ text }).hits.map(({ key }) => key);
      if (!/["“]/.test(text)) expect(all.slice(2).toSorted()).toEqual([2, 3, 4, 5]);
    },
  );
  test('is not all that is looked for where other names stand beside it', () => {
    const some = indexOf([
      paper(1, { title: 'Looms', authors: ['A. Zhang', 'B. Wei', 'C. Chai'] }),
      ...[2, 3, 4].map((key) => paper(key, { title: 'Looms', authors: ['Wei Zhang'] })),
    ]);
    expect(keysOf(some, 'Zhang Wei Chai')).toEqual([1]);
    expect(keysOf(some, 'Zhang Wei')).not.toContain(1);
  });
  test('stands before "et al." and a year, which say no more', () => {
    const some = indexOf([
      paper(1, { title: 'Looms for cloth', authors: ['A. Chai', 'B. Wei'], day: 20_000 }),
      ...[2, 3].map((key) =>
        paper(key, { title: 'Cloth', abstract: 'Al wrote in 2024 of looms for cloth.', authors: ['C. Wei'] }),
      ),
    ]);
    expect(keysOf(some, 'Chai et al. 2024 looms cloth')[0]).toBe(1);
    expect(keysOf(some, 'Chai et al.')).toEqual([1]);
  });
  test('is not seen in words that texts have more often than names', () => {
    expect(keysOf(index, 'neural graph ').at(-1)).toBe(7);
  });
});

describe('names of several people', () => {
  const index = indexOf([
    paper(1, { title: 'Looms', authors: ['Ada Chai', 'Bo Wei', 'Cy Zhang'], day: 100 }),
    paper(2, { title: 'Cloth', authors: ['Bo Wei', 'Cy Zhang', 'Ada Chai'], day: 200 }),
    paper(3, {
      title: 'Everything',
      authors: [...Array.from({ length: 40 }, (_, i) => `Person${i} Other`), 'A. Zhang', 'B. Wei', 'C. Chai'],
      day: 300,
    }),
    paper(4, { title: 'Reels', authors: ['D. Token', 'Di Zhang'], day: 400 }),
    paper(5, { title: 'Wool', authors: ['Wei Zhang', 'Ed Chai'], day: 500 }),
    paper(6, { title: 'Threads', authors: ['Eva García-Méndez', 'Fay Arriba'], day: 600 }),
    paper(7, { title: 'Needles', authors: ['García Token', 'Mendez Other', 'Guy Arriba'], day: 700 }),
    ...[10, 11, 12].map((key) => paper(key, { title: 'Nets', authors: [`P${key} Zhang`, `Q${key} Zhang`] })),
  ]);
  const first = (text: string): number => index.search({ text }).hits[0]!.key;
  test.each([
    ['Chai Wei Zhang', 1],
    ['A. Chai, B. Wei, and C. Zhang', 1],
    ['wei zhang chai', 2],
    ['García-Méndez Arriba', 6],
  ])('%s', (text, key) => {
    expect(first(text)).toBe(key);
  });
  test('need an author each', () => {
    const hits = index.search({ text: 'Zhang Zhang', explain: true }).hits;
    const byTwo = hits.filter(({ shares }) => shares!.some(({ term }) => term === 'zhang zhang'));
    expect(byTwo.map(({ key }) => key).toSorted((a, b) => a - b)).toEqual([10, 11, 12]);
  });
  test('may stand beside other words', () => {
    expect(first('looms chai zhang')).toBe(1);
    expect(first('Méndez Arriba threads')).toBe(6);
  });
  test('that are one person’s are that person', () => {
    expect(keysOf(index, 'Wei Zhang')).toEqual([5]);
  });
});

describe('author:', () => {
  const NAMES = [
    'Yoshua Bengio',
    'Samy Bengio',
    'Wei Zhang',
    'Zhang-Wei Hong',
    'Wei Emma Zhang',
    'Geoffrey E. Hinton',
    'Luc Van Gool',
    'Jürgen Müller',
    'Juergen Mueller',
    'Søren Kierkegård',
    'José García Márquez',
    'Jean-Pierre Token',
    'Michal Nowak',
    'Michael Nowak',
    '山田太郎',
    'Bernhard Großmann',
    'Y. Bengio',
    "Conor O'Brien",
  ];
  const many = Array.from({ length: 500 }, (_, i) => `Many${i} Person${i}`);
  const index = indexOf(
    NAMES.slice(0, 9).map((name, i) =>
      paper(i, { title: 'Looms', authors: ['Emma Wei', name, 'Yan Zhang'] }),
    ),
    NAMES.slice(9).map((name, i) => paper(i + 9, { title: 'Looms', authors: [name] })),
    [
      paper(100, { title: 'All', authors: many }),
      paper(101, { title: 'Two', authors: ['Wei Zhang', 'Yoshua Bengio'] }),
    ],
  );
  const found = (text: string): (string | number)[] =>
    keysOf(index, text)
      .toSorted((a, b) => a - b)
      .map((key) => NAMES[key] ?? key);
  test.each<[string, (string | number)[]]>([
    ['"Yoshua Bengio"', ['Yoshua Bengio', 101]],
    ['"Bengio, Yoshua"', ['Yoshua Bengio', 101]],
    ['"Bengio Yoshua"', ['Yoshua Bengio', 101]],
    ['"Y. Bengio"', ['Yoshua Bengio', 'Y. Bengio', 101]],
    ['"Bengio Y"', ['Yoshua Bengio', 'Y. Bengio', 101]],
    ['"bengio, y."', ['Yoshua Bengio', 'Y. Bengio', 101]],
    ['bengio_y', ['Yoshua Bengio', 'Y. Bengio', 101]],
    ['Bengio', ['Yoshua Bengio', 'Samy Bengio', 'Y. Bengio', 101]],
    ['"Wei Zhang"', ['Wei Zhang', 101]],
    ['"zhang, wei"', ['Wei Zhang', 101]],
    ['"Zhang W"', ['Wei Zhang', 'Wei Emma Zhang', 101]],
    ['"W. E. Zhang"', ['Wei Emma Zhang']],
    ['"Zhang WE"', ['Wei Emma Zhang']],
    ['"Wei Emma Zhang"', ['Wei Emma Zhang']],
    ['"Geoffrey Hinton"', ['Geoffrey E. Hinton']],
    ['"G. Hinton"', ['Geoffrey E. Hinton']],
    ['"Hinton GE"', ['Geoffrey E. Hinton']],
    ['"E. Hinton"', ['Geoffrey E. Hinton']],
    ['"Van Gool"', ['Luc Van Gool']],
    ['"Garcia Marquez"', ['José García Márquez']],
    ['"Jean-Pierre"', ['Jean-Pierre Token']],
    ['"J.-P. Token"', ['Jean-Pierre Token']],
    ['"Jürgen Müller"', ['Jürgen Müller', 'Juergen Mueller']],
    ['"Juergen Mueller"', ['Jürgen Müller', 'Juergen Mueller']],
    ['Muller', ['Jürgen Müller', 'Juergen Mueller']],
    ['"Soeren Kierkegaard"', ['Søren Kierkegård']],
    ['"Soren Kierkegard"', ['Søren Kierkegård']],
    ['"Michael Nowak"', ['Michael Nowak']],
    ['Großmann', ['Bernhard Großmann']],
    ['Grossmann', ['Bernhard Großmann']],
    ['山田太郎', ['山田太郎']],
    ["O'Brien", ["Conor O'Brien"]],
    ['"OBrien, C."', ["Conor O'Brien"]],
    ['"Many499 Person499"', [100]],
    ['"Many1 Person2"', []],
    ['"Nobody Bengio"', []],
    ['"."', []],
  ])('%s', (name, expected) => {
    expect(found(`author:${name}`)).toEqual(expected);
  });
  test('two of them are two people', () => {
    expect(found('author:"Wei Zhang" author:"Y. Bengio"')).toEqual([101]);
    expect(found('author:"Wei Zhang" author:"Samy Bengio"')).toEqual([]);
  });
  test('is the same however papers are spread over segments', () => {
    const one = indexOf(NAMES.map((name, i) => paper(i, { title: 'Looms', authors: [name] })));
    expect(keysOf(one, 'author:"Van Gool"')).toEqual([6]);
    expect(keysOf(one, 'author:"Wei Zhang"')).toEqual([2]);
  });
});

describe('a name among other words', () => {
  const day = (year: number): number => Date.UTC(year, 5, 1) / 86_400_000;
  const index = indexOf([
    paper(1, { title: 'Attention in looms', authors: ['Ashish Vaswani', 'Noam Shazeer'], day: day(2017) }),
    paper(2, { title: 'Weaving', authors: ['Ashish Vaswani'], day: day(2021) }),
    paper(3, { title: 'Attention in 2017', authors: ['Ada Shazeer', 'Noam Vaswani'], day: day(2021) }),
    paper(4, { title: 'Attention', abstract: 'Of 2017.', day: day(2017) }),
  ]);
  test.each<[string, number[]]>([
    ['ashish vaswani 2017', [1]],
    ['vaswani 2021', [2, 3]],
    ['2021 Ashish Vaswani', [2]],
    ['noam shazeer attention', [1]],
    ['attention vaswani, n.', [3]],
    ['attention 2017', [3, 4]],
  ])('%s', (text, keys) => {
    expect(keysOf(index, text).toSorted()).toEqual(keys);
  });
});
