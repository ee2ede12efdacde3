/** What the benchmarks share: programs to measure, temporary folders, percentiles. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SITE_ENV, SITE_OPTIONS } from '../scripts/prepare.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const program = join(root, 'dist/main.js');

/** The papers to measure with: the given file, or the development set if it is available. */
export function papersFile(args: string[]): string {
  const file = args[0] ?? join(root, '../shared/data/arxiv-dev.jsonl.gz');
  if (!existsSync(file)) {
    console.error(`There is no file ${file}: name a JSONL file of papers.`);
    process.exit(2);
  }
  return file;
}

/** A folder that is removed when the work is done. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface Running {
  url: string;
  /** Processor seconds used so far, in hundredths; NaN if that is not known (not Linux). */
  cpu(): number;
  /** Its resident memory in bytes; NaN if that is not known. */
  rss(): number;
  pid: number | undefined;
  stop(): Promise<void>;
}

/** Starts a Node program that prints an address, and waits until `path` there answers with success. */
export async function running(
  args: string[],
  env: Record<string, string>,
  path: string,
  /** A shell command that puts the process where it is to run, such as into a control group. */
  first?: string,
): Promise<Running> {
  const [file, words] = first
    ? ['sh', ['-c', `${first} && exec "$0" "$@"`, process.execPath, ...args]]
    : [process.execPath, args];
  const child = spawn(file, words, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const found = /http:\/\/[\w.:[\]]+/.exec(text);
      if (found) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`the program ended before it was listening: ${text}`)));
  });
  for (;;) {
    const answer = await fetch(url + path).catch(() => null);
    await answer?.arrayBuffer();
    if (answer?.ok) break;
    await sleep(50);
  }
  return {
    ...{ url, pid: child.pid, cpu: () => cpuOf(child.pid), rss: () => rssOf(child.pid) },
    stop: () => ended(child),
  };
}

function cpuOf(pid: number | undefined): number {
  try {
    // The program's name, in brackets, may contain spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return Number.NaN;
  }
}

function rssOf(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024;
  } catch {
    return Number.NaN;
  }
}

/** A site of ours over a data folder, with nothing else going on. */
export const ourSite = (
  folder: string,
  more: Record<string, string> = {},
  first?: string,
): Promise<Running> =>
  running(
    [...SITE_OPTIONS, program, 'serve', '--empty'],
    {
      ...SITE_ENV,
      DATA_DIR: folder,
      PORT: '0',
      OFFLINE: '1',
      DATABASE_URL: '',
      LOG_LEVEL: 'info',
      API_RATE_LIMIT: '0',
      ...more,
    },
    '/healthz',
    first,
  );

/** Runs our program to its end and returns the last JSON line it printed. */
export async function ours(args: string[], folder: string): Promise<Record<string, number>> {
  const env = { ...process.env, DATA_DIR: folder, OFFLINE: '1', DATABASE_URL: '' };
  const child = spawn(process.execPath, [program, ...args, '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`broadsheet ${args.join(' ')} ended with ${code}`);
  return JSON.parse(text.trim().split('\n').at(-1)!);
}

function ended(child: ChildProcess): Promise<void> {
  // It may have been killed, for lack of memory above all.
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
}

/** Words that many papers have. */
export const WORDS =
  'language model learning data attention diffusion reasoning image graph policy token'.split(' ');

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The value that a share of the values do not exceed (nearest rank). */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
