/** A harvest that is killed loses nothing, takes nothing twice and leaves no run open: run again, it goes on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from './databases.ts';
import { random } from './invented.ts';
import { type Env, exported, run, start, temporary } from './program.ts';
import { addDays, utcDay } from './simulator/calendar.ts';
import { type Simulator, startSimulator } from './simulator/server.ts';

const RECORDS = 20_000;
const CATEGORIES = ['cs.CL', 'cs.LG'];
const DAYS = 45;

const wanted = { text: '', pages: 0 };
let simulator: Simulator;

const settings = (): Env => ({
  ...simulator.settings,
  SYNC_CATEGORIES: CATEGORIES.join(','),
  SYNC_DAYS: '90',
  REQUEST_INTERVAL_MS: '0',
  // This machine is no network.
  OFFLINE: '1',
});
const pages = (): number => simulator.requests.filter(({ door }) => door === 'oai').length;

beforeAll(async () => {
  const now = Date.now();
  simulator = await startSimulator({
    seed: 50,
    // Everything has been announced for days, so that nothing depends on the hour of the test.
    start: addDays(utcDay(now), -DAYS - 15),
    days: DAYS,
    categories: CATEGORIES,
    perDay: 640,
    abstractWords: 25,
    oaiPage: 500,
  });
  simulator.setNow(now);
  const env = { DATA_DIR: temporary(), ...settings() };
  const { code, err } = await run(['sync', 'arxiv'], env);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  wanted.text = await exported(env);
  wanted.pages = pages();
  expect(wanted.pages * 500).toBeGreaterThan(RECORDS);
  expect(wanted.text.split('\n').length).toBeGreaterThan(RECORDS * 0.9);
});
afterAll(() => simulator.close());

/** Starts a harvest and kills it some pages on, or a moment after its start. False: it was at its end before. */
async function killed(env: Env, next: () => number, most: number): Promise<boolean> {
  const before = pages();
  const { child, ended } = start(['sync', 'arxiv'], env);
  const stop = new AbortController();
  const isOver = ended.then(() => stop.abort());
  // Most hits are meant for the harvest itself; some for what comes before it.
  const count = next() < 0.8 ? 1 + Math.floor(next() * most) : 0;
  await Promise.race([simulator.reached(before + count, ({ door }) => door === 'oai'), isOver]);
  await Promise.race([new Promise((wake) => setTimeout(wake, next() * 400)), isOver]);
  child.kill('SIGKILL');
  return (await ended).signal === 'SIGKILL';
}

async function killTimes(env: Env, times: number, seed: number): Promise<void> {
  const next = random(seed);
  // So that the harvest is not over before the last kill.
  const most = Math.max(1, Math.floor((wanted.pages / times) * 1.2));
  for (let done = 0, over = 0; done < times; ) {
    if (await killed(env, next, over > 0 ? 1 : most)) done++;
    else if (++over > 5) throw new Error('the harvest is over before it can be killed');
  }
}

/** What an undisturbed run leaves, to the byte, and a ledger without anything left open. */
async function isWhole({ env, open }: TestDatabase): Promise<void> {
  const text = await exported({ ...env, ...settings() });
  // Compared apart from `expect`, which would print megabytes.
  expect(text === wanted.text, firstDifference(text, wanted.text)).toBe(true);
  const store = await open();
  try {
    const runs = await store.read.selectFrom('runs').select(['state', 'says', 'ended_at']).execute();
    expect(runs.filter(({ state, ended_at }) => state === 'running' || ended_at === null)).toEqual([]);
    expect(runs.some(({ state, says }) => state === 'failed' && says.startsWith('interrupted'))).toBe(true);
  } finally {
    await store.close();
  }
}

function firstDifference(a: string, b: string): string {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const at = left.findIndex((line, i) => line !== right[i]);
  return `${left.length} and ${right.length} lines; at ${at}:\n${left[at]}\n${right[at]}`;
}

describe('a harvest killed again and again', () => {
  onBoth((kind, fresh) => {
    const rounds = kind === 'SQLite' ? [10, 10, 10] : [10, 10];
    it.each(rounds.map((times, round) => [times, round]))(
      'killed %i times (round %i) and then run to its end, is as if it had never been disturbed',
      async (times, round) => {
        const database = await fresh();
        try {
          const env = { ...database.env, ...settings() };
          await killTimes(env, times, 500 + round);
          const { code, err } = await run(['sync', 'arxiv'], env);
          expect([code, code === 0 ? '' : err]).toEqual([0, '']);
          await isWhole(database);
        } finally {
          await database.remove();
        }
      },
    );
  });
});
