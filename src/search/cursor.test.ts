/** Looking papers up in lists whose blocks reach over windows, against the texts themselves. */
import { describe, expect, test } from 'vitest';
import { random } from '../../bench/random.ts';
import { indexOf, paper, snapshotOf, temporaryFolder } from './corpus.fixture.ts';
import { Cursor } from './cursor.ts';
import { openWriter, type SearchDocument } from './index.ts';
import { WINDOW } from './kernel/areas.ts';

const PAPERS = 6 * WINDOW + 100;

describe.each([36, 45, 57, 70, 90, 150])('of a word that one paper in %i has,', (oneIn) => {
  const chance = random(oneIn);
  const papers = Array.from({ length: PAPERS }, (_, i): SearchDocument => {
    const word = chance.below(oneIn) === 0 ? 'odd' : 'even';
    // Now and then a rare word stands before it.
    const before = chance.below(word === 'odd' ? 10 : 600) === 0 ? 'strangely' : 'quite';
    return paper(i + 1, { title: `${before} ${word}`, day: i });
  });

  test('a cursor finds the papers of every window, whatever it was asked for in the one before', () => {
    const folder = temporaryFolder();
    const writer = openWriter(folder);
    writer.apply({ seq: 1, documents: papers, deleted: [] });
    writer.close();
    const { segment } = snapshotOf(folder).parts[0]!;
    const list = segment.lexicon.find('odd')!;
    const having = papers.flatMap(({ title }, doc) => (title.endsWith('odd') ? [doc] : []));
    expect(list.frequency).toBe(having.length);
    expect(segment.common.has(list)).toBe(false);
    for (let turn = 0; turn < 50; turn++) {
      const cursor = new Cursor(segment, list, 1, 0, 0);
      // From the last to the first, as searches go.
      for (let end = PAPERS; end > 0; end -= chance.below(WINDOW) + 1) {
        const start = Math.max(0, end - WINDOW);
        cursor.enter(start, end);
        const own = having.filter((doc) => doc >= start && doc < end && chance.below(40) === 0);
        for (const doc of own) expect([start, doc, cursor.has(doc)]).toEqual([start, doc, true]);
      }
      cursor.release();
    }
  });

  test('every phrase with it finds all papers that have it', () => {
    const half = PAPERS / 2;
    for (const index of [indexOf(papers), indexOf(papers.slice(0, half), papers.slice(half))]) {
      for (const phrase of ['strangely odd', 'quite odd', 'strangely even']) {
        const having = papers.flatMap(({ key, title }) => (title === phrase ? [key] : []));
        const { total, hits } = index.search({
          text: `"${phrase}"`,
          count: true,
          sort: 'date',
          limit: 1_000,
          collapse: false,
        });
        expect([phrase, total]).toEqual([phrase, having.length]);
        expect(hits.map(({ key }) => key)).toEqual(having.reverse().slice(0, 1_000));
      }
      index.close();
    }
  });
});
