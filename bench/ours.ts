/** Our engine as the benchmarks build and open it: as `reindex` and the site do. */
import { readdirSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { openIndex, openWriter } from '../src/search/index.ts';
import { shippedModel } from '../src/search/meaning/load.ts';
import type { SearchDocument, SearchIndex } from '../src/search/types.ts';

const THREADS = availableParallelism() > 1 ? 2 : 1;
/** Documents per batch, as in `worker/indexing.ts`. */
export const BATCH = 25_000 * THREADS;

/**
 * Writes an index of all batches, merging after each and at the end, as `reindex` does. Returns the seconds spent in
 * the writer, fsync and merges included, but not waiting for batches.
 */
export function buildOurs(folder: string, batches: Iterable<SearchDocument[]>): number {
  const writer = openWriter(folder, { model: shippedModel(), threads: THREADS });
  let seconds = 0;
  let seq = 0;
  for (const documents of batches) {
    const started = performance.now();
    writer.apply({ seq: ++seq, documents, deleted: [] });
    writer.merge();
    seconds += (performance.now() - started) / 1000;
  }
  const started = performance.now();
  writer.settle();
  writer.close();
  return seconds + (performance.now() - started) / 1000;
}

/** Opens an index as the site does. */
export const openOurs = (folder: string): SearchIndex => openIndex(folder, { model: shippedModel() });

/** Splits a list into batches. */
export function* inBatches<T>(items: T[], size = BATCH): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** Bytes of all files under a folder. */
export function folderBytes(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Files of a running engine may disappear between the two calls.
    if (entry.isDirectory()) bytes += folderBytes(path);
    else bytes += statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
