/**
 * When mails of the digest are due, and what is new by then: pure functions. Times of day are those of the
 * subscriber's time zone. On a day when the clocks change, a time that is skipped counts as the first moment after the
 * gap, and of a time that comes twice the first counts: everyone gets one mail, as on any other day.
 */
import { addDays, bounds, closesAt, openDay, periodOf, type Turn, wallClock } from '../papers/days.ts';
import type { Day } from '../papers/types.ts';
import type { Cadence, Choices, Period } from './types.ts';

const DAY = 86_400_000;

/** When somebody wants mail. */
export type Times = Pick<Choices, 'timeZone' | 'days' | 'minute'>;

/** A subscription as its schedule sees it. */
export interface Subscribed {
  cadence: Cadence;
  /** The last period that has been dealt with. */
  through: Period;
}

/** How late a mail may be (ms) if nothing was running when it was due; later, it is no longer sent. */
export const OF_USE = 36 * 3_600_000;
/** Receipts go back this far (ms), and so do the mails that are recorded as missed. */
export const RECEIPTS = 90 * DAY;

const known = new Map<string, boolean>();

/** Whether there is a time zone of this name. */
export function isTimeZone(name: string): boolean {
  let is = known.get(name);
  if (is === undefined) {
    try {
      new Intl.DateTimeFormat('en', { timeZone: name });
      // Offsets are time zones to Intl, but the clocks of no place follow one for ever.
      is = !/^[+-]/.test(name);
    } catch {
      is = false;
    }
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, is);
  }
  return is;
}
/** Names and offsets remembered: subscribers share a few. */
const MOST_KNOWN = 10_000;

const offsets = new Map<string, number>();
/** Since then (epoch ms), all clocks have changed at a whole quarter of an hour. */
const WHOLE = Date.UTC(1980, 0, 1);
const QUARTER = 900_000;

/** What clocks in a zone show, as if it were UTC (epoch ms). */
function wallAt(moment: number, zone: string): number {
  if (moment < WHOLE) return wallClock(moment, zone);
  const quarter = Math.floor(moment / QUARTER);
  const key = `${quarter} ${zone}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    offset = wallClock(quarter * QUARTER, zone) - quarter * QUARTER;
    if (offsets.size >= MOST_KNOWN) offsets.clear();
    offsets.set(key, offset);
  }
  return moment + offset;
}

/** The difference (ms) between wall clocks in a zone and UTC. */
const offsetAt = (moment: number, zone: string): number => wallAt(moment, zone) - moment;

/** The first moment (epoch ms) at which clocks in a zone show `wall` (as if it were UTC) or, if they skip it, later. */
function firstAt(wall: number, zone: string): number {
  // No zone is further from UTC than 14 hours, so that the clocks show this time between the two.
  const offsets = [offsetAt(wall - DAY, zone), offsetAt(wall + DAY, zone)];
  const shown = offsets.map((offset) => wall - offset).filter((at) => wallAt(at, zone) === wall);
  if (shown.length > 0) return Math.min(...shown);
  // It falls into a gap. Before the gap the clocks show less, after it more.
  let [before, after] = [wall - Math.max(...offsets), wall - Math.min(...offsets)];
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (wallAt(middle, zone) >= wall) after = middle;
    else before = middle;
  }
  return after;
}

const wallOf = (day: Day, minute: number): number => Date.parse(`${day}T00:00:00Z`) + minute * 60_000;

/** The day that a wall clock shows. */
const dayOfWall = (wall: number): Day => new Date(wall).toISOString().slice(0, 10);

/** When mail of a day is sent; null: not on this day of the week, or the calendar skips the day. */
function onDay(day: Day, { timeZone, days, minute }: Times): number | null {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7;
  if ((days & (1 << weekday)) === 0) return null;
  const at = firstAt(wallOf(day, minute), timeZone);
  // A zone that moves across the date line leaves a day out.
  if (dayOfWall(wallAt(at, timeZone)) !== day) {
    const begins = firstAt(wallOf(day, 0), timeZone);
    if (dayOfWall(wallAt(begins, timeZone)) !== day) return null;
  }
  return at;
}

/** The first chosen moment (epoch ms) after another; null: no day of the week is chosen. */
export function nextMoment(times: Times, after: number): number | null {
  if ((times.days & 127) === 0) return null;
  const today = dayOfWall(wallAt(after, times.timeZone));
  // Clocks that were put back may show yesterday again; a chosen day that was left out comes a week later.
  for (let ahead = -1; ahead <= 15; ahead++) {
    const at = onDay(addDays(today, ahead), times);
    if (at !== null && at > after) return at;
  }
  return null;
}

const KINDS = { daily: 'day', weekly: 'week', monthly: 'month' } as const;

const ends = new Map<string, number>();

/** When a day's edition closes. Remembered, since a round asks it of everybody. */
function closing(day: Day, turn: Turn): number {
  const key = `${day} ${turn.timezone} ${turn.turn}`;
  let at = ends.get(key);
  if (at === undefined) {
    if (ends.size > 2000) ends.clear();
    at = closesAt(day, turn);
    ends.set(key, at);
  }
  return at;
}

/** The first and last day of a period. */
export const daysOf = (cadence: Cadence, period: Period): { first: Day; last: Day } =>
  bounds({ kind: KINDS[cadence], value: period });

/** When a period ends (epoch ms): its last edition closes. */
export const endOf = (cadence: Cadence, period: Period, turn: Turn): number =>
  closing(daysOf(cadence, period).last, turn);

/** The period after another. */
export const periodAfter = (cadence: Cadence, period: Period): Period =>
  periodOf(KINDS[cadence], addDays(daysOf(cadence, period).last, 1)).value;

/** The last period that has ended by a moment. */
export function lastEnded(cadence: Cadence, moment: number, turn: Turn): Period {
  let day = openDay(moment, turn);
  // Where clocks are put back, the day can seem to open twice.
  while (closing(day, turn) <= moment) day = addDays(day, 1);
  while (closing(addDays(day, -1), turn) > moment) day = addDays(day, -1);
  const last = periodOf(KINDS[cadence], addDays(day, -1)).value;
  if (daysOf(cadence, last).last < day) return last;
  return periodOf(KINDS[cadence], addDays(daysOf(cadence, last).first, -1)).value;
}

/** Periods that one mail has of one list at most: a day's mail once a week. */
const MOST_PERIODS = 7;

/** The periods new to a subscription that have ended by a moment, the oldest first; of too many, the latest. */
export function endedBy({ cadence, through }: Subscribed, moment: number, turn: Turn): Period[] {
  const last = lastEnded(cadence, moment, turn);
  const periods: Period[] = [];
  let period = last;
  while (period > through && periods.length < MOST_PERIODS) {
    periods.unshift(period);
    period = periodOf(KINDS[cadence], addDays(daysOf(cadence, period).first, -1)).value;
  }
  return periods;
}

/**
 * When the next mail is due (epoch ms): at the first chosen moment after `after` by which a period that is new to one of
 * the subscriptions has ended. Null: never.
 */
export function nextDue(
  times: Times,
  subscriptions: readonly Subscribed[],
  after: number,
  turn: Turn,
): number | null {
  let due: number | null = null;
  for (const { cadence, through } of subscriptions) {
    const end = endOf(cadence, periodAfter(cadence, through), turn);
    const at = nextMoment(times, Math.max(after, end - 1));
    if (at !== null && (due === null || at < due)) due = at;
  }
  return due;
}

/** What a subscriber's turn comes to. */
export interface Plan {
  /** When the mail was due that is to be sent now; null: what was due is no longer of use. */
  due: number | null;
  /** What is new in it: by subscription, in their order. */
  periods: Period[][];
  /** When mails were due that are no longer of use, and are not sent. */
  missed: number[];
  /** The last periods dealt with, by subscription. */
  through: Period[];
  /** When the next mail is due. */
  next: number | null;
}

/**
 * Plans what is sent to somebody whose mail was due at `due`, at `now` or long ago. If several are due, what is still of
 * use comes in one mail: the last one's.
 */
export function planFor(
  times: Times,
  subscriptions: readonly Subscribed[],
  due: number,
  now: number,
  turn: Turn,
): Plan {
  const at = subscriptions.map((one) => ({ ...one }));
  const plan: Plan = { due: null, periods: at.map(() => []), missed: [], through: [], next: null };
  const pass = (moment: number, isOfUse: boolean): boolean => {
    let isNew = false;
    for (const [i, one] of at.entries()) {
      const ended = endedBy(one, moment, turn);
      if (ended.length === 0) continue;
      if (isOfUse) plan.periods[i]!.push(...ended);
      one.through = ended.at(-1)!;
      isNew = true;
    }
    return isNew;
  };
  let moment: number | null = due;
  if (due < now - RECEIPTS) {
    pass(now - RECEIPTS, false);
    moment = nextDue(times, at, now - RECEIPTS, turn);
  }
  while (moment !== null && moment <= now) {
    const isOfUse = moment >= now - OF_USE;
    const isNew = pass(moment, isOfUse);
    if (isOfUse && isNew) plan.due = moment;
    else if (isNew) plan.missed.push(moment);
    moment = nextDue(times, at, moment, turn);
  }
  return { ...plan, through: at.map(({ through }) => through), next: moment };
}
