/** The scripts on a Node that is too old for them: one sentence, before anything else. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isOlder, PROGRAM } from '../scripts/old-node.mjs';
import { SITE_ENV, SITE_OPTIONS } from '../scripts/prepare.mjs';

const scripts = [
  ...readdirSync('scripts')
    // Run only by people who change the fonts.
    .filter((name) => name.endsWith('.mjs') && name !== 'fallback-fonts.mjs')
    .map((name) => join('scripts', name)),
  'bin/broadsheet.js',
];

/** The Node that a checkout needs to begin with; it continues with the Node that npm installs. */
const { engines, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  engines: { node: string };
  devDependencies: { node: string };
};
const NEEDED = /CHECKOUT = '(\d+)'/.exec(readFileSync('scripts/old-node.mjs', 'utf8'))?.[1];
const BROUGHT = /^\^(\d+)\./.exec(devDependencies.node)?.[1];

it('package.json, the documentation and the scripts name the same versions, to start with and to run on', () => {
  const read = (path: string) => readFileSync(path, 'utf8').replace(/\s+/g, ' ');
  // What the package runs on without help.
  expect(engines.node).toBe(`>=${PROGRAM}`);
  expect(PROGRAM.split('.')[0]).toBe(BROUGHT);
  expect(read('docs/installing.md')).toContain(`It needs Node ${PROGRAM} or newer`);
  expect(read('README.md')).toContain(`Any Node from ${NEEDED} and npm`);
  expect(read('README.md')).toContain(`the project's own Node ${BROUGHT}, which the program runs on`);
  expect(read('scripts/build.mjs')).toContain(`target: 'node${BROUGHT}'`);
  expect(process.versions.node.split('.')[0]).toBe(BROUGHT);
});

describe.each(scripts)('%s', (script) => {
  const text = readFileSync(script, 'utf8').replace(/^ *\/\/.*$/gm, '');

  it('can be parsed by an old Node', () => {
    expect(text).not.toMatch(/\?\?|\?\.|^await |^ *for await|^(?:const|let|var) .*\bawait /m);
    // Newer than the oldest Node that may start it.
    expect(text).not.toMatch(/groupBy|withResolvers|import\.meta\.(?:dirname|filename)|globSync|node:sqlite/);
    // Imports at the top are parsed before the sentence can be printed.
    const imported = [...text.matchAll(/^import (?:.* from )?'([^']+)'/gm)].map(([, from]) => from!);
    for (const from of imported) expect(from).toMatch(/^(?:node:|\.\.?\/(?:scripts\/)?[\w-]+\.mjs$)/);
    const own = imported.filter((from) => !from.startsWith('node:'));
    if (!/(?:old-node|prepare)\.mjs$/.test(script)) expect(own[0]).toMatch(/old-node\.mjs$/);
  });

  it.skipIf(/(?:prepare|client)\.mjs$/.test(script))(`says on one that Node ${NEEDED} is needed`, () => {
    const older = "Object.defineProperty(process.versions, 'node', { value: '18.20.8' })";
    const ended = spawnSync(process.execPath, ['--import', `data:text/javascript,${older}`, script], {
      encoding: 'utf8',
    });
    expect([ended.status, ended.stdout, ended.stderr]).toEqual([
      1,
      '',
      `Broadsheet needs Node ${NEEDED} or newer, and this is Node 18.20.8. Get a newer one from https://nodejs.org.\n`,
    ]);
  });
});

it('versions are compared by number', () => {
  expect(['24.6.9', '22.22.0', '9.0.0'].map((version) => isOlder(version, '24.7'))).toEqual([
    true,
    true,
    true,
  ]);
  expect(['24.7.0', '24.10.0', '26.0.0'].map((version) => isOlder(version, '24.7'))).toEqual([
    false,
    false,
    false,
  ]);
  expect([isOlder('20.0.0', '20'), isOlder('18.20.8', '20')]).toEqual([false, true]);
});

it('a site has the same options and environment whichever command starts it', () => {
  const first = readFileSync('bin/broadsheet.js', 'utf8').split('\n')[0];
  const env = Object.entries(SITE_ENV).map(([name, value]) => `${name}=${value}`);
  expect(first).toBe(`#!/usr/bin/env -S ${env.join(' ')} node ${SITE_OPTIONS.join(' ')}`);
});
