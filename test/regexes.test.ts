/** The check of regular expressions finds what it is there to find. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const isInstalled = existsSync(join(root, 'scripts/regexes/node_modules/recheck'));

function check(text: string): { status: number | null; says: string } {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-regexes-'));
  try {
    writeFileSync(join(folder, 'page.tsx'), text);
    const script = join(root, 'scripts/regexes/check.mjs');
    const { status, stderr } = spawnSync(process.execPath, [script, folder], {
      encoding: 'utf8',
      cwd: folder,
    });
    return { status, says: stderr };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (!isInstalled)
  console.warn('SKIPPED: the check of regular expressions (npm run check installs what it needs)');

test.skipIf(!isInstalled)('expressions that backtrack are reported with their line, linear ones pass', () => {
  const { status, says } = check(
    [
      'const fine = (text: string) => /^[a-z]+$/.test(text);',
      'const trailing = (text: string) => text.replace(/\\/+$/, "");',
      'const opened = /\\\\\\([^]*?\\\\\\)/g;',
      'const nested = /^(\\S+\\.)+$/;',
      'const made = new RegExp(fine + "+$");',
      'const page = <p title="/+$/">{/\\s+$/.test("a") ? 1 : 2}</p>;',
    ].join('\n'),
  );
  expect(status).toBe(1);
  expect(says.match(/page\.tsx:\d+/g)).toEqual([2, 3, 4, 5, 6].map((line) => `page.tsx:${line}`));
  expect(says).toContain('exponential');
});

test.skipIf(!isInstalled)('an expression may give the reason why its text is short, and no less', () => {
  expect(check('// bounded: a setting of the operator\nconst slashes = /\\/+$/;').status).toBe(0);
  expect(check('// bounded:\nconst slashes = /\\/+$/;').status).toBe(1);
});
