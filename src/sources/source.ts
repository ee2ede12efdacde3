/**
 * What a source is. Adding one means writing one file that exports a `Source` and naming it in registry.ts;
 * docs/sources.md explains how. A source only reads: the runner (runner.ts) stores what it yields and keeps the ledger
 * and the cursor.
 */
import type { Config } from '../config.ts';
import type { Day, Identifier, Parsed } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import type { Client } from './client.ts';

/** A service that papers come from, in parts that succeed or fail independently (a category, a venue, a feed). */
export interface Source {
  /** Short and stable: the key in the ledger and on the command line, `arxiv`. */
  name: string;
  /** As people know it: `arXiv`. */
  title: string;
  /** The parts that the settings ask for; none: this source is off. */
  parts(config: Config): Part[];
  /**
   * Retries a rejected record from what was kept of it (`raw` of a rejected `Parsed`): a newer version may read what an
   * older one could not. Without it such records can only be fetched again.
   */
  reread?(raw: unknown, where: string): Parsed;
}

/** One thing to fetch, with its own schedule, cursor and line in the ledger. */
export interface Part {
  /** Unique within the source and stable: `new cs.CL`. Lower case and digits, spaces, dots, dashes. */
  name: string;
  /** What it fetches, in words for `/status`: `Announcements in cs.CL`. */
  says: string;
  /** The first address it requests; whether a connection can be made there is checked before anything else. */
  url: string;
  /** When to run next (epoch ms), given its state. Not called while the part is paused. */
  due(standing: Standing, now: number): number;
  /** A range of days can be requested (`broadsheet backfill`). */
  backfills?: boolean;
  /**
   * Fetches what is new. Yields records as they arrive, and returns the outcome; throwing `SourceError` is the same as
   * ending in `failed`. What was yielded before either is kept.
   */
  fetch(context: FetchContext): AsyncGenerator<Item, Outcome>;
}

/** The state of a part between runs. */
export interface Standing {
  /** Its last finished run; null: it never ran. */
  last: { state: RunState; endedAt: number; announced: Day | null; isComplete: boolean } | null;
  /** When it last ended in anything but `failed` (epoch ms). */
  lastGood: number | null;
  /** Runs that failed since then. */
  failures: number;
}

export interface FetchContext {
  config: Config;
  client: Client;
  /** For looking up what is already known; a source never writes. */
  store: Store;
  /** What the part's last checkpoint saved (JSON), possibly in a process that was killed; null: nothing. */
  cursor: unknown;
  standing: Standing;
  /** Only these days, both inclusive: a backfill. It has a cursor of its own. */
  range?: { since: Day; until: Day };
  /** Write nothing, and spend nothing. */
  isDry?: boolean;
  /** Epoch ms; tests set the clock. */
  now(): number;
  signal: AbortSignal;
  /** A remark for the log and the run's page; kept with the run (the first hundred). */
  log(message: string): void;
  /** How much is done of how much, if known, for progress. */
  progress(done: number, total: number): void;
}

export type Item =
  | Parsed
  /** Everything yielded so far counts as fetched: resume from here after a crash. JSON. */
  | { checkpoint: unknown }
  /** The source no longer has this paper. It stays here, marked as withdrawn. */
  | { gone: Identifier; where: string };

/** How a run ends. There is nothing in between: a run that does not know is `failed`. */
export type RunState = 'ok' | 'quiet' | 'failed';

export type Outcome =
  /**
   * It brought what there was. `expected` and `got`: how many papers the source itself says it has, and how many of
   * them are here now; fewer than expected is only `ok` if `says` explains why that is in order (awaited).
   */
  | { state: 'ok'; announced?: Day; expected?: number; got?: number; says?: string }
  /** There is nothing new, and `proof` says how that is known. */
  | { state: 'quiet'; announced?: Day; proof: string }
  | { state: 'failed'; announced?: Day; expected?: number; got?: number; why: string };
