/** A harvest that is killed loses nothing, imports nothing twice and leaves no run open: run again, it continues. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from './databases.ts';
import { random } from './invented.ts';
import { type Env, exported, run, start, temporary } from './program.ts';
import { addDays, newYork, utcDay } from './simulator/calendar.ts';
import { type Asked, type Simulator, startSimulator } from './simulator/server.ts';

const RECORDS = 20_000;
const CATEGORIES = ['cs.CL', 'cs.LG'];
const DAYS = 46;

const wanted = { text: '', pages: 0 };
let simulator: Simulator;

const settings = (): Env => ({
  ...simulator.settings,
  SYNC_CATEGORIES: CATEGORIES.join(','),
  SYNC_DAYS: '90',
  REQUEST_INTERVAL_MS: '0',
  // This machine is not a network.
  OFFLINE: '1',
});
const isPage = ({ path }: Asked): boolean => path.includes('verb=ListRecords');
const pages = (): number => simulator.requests.filter(isPage).length;

beforeAll(async () => {
  const yesterday = addDays(utcDay(Date.now()), -1);
  simulator = await startSimulator({
    seed: 50,
    start: addDays(yesterday, -DAYS),
    days: DAYS - 2,
    categories: CATEGORIES,
    perDay: 550,
    abstractWords: 25,
    oaiPage: 500,
  });
  // The clock stands still at an hour by which all doors have what was announced.
  simulator.setNow(newYork(yesterday, 12));
  const env = { DATA_DIR: temporary(), ...settings() };
  const { code, err } = await run(['sync', 'arxiv'], env);
  expect([code, code === 0 ? '' : err]).toEqual([0, '']);
  wanted.text = await exported(env);
  wanted.pages = pages();
  expect(wanted.pages * 500).toBeGreaterThan(RECORDS);
  expect(wanted.text.split('\n').length).toBeGreaterThan(RECORDS * 0.9);
});
afterAll(() => simulator.close());

/** Starts a harvest and kills it some pages in, or shortly after its start. False: it had already finished. */
async function killed(env: Env, next: () => number, most: number): Promise<boolean> {
  const before = pages();
  const { child, ended } = start(['sync', 'arxiv'], env);
  const stop = new AbortController();
  const isOver = ended.then(() => stop.abort());
  // Most hits are meant for the harvest itself; some for what comes before it, the announcements and the start.
  const count = next() < 0.8 ? 1 + Math.floor(next() * most) : 0;
  await Promise.race([simulator.reached(before + count, isPage), isOver]);
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

/** What an undisturbed run leaves, byte for byte, and a ledger without open runs. */
async function isWhole({ env, open }: TestDatabase): Promise<void> {
  const text = await exported({ ...env, ...settings() });
  // Compared outside `expect`, which would print megabytes.
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
    // A server slows a test down more than a file does; the places where one can be hit are the same.
    const times = kind === 'SQLite' ? 30 : 20;
    it(`killed ${times} times and then run to its end, is as if it had never been disturbed`, async () => {
      const database = await fresh();
      try {
        const env = { ...database.env, ...settings() };
        const before = pages();
        await killTimes(env, times, 500 + times);
        const { code, err } = await run(['sync', 'arxiv'], env);
        expect([code, code === 0 ? '' : err]).toEqual([0, '']);
        await isWhole(database);
        // Some pages were lost and requested again; if not, no kill hit anything.
        expect(pages() - before).toBeGreaterThan(wanted.pages);
      } finally {
        await database.remove();
      }
    }, 600_000);
  });
});
