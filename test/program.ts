/**
 * The built program as users run it: a separate process, with its streams and its exit code. Every process started
 * here is ended with the test file; none of them may ever print a stack trace.
 */
import './connections.ts';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';

/** The path of the built program. */
export const MAIN = join(process.cwd(), 'dist/main.js');

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
  /** Standard output, one JSON object a line (`--json`). */
  lines(): Record<string, unknown>[];
  last(): Record<string, unknown>;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when the output so far matches; rejects if the program ends before that. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Settings for tests: nothing from the developer's own environment, no network, no fixed port. */
export type Env = Record<string, string | undefined>;

const processes = new Set<ChildProcess>();
const folders: string[] = [];

afterAll(async () => {
  for (const child of processes) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed with the test file. */
export function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-program-'));
  folders.push(folder);
  return folder;
}

/**
 * A prefix for a command (`shell`) that makes file modes apply to it although we are root; '' if they do anyway. Null:
 * not possible here. It remains root, and can still read the program wherever that is, even in a folder that nobody
 * else may enter; it only loses the right to write where its user may not.
 */
export function withoutPrivilege(): string | null {
  if (process.getuid?.() !== 0) return '';
  const words = ['--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all'];
  const { status } = spawnSync('setpriv', [...words, 'true']);
  return status === 0 ? `exec setpriv ${words.join(' ')} "$0" "$@"` : null;
}

/** Starts the program. */
export function start(args: string[], env: Env = {}, options: { shell?: string } = {}): Running {
  const base: Env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    TMPDIR: process.env.TMPDIR,
    DATA_DIR: '/nowhere/a-test-must-say-where',
    OFFLINE: '1',
    PORT: '0',
    ...env,
  };
  const [file, words] = options.shell
    ? ['bash', ['-c', `${options.shell}; exec "$0" "$@"`, process.execPath, MAIN, ...args]]
    : [process.execPath, [MAIN, ...args]];
  const child = spawn(file, words, {
    env: base as NodeJS.ProcessEnv,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  processes.add(child);
  let out = '';
  let err = '';
  const waiting = new Set<() => void>();
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    for (const look of waiting) look();
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    err += text;
    for (const look of waiting) look();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    // It could not even be started: there will be no `close`.
    child.once('error', reject);
    child.once('close', (code, signal) => {
      processes.delete(child);
      for (const look of waiting) look();
      const lines = () =>
        out
          .split('\n')
          .filter(Boolean)
          .map((line) => JSON.parse(line) as Record<string, unknown>);
      resolve({ code, signal, out, err, lines, last: () => lines().at(-1) ?? {} });
    });
  });
  const says = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(out) ?? pattern.exec(err);
        if (found) resolve(found);
        else if (child.exitCode !== null || child.signalCode !== null)
          reject(new Error(`ended (${child.exitCode ?? child.signalCode}) without ${pattern}: ${out}${err}`));
        else return;
        waiting.delete(look);
      };
      waiting.add(look);
      look();
    });
  return { child, ended, says };
}

/** Runs the program to its end. */
export async function run(
  args: string[],
  env: Env = {},
  options: Parameters<typeof start>[2] = {},
): Promise<Ended> {
  const ended = await start(args, env, options).ended;
  // Titles may contain anything; a stack trace has frames in our code or in Node's.
  expect(ended.err, 'a stack trace').not.toMatch(/^ {4}at /m);
  expect(ended.out, 'a stack trace').not.toMatch(/^ {4}at \S+ \(|^ {4}at (?:file|node):/m);
  return ended;
}

/** Runs a command that must succeed and returns its last line of JSON. */
export async function json(args: string[], env: Env, code = 0): Promise<Record<string, unknown>> {
  const ended = await run([...args, '--json'], env);
  expect([ended.code, ended.code === code ? '' : ended.err]).toEqual([code, '']);
  return ended.last();
}

/** Everything in a database, as the program exports it. */
export async function exported(env: Env): Promise<string> {
  const ended = await run(['export', '--format', 'jsonl'], env);
  expect([ended.code, ended.code === 0 ? '' : ended.err]).toEqual([0, '']);
  return ended.out;
}

export interface Site extends Running {
  url: string;
  get(
    path: string,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; text: string }>;
  /** Ends it with a signal and returns the result. */
  end(signal?: NodeJS.Signals): Promise<Ended>;
}

/** Starts `serve` and waits for its address. */
export async function serve(env: Env, args: string[] = []): Promise<Site> {
  const running = start(['serve', ...args], env);
  const url = (await running.says(/ is at (http:\S+)\n/))[1]!;
  return {
    ...running,
    url,
    async get(path, headers = {}) {
      const response = await fetch(`${url}${path}`, { headers, redirect: 'manual' });
      return { status: response.status, headers: response.headers, text: await response.text() };
    },
    end(signal = 'SIGTERM') {
      running.child.kill(signal);
      return running.ended;
    },
  };
}

/** Repeats a request until the response is as wanted: for work behind the pages, which has no deadline. */
export async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  const patience = Date.now() + 60_000;
  while (!(await look())) {
    if (Date.now() > patience) throw new Error(`waited a minute for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
