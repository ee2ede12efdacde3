/**
 * What GitHub said of repositories lately: so that one that many papers link is asked about once, one that did not
 * change costs nothing, and one that is gone is left in peace. Bounded; what was said longest ago is forgotten first.
 */

export interface Repository {
  stars?: number;
  /** SPDX. */
  licence?: string;
}

interface Entry extends Repository {
  /** Epoch ms. */
  at: number;
  etag?: string;
  /** Its name now, where it was renamed. */
  as?: string;
}

/** For the cursor; JSON. Names in lower case, the latest last. */
export interface Memory {
  said: [name: string, Entry][];
  gone: [name: string, at: number][];
}

const DAY = 86_400_000;
/** What was said is good for so long; less than a day, so that a daily round asks. */
const FRESH = DAY / 2;
/** One that is gone is asked about again after so long. */
const GONE = 30 * DAY;
const MOST = 1_000;
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

  /** What need not be asked: what was said lately, or null for one that is gone. */
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

  /** What the last answer was marked with. */
  etag(name: string): string | undefined {
    return this.#said.get(name.toLowerCase())?.etag;
  }

  /** What to ask by: the name it has now. */
  nameOf(name: string): string {
    return this.#said.get(name.toLowerCase())?.as ?? name;
  }

  /** Keeps what was said of a repository whose name is `now`, and the mark of the answer. */
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
  if (map.size > MOST) map.delete(map.keys().next().value!);
}
