import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../src/cli/command.ts';
import { COMMANDS } from '../src/cli/commands.ts';
import { helpOf } from '../src/cli/main.ts';
import { SETTINGS } from '../src/config.ts';
import { ROUTES } from '../src/routes.ts';

const read = (path: string): string => readFileSync(path, 'utf8');

/** Rows of the tables in a page whose first cell is code. */
const rows = (path: string): string[][] =>
  read(path)
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| |\s*\|$/g, '').trim()));

describe('the documentation matches the code', () => {
  it('settings: every one, with its default and its help, and no others', () => {
    const documented = rows('docs/settings.md');
    const real = Object.entries(SETTINGS).map(([name, { default: fallback, help }]) => [
      `\`${name}\``,
      fallback === '' ? '–' : `\`${fallback}\``,
      help,
    ]);
    expect(documented).toEqual(real);
  });

  it('routes: every one, and what it answers', () => {
    const address = ({ method, path }: (typeof ROUTES)[number]) =>
      method === 'GET' ? `\`${path}\`` : `\`${method} ${path}\``;
    expect(rows('docs/routes.md')).toEqual(ROUTES.map((route) => [address(route), route.says]));
  });

  it('commands: every one, with its --help text', () => {
    const text = read('docs/commands.md');
    const documented = [...text.matchAll(/^## `broadsheet (\w+)`$/gm)].map((match) => match[1]);
    expect(documented).toEqual(COMMANDS.map((command) => command.name));
    for (const command of COMMANDS) expect(text).toContain(`\`\`\`text\n${helpOf(command)}\n\`\`\``);
  });

  it('exit codes: every one', () => {
    const documented = rows('docs/commands.md').filter(([code]) => /^`\d`$/.test(code!));
    expect(documented).toEqual(Object.values(EXIT).map(({ code, says }) => [`\`${code}\``, says]));
  });

  it('no link in a document leads to a missing file', () => {
    const pages = [
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      'bench/README.md',
      ...globSync('docs/*.md'),
    ];
    for (const page of pages)
      for (const [, target] of read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        expect(existsSync(join(dirname(page), target!)), `${page} links to ${target}`).toBe(true);
  });

  it('security: every danger has tests, and each is in the file named', () => {
    const files = globSync('{src,test}/**/*.test.ts');
    const dangers = read('docs/security.md')
      .split('\n')
      .filter((line) => /^\| (?!what \||---)/.test(line));
    expect(dangers.length).toBeGreaterThan(10);
    for (const danger of dangers) {
      let source = '';
      let tests = 0;
      for (const [, file, name] of danger.matchAll(/`([\w./-]+\.test\.ts)`|“([^”]+)”/g)) {
        if (file !== undefined) {
          const found = files.filter((path) => path === file || path.endsWith(`/${file}`));
          expect(found, file).toHaveLength(1);
          // The name of a test follows a bracket, perhaps on the next line.
          source = read(found[0]!).replace(/\(\s+'/g, "('");
          continue;
        }
        // “…” stands for the rest of a name.
        const says = name!.endsWith('…') ? `('${name!.slice(0, -1).trimEnd()}` : `('${name}',`;
        expect(source.includes(says), `${name} is in the file named before it`).toBe(true);
        tests++;
      }
      expect(tests, danger).toBeGreaterThan(0);
    }
  });

  it('the README opens with the two commands', () => {
    expect(read('README.md')).toMatch(/^# Broadsheet\n\n.+\n\n```sh\nnpm start .*\nnpm test .*\n```\n/);
  });
});
