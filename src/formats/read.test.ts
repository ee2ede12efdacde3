import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPapers } from './read.ts';
import { collect, read, summary } from './reading.ts';

describe('a file of lines', () => {
  test('numbers its lines, reports the bad ones and continues', async () => {
    const lines = [
      '{"id":"2503.02130","title":"One"}',
      '',
      '{"id":"2503.02131","title":"Tw',
      'nonsense',
      '{"id":"xyz","title":"Three"}',
      '{"id":"2503.02132"}',
      '[1,2]',
      '{"id":"2503.02133","title":"Four"}',
    ];
    for (const end of ['\n', '\r\n']) {
      expect(summary(await read(lines.join(end), 'papers.jsonl'))).toEqual([
        'papers.jsonl:1 One',
        'papers.jsonl:3! not JSON: unexpected end',
        "papers.jsonl:4! not JSON: 'nonsense'",
        "papers.jsonl:5! identifier 'xyz' is not recognised",
        'papers.jsonl:6! no title',
        "papers.jsonl:7! not a paper but '[1,2]'",
        'papers.jsonl:8 Four',
      ]);
    }
  });

  test('may begin with a byte order mark, and have any name', async () => {
    for (const name of ['a.jsonl', 'a.ndjson', 'a.json', 'a.txt', 'upload']) {
      expect(summary(await read('\ufeff{"id":"2503.02130","title":"One"}\n', name))).toEqual([
        `${name}:1 One`,
      ]);
    }
  });

  test('is rejected line by line if it is not UTF-8', async () => {
    const bad = Buffer.concat([
      Buffer.from('{"id":"2503.02130","title":"Andr'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n{"id":"2503.02131","title":"Two"}'),
    ]);
    expect(summary(await read(bad, 'a.jsonl'))).toEqual([
      'a.jsonl:1! not UTF-8 (save the file in that encoding)',
      'a.jsonl:2 Two',
    ]);
    expect(summary(await read(Buffer.from('\ufeff{}', 'utf16le'), 'a.jsonl'))).toEqual([
      'a.jsonl! the file is UTF-16; save it as UTF-8',
    ]);
  });

  test('may contain a line too long to hold, which is skipped and reported', async () => {
    const text = `{"id":"2503.02130","title":"${'x'.repeat(5000)}"}\n{"id":"2503.02131","title":"Two"}`;
    expect(summary(await read(text, 'a.jsonl', { maxPiece: 1024 }))).toEqual([
      'a.jsonl:1! longer than 0 MB',
      'a.jsonl:2 Two',
    ]);
  });

  test('may be compressed, whatever its name says', async () => {
    const packed = gzipSync('{"id":"2503.02130","title":"One"}\n');
    expect(summary(await read(packed, 'a.jsonl.gz'))).toEqual(['a.jsonl.gz:1 One']);
    expect(summary(await read(packed, 'a.jsonl', {}, 1))).toEqual(['a.jsonl:1 One']);
    expect(summary(await read(Buffer.concat([packed, packed]), 'a.jsonl.gz'))).toHaveLength(2);
  });

  test('that is compressed and truncated gives what is intact and says so', async () => {
    const lines = Array.from({ length: 2000 }, (_, i) =>
      JSON.stringify({ id: `2503.${String(i + 1).padStart(5, '0')}`, title: `Paper ${Math.sin(i)}` }),
    );
    const packed = gzipSync(lines.join('\n'));
    for (const size of [100, 100_000]) {
      const all = await read(packed.subarray(0, packed.length / 2), 'a.jsonl.gz', {}, size);
      expect(all.length).toBeGreaterThan(500);
      expect(all.slice(0, -1).every((one) => one.ok)).toBe(true);
      expect(all.at(-1)).toEqual({
        ok: false,
        where: 'a.jsonl.gz',
        reason: 'the file ends in the middle (truncated gzip)',
      });
    }
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 8000, 8100);
    expect((await read(damaged, 'a.jsonl.gz', {}, 500)).at(-1)).toMatchObject({ ok: false });
    expect(summary(await read(packed.subarray(0, 5), 'a.gz'))).toHaveLength(1);
  });

  test('that contains something else says so once; an empty one says nothing', async () => {
    expect(summary(await read('Dear editor,\nplease', 'letter.txt'))).toEqual([
      'letter.txt! this is not JSON, JSON Lines, BibTeX, RIS or a Zotero export',
    ]);
    for (const name of ['a.json', 'a.jsonl', 'a.bib', 'a.ris', 'a.csv', 'a'])
      expect(await read(' \n', name)).toEqual([]);
  });

  test('never makes the reader throw, whatever is in it', async () => {
    const names = fc.constantFrom('a.json', 'a.jsonl', 'a.bib', 'a.ris', 'a.csv', 'a.rdf', 'a');
    const starts = fc.constantFrom(
      ...['', '[', '{', '@', '@article{', '[{"title":"x"},', '{"title":"x"}\n', 'TY  - JOUR\n'],
      ...['"Item Type","Title"\n', '<RDF xmlns:z="http://www.zotero.org/namespaces/export#"><Article>'],
    );
    const rest = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.string({ unit: fc.constantFrom(...'@{}()"=,\n a') }),
    );
    await fc.assert(
      fc.asyncProperty(
        names,
        starts,
        rest,
        fc.integer({ min: 1, max: 50 }),
        async (name, start, text, size) => {
          for (const one of await read(start + text, name, {}, size)) expect(typeof one.ok).toBe('boolean');
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a JSON document', () => {
  const two = [
    { id: '2503.02130', title: 'One, [with] "brackets" \\x {' },
    { id: '2503.02131', title: 'Two' },
  ];
  test('is read element by element, however it is laid out', async () => {
    for (const text of [JSON.stringify(two), JSON.stringify(two, null, 2), ` \n${JSON.stringify(two)}\n`]) {
      for (const size of [1, 3, 1000]) {
        expect(summary(await read(text, 'a.json', {}, size))).toEqual([
          'a.json#1 One, [with] "brackets" \\x {',
          'a.json#2 Two',
        ]);
      }
    }
  });
  test('may be one object spread over lines', async () => {
    expect(summary(await read(JSON.stringify(two[1], null, 2), 'a.json'))).toEqual(['a.json#1 Two']);
  });
  test('keeps what is intact if it is truncated or has a bad element', async () => {
    const text = JSON.stringify(two);
    expect(summary(await read(text.slice(0, -20), 'a.json')).slice(1)).toEqual([
      'a.json! the file ends in the middle of the JSON',
    ]);
    expect(summary(await read('[{"title":"One"}, xyz, {"title":"Two"}]', 'a.json'))).toEqual([
      'a.json#1 One',
      "a.json#2! not JSON: 'xyz'",
      'a.json#3 Two',
    ]);
    expect(await read('[]', 'a.json')).toEqual([]);
  });
  test('may contain an element too long to hold', async () => {
    const text = `[{"title":"${'x'.repeat(900)}"},{"title":"Two"}]`;
    expect(summary(await read(text, 'a.json', { maxPiece: 500 }))).toEqual([
      'a.json#1! longer than 0 MB',
      'a.json#2 Two',
    ]);
  });
});

describe('a file on disk', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'broadsheet-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  test('is named without its folder; a missing one is an error that says so', async () => {
    const path = join(folder, 'p.jsonl');
    await writeFile(path, '{"id":"2503.02130","title":"One"}');
    expect(summary(await collect(readPapers(path)))).toEqual(['p.jsonl:1 One']);
    await expect(collect(readPapers(join(folder, 'no.jsonl')))).rejects.toThrow('there is no such file');
    await expect(collect(readPapers(folder))).rejects.toThrow('it is a folder');
  });
  test('need not be read to its end', async () => {
    const path = join(folder, 'long.jsonl.gz');
    await writeFile(path, gzipSync('{"id":"2503.02130","title":"One"}\n'.repeat(100_000)));
    for await (const one of readPapers(path)) {
      expect(one.ok).toBe(true);
      break;
    }
    const aborted = AbortSignal.abort(new Error('enough'));
    await expect(collect(readPapers(path, { signal: aborted }))).rejects.toThrow('enough');
  });
});

const shared = new URL('../../../shared/', import.meta.url).pathname;
const have = existsSync(shared);
if (!have) console.warn(`SKIPPED: reading real data, because ${shared} is not there`);

describe.skipIf(!have)('real data', () => {
  test.each([
    ['hub-api/samples/daily_papers_2026-06-12_full.json', 30],
    ['hub-api/samples/papers_search_q_kazakh.json', 9],
    ['hub-api/samples/paper_page_data_props_2407.13168_trimmed.json', 1],
    ['data/hf-daily-dev.jsonl.gz', 9144],
  ])('%s is read in full', async (path, count) => {
    const all = await collect(readPapers(shared + path));
    expect(all.filter((one) => !one.ok)).toEqual([]);
    expect(all).toHaveLength(count);
    expect(all.every((one) => one.ok && one.record.source === 'hf' && one.record.abstract)).toBe(true);
  });

  test('all of a hundred thousand papers are read', { timeout: 60_000 }, async () => {
    let good = 0;
    let bad = 0;
    for await (const one of readPapers(`${shared}data/arxiv-dev.jsonl.gz`)) one.ok ? good++ : bad++;
    expect([good, bad]).toEqual([101_843, 0]);
  });

  test('blank lines are counted and cost next to nothing', async () => {
    const blank = '\n \r\n\t\n'.repeat(200_000);
    const line = JSON.stringify({ id: '2503.02130', title: 'Behind blank lines' });
    for (const size of [1000, 1_000_000]) {
      expect(summary(await read(`${line}\n${blank}${line}`, 'a.jsonl', {}, size))).toEqual([
        'a.jsonl:1 Behind blank lines',
        'a.jsonl:600002 Behind blank lines',
      ]);
    }
  });
});
