/** The check of imports between rooms finds what it is there to find, and ARCHITECTURE.md draws what it allows. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const RULES = `export const TOOLS = ['trim.ts'];
export const ROOMS = { papers: [], web: ['papers'], 'web/client': [], api: ['papers'] };
export const FOR_TESTS = ['testing/'];
export const WITHOUT_PAGES = ['papers'];
export const WITHIN = [['papers/low', 'papers/high']];`;

/** What the check says about a project made of these files. */
function check(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-rooms-'));
  try {
    const rules = join(folder, 'rules.mjs');
    writeFileSync(rules, RULES);
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, 'src', name)), { recursive: true });
      writeFileSync(join(folder, 'src', name), text);
    }
    const script = join(root, 'scripts/rooms/check.mjs');
    const args = [script, join(folder, 'src'), rules];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { status, says: stderr.split('\n').filter(Boolean) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const HOUSE = {
  'trim.ts': 'export const trimmed = 1;',
  'papers/types.ts': "import { trimmed } from '../trim.ts';\nexport type Paper = typeof trimmed;",
  'web/page.tsx':
    "import type { Paper } from '../papers/types.ts';\nexport const page = (paper: Paper) => paper;",
  'api/list.ts':
    "import type { Paper } from '../papers/types.ts';\nexport const list = (paper: Paper) => paper;",
};

describe('the check of imports', () => {
  it('accepts what the rules allow', () => expect(check(HOUSE)).toEqual({ status: 0, says: [] }));

  it.each([
    ['a value', 'web/feed.ts', "import {\n  list,\n} from '../api/list.ts';", 'web must not import api'],
    ['a type', 'api/page.ts', "import type { page } from '../web/page.tsx';", 'api must not import web'],
    ['an export', 'papers/all.ts', "export * from '../web/page.tsx';", 'papers must not import web'],
    ['later', 'api/late.ts', "export const late = () => import('../web/page.tsx');", 'must not import web'],
    ['a side effect', 'papers/run.ts', "import '../api/list.ts';", 'papers must not import api'],
    ['a room in a room', 'web/client/main.ts', "import { page } from '../page.tsx';", 'must not import web'],
    ['a tool', 'trim.ts', "import type { Paper } from './papers/types.ts';", 'must not import papers'],
  ])('finds a forbidden import: %s', (_, file, text, says) => {
    const found = check({ ...HOUSE, [file]: text });
    expect(found.status).toBe(1);
    expect(found.says.join('\n')).toContain(`${file} imports`);
    expect(found.says.join('\n')).toContain(says);
  });

  it('leaves tests alone, but nobody else may import what is theirs', () => {
    const fake = "import { page } from '../web/page.tsx';\nexport const fake = page;";
    const test = "import { fake } from '../testing/fake.ts';\nimport '../web/page.tsx';\nfake;";
    const both = { ...HOUSE, 'testing/fake.ts': fake, 'papers/types.test.ts': test };
    expect(check(both).status).toBe(0);
    const { says } = check({ ...both, 'web/all.ts': "export { fake } from '../testing/fake.ts';" });
    expect(says).toEqual([expect.stringContaining('web/all.ts imports testing/fake.ts, which is for tests')]);
  });

  it('finds a file that is in no room', () => {
    const { status, says } = check({ ...HOUSE, 'attic/old.ts': 'export {};' });
    expect([status, says.length]).toEqual([1, 1]);
    expect(says[0]).toContain('attic/old.ts is in no room');
  });

  const CIRCLE = {
    'papers/a.ts': "import { b } from './b.ts';\nexport const a = b;",
    'papers/b.ts': "import { c } from './c.ts';\nexport const b = c;",
    'papers/c.ts': "import type { a } from './a.ts';\nexport const c = 1;\nexport type C = typeof a;",
  };

  it('finds a circle between files, even one closed by a type', () => {
    const { status, says } = check({ ...HOUSE, ...CIRCLE });
    expect(status).toBe(1);
    expect(says).toEqual(['src: a circle: papers/a.ts -> papers/b.ts -> papers/c.ts -> papers/a.ts']);
  });

  it('finds an import that goes upwards within a room', () => {
    const up = { 'papers/low/a.ts': "import '../high/b.ts';", 'papers/high/b.ts': 'export const b = 1;' };
    const found = check({ ...HOUSE, ...up });
    expect(found.says).toEqual([expect.stringContaining('papers/low/a.ts imports papers/high/b.ts')]);
    const down = { 'papers/high/b.ts': "import '../low/a.ts';", 'papers/low/a.ts': 'export const a = 1;' };
    expect(check({ ...HOUSE, ...down, 'papers/all.ts': "import './high/b.ts';" })).toEqual({
      status: 0,
      says: [],
    });
  });

  it('finds a chain of imports from the worker to a page, through any files', () => {
    const files = { 'papers/a.ts': "import './b.ts';", 'papers/b.ts': "export * from './c.tsx';" };
    const { status, says } = check({ ...HOUSE, ...files, 'papers/c.tsx': 'export const c = 1;' });
    expect(status).toBe(1);
    expect(says.join('\n')).toContain(
      'papers/a.ts leads to a page: papers/a.ts -> papers/b.ts -> papers/c.tsx',
    );
    expect(
      check({ ...HOUSE, ...files, 'papers/b.ts': "import type { page } from '../web/page.tsx';" }).status,
    ).toBe(1);
    expect(check({ ...HOUSE, 'papers/a.ts': "import './types.ts';" })).toEqual({ status: 0, says: [] });
  });
});

it('ARCHITECTURE.md draws who may import whom', async () => {
  const table = pathToFileURL(join(root, 'scripts/rooms/rules.mjs')).href;
  const { ROOMS, TOOLS } = (await import(table)) as { ROOMS: Record<string, string[]>; TOOLS: string[] };
  const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  const drawing = text.split('### Who may import whom')[1]!.split('```')[1]!;
  const rows = drawing.split('\n').map((line) => [...line.matchAll(/[a-z]+(?:\/[a-z]+)?(?:\.ts|\/)/g)]);
  const depth = new Map(
    rows.flatMap((names, i) => names.map(([name]) => [name.replace(/\/$/, ''), i] as const)),
  );
  expect([...depth.keys()].sort()).toEqual([...Object.keys(ROOMS), ...TOOLS].sort());
  for (const [room, below] of Object.entries(ROOMS))
    for (const other of [...below, ...TOOLS])
      expect([room, other, depth.get(other)! > depth.get(room)!]).toEqual([room, other, true]);
});

describe('the table meta', () => {
  it('is read and written only by store/: everybody else goes through store/meta.ts', () => {
    const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).filter(
      (file) => !file.startsWith('src/store/'),
    );
    const strays = files.filter(
      (file) =>
        !file.includes('.test.') &&
        /\w(?:From|Into|Table|Join)\(['"`]meta['"`]/.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(strays.map((file) => file.replaceAll('\\', '/'))).toEqual([]);
  });
});
