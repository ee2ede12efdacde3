/**
 * A thread that does for one object what must not hold up others, and may be ended in the middle of it. It says when it
 * is ready; that it ends, for whatever reason, is heard as well.
 */
import { Worker } from 'node:worker_threads';

export interface HelperThread<Message> {
  worker: Worker;
  /** Receives the messages and the end of the thread. */
  hear: (message: Message | 'ended') => void;
}

export interface HelperOptions {
  workerData?: unknown;
  /** Memory of the thread, MB. */
  memory: number;
  /** For the error if it does not start: "formulas cannot be typeset". */
  otherwise: string;
}

/** How long a thread may take to start, ms. */
const START_PATIENCE = 60_000;

/**
 * Starts a thread that sends `ready` once it can work. It does not keep the process alive.
 *
 * @throws if it does not start
 */
export async function startHelper<Message>(
  script: URL,
  { workerData, memory, otherwise }: HelperOptions,
): Promise<HelperThread<Message>> {
  const worker = new Worker(script, {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: 16 },
  });
  const thread: HelperThread<Message> = { worker, hear: () => {} };
  worker.unref();
  worker.on('message', (message: Message) => thread.hear(message));
  let failure: Error | undefined;
  // Running out of memory ends it too, and the end itself is reported.
  worker.on('error', (error: Error) => {
    failure = error;
  });
  worker.once('exit', () => thread.hear('ended'));
  const timer = setTimeout(() => void worker.terminate(), START_PATIENCE);
  const isThere = await new Promise<boolean>((resolve) => {
    thread.hear = (message) => resolve(message === 'ready');
  });
  clearTimeout(timer);
  if (!isThere) throw new Error(`${otherwise}: ${failure?.message ?? 'the thread did not start'}`);
  return thread;
}
