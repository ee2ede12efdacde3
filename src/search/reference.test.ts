/** The index against a plain reading of the same rules, over random papers, queries and histories. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paper, temporaryFolder } from './corpus.fixture.ts';
import { openIndex, openWriter, type SearchDocument, type SearchRequest } from './index.ts';
import { referenceSearch } from './reference.fixture.ts';

const WORDS = (
  'multi token multi-token multitoken predict prediction predictions model models graph graphs neural ' +
  'network networks net work GPT-4 GPT 4 the of in data dataset data-set on-line online 机器学习 学习 $\\alpha$-net'
).split(' ');
const NAMES = ['Ada Lovelace', 'Alan Turing', 'Ada Turing', 'Grace Hopper', 'Jean-Pierre Token'];

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...WORDS), { maxLength }).map((words) => words.join(' '));

const document: fc.Arbitrary<SearchDocument> = fc
  .record({
    key: fc.integer({ min: 1, max: 12 }),
    title: text(5),
    summary: text(4),
    abstract: text(14),
    authors: fc.subarray(NAMES),
    keywords: fc.array(text(2), { maxLength: 2 }),
    organizations: fc.subarray([
      { slug: 'lab', name: 'Graph Lab' },
      { slug: 'inst', name: 'Data Institute' },
    ]),
    categories: fc.subarray(['cs.CL', 'cs.LG', 'math.AG', 'csx']),
    day: fc.option(fc.integer({ min: 20_000, max: 20_003 })),
    upvotes: fc.integer({ min: 0, max: 3 }),
    hasCode: fc.boolean(),
  })
  .map((rest) => paper(rest.key, rest));

const history = fc.array(
  fc.record({
    documents: fc.array(document, { maxLength: 8 }),
    deleted: fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 2 }),
    merge: fc.boolean(),
  }),
  { minLength: 1, maxLength: 8 },
);

const queryPart = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.constantFrom(...WORDS).map((word) => `-${word}`),
  text(2).map((words) => `"${words}"`),
  fc.constantFrom('gra', 'mod', 'predicti', 'net', 'ada', 'unknownword', 'modelgraph'),
);
const request: fc.Arbitrary<SearchRequest> = fc.record(
  {
    text: fc
      .tuple(fc.array(queryPart, { maxLength: 6 }), fc.constantFrom('', ' '))
      .map(([parts, end]) => parts.join(' ') + end),
    sort: fc.constantFrom('relevance' as const, 'date' as const, 'votes' as const),
    filters: fc.record(
      {
        fromDay: fc.integer({ min: 20_000, max: 20_003 }),
        toDay: fc.integer({ min: 20_000, max: 20_003 }),
        categories: fc.subarray(['cs', 'cs.CL', 'math']),
        organization: fc.constantFrom('lab', 'inst', 'none'),
        author: fc.constantFrom('Turing', 'ada turing', 'jean pierre', '?', ''),
        hasCode: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['text'] },
);

/** Writes a history and gives what is alive at its end. */
function play(folder: string, batches: { documents: SearchDocument[]; deleted: number[]; merge: boolean }[]) {
  const writer = openWriter(folder);
  const alive = new Map<number, SearchDocument>();
  batches.forEach(({ documents, deleted, merge }, i) => {
    writer.apply({ seq: i + 1, documents, deleted });
    for (const key of deleted) alive.delete(key);
    for (const each of documents) alive.set(each.key, each);
    if (merge) writer.merge();
  });
  writer.close();
  return [...alive.values()];
}

describe('the index', () => {
  test('finds, orders and scores as the plain reference does, after any history', () => {
    fc.assert(
      fc.property(history, fc.array(request, { minLength: 1, maxLength: 4 }), (batches, requests) => {
        const folder = temporaryFolder();
        const alive = play(folder, batches);
        const index = openIndex(folder);
        expect(index.documents).toBe(alive.length);
        for (const each of requests) {
          const found = index.search({ ...each, limit: 1_000, explain: true });
          const expected = referenceSearch(alive, each);
          expect(found.hits.map(({ key }) => key)).toEqual(expected.map(({ key }) => key));
          expect(found.total).toBe(expected.length);
          found.hits.forEach((hit, i) => {
            expect(hit.score).toBeCloseTo(expected[i]!.score, 9);
            expect(hit.shares!.reduce((sum, { score }) => sum + score, 0)).toBeCloseTo(hit.score, 9);
          });
          expect(index.search({ ...each, offset: 1, limit: 2 }).hits).toEqual(
            found.hits.slice(1, 3).map(({ key, score }) => ({ key, score })),
          );
        }
      }),
      { numRuns: 300 },
    );
  }, 120_000);

  test('gives the same answers whether the papers lie in one segment, in seven, or merged', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(document, { selector: ({ key }) => key, minLength: 7 }),
        request,
        (all, asked) => {
          const answers = [1, 7].map((pieces) => {
            const folder = temporaryFolder();
            const size = Math.ceil(all.length / pieces);
            const batches = Array.from({ length: pieces }, (_, i) => all.slice(i * size, (i + 1) * size));
            play(
              folder,
              batches.map((documents) => ({ documents, deleted: [], merge: false })),
            );
            const { total, hits, facets } = openIndex(folder).search({ ...asked, facets: true, limit: 100 });
            return { total, hits, facets };
          });
          expect(answers[1]).toEqual(answers[0]);
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
