/**
 * Sets formulas in a separate thread, with a limit of time and of memory: a formula that does not finish is ended with
 * its thread and counts as one that cannot be set, and the next thread sets those after it.
 */
import { type HelperThread, startHelper } from '../helper.ts';
import type { Formula } from './rules.ts';

export interface SetterData {
  /** An `Int32Array` of one: how many formulas the thread has started. */
  started: SharedArrayBuffer;
}

/** In the order of the formulas. */
export type SetterMessage = 'ready' | { html: string | null };

export interface SetterOptions {
  /** How long one formula may take (ms), and how long when it is retried alone. */
  patience?: { first: number; alone: number };
  /** The thread's own script, for tests. */
  script?: URL;
}

/** A typical formula takes a tenth of a millisecond. The retry is for a machine that was too busy the first time. */
const PATIENCE = { first: 500, alone: 3000 };
/** Memory of the thread, MB; KaTeX itself takes about 20. */
const MEMORY = 96;

/** Next to this file when run from source; next to the bundle when built. */
const SCRIPT = import.meta.url.endsWith('.ts')
  ? new URL('./setter-thread.ts', import.meta.url)
  : new URL('./setter.js', import.meta.url);

type Thread = HelperThread<SetterMessage> & { started: Int32Array };

export class Setter {
  readonly #patience: { first: number; alone: number };
  readonly #script: URL;
  #thread: Thread | null = null;
  #closed = false;

  constructor({ patience = PATIENCE, script = SCRIPT }: SetterOptions = {}) {
    this.#patience = patience;
    this.#script = script;
  }

  /**
   * The HTML of each formula; null for one that cannot be set. One call at a time.
   *
   * @throws if the thread cannot be started
   */
  async set(formulas: Formula[]): Promise<(string | null)[]> {
    const html: (string | null)[] = [];
    const suspects: number[] = [];
    while (html.length < formulas.length && !this.#closed) {
      html.push(...(await this.#run(formulas.slice(html.length), this.#patience.first)));
      if (html.length === formulas.length) break;
      suspects.push(html.length);
      html.push(null);
    }
    for (const i of suspects) {
      if (this.#closed) break;
      const [again] = await this.#run([formulas[i]!], this.#patience.alone);
      html[i] = again ?? null;
    }
    if (this.#closed) throw new Error('the formula typesetter was closed');
    return html;
  }

  /** Ends the thread; the next formula starts another. */
  async rest(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.worker.terminate();
  }

  /** Ends the thread for good, even in the middle of a formula. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.rest();
  }

  /** Sets formulas until all are set or one ends the thread: then there are fewer results than formulas. */
  async #run(formulas: Formula[], patience: number): Promise<(string | null)[]> {
    const thread = this.#thread ?? (await this.#start());
    this.#thread = thread;
    const html: (string | null)[] = [];
    let seen = -1;
    let timer: NodeJS.Timeout | undefined;
    const isWhole = await new Promise<boolean>((resolve) => {
      thread.hear = (message) => {
        if (message === 'ended') resolve(false);
        else if (message !== 'ready') html.push(message.html);
        if (html.length === formulas.length) resolve(true);
      };
      // By what the thread has started, not by what has been received from it: this thread may itself be held up.
      timer = setInterval(() => {
        const started = Atomics.load(thread.started, 0);
        if (started === seen) resolve(false);
        seen = started;
      }, patience);
      thread.worker.postMessage(formulas);
    });
    clearInterval(timer);
    thread.hear = () => {};
    if (!isWhole) await this.rest();
    return html;
  }

  async #start(): Promise<Thread> {
    if (this.#closed) throw new Error('the formula typesetter was closed');
    const started = new SharedArrayBuffer(4);
    const helper = await startHelper<SetterMessage>(this.#script, {
      workerData: { started } satisfies SetterData,
      memory: MEMORY,
      otherwise: 'formulas cannot be typeset',
    });
    const thread: Thread = Object.assign(helper, { started: new Int32Array(started) });
    thread.worker.once('exit', () => {
      if (this.#thread === thread) this.#thread = null;
    });
    return thread;
  }
}
