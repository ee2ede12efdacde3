/** How else a word may be written, in an index of many papers. */
import { expect, test } from 'vitest';
import { keysOf, paper, snapshotOf, temporaryFolder } from './corpus.fixture.ts';
import { openIndex, openWriter, type SearchDocument } from './index.ts';

/** So many that words are only split into words of titles. */
const many = Array.from({ length: 10_100 }, (_, i) => paper(100 + i, { title: 'Looms' }));
const joined = paper(1, { title: 'Warp-weft', abstract: 'Cloth.' });
const inText = [
  ...[2, 3].map((key) => paper(key, { title: 'Cloth', abstract: 'It is warp-weft.' })),
  paper(4, { title: 'Cloth', abstract: 'It is warpweft.' }),
];

/** What is found for "warpweft" once some papers were written and others deleted, in a segment each time. */
function found(documents: SearchDocument[], deleted: number[]): number[] {
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  writer.apply({ seq: 1, documents: [...many, ...documents], deleted: [] });
  if (deleted.length > 0) writer.apply({ seq: 2, documents: [], deleted });
  writer.close();
  expect(snapshotOf(folder).parts[0]!.segment.documents).toBe(many.length + documents.length);
  const index = openIndex(folder);
  const keys = keysOf(index, 'warpweft').toSorted();
  index.close();
  return keys;
}

test('a word that papers have is split into words of titles', () => {
  expect(found([joined, ...inText], [])).toEqual([1, 2, 3, 4]);
  expect(found(inText, [])).toEqual([4]);
});

test('but not into those that only deleted papers have, whether or not their segment was merged since', () => {
  expect(found([joined, ...inText], [1])).toEqual(found(inText, []));
});
