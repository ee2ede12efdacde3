/** An index that is always there: while its files cannot be read it keeps to what it had, or is empty. */
import { openIndex } from './reader.ts';
import type { SearchHit, SearchIndex, SearchRequest, SearchResult } from './types.ts';

/** Opens an index; `complain` is told once why one cannot be read, and again after it could. */
export function openSteady(folder: string, complain: (reason: string) => void): SearchIndex {
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
  current = attempt(() => openIndex(folder));
  return {
    search: (request: SearchRequest): SearchResult =>
      current?.search(request) ?? { total: 0, hits: [], seq: 0 },
    similar: (key: number, limit: number): SearchHit[] => current?.similar(key, limit) ?? [],
    highlights: (query: string, text: string) => current?.highlights(query, text) ?? [],
    get documents() {
      return current?.documents ?? 0;
    },
    get seq() {
      return current?.seq ?? 0;
    },
    get bytes() {
      return current?.bytes ?? 0;
    },
    refresh(): boolean {
      if (current) return attempt(() => current!.refresh()) ?? false;
      current = attempt(() => openIndex(folder));
      return current !== null;
    },
    close: () => current?.close(),
  };
}
