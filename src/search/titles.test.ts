/** Titles as a whole, and texts in the words of a paper. */
import { describe, expect, test } from 'vitest';
import { indexOf, keysOf, paper, snapshotOf, temporaryFolder } from './corpus.fixture.ts';
import { entryText } from './entry.ts';
import { DEPTH } from './gather.ts';
import { openIndex, openWriter, type SearchIndex } from './index.ts';
import { strengthOf } from './titles.ts';

/** Papers that say a word more often, in title and abstract, than one whose whole title it is. */
const others = (count: number, title: string, abstract: string) =>
  Array.from({ length: count }, (_, i) =>
    paper(100 + i, { title: `${title} ${i}`, abstract, day: 20_000 + i, upvotes: 900 }),
  );

describe('a whole title comes first', () => {
  test('though very many papers say its word more often', () => {
    const index = indexOf([
      paper(1, { title: 'TRUST', abstract: 'On machines.', day: 10_000 }),
      ...others(3 * DEPTH, 'Trust and trust', 'Trust, trust and trust again: trust.'),
    ]);
    expect(keysOf(index, 'TRUST')[0]).toBe(1);
    expect(index.search({ text: 'trust', limit: 1 }).hits[0]!.key).toBe(1);
  });

  test('however far one turns the pages, and once', () => {
    const index = indexOf([
      paper(1, { title: 'TRUST', abstract: 'On machines.', day: 10_000 }),
      ...others(3 * DEPTH, 'Trust and trust', 'Trust, trust and trust again: trust.'),
    ]);
    const all: number[] = [];
    for (let offset = 0; offset < 3 * DEPTH + 1; offset += 25)
      all.push(
        ...index.search({ text: 'trust', offset, limit: 25, collapse: false }).hits.map(({ key }) => key),
      );
    expect(new Set(all).size).toBe(3 * DEPTH + 1);
    expect(all).toHaveLength(3 * DEPTH + 1);
    expect(all[0]).toBe(1);
  });

  test('of function words and few others', () => {
    const index = indexOf([
      paper(1, { title: 'Learned but Not Expressed', abstract: 'Genes.', day: 10_000 }),
      ...others(2 * DEPTH, 'What is expressed is learned', 'Learned and expressed, expressed and learned.'),
    ]);
    expect(keysOf(index, 'Learned but Not Expressed')[0]).toBe(1);
  });

  test('but not past a filter or an exclusion', () => {
    const index = indexOf([
      paper(1, { title: 'TRUST', abstract: 'On machines.', day: 10_000 }),
      ...others(2 * DEPTH, 'Trust and trust', 'Trust, trust and trust again: trust.'),
    ]);
    expect(index.search({ text: 'trust -machines', limit: 1_000 }).hits.some(({ key }) => key === 1)).toBe(
      false,
    );
    const filters = { fromDay: 20_000 };
    expect(index.search({ text: 'trust', filters, limit: 1_000 }).hits.some(({ key }) => key === 1)).toBe(
      false,
    );
  });
});

describe('a title', () => {
  const shares = Float64Array.of(0.25, 0.25, 0.25, 0.25);

  test('counts more with more of the query, fewer other words, and at its beginning', () => {
    const all = strengthOf(0b1111, 0b1111, 4, shares, 4);
    expect(all).toBe(1);
    expect(strengthOf(0b0111, 0b0111, 4, shares, 4)).toBeLessThan(all);
    expect(strengthOf(0b1111, 0b1111, 8, shares, 4)).toBeLessThan(all);
    expect(strengthOf(0b1111, 0b11110000, 8, shares, 4)).toBeLessThan(
      strengthOf(0b1111, 0b1111, 8, shares, 4),
    );
  });

  test('of more places than are told apart is no more than whole', () => {
    expect(strengthOf(0b1111, -1, 40, shares, 4)).toBe(1);
  });

  test('is found by its head, shuffled, and in a printed reference', () => {
    const index = indexOf([
      paper(1, { title: 'Loomnet: weaving without threads', abstract: 'Fabric.', authors: ['Ada Lovelace'] }),
      ...others(
        20,
        'Threads for weaving',
        'Loomnet weaving, weaving threads, loomnet threads without weaving.',
      ),
    ]);
    for (const text of [
      'Loomnet',
      'threads weaving loomnet without',
      'Lovelace, A. (2024). Loomnet: weaving without threads. Preprint.',
    ])
      expect(keysOf(index, text)[0]).toBe(1);
  });
});

describe('a text in the words of a paper', () => {
  const sentence = 'the cloth is then taken from the loom and washed in cold water';
  const index = indexOf([
    paper(1, { title: 'Cloth', abstract: `We weave. So ${sentence}, which is long.`, day: 10_000 }),
    ...others(
      2 * DEPTH,
      'Cloth, loom and water',
      'Loom, cloth, water, cold water, washed cloth, taken cold. Cold loom, cloth.',
    ),
  ]);

  test('is found by a sentence of it', () => {
    expect(keysOf(index, sentence)[0]).toBe(1);
  });

  test('says so', () => {
    const { shares } = index.search({ text: sentence, limit: 1, explain: true }).hits[0]!;
    expect(shares!.map(({ kind }) => kind)).toContain('verbatim');
  });

  test('of a few common words, further down than papers are reranked', () => {
    const common = 'water and cloth from looms';
    const many = indexOf([
      ...others(1_500, 'Looms', `Washed cloth. ${common.split(' ').reverse().join(' ')}.`),
      // Words alone put the newest first, and there are some hundred newer ones.
      paper(1, { title: 'Looms', abstract: `Washed cloth. ${common}.`, day: 21_400, upvotes: 900 }),
    ]);
    const { hits } = many.search({ text: common, limit: 2, explain: true, collapse: false });
    expect(hits[0]!.key).toBe(1);
    expect(hits[0]!.shares!.map(({ kind }) => kind)).toContain('verbatim');
    const sum = hits[0]!.shares!.reduce((all, { score }) => all + score, 0);
    expect(sum).toBeCloseTo(hits[0]!.score, 6);
  });

  test('of a few common words, wherever the segments end and whatever was deleted from them', () => {
    const common = 'water and cloth from looms';
    const saying = (key: number, day: number) =>
      paper(key, { title: 'Looms', abstract: `Washed cloth. ${common}.`, day });
    const papers = others(1_500, 'Looms', `Washed cloth. ${common.split(' ').reverse().join(' ')}.`);
    const [first, second] = [papers.slice(0, 900), papers.slice(900)];
    const folder = temporaryFolder();
    const writer = openWriter(folder);
    writer.apply({ seq: 1, documents: [...first, saying(1, 21_350), saying(2, 21_450)], deleted: [] });
    writer.apply({ seq: 2, documents: [...second, saying(3, 21_400)], deleted: [2] });
    writer.close();
    expect(snapshotOf(folder).parts).toHaveLength(2);
    const found = (index: SearchIndex) =>
      index
        .search({ text: common, limit: 50, collapse: false })
        .hits.map(({ key, score }) => ({ key, score: score.toFixed(9) }));
    const apart = found(openIndex(folder));
    expect(apart.slice(0, 2).map(({ key }) => key)).toEqual([3, 1]);
    expect(apart).toEqual(found(indexOf([...first, saying(1, 21_350), ...second, saying(3, 21_400)])));
  });

  test('of a few common words, further down than papers are looked at for it, if it is a whole title', () => {
    const common = 'looms are not for cloth';
    const many = indexOf([
      paper(1, { title: 'Looms are not for Cloth', abstract: 'Water.', day: 10_000 }),
      ...others(
        1_500,
        'Cloth, looms, cloth, looms',
        'Cloth for looms; not cloth: looms are. Cloth, looms, cloth.',
      ),
    ]);
    const { hits } = many.search({ text: common, limit: 2, explain: true, collapse: false });
    expect(hits[0]!.key).toBe(1);
    expect(hits[0]!.shares!.map(({ kind }) => kind)).toContain('verbatim');
    for (const { score, shares } of hits)
      expect(shares!.reduce((sum, share) => sum + share.score, 0)).toBeCloseTo(score, 6);
  });

  test('of common words, among the papers that are found by these', () => {
    const common = 'cold water and cloth from looms then washed again in cold water';
    const many = indexOf([
      ...others(1_500, 'Looms', `Washed cloth. ${common.split(' ').reverse().join(' ')}.`),
      paper(1, { title: 'Looms', abstract: `Washed cloth. ${common}.`, day: 21_470, upvotes: 900 }),
    ]);
    const { hits } = many.search({ text: common, limit: 2, explain: true });
    expect(hits[0]!.key).toBe(1);
    const [own, other] = hits.map(({ shares }) => shares!.filter(({ kind }) => kind === 'verbatim'));
    expect(own!.length).toBeGreaterThan(1);
    expect(other).toEqual([]);
    for (const { score, shares } of hits)
      expect(shares!.reduce((sum, share) => sum + share.score, 0)).toBeCloseTo(score, 6);
  });
});

describe('an entry of a bibliography', () => {
  test('is read as its title and authors', () => {
    expect(
      entryText(
        '@article{lovelace1843,\n title = {{Notes} on the {Engine}},\n author = {Lovelace, Ada and Babbage, Charles},\n year={1843}\n}',
      ),
    ).toBe('Notes on the Engine Lovelace  Ada   Babbage  Charles');
    expect(entryText('@misc{x, title = "A {"}quoted{"} word", booktitle = {Proceedings}}')).toContain(
      'quoted',
    );
  });

  test('is nothing else', () => {
    for (const text of ['title = {x}', 'attention @ home', '@someone', '@article{x, year = 2020}'])
      expect(entryText(text)).toBeNull();
  });

  test('of any shape takes time by its length', () => {
    const time = (length: number): number => {
      const text = `@a{${'title={'.repeat(length / 7)}`;
      const started = process.cpuUsage().user;
      for (let i = 0; i < 5; i++) entryText(text);
      return process.cpuUsage().user - started;
    };
    time(7_000);
    expect(time(28_000)).toBeLessThan(20 * Math.max(1_000, time(7_000)));
  });
});
