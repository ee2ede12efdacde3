/** The index against a plain reading of the same rules, over random papers, queries and histories. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paper, snapshotOf, temporaryFolder } from './corpus.fixture.ts';
import { openIndex, openWriter, type SearchDocument, type SearchRequest } from './index.ts';
import { planQuery } from './planner.ts';
import { parseQuery } from './query.ts';
import { read, referenceSearch } from './reference.fixture.ts';

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
    edition: fc.option(fc.integer({ min: 20_001, max: 20_004 })),
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

/** Parts of queries; what is to be left out is kept apart, for the reference. */
const asked = fc.record({
  parts: fc.array(
    fc.oneof(
      fc.constantFrom(...WORDS),
      text(3).map((words) => `"${words}"`),
      fc.constantFrom(
        '+graph',
        'gra*',
        'mod*',
        'ada',
        'lovelace',
        'turing',
        'unknownword',
        'modelgraph',
        'netwrok',
        'graph OR data',
        // AND, NOT and parentheses have a reference of their own (language.test.ts).
        '&',
      ),
    ),
    { maxLength: 6 },
  ),
  excluded: fc.array(fc.constantFrom('graph', 'neural', 'token', 'neural network'), { maxLength: 2 }),
  partial: fc.boolean(),
  sort: fc.constantFrom('relevance' as const, 'date' as const, 'votes' as const),
  filters: fc.record(
    {
      fromDay: fc.integer({ min: 20_000, max: 20_003 }),
      toDay: fc.integer({ min: 20_000, max: 20_003 }),
      fromEdition: fc.integer({ min: 20_001, max: 20_004 }),
      toEdition: fc.integer({ min: 20_001, max: 20_004 }),
      categories: fc.subarray(['cs', 'cs.CL', 'math']),
      organization: fc.constantFrom('lab', 'inst', 'none', 'graph lab'),
      author: fc.constantFrom('Turing', 'ada turing', 'jean pierre', '?', ''),
      hasCode: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
});

const requestOf = ({
  parts,
  excluded,
  partial,
  sort,
  filters,
}: typeof asked extends fc.Arbitrary<infer T> ? T : never) =>
  ({
    text: [...excluded.map((phrase) => `-"${phrase}"`), ...parts].join(' '),
    partial,
    sort,
    filters,
    limit: 1_000,
    collapse: false,
  }) satisfies SearchRequest;

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
  test('finds, orders, scores and explains as the plain reference does, after any history', () => {
    fc.assert(
      fc.property(history, fc.array(asked, { minLength: 1, maxLength: 4 }), (batches, all) => {
        const folder = temporaryFolder();
        const corpus = play(folder, batches).map(read);
        const index = openIndex(folder);
        const snapshot = snapshotOf(folder);
        expect(index.documents).toBe(corpus.length);
        for (const each of all) {
          const request = requestOf(each);
          const plan = planQuery(snapshot, parseQuery(request.text, request.partial));
          const found = index.search({ ...request, count: true, explain: true });
          const expected = referenceSearch(corpus, plan, each.excluded, request);
          expect(found.total).toBe(expected.total);
          expect(found.hits.map(({ key }) => key)).toEqual(expected.hits.map(({ key }) => key));
          found.hits.forEach((hit, i) => {
            const { score, loose } = expected.hits[i]!;
            expect(hit.score).toBeCloseTo(score, 9);
            if (plan.tiers) expect(hit.loose ?? false).toBe(loose);
            if (hit.shares)
              expect(hit.shares.reduce((sum, share) => sum + share.score, 0)).toBeCloseTo(hit.score, 9);
          });
          const few = index.search({ ...request, offset: 1, limit: 2 });
          if (found.total >= 3)
            expect(few.hits.map(({ key }) => key)).toEqual(found.hits.slice(1, 3).map(({ key }) => key));
        }
      }),
      { numRuns: 400 },
    );
  });

  test('knows of every term how many papers have it', () => {
    fc.assert(
      fc.property(history, (batches) => {
        const folder = temporaryFolder();
        const corpus = play(folder, batches).map(read);
        const snapshot = snapshotOf(folder);
        const terms = new Set(corpus.flatMap(({ terms }) => [...terms.keys()]));
        for (const term of [...terms, 'nobody', '@nobody', '=nobody'])
          expect(snapshot.frequency(term)).toBe(corpus.filter((each) => each.terms.has(term)).length);
      }),
      { numRuns: 100 },
    );
  });

  test('gives the same answers whether the papers lie in one segment, in seven, or merged', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(document, { selector: ({ key }) => key, minLength: 7 }),
        asked,
        (all, one) => {
          const answers = (
            [
              [1, false],
              [7, false],
              [7, true],
            ] as const
          ).map(([pieces, merge]) => {
            const folder = temporaryFolder();
            const size = Math.ceil(all.length / pieces);
            const batches = Array.from({ length: pieces }, (_, i) => all.slice(i * size, (i + 1) * size));
            play(
              folder,
              batches.map((documents) => ({ documents, deleted: [], merge })),
            );
            const index = openIndex(folder);
            const { seq: _, ...answer } = index.search({ ...requestOf(one), facets: true, limit: 100 });
            return { answer, next: index.complete('multi', 5) };
          });
          expect(answers[1]!.answer).toEqual(answers[0]!.answer);
          expect(answers[2]).toEqual(answers[1]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('does so too where lists have many blocks and papers fill many windows', () => {
    // Days rise with the keys but for some, words are common, usual and rare; most scores come often.
    const chance = fc.sample(fc.infiniteStream(fc.nat(999)), { numRuns: 1, seed: 7 })[0]!;
    const next = (): number => chance.next().value!;
    const word = (): string => WORDS[Math.floor((next() / 1000) ** 3 * WORDS.length)]!;
    const some = (most: number): string => Array.from({ length: next() % (most + 1) }, word).join(' ');
    const papers = Array.from({ length: 9_500 }, (_, i) =>
      paper(i + 1, {
        title: some(4),
        abstract: some(10),
        day: 20_000 + Math.floor(i / 100) - (next() % 20 === 0 ? 30 : 0),
        upvotes: next() % 4,
        categories: [['cs.CL', 'cs.LG', 'math.AG'][next() % 3]!],
      }),
    );
    const deleted = Array.from({ length: 300 }, () => 1 + ((next() * 9) % 9_500));
    const folder = temporaryFolder();
    const corpus = play(folder, [
      { documents: papers.slice(0, 6_000), deleted: [], merge: true },
      { documents: papers.slice(6_000), deleted, merge: false },
    ]).map(read);
    const index = openIndex(folder);
    const snapshot = snapshotOf(folder);
    expect(index.documents).toBe(corpus.length);
    fc.assert(
      fc.property(asked, ({ filters: { categories, fromDay }, ...one }) => {
        const filters = {
          ...(categories && { categories }),
          ...(fromDay !== undefined && { fromDay: fromDay + 40 }),
        };
        const request = { ...requestOf({ ...one, filters }), limit: 60 };
        const plan = planQuery(snapshot, parseQuery(request.text, request.partial));
        const found = index.search({ ...request, count: true });
        const expected = referenceSearch(corpus, plan, one.excluded, request);
        expect(found.total).toBe(expected.total);
        expect(found.hits.map(({ key }) => key)).toEqual(expected.hits.map(({ key }) => key).slice(0, 60));
      }),
      { numRuns: 120, seed: 11 },
    );
  }, 120_000);
});
