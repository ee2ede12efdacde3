import { existsSync, readFileSync } from 'node:fs';
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
      'docs/search.md',
      'docs/commands.md',
      'docs/formats.md',
      'docs/sources.md',
      'docs/curation.md',
      'docs/operations.md',
      'docs/settings.md',
      'docs/routes.md',
      'docs/security.md',
      'docs/api.md',
      'docs/feeds.md',
      'docs/mcp.md',
      'docs/oai-pmh.md',
    ];
    for (const page of pages) {
      for (const [, target] of read(page).matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        const path = page.startsWith('docs/') ? `docs/${target}` : target!;
        expect(existsSync(path), `${page} links to ${target}`).toBe(true);
      }
    }
  });

  it('the README opens with the two commands', () => {
    expect(read('README.md')).toMatch(/^# Broadsheet\n\n.+\n\n```sh\nnpm start .*\nnpm test .*\n```\n/);
  });
});
