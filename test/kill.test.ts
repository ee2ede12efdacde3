/**
 * A program that is killed loses nothing and invents nothing: after another run, everything is as if it had never been.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { onBoth } from './databases.ts';
import { inventedFiles, random } from './invented.ts';
import { type Ended, type Env, eventually, exported, run, serve, start, temporary } from './program.ts';

const PAPERS = 3000;
const QUERIES = ['number 2424', 'lantern velvet', '李 prism', 'elsewhere'];

const folder = temporary();
const files = [join(folder, 'first.jsonl'), join(folder, 'second.jsonl')];
const wanted = { text: '', papers: 0, found: [] as string[][], bad: 0, took: 0 };

/** Ids that searches find, each set in one order; and how many there are. */
async function found(env: Env): Promise<string[][]> {
  const answer = async (query: string): Promise<string[]> => {
    const { out, err } = await run(['search', query, '--limit', '100'], env);
    const ids = out.split('\n').map((line) => line.split(' ')[0]!);
    const total = Number(/([\d,]+) found/.exec(err)?.[1]?.replace(/,/g, ''));
    // If more match than are shown, papers with the same score may replace one another.
    return [String(total), ...(total <= 100 ? ids.sort() : [])];
  };
  return Promise.all(QUERIES.map(answer));
}

beforeAll(async () => {
  const invented = inventedFiles(PAPERS);
  writeFileSync(files[0]!, invented.first);
  writeFileSync(files[1]!, invented.second);
  const env = { DATA_DIR: temporary() };
  const began = performance.now();
  const { code, last } = await run(['import', ...files, '--json'], env);
  wanted.took = performance.now() - began;
  expect([code, last().rejected]).toEqual([3, invented.bad]);
  wanted.bad = invented.bad;
  wanted.text = await exported(env);
  wanted.papers = wanted.text.split('\n').length - 1;
  wanted.found = await found(env);
  expect(wanted.found.every(([total]) => Number(total) > 0)).toBe(true);
});

/** Starts an import and kills it after `wait` ms. Null: it had already finished. */
async function killed(env: Env, wait: number): Promise<Ended | null> {
  const { child, ended } = start(['import', ...files], env);
  const timer = setTimeout(() => child.kill('SIGKILL'), wait);
  const end = await ended;
  clearTimeout(timer);
  return end.signal === 'SIGKILL' ? end : null;
}

/** Kills imports this many times, at moments spread over the run. */
async function killTimes(env: Env, times: number, seed: number): Promise<void> {
  const next = random(seed);
  // The program needs a moment before it does anything worth interrupting.
  const boot = Math.min(120, wanted.took / 10);
  let scale = 1;
  for (let done = 0; done < times; ) {
    const wait = boot + ((done + next()) / times) * wanted.took * 0.75 * scale;
    if (await killed(env, wait)) done++;
    else scale /= 2;
  }
}

/** The database and the index have what an undisturbed import puts there, byte for byte. */
async function isWhole(env: Env): Promise<void> {
  const [text, doctor, searched] = await Promise.all([
    exported(env),
    run(['doctor', '--json'], env),
    found(env),
  ]);
  // Compared outside `expect`, which would print megabytes.
  expect(text === wanted.text, firstDifference(text, wanted.text)).toBe(true);
  const says = Object.fromEntries(doctor.lines().map((line) => [line.check, `${line.state}: ${line.says}`]));
  expect(says.database).toContain(`${wanted.papers.toLocaleString('en-GB')} papers`);
  expect(says.index).toBe(`ok: ${wanted.papers.toLocaleString('en-GB')} papers, up to date`);
  expect(says.integrity).toMatch(/^ok/);
  expect(searched).toEqual(wanted.found);
}

function firstDifference(a: string, b: string): string {
  const [left, right] = [a.split('\n'), b.split('\n')];
  const at = left.findIndex((line, i) => line !== right[i]);
  return `${left.length} and ${right.length} lines; at ${at}:\n${left[at]}\n${right[at]}`;
}

describe('an import killed again and again', () => {
  onBoth((kind, fresh) => {
    // A server slows a test down more than a file does; the places where one can be hit are the same.
    const rounds = kind === 'SQLite' ? [7, 6] : [4];
    it.each(rounds.map((times, round) => [times, round]))(
      'killed %i times (round %i) and then run to its end, is as if it had never been disturbed',
      async (times, round) => {
        const database = await fresh();
        try {
          await killTimes(database.env, times, 100 + round);
          const { code, last } = await run(['import', ...files, '--json'], database.env);
          expect([code, last().rejected]).toEqual([3, wanted.bad]);
          await isWhole(database.env);
        } finally {
          await database.remove();
        }
      },
    );

    it('continues when the site that wrote its index is killed and started again', async () => {
      const database = await fresh();
      try {
        const site = await serve(database.env, ['--empty']);
        await eventually('the site to be ready', async () => (await site.get('/healthz')).status === 200);
        const importing = start(['import', ...files, '--json'], database.env);
        await eventually('papers on the front page', async () =>
          (await site.get('/search?q=lantern')).text.includes('number'),
        );
        const end = await site.end('SIGKILL');
        expect(end.signal).toBe('SIGKILL');
        const { code, last } = await importing.ended;
        expect([code, last().rejected]).toEqual([3, wanted.bad]);
        await isWhole(database.env);
        const again = await serve(database.env);
        await eventually('the site to be ready', async () => (await again.get('/healthz')).status === 200);
        expect((await again.get('/search?q=lantern')).text).toContain('number');
        expect((await again.end()).code).toBe(0);
      } finally {
        await database.remove();
      }
    });
  });
});
