/** What pages may ask and request of the sources, bound to a database; the work is in status.ts. */
import type { Config } from '../config.ts';
import { type UnsentMail, unsentMail } from '../mail/outbox.ts';
import type { Store } from '../store/open.ts';
import type { RunRow, Schema } from '../store/schema.ts';
import { fetchersIn, type Range } from './ledger.ts';
import { SOURCES } from './registry.ts';
import type { Part, Source } from './source.ts';
import {
  askBackfill,
  askFor,
  dropBackfill,
  type PartStatus,
  partsNamed,
  partsStatus,
  pause,
  type Retried,
  rejectedOf,
  resume,
  retryRejected,
  runsOf,
} from './status.ts';
import { type Off, offBy } from './status-words.ts';

export type RejectedRow = Schema['rejected_records'];

/** For anybody. */
export interface SourceDesk {
  off: Off;
  /** The setting: hours without a good run after which a part is stale. */
  alertAfterHours: number;
  parts(): Promise<PartStatus[]>;
  /** Lines of the ledger, newest first. `before`: the id of the last one shown. */
  runs(of: { source: string; part?: string; before?: number; limit: number }): Promise<RunRow[]>;
  /** Rejected records, newest first. */
  rejected(of: { source?: string; limit: number }): Promise<RejectedRow[]>;
  /** Mail that the mail server has not accepted yet. */
  unsent(): Promise<UnsentMail[]>;
  /** Runs and requests in the ledger, for `/metrics`. */
  totals(): Promise<{ source: string; part: string; state: string; runs: number; requests: number }[]>;
}

type Named = { source: Pick<Source, 'name'>; part: Pick<Part, 'name'> };

/** For the operator (web/admin.ts): each is a request to whoever fetches, and is done once it is recorded. */
export interface SourceControls {
  /** The part of these names, if the settings ask for it. */
  find(source: string, part: string): { source: Source; part: Part } | null;
  pause(part: Named): Promise<void>;
  resume(part: Named): Promise<void>;
  run(part: Named): Promise<void>;
  backfill(part: Named, range: Range): Promise<void>;
  dropBackfill(part: Named): Promise<void>;
  /** Retries rejected records. */
  retry(source?: string): Promise<Retried>;
}

/** @param now epoch ms; default the system's clock */
export function deskOf(
  store: Store,
  config: Config,
  sources: Source[] = SOURCES,
  now: () => number = Date.now,
): SourceDesk {
  return {
    off: offBy(config),
    alertAfterHours: config.ALERT_AFTER_HOURS,
    parts: () => partsStatus(store, config, now(), sources),
    runs: (of) => runsOf(store, of, now()),
    rejected: (of) => rejectedOf(store, { source: of.source, limit: of.limit }),
    unsent: () => unsentMail(store),
    async totals() {
      const [rows, isGoingOn] = await Promise.all([
        store.read
          .selectFrom('runs')
          .select((e) => [
            'source',
            'part',
            'state',
            'holder',
            e.fn.sum<number>('polls').as('runs'),
            e.fn.sum<number>('requests').as('requests'),
          ])
          .groupBy(['source', 'part', 'state', 'holder'])
          .execute(),
        fetchersIn(store, now()),
      ]);
      const totals = new Map<
        string,
        { source: string; part: string; state: string; runs: number; requests: number }
      >();
      for (const { source, part, holder, state: written, runs, requests } of rows) {
        // A run whose process was killed stays open in the ledger until another fetches.
        const state = written === 'running' && !isGoingOn({ holder }) ? 'failed' : written;
        const key = JSON.stringify([source, part, state]);
        const total = totals.get(key) ?? { source, part, state, runs: 0, requests: 0 };
        total.runs += Number(runs);
        total.requests += Number(requests);
        totals.set(key, total);
      }
      return [...totals.values()];
    },
  };
}

/** @param now epoch ms; default the system's clock */
export function controlsOf(
  store: Store,
  config: Config,
  sources: Source[] = SOURCES,
  now: () => number = Date.now,
): SourceControls {
  return {
    find: (source, part) => partsNamed(config, source, part, sources)[0] ?? null,
    pause: (part) => pause(store, part, now()),
    resume: (part) => resume(store, part, now()),
    run: (part) => askFor(store, part, now()),
    backfill: (part, range) => askBackfill(store, part, range, now()),
    dropBackfill: (part) => dropBackfill(store, part, now()),
    retry: (source) => retryRejected(store, source, sources),
  };
}
