/** Sends all engines the same queries in alternation, so that a busy moment of the machine affects all alike. */
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile, round } from '../parts.ts';
import { random } from '../random.ts';
import type { Kind, Query } from './queries.ts';

export interface Timed {
  milliseconds: number;
  /** Processor time of the thread that answered, the mean of a row. Null if it is elsewhere. */
  cpu: number | null;
  hits: number;
}

/** An engine, built and open. */
export interface Contestant {
  name: string;
  docs: number;
  build_s: number | null;
  size_mb: number | null;
  /** Bytes of memory per paper, after all queries; null if unknown. */
  memory(): Promise<number | null>;
  /** At most this many queries. */
  most?: number | undefined;
  /** Answers queries back to back. */
  ask(queries: readonly Query[]): Promise<Timed[]>;
  close(): Promise<void>;
}

/** One engine's answers, by number of the query; nothing for queries it was not sent. */
export type Times = Map<number, Timed>;

/** Seconds an engine may take: for warming up, and for what is measured. */
const WARMING = 15;
const MEASURED = 30;
const LEAST = 30;
/** Pause before a run (ms), in which the previous engine can finish background work: compiling, collecting garbage. */
const PAUSE = 50;
/** How often all warm-up queries are repeated: virtual machines, V8's and Java's, compile what runs often. */
const TIMES_WARMED = 4;
const TRIAL = 12;

/**
 * Warms every engine up with other queries of the same kinds, then sends every engine the same `run` queries in a row,
 * in an order that is shuffled for every run. Engines too slow for all are sent fewer, spread evenly.
 */
export async function contest(
  contestants: Contestant[],
  queries: Query[],
  warming: Query[],
  { seed, run }: { seed: number; run: number },
  note: (line: string) => void,
): Promise<Map<Contestant, Times>> {
  const counts = new Map<Contestant, number>();
  for (const contestant of contestants) {
    const average = await warmUp(contestant, warming);
    const affordable = Math.max(LEAST, Math.floor((MEASURED * 1000) / average));
    const count = Math.min(queries.length, contestant.most ?? queries.length, affordable);
    counts.set(contestant, count);
    note(`${contestant.name}: warm, about ${round(average, 3)} ms; ${count} queries.`);
  }
  const chance = random(seed);
  const times = new Map(contestants.map((contestant) => [contestant, new Map() as Times]));
  const order = [...contestants];
  for (let from = 0; from < queries.length; from += run) {
    for (const contestant of chance.shuffle(order)) {
      const step = counts.get(contestant)! / queries.length;
      const asked = queries
        .slice(from, from + run)
        .map((query, i) => ({ query, at: from + i }))
        .filter(({ at }) => Math.floor((at + 1) * step) !== Math.floor(at * step));
      if (asked.length === 0) continue;
      await sleep(PAUSE);
      const timed = await contestant.ask(asked.map(({ query }) => query));
      for (const [i, { at }] of asked.entries()) times.get(contestant)!.set(at, timed[i]!);
    }
  }
  return times;
}

/** Returns the mean milliseconds of a query at the end of the warm-up. */
async function warmUp(contestant: Contestant, queries: Query[]): Promise<number> {
  const until = performance.now() + WARMING * 1000;
  const last: number[] = [];
  const all = Array.from({ length: TIMES_WARMED }, () => queries).flat();
  for (const query of all) {
    last.push((await contestant.ask([query]))[0]!.milliseconds);
    if (last.length > 10 * TRIAL) last.shift();
    if (performance.now() > until && last.length >= TRIAL) break;
  }
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}

/** An engine's time for some of the queries; NaN if unknown. */
const sum = (times: Times, of: 'milliseconds' | 'cpu', only: (at: number) => boolean): number =>
  [...times].reduce((total, [at, timed]) => total + (only(at) ? (timed[of] ?? Number.NaN) : 0), 0);

/**
 * How many times as fast as another an engine is, over the queries that both answered: by the clock or processor time.
 */
export function timesAsFast(ours: Times, theirs: Times, by: 'milliseconds' | 'cpu' = 'milliseconds'): number {
  const both = (at: number): boolean => ours.has(at) && theirs.has(at);
  return sum(theirs, by, both) / sum(ours, by, both);
}

/** Milliseconds, mean processor time, queries per second and the share that found anything, of one kind or all. */
export function figures(times: Times, queries: Query[], kind?: Kind): Record<string, number | null> {
  const kept = [...times].filter(([at]) => kind === undefined || queries[at]!.kind === kind);
  const milliseconds = kept.map(([, timed]) => timed.milliseconds);
  const seconds = milliseconds.reduce((total, value) => total + value, 0) / 1000;
  const cpu = kept.reduce((total, [, timed]) => total + (timed.cpu ?? Number.NaN), 0) / kept.length;
  return {
    p50: round(percentile(milliseconds, 0.5), 3),
    p95: round(percentile(milliseconds, 0.95), 3),
    p99: round(percentile(milliseconds, 0.99), 3),
    cpu_ms: Number.isNaN(cpu) ? null : round(cpu, 3),
    qps: round(kept.length / seconds, 1),
    n: kept.length,
    found: round(kept.filter(([, { hits }]) => hits > 0).length / kept.length),
  };
}
