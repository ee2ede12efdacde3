/** What lives for one query only is kept, so that a collection does not take the compiled code of a search away. */
import { execFileSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { paper, temporaryFolder } from './corpus.fixture.ts';
import { openIndex, openWriter } from './index.ts';
import { keep, keepFor, letGo } from './kept.ts';

const WORDS = 'sparse attention graph networks language deep learning models of speech for the'.split(' ');

test('a full collection leaves the code of a search as it is', () => {
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  const documents = Array.from({ length: 400 }, (_, key) =>
    paper(key + 1, {
      title: [0, 1, 2, 3].map((i) => WORDS[(key * 7 + i * (1 + (key % 5))) % WORDS.length]).join(' '),
      day: key,
    }),
  );
  writer.apply({ seq: 1, documents, deleted: [] });
  writer.close();
  const out = execFileSync(process.execPath, ['--trace-deopt', 'src/search/kept.fixture.ts', folder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const during = out.slice(out.indexOf('searched\n'), out.indexOf('collected\n'));
  const lost = [...during.matchAll(/SharedFunctionInfo ([^>]+)>.*embedded weak objects cleared/g)].map(
    ([, name]) => name!,
  );
  const ours = [
    'offerBest',
    'offerWindow',
    'rerank',
    'gather',
    'Cursor',
    'enter',
    'scatter',
    '#word',
    'plan',
  ];
  expect(out).toContain('collected\n');
  expect(lost.filter((name) => ours.includes(name))).toEqual([]);
});

test('what was made for segments that are no more is let go, and made anew for those there are', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (how: object) => void;
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  const write = (seq: number, title: string): void =>
    writer.apply({ seq, documents: [paper(1, { title })], deleted: [] });
  write(1, 'sparse attention');
  const index = openIndex(folder);
  index.search({ text: 'sparse attention' });
  const hold = (): WeakRef<object> => new WeakRef(keep({}, 'held'));
  const held = hold();
  write(2, 'graph networks');
  index.refresh();
  await new Promise((resolve) => setTimeout(resolve, 0));
  collect({ type: 'major' });
  expect(held.deref()).toBe(undefined);
  // The search that was asked for last has been asked again.
  expect(letGo()).toEqual([{ text: 'sparse attention' }]);
  index.close();
  writer.close();
});

test('each request is told once, a long one not at all', () => {
  letGo();
  const [one, other] = [{ text: 'one' }, { text: 'x'.repeat(1_000) }];
  keepFor(one);
  keep({}, 'a');
  keep({}, 'b');
  keepFor(other);
  keep({}, 'c');
  expect(letGo()).toEqual([one]);
  expect(letGo()).toEqual([]);
});
