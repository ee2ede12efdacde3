import { describe, expect, test } from 'vitest';
import { coverageOf, FEEDBACK_HEADS, feedback, MEANING_SHARE, meaningWeight } from './fusion.ts';

const along = (axis: number): Int8Array => Int8Array.from([0, 0, 0, 0], (_, k) => (k === axis ? 127 : 0));

describe('what meaning adds', () => {
  test('a query that the model does not know gets nothing, one that it knows gets all', () => {
    expect(meaningWeight(0)).toBe(0);
    expect(meaningWeight(1)).toBe(MEANING_SHARE);
    expect(meaningWeight(0.5)).toBe(MEANING_SHARE / 4);
    expect([meaningWeight(-1), meaningWeight(2)]).toEqual([0, MEANING_SHARE]);
  });

  test('rare words count for more of a query than common ones', () => {
    const [rare, common] = [6, 2];
    expect(coverageOf([])).toBe(0);
    expect(coverageOf([{ idf: rare, confidence: 1 }])).toBe(1);
    const without = (idf: number, other: number): number =>
      coverageOf([
        { idf, confidence: 0 },
        { idf: other, confidence: 1 },
      ]);
    expect(without(rare, common)).toBeCloseTo(0.25);
    expect(without(common, rare)).toBeCloseTo(0.75);
  });
});

describe('feedback', () => {
  test('without papers the query stays what it is', () => {
    const { vector, times } = feedback(along(0), []);
    expect([...vector]).toEqual([127, 0, 0, 0]);
    expect(times).toBeCloseTo(1);
    expect([...feedback(along(0), [{ score: 3, vector: null }]).vector]).toEqual([127, 0, 0, 0]);
    expect([...feedback(along(0), [{ score: 0, vector: along(1) }]).vector]).toEqual([127, 0, 0, 0]);
  });

  test('moves towards the first papers, the more the nearer their score is to the first', () => {
    const { vector, times } = feedback(along(0), [
      { score: 10, vector: along(1) },
      { score: 9, vector: along(2) },
      { score: 2, vector: along(3) },
    ]);
    const [query, first, second, third] = vector;
    expect(query).toBeGreaterThan(first!);
    expect(first).toBeGreaterThan(second!);
    expect(second).toBeGreaterThan(20);
    expect(third).toBe(0);
    // A paper's similarity is what it was to the query, and its similarity to the papers.
    expect((times * query!) / 127).toBeCloseTo(1, 2);
    expect((times * (first! + second!)) / 127).toBeCloseTo(1, 1);
  });

  test('only the best papers count', () => {
    const heads = Array.from({ length: 30 }, (_, i) => ({
      score: 1,
      vector: along(i < FEEDBACK_HEADS ? 1 : 2),
    }));
    expect(feedback(along(0), heads).vector[2]).toBe(0);
  });
});
