/** When editions turn, so that what is kept is made again. */
import { nextTurn, type Turn } from '../papers/days.ts';

/** The next moment at which an edition opens or closes; computed again only once it has passed. */
export class Turns {
  readonly #site: Turn;
  #next = 0;

  constructor(site: Turn) {
    this.#site = site;
  }

  after(now: number): number {
    // A clock that was set back has other turns ahead.
    if (this.#next <= now || this.#next - now > 90_000_000)
      this.#next = nextTurn(now, this.#site.timezone, this.#site.turn);
    return this.#next;
  }
}
