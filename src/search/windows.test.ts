/** Lists of several blocks over several windows, against a plain reading of the texts, for days in every order. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../../bench/random.ts';
import { BLOCK } from './blocks.ts';
import { paper, snapshotOf, temporaryFolder } from './corpus.fixture.ts';
import { openIndex, openWriter, type SearchDocument, type SearchRequest } from './index.ts';
import { WINDOW } from './kernel/areas.ts';
import { planQuery } from './planner.ts';
import { parseQuery } from './query.ts';
import { type Read, read, referenceSearch } from './reference.fixture.ts';

const PAPERS = 3 * WINDOW + 200;
const CUT = 2 * WINDOW + 500;

/**
 * One paper in so many has each of these. What fewer than one in 32 have is not common (common.ts): its papers are looked
 * up block by block, and a block of postings may reach over a window and more.
 */
const WORDS: readonly (readonly [string, number])[] = [
  ['common', 2],
  ['usual', 7],
  ['often', 20],
  ['seldom', 75],
  ['uneven', 90],
  ['scarce', 100],
  ['odd', 110],
  ['lonely', 125],
];
/** Of each rare word and the one it often stands before, a window has few papers or none. */
const PAIRED = WORDS.slice(3).map(([word]) => word);
const RARE = ['one', 'two', 'three', 'four', 'five', 'six'].map((word) => `${word}fold`);
const RARE_IN = 180;
const nextTo = (i: number): string => PAIRED[i % PAIRED.length]!;
/** In one paper of so many, two words stand side by side, and in another with two words between. */
const ONE_IN = 200;

const word = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WORDS.map(([word]) => word)) },
  { weight: 2, arbitrary: fc.constantFrom(...RARE) },
);

const orders = {
  rising: (i: number) => i,
  falling: (i: number) => PAPERS - i,
  'all the same': () => 0,
  shuffled: (i: number) => (Math.imul(i + 1, 0x9e3779b1) >>> 0) % PAPERS,
} satisfies Record<string, (i: number) => number>;

function papersIn(dayOf: (i: number) => number): SearchDocument[] {
  const chance = random(3);
  return Array.from({ length: PAPERS }, (_, i) => {
    const said = WORDS.flatMap(([word, oneIn]) => (chance.below(oneIn) === 0 ? [word] : []));
    chance.shuffle(said);
    if (chance.below(ONE_IN) === 0) said.push(chance.pick(PAIRED), chance.pick(PAIRED));
    if (chance.below(ONE_IN) === 0) said.push(chance.pick(PAIRED), 'of', 'the', chance.pick(PAIRED));
    RARE.forEach((rare, r) => {
      if (chance.below(RARE_IN) === 0) said.push(rare, ...(chance.below(3) > 0 ? [nextTo(r)] : []));
    });
    return paper(i + 1, {
      title: said.slice(0, 2).join(' '),
      abstract: said.slice(2).join(' '),
      day: 20_000 + dayOf(i),
      categories: [['cs.CL', 'cs.LG', 'math.AG'][chance.below(3)]!],
    });
  });
}

interface Stored {
  folder: string;
  corpus: Read[];
}

/** The papers in segments, some of them replaced and some deleted; merged or not. */
function stored(papers: SearchDocument[], merge: boolean): Stored {
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  const deleted = papers.flatMap(({ key }) => (key % 41 === 0 ? [key] : []));
  writer.apply({ seq: 1, documents: papers.slice(0, CUT), deleted: [] });
  writer.apply({ seq: 2, documents: papers.slice(CUT - 300), deleted: [] });
  writer.apply({ seq: 3, documents: [], deleted });
  if (merge) writer.merge();
  writer.close();
  const gone = new Set(deleted);
  return { folder, corpus: papers.filter(({ key }) => !gone.has(key)).map(read) };
}

const asked = fc.record({
  parts: fc.array(
    fc.oneof(
      { weight: 3, arbitrary: word },
      {
        weight: 3,
        arbitrary: fc.array(word, { minLength: 2, maxLength: 2 }).map((words) => `"${words.join(' ')}"`),
      },
      fc.tuple(word, word).map(([a, b]) => `"${a} of the ${b}"`),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  excluded: fc.array(fc.constantFrom('lonely', 'usual seldom', 'often'), { maxLength: 1 }),
  sort: fc.constantFrom('relevance' as const, 'relevance' as const, 'date' as const),
  filters: fc.record(
    {
      fromDay: fc.integer({ min: 20_000, max: 20_000 + PAPERS }),
      categories: fc.constantFrom<string[]>(['cs'], ['cs.CL'], ['math', 'cs.LG']),
    },
    { requiredKeys: [] },
  ),
});

describe.each(Object.entries(orders))('days %s:', (_, dayOf) => {
  const papers = papersIn(dayOf);
  test.each([
    ['three segments', false],
    ['segments merged', true],
  ] as const)(
    '%s gives what a plain reading of all papers gives',
    (_, merge) => {
      const { folder, corpus } = stored(papers, merge);
      const index = openIndex(folder);
      const snapshot = snapshotOf(folder);
      expect(index.documents).toBe(corpus.length);
      expect(snapshot.frequency('seldom')).toBeGreaterThan(2 * BLOCK);
      const agrees = (text: string, excluded: string[], request: Omit<SearchRequest, 'text'>): void => {
        const all = { ...request, text, limit: 60, collapse: false };
        const expected = referenceSearch(corpus, planQuery(snapshot, parseQuery(text)), excluded, all);
        const found = index.search({ ...all, count: true });
        expect([text, found.total]).toEqual([text, expected.total]);
        const keys = expected.hits.slice(0, 60).map(({ key }) => key);
        expect(found.hits.map(({ key }) => key)).toEqual(keys);
        // Without a count, matches are only looked for among the best.
        expect(index.search(all).hits.map(({ key }) => key)).toEqual(keys);
      };
      RARE.forEach((rare, r) => {
        agrees(`"${rare} ${nextTo(r)}"`, [], {});
        agrees(`"${rare} ${nextTo(r + 1)}"`, [], {});
        agrees(`+${rare} +${nextTo(r)}`, [], {});
      });
      fc.assert(
        fc.property(asked, ({ parts, excluded, sort, filters }) =>
          agrees([...excluded.map((phrase) => `-"${phrase}"`), ...parts].join(' '), excluded, {
            sort,
            filters,
          }),
        ),
        { numRuns: 12, seed: 5 },
      );
      index.close();
    },
    120_000,
  );
});
