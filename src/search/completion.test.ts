/** What is offered while somebody types. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexOf, paper, titled } from './corpus.fixture.ts';

describe('completion', () => {
  const index = indexOf(
    [
      'Multi-token prediction',
      'Multi-token prediction in practice',
      'Multi-task learning',
      'The state of the art',
      'GPT-4 and others',
      '4D Gaussian splatting',
      'Gaussian splatting for high-fidelity scenes',
      'Gaussian splatting for high-quality scenes',
      'Token pruning',
    ].map((title, i) =>
      paper(i + 1, { title, authors: ['Ada Lovelace', i % 2 ? 'Alan Turing' : 'Grace Hopper'] }),
    ),
  );
  const offered = (text: string): string[] => index.complete(text, 8).map((each) => each.text);
  test.each<[string, string[]]>([
    ['mul', ['multi-token prediction']],
    ['multi-to', ['multi-token prediction']],
    ['state ', ['state of the art']],
    ['gaussian splatting for h', ['gaussian splatting for high-fidelity scenes']],
    ['ada lo', ['ada lovelace']],
    ['lovel', ['author:lovelace']],
  ])('of %j', (text, some) => {
    expect(offered(text)).toEqual(expect.arrayContaining(some));
  });
  test.each(['', '"multi', 'multi OR to', 'faster multi', 'how to', 'ada hop', 'alan lo'])(
    'of %j is none',
    (text) => {
      expect(offered(text)).toEqual([]);
    },
  );
  test('breaks off nowhere', () => {
    expect(offered('gaussian spl')).not.toContain('gaussian splatting for high');
    expect(offered('multi')).not.toContain('multi');
    // Nor does it begin in the middle of a compound.
    expect(offered('gpt-4')).toEqual(['gpt-4 and others']);
  });

  test('goes on from all that was typed, finds something, and as much as it says', () => {
    const words = [
      'multi',
      'multi-token',
      'token',
      'high-speed',
      'graph',
      'graphs',
      'of',
      'the',
      'for',
      'net',
      'GPT-4',
    ];
    const title = fc
      .array(fc.constantFrom(...words), { minLength: 1, maxLength: 6 })
      .map((all) => all.join(' '));
    fc.assert(
      fc.property(fc.array(title, { minLength: 3, maxLength: 20 }), fc.nat(12), (titles, cut) => {
        const some = titled(...titles, 'graph of multi-token nets');
        for (const each of titles) {
          const text = each.slice(0, cut);
          for (const { text: completed, papers } of some.complete(text, 6)) {
            expect(papers).toBeGreaterThan(0);
            expect(some.search({ text: completed, facets: true }).total).toBe(papers);
            const plain = (said: string): string => said.toLowerCase().replaceAll(/[- ]+/g, ' ').trim();
            expect(plain(completed).startsWith(plain(text))).toBe(true);
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('titles that begin so', () => {
  const index = indexOf(
    [
      paper(1, { title: 'Attention is all you need', day: 1 }),
      paper(2, { title: 'All you need is attention', day: 2 }),
    ],
    [paper(3, { title: 'Attention is not all you need', day: 3 })],
  );
  test.each<[string, number[]]>([
    ['attention is', [3, 1]],
    ['attention is a', [1]],
    ['attention is all you need', [1]],
    ['Attention is all you n', [1]],
    ['attention', []],
    ['need is', []],
    ['all you need is att', [2]],
    ['attention is "all', []],
  ])('%s', (text, keys) => {
    expect(index.titlesBeginning(text, 5)).toEqual(keys);
  });
});
