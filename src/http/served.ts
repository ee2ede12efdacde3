/** Counts answers by kind of address: a few additions per request, so that the fastest stay fast. */

/** What an address is of. */
export const KINDS = ['page', 'search', 'api', 'asset'] as const;
export type Kind = (typeof KINDS)[number];

/** Upper bounds of the response time buckets, in seconds. */
export const BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10] as const;

export interface ServedOfKind {
  /** Answers by the first digit of their status. */
  classes: Float64Array;
  /** Answers by time: those up to each of BOUNDS, and the rest. */
  times: Float64Array;
  /** Seconds, of all together. */
  seconds: number;
}

export class Served {
  readonly #kinds: Record<Kind, ServedOfKind> = {
    page: empty(),
    search: empty(),
    api: empty(),
    asset: empty(),
  };

  /** @param ms from the arrival of the request until its answer was sent or its client gone */
  note(url: string, status: number, ms: number): void {
    const of = this.#kinds[kindOf(url)];
    of.classes[Math.floor(status / 100)]!++;
    const seconds = ms / 1000;
    let i = 0;
    while (i < BOUNDS.length && seconds > BOUNDS[i]!) i++;
    of.times[i]!++;
    of.seconds += seconds;
  }

  of(kind: Kind): Readonly<ServedOfKind> {
    return this.#kinds[kind];
  }
}

const empty = (): ServedOfKind => ({
  classes: new Float64Array(10),
  times: new Float64Array(BOUNDS.length + 1),
  seconds: 0,
});

function kindOf(url: string): Kind {
  if (url.startsWith('/search') || url.startsWith('/api/v1/search')) return 'search';
  if (url.startsWith('/assets/')) return 'asset';
  return url.startsWith('/api/') || url.startsWith('/mcp') || url.startsWith('/oai') ? 'api' : 'page';
}
