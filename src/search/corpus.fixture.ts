/** For this room's tests: papers with everything left out that a test does not care for. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { parseManifest, readManifestBytes } from './directory.ts';
import { openIndex, openWriter, type SearchDocument, type SearchIndex } from './index.ts';
import { Segment } from './segment.ts';
import { Snapshot } from './snapshot.ts';

export function paper(key: number, rest: Partial<SearchDocument> = {}): SearchDocument {
  return {
    key,
    title: '',
    summary: '',
    abstract: '',
    authors: [],
    organizations: [],
    keywords: [],
    categories: [],
    day: null,
    upvotes: 0,
    hasCode: false,
    ...rest,
  };
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the file's tests are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'broadsheet-search-'));
  folders.push(folder);
  return join(folder, 'index');
}

/** An index of some papers, one segment for each list. */
export function indexOf(...batches: SearchDocument[][]): SearchIndex {
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  batches.forEach((documents, i) => {
    writer.apply({ seq: i + 1, documents, deleted: [] });
  });
  writer.close();
  return openIndex(folder);
}

/** An index of papers that only have titles, with the keys 1, 2, 3, … */
export const titled = (...titles: string[]): SearchIndex =>
  indexOf(titles.map((title, i) => paper(i + 1, { title })));

/** The matches, best first. */
export const keysOf = (index: SearchIndex, text: string, partial = false): number[] =>
  index
    .search({ text, partial, limit: 1_000, count: true })
    .hits.filter(({ loose }) => !loose)
    .map(({ key }) => key);

/** The state of a folder, for tests that look inside. */
export function snapshotOf(folder: string): Snapshot {
  const { seq, segments } = parseManifest(folder, readManifestBytes(folder)!);
  return new Snapshot(
    seq,
    segments.map(({ file, bytes }) => Segment.read(folder, file, bytes)!),
  );
}
