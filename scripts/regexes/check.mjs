// npm run check: no regular expression in src/ takes longer than linear time on any text.
//
// A site gets text from strangers everywhere, and `/\/+$/` on an address of 80,000 slashes holds up every page for
// 40 s. recheck proves each expression linear, or finds a text that should make it slow, which is then tried. Those
// that have passed are in linear.json: they need not be checked again, and no slow machine reaches another verdict.
//
// An expression that only ever gets short text, or the operator's own, may say so on the line above:
// `// bounded: <why>`. One that is assembled at run time must.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { transformSync } from 'esbuild';

const here = import.meta.dirname;
const root = dirname(dirname(here));
const PASSED = join(here, 'linear.json');
/** Time limit for one expression (ms). Long counted repetitions take seconds. */
const TIMEOUT = 60_000;
/**
 * An expression that takes less than this (ms) on a text made to slow it down, of some 50,000 characters, is not slow.
 */
const QUICK = 60;

/** Installs recheck, without its optional builds for Java and single platforms: 50 MB that only save seconds. */
function install() {
  if (existsSync(join(here, 'node_modules', 'recheck', 'package.json'))) return true;
  const args = ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, args, {
    cwd: here,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  return status === 0;
}

/** Every expression in a folder, with file and line; those in tests and fixtures do not get text from strangers. */
function* expressions(folder) {
  const { parse } = createRequire(join(here, 'check.mjs'))('acorn');
  const skipped = /\.(?:test|fixture)\.tsx?$|(?:^|[\\/])(?:testing|assembly)[\\/]/;
  for (const file of globSync('**/*.{ts,tsx,mjs}', { cwd: folder }).sort()) {
    if (skipped.test(file) || file.endsWith('.d.mts')) continue;
    const text = readFileSync(join(folder, file), 'utf8');
    const loader = file.endsWith('tsx') ? 'tsx' : 'ts';
    const { code } = transformSync(text, { loader, jsx: 'automatic', target: 'esnext' });
    const tokens = [];
    parse(code, { ecmaVersion: 'latest', sourceType: 'module', onToken: tokens });
    const lines = text.split('\n');
    const isBounded = (line) => {
      // `const TAG =` may be on a line of its own.
      const above = lines[line - 1] ?? '';
      const first = /(?:=|=>|\()$/.test(above) ? (lines[line - 2] ?? '') : '';
      return /\/\/ bounded: \S/.test(`${first}\n${above}\n${lines[line]}`);
    };
    let from = 0;
    for (const [at, { type, value }] of tokens.entries()) {
      const isMade = type.label === 'name' && value === 'RegExp' && tokens[at - 1]?.type.label === 'new';
      if (type.label !== 'regexp' && !isMade) continue;
      const raw = isMade ? 'new RegExp(…)' : `/${value.pattern}/${value.flags}`;
      const found = text.indexOf(isMade ? 'new RegExp(' : raw, from);
      if (found >= 0) from = found + 1;
      const line = found < 0 ? -1 : text.slice(0, found).split('\n').length - 1;
      const where = `${file}:${line + 1}`;
      const bounded = line >= 0 && isBounded(line);
      yield isMade ? { where, raw, bounded } : { where, raw, bounded, ...value };
    }
  }
}

async function main() {
  if (!install()) {
    console.error('Regular expressions were NOT checked: the checker (recheck) could not be installed.');
    return process.env.CI ? 1 : 0;
  }
  const folder = resolve(process.argv[2] ?? join(root, 'src'));
  const isOurs = process.argv[2] === undefined;
  const all = [...expressions(folder)];
  const passed = new Set(JSON.parse(readFileSync(PASSED, 'utf8')));
  const open = new Map(
    all
      .filter(({ pattern, bounded, raw }) => pattern !== undefined && !bounded && !passed.has(raw))
      .map((one) => [one.raw, one]),
  );
  const verdicts = new Map();
  if (open.size > 20) console.error(`Checking ${open.size} regular expressions …`);
  const waiting = [...open.values()];
  const threads = Math.min(availableParallelism(), 4, waiting.length);
  await Promise.all(Array.from({ length: threads }, () => work(waiting, verdicts)));
  const isLinear = ({ raw }) => passed.has(raw) || verdicts.get(raw) === 'safe';
  if (isOurs && !process.env.CI) {
    const linear = all.filter((one) => one.pattern !== undefined && isLinear(one)).map(({ raw }) => raw);
    writeFileSync(PASSED, `${JSON.stringify([...new Set(linear)].sort(), null, 2)}\n`);
  }
  let wrong = 0;
  for (const one of all) {
    if (one.bounded || (one.pattern !== undefined && isLinear(one))) continue;
    const says = one.pattern === undefined ? 'is assembled at run time' : verdicts.get(one.raw);
    wrong++;
    console.error(`${relative(process.cwd(), join(folder, one.where))}: ${one.raw} ${says}`);
  }
  if (wrong === 0) return 0;
  console.error(
    `\n${wrong} regular expressions are not shown to be linear. Rewrite them, or say on the line above why their` +
      ' input is short: // bounded: …',
  );
  return 1;
}

/** One worker that takes from `waiting` until nothing is left. */
function work(waiting, verdicts) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(import.meta.filename, {
      workerData: 'checker',
      env: { ...process.env, RECHECK_BACKEND: 'pure' },
    });
    let current;
    const next = () => {
      current = waiting.pop();
      if (current) worker.postMessage([current.pattern, current.flags]);
      else worker.terminate().then(() => resolve());
    };
    worker.on('message', (says) => {
      verdicts.set(current.raw, says);
      next();
    });
    worker.on('error', reject);
    next();
  });
}

/** Whether a text that recheck considers slow is not: about counted repetitions it is sometimes wrong. */
function isQuick(pattern, flags, { type }, text) {
  // This one would never finish.
  if (type === 'exponential') return false;
  const start = process.threadCpuUsage();
  new RegExp(pattern, flags).exec(text);
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000 < QUICK;
}

if (isMainThread) process.exitCode = await main();
else if (workerData === 'checker') {
  const { checkSync } = createRequire(import.meta.filename)('recheck');
  parentPort.on('message', ([pattern, flags]) => {
    const found = checkSync(pattern, flags, { timeout: TIMEOUT });
    const says =
      found.status === 'safe' ||
      (found.status === 'vulnerable' && isQuick(pattern, flags, found.complexity, found.attack.string))
        ? 'safe'
        : found.status === 'vulnerable'
          ? `takes ${found.complexity.summary} time, for instance on ${found.attack.pattern}`
          : `cannot be judged (${found.error?.kind ?? 'unknown'})`;
    parentPort.postMessage(says);
  });
}
