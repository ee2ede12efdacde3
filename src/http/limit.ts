/**
 * The rate limit by address: a number of requests in a time window that begins with the first, like the Hub's and with
 * its headers (`RateLimit: "api";r=499;t=300`, draft-ietf-httpapi-ratelimit-headers). A request waits for nothing: each
 * process counts in its memory, tells the database every few requests, and hears what the others have counted.
 */
import type { Quota, Shared } from '../store/attempts.ts';
import type { Allowance } from './context.ts';

/** Addresses counted; beyond this, the one whose window began first is forgotten. */
const MOST_WINDOWS = 50_000;
/** The Hub's window, seconds. */
export const WINDOW = 300;
/** A process tells the others whenever it has granted this share of the limit: by so much they may exceed it together. */
const SHARE = 1 / 20;

interface Window {
  ends: number;
  left: number;
  /** Granted here, and not told yet. */
  untold: number;
  isTelling: boolean;
}

export class RequestLimit {
  readonly #quota: Quota;
  readonly #policy: string;
  readonly #shared: Shared | null;
  readonly #windows = new Map<string, Window>();

  /**
   * @param times requests in a window, at least 1
   * @param shared null: there is no other process
   */
  constructor(times: number, shared: Shared | null = null) {
    this.#quota = { name: 'api', times, span: WINDOW * 1000 };
    this.#policy = `"fixed window";"api";q=${times};w=${WINDOW}`;
    this.#shared = shared;
  }

  /** Counts one request of an address at `now` (epoch ms). */
  take(address: string, now: number): Allowance {
    let window = this.#windows.get(address);
    if (window === undefined || window.ends <= now || window.ends > now + WINDOW * 1000) {
      window = { ends: now + WINDOW * 1000, left: this.#quota.times, untold: 0, isTelling: false };
      // Deleted first, so that the map stays in the order in which windows began.
      this.#windows.delete(address);
      this.#windows.set(address, window);
      if (this.#windows.size > MOST_WINDOWS) this.#windows.delete(this.#windows.keys().next().value!);
    }
    const granted = window.left > 0;
    if (granted) {
      window.left--;
      window.untold++;
    }
    if (window.untold >= this.#quota.times * SHARE) void this.#tell(address, window);
    const wait = Math.max(1, Math.ceil((window.ends - now) / 1000));
    return {
      granted,
      wait,
      headers: ['ratelimit', `"api";r=${window.left};t=${wait}`, 'ratelimit-policy', this.#policy],
    };
  }

  async #tell(address: string, window: Window): Promise<void> {
    if (this.#shared === null || window.isTelling) return;
    window.isTelling = true;
    const told = window.untold;
    try {
      const { used, ends } = await this.#shared.add(this.#quota, address, told);
      window.untold -= told;
      window.left = Math.max(0, this.#quota.times - used - window.untold);
      window.ends = ends;
    } catch {
      // Without the database it counts on its own, and tells it later.
    } finally {
      window.isTelling = false;
    }
  }
}
