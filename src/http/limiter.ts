/** Limits how often somebody may do something: a number of times in a span, counted in this process's memory. */

/** Most counts kept; beyond this, the oldest is forgotten. */
const MOST_SEEN = 10_000;

export class Limiter {
  readonly #times: number;
  readonly #span: number;
  readonly #seen = new Map<string, number[]>();

  /** @param span ms */
  constructor(times: number, span: number) {
    this.#times = times;
    this.#span = span;
  }

  /** Seconds until `who` may do it again; 0: now. */
  wait(who: string, now: number): number {
    const recent = this.#recent(who, now);
    return recent.length < this.#times ? 0 : Math.ceil((recent[0]! + this.#span - now) / 1000);
  }

  #recent(who: string, now: number): number[] {
    return (this.#seen.get(who) ?? []).filter((at) => at > now - this.#span && at <= now);
  }

  /** Counts one more by `who`, and returns the seconds until they may do it again; 0: now. */
  take(who: string, now: number): number {
    const recent = this.#recent(who, now);
    const wait = this.wait(who, now);
    if (wait === 0) recent.push(now);
    this.#seen.delete(who);
    this.#seen.set(who, recent);
    if (this.#seen.size > MOST_SEEN) this.#seen.delete(this.#seen.keys().next().value!);
    return wait;
  }
}
