/**
 * What GitHub recently said about repositories: so that one linked by many papers is requested once, an unchanged one
 * costs nothing, and one that is gone is left alone. Bounded; the oldest answers are dropped first.
 */
import { DAY } from './every.ts';

export interface Repository {
  stars?: number;
  /** SPDX. */
  licence?: string;
}

interface Entry extends Repository {
  /** Epoch ms. */
  at: number;
  etag?: string;
  /** Its current name, if it was renamed. */
  as?: string;
}

/** For the cursor; JSON. Names in lower case, the latest last. */
export interface Memory {
  said: [name: string, Entry][];
  gone: [name: string, at: number][];
}

/** How long an answer is valid; less than a day, so that a daily round asks. */
const FRESH = DAY / 2;
/** One that is gone is requested again after this long. */
const GONE = 30 * DAY;
const MOST_REMEMBERED = 1_000;
const LONGEST_ETAG = 200;

export class Repositories {
  readonly #said: Map<string, Entry>;
  readonly #gone: Map<string, number>;
  readonly #now: number;

  /**
   * @param cursor of the run before: holds `repositories`, as `memory` gave it
   * @param now epoch ms
   */
  constructor(cursor: unknown, now: number) {
    this.#now = now;
    const { repositories } = (cursor ?? {}) as { repositories?: Partial<Memory> };
    this.#said = new Map(repositories?.said);
    this.#gone = new Map(repositories?.gone);
  }

  get memory(): Memory {
    return { said: [...this.#said], gone: [...this.#gone] };
  }

  /** Answers still valid: what was said recently, or null for one that is gone. */
  fresh(name: string): Repository | null | undefined {
    const key = name.toLowerCase();
    const gone = this.#gone.get(key);
    if (gone !== undefined && this.#now - gone < GONE) return null;
    const entry = this.#said.get(key);
    return entry && this.#now - entry.at < FRESH ? this.known(name) : undefined;
  }

  /** What was said last. */
  known(name: string): Repository {
    const { stars, licence } = this.#said.get(name.toLowerCase()) ?? {};
    return { ...(stars !== undefined && { stars }), ...(licence !== undefined && { licence }) };
  }

  /** The validator of the last response. */
  etag(name: string): string | undefined {
    return this.#said.get(name.toLowerCase())?.etag;
  }

  /** The name to request: the current one. */
  currentName(name: string): string {
    return this.#said.get(name.toLowerCase())?.as ?? name;
  }

  /** Stores what was said about a repository now called `now`, and the validator of the response. */
  keep(name: string, said: Repository, { etag, now }: { etag: string | null; now: string }): void {
    const key = name.toLowerCase();
    this.#gone.delete(key);
    put(this.#said, key, {
      ...said,
      at: this.#now,
      ...(etag !== null && etag.length <= LONGEST_ETAG && { etag }),
      ...(now.toLowerCase() !== key && { as: now }),
    });
  }

  lose(name: string): void {
    this.#said.delete(name.toLowerCase());
    put(this.#gone, name.toLowerCase(), this.#now);
  }
}

function put<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_REMEMBERED) map.delete(map.keys().next().value!);
}
