/** What the worker thread and its owner tell each other. */
import type { Formula } from '../typesetting/rules.ts';

/** Messages from the thread to its owner. */
export type WorkerMessage =
  | { type: 'indexed'; done: number; left: number }
  | { type: 'caught-up'; seq: number }
  | { type: 'sync'; what: string; done: number; total: number | null }
  /** `key` names the part that ran; `isNews` false: it found nothing. */
  | { type: 'sync-done'; what: string; key: string; says: string; failed: boolean; isNews: boolean }
  | { type: 'closed'; days: string[] }
  /** An index was copied (INDEX_FROM), up to a change; or why not: then it is built. */
  | { type: 'copied'; seq?: number; why?: string }
  /** The database has gone away, or is back. */
  | { type: 'database'; isThere: boolean }
  | { type: 'error'; what: string; message: string };

/** Messages from its owner. */
export type WorkerCommand =
  | { type: 'stop' }
  /** Nothing more is coming: index what there is at once. */
  | { type: 'hurry' }
  /** Readers are waiting for these. */
  | { type: 'set'; formulas: Formula[] };

export interface WorkerData {
  env: Record<string, string>;
  /**
   * `all`: those of a worker. `web`: those a web node cannot leave to a worker elsewhere, which are the formulas its
   * readers are waiting for and the index in a data folder of its own. `index`: those of a command.
   */
  duties: 'index' | 'all' | 'web';
}
