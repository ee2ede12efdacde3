/**
 * What a source is. Adding one means writing one file that exports a `Source` and naming it in registry.ts; docs/sources.md
 * tells how. A source only reads: the runner (runner.ts) takes in what it gives, keeps the ledger and the cursor.
 */
import type { Config } from '../config.ts';
import type { Day, Identifier, Parsed } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import type { Client } from './client.ts';

/** A service papers come from, in parts that succeed or fail by themselves (a category, a venue, a feed). */
export interface Source {
  /** Short and stable: the key in the ledger and on the command line, `arxiv`. */
  name: string;
  /** As people know it: `arXiv`. */
  title: string;
  /** The parts that the settings ask for; none: this source is off. */
  parts(config: Config): Part[];
  /**
   * Tries a record again that could not be taken, from what was kept of it (`raw` of a rejected `Parsed`): a newer
   * program may read what an older one could not. Without it such records can only be fetched anew.
   */
  reread?(raw: unknown, where: string): Parsed;
}

/** One thing to fetch, with its own schedule, cursor and line in the ledger. */
export interface Part {
  /** Unique within the source and stable: `new cs.CL`. Lower case and digits, blanks, dots, dashes. */
  name: string;
  /** What it fetches, in words for `/status`: `Announcements in cs.CL`. */
  says: string;
  /** Where it asks first; whether a connection can be made there is looked at before anything else. */
  url: string;
  /** When to run next (epoch ms), given how it stands. Not asked while the part is paused. */
  due(standing: Standing, now: number): number;
  /** A range of days can be asked for (`broadsheet backfill`). */
  backfills?: boolean;
  /**
   * Fetches what is new. Yields records as they come, and says at the end what it came to; throwing `SourceError`
   * is the same as ending in `failed`. What was yielded before either is kept.
   */
  fetch(context: FetchContext): AsyncGenerator<Item, Outcome>;
}

/** How a part stands between runs. */
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
  /** For questions about what is known already; a source never writes. */
  store: Store;
  /** What the part's last checkpoint left (JSON), possibly in a process that was killed; null: nothing. */
  cursor: unknown;
  standing: Standing;
  /** Only these days, both included: a backfill. Its cursor is its own. */
  range?: { since: Day; until: Day };
  /** Epoch ms; tests turn the clock. */
  now(): number;
  signal: AbortSignal;
  /** A remark for the log and the run's page; kept with the run (the first hundred). */
  log(message: string): void;
  /** How much is done of how much, where that is known, for progress. */
  progress(done: number, total: number): void;
}

export type Item =
  | Parsed
  /** Everything yielded so far may be counted as fetched: go on from here after a crash. JSON. */
  | { checkpoint: unknown }
  /** The source no longer has this paper. It stays here, marked as withdrawn. */
  | { gone: Identifier; where: string };

/** How a run ends. Nothing in between: a run that does not know is `failed`. */
export type RunState = 'ok' | 'quiet' | 'failed';

export type Outcome =
  /**
   * It brought what there was. `expected` and `got`: how many papers the source itself says it has, and how many of
   * them are here now; less than expected is only `ok` where `says` tells why that is in order (awaited).
   */
  | { state: 'ok'; announced?: Day; expected?: number; got?: number; says?: string }
  /** There is nothing new, and `proof` tells how that is known. */
  | { state: 'quiet'; announced?: Day; proof: string }
  | { state: 'failed'; announced?: Day; expected?: number; got?: number; why: string };
