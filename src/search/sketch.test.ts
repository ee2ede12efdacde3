/** Near-duplicates among sketches. */
import { describe, expect, test } from 'vitest';
import { expectLinear } from '../../test/growth.ts';
import { AGREEING, Duplicates, SAMPLES } from './sketch.ts';

/** Numbers that look random, the same each time. */
function numbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Sketches of samples from 1 to `values`; some are those of an earlier text with one or two samples changed. */
function sketchesOf(count: number, values: number): Uint8Array {
  const next = numbers();
  const sketches = new Uint8Array(count * SAMPLES);
  for (let i = 0; i < count; i++) {
    const own = sketches.subarray(i * SAMPLES, (i + 1) * SAMPLES);
    const like = next(3) === 0 ? next(Math.max(1, i)) : -1;
    for (let sample = 0; sample < SAMPLES; sample++)
      own[sample] = like < 0 ? 1 + next(values) : sketches[like * SAMPLES + sample]!;
    for (let changed = next(3); like >= 0 && changed > 0; changed--) own[next(SAMPLES)] = 1 + next(values);
  }
  return sketches;
}

function firstLikes(sketches: Uint8Array): number[] {
  const duplicates = new Duplicates();
  return Array.from({ length: sketches.length / SAMPLES }, (_, i) =>
    duplicates.firstLike(sketches, i * SAMPLES, i),
  );
}

/** The same by going through all earlier ones. */
function plainly(sketches: Uint8Array): number[] {
  const halves = new Int32Array(sketches.buffer);
  const count = sketches.length / SAMPLES;
  const isEntered = new Uint8Array(count);
  const isLike = (a: number, b: number): boolean => {
    let same = 0;
    for (let i = 0; i < SAMPLES; i++) if (sketches[a * SAMPLES + i] === sketches[b * SAMPLES + i]) same++;
    return same >= AGREEING;
  };
  return Array.from({ length: count }, (_, number) => {
    let first = 0;
    while (halves[2 * first] !== halves[2 * number]) first++;
    if (first < number && isLike(first, number)) return first;
    let second = 0;
    while (second < number && !(isEntered[second] === 1 && halves[2 * second + 1] === halves[2 * number + 1]))
      second++;
    if (second < number) return isLike(second, number) ? second : number;
    isEntered[number] = 1;
    return number;
  });
}

describe('near-duplicates', () => {
  test('of very many sketches are those found by going through all', () => {
    // Of so few values, halves that agree are mostly those of different texts.
    for (const values of [8, 255]) {
      const sketches = sketchesOf(20_000, values);
      const found = firstLikes(sketches);
      expect(found.filter((first, i) => first !== i).length).toBeGreaterThan(1_000);
      expect(found).toEqual(plainly(sketches));
    }
  });

  test('take time by how many there are', async () => {
    await expectLinear('looking for near-duplicates', (count) => sketchesOf(count, 255), firstLikes);
  });
});
