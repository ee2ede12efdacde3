/**
 * Running records into the library, from any stream of them: batches, counts, what was rejected and why.
 * Killed at any moment and run again, the result is the same: a batch is there whole or not at all, and a
 * record that is there already is recognised by the hash of its content.
 */
import type { Store } from '../store/open.ts';
import { type Intake, noIntake, type Seen, takeIn } from './intake.ts';
import type { PaperRecord, Parsed } from './types.ts';

/** Records a transaction: large enough that the disk is not what one waits for, small enough to be quick. */
const BATCH = 1000;
/** Slow sources are committed at least this often (ms), so that what has come is there to be read. */
const PATIENCE = 5000;

export interface ImportReport extends Intake {
  /** Records that could not be taken. */
  rejected: number;
  /** Requests to a source that came to nothing. */
  unanswered: number;
  seconds: number;
}

export interface ImportOptions {
  /** Called after every batch with the counts so far. */
  progress?(report: ImportReport): void;
  /** Called for every record that could not be taken, in order. */
  rejected?(item: { where: string; reason: string }): void;
  signal?: AbortSignal;
  /** Where two sources belong to one run (several files), share this between them. */
  seen?: Seen;
}

/** Takes a stream of records in. Throws only what the source or the database throws; batches before it stay. */
export async function runImport(
  store: Store,
  source: AsyncIterable<Parsed> | Iterable<Parsed>,
  { progress, rejected, signal, seen = new Set() }: ImportOptions = {},
): Promise<ImportReport> {
  const started = performance.now();
  const report: ImportReport = { ...noIntake(), rejected: 0, unanswered: 0, seconds: 0 };
  let batch: PaperRecord[] = [];
  let since = started;

  const flush = async (): Promise<void> => {
    if (batch.length > 0) {
      const intake = await takeIn(store, batch, seen);
      for (const key of ['imported', 'updated', 'merged', 'unchanged'] as const) report[key] += intake[key];
      batch = [];
    }
    since = performance.now();
    report.seconds = Math.round(since - started) / 1000;
    progress?.({ ...report });
  };

  try {
    for await (const item of source) {
      signal?.throwIfAborted();
      if (item.ok) {
        batch.push(item.record);
      } else {
        if (item.unanswered) report.unanswered++;
        else report.rejected++;
        rejected?.({ where: item.where, reason: item.reason });
      }
      if (batch.length >= BATCH || performance.now() - since > PATIENCE) await flush();
    }
  } finally {
    // Also when the source broke off or was told to stop: what came before is whole.
    await flush();
  }
  return report;
}
