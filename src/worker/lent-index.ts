/**
 * The search index for a worker, which needs it only to compose issues of searches: opened for the first, and closed when
 * none has come for a while. A worker without pages thus holds no index in memory all day.
 */
import { type LendIndex, lendOpen } from '../composing/compose.ts';
import type { SearchIndex } from '../search/types.ts';
import { openSiteIndex } from './site-index.ts';

/** How long (ms) it stays open after the last use. */
const IDLE = 60_000;

export interface LentIndex {
  lend: LendIndex;
  close(): void;
}

export function lentIndex(dataDir: string, warn: (says: string) => void, idle = IDLE): LentIndex {
  let index: SearchIndex | null = null;
  let timer: NodeJS.Timeout | undefined;
  let using = 0;
  const close = (): void => {
    clearTimeout(timer);
    index?.close();
    index = null;
  };
  return {
    async lend(upTo, work) {
      clearTimeout(timer);
      index ??= openSiteIndex(dataDir, warn);
      index.refresh();
      using++;
      try {
        return await lendOpen(index)(upTo, work);
      } finally {
        using--;
        if (using === 0) {
          timer = setTimeout(close, idle);
          timer.unref();
        }
      }
    },
    close,
  };
}
