/**
 * Importing a stream of records into the library: batches, counts, rejected records and why. Killed at any moment and
 * run again, the result is the same: a batch is stored whole or not at all, and a record that is already there is
 * recognised by the hash of its content.
 */
import type { Store } from '../../store/open.ts';
import type { PaperRecord, Parsed } from '../types.ts';
import { Disbelief } from './believable.ts';
import { type Intake, noIntake, type Seen, takeIn } from './take-in.ts';

/** Records per transaction: enough that the disk is not the bottleneck, few enough to be quick. */
const BATCH = 1000;
/** Slow sources are committed at least this often (ms), so that what has arrived can be read. */
const PATIENCE = 5000;

export interface ImportReport extends Intake {
  /** Rejected records. */
  rejected: number;
  seconds: number;
}

export interface ImportOptions {
  /** Called after every batch with the counts so far. */
  progress?(report: ImportReport): void;
  /** Called for every rejected record, in order. */
  rejected?(item: { where: string; reason: string }): void;
  /** Called for every record that was accepted without some of its fields, in order. */
  warned?(item: { where: string; warnings: string[] }): void;
  /** Called for dates in the future that were dropped. */
  misdated?(message: string): void;
  signal?: AbortSignal;
  /** If several sources belong to one run (several files), they share this. */
  seen?: Seen;
}

/** Collects records into batches. `take` writes one, all or nothing. */
export class Batches {
  readonly taken: Intake = noIntake();
  readonly #take: (records: PaperRecord[]) => Promise<Intake>;
  #batch: PaperRecord[] = [];
  #since = performance.now();

  constructor(take: (records: PaperRecord[]) => Promise<Intake>) {
    this.#take = take;
  }

  /** Adds a record; true if it is time to `flush`. */
  add(record: PaperRecord): boolean {
    this.#batch.push(record);
    return this.isDue;
  }

  get isDue(): boolean {
    return this.#batch.length >= BATCH || performance.now() - this.#since > PATIENCE;
  }

  /** Writes what was collected. */
  async flush(): Promise<void> {
    const batch = this.#batch;
    this.#batch = [];
    if (batch.length > 0) {
      const intake = await this.#take(batch);
      for (const key of ['imported', 'updated', 'merged', 'unchanged'] as const)
        this.taken[key] += intake[key];
    }
    this.#since = performance.now();
  }
}

/** Imports a stream of records. Throws only what the source or the database throws; earlier batches are kept. */
export async function runImport(
  store: Store,
  source: AsyncIterable<Parsed> | Iterable<Parsed>,
  { progress, rejected, warned, misdated, signal, seen = new Set() }: ImportOptions = {},
): Promise<ImportReport> {
  const started = performance.now();
  const disbelief = new Disbelief((message) => misdated?.(message));
  const batches = new Batches((records) => takeIn(store, records, seen, { misdated: disbelief.misdated }));
  const report: ImportReport = { ...noIntake(), rejected: 0, seconds: 0 };

  const flush = async (): Promise<void> => {
    await batches.flush();
    Object.assign(report, batches.taken, { seconds: Math.round(performance.now() - started) / 1000 });
    progress?.({ ...report });
  };

  try {
    for await (const item of source) {
      signal?.throwIfAborted();
      if (item.ok) {
        batches.add(item.record);
        if (item.warnings) warned?.({ where: item.where, warnings: item.warnings });
      } else {
        report.rejected++;
        rejected?.({ where: item.where, reason: item.reason });
      }
      if (batches.isDue) await flush();
    }
  } finally {
    // Also if the source broke off or was stopped: what came before is complete.
    await flush();
    disbelief.end();
  }
  return report;
}
