/** A common term's postings by document are those of its list. */
import { expect, test } from 'vitest';
import { random } from '../../bench/random.ts';
import { CommonLists } from './common.ts';
import { paper, snapshotOf, temporaryFolder } from './corpus.fixture.ts';
import { openWriter } from './index.ts';
import { eachPosting } from './lexicon.ts';
import { searchIn } from './search.ts';

test('every document is found where its list has it, with its impact, and no other', () => {
  const chance = random(3);
  const words = ['graph', 'model', 'token', 'quark', 'zebra'];
  const papers = Array.from({ length: 3_000 }, (_, i) => {
    const has = words.filter((_, k) => chance.next() < 0.999 / 4 ** k);
    return paper(i + 1, {
      title: has.flatMap((word) => Array(1 + chance.below(3)).fill(word)).join(' '),
      abstract: Array(chance.below(20)).fill('filler').join(' '),
    });
  });
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  writer.apply({ seq: 1, documents: papers, deleted: [] });
  writer.close();
  const { segment } = snapshotOf(folder).parts[0]!;
  const common = new CommonLists(segment.kernel, segment.documents);
  const listed = words.map((word) => segment.lexicon.find(word)!);
  expect(listed.map((list) => common.has(list))).toEqual([true, true, true, false, false]);
  for (const list of listed.slice(0, 3)) {
    const expected = new Map<number, number>();
    eachPosting(segment.sections, list, (document, impact) => expected.set(document, impact));
    const directory = common.of(list);
    expect(common.of(list)).toBe(directory);
    const { loops } = segment.kernel;
    let place = 0;
    for (let document = 0; document < segment.documents; document++) {
      const found = loops.rankOf(document, directory);
      expect(found).toBe(expected.has(document) ? place++ : -1);
      if (found >= 0) expect(loops.impactAt(list.firstBlock, found)).toBe(expected.get(document));
    }
  }
  expect(common.bytes).toBeGreaterThan(0);

  // Where there is no room for them, queries do without.
  const asked = ['graph model', 'token', '"graph token"', 'graph model token quark zebra'];
  const expected = asked.map((text) => searchIn(snapshotOf(folder), { text }, null));
  const full = snapshotOf(folder);
  const { kernel } = full.parts[0]!.segment;
  while (kernel.take(8) >= 0);
  expect(new CommonLists(kernel, segment.documents).of(listed[0]!)).toBe(-1);
  expect(asked.map((text) => searchIn(full, { text }, null))).toEqual(expected);
});
