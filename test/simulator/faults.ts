/** The faults, and which of them a request hits. */
import type { Day } from './calendar.ts';

export const DOORS = ['list', 'recent', 'feed', 'api', 'oai', 'hub'] as const;
export type Door = (typeof DOORS)[number];

export type FaultKind =
  /** 429 with Retry-After. */
  | 'busy'
  /** 503, or the given `status`: a page that is down. */
  | 'unavailable'
  /** The response ends in the middle of its text, as if it were complete. */
  | 'truncated'
  /** A byte now and then. */
  | 'drip'
  /** Half of the response and then nothing, while the connection stays open. */
  | 'stall'
  /** Nothing at all, while the connection stays open. */
  | 'silent'
  /** The connection is reset in the middle of the response. */
  | 'reset'
  /** An error page for people, with status 200. */
  | 'html'
  /** The harvest's token has expired. */
  | 'expired-token'
  /** The harvest returns the token it was just given. */
  | 'same-token'
  /** A category's feed is yesterday's, built today. */
  | 'stale'
  /** A category's feed lacks `count` of the papers that the listing counts. */
  | 'short'
  /** The feed dates its papers a day early. */
  | 'late-date'
  /** The API's index is `hours` further behind. */
  | 'lag';

export interface Fault {
  kind: FaultKind;
  /** Default: all doors. */
  door?: Door;
  /** Default: all categories. */
  category?: string;
  /** Days in New York, both included; default: all. */
  from?: Day;
  until?: Day;
  /** This many matching requests are spared first. */
  after?: number;
  /** At most this many requests are hit. */
  times?: number;
  /** At most this many requests a day are hit. */
  timesADay?: number;
  /** Seconds, for `busy`; default 1. */
  retryAfter?: number;
  status?: number;
  count?: number;
  hours?: number;
}

/** The parts of a request that faults depend on. */
export interface Asked {
  door: Door;
  categories: string[];
  day: Day;
  /** The request continues a harvest. */
  hasToken: boolean;
}

/** Faults, and how often each has occurred. */
export class Faults {
  readonly #all: { fault: Fault; met: number; spared: number; byDay: Map<Day, number> }[] = [];

  constructor(faults: readonly Fault[]) {
    this.add(...faults);
  }

  add(...faults: Fault[]): void {
    for (const fault of faults) this.#all.push({ fault, met: 0, spared: 0, byDay: new Map() });
  }

  clear(): void {
    this.#all.length = 0;
  }

  /** How often each hit a request, in the order given. */
  get met(): { fault: Fault; met: number }[] {
    return this.#all.map(({ fault, met }) => ({ fault, met }));
  }

  /** The first one that applies to this request, counted; their order decides. */
  next(asked: Asked): Fault | undefined {
    for (const one of this.#all) {
      const { fault } = one;
      if (!matches(fault, asked)) continue;
      const today = one.byDay.get(asked.day) ?? 0;
      if (one.met >= (fault.times ?? Number.POSITIVE_INFINITY)) continue;
      if (today >= (fault.timesADay ?? Number.POSITIVE_INFINITY)) continue;
      if (one.spared < (fault.after ?? 0)) {
        one.spared++;
        continue;
      }
      one.met++;
      one.byDay.set(asked.day, today + 1);
      return fault;
    }
    return undefined;
  }
}

function matches(fault: Fault, { door, categories, day, hasToken }: Asked): boolean {
  if (fault.door !== undefined && fault.door !== door) return false;
  if (fault.category !== undefined && !categories.includes(fault.category)) return false;
  if (fault.from !== undefined && day < fault.from) return false;
  if (fault.until !== undefined && day > fault.until) return false;
  switch (fault.kind) {
    case 'expired-token':
      return door === 'oai' && hasToken;
    case 'same-token':
      return door === 'oai';
    case 'stale':
    case 'short':
    case 'late-date':
      return door === 'feed';
    case 'lag':
      return door === 'api';
    default:
      return true;
  }
}
