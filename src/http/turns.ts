/** When editions turn, so that cached pages expire. */
import { nextTurn, type Turn } from '../papers/days.ts';

/** The next moment at which an edition opens or closes; recomputed only once it has passed. */
export class Turns {
  readonly #site: Turn;
  #next = 0;

  constructor(site: Turn) {
    this.#site = site;
  }

  after(now: number): number {
    // If the clock has been set back, other turns are ahead.
    if (this.#next <= now || this.#next - now > 90_000_000)
      this.#next = nextTurn(now, this.#site.timezone, this.#site.turn);
    return this.#next;
  }
}
