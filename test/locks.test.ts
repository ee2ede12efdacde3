/** npm installs exactly what was reviewed: each package of each lock file has a hash, and comes from npm's registry. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Lock {
  lockfileVersion: number;
  packages: Record<string, { version?: string; resolved?: string; integrity?: string; link?: boolean }>;
}

const LOCKS = [
  'package-lock.json',
  'bench/peers/package-lock.json',
  'scripts/regexes/package-lock.json',
  'test/transformers/package-lock.json',
];

it('every lock file of the project is covered', () => {
  const isOthers = (name: string) => /(?:^|\/)(?:node_modules|dist|data)$/.test(name);
  const found = globSync('**/package.json', { exclude: isOthers });
  expect(found.map((path) => join(dirname(path), 'package-lock.json')).sort()).toEqual([...LOCKS].sort());
});

const KINDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

describe.each(LOCKS)('%s', (path) => {
  const asked = JSON.parse(readFileSync(join(dirname(path), 'package.json'), 'utf8')) as Record<
    string,
    object
  >;
  const lock = JSON.parse(readFileSync(path, 'utf8')) as Lock;
  const packages = Object.entries(lock.packages).filter(([name]) => name !== '');

  it('names packages', () => {
    expect(lock.lockfileVersion).toBe(3);
    // Direct dependencies, and what they need in turn.
    expect(packages.length).toBeGreaterThan(KINDS.flatMap((kind) => Object.keys(asked[kind] ?? {})).length);
  });

  it('has a hash for every one of them', () => {
    const without = packages.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==/.test(integrity ?? ''));
    expect(without.map(([name]) => name)).toEqual([]);
  });

  it('takes all of them from the registry', () => {
    const elsewhere = packages.filter(
      ([, { resolved, link }]) =>
        link || (resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/')),
    );
    expect(elsewhere).toEqual([]);
  });

  it('matches package.json', () => {
    const root = lock.packages[''] as Record<string, unknown>;
    for (const kind of KINDS) expect(root[kind] ?? {}).toEqual(asked[kind] ?? {});
  });
});
