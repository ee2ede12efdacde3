/**
 * Another thread that makes segments, for a rebuild on a machine with a processor to spare: half of a batch is made
 * there while the other half is made here. Whoever writes waits without turning, so the thread's answer is waited for
 * by a number in shared memory.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { Meaning } from './builder.ts';
import type { SearchDocument } from './types.ts';

export interface BuildThreadData {
  /** The bytes of the model in this room, or the dimensions of the vectors that come with the papers. */
  model?: Uint8Array;
  dimensions?: number;
  /** Counts the batches that are done. */
  done: Int32Array<SharedArrayBuffer>;
  answers: MessagePort;
}

/** The bytes of a segment, or null where it could not be made: whoever asked makes it then, and meets the error. */
export type Built = Uint8Array | null;

/** Beside this file when run from source; beside the bundle when built. */
const script = import.meta.url.endsWith('.ts')
  ? new URL('./build-thread.ts', import.meta.url)
  : new URL('./build-thread.js', import.meta.url);

/** Room for short-lived objects, MB, as the worker has (worker/start.ts). */
const NURSERY = 48;
/** Milliseconds after which a thread that does not answer is given up: making as much here takes seconds. */
const PATIENCE = 120_000;

export class SecondBuilder {
  readonly #worker: Worker;
  readonly #done = new Int32Array(new SharedArrayBuffer(4));
  readonly #answers: MessagePort;
  #asked = 0;

  constructor(meaning: Meaning) {
    const { port1, port2 } = new MessageChannel();
    this.#answers = port1;
    const data: BuildThreadData = { done: this.#done, answers: port2 };
    if (meaning !== null && 'model' in meaning) data.model = meaning.model.bytes;
    else if (meaning !== null) data.dimensions = meaning.dimensions;
    this.#worker = new Worker(script, {
      workerData: data,
      transferList: [port2],
      resourceLimits: { maxYoungGenerationSizeMb: NURSERY },
    });
    // What it says is heard by waiting; a process may end while it is there.
    this.#worker.on('error', () => {});
    this.#worker.unref();
    this.#answers.unref();
  }

  /** Sends it documents (each key once), whose segment `finish` waits for. */
  begin(documents: readonly SearchDocument[]): void {
    this.#worker.postMessage(documents);
    this.#asked++;
  }

  /** The bytes of the segment; null when the thread has failed, and the caller must make it. */
  finish(): Uint8Array | null {
    const until = Date.now() + PATIENCE;
    for (let done = Atomics.load(this.#done, 0); done < this.#asked; done = Atomics.load(this.#done, 0)) {
      const left = until - Date.now();
      if (left <= 0 || Atomics.wait(this.#done, 0, done, left) === 'timed-out') return null;
    }
    return (receiveMessageOnPort(this.#answers)?.message as Built | undefined) ?? null;
  }

  close(): void {
    this.#answers.close();
    void this.#worker.terminate();
  }
}
