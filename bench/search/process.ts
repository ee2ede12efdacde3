/** An engine in its process, as the benchmark sees it. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../parts.ts';
import type { Timed } from './contest.ts';
import type { Query } from './queries.ts';
import type { Order } from './worker.ts';

export interface EngineProcess {
  /** Returns seconds. */
  build(): Promise<number>;
  open(): Promise<void>;
  /** Returns bytes of memory per paper, if the engine knows. */
  memory(): Promise<number | null>;
  /** Answers queries back to back. */
  ask(queries: readonly Query[]): Promise<Timed[]>;
  close(): Promise<void>;
}

/** Seconds a command may take; one that takes longer has hung. */
const PATIENCE: Record<Order['do'], number> = { build: 900, open: 120, memory: 120, ask: 600 };

/** Starts an engine over a folder and the first papers of a file. */
export function engineProcess(engine: string, folder: string, file: string, most: number): EngineProcess {
  const child = fork(join(root, 'bench/search/worker.ts'), [engine, folder, file, String(most)], {
    // LanceDB would use all processors. (It cannot work with LANCE_IO_THREADS=1: it deadlocks.)
    env: { ...process.env, LANCE_CPU_THREADS: '1' },
    execArgv: ['--max-old-space-size=6144', '--disable-warning=ExperimentalWarning'],
    // Its output goes to stderr: stdout is for rows.
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const follow = (order: Order) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const gone = () => {
        clearTimeout(late);
        reject(new Error(`${engine} exited before answering`));
      };
      const late = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`${engine} took more than ${PATIENCE[order.do]} s to ${order.do}`));
      }, PATIENCE[order.do] * 1000);
      child.once('exit', gone);
      child.once('message', (answer: Record<string, unknown> & { error?: string }) => {
        child.off('exit', gone);
        clearTimeout(late);
        if (answer.error !== undefined) reject(new Error(answer.error));
        else resolve(answer);
      });
      child.send(order);
    });
  return {
    build: async () => (await follow({ do: 'build' })).seconds as number,
    async open() {
      await follow({ do: 'open' });
    },
    memory: async () => (await follow({ do: 'memory' })).memory as number | null,
    ask: async (queries) => (await follow({ do: 'ask', queries })).timed as Timed[],
    async close() {
      if (child.connected) child.disconnect();
      child.kill();
      await ended;
    },
  };
}
