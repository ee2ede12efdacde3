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
  test.each(['multi-token', 'multi token', 'Multi-Tokens'])('%s finds all three', (text) => {
    expect(keysOf(index, text).toSorted()).toEqual([1, 2, 3, 4]);
  });
  test('multitoken finds the same, and no scattered words', () => {
    expect(keysOf(index, 'multitoken').toSorted()).toEqual([1, 2, 3]);
  });
  test('the compound ranks above scattered words', () => {
    expect(keysOf(index, 'multi-token ').at(-1)).toBe(4);
  });
  test('words of a query of any length are found in one', () => {
    const one = titled(
      'Scene text recognition with few labels',
      ...['re text scene labels', 'Scene re text labels few', 're-cognition'],
      ...Array.from({ length: 6 }, (_, i) => `Recognition of cats ${i}`),
    );
    for (const text of ['scene text re cognition', 'scene text re cognition with few labels and noise'])
      expect(one.search({ text }).hits[0]!.key, text).toBe(1);
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
  test('three of five', () => {
    expect(keysOf(index, 'red green blue white yellow')).toEqual([4, 1]);
  });
  test('what has only some of them comes below, and is told', () => {
    const { total, hits } = index.search({ text: 'white blue', count: true });
    expect(total).toBe(1);
    expect(hits.map(({ key, loose }) => [key, loose ?? false])).toEqual([
      [4, false],
      [1, true],
    ]);
  });
  test('those in quotes, side by side and in this order', () => {
    expect(keysOf(index, '"red green"').toSorted()).toEqual([1, 2, 4]);
    expect(keysOf(index, '"green red"')).toEqual([]);
    expect(keysOf(index, '"red blue"')).toEqual([]);
    const arts = titled('The state of the art', 'The state of an art', 'The art of a state');
    expect(keysOf(arts, '"state of the art"')).toEqual([1]);
  });
  test('function words in quotes like any others, and words that only end up like one', () => {
    const papers = titled(
      'To be or not to be',
      'Not to be taken',
      'Trade-offs of off-policy learning',
      'Underlying severity',
      'On-policy learning',
    );
    expect(keysOf(papers, '"to be or not to be"')).toEqual([1]);
    expect(keysOf(papers, '"not to be"').toSorted()).toEqual([1, 2]);
    expect(keysOf(papers, '"or not taken"')).toEqual([]);
    expect(keysOf(papers, '-"or not" year:..2100')).toEqual([]);
    expect(keysOf(papers, '-"or not"').toSorted()).toEqual([2, 3, 4, 5]);
    expect(keysOf(papers, '"trade-offs"')).toEqual([3]);
    expect(keysOf(papers, '"offs of off"')).toEqual([3]);
    expect(keysOf(papers, '"off-policy"')).toEqual([3]);
    expect(keysOf(papers, 'underlying')).toEqual([4]);
  });
  test('a spelling that counts as another counts once', () => {
    const papers = titled(
      'Neurosymbolic semantics',
      'Neuro-symbolic semantics',
      'Neuro-symbolic semantics, neuro-symbolic and neuro symbolic',
    );
    expect(keysOf(papers, 'neurosymbolic semantics')[0]).toBe(1);
  });
  test('those with a plus, also in a long query', () => {
    expect(keysOf(index, 'red green +white blue yellow pink')).toEqual([4]);
    expect(index.search({ text: '+yellow red' }).hits).toEqual([]);
  });
  test('one of those with OR between', () => {
    expect(keysOf(index, 'white OR "green blue"').toSorted()).toEqual([1, 4]);
    const nets = titled('multi-token', 'single-token', 'token');
    expect(keysOf(nets, 'multi-token OR single-token').toSorted()).toEqual([1, 2]);
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

describe('words may be unfinished:', () => {
  const index = titled(
    'Transformers',
    'A transfer of optimization',
    'Transform',
    'Trans',
    'Graphene graphene',
    'On a graph',
  );
  test('the last one, while it is being typed', () => {
    expect(keysOf(index, 'transf', true).toSorted()).toEqual([1, 2, 3]);
    expect(keysOf(index, 'optimizat', true)).toEqual([2]);
    expect(keysOf(index, 'graph ', true)).toEqual([6]);
  });
  test('any with a star, and one that nobody has', () => {
    expect(keysOf(index, 'transf*').toSorted()).toEqual([1, 2, 3]);
    expect(keysOf(index, 'transf').toSorted()).toEqual([1, 2, 3]);
    expect(keysOf(index, 'graph')).toEqual([6]);
  });
  test('whole words rank above it', () => {
    expect(keysOf(index, 'graph', true)).toEqual([6, 5]);
  });
});

describe('errors of typing', () => {
  const index = titled(
    'Transformer models',
    'Transformers',
    'Graph networks',
    'Graph nets',
    'Netwrok of errors',
  );
  test.each([
    ['transfromer', [1, 2]],
    ['tranformer', [1, 2]],
    ['trnasformer', [1, 2]],
    ['rgaph', [3, 4]],
    ['grahp', [3, 4]],
  ])('%s still finds', (text, keys) => {
    expect(keysOf(index, text).toSorted()).toEqual(keys);
  });
  test('are told, with what was meant', () => {
    const { read, didYouMean } = index.search({ text: 'a Transfromer model' });
    expect(read.unknown).toEqual(['transfromer']);
    expect(read.corrected).toEqual([{ word: 'transfromer', instead: 'transformer' }]);
    expect(didYouMean).toBe('a transformer model');
  });
  test('are not looked for in what is required', () => {
    expect(keysOf(index, '+transfromer')).toEqual([]);
    expect(keysOf(index, '"transfromer"')).toEqual([]);
  });
  test('never come before those who have the word as it stands', () => {
    expect(keysOf(index, 'netwrok')[0]).toBe(5);
  });
  test('are not looked for in numbers, names of models and short words', () => {
    const models = titled('GPT-4', 'v2', 'ab');
    for (const text of ['gpt5', 'v3', 'ac']) expect(index.search({ text }).hits, text).toEqual([]);
    expect(keysOf(models, 'gpt-5')).toEqual([]);
  });
});

describe('errors in names', () => {
  const index = indexOf([
    ...[
      'Mixtral',
      'DiffLocks: hair',
      'Perceiver models',
      'Neurosymbolic reasoning',
      'Diffusion transformers',
    ].map((title, i) => paper(i + 1, { title })),
    paper(6, { title: 'Qwen2.5 and GPT-4 and Llama-3' }),
    paper(7, { title: 'Intellect-3' }),
    paper(8, { title: 'DiFuse', abstract: 'transfer' }),
    ...Array.from({ length: 30 }, (_, i) => paper(11 + i, { title: `Learning diffusion transformers ${i}` })),
  ]);
  test.each([
    ['mixtrl', 1],
    ['iffLocks', 2],
    ['eprceiver', 3],
    ['xerceiver', 3],
    ['nuerosymbolc', 4],
    ['qwne2.5', 6],
    ['gtp-4', 6],
    ['lama 3', 6],
    ['lama-3', 6],
    ['intelect3', 7],
  ])('%s finds the one paper', (text, key) => {
    expect(keysOf(index, text)).toEqual([key]);
  });
  test('leave figures as they are', () => {
    for (const text of ['gtp-5', 'gpt-3', 'qwne2.6', 'lama-4'])
      expect(index.search({ text }), text).toMatchObject({ total: 0, read: { corrected: [] } });
  });
  test('in two words at once find papers with what was meant first', () => {
    const { hits, didYouMean } = index.search({ text: 'difusion transfomer' });
    expect(hits[0]!.key).not.toBe(8);
    expect(didYouMean).toBe('diffusion transformers');
    expect(index.highlights('difusion transfomer', 'DiFuse and Diffusion')).toEqual([[11, 20]]);
  });
});

describe('acronyms', () => {
  const index = indexOf([
    paper(1, {
      title: 'One',
      abstract: 'We study multi-token prediction (MTP) here.',
      categories: ['cs.CL'],
    }),
    paper(2, {
      title: 'Two',
      abstract: 'We find that multi-token prediction (MTP) helps.',
      categories: ['cs.LG'],
    }),
    paper(3, { title: 'MTP everywhere' }),
    paper(4, { title: 'Multi-token predictions' }),
    paper(5, { title: 'Something else' }),
  ]);
  test('are learned from the papers and meet what they stand for, both ways', () => {
    expect(keysOf(index, 'mtp').toSorted()).toEqual([1, 2, 3, 4]);
    expect(keysOf(index, 'multi-token prediction').toSorted()).toEqual([1, 2, 3, 4]);
  });
  test('mean what they mean in the field that is asked for', () => {
    const said = (key: number, what: string, category: string) =>
      paper(key, { title: `Paper ${key}`, abstract: `We use ${what} (GAN) here.`, categories: [category] });
    const fields = indexOf([
      ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((key) => said(key, 'generative adversarial networks', 'cs.LG')),
      ...[11, 12].map((key) => said(key, 'giant axonal neuropathy', 'q-bio.NC')),
    ]);
    const used = (text: string) =>
      fields
        .search({ text })
        .acronyms?.[0]?.expansions.filter((each) => each.used)
        .map((each) => each.text);
    expect(used('gan')).toEqual(['generative adversarial networks']);
    expect(used('gan category:q-bio')).toEqual(['giant axonal neuropathy']);
  });
  test('are told', () => {
    expect(index.search({ text: 'MTP' }).acronyms).toEqual([
      {
        acronym: 'mtp',
        expansions: [{ text: 'multi-token prediction', papers: 2, archives: ['cs'], used: true }],
      },
    ]);
  });
});

describe('acronyms do not run away', () => {
  const index = indexOf([
    ...[1, 2].map((key) =>
      paper(key, { title: `Paper ${key}`, abstract: 'We use stacked intelligent metasurfaces (SIM) here.' }),
    ),
    ...Array.from({ length: 60 }, (_, i) => paper(10 + i, { title: `A sim to real gap ${i}` })),
  ]);
  test('in compounds and where the word is a common one', () => {
    expect(index.search({ text: 'sim-to-real gap' }).acronyms).toBeUndefined();
    expect(index.search({ text: 'sim' }).acronyms).toBeUndefined();
  });
  test('but are read where they are typed as acronyms', () => {
    expect(index.search({ text: 'SIM' }).acronyms?.[0]?.acronym).toBe('sim');
    expect(index.search({ text: 'SIM-based links' }).acronyms?.[0]?.acronym).toBe('sim');
  });
});

test('near-duplicates are one hit', () => {
  const said = Array.from({ length: 60 }, (_, i) => `word${i} thing${i * 7}`).join(' ');
  const index = indexOf(
    [
      paper(1, { title: 'A paper', abstract: said, upvotes: 5 }),
      paper(2, { title: 'Unlike', abstract: 'paper' }),
    ],
    [paper(3, { title: 'A paper', abstract: `${said} and more` })],
  );
  const { hits } = index.search({ text: 'paper' });
  expect(hits.map(({ key, duplicates }) => [key, duplicates])).toEqual([
    [1, [3]],
    [2, undefined],
  ]);
  expect(index.search({ text: 'paper', collapse: false }).hits).toHaveLength(3);
});

describe('orders', () => {
  const index = indexOf([
    paper(1, { title: 'model', day: 10, upvotes: 1 }),
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
    expect(order('votes')).toEqual([4, 3, 2, 1]);
    expect(order('relevance', '')).toEqual([3, 2, 1, 4]);
    expect(order('votes', '')).toEqual([4, 3, 2, 1]);
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
    venues: [],
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
  const found = index
    .similar(1, { title: 'Speculative decoding of language models', abstract: '' }, 10)
    .map(({ key }) => key);
  expect(found[0]).toBe(4);
  expect(found).toContain(2);
  expect(found).not.toContain(1);
  expect(found).not.toContain(5);
});

test('of papers equally like one, those by its authors come first', () => {
  const authors = ['Ada Chai', 'Bo Wei', 'Cy Other'];
  const index = indexOf([
    paper(1, { title: 'Looms for wool', authors }),
    paper(2, { title: 'Looms for cotton', authors: ['Di Token'], day: 300 }),
    paper(3, { title: 'Looms for linen', authors: ['Cy Other'], day: 200 }),
    paper(4, { title: 'Looms for silk', authors: ['Bo Wei', 'Ada Chai'], day: 100 }),
    paper(5, { title: 'Nothing of the kind', authors }),
  ]);
  const found = index
    .similar(1, { title: 'Looms for wool', abstract: '', authors }, 10)
    .map(({ key }) => key);
  expect(found).toEqual([4, 3, 2]);
});

test('many terms in common are more than one that is said often', () => {
  const words = Array.from({ length: 40 }, (_, i) => `thread${'abcdefghij'[i % 10]}${'klmn'[i % 4]}`);
  const abstract = `${'loom '.repeat(9)}${words.join(' ')}`;
  const index = indexOf([
    paper(1, { title: 'One', abstract }),
    paper(2, { title: 'Two', abstract: 'loom '.repeat(9) }),
    paper(3, { title: 'Three', abstract: words.slice(10).join(' ') }),
  ]);
  expect(index.similar(1, { title: 'One', abstract }, 10)[0]!.key).toBe(3);
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
    ['the art of graphs', 'the graph of the art', ['graph', 'art']],
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
        expect(hits.length).toBeGreaterThanOrEqual(Math.min(total, 3));
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

  test('however long is answered', () => {
    for (const unit of [
      'a ',
      '-b ',
      '"',
      '"a" ',
      'multi-token ',
      '机',
      '\ud800',
      '$\\x{',
      'x',
      '(',
      'a OR ',
      '+c ',
    ])
      expect(index.search({ text: unit.repeat(300_000), facets: true }).exact).toBe(true);
  });
});

describe('a phrase in lists of many blocks', () => {
  const papers = (count: number, text: (i: number) => string) =>
    indexOf(Array.from({ length: count }, (_, i) => paper(i + 1, { abstract: text(i) })));
  const every = (count: number, step: number): number[] =>
    Array.from({ length: Math.ceil(count / step) }, (_, i) => 1 + i * step);
  const found = (index: ReturnType<typeof indexOf>, text: string): number[] =>
    index
      .search({ text, limit: 1_000, collapse: false, count: true })
      .hits.map(({ key }) => key)
      .toSorted((a, b) => a - b);

  test('may be of more words than the kernel takes', () => {
    const words = ['ba', 'ce', 'di', 'fo', 'gu'].flatMap((a) =>
      ['lan', 'mer', 'nok', 'pir'].map((b) => a + b),
    );
    const turned = (by: number): string => [...words.slice(by), ...words.slice(0, by)].join(' ');
    const index = papers(400, (i) => turned(i % 4));
    expect(found(index, `"${words.join(' ')}"`)).toEqual(every(400, 4));
    expect(found(index, `"${words.slice(4, 12).join(' ')}"`)).toHaveLength(400);
    expect(found(index, `"${words[19]} ${words[0]}"`)).toHaveLength(300);
  });

  test('may be of words that are not common', () => {
    const index = papers(9_000, (i) =>
      i >= 200 ? 'zebra' : i % 4 === 0 ? 'quark lepton' : 'lepton of quark',
    );
    expect(found(index, '"quark lepton"')).toEqual(every(200, 4));
    expect(found(index, '"lepton quark"')).toEqual([]);
    expect(found(index, '"lepton of quark"')).toHaveLength(150);
  });
});
