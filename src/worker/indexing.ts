/**
 * Keeping the search index up to date with the database. One process at a time writes an index folder (a lease);
 * everybody else only reads what it commits.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { changesSince } from '../papers/lists/feed.ts';
import { EMPTY, type Manifest, parseManifest, readManifestBytes } from '../search/directory.ts';
import { IndexUnusable, openWriter } from '../search/index.ts';
import type { TextEmbedder } from '../search/meaning/provider.ts';
import type { ChangeBatch, IndexWriter } from '../search/types.ts';
import { getMeta, META } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import { IndexLease } from './index-lease.ts';
import { modelStamp, usableModel } from './model.ts';

export const indexFolder = (dataDir: string): string => resolve(dataDir, 'index');

/** The last change number committed to a data folder's index; 0 if there is no readable one. */
export const indexedSeq = (dataDir: string): number => committed(dataDir).seq;

/** How many papers a data folder's index was built from; 0 if there is no readable one. */
export const indexedPapers = (dataDir: string): number =>
  committed(dataDir).segments.reduce((sum, { documents }) => sum + documents, 0);

/** Whether a data folder's index has vectors from an external model: they may have taken days to compute. */
export const isByOutside = (dataDir: string): boolean => /^(?!words-)./.test(committed(dataDir).model);

function committed(dataDir: string): Manifest {
  const folder = indexFolder(dataDir);
  try {
    const bytes = readManifestBytes(folder);
    return bytes === null ? EMPTY : parseManifest(folder, bytes);
  } catch {
    return EMPTY;
  }
}

/** Papers a thread takes at once when there is much to do: one segment's worth. */
const BATCH = 25_000;
/** The same if each has to be sent to a model first. */
const BATCH_OUTSIDE = 500;
/** After this many papers, segments written in pieces are merged. */
const MUCH = 1_000;

export interface Indexer {
  /** Does the work there is; returns the number of papers. Null: another process has the lease. */
  step(): Promise<number | null>;
  /** Discards the index; the next step rebuilds it. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

/**
 * An indexer for a data folder. `report` receives what is done and how much is left. Vectors come from `embedder` if
 * there is one, otherwise from the site's model. An index with another model's vectors is rebuilt, also if the site's
 * model is replaced while this runs. With two `threads`, a second thread does half of a rebuild. `lease`: who writes.
 */
export function createIndexer(
  store: Store,
  dataDir: string,
  report: (done: number, left: number) => void = () => {},
  embedder: TextEmbedder | null = null,
  threads: 1 | 2 = 1,
  lease = new IndexLease(store, dataDir, 'command'),
): Indexer {
  const folder = indexFolder(dataDir);
  const generationFile = `${folder}.generation`;
  let writer: IndexWriter | null = null;
  let settled = false;
  /** The site's model when the writer was opened. */
  let stamp = '';

  /** Lets go of the index if it is somebody else's. */
  const unless = (isOurs: boolean): boolean => {
    if (!isOurs) {
      writer?.close();
      writer = null;
    }
    return isOurs;
  };
  const hold = async (): Promise<boolean> => unless(await lease.hold());

  const open = (): IndexWriter => {
    if (writer) return writer;
    stamp = modelStamp(dataDir);
    const options = embedder
      ? { outside: embedder, threads }
      : { model: usableModel(dataDir, console.error), threads };
    try {
      writer = openWriter(folder, options);
    } catch (error) {
      if (!(error instanceof IndexUnusable)) throw error;
      // Derived data: anything that does not fit is discarded and rebuilt from the database.
      console.error(`The search index is being rebuilt: ${error.message}`);
      // File numbers are never reused: a reader that has one in memory goes by its name.
      writer = openWriter(folder, { ...options, fresh: true });
    }
    return writer;
  };

  /** Empties an index built from a different database (a backup was restored). */
  const forget = async (index: IndexWriter): Promise<void> => {
    const generation = (await getMeta(store.read, META.generation)) ?? '';
    const known = existsSync(generationFile) ? readFileSync(generationFile, 'utf8') : '';
    if (known === generation && index.seq <= (await store.seq())) return;
    index.reset();
    writeFileSync(generationFile, generation);
  };

  const catchUp = async (): Promise<number | null> => {
    if (!unless(await lease.look())) return null;
    const isOther = embedder === null && writer !== null && modelStamp(dataDir) !== stamp;
    if (writer && !isOther && (await store.seq()) === writer.seq) return 0;
    if (!(await hold())) return null;
    if (isOther) {
      writer?.close();
      writer = null;
    }
    const index = open();
    await forget(index);
    let done = 0;
    for (;;) {
      const batch = await store.longRead((db) =>
        changesSince(db, index.seq, embedder ? BATCH_OUTSIDE : BATCH * threads),
      );
      if (!batch) break;
      if (embedder && batch.documents.length > 0) await embed(batch, embedder);
      index.apply(batch);
      done += batch.documents.length;
      const left = await store.read
        .selectFrom('papers')
        .select((e) => e.fn.countAll<number>().as('count'))
        .where('seq', '>', index.seq)
        .executeTakeFirstOrThrow();
      report(done, Number(left.count));
      index.merge();
      if (!(await hold())) return null;
    }
    // Also at the start: a previous process may have been stopped in the middle.
    if (done >= MUCH || !settled) index.settle();
    settled = true;
    return done;
  };

  return {
    async step() {
      try {
        return await catchUp();
      } catch (error) {
        if (!(error instanceof IndexUnusable)) throw error;
        // A file was damaged after it was opened, and a merge noticed. Reopening reads everything and starts afresh.
        writer?.close();
        writer = null;
        return catchUp();
      }
    },
    async reset() {
      if (!(await hold())) throw new Error('another process is writing the index; stop it or wait');
      open().reset();
    },
    async close() {
      writer?.close();
      writer = null;
      await lease.release();
    },
  };
}

/** Adds the vectors of a batch's papers. */
async function embed({ documents }: ChangeBatch, embedder: TextEmbedder): Promise<void> {
  const texts = documents.map(({ title, abstract, summary }) => `${title}\n\n${abstract || summary}`);
  const vectors = await embedder.embed(texts, 'document');
  documents.forEach((document, i) => {
    const vector = vectors[i];
    if (vector) document.vector = vector;
  });
}
