/**
 * arXiv's calendar. Submissions close at 14:00 in New York on working days; what came before is announced at 20:00
 * the same evening, Friday's on Sunday, and listed under the calendar day that follows.
 */

/** `YYYY-MM-DD`. */
export type Day = string;

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const ZONE = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** How far New York is behind UTC at a moment, in ms (negative). */
export function newYorkOffset(at: number): number {
  const parts = Object.fromEntries(ZONE.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

/** Epoch ms of a local time in New York. */
export function newYork(day: Day, hour = 0, minute = 0): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + hour * HOUR + minute * 60_000;
  // The guess has the right offset except in the hour the clocks change, when nothing happens.
  return wall - newYorkOffset(wall - newYorkOffset(wall));
}

/** The calendar day in New York. */
export const newYorkDay = (at: number): Day => new Date(at + newYorkOffset(at)).toISOString().slice(0, 10);

export const utcDay = (at: number): Day => new Date(at).toISOString().slice(0, 10);

export const addDays = (day: Day, days: number): Day => utcDay(Date.parse(`${day}T00:00:00Z`) + days * DAY);

/** 0 is Sunday. */
export const weekday = (day: Day): number => new Date(`${day}T00:00:00Z`).getUTCDay();

/** An announcement: what closed at `closes` is published at `at` and listed under `day`. */
export interface Announcement {
  closes: number;
  at: number;
  day: Day;
}

/** All announcements whose deadline is on the days from `first` to `last`. On a holiday nothing closes. */
export function announcements(first: Day, last: Day, holidays: ReadonlySet<Day>): Announcement[] {
  const all: Announcement[] = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const place = weekday(day);
    if (place === 0 || place === 6 || holidays.has(day)) continue;
    const evening = place === 5 ? addDays(day, 2) : day;
    all.push({ closes: newYork(day, 14), at: newYork(evening, 20), day: addDays(evening, 1) });
  }
  return all;
}

/** The announcement of something submitted at `at`; they are sorted by time. */
export function announcedWith(list: readonly Announcement[], at: number): Announcement | undefined {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle]!.closes > at) high = middle;
    else low = middle + 1;
  }
  return list[low];
}
