/** Work that brings papers in, with a worker beside it that makes them searchable; shared by commands. */
import type { Store } from '../store/open.ts';
import { indexedSeq } from '../worker/indexing.ts';
import type { WorkerMessage } from '../worker/messages.ts';
import { startWorker, THREAD } from '../worker/start.ts';
import type { Context } from './command.ts';

/**
 * Does the work, then waits until the search index has what it brought.
 *
 * @returns `isSearchable` false: a running site writes the index and does not get on with it
 * @throws Error where the index could not be written; the papers are kept
 */
export async function withIndex<T>(
  context: Context,
  store: Store,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<{ result: T; isSearchable: boolean }> {
  // How often in a row the index could not be written, and why.
  const trouble = { times: 0, reason: '' };
  const hear = (message: WorkerMessage): void => {
    if (message.type !== 'error') {
      trouble.times = 0;
      return;
    }
    // A thread that has ended tries nothing again.
    trouble.times += message.what === THREAD ? GIVE_UP : 1;
    trouble.reason = message.message;
    if (trouble.times === 1) context.io.note(`broadsheet: ${message.what}: ${message.message}`);
  };
  const worker = startWorker('index', hear, context.settings?.env);
  try {
    const result = await work();
    worker.hurry();
    return { result, isSearchable: await indexed(store, context, signal, trouble) };
  } finally {
    await worker.stop();
  }
}

/** So many failures in a row, and the command no longer waits for its index. */
const GIVE_UP = 2;
/** So long (ms) may an index that another process writes stand still. */
const PATIENCE = 60_000;

/**
 * Waits until the search index has everything that was imported: written by us, or by a running site. False
 * when a running site does not get on with it.
 */
async function indexed(
  store: Store,
  { io, config }: Context,
  signal: AbortSignal,
  trouble: { times: number; reason: string },
): Promise<boolean> {
  const seq = await store.seq();
  let before = -1;
  let moved = Date.now();
  for (;;) {
    const at = indexedSeq(config.DATA_DIR);
    if (at >= seq) return true;
    if (at !== before) moved = Date.now();
    before = at;
    signal.throwIfAborted();
    if (trouble.times >= GIVE_UP)
      throw new Error(
        `the papers are saved, but the search index could not be written (${trouble.reason}); run 'broadsheet reindex'`,
      );
    if (Date.now() - moved > PATIENCE) {
      io.note('Another process is still writing the search index; not waiting for it.');
      return false;
    }
    io.progress('writing the search index …');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
