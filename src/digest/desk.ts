/** What the page of the operator and `/metrics` ask of the digest, and what the operator can do. */
import type { Config } from '../config.ts';
import type { Store } from '../store/open.ts';
import {
  type Counts,
  cancel,
  countIssue,
  countStates,
  deliveriesIn,
  isPaused,
  nextAt,
  noDigest,
  pauseDigest,
  resumeDigest,
  retry,
} from './controls.ts';
import type { Delivery } from './types.ts';

/** Days that are counted: older ones do not help anyone watching. */
export const COUNTED_DAYS = 7;
/** Mails listed by name, of each kind, and issues. */
const NAMED = 50;
const ISSUES = 8;
/** Counts of more mails than this are cached for a while (ms): metrics are requested all the time. */
const MANY = 50_000;
const REMEMBERED = 60_000;

export interface SentIssue {
  id: string;
  list: string;
  period: string;
  counts: Counts;
}

export interface DigestState {
  /** Why no digest can be sent; null: it can. */
  off: string | null;
  isPaused: boolean;
  /** Of mails due in the last COUNTED_DAYS days. */
  counts: Counts;
  /** When the next queued mail is due (epoch ms); null: none is queued. */
  nextAt: number | null;
}

export interface DigestDesk {
  state(): Promise<DigestState>;
  /** The last issues of editions that went to somebody. */
  issues(): Promise<SentIssue[]>;
  /** Those that failed or are uncertain, the newest first. */
  troubled(): Promise<{ failed: Delivery[]; uncertain: Delivery[] }>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** @returns how many */
  retry(state: 'failed' | 'uncertain'): Promise<number>;
  /** @returns how many */
  cancel(): Promise<number>;
}

export function digestDesk(
  store: Store,
  config: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL'>,
  now: () => number,
): DigestDesk {
  const { read } = store;
  const remembered = new Map<string, { at: number; counts: Counts }>();
  /** Counts, unless a recent count was so large that it took a while. */
  const counted = async (of: string, count: () => Promise<Counts>): Promise<Counts> => {
    const known = remembered.get(of);
    if (known && now() >= known.at && now() < known.at + REMEMBERED) return known.counts;
    remembered.delete(of);
    const counts = await count();
    const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
    if (remembered.size > 2 * ISSUES) remembered.clear();
    if (total > MANY) remembered.set(of, { at: now(), counts });
    return counts;
  };
  const acting = async <T>(work: Promise<T>): Promise<T> => {
    const done = await work;
    remembered.clear();
    return done;
  };
  return {
    async state() {
      const [paused, counts, next] = await Promise.all([
        isPaused(read),
        counted('', () => countStates(read, {}, now() - COUNTED_DAYS * 86_400_000)),
        nextAt(read),
      ]);
      return { off: noDigest(config), isPaused: paused, counts, nextAt: next };
    },
    async issues() {
      const rows = await read
        .selectFrom('issues')
        .select(['id', 'list', 'period', 'composed_at'])
        .where('list', 'in', ['daily', 'weekly', 'monthly'])
        .where((e) =>
          e.exists(
            e
              .selectFrom('delivered_issues')
              .select('issue')
              .whereRef('delivered_issues.issue', '=', 'issues.id'),
          ),
        )
        .orderBy('composed_at', 'desc')
        .limit(ISSUES)
        .execute();
      return Promise.all(
        rows.map(async ({ composed_at, ...row }) => ({
          ...row,
          counts: await counted(row.id, () => countIssue(read, { id: row.id, composedAt: composed_at })),
        })),
      );
    },
    async troubled() {
      const [failed, uncertain] = await Promise.all([
        deliveriesIn(read, 'failed', NAMED),
        deliveriesIn(read, 'uncertain', NAMED),
      ]);
      return { failed, uncertain };
    },
    pause: () => pauseDigest(store, now()),
    async resume() {
      await resumeDigest(store);
    },
    retry: (state) => acting(retry(store, state, now())),
    cancel: () => acting(cancel(store, now())),
  };
}
