/** What a reader who types something gets. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexOf, keysOf, paper, titled } from './corpus.fixture.ts';

describe('spellings meet:', () => {
  const index = titled(
    'Multi-token prediction',
    'Multi token prediction',
    'Multitoken prediction',
    'Many multi things and another token',
    'Something else',
  );
  test.each(['multi-token', 'multi token', 'multitoken', 'Multi-Tokens'])('%s finds all three', (text) => {
    expect(keysOf(index, `${text} `).toSorted()).toEqual([1, 2, 3, 4]);
  });
  test('the compound ranks above scattered words', () => {
    expect(keysOf(index, 'multi-token ').at(-1)).toBe(4);
    expect(keysOf(index, 'multi-token ').slice(0, 2).toSorted()).toEqual([1, 3]);
  });
  test('a word nobody writes as one is found in two', () => {
    expect(keysOf(titled('A graph network', 'A graph'), 'graphnetwork ')).toEqual([1]);
  });
  test('a usual word in one does not fall apart', () => {
    const papers = titled('dataset', 'dataset two', 'dataset three', 'data-set', 'data, a set');
    expect(keysOf(papers, 'dataset ').toSorted()).toEqual([1, 2, 3, 4]);
  });
  test('a model and its number are one thing', () => {
    const models = titled('GPT-4 report', 'GPT 4 report', 'GPT4 report', 'GPT report with 4 pages');
    for (const text of ['GPT-4 ', 'gpt4 ']) expect(keysOf(models, text).toSorted()).toEqual([1, 2, 3]);
  });
  test('accents, case and TeX do not matter', () => {
    const names = titled("Poincar\\'e maps", 'POINCARÉ maps', '$\\alpha$-divergence');
    expect(keysOf(names, 'poincare ').toSorted()).toEqual([1, 2]);
    expect(keysOf(names, 'alpha divergence ')).toEqual([3]);
  });
});

describe('which words are needed:', () => {
  const index = titled('red green blue', 'red green', 'red', 'red green blue white black');
  test('all of up to three', () => {
    expect(keysOf(index, 'red green blue ').toSorted()).toEqual([1, 4]);
  });
  test('three of four', () => {
    expect(keysOf(index, 'red green blue white ')).toEqual([4, 1]);
  });
  test('any, where nothing has enough', () => {
    expect(keysOf(index, 'white yellow ')).toEqual([4]);
  });
  test('all that stand in quotes', () => {
    expect(keysOf(index, '"red blue" ').toSorted()).toEqual([1, 4]);
    expect(keysOf(index, '"red blue" white yellow pink ')).toEqual([4, 1]);
  });
  test('none that has a minus', () => {
    expect(keysOf(index, 'red -blue ').toSorted()).toEqual([2, 3]);
    expect(keysOf(index, '-blue').toSorted()).toEqual([2, 3]);
    expect(keysOf(index, 'red -"green blue" ').toSorted()).toEqual([2, 3]);
  });
  test('signs alone find nothing, white space everything', () => {
    expect(keysOf(index, '???')).toEqual([]);
    expect(keysOf(index, ' ').length).toBe(4);
  });
  test('common words alone still find', () => {
    expect(keysOf(titled('To be or not to be', 'Something'), 'to be or not to be ')).toEqual([1]);
  });
});

describe('the last word may be unfinished:', () => {
  const index = titled(
    'Transformers',
    'A transfer of optimization',
    'Transform',
    'Trans',
    'Graphene graphene',
    'On a graph',
  );
  test('it finds what begins so', () => {
    expect(keysOf(index, 'transf').toSorted()).toEqual([1, 2, 3]);
    expect(keysOf(index, 'optimizat')).toEqual([2]);
  });
  test('not when white space says it is done, nor below three letters', () => {
    expect(keysOf(index, 'transf ')).toEqual([]);
    expect(keysOf(index, 'tr')).toEqual([]);
  });
  test('whole words rank above it', () => {
    expect(keysOf(index, 'graph')).toEqual([6, 5]);
  });
});

describe('orders', () => {
  const index = indexOf([
    paper(1, { title: 'model', day: 10, upvotes: 5 }),
    paper(2, { title: 'model', day: 30, upvotes: 1 }),
    paper(3, { title: 'model', day: 30, upvotes: 1 }),
    paper(4, { title: 'models', day: null, upvotes: 9 }),
  ]);
  const order = (sort: 'relevance' | 'date' | 'votes', text = 'model ') =>
    index.search({ text, sort }).hits.map(({ key }) => key);
  test('by relevance, exact forms first, then newest, then key', () => {
    expect(order('relevance')).toEqual([3, 2, 1, 4]);
  });
  test('by date, by votes, and by date when nothing was asked', () => {
    expect(order('date')).toEqual([3, 2, 1, 4]);
    expect(order('votes')).toEqual([4, 1, 3, 2]);
    expect(order('relevance', '')).toEqual([3, 2, 1, 4]);
    expect(order('votes', '')).toEqual([4, 1, 3, 2]);
  });
});

test('facets count every hit', () => {
  const lab = { slug: 'lab', name: 'The Lab' };
  const index = indexOf(
    [paper(1, { title: 'x', day: 0, categories: ['cs.CL', 'cs.AI'], organizations: [lab], hasCode: true })],
    [paper(2, { title: 'x', day: -1, categories: ['cs.CL'] }), paper(3, { title: 'x', day: 19_782 })],
  );
  expect(index.search({ text: 'x', facets: true, limit: 1 }).facets).toEqual({
    categories: [
      { value: 'cs.CL', label: 'cs.CL', count: 2 },
      { value: 'cs.AI', label: 'cs.AI', count: 1 },
    ],
    organizations: [{ value: 'lab', label: 'The Lab', count: 1 }],
    years: ['2024', '1970', '1969'].map((value) => ({ value, label: value, count: 1 })),
    hasCode: 1,
  });
});

test('papers like one share its telling words, and it is not among them', () => {
  const index = titled(
    'Speculative decoding of language models',
    'Faster speculative decoding',
    'Language models of protein folding',
    'The speculative decoding of language',
    'Nothing in common',
  );
  const found = index.similar(1, 10).map(({ key }) => key);
  expect(found[0]).toBe(4);
  expect(found).toContain(2);
  expect(found).not.toContain(1);
  expect(found).not.toContain(5);
  expect(index.similar(99, 10)).toEqual([]);
});

describe('marks', () => {
  const index = titled('multi-token');
  test.each([
    [
      'multi-token',
      'A multi-token, Multi token and multitoken.',
      ['multi-token', 'Multi token', 'multitoken'],
    ],
    ['multi token', 'Multi-tokens', ['Multi-tokens']],
    ['multitoken', 'a multi-token one', ['multi-token']],
    ['models', 'A model of modelling', ['model', 'modelling']],
    ['alpha divergence', 'An $\\alpha$-divergence of $alpha$ alpha', ['divergence', 'alpha']],
    ['Poincare', "Poincar\\'e and Poincaré", ["Poincar\\'e", 'Poincaré']],
    ['the art of graphs', 'the graph of the art', ['graph', 'the art']],
    ['gpt-4', 'GPT-4, GPT 4, GPT', ['GPT-4', 'GPT 4']],
    ['transfo', 'Transformers', ['Transformers']],
    ['-model graph', 'model graph', ['graph']],
  ])('of %j in %j', (query, text, marked) => {
    expect(index.highlights(query, text).map(([from, to]) => text.slice(from, to))).toEqual(marked);
  });
});

describe('any text', () => {
  const index = titled('Multi-token prediction', 'GPT-4 and 机器学习', 'ça alors');
  test('is answered, and marks are in order and disjoint', () => {
    const unit = fc.constantFrom(...'ab-"$\\{} \t\u0000\ud800\udc00é机,.\'4~', 'multi', 'token', 'GPT');
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit, maxLength: 60 }));
    fc.assert(
      fc.property(any, any, (query, text) => {
        const { total, hits } = index.search({ text: query, explain: true, facets: true });
        expect(hits.length).toBe(total);
        let last = -1;
        for (const [from, to] of index.highlights(query, text)) {
          expect(from).toBeGreaterThan(last);
          expect(to).toBeGreaterThan(from);
          expect(to).toBeLessThanOrEqual(text.length);
          last = to;
        }
      }),
      { numRuns: 500 },
    );
  });

  test('however long is answered quickly', () => {
    for (const unit of ['a ', '-b ', '"', 'multi-token ', '机', '\ud800', '$\\x{', 'x'])
      for (const times of [10, 500_000]) {
        const begun = performance.now();
        index.search({ text: unit.repeat(times) });
        expect(performance.now() - begun).toBeLessThan(500);
      }
  });
});
