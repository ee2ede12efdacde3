/**
 * Checks that a function takes time linear in the length of its input. It compares processor time at one length with
 * that at four times the length, so neither a slow nor a busy machine changes the verdict: linear work grows about
 * fourfold, quadratic work sixteenfold.
 */
import { expect } from 'vitest';

/** Characters; each length is four times the one before. The small ones save waiting for what is far too slow. */
const LENGTHS = [1_600, 6_400, 25_600, 102_400];
/** Between four (linear) and sixteen (quadratic), with room for caches and the garbage collector on both sides. */
const MOST_GROWTH = 8;
/** Anything that takes fewer milliseconds than this is fast enough for its length, however it grows. */
const TELLING = 25;
/** How often work is measured before it counts as growing too fast. */
const ATTEMPTS = 4;
/** Series of runs, of which the fastest counts; each lasts this many milliseconds or runs. */
const SERIES = 2;
const ENOUGH = 40;
const MOST_RUNS = 200;

/**
 * Fails if `run` takes more than linear time on growing inputs.
 *
 * @param name what is measured on which input, for the failure message
 * @param input returns an input of about `length` characters; called outside the measurement
 * @param run the work; it must not cache results for the same input
 */
export async function expectLinear<T>(
  name: string,
  input: (length: number) => T,
  run: (input: T) => unknown,
): Promise<void> {
  for (const length of LENGTHS) {
    const given = input(length);
    if ((await once(given, run)) < TELLING) continue;
    // The garbage collector may fall on one side alone; work that grows too fast does so every time.
    let growth = '';
    let isLinear = false;
    for (let attempt = 0; attempt < ATTEMPTS && !isLinear; attempt++) {
      const took = await fastest(given, run);
      const before = took < TELLING ? 0 : await fastest(input(length / 4), run);
      isLinear = took < TELLING || took <= MOST_GROWTH * before;
      growth = `${before.toFixed(2)} ms at ${length / 4} characters, ${took.toFixed(2)} ms at ${length}`;
    }
    expect(isLinear, `${name} grows faster than its input: ${growth}`).toBe(true);
  }
}

/** `unit` repeated to about `length` characters, at least once. */
export const repeated =
  (unit: string): ((length: number) => string) =>
  (length) =>
    unit.repeat(Math.max(1, Math.floor(length / unit.length)));

/** Processor time of this thread since `start`, ms. */
function spentSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}

async function once<T>(input: T, run: (input: T) => unknown): Promise<number> {
  const start = process.threadCpuUsage();
  await run(input);
  return spentSince(start);
}

/** The least processor time of one run, ms, over several series. */
export async function fastest<T>(input: T, run: (input: T) => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < SERIES; i++) {
    const start = process.threadCpuUsage();
    let spent = 0;
    let runs = 0;
    // The system may count in ticks of ten milliseconds, so fast work is repeated many times.
    while (spent < ENOUGH && runs < MOST_RUNS) {
      await run(input);
      runs++;
      spent = spentSince(start);
    }
    least = Math.min(least, spent / runs);
    // Far too slow already: one run is enough.
    if (spent / runs > 2000) break;
  }
  return least;
}
