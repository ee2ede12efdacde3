/** An attack: what a reader still gets, and how much memory the site takes, while one process attacks it. */
import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { attacks, HOSTILE_PAPERS } from './hostile/attacks.ts';
import { hostilePapers } from './hostile/papers.ts';
import type { Row } from './main.ts';
import { inFolder, ourSite, ours, percentile, type Running, root, round, sleep } from './parts.ts';

const SECONDS = 120;
/** How long the reader is alone before the attack, and the site is left alone after it. */
const CALM = 15;

export interface Visit {
  times: number[];
  errors: string[];
}

/** `[FILE] [--seconds N] [--only NAMES]`: papers (default: the starter collection), length and kinds of the attack. */
export async function hostile(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { seconds: { type: 'string', default: String(SECONDS) }, only: { type: 'string', default: '' } },
  });
  const seconds = Number(values.seconds);
  const file = positionals[0] ?? join(root, 'starter/papers.jsonl');
  const names = attacks([])
    .map(({ name }) => name)
    .filter((name) => values.only.split(',').some((beginning) => name.startsWith(beginning.trim())));
  if (!(seconds > 0) || !existsSync(file) || names.length === 0) {
    console.error(
      'npm run bench -- hostile [FILE] [--seconds N] [--only NAMES]: FILE is a JSONL file of papers.',
    );
    process.exit(2);
  }
  return inFolder(async (folder) => {
    note('Importing …');
    await ours(['import', file], folder);
    const site = await ourSite(folder, { ADMIN_PASSWORD: 'a password nobody guesses' });
    try {
      return await visit(site, folder, seconds, names, note);
    } finally {
      await site.stop();
    }
  });
}

async function visit(
  site: Running,
  folder: string,
  seconds: number,
  names: string[],
  note: (line: string) => void,
): Promise<Row[]> {
  const calm = Math.min(CALM, seconds);
  note(`A reader alone for ${calm} s …`);
  // The first pages are served by code that has not run before.
  await programOf<Visit>('reader.ts', [site.url, String(calm / 2)]);
  const alone = await programOf<Visit>('reader.ts', [site.url, String(calm)]);
  const before = site.rss();
  const { period } = (await (await fetch(`${site.url}/api/v1/editions/latest`)).json()) as {
    period?: { value: string };
  };
  const papers = hostilePapers(period?.value ?? '2026-06-26');
  const list = join(folder, 'hostile.jsonl');
  writeFileSync(list, papers.map((paper) => `${JSON.stringify(paper)}\n`).join(''));
  const addresses = papers.map(({ id }) => `/papers/${id}`);

  note(`The attack, for ${seconds} s …`);
  let peak = before;
  const watch = setInterval(() => {
    peak = Math.max(peak, site.rss());
  }, 200);
  const [under, sent] = await Promise.all([
    programOf<Visit>('reader.ts', [site.url, String(seconds)]),
    programOf<Record<string, number>>('attacker.ts', [site.url, String(seconds), names.join(), ...addresses]),
    names.includes(HOSTILE_PAPERS) && sleep(seconds * 250).then(() => ours(['import', list], folder)),
  ]);
  clearInterval(watch);
  for (const [name, count] of Object.entries(sent)) note(`${name}: ${count} requests`);
  for (const error of under.errors.slice(0, 10)) note(`the reader: ${error}`);
  await sleep(calm * 1000);
  const after = site.rss();

  const row = (what: string, { times, errors }: Visit): Row => ({
    what,
    pages: times.length,
    p50_ms: round(percentile(times, 0.5), 1),
    p99_ms: round(percentile(times, 0.99), 1),
    max_ms: round(percentile(times, 1), 1),
    errors: errors.length,
    rss_mb: null,
    of_before: null,
  });
  const memory = (what: string, bytes: number): Row => ({
    what,
    pages: null,
    p50_ms: null,
    p99_ms: null,
    max_ms: null,
    errors: null,
    rss_mb: Math.round(bytes / 1e6),
    of_before: round(bytes / before),
  });
  return [
    row('reader alone', alone),
    row('reader under attack', under),
    memory('memory before', before),
    memory('memory at its peak', peak),
    memory('memory after', after),
  ];
}

/** Runs a program of this benchmark to its end and returns the JSON it printed. */
function programOf<T>(name: string, args: string[]): Promise<T> {
  const child = spawn(process.execPath, [join(root, 'bench/hostile', name), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(text) as T);
      else reject(new Error(`${name} ended with ${code}`));
    });
  });
}
