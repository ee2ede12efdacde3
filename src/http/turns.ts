/** When editions turn, so that cached pages expire. */
import { nextTurn, openDay, type Turn } from '../papers/days.ts';
import type { Day } from '../papers/types.ts';

/** The day whose edition is open, and until when it is; worked out again only then. */
export class Turns {
  readonly #site: Turn;
  #next = 0;
  #day: Day = '';

  constructor(site: Turn) {
    this.#site = site;
  }

  /** The next moment at which an edition opens or closes, epoch ms. */
  after(now: number): number {
    // If the clock has been set back, other turns are ahead.
    if (this.#next <= now || this.#next - now > 90_000_000) {
      this.#next = nextTurn(now, this.#site.timezone, this.#site.turn);
      this.#day = openDay(now, this.#site);
    }
    return this.#next;
  }

  /** The day whose edition is open. */
  open(now: number): Day {
    this.after(now);
    return this.#day;
  }
}
