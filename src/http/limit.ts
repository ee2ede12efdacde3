/**
 * The rate limit by address: a number of requests in a time window that begins with the first, like the Hub's and with
 * its headers (`RateLimit: "api";r=499;t=300`, draft-ietf-httpapi-ratelimit-headers). Counted in this process's memory.
 */
import type { Allowance } from './context.ts';

/** Addresses counted; beyond this, the one whose window began first is forgotten. */
const MOST_WINDOWS = 50_000;
/** The Hub's window, seconds. */
export const WINDOW = 300;

export class RequestLimit {
  readonly #quota: number;
  readonly #policy: string;
  readonly #windows = new Map<string, { ends: number; left: number }>();

  /** @param quota requests in a window, at least 1 */
  constructor(quota: number) {
    this.#quota = quota;
    this.#policy = `"fixed window";"api";q=${quota};w=${WINDOW}`;
  }

  /** Counts one request of an address at `now` (epoch ms). */
  take(address: string, now: number): Allowance {
    let window = this.#windows.get(address);
    if (window === undefined || window.ends <= now || window.ends > now + WINDOW * 1000) {
      window = { ends: now + WINDOW * 1000, left: this.#quota };
      // Deleted first, so that the map stays in the order in which windows began.
      this.#windows.delete(address);
      this.#windows.set(address, window);
      if (this.#windows.size > MOST_WINDOWS) this.#windows.delete(this.#windows.keys().next().value!);
    }
    const granted = window.left > 0;
    if (granted) window.left--;
    const wait = Math.max(1, Math.ceil((window.ends - now) / 1000));
    return {
      granted,
      wait,
      headers: ['ratelimit', `"api";r=${window.left};t=${wait}`, 'ratelimit-policy', this.#policy],
    };
  }
}
