/**
 * What is being fetched right now, for the pages: read from the ledger, so that it makes no difference which process
 * fetches. Between two looks it stays as it is, and pages that show it are cached for just as long.
 */
import { isHeld, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import { fetchersIn } from './ledger.ts';
import { SOURCES } from './registry.ts';

/** A source and how far it is. `total` is null if its end is not known. */
export interface UnderWay {
  what: string;
  done: number;
  total: number | null;
}

/** How often to look (ms): runs note their progress this often. */
const LOOK = 1000;

/** The runs in progress, one line for each source; none of those whose process is gone. */
export async function underWay(store: Store): Promise<UnderWay[]> {
  // Almost always there is no lease, or nothing is running: one query is enough.
  if (!(await isHeld(store, SYNC_LEASE))) return [];
  const isGoingOn = await fetchersIn(store);
  const open = await store.read
    .selectFrom('runs')
    .select(['holder', 'source', 'done', 'total', 'added', 'changed', 'merged', 'unchanged'])
    .where('ended_at', 'is', null)
    .orderBy('id')
    .execute();
  const rows = open.filter(isGoingOn);
  return [...Map.groupBy(rows, ({ source }) => source)].map(([name, runs]) => {
    const what = SOURCES.find((source) => source.name === name)?.title ?? name;
    const sum = (of: (run: (typeof rows)[number]) => number): number =>
      runs.reduce((all, run) => all + of(run), 0);
    if (runs.every(({ total }) => total !== null))
      return { what, done: sum(({ done }) => done ?? 0), total: sum(({ total }) => total!) };
    const papers = sum(({ added, changed, merged, unchanged }) => added + changed + merged + unchanged);
    return { what, done: papers, total: null };
  });
}

export interface Watch {
  shown(): UnderWay[];
  /**
   * How often that has changed. A page begun before a change and finished after it must not be taken for current when
   * what is shown is the same again, so the version of pages contains this.
   */
  changes(): number;
  /** Resolves when the last look is over. */
  stop(): Promise<void>;
}

/** Follows what is under way. While the database cannot be reached, nothing is shown. */
export async function watchUnderWay(store: Store): Promise<Watch> {
  let shown: UnderWay[] = [];
  let changes = 0;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const found = await underWay(store).catch(() => []);
    if (JSON.stringify(found) === JSON.stringify(shown)) return;
    shown = found;
    changes++;
  };
  await look();
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = null;
    });
  }, LOOK);
  timer.unref();
  return {
    shown: () => shown,
    changes: () => changes,
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
