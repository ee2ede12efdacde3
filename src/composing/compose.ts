/**
 * Composes issues: what a list held when a period ended, once and for all. Two processes that compose the same issue at
 * once get one, because the database takes only the first (digest/issues.ts).
 *
 * Only searches need the search index. A site lends the one it has open; a worker opens it for the first of them and
 * closes it when none has come for a while (worker/lent-index.ts), so that it takes no memory all day. The index must
 * know everything that entered in the period: until it does, the issue waits (IndexBehind) rather than skip a paper.
 */
import { LRUCache } from 'lru-cache';
import { type Issues, issuesIn } from '../digest/issues.ts';
import type { Compose, Issue, ListRef, Period } from '../digest/types.ts';
import type { Turn } from '../papers/days.ts';
import type { SearchIndex } from '../search/types.ts';
import type { Store } from '../store/open.ts';
import { type Draft, draftOf, type LendIndex } from './draft.ts';
import { type Entered, enteredIn } from './entered.ts';
import { spanOf } from './periods.ts';

export type { Draft, LendIndex } from './draft.ts';

export interface ComposingOptions {
  store: Store;
  turn: Turn;
  lendIndex: LendIndex;
  /** Epoch ms. */
  now(): number;
  issues?: Issues;
}

export interface Composing {
  compose: Compose;
  /**
   * What an issue would hold, as far as can be told now; nothing is stored. Null: there is no such list or period.
   * Of a period that has ended and been composed, see `issues`.
   */
  draft(list: ListRef, period: Period): Promise<Draft | null>;
  issues: Issues;
}

/** The index does not know yet of everything that an issue must be made of. Try again shortly. */
export class IndexBehind extends Error {
  override name = 'IndexBehind';
}

/** Periods whose new papers are remembered, and for how long (ms): those that are being composed. */
const PERIODS = 4;
const REMEMBERED = 10 * 60_000;

export function composing({
  store,
  turn,
  lendIndex,
  now,
  issues = issuesIn(store),
}: ComposingOptions): Composing {
  const entered = new LRUCache<string, Promise<Entered>>({ max: PERIODS, ttl: REMEMBERED });
  const pending = new Map<string, Promise<Issue | null>>();

  function draft(list: ListRef, period: Period): Promise<Draft | null> {
    const span = spanOf(period, turn);
    if (span === null) return Promise.resolve(null);
    const isOver = now() >= span.until;
    return draftOf(
      {
        db: store.read,
        lendIndex,
        enteredIn(one) {
          // A period that has not ended is still filling up.
          if (!isOver) return enteredIn(store, one);
          const known = entered.get(period);
          if (known !== undefined) return known;
          const reading = enteredIn(store, one);
          entered.set(period, reading);
          reading.catch(() => entered.delete(period));
          return reading;
        },
      },
      list,
      span,
    );
  }

  async function composed(list: ListRef, period: Period): Promise<Issue | null> {
    const span = spanOf(period, turn);
    // PostgreSQL cannot even be sent a subject with a NUL.
    if (span === null || list.subject.includes('\0')) return null;
    const known = await issues.of(list, period);
    if (known || now() < span.until) return known;
    const made = await draft(list, period);
    if (made === null) return null;
    const { list: kind, subject, name } = list;
    return issues.keep({ list: kind, subject, name, period, ...made, composedAt: now() });
  }

  return {
    compose(list, period) {
      const key = JSON.stringify([list.list, list.subject, period]);
      const running = pending.get(key);
      if (running !== undefined) return running;
      const making = composed(list, period).finally(() => pending.delete(key));
      pending.set(key, making);
      return making;
    },
    draft,
    issues,
  };
}

/** How long to wait for the index, and between looks, ms. */
const PATIENCE = 15_000;
const LOOK = 100;

/**
 * Lends an index that is open. @param wait how long for what it does not know yet, ms
 *
 * @throws IndexBehind
 */
export const lendOpen =
  (index: Pick<SearchIndex, 'search' | 'seq' | 'refresh'>, wait = PATIENCE): LendIndex =>
  async (upTo, work) => {
    for (const end = Date.now() + wait; index.seq < upTo; ) {
      if (index.refresh() && index.seq >= upTo) break;
      if (Date.now() >= end)
        throw new IndexBehind(
          `the search index has not caught up: it knows ${index.seq} of ${upTo} changes that an issue is made of`,
        );
      await new Promise((resolve) => setTimeout(resolve, LOOK));
    }
    return work(index);
  };
