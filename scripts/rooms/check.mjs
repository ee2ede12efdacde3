// npm run check: rooms import only what rules.mjs allows, no files import each other in a circle, and no chain of
// imports leads from the worker to a page.
//
// Type imports count too: a circle of types is as hard for a reader to follow as one of values.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const SOURCE = /\.(?:tsx?|mjs)$/;
const TEST = /\.(?:test|fixture)\.tsx?$|\.d\.mts$/;
/** Biome formats every import to begin a line and use single quotes. */
const IMPORT =
  /^(?:import|export)\b[^'"`;=()]*'(\.[^'\n]+)'|\bimport\(\s*(?:\/\*[^*]*\*\/\s*)?'(\.[^'\n]+)'/gm;

/** The imports of every file in a folder: from its path to the paths it imports, all within the folder. */
export function importsIn(folder) {
  const files = globSync('**/*', { cwd: folder })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => SOURCE.test(file) && !TEST.test(file) && !file.includes('/assembly/'));
  return new Map(
    files.sort().map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const targets = [...text.matchAll(IMPORT)].map((match) =>
        posix.join(posix.dirname(file), match[1] ?? match[2]),
      );
      return [file, targets.filter((target) => SOURCE.test(target) && existsSync(join(folder, target)))];
    }),
  );
}

/** The room of a file: the longest name in the table that its path begins with; undefined if there is none. */
const roomOf = (file, names) =>
  names.filter((name) => file === name || file.startsWith(`${name}/`)).sort((a, b) => b.length - a.length)[0];

/** Imports that the rules forbid, in words. */
function forbidden(imports, { ROOMS, TOOLS, FOR_TESTS }) {
  const names = [...Object.keys(ROOMS), ...TOOLS];
  const isForTests = (file) => FOR_TESTS.some((name) => file === name || file.startsWith(name));
  const wrong = [];
  for (const [file, targets] of imports) {
    if (isForTests(file)) continue;
    const from = roomOf(file, names);
    if (from === undefined) wrong.push(`${file} is in no room: add its room to scripts/rooms/rules.mjs`);
    for (const target of from === undefined ? [] : targets) {
      const to = roomOf(target, names);
      if (isForTests(target)) wrong.push(`${file} imports ${target}, which is for tests`);
      else if (to !== from && !TOOLS.includes(to) && !ROOMS[from]?.includes(to))
        wrong.push(`${file} imports ${target}: ${from} must not import ${to ?? 'it'}`);
    }
  }
  return wrong;
}

/** The shortest path along the imports from a file to one that matches; null if there is none. */
function wayTo(imports, from, isIt) {
  const before = new Map([[from, null]]);
  for (const file of before.keys()) {
    if (isIt(file)) {
      const path = [];
      for (let at = file; at !== null; at = before.get(at)) path.unshift(at);
      return path;
    }
    for (const next of imports.get(file) ?? []) if (!before.has(next)) before.set(next, file);
  }
  return null;
}

/** Paths to a page (a `.tsx`) from a room that must not have any, in words. */
function pages(imports, { WITHOUT_PAGES = [], FOR_TESTS }) {
  const isForTests = (file) => FOR_TESTS.some((name) => file === name || file.startsWith(name));
  const rooms = [...imports.keys()].filter(
    (file) => !isForTests(file) && WITHOUT_PAGES.some((room) => file.startsWith(`${room}/`)),
  );
  return rooms.flatMap((file) => {
    const found = wayTo(imports, file, (target) => target.endsWith('.tsx'));
    return found ? [`${file} leads to a page: ${found.join(' -> ')}`] : [];
  });
}

/** Imports that go upwards within a room, in words. */
function upwards(imports, { WITHIN = [] }) {
  const isIn = (file, part) => file.startsWith(`${part}/`);
  return [...imports].flatMap(([file, targets]) =>
    WITHIN.flatMap((parts) => {
      const above = parts.slice(parts.findIndex((part) => isIn(file, part)) + 1);
      if (above.length === parts.length) return [];
      const wrong = targets.filter((target) => above.some((part) => isIn(target, part)));
      return wrong.map((target) => `${file} imports ${target}, which is further up in the same room`);
    }),
  );
}

/** Circles between files, each once, in words. */
function circles(imports) {
  const wrong = [];
  const reported = new Set();
  for (const [file, targets] of imports)
    for (const target of targets) {
      const back = reported.has(file) ? null : wayTo(imports, target, (one) => one === file);
      if (!back) continue;
      for (const one of back) reported.add(one);
      wrong.push(`a circle: ${[file, ...back].join(' -> ')}`);
    }
  return wrong;
}

/** Everything wrong with the imports in a folder. */
export function faultsIn(folder, rules) {
  const imports = importsIn(folder);
  return [
    ...forbidden(imports, rules),
    ...upwards(imports, rules),
    ...circles(imports),
    ...pages(imports, rules),
  ];
}

if (import.meta.filename === resolve(process.argv[1] ?? '')) {
  const root = dirname(dirname(import.meta.dirname));
  const [folder = join(root, 'src'), table = join(import.meta.dirname, 'rules.mjs')] = process.argv.slice(2);
  const faults = faultsIn(folder, await import(pathToFileURL(resolve(table)).href));
  for (const fault of faults) console.error(`${relative(process.cwd(), folder)}: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}
