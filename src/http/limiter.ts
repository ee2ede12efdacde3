/** How often somebody may do something: so many times in a span, counted in this process's memory. */

/** More than this many are kept count of; beyond, the oldest is forgotten. */
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

  /** In how many seconds `who` may again: 0, they may now. */
  wait(who: string, now: number): number {
    const recent = this.#recent(who, now);
    return recent.length < this.#times ? 0 : Math.ceil((recent[0]! + this.#span - now) / 1000);
  }

  #recent(who: string, now: number): number[] {
    return (this.#seen.get(who) ?? []).filter((at) => at > now - this.#span && at <= now);
  }

  /** Counts one more by `who`, and says in how many seconds they may again: 0, they may now. */
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
