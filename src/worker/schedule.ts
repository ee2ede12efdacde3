/**
 * The schedule: which part of which source runs when. Every source has its own lane, and one for backfills, so that a
 * harvest of years does not hold up the morning's announcements; within a site the polite client keeps them apart. Only
 * one of the processes on a database fetches: the one holding the lease `sync`.
 */
import type { Config } from '../config.ts';
import type { Client } from '../sources/client.ts';
import {
  closeInterrupted,
  endOf,
  pruneLedger,
  type Range,
  type RunCounts,
  type RunKind,
  rowsOf,
  standingOf,
} from '../sources/ledger.ts';
import { partsOf } from '../sources/registry.ts';
import { type Finished, runPart } from '../sources/runner.ts';
import type { Part, Source } from '../sources/source.ts';
import { holdLease, LEASE, releaseLease, SYNC_LEASE } from '../store/leases.ts';
import type { Store } from '../store/open.ts';
import type { PartRow } from '../store/schema.ts';

export interface ScheduleOptions {
  store: Store;
  config: Config;
  client: Client;
  sources?: Source[];
  now?: () => number;
  /** Called as a run proceeds, with `end` at last. */
  /**
   * A run ended by an error of ours or of the database. It stays open in the ledger until it is closed as interrupted.
   */
  broke(run: Running, error: Error): void;
  tell(run: Running, counts: RunCounts, along: { done: number; total: number } | null, end?: Finished): void;
}

export interface Running {
  source: Source;
  part: Part;
  kind: RunKind;
}

/** What is to run now. */
interface Task extends Running {
  range?: Range;
  due: number;
}

const DAY = 86_400_000;
/** A failed backfill is retried after this long (ms). */
const BACKFILL_AGAIN = 15 * 60_000;

export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #now: () => number;
  /** What runs, by lane. */
  readonly #lanes = new Map<string, { done: Promise<void>; stop: AbortController; task: Task }>();
  readonly #stopping = new AbortController();
  #heldUntil = 0;
  #pruned = 0;
  /** Backfills that failed in this process, and when. */
  readonly #failed = new Map<string, number>();

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  /** Starts what is due and not running, and ends what was paused. Call it every second or two. */
  async tick(): Promise<void> {
    const { store } = this.#options;
    if (this.#stopping.signal.aborted || !(await this.#hold())) return;
    const rows = await rowsOf(store, partsOf(this.#options.config, this.#options.sources), this.#now());
    for (const lane of this.#lanes.values()) {
      const row = rows.find(
        ({ part, source }) => part === lane.task.part && source === lane.task.source,
      )?.row;
      if (!row) continue;
      if (row.paused) lane.stop.abort(new Error('paused; it continues from here when resumed'));
      else if (isGivenUp(lane.task, row))
        lane.stop.abort(new Error('cancelled; papers already fetched stay'));
    }
    for (const [lane, task] of this.#next(rows)) this.#start(lane, task);
    if (this.#now() - this.#pruned > DAY) {
      this.#pruned = this.#now();
      await pruneLedger(store, this.#now());
    }
  }

  /** Waits for current runs. */
  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map(({ done }) => done));
  }

  /** Ends current runs, each at its next record, and releases the lease. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.idle();
    if (this.#heldUntil > 0) await releaseLease(this.#options.store, SYNC_LEASE);
    this.#heldUntil = 0;
  }

  /** True while this process is the one that fetches. */
  async #hold(): Promise<boolean> {
    const { store } = this.#options;
    if (Date.now() < this.#heldUntil - LEASE / 2) return true;
    const wasHeld = this.#heldUntil > 0;
    const held = await holdLease(store, SYNC_LEASE);
    this.#heldUntil = held ? Date.now() + LEASE : 0;
    if (held && !wasHeld) await closeInterrupted(store, this.#now());
    // This process slept too long and another took over: that one works now.
    if (!held)
      for (const { stop } of this.#lanes.values()) stop.abort(new Error('another process took over'));
    return held;
  }

  /** For each free lane the longest overdue task. */
  #next(rows: { source: Source; part: Part; row: PartRow }[]): Map<string, Task> {
    const now = this.#now();
    const tasks = new Map<string, Task>();
    const offer = (lane: string, task: Task): void => {
      const other = tasks.get(lane);
      if (!this.#lanes.has(lane) && task.due <= now && (!other || task.due < other.due))
        tasks.set(lane, task);
    };
    for (const { source, part, row } of rows) {
      if (row.paused) continue;
      if (row.wanted_at !== null) offer(source.name, { source, part, kind: 'asked', due: 0 });
      else offer(source.name, { source, part, kind: 'scheduled', due: part.due(standingOf(row), now) });
      if (part.backfills && row.wanted_since !== null && row.wanted_until !== null) {
        const range = { since: row.wanted_since, until: row.wanted_until };
        const failed = this.#failed.get(`${source.name} ${part.name}`) ?? Number.NEGATIVE_INFINITY;
        offer(`${source.name} backfill`, {
          source,
          part,
          kind: 'backfill',
          range,
          due: failed + BACKFILL_AGAIN,
        });
      }
    }
    return tasks;
  }

  #start(lane: string, task: Task): void {
    const stop = new AbortController();
    const done = this.#run(task, AbortSignal.any([stop.signal, this.#stopping.signal]))
      .catch((error: Error) => this.#options.broke(task, error))
      .finally(() => this.#lanes.delete(lane));
    this.#lanes.set(lane, { done, stop, task });
  }

  async #run(task: Task, signal: AbortSignal): Promise<void> {
    const { tell, ...options } = this.#options;
    const { source, part, kind } = task;
    if (kind === 'asked')
      await options.store.write
        .updateTable('source_parts')
        .set({ wanted_at: null })
        .where('source', '=', source.name)
        .where('part', '=', part.name)
        .execute();
    const finished = await runPart(source, unlessOutOfReach(part), {
      ...options,
      kind,
      signal,
      ...(task.range && { range: task.range }),
      progress: (counts, along) => tell(task, counts, along),
    });
    if (kind === 'backfill' && finished.end.state === 'failed')
      this.#failed.set(`${source.name} ${part.name}`, this.#now());
    tell(task, finished.counts, null, finished);
  }
}

/** Whether a backfill in progress is no longer the one requested. */
const isGivenUp = ({ range }: Task, row: PartRow): boolean =>
  range !== undefined && (range.since !== row.wanted_since || range.until !== row.wanted_until);

/** The part, which fails at once if its server cannot be reached: no polite retries against a wall. */
export function unlessOutOfReach(part: Part): Part {
  return {
    ...part,
    async *fetch(context) {
      if (!context.config.OFFLINE && !(await context.client.canConnect(part.url)))
        return { state: 'failed', why: `${hostOf(part.url)} cannot be reached` };
      return yield* part.fetch(context);
    },
  };
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url);

/** How a run ended, in a line for the log: `arXiv, Announcements in cs.CL: ok, 212 of 212 announced`. */
export function told({ source, part }: Running, { end, counts }: Finished): string {
  const line = {
    state: end.state === 'stopped' ? 'failed' : end.state,
    says: end.state === 'quiet' ? end.proof : end.state === 'ok' ? (end.says ?? '') : end.why,
    expected: 'expected' in end ? (end.expected ?? null) : null,
    got: 'got' in end ? (end.got ?? null) : null,
    announced: null,
    ...counts,
  };
  return `${source.title}, ${part.says}: ${endOf(line)}`;
}
