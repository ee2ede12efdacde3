/** Query vectors from an external model. A reader never waits for it to start, nor long if it fails. */
import { LRUCache } from 'lru-cache';
import type { TextEmbedder } from '../search/meaning/embedder.ts';

/** The number of recent query vectors kept. */
const KEPT = 1_000;
/** After a failure, no requests are made for this long (ms). */
const REST = 30_000;
/** At shutdown, a model that is still being opened is waited for this long (ms). */
const PATIENCE = 1_000;

export interface QueryVectors {
  /** The vector of a query; null while none is available. Never throws. */
  embed(query: string): Promise<Float32Array | null>;
  /** Resolves when the model is open, or cannot be. */
  readonly opened: Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a model with `open` and provides vectors while `indexModel()`, whose vectors the index holds, is that model.
 * `warn` is called on a failure, once until it works again.
 */
export function queryVectors(
  open: () => Promise<TextEmbedder | null>,
  indexModel: () => string,
  warn: (says: string) => void,
): QueryVectors {
  const recent = new LRUCache<string, Float32Array>({ max: KEPT });
  let embedder: TextEmbedder | null = null;
  let isWarned = false;
  let rests = 0;
  const fail = (error: Error): void => {
    rests = Date.now() + REST;
    if (!isWarned) warn(`Search uses words alone for now: ${error.message}`);
    isWarned = true;
  };
  const start = (): Promise<void> => {
    rests = Number.POSITIVE_INFINITY;
    return open().then((opened) => {
      embedder = opened;
      rests = 0;
    }, fail);
  };
  let opened = start();
  return {
    get opened() {
      return opened;
    },
    async embed(query) {
      if (embedder !== null && embedder.name !== indexModel()) return null;
      const known = recent.get(query);
      if (known) return known;
      if (Date.now() < rests) return null;
      if (embedder === null) {
        opened = start();
        return null;
      }
      try {
        const [vector] = await embedder.embed([query], 'query');
        recent.set(query, vector!);
        isWarned = false;
        return vector!;
      } catch (error) {
        fail(error as Error);
        return null;
      }
    },
    async close() {
      const patience = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE).unref());
      await Promise.race([opened, patience]);
      await embedder?.close();
    },
  };
}
