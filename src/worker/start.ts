/** Starting and stopping the worker thread from its owner's side. */
import { Worker } from 'node:worker_threads';
import type { Formula } from '../typesetting/rules.ts';
import type { WorkerCommand, WorkerData, WorkerMessage } from './messages.ts';

export interface RunningWorker {
  /** Resolves when the thread has finished its work and closed its connection. */
  stop(): Promise<void>;
  /** Resolves when the thread has ended, for whatever reason. */
  ended: Promise<void>;
  /** Says that nothing more is coming: what there is should be indexed at once. */
  hurry(): void;
  /** Requests formulas to be set soon. */
  set(formulas: Formula[]): void;
}

/** Receives an error of the thread itself, which ends it. */
export const THREAD = 'the worker';

/**
 * Room for short-lived objects, MB. Left to V8, it grows to 134 MB over a long harvest, of which 20 are live; with less
 * than this, scavenging costs time.
 */
const NURSERY = 48;

/** Next to this file when run from source; next to the bundle when built. */
const script = import.meta.url.endsWith('.ts')
  ? new URL('./thread.ts', import.meta.url)
  : new URL('./worker.js', import.meta.url);

/** Starts the thread. It reads its settings from `env` as the program does from its environment. */
export function startWorker(
  duties: WorkerData['duties'],
  hear: (message: WorkerMessage) => void,
  env: Record<string, string | undefined> = process.env,
): RunningWorker {
  const clean = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const worker = new Worker(script, {
    workerData: { env: clean, duties } satisfies WorkerData,
    resourceLimits: { maxYoungGenerationSizeMb: NURSERY },
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => resolve());
  });
  worker.on('message', hear);
  worker.on('error', (error) => hear({ type: 'error', what: THREAD, message: error.message }));
  return {
    ended,
    set: (formulas) => worker.postMessage({ type: 'set', formulas } satisfies WorkerCommand),
    hurry: () => worker.postMessage({ type: 'hurry' } satisfies WorkerCommand),
    async stop() {
      worker.postMessage({ type: 'stop' } satisfies WorkerCommand);
      const timer = setTimeout(() => void worker.terminate(), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}
