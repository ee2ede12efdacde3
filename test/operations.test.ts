/** docs/operations.md says what is kept in memory and how much of it: checked against the code. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MOST_PARAMETERS } from '../src/http/spelling.ts';

const text = readFileSync('docs/operations.md', 'utf8');
const section = (title: string): string[][] =>
  text
    .split(/^## /m)
    .find((part) => part.startsWith(title))!
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map((line) => line.slice(2, -2).split(' | '));

const kept = section('What is kept in memory').map(([what, files, limit]) => ({
  what: what!,
  files: [...files!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!),
  limit: limit!.slice(1, -1),
}));

/**
 * Maps that live for one query, import, harvest, training or build of the index, and parts of things that are listed.
 */
const SHORT_LIVED = new Set([
  'src/search/authors.ts',
  'src/search/planner.ts',
  'src/search/dictionary.ts',
  'src/search/standing.ts',
  'src/search/meaning/train/corpus.ts',
  'src/formats/bibtex.ts',
  'src/sources/xml.ts',
  'src/papers/intake/arrange.ts',
  'src/papers/intake/unit.ts',
  'src/papers/intake/unit-load.ts',
  'src/papers/intake/clusters.ts',
  'src/sources/oai.ts',
  'src/formats/bibtex-parents.ts',
  'src/formats/bibtex-strings.ts',
  'src/typesetting/pieces.ts',
  'src/markdown/render.ts',
  'src/survey/naming.ts',
  // What a rule has if it is never broken: sets that stay empty.
  'src/summaries/checking/check.ts',
  'src/summaries/checking/translation.ts',
  // For one round of sending.
  'src/digest/sending.ts',
  'src/mail/limits.ts',
  // Named by a setting.
  'src/net/reach.ts',
  // The words of a model.
  'src/search/meaning/table.ts',
]);

/** An empty map or set that outlives the call that creates it: of a module, or of an object. */
const KEEPS =
  /^(?:(?:export )?(?:const|let) \w+| {2}(?:private |readonly |static )*#?\w+)(?:: [^=\n]+)? = new (?:Map|Set|LRUCache)(?:<[^\n]*>)?\((?:\)|\{)/m;

describe('what is kept in memory', () => {
  it('is limited in the code as the table says', () => {
    expect(kept.length).toBeGreaterThan(30);
    for (const { what, files, limit } of kept)
      for (const file of files)
        expect([what, readFileSync(file, 'utf8').includes(limit)]).toEqual([what, true]);
  });

  it('is listed wherever something is kept', () => {
    const files = globSync('src/**/*.{ts,tsx}').filter(
      (file) => !/\.test\.|\.fixture\.|\/testing\/|^src\/web\/client/.test(file),
    );
    const keeping = files.filter((file) => KEEPS.test(readFileSync(file, 'utf8')));
    expect(keeping).toContain('src/http/cache.ts');
    expect(keeping.length).toBeGreaterThan(25);
    const listed = new Set(kept.flatMap(({ files }) => files));
    expect(keeping.filter((file) => !listed.has(file) && !SHORT_LIVED.has(file))).toEqual([]);
  });
});

it('limits of requests are those in the code', () => {
  const limits = Object.fromEntries(section('Limits of a request').map(([what, limit]) => [what, limit]));
  const server = readFileSync('src/http/server.ts', 'utf8');
  const holds = (name: string): number =>
    Number(new RegExp(`${name} = ([\\d_]+);`).exec(server)![1]!.replaceAll('_', ''));
  expect(limits).toMatchObject({
    'parameters of an address, fields of a form': String(MOST_PARAMETERS),
    'time for the headers': `${holds('HEADERS_TIME') / 1000} s`,
    'time for the whole request': `${holds('REQUEST_TIME') / 1000} s`,
    'a connection with no traffic': `${holds('STILL_TIME') / 1000} s`,
    'a connection between two requests': `${holds('KEEP_ALIVE') / 1000} s`,
    'connections at once': holds('MOST_CONNECTIONS').toLocaleString('en'),
  });
});
