/** What an index of many papers costs: building, disk, memory, opening, queries. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { SearchDocument } from '../src/search/types.ts';
import type { Row } from './main.ts';
import { BATCH, buildOurs, folderBytes } from './ours.ts';
import { asDocument, type Paper, readPapers } from './papers.ts';
import { inFolder, papersFile, percentile, root, round } from './parts.ts';
import { resample } from './scale/resample.ts';
import { type Sentences, takeApart } from './scale/sentences.ts';
import { drawQueries } from './search/queries.ts';

const SIZES = ['100000', '1000000', '3000000'];
/** Papers that queries are drawn from. */
const SAMPLE = 5000;
const WARMING = 200;

interface Asked {
  documents: number;
  open: number;
  rss: number;
  index: number;
  times: number[];
}

/** A row for each number of papers. */
export async function scaling(args: string[], note: (line: string) => void): Promise<Row[]> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      file: { type: 'string' },
      queries: { type: 'string', default: '500' },
      seed: { type: 'string', default: '1' },
    },
  });
  const sizes = (positionals.length > 0 ? positionals : SIZES).map(Number);
  if (sizes.some((size) => !Number.isInteger(size) || size < 1)) throw new Error('sizes are whole numbers');
  const file = papersFile(values.file === undefined ? [] : [values.file]);
  const sentences = takeApart(readPapers(file));
  const { heaps, papers } = sentences;
  note(
    `${papers.length} papers taken apart: ${heaps.words} words, ${heaps.vocabulary} different, beta ${round(heaps.beta)}.`,
  );
  const rows: Row[] = [];
  for (const size of sizes)
    rows.push(
      await inFolder((folder) =>
        measure(sentences, size, folder, Number(values.queries), Number(values.seed), note),
      ),
    );
  return rows;
}

async function measure(
  sentences: Sentences,
  size: number,
  place: string,
  queries: number,
  seed: number,
  note: (line: string) => void,
): Promise<Row> {
  const folder = join(place, 'index');
  const sample: Paper[] = [];
  const step = Math.max(1, Math.floor(size / SAMPLE));
  let made = 0;

  function* batches(): Generator<SearchDocument[]> {
    let batch: SearchDocument[] = [];
    let started = performance.now();
    for (const paper of resample(sentences, size, seed)) {
      if (paper.key % step === 0) sample.push(paper);
      batch.push(asDocument(paper));
      if (batch.length < BATCH && paper.key < size) continue;
      made += (performance.now() - started) / 1000;
      yield batch;
      if (paper.key % 100_000 < BATCH) note(`${paper.key} papers written.`);
      batch = [];
      started = performance.now();
    }
  }
  const seconds = buildOurs(folder, batches());
  note(`Made ${Math.round(size / made)} papers a second, wrote ${Math.round(size / seconds)}.`);
  const bytes = folderBytes(folder);
  const asked = join(place, 'queries.json');
  writeFileSync(
    asked,
    JSON.stringify({
      warming: drawQueries(sample, WARMING, seed + 1_000_003),
      queries: drawQueries(sample, queries, seed),
    }),
  );
  const output = execFileSync(process.execPath, [join(root, 'bench/scale/reader.ts'), folder, asked], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { documents, open, rss, index, times } = JSON.parse(output) as Asked;
  return {
    docs: documents,
    build_s: round(seconds),
    build_per_s: Math.round(size / seconds),
    size_mb: round(bytes / 1e6, 1),
    rss_mb: round(rss / 1e6, 1),
    index_mb: round(index / 1e6, 1),
    open_s: round(open, 3),
    p50: round(percentile(times, 0.5), 3),
    p95: round(percentile(times, 0.95), 3),
    p99: round(percentile(times, 0.99), 3),
    n: times.length,
  };
}
