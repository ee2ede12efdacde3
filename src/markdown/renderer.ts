/**
 * Renders comments in a thread of its own, one at a time, with a limit of time and of memory: a text that does not
 * finish is refused, and its thread ends with it.
 */
import { type HelperThread, startHelper } from '../helper.ts';
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
/** Memory of the thread, MB. */
const MEMORY = 96;
/** Comments waiting; somebody who sends more is refused at once. */
const MOST_WAITING = 200;

/** Next to this file when run from source; next to the bundle when built. */
const SCRIPT = import.meta.url.endsWith('.ts')
  ? new URL('./renderer-thread.ts', import.meta.url)
  : new URL('./renderer.js', import.meta.url);

type Thread = HelperThread<RendererMessage>;

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
    const thread: Thread = await startHelper<RendererMessage>(this.#script, {
      memory: MEMORY,
      otherwise: 'comments cannot be rendered',
    });
    // Whatever is waiting for an answer then hears it too.
    thread.worker.once('exit', () => {
      if (this.#thread === thread) this.#thread = null;
    });
    return thread;
  }
}
