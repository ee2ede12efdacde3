/** Packages of the peers: installed into bench/peers on first use, not with the project's own. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../parts.ts';

const folder = join(root, 'bench/peers');

/** Installs what the lock file says, unless it is already there. Without a network it says so and continues. */
export function installPeers(note: (line: string) => void): void {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules/.broadsheet-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  note('Installing the peers into bench/peers (once; some hundred megabytes) …');
  // Not `npm ci`: the lock file lists native packages only for the systems it was made on, which is an error on
  // others; this installs the versions it lists and finds the packages for other systems.
  const args = ['install', '--no-save', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, error } = spawnSync('npm', [...args, '--loglevel=error'], {
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) writeFileSync(stamp, lock);
  else
    note(`The peers could not be installed${error ? `: ${error.message}` : ''}; those missing are left out.`);
}

const require = createRequire(join(folder, 'package.json'));

/** Whether a package is there. */
export function hasPeer(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** Loads a package. The project does not depend on it, so the caller provides the type. */
export const peer = <T>(name: string): T => require(name) as T;
