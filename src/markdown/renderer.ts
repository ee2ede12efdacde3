/**
 * Renders comments in a thread of its own, one at a time, with a limit of time and of memory: a text that does not
 * finish is refused, and its thread ends with it.
 */
import { Worker } from 'node:worker_threads';
import { checkLimits, MarkdownRefused } from './limits.ts';

export interface RendererTask {
  text: string;
  /** Names that somebody here has. */
  known: string[];
}

/** `ready` once, then an answer to each task in turn. */
export type RendererMessage = 'ready' | { html: string } | { refused: string };

export interface RendererOptions {
  /** After this (ms) a thread is ended: it has long had all the processor time that a comment may take. */
  patience?: number;
  /** The thread's own script, for tests. */
  script?: URL;
}

const PATIENCE = 2_000;
/** How long a thread may take to start, ms. */
const START_PATIENCE = 60_000;
/** Memory of the thread, MB. */
const MEMORY = 96;
/** Comments waiting; somebody who sends more is refused at once. */
const MOST_WAITING = 200;

/** Next to this file when run from source; next to the bundle when built. */
const SCRIPT = import.meta.url.endsWith('.ts')
  ? new URL('./renderer-thread.ts', import.meta.url)
  : new URL('./renderer.js', import.meta.url);

interface Thread {
  worker: Worker;
  /** Receives the messages and the end of the thread. */
  hear: (message: RendererMessage | 'ended') => void;
}

export class Renderer {
  readonly #patience: number;
  readonly #script: URL;
  #thread: Thread | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  constructor({ patience = PATIENCE, script = SCRIPT }: RendererOptions = {}) {
    this.#patience = patience;
    this.#script = script;
  }

  /**
   * A text as HTML.
   *
   * @param known names that somebody here has: they become links
   * @throws MarkdownRefused, with a sentence for its author
   */
  render(text: string, known: string[] = []): Promise<string> {
    checkLimits(text);
    if (this.#waiting >= MOST_WAITING) throw new MarkdownRefused('The site is busy. Please try again.');
    this.#waiting++;
    const made = this.#last.then(() => this.#run({ text, known }));
    this.#last = made.then(
      () => this.#waiting--,
      () => this.#waiting--,
    );
    return made;
  }

  /** Ends the thread for good. */
  async close(): Promise<void> {
    this.#closed = true;
    const thread = this.#thread;
    this.#thread = null;
    await thread?.worker.terminate();
  }

  async #run(task: RendererTask): Promise<string> {
    const thread = this.#thread ?? (await this.#start());
    this.#thread = thread;
    let timer: NodeJS.Timeout | undefined;
    const answer = await new Promise<RendererMessage | 'ended'>((resolve) => {
      thread.hear = resolve;
      timer = setTimeout(() => resolve('ended'), this.#patience);
      thread.worker.postMessage(task);
    });
    clearTimeout(timer);
    thread.hear = () => {};
    if (answer === 'ended' || answer === 'ready') {
      if (this.#thread === thread) this.#thread = null;
      await thread.worker.terminate();
      throw new MarkdownRefused('This is too complicated to render.');
    }
    if ('refused' in answer) throw new MarkdownRefused(answer.refused);
    return answer.html;
  }

  async #start(): Promise<Thread> {
    if (this.#closed) throw new Error('the renderer was closed');
    const worker = new Worker(this.#script, {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY, maxYoungGenerationSizeMb: 16 },
    });
    const thread: Thread = { worker, hear: () => {} };
    worker.unref();
    worker.on('message', (message: RendererMessage) => thread.hear(message));
    let failure: Error | undefined;
    worker.on('error', (error: Error) => {
      failure = error;
    });
    worker.once('exit', () => {
      if (this.#thread === thread) this.#thread = null;
      thread.hear('ended');
    });
    const timer = setTimeout(() => void worker.terminate(), START_PATIENCE);
    const isThere = await new Promise<boolean>((resolve) => {
      thread.hear = (message) => resolve(message === 'ready');
    });
    clearTimeout(timer);
    if (!isThere)
      throw new Error(`comments cannot be rendered: ${failure?.message ?? 'the thread did not start'}`);
    return thread;
  }
}
