/** An index that is always there: while its files cannot be read it keeps to what it had, or is empty. */
import { openIndex, type ReaderOptions } from './reader.ts';
import type { Matching, SearchIndex, SearchResult } from './types.ts';

const NOTHING: SearchResult = {
  total: 0,
  exact: true,
  hits: [],
  read: { filters: {}, condition: null, sort: 'relevance', unknown: [], corrected: [], problems: [] },
  seq: 0,
};

const NO_MATCHING: Matching = {
  total: 0,
  keys: [],
  dimensions: 0,
  vectors: new Int8Array(0),
  read: NOTHING.read,
  seq: 0,
};

/** Opens an index; `complain` is told once why one cannot be read, and again after it could. */
export function openSteady(
  folder: string,
  complain: (reason: string) => void,
  options: ReaderOptions = {},
): SearchIndex {
  let current: SearchIndex | null = null;
  let complained = false;
  const attempt = <T>(work: () => T): T | null => {
    try {
      const result = work();
      complained = false;
      return result;
    } catch (error) {
      if (!complained) complain((error as Error).message);
      complained = true;
      return null;
    }
  };
  current = attempt(() => openIndex(folder, options));
  return {
    search: (request) => current?.search(request) ?? NOTHING,
    matching: (request, most) => current?.matching(request, most) ?? NO_MATCHING,
    similar: (key, text, limit) => current?.similar(key, text, limit) ?? [],
    highlights: (query, text) => current?.highlights(query, text) ?? [],
    titlesBeginning: (text, limit) => current?.titlesBeginning(text, limit) ?? [],
    complete: (text, limit) => current?.complete(text, limit) ?? [],
    get documents() {
      return current?.documents ?? 0;
    },
    get seq() {
      return current?.seq ?? 0;
    },
    get words() {
      return current?.words ?? 0;
    },
    get votes() {
      return current?.votes ?? 0;
    },
    get bytes() {
      return current?.bytes ?? 0;
    },
    get model() {
      return current?.model ?? '';
    },
    refresh(): boolean {
      if (current) return attempt(() => current!.refresh()) ?? false;
      current = attempt(() => openIndex(folder, options));
      return current !== null;
    },
    close: () => current?.close(),
  };
}
