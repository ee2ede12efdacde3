/**
 * Runs one part of a source: what it yields goes into the library, its checkpoints into the database once everything
 * before them is there, and how it ended into the ledger. Killed at any point, the next run resumes from the last
 * checkpoint, and records that come again are recognised.
 */
import type { Config } from '../config.ts';
import { withForeign } from '../net/foreign.ts';
import { Disbelief } from '../papers/intake/believable.ts';
import { Batches } from '../papers/intake/importer.ts';
import { dryTakeIn, takeIn } from '../papers/intake/take-in.ts';
import { markWithdrawn } from '../papers/intake/withdraw.ts';
import { type PaperRecord, type Parsed, SOURCES } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { type Client, OfflineError, SourceError } from './client.ts';
import {
  beginRun,
  type End,
  finishRun,
  noCounts,
  noteProgress,
  partOf,
  type Range,
  type RunCounts,
  type RunKind,
  saveCursor,
  standingOf,
} from './ledger.ts';
import { keepRejected, type Rejected } from './rejected.ts';
import type { FetchContext, Item, Outcome, Part, Source } from './source.ts';

export interface RunOptions {
  store: Store;
  config: Config;
  client: Client;
  /** Epoch ms; default the system's clock. */
  now?: () => number;
  kind?: RunKind;
  /** The days of a backfill. */
  range?: Range | undefined;
  signal?: AbortSignal;
  /** Fetches, and reports what would happen; writes neither papers nor the ledger. */
  isDry?: boolean;
  log?: (message: string) => void;
  /** Called from time to time while records arrive. */
  progress?: (counts: RunCounts, along: { done: number; total: number } | null) => void;
  /** Called for each rejected record. */
  rejected?: (item: Rejected) => void;
}

export interface Finished {
  end: End;
  counts: RunCounts;
  remarks: string[];
}

/** Progress is written at most this often (ms). */
const TELL = 1000;
const MOST_REMARKS = 100;
/** The number of rejected records held before they are written. */
const MOST_REJECTED = 200;

/**
 * Runs a part once. Never throws because of the source; database errors are thrown.
 *
 * @throws Error of the database; the run then stays open and is closed as interrupted by the next process
 */
export async function runPart(source: Source, part: Part, options: RunOptions): Promise<Finished> {
  const { store, isDry = false, kind = 'scheduled', range } = options;
  const now = options.now ?? Date.now;
  const row = await partOf(store, source.name, part.name, now());
  const id = isDry
    ? 0
    : await beginRun(store, { source: source.name, part: part.name, kind, range, now: now() });
  const run = new Run(source, part, id, options, now);
  const kept = kind === 'backfill' ? row.backfill_cursor : row.cursor;
  const context: FetchContext = {
    config: options.config,
    client: counting(options.client, run.counts),
    store,
    cursor: kept === null ? null : JSON.parse(kept),
    standing: standingOf(row),
    ...(range && { range }),
    isDry,
    now,
    signal: options.signal ?? new AbortController().signal,
    log: (message) => run.remark(message),
    progress: (done, total) => {
      run.along = { done, total };
    },
  };
  const end = await run.through(part.fetch(context), context.signal);
  if (!isDry)
    await finishRun(
      store,
      { id, source: source.name, part: part.name, kind, now: now(), remarks: run.remarks },
      run.counts,
      end,
    );
  return { end, counts: run.counts, remarks: run.remarks };
}

class Run {
  readonly counts = noCounts();
  readonly remarks: string[] = [];
  along: { done: number; total: number } | null = null;
  readonly #source: Source;
  readonly #part: Part;
  readonly #id: number;
  readonly #options: RunOptions;
  readonly #now: () => number;
  readonly #batches: Batches;
  readonly #disbelief = new Disbelief((message) => this.remark(message));
  #rejected: Rejected[] = [];
  #told = Number.NEGATIVE_INFINITY;

  constructor(source: Source, part: Part, id: number, options: RunOptions, now: () => number) {
    this.#source = source;
    this.#part = part;
    this.#id = id;
    this.#options = options;
    this.#now = now;
    const { store, isDry } = options;
    // If a record comes twice in one run, the later one counts, wherever batches are cut.
    const take = isDry ? dryTakeIn : takeIn;
    this.#batches = new Batches((records) =>
      take(store, latest(records), new Set(), { now: now(), misdated: this.#disbelief.misdated }),
    );
  }

  remark(message: string): void {
    this.#options.log?.(withForeign(message));
    if (this.remarks.length < MOST_REMARKS) this.remarks.push(message.slice(0, 500));
  }

  /** Consumes everything the source yields; returns how it ended. */
  async through(items: AsyncGenerator<Item, Outcome>, signal: AbortSignal): Promise<End> {
    let end: End;
    try {
      end = await this.#drain(items, signal);
    } catch (error) {
      if (signal.aborted) end = { state: 'stopped', why: stopReason(signal) };
      else if (error instanceof SourceError) end = { state: 'failed', why: `${error.url}: ${error.reason}` };
      else if (error instanceof OfflineError) end = { state: 'failed', why: error.message };
      else {
        await this.#write();
        throw error;
      }
    }
    await this.#write();
    this.#disbelief.end();
    return end;
  }

  async #drain(items: AsyncGenerator<Item, Outcome>, signal: AbortSignal): Promise<Outcome> {
    try {
      for (;;) {
        const next = await items.next();
        if (next.done) return next.value;
        signal.throwIfAborted();
        await this.#one(next.value);
        if (this.#batches.isDue || this.#rejected.length >= MOST_REJECTED) await this.#write();
        await this.#tell();
      }
    } finally {
      // Lets the source release its resources; it is at its end, or will not be called again.
      await items.return?.({ state: 'failed', why: '' }).catch(() => {});
    }
  }

  async #one(item: Item): Promise<void> {
    const { store, isDry } = this.#options;
    if ('checkpoint' in item) {
      await this.#write();
      const kind = this.#options.kind ?? 'scheduled';
      if (!isDry) await saveCursor(store, this.#source.name, this.#part.name, item.checkpoint, kind);
    } else if ('gone' in item) {
      this.counts.gone++;
      if (isDry) return;
      await this.#write();
      const source = SOURCES.find((name) => name === this.#source.name);
      if (source) await markWithdrawn(store, item.gone, source);
    } else if (item.ok) this.#batches.add(item.record);
    else this.#reject(item);
  }

  #reject(item: Parsed & { ok: false }): void {
    const rejected: Rejected = { place: item.where, reason: item.reason, raw: item.raw };
    this.counts.rejected++;
    this.#rejected.push(rejected);
    this.#options.rejected?.(rejected);
  }

  async #write(): Promise<void> {
    const { store, isDry } = this.#options;
    await this.#batches.flush();
    const { imported, updated, merged, unchanged } = this.#batches.taken;
    Object.assign(this.counts, { added: imported, changed: updated, merged, unchanged });
    const rejected = this.#rejected;
    this.#rejected = [];
    if (!isDry && rejected.length > 0)
      await keepRejected(store, this.#source.name, this.#part.name, rejected, this.#now());
  }

  async #tell(): Promise<void> {
    if (performance.now() - this.#told < TELL) return;
    this.#told = performance.now();
    this.#options.progress?.(this.counts, this.along);
    if (!this.#options.isDry) await noteProgress(this.#options.store, this.#id, this.counts, this.along);
  }
}

/** The last of several records with the same name. */
function latest(records: PaperRecord[]): PaperRecord[] {
  const byName = new Map<string, PaperRecord>();
  for (const record of records) {
    const { scheme, value } = record.identifiers[0]!;
    const name = `${record.source} ${scheme}:${value}`;
    // At the position of the last one, so that the order is that of arrival.
    byName.delete(name);
    byName.set(name, record);
  }
  return [...byName.values()];
}

const stopReason = ({ reason }: AbortSignal): string =>
  reason instanceof Error && reason.name !== 'AbortError'
    ? reason.message
    : 'interrupted: the program was stopped; the next run continues from here';

/** Counts requests as they pass. */
const counting = (client: Client, counts: RunCounts): Client => ({
  get(url, request) {
    counts.requests++;
    return client.get(url, request);
  },
  open(url, request) {
    counts.requests++;
    return client.open(url, request);
  },
  canConnect: (url) => client.canConnect(url),
});
