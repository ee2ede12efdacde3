/**
 * A collection opened for reading: the database, the search index, the model that understands queries, and the
 * catalogue over all three. The site, `search` and `mcp` open it here, so that everything is opened and closed in one
 * order, also when opening fails half-way. Commands that need only the database use `withStore`.
 */
import type { Config } from './config.ts';
import { Catalogue } from './papers/catalogue.ts';
import { queryVectors } from './papers/query-vectors.ts';
import { openIndex } from './search/index.ts';
import { openEmbedder } from './search/meaning/provider.ts';
import type { SearchIndex } from './search/types.ts';
import { openStore, type Store } from './store/open.ts';
import { createIndexer, indexFolder } from './worker/indexing.ts';
import { usableModel } from './worker/model.ts';
import { openSiteIndex } from './worker/site-index.ts';

export interface Collection {
  store: Store;
  index: SearchIndex;
  library: Catalogue;
  /** Resolves when the external model of EMBEDDINGS is open or cannot be opened; immediately if there is none. */
  modelTried: Promise<void>;
  /** Adds something to close before the collection, such as a reader of it. The last one added is closed first. */
  closeBefore(close: () => unknown): void;
  close(): Promise<void>;
}

export interface CollectionOptions {
  /** Called with what works less well than it should, such as a model that cannot be used. */
  warn(says: string): void;
  /** An open database, which is closed with the collection; default: the one in the settings is opened. */
  store?: Store;
  /**
   * How often to take over what a writer has committed to the index, ms. Without it, an unreadable index is an error.
   */
  refresh?: number;
}

/** Opens the collection that the settings name. Whatever fails, nothing is left open. */
export async function openCollection(
  config: Config,
  { warn, store: given, refresh }: CollectionOptions,
): Promise<Collection> {
  // Closes everything in reverse order, even if closing one of them fails.
  await using opening = new AsyncDisposableStack();
  const store = given ?? (await openStore(config));
  opening.defer(() => store.close());
  const { DATA_DIR } = config;
  const index =
    refresh === undefined
      ? openIndex(indexFolder(DATA_DIR), { model: usableModel(DATA_DIR, warn) })
      : openSiteIndex(DATA_DIR, warn);
  opening.defer(() => index.close());
  const meaning = config.EMBEDDINGS
    ? queryVectors(
        () => openEmbedder(config),
        () => index.model,
        warn,
      )
    : null;
  opening.defer(() => meaning?.close());
  if (refresh !== undefined) {
    const timer = setInterval(() => index.refresh(), refresh);
    timer.unref();
    opening.defer(() => clearInterval(timer));
  }
  const library = new Catalogue({
    store,
    index,
    turn: { timezone: config.EDITION_TIMEZONE, turn: config.EDITION_TURN },
    now: Date.now,
    ...(meaning ? { embed: meaning.embed } : {}),
  });
  const opened = opening.move();
  return {
    store,
    index,
    library,
    modelTried: meaning?.opened ?? Promise.resolve(),
    closeBefore: (close) =>
      opened.defer(async () => {
        await close();
      }),
    close: () => opened.disposeAsync(),
  };
}

/** Opens the collection for as long as `work` takes. */
export async function withCollection<Result>(
  config: Config,
  options: CollectionOptions,
  work: (collection: Collection) => Promise<Result>,
): Promise<Result> {
  const collection = await openCollection(config, options);
  try {
    return await work(collection);
  } finally {
    await collection.close();
  }
}

/** Opens the database for as long as `work` takes. */
export async function withStore<Result>(
  config: Config,
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = await openStore(config);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

export interface RebuildOptions {
  /** Called with how many papers are done, and how many are left. */
  report?: (done: number, left: number) => void;
  threads?: 1 | 2;
}

/** Builds the search index from the database. If the model cannot be opened, the present index stays as it is. */
export async function rebuildIndex(
  store: Store,
  config: Config,
  { report, threads }: RebuildOptions = {},
): Promise<void> {
  await using opened = new AsyncDisposableStack();
  const embedder = await openEmbedder(config);
  opened.defer(() => embedder?.close());
  const indexer = createIndexer(store, config.DATA_DIR, report, embedder, threads);
  opened.defer(() => indexer.close());
  await indexer.reset();
  await indexer.step();
}
