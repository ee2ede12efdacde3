/**
 * arXiv's calendar: announcements are made at 20:00 in New York from Sunday to Thursday, and listed under the next day.
 * Pure; there are none on holidays, which cannot be known beforehand.
 */
import { addDays, closesAt, dayNumber, openDay, type Turn } from '../papers/days.ts';
import type { Day } from '../papers/types.ts';
import type { Standing } from './source.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const ANNOUNCING: Turn = { timezone: 'America/New_York', turn: '20:00' };
/** The harvest is renewed about 22:30, after the announcement. */
const HARVEST: Turn = { timezone: 'America/New_York', turn: '23:00' };

/** How often a new announcement is looked for, and for how long; after that it is probably a holiday. */
const POLL = 15 * MINUTE;
const POLLED_FOR = 12 * HOUR;
/** How often to check whether anything else has arrived. */
const IDLE = 3 * HOUR;
/** After a failure, doubled each time up to `IDLE`. */
const AGAIN = 10 * MINUTE;

/** Days that an announcement can be listed under: Monday to Friday. */
export const isListingDay = (day: Day): boolean => {
  // 1970-01-01 was a Thursday; 0 is Monday.
  const weekday = (((dayNumber(day) + 3) % 7) + 7) % 7;
  return weekday < 5;
};

/** The listing day before `day`, ignoring holidays. */
export function listingDayBefore(day: Day): Day {
  let before = addDays(day, -1);
  while (!isListingDay(before)) before = addDays(before, -1);
  return before;
}

/** The listing day after `day`, ignoring holidays. */
export function listingDayAfter(day: Day): Day {
  let after = addDays(day, 1);
  while (!isListingDay(after)) after = addDays(after, 1);
  return after;
}

/** When an announcement listed under `day` comes out (epoch ms). */
const comesOut = (day: Day): number => closesAt(addDays(day, -1), ANNOUNCING);

/** The day of the last announcement that is out at `now` (epoch ms), ignoring holidays. */
export function lastListingDay(now: number): Day {
  const day = openDay(now, ANNOUNCING);
  return isListingDay(day) ? day : listingDayBefore(day);
}

/** The pause after this many failures in a row (ms). */
const backoff = (failures: number): number =>
  Math.min(IDLE, AGAIN * 2 ** Math.min(20, Math.max(0, failures - 1)));

/**
 * When to look for announcements again (epoch ms): after each announcement every 15 minutes until it is completely
 * here, for 12 hours at most, otherwise every 3 hours; after failures in 10, 20, 40 minutes and so on.
 */
export function newDue({ last, failures }: Standing, now: number): number {
  if (!last) return now;
  const { state, endedAt, announced, isComplete } = last;
  if (state === 'failed') return endedAt + backoff(failures);
  const expected = lastListingDay(endedAt);
  const next = comesOut(listingDayAfter(expected));
  const isHere = isComplete && announced !== null && announced >= expected;
  const isPolled = !isHere && endedAt < comesOut(expected) + POLLED_FOR;
  return Math.min(endedAt + (isPolled ? POLL : IDLE), next);
}

/** When to harvest changes again (epoch ms): once a day after the announcement; sooner after failures. */
export function changesDue({ last, failures }: Standing, now: number): number {
  if (!last) return now;
  const next = closesAt(openDay(last.endedAt, HARVEST), HARVEST);
  return last.state === 'failed' ? Math.min(next, last.endedAt + backoff(failures)) : next;
}
