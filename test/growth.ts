/**
 * Holds a function to linear time in the length of its input. What is compared is processor time at one length with
 * that at four times the length, so neither a slow nor a busy machine changes the verdict: linear work grows about
 * fourfold, quadratic work sixteenfold.
 */
import { expect } from 'vitest';

/** Characters; each length is four times the one before. The small ones spare the wait for what is far too slow. */
const LENGTHS = [1_600, 6_400, 25_600, 102_400];
/** Between four (linear) and sixteen (quadratic), with room for caches and the garbage collector on both sides. */
const MOST_GROWTH = 8;
/** What takes fewer milliseconds than this at every length is quick enough, however it grows. */
const TELLING = 4;
/** Series of runs, of which the fastest counts; each lasts so many milliseconds, or so many runs. */
const SERIES = 3;
const ENOUGH = 40;
const MOST_RUNS = 200;
/** How often a growth that is too large is measured again before it is believed. */
const SECOND_LOOKS = 2;

/**
 * Fails when `run` takes more than linear time on growing inputs.
 *
 * @param name says what is measured on what, for the message of a failure
 * @param input makes an input of about `length` characters; called once for each length, outside the measurement
 * @param run the work; it must not remember earlier calls with the same input
 */
export async function expectLinear<T>(
  name: string,
  input: (length: number) => T,
  run: (input: T) => unknown,
): Promise<void> {
  const first = input(LENGTHS[0]!);
  let before = await fastest(first, run);
  let previous = first;
  for (const length of LENGTHS.slice(1)) {
    const given = input(length);
    let took = await fastest(given, run);
    for (let look = 0; look < SECOND_LOOKS && isTooMuch(before, took); look++) {
      before = Math.max(before, await fastest(previous, run));
      took = Math.min(took, await fastest(given, run));
    }
    const growth = `${before.toFixed(2)} ms at ${length / 4} characters, ${took.toFixed(2)} ms at ${length}`;
    expect(isTooMuch(before, took), `${name} grows faster than its input: ${growth}`).toBe(false);
    before = took;
    previous = given;
  }
}

/** `unit` repeated to about `length` characters, at least once. */
export const repeated =
  (unit: string): ((length: number) => string) =>
  (length) =>
    unit.repeat(Math.max(1, Math.floor(length / unit.length)));

const isTooMuch = (before: number, took: number): boolean => took > TELLING && took > MOST_GROWTH * before;

/** The least processor time of one run, ms, by a few series of them. */
async function fastest<T>(input: T, run: (input: T) => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < SERIES; i++) {
    const start = process.threadCpuUsage();
    let spent = 0;
    let runs = 0;
    // The system may count in ticks of ten milliseconds, so quick work is done many times.
    while (spent < ENOUGH && runs < MOST_RUNS) {
      await run(input);
      runs++;
      const { user, system } = process.threadCpuUsage(start);
      spent = (user + system) / 1000;
    }
    least = Math.min(least, spent / runs);
    // Far too slow already: one run says what there is to say.
    if (spent / runs > 2000) break;
  }
  return least;
}
