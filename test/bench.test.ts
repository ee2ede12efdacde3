/** The arithmetic of the benchmarks: a measure that is wrong misleads everyone who tunes by it. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attacks } from '../bench/hostile/attacks.ts';
import { hostilePapers } from '../bench/hostile/papers.ts';
import { FORMS } from '../bench/known/identifiers.ts';
import { collectionOf, drawKnownItems, TEXT_KINDS } from '../bench/known/kinds.ts';
import { acrossTheAtlantic, misspelt, otherNumber } from '../bench/known/text.ts';
import type { Paper } from '../bench/papers.ts';
import { random } from '../bench/random.ts';
import { isOwn } from '../bench/relevance/beir.ts';
import { Bm25, terms } from '../bench/relevance/bm25.ts';
import { ndcg, randomisationTest, recall, reciprocalRank } from '../bench/relevance/metrics.ts';
import { inventedWord, resample } from '../bench/scale/resample.ts';
import { takeApart } from '../bench/scale/sentences.ts';
import { timesAsFast } from '../bench/search/contest.ts';
import { drawQueries, KINDS, STOP_WORDS } from '../bench/search/queries.ts';
import { json, temporary } from './program.ts';

const judged = new Map([
  ['a', 3],
  ['b', 1],
  ['c', 0],
  ['d', 2],
  ['e', -1],
]);

describe('the measures of a ranking', () => {
  it('computes nDCG with linear gain against the ideal of all judged documents', () => {
    // By hand: (0/1 + 3/log2 3 + 1/log2 4 + 0) / (3/1 + 2/log2 3 + 1/log2 4).
    const expected = (3 / Math.log2(3) + 1 / 2) / (3 + 2 / Math.log2(3) + 1 / 2);
    expect(ndcg(['c', 'a', 'b', 'x'], judged)).toBeCloseTo(expected, 12);
    expect(expected).toBeCloseTo(0.50249, 5);
    expect(ndcg(['a', 'd', 'b'], judged)).toBe(1);
    expect(ndcg(['e', 'x'], judged)).toBe(0);
  });

  it('looks no further than the depth', () => {
    expect(ndcg(['x', 'a'], judged, 1)).toBe(0);
    // The ideal has only as many as fit.
    expect(ndcg(['a', 'x'], judged, 1)).toBe(1);
    expect(recall(['x', 'a', 'd'], judged, 2)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank(['x', 'x', 'a'], judged, 2)).toBe(0);
  });

  it('computes recall and reciprocal rank over relevant documents alone', () => {
    expect(recall(['c', 'e', 'd', 'b'], judged)).toBeCloseTo(2 / 3, 12);
    expect(reciprocalRank(['c', 'e', 'd', 'b'], judged)).toBeCloseTo(1 / 3, 12);
    expect(reciprocalRank([], judged)).toBe(0);
  });

  it('recognises a query’s own document by its id', () => {
    expect(isOwn('1234', '1234')).toBe(true);
    expect(isOwn('1234-title', '1234')).toBe(true);
    expect(isOwn('12345', '1234')).toBe(false);
    expect(isOwn('1234', '1234-title')).toBe(false);
  });
});

describe('the randomisation test', () => {
  const noise = random(7);
  const base = Array.from({ length: 100 }, () => noise.next());

  it('finds no difference where there is none', () => {
    expect(randomisationTest(base, base)).toBe(1);
    const other = base.map((value) => value + (noise.next() - 0.5) / 10);
    expect(randomisationTest(base, other)).toBeGreaterThan(0.05);
  });

  it('finds a consistent one in either direction', () => {
    const better = base.map((value) => value + 0.05 + (noise.next() - 0.5) / 10);
    expect(randomisationTest(better, base)).toBeLessThan(0.001);
    expect(randomisationTest(base, better)).toBe(randomisationTest(better, base));
  });

  it('agrees with an exhaustive count of all cases', () => {
    // Three differences of one size: of the eight combinations of signs, two are as extreme as the observed one.
    expect(randomisationTest([1, 1, 1], [0, 0, 0], 20_000)).toBeCloseTo(0.25, 1);
  });

  it('gives the same for the same seed', () => {
    const other = base.map((value) => value + (noise.next() - 0.4) / 5);
    expect(randomisationTest(base, other, 1000, 3)).toBe(randomisationTest(base, other, 1000, 3));
  });
});

describe('plain BM25', () => {
  it('scores as the formula says', () => {
    const index = new Bm25(['cats and dogs', 'cat', 'a dog that dogs dogs']);
    expect(terms('The cats that were DOGS, in 2025')).toEqual(['cat', 'were', 'dog', '2025']);
    // Once in two words against three times in three: the more frequent first. Only one has "cat" alone.
    expect(index.search('dog', 10)).toEqual([2, 0]);
    expect(index.search('cat', 10)).toEqual([1, 0]);
    expect(index.search('the', 10)).toEqual([]);
  });
});

const papers: Paper[] = Array.from({ length: 40 }, (_, i) => ({
  key: i + 1,
  title: `Learning number${i} from the words of models`,
  abstract: `We study item${i} here. It has property${i} in short. Nobody knows thing${i % 7}.`,
  authors: [`Ada ${i}`, `Bob ${i}`],
  categories: [i % 2 ? 'cs.CL' : 'cs.LG'],
  day: 20_000 + i,
  year: 2024,
}));

describe('papers made from papers', () => {
  const sentences = takeApart(papers);

  it('are the same for the same seed, and different for another', () => {
    const [a, b, c] = [1, 1, 2].map((seed) => [...resample(sentences, 50, seed)]);
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(a!.map(({ key }) => key)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('have new words as Heaps’ law predicts', () => {
    const count = 2000;
    const words = new Set<string>();
    let all = 0;
    for (const { abstract } of resample(sentences, count, 1))
      for (const word of abstract.toLowerCase().match(/[a-z0-9]+/g)!) {
        words.add(word);
        all++;
      }
    const { heaps } = sentences;
    const foretold = heaps.vocabulary * (all / heaps.words) ** heaps.beta;
    expect(words.size / foretold).toBeGreaterThan(0.9);
    expect(words.size / foretold).toBeLessThan(1.1);
  });

  it('never invent the same word for two numbers', () => {
    expect(new Set(Array.from({ length: 50_000 }, (_, i) => inventedWord(i))).size).toBe(50_000);
  });
});

describe('queries for one particular paper', () => {
  const named = papers.map((paper, i) => ({
    ...paper,
    id: `arxiv:2504.${String(i + 1).padStart(5, '0')}`,
    title: i === 3 ? papers[2]!.title : `NetX${i}: ${paper.title} for colour cameras`,
  }));
  const of = collectionOf(named);
  const drawn = drawKnownItems(of, 10, 3);

  it('are the same for the same seed, and others for another', () => {
    expect(drawKnownItems(of, 10, 3)).toEqual(drawn);
    expect(drawKnownItems(of, 10, 4)).not.toEqual(drawn);
  });

  it('are of thirty kinds and more, and identifiers of thirty forms', () => {
    expect(Object.keys(TEXT_KINDS).length).toBeGreaterThanOrEqual(30);
    expect(Object.keys(FORMS).length).toBeGreaterThanOrEqual(30);
    expect(new Set(drawn.identifiers.map(({ kind }) => kind)).size).toBe(Object.keys(FORMS).length);
  });

  it('want every paper with the title', () => {
    const twice = collectionOf([...named, { ...named[5]!, key: 99 }]);
    expect(twice.sameTitle(named[5]!.title)).toEqual([6, 99]);
    for (const { text, wanted, kind } of drawn.texts)
      if (kind === 'title') for (const key of wanted) expect(named[key - 1]!.title).toBe(text);
  });

  it('change words as people do', () => {
    const chance = random(5);
    for (let i = 0; i < 200; i++) expect(misspelt(chance, 'attention')).not.toBe('attention');
    expect(['networks', 'study', 'bias', 'boxes'].map(otherNumber)).toEqual([
      'network',
      'studies',
      null,
      'box',
    ]);
    expect(acrossTheAtlantic('Optimization', 'british')).toBe('optimisation');
    expect(acrossTheAtlantic('colours', 'american')).toBe('colors');
    expect(acrossTheAtlantic('synthesis', 'american')).toBeNull();
  });
});

describe('the queries of the contest', () => {
  const queries = drawQueries(papers, 200, 5);

  it('are the same for the same seed and of all kinds', () => {
    expect(queries).toEqual(drawQueries(papers, 200, 5));
    expect(queries).not.toEqual(drawQueries(papers, 200, 6));
    for (const kind of KINDS)
      expect(queries.filter((query) => query.kind === kind).length).toBe(
        { words: 80, common: 30, title: 30, phrase: 30, filter: 30 }[kind],
      );
  });

  it('contain no operators and are never stop words alone', () => {
    for (const { words } of queries) {
      expect(words.length).toBeGreaterThan(0);
      expect(words.every((word) => /^[a-z0-9]+$/.test(word))).toBe(true);
      expect(words.every((word) => STOP_WORDS.has(word))).toBe(false);
    }
  });

  it('compares two engines over the queries that both answered', () => {
    const timed = (milliseconds: number) => ({ milliseconds, cpu: null, hits: 1 });
    const ours = new Map([timed(1), timed(2), timed(100)].entries());
    const theirs = new Map([timed(4), timed(5)].entries());
    expect(timesAsFast(ours, theirs)).toBeCloseTo(3, 12);
  });
});

describe('the attack', () => {
  const list = attacks(['/papers/hostile-0']);

  it('is the same for the same seed, with at least one request of each kind', () => {
    for (const { name, bytes } of list) {
      const [one, same] = [1, 1].map((seed) => bytes(random(seed), 3));
      expect([name, one]).toEqual([name, same]);
      expect(one).toMatch(/^(GET|POST) \/\S* HTTP\/1\.1\r\n/);
    }
    expect(new Set(list.map(({ name }) => name)).size).toBe(list.length);
  });

  it('has papers that the import accepts', async () => {
    const file = join(temporary(), 'hostile.jsonl');
    const papers = hostilePapers('2026-06-26');
    writeFileSync(file, papers.map((paper) => `${JSON.stringify(paper)}\n`).join(''));
    expect(await json(['import', file], { DATA_DIR: temporary() })).toMatchObject({
      imported: papers.length,
      rejected: 0,
    });
  });

  it('is measured from end to end', () => {
    const args = [
      'bench/main.ts',
      'hostile',
      '--seconds',
      '2',
      '--only',
      'slashes,ever new,forms,headers',
      '--json',
    ];
    const ended = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 100_000 });
    expect([ended.status, ended.status === 0 ? '' : ended.stderr]).toEqual([0, '']);
    const rows = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ what }) => what)).toEqual([
      'reader alone',
      'reader under attack',
      'memory before',
      'memory at its peak',
      'memory after',
    ]);
    for (const { pages, errors } of rows.slice(0, 2)) expect([pages > 0, errors]).toEqual([true, 0]);
  });
});
