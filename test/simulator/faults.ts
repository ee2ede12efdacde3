/** The misbehaviours, and which of them befalls a request. */
import type { Day } from './calendar.ts';

export const DOORS = ['list', 'recent', 'feed', 'api', 'oai', 'hub'] as const;
export type Door = (typeof DOORS)[number];

export type FaultKind =
  /** 429 with Retry-After. */
  | 'busy'
  /** 503, or what `status` says: a page that is down. */
  | 'unavailable'
  /** The answer ends in the middle of its text, as if that were all. */
  | 'truncated'
  /** A byte now and then. */
  | 'drip'
  /** Half of the answer, and then nothing, while the connection stays. */
  | 'stall'
  /** Nothing at all, while the connection stays. */
  | 'silent'
  /** The connection is reset in the middle of the answer. */
  | 'reset'
  /** A web page that says sorry, with status 200. */
  | 'html'
  /** The harvest's token is no longer known. */
  | 'expired-token'
  /** The harvest hands on the token it was just given. */
  | 'same-token'
  /** The feed of a category is yesterday's, built today. */
  | 'stale'
  /** The feed of a category lacks `count` of the papers that the listing counts. */
  | 'short'
  /** The feed dates its papers by the day before. */
  | 'late-date'
  /** The API's index is `hours` further behind. */
  | 'lag';

export interface Fault {
  kind: FaultKind;
  /** All doors unless told. */
  door?: Door;
  /** All categories unless told. */
  category?: string;
  /** Days in New York, both included; all unless told. */
  from?: Day;
  until?: Day;
  /** So many requests it would befall are spared first. */
  after?: number;
  /** It befalls at most so many requests. */
  times?: number;
  /** It befalls at most so many requests a day. */
  timesADay?: number;
  /** Seconds, of `busy`; 1 unless told. */
  retryAfter?: number;
  status?: number;
  count?: number;
  hours?: number;
}

/** What is asked for, as far as faults go by it. */
export interface Asked {
  door: Door;
  categories: string[];
  day: Day;
  /** The request goes on with a harvest. */
  hasToken: boolean;
}

/** Faults with how often each came to pass. */
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

  /** How often each befell a request, in the order they were given. */
  get met(): { fault: Fault; met: number }[] {
    return this.#all.map(({ fault, met }) => ({ fault, met }));
  }

  /** The first that befalls this request, counted; the order they were given in decides. */
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
