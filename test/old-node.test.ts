/** The scripts on a Node that is too old for them: one sentence, before anything else. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SITE_OPTIONS } from '../scripts/prepare.mjs';

const scripts = [
  ...readdirSync('scripts')
    // Run by whoever changes the fonts, and by nobody else.
    .filter((name) => name.endsWith('.mjs') && name !== 'fallback-fonts.mjs')
    .map((name) => join('scripts', name)),
  'bin/broadsheet.js',
];

describe.each(scripts)('%s', (script) => {
  const text = readFileSync(script, 'utf8').replace(/^ *\/\/.*$/gm, '');

  it('can be read by an old Node', () => {
    expect(text).not.toMatch(/\?\?|\?\.|^await |^ *for await|^(?:const|let|var) .*\bawait /m);
    // What is imported at the top is read before the sentence can be said.
    const imported = [...text.matchAll(/^import (?:.* from )?'([^']+)'/gm)].map(([, from]) => from!);
    for (const from of imported) expect(from).toMatch(/^(?:node:|\.\.?\/(?:scripts\/)?[\w-]+\.mjs$)/);
    const own = imported.filter((from) => !from.startsWith('node:'));
    if (!/(?:old-node|prepare)\.mjs$/.test(script)) expect(own[0]).toMatch(/old-node\.mjs$/);
  });

  it.skipIf(/(?:prepare|client)\.mjs$/.test(script))('says on one that Node 20 is needed', () => {
    const older = "Object.defineProperty(process.versions, 'node', { value: '18.20.8' })";
    const ended = spawnSync(process.execPath, ['--import', `data:text/javascript,${older}`, script], {
      encoding: 'utf8',
    });
    expect([ended.status, ended.stdout, ended.stderr]).toEqual([
      1,
      '',
      'Broadsheet needs Node 20 or newer, and this is Node 18.20.8. Get a newer one from https://nodejs.org.\n',
    ]);
  });
});

it('a site started by either command has the same options of Node', () => {
  const first = readFileSync('bin/broadsheet.js', 'utf8').split('\n')[0];
  expect(first).toBe(`#!/usr/bin/env -S node ${SITE_OPTIONS.join(' ')}`);
});
