/** What a crash, a damaged disk or another version may leave in the folder, and what is made of it. */

import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { keysOf, paper, temporaryFolder } from './corpus.fixture.ts';
import { OpenFile, readAhead } from './directory.ts';
import { IndexUnusable, openIndex, openWriter, type SearchIndex } from './index.ts';
import { FORMAT } from './index-format.ts';

const segmentsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.bin'));

/** A folder with two segments, the papers 1 and 2. */
function twoSegments(): string {
  const folder = temporaryFolder();
  const writer = openWriter(folder);
  writer.apply({ seq: 1, documents: [paper(1, { title: 'first paper' })], deleted: [] });
  writer.apply({ seq: 2, documents: [paper(2, { title: 'second paper' })], deleted: [] });
  writer.close();
  return folder;
}

describe('reading ahead', () => {
  /** Three files, the second of more than two pieces, and memories for them. */
  function threeFiles() {
    const folder = temporaryFolder();
    mkdirSync(folder);
    const files = [1000, 2 ** 24 + 77, 3000].map((size, f) => {
      const bytes = Uint8Array.from({ length: size }, (_, i) => 1 + ((i * 7 + (i >>> 11) + f) % 255));
      writeFileSync(join(folder, `${f}`), bytes);
      return { file: OpenFile.open(folder, `${f}`)!, content: new Uint8Array(size), bytes };
    });
    return { folder, files };
  }

  /** How many of the folder's files this process has open. */
  function openIn(folder: string): number {
    const descriptors = readdirSync('/proc/self/fd').map((name) => `/proc/self/fd/${name}`);
    const paths = descriptors.filter((path) => existsSync(path)).map((path) => readlinkSync(path));
    return paths.filter((path) => path.startsWith(folder)).length;
  }

  test('reads all but what is left to the caller, and keeps the files open until it has', async () => {
    for (const alone of [0, 100, 1000, 5000, 2 ** 24 + 1077, 2 ** 24 + 1078, 2 ** 25]) {
      const { folder, files } = threeFiles();
      const reading = readAhead(files, alone);
      for (const { file } of files) file.close();
      await reading;
      const all = (of: 'content' | 'bytes'): Buffer => Buffer.concat(files.map((file) => file[of]));
      expect(
        all('content')
          .subarray(0, alone)
          .every((byte) => byte === 0),
      ).toBe(true);
      expect(all('content').subarray(alone).equals(all('bytes').subarray(alone))).toBe(true);
      if (process.platform === 'linux') expect(openIn(folder)).toBe(0);
    }
  });

  test('is no matter to a caller who reads at the same time', async () => {
    const { files } = threeFiles();
    const reading = readAhead(files, 0);
    for (const { file, content, bytes } of files) {
      file.read(content);
      expect(Buffer.compare(content, bytes)).toBe(0);
      file.close();
    }
    await reading;
    for (const { content, bytes } of files) expect(Buffer.compare(content, bytes)).toBe(0);
  });

  test('leaves it to the caller to tell of a file that ends too early', async () => {
    const { folder, files } = threeFiles();
    truncateSync(join(folder, '1'), 5000);
    await readAhead(files, 0);
    expect(() => files[1]!.file.read(files[1]!.content)).toThrow(IndexUnusable);
    expect(Buffer.compare(files[2]!.content, files[2]!.bytes)).toBe(0);
    for (const { file } of files) file.close();
  });

  test('is not done where there is no memory for the files twice', async () => {
    const { files } = threeFiles();
    const memory = vi.spyOn(process, 'availableMemory').mockReturnValue(2 ** 25);
    await readAhead(files, 0);
    memory.mockRestore();
    for (const { file, content } of files) {
      expect(content.every((byte) => byte === 0)).toBe(true);
      file.close();
    }
  });
});

describe('a folder', () => {
  test('that is not there, or empty, is an empty index', () => {
    const folder = temporaryFolder();
    expect(openIndex(folder)).toMatchObject({ documents: 0, seq: 0 });
    mkdirSync(folder);
    expect(openIndex(folder).search({ text: 'paper' })).toMatchObject({ total: 0, hits: [], seq: 0 });
    expect(openWriter(folder).seq).toBe(0);
  });

  test('with what a crash before the commit leaves is as it was, and the next writer cleans it', () => {
    const folder = twoSegments();
    // The segment was written, its rename or the manifest's was not.
    copyFileSync(join(folder, segmentsIn(folder)[0]!), join(folder, 'segment-000003.bin'));
    writeFileSync(join(folder, 'segment-000004.bin.tmp'), 'half a segm');
    writeFileSync(join(folder, 'manifest.json.tmp'), '{"half');
    writeFileSync(join(folder, 'notes.txt'), 'not ours');
    expect(keysOf(openIndex(folder), 'paper ')).toEqual([2, 1]);
    const writer = openWriter(folder);
    expect(readdirSync(folder).sort()).toEqual([
      'manifest.json',
      'notes.txt',
      'segment-000001.bin',
      'segment-000002.bin',
    ]);
    writer.apply({ seq: 3, documents: [paper(3, { title: 'third paper' })], deleted: [] });
    expect(keysOf(openIndex(folder), 'paper ')).toEqual([3, 2, 1]);
  });

  test('where a commit stopped before any of its steps holds the state before it, or after it', () => {
    const folder = twoSegments();
    const before = readFileSync(join(folder, 'manifest.json'));
    const writer = openWriter(folder);
    writer.apply({ seq: 3, documents: [paper(1, { title: 'first paper again' })], deleted: [2] });
    expect(keysOf(openIndex(folder), 'paper ')).toEqual([1]);
    writeFileSync(join(folder, 'manifest.json'), before);
    expect(keysOf(openIndex(folder), 'paper ')).toEqual([2, 1]);
    expect(keysOf(openIndex(folder), 'again ')).toEqual([]);
    // What is fed again comes out the same.
    const again = openWriter(folder);
    again.apply({ seq: 3, documents: [paper(1, { title: 'first paper again' })], deleted: [2] });
    expect(keysOf(openIndex(folder), 'again ')).toEqual([1]);
  });

  test('with any bit of a segment flipped or its end cut off is told to be unusable, by file', () => {
    const folder = twoSegments();
    const name = segmentsIn(folder)[1]!;
    const path = join(folder, name);
    const good = readFileSync(path);
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1 << (at % 8);
      writeFileSync(path, bad);
      expect(() => openIndex(folder), `byte ${at}`).toThrow(IndexUnusable);
      expect(() => openIndex(folder)).toThrow(name);
    }
    for (let size = 0; size < good.length; size += 97) {
      writeFileSync(path, good);
      truncateSync(path, size);
      expect(() => openIndex(folder), `cut at ${size}`).toThrow(IndexUnusable);
      expect(() => openWriter(folder), `cut at ${size}`).toThrow(IndexUnusable);
    }
    writeFileSync(path, good);
    expect(openIndex(folder).documents).toBe(2);
  });

  test('with any byte of the manifest changed or cut off is told to be unusable', () => {
    const folder = twoSegments();
    const path = join(folder, 'manifest.json');
    const good = readFileSync(path);
    // The last byte is a line feed, which says nothing.
    for (let at = 0; at < good.length - 1; at++) {
      const bad = Buffer.from(good);
      bad[at]! ^= 1;
      writeFileSync(path, bad);
      expect(() => openIndex(folder), `byte ${at}`).toThrow(IndexUnusable);
      writeFileSync(path, good.subarray(0, at));
      expect(() => openWriter(folder), `cut at ${at}`).toThrow(IndexUnusable);
    }
  });

  test('of another version or of something else says so', () => {
    const folder = twoSegments();
    const path = join(folder, 'manifest.json');
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(`"format":${FORMAT}`, '"format":99'));
    expect(() => openIndex(folder)).toThrow(`manifest.json: has format 99; this program reads ${FORMAT}`);
    writeFileSync(path, '{"name":"package"}');
    expect(() => openIndex(folder)).toThrow(/is not the manifest of a search index/);
  });

  test('without a segment that the manifest lists names it', () => {
    const folder = twoSegments();
    rmSync(join(folder, 'segment-000002.bin'));
    expect(() => openIndex(folder)).toThrow(/segment-000002\.bin: is missing/);
    expect(() => openWriter(folder)).toThrow(/segment-000002\.bin: is missing/);
  });

  test('that is unusable is made anew by a fresh writer', () => {
    const folder = twoSegments();
    writeFileSync(join(folder, 'manifest.json'), 'rubbish');
    expect(() => openWriter(folder)).toThrow(IndexUnusable);
    const writer = openWriter(folder, { fresh: true });
    expect(writer.seq).toBe(0);
    expect(readdirSync(folder)).toEqual(['manifest.json']);
    writer.apply({ seq: 5, documents: [paper(9, { title: 'new paper' })], deleted: [] });
    expect(keysOf(openIndex(folder), 'paper ')).toEqual([9]);
  });
});

describe('a reader', () => {
  test('takes up what was committed when it refreshes, and says whether anything was', () => {
    const folder = temporaryFolder();
    const reader = openIndex(folder);
    expect(reader.refresh()).toBe(false);
    const writer = openWriter(folder);
    writer.apply({
      seq: 1,
      documents: [paper(1, { title: 'one' }), paper(2, { title: 'two' })],
      deleted: [],
    });
    expect(reader.documents).toBe(0);
    expect(reader.refresh()).toBe(true);
    expect(reader.refresh()).toBe(false);
    expect(reader).toMatchObject({ documents: 2, seq: 1 });
    writer.apply({ seq: 4, documents: [paper(1, { title: 'uno' })], deleted: [2] });
    expect(reader.refresh()).toBe(true);
    expect(reader).toMatchObject({ documents: 1, seq: 4 });
    expect(keysOf(reader, 'one ')).toEqual([]);
    expect(keysOf(reader, 'uno ')).toEqual([1]);
    writer.apply({ seq: 5, documents: [], deleted: [] });
    expect(reader.refresh()).toBe(true);
    expect(reader.seq).toBe(5);
    writer.reset();
    expect(reader.refresh()).toBe(true);
    expect(reader).toMatchObject({ documents: 0, seq: 0 });
  });

  test('goes on answering from memory while merges remove the files under it', () => {
    const folder = temporaryFolder();
    const writer = openWriter(folder);
    const readers = [];
    for (let i = 1; i <= 30; i++) {
      writer.apply({ seq: i, documents: [paper(i, { title: `paper ${i}` })], deleted: [] });
      readers.push(openIndex(folder));
    }
    readers.forEach((reader, i) => {
      expect(keysOf(reader, 'paper ').length).toBe(i + 1);
      expect(reader.refresh()).toBe(i + 1 < 30);
      expect(keysOf(reader, 'paper ').length).toBe(30);
    });
  });
});

/** Writes papers 3n + 1 to 3n + 3 with change n + 1, and deletes paper 3n - 1, on and on. */
const ENDLESS = `
  import { openWriter } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
  const writer = openWriter(process.argv[1]);
  for (;;) {
    const n = writer.seq;
    const paper = (key) => ({ key, title: 'paper ' + key, summary: '', abstract: '', authors: [], organizations: [],
      keywords: [], categories: [], day: null, upvotes: 0, hasCode: false });
    writer.apply({ seq: n + 1, documents: [1, 2, 3].map((i) => paper(3 * n + i)), deleted: n > 0 ? [3 * n - 1] : [] });
    if (n % 5 === 0) writer.merge();
  }
`;

test('a writer that is killed at any moment leaves a whole state, and a reader beside it sees only such', async () => {
  const folder = temporaryFolder();
  const check = (index: SearchIndex): void => {
    const n = index.seq;
    expect(index.documents).toBe(n === 0 ? 0 : 3 * n - (n - 1));
    expect(index.search({ text: 'paper ', count: true }).total).toBe(index.documents);
  };
  let seq = 0;
  const reader = openIndex(folder);
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', ENDLESS, folder], {
      stdio: 'inherit',
    });
    const gone = new Promise((resolve) => child.on('exit', resolve));
    // However slow the machine: until it has written some, and then for a moment more.
    let end = Number.POSITIVE_INFINITY;
    while (performance.now() < end) {
      if (end === Number.POSITIVE_INFINITY && reader.seq > seq + 3) end = performance.now() + round * 37;
      reader.refresh();
      check(reader);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    child.kill('SIGKILL');
    await gone;
    const index = openIndex(folder);
    check(index);
    expect(index.seq).toBeGreaterThanOrEqual(seq);
    seq = index.seq;
  }
  expect(seq).toBeGreaterThan(6);
}, 60_000);

describe('a writer', () => {
  test('keeps the number of segments down, by merge and when only ever fed single papers', () => {
    const folder = temporaryFolder();
    const writer = openWriter(folder);
    for (let i = 1; i <= 60; i++) {
      writer.apply({ seq: i, documents: [paper(1 + (i % 20), { title: `round ${i}` })], deleted: [] });
      expect(segmentsIn(folder).length).toBeLessThanOrEqual(11);
    }
    writer.merge();
    expect(segmentsIn(folder).length).toBeLessThanOrEqual(10);
    const reader = openIndex(folder);
    expect(reader.documents).toBe(20);
    expect(keysOf(reader, 'round ').length).toBe(20);
    expect(keysOf(reader, '"round 60"')).toEqual([1]);
    expect(keysOf(reader, '"round 5"')).toEqual([]);
  });

  test('goes on where another stopped, and refuses to go back', () => {
    const folder = twoSegments();
    const writer = openWriter(folder);
    expect(writer.seq).toBe(2);
    expect(() => writer.apply({ seq: 1, documents: [], deleted: [] })).toThrow(
      /change 1 comes before change 2/,
    );
  });

  test('forgets deletions once nothing is left that they hide', () => {
    const folder = twoSegments();
    const writer = openWriter(folder);
    writer.apply({ seq: 3, documents: [], deleted: [1, 2, 3] });
    writer.merge();
    expect(openIndex(folder)).toMatchObject({ documents: 0, seq: 3 });
    writer.apply({ seq: 4, documents: [paper(1, { title: 'first again' })], deleted: [] });
    expect(keysOf(openIndex(folder), 'first ')).toEqual([1]);
  });
});
