// What every npm script needs first: the packages in the lock file, and a build of the current sources.
// Runs on Node 20 or later (and is parsed by older ones, see old-node.mjs); everything after it runs on the Node that
// the project brings.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');

/** The project's own Node. */
export const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

/**
 * Node options for a site: the limit of V8's space for short-lived objects, in MB, which on a large machine grows to
 * several times that for no benefit. The first line of bin/broadsheet.js has the same; `serve` sets what can be set
 * later.
 */
export const SITE_OPTIONS = ['--max-semi-space-size=16'];
/** Its environment: glibc otherwise reserves memory for each thread, and returns little of it. */
export const SITE_ENV = { MALLOC_ARENA_MAX: '2' };

const say = (line) => process.stderr.write(`${line}\n`);

/** Installs packages if the lock file has changed since the last time. */
export function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  const stamp = join(modules, '.broadsheet-lock');
  if (existsSync(node) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  say('Installing packages (once; this takes a minute) …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(npm, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0 || !existsSync(node)) {
    say(
      `The packages could not be installed${error ? `: ${error.message}` : ''}. Is the package registry reachable?`,
    );
    process.exit(1);
  }
  writeFileSync(stamp, lock);
}

/** Builds dist/ if the sources have changed since. */
export function build() {
  const files = ['src', 'scripts', 'package-lock.json', 'package.json', 'tsconfig.json'].flatMap(walk);
  const hash = createHash('sha256');
  for (const file of files)
    hash.update(`${file} ${statSync(join(root, file)).size} ${statSync(join(root, file)).mtimeMs}\n`);
  const wanted = hash.digest('hex');
  const stamp = join(root, 'dist', '.built-from');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Building …');
  const { status } = spawnSync(node, ['scripts/build.mjs'], { cwd: root, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status || 1);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

function walk(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path))
    .sort()
    .flatMap((name) => walk(join(path, name)));
}

/** Runs the project's Node with these arguments in place of this process: same streams, signals, exit code. */
export function become(args, env = process.env) {
  const child = spawn(node, args, { stdio: 'inherit', env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code === null ? 1 : code;
  });
  return child;
}
