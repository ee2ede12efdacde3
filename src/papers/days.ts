/**
 * Days, ISO weeks and months, and the moment at which the edition turns. Pure; time zones come from the platform's own
 * database (Intl). A day is `YYYY-MM-DD`; a day number is whole days since 1970-01-01.
 */
import type { Day, Period } from './types.ts';

const MS = 86_400_000;

/** Whole days since 1970-01-01. */
export const dayNumber = (day: Day): number => Date.parse(`${day}T00:00:00Z`) / MS;

/** The day with a given number. */
export const dayOf = (number: number): Day => new Date(number * MS).toISOString().slice(0, 10);

/** `day` moved by `by` days. */
export const addDays = (day: Day, by: number): Day => dayOf(dayNumber(day) + by);

/** The days from one to another, both inclusive; null: more than `most`. */
export function daysBetween(first: Day, last: Day, most: number): Day[] | null {
  const from = dayNumber(first);
  const count = dayNumber(last) - from + 1;
  if (!(count <= most)) return null;
  return Array.from({ length: Math.max(0, count) }, (_, i) => dayOf(from + i));
}

/** The day if `text` is one that exists (years 1500 to 2200), padded; null otherwise. `2026-6-5` is accepted. */
export function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  if (!match) return null;
  const [, year, month, day] = match as unknown as [string, string, string, string];
  const padded = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (Number(year) < 1500 || Number(year) > 2200) return null;
  const time = Date.parse(`${padded}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(padded) ? padded : null;
}

/** The ISO 8601 week of a day: `2026-W26`. Week 1 is the one with the year's first Thursday. */
export function weekOf(day: Day): string {
  const number = dayNumber(day);
  const thursday = number - isoWeekday(number) + 3;
  const year = Number(dayOf(thursday).slice(0, 4));
  return `${year}-W${String(1 + Math.floor((thursday - dayNumber(`${year}-01-01`)) / 7)).padStart(2, '0')}`;
}

/** Monday is 0. (1970-01-01 was a Thursday.) */
const isoWeekday = (number: number): number => (((number + 3) % 7) + 7) % 7;

/** The Monday of an ISO week, or null if the text is not a week that exists (`2025-W53`). `2026-W5` is accepted. */
export function parseWeek(text: string): { week: string; monday: Day } | null {
  const match = /^(\d{4})-[Ww](\d{1,2})$/.exec(text);
  if (!match) return null;
  const year = Number(match[1]);
  const number = Number(match[2]);
  if (year < 1500 || year > 2200 || number < 1) return null;
  const fourth = dayNumber(`${match[1]}-01-04`);
  const monday = dayOf(fourth - isoWeekday(fourth) + (number - 1) * 7);
  const week = `${match[1]}-W${String(number).padStart(2, '0')}`;
  return weekOf(monday) === week ? { week, monday } : null;
}

/** The padded month if the text is one. */
export function parseMonth(text: string): string | null {
  const match = /^(\d{4})-(\d{1,2})$/.exec(text);
  return match ? (parseDay(`${match[1]}-${match[2]}-01`)?.slice(0, 7) ?? null) : null;
}

/** First and last day of a period. The period must be well-formed (see the parse functions). */
export function bounds(period: Period): { first: Day; last: Day } {
  if (period.kind === 'day') return { first: period.value, last: period.value };
  if (period.kind === 'week') {
    const first = parseWeek(period.value)?.monday;
    if (!first) throw new RangeError(`not a week: ${period.value}`);
    return { first, last: addDays(first, 6) };
  }
  const first = `${period.value}-01`;
  const [year, month] = period.value.split('-').map(Number) as [number, number];
  return { first, last: dayOf(Date.UTC(year, month, 0) / MS) };
}

/** The period of a kind that contains a day. */
export function periodOf(kind: Period['kind'], day: Day): Period {
  if (kind === 'week') return { kind, value: weekOf(day) };
  return { kind, value: kind === 'month' ? day.slice(0, 7) : day };
}

/** When the edition turns: a wall-clock time in an IANA time zone. */
export interface Turn {
  timezone: string;
  /** `HH:MM`, 24 hours. */
  turn: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Wall-clock time in a zone, to the second, as if it were UTC (epoch ms). */
export function wallClock(now: number, timezone: string): number {
  let formatter = formatters.get(timezone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(timezone, formatter);
  }
  const part: Record<string, string> = {};
  for (const { type, value } of formatter.formatToParts(now)) part[type] = value;
  return Date.parse(`${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}:${part.second}Z`);
}

const minutes = (turn: string): number => {
  const [hours, mins] = turn.split(':').map(Number) as [number, number];
  return hours * 60 + mins;
};

/**
 * The day whose edition is open at `now` (epoch ms). An edition of day D closes at the turn on D; after
 * it, the edition of D + 1 is open.
 */
export function openDay(now: number, { timezone, turn }: Turn): Day {
  const wall = wallClock(now, timezone);
  return dayOf(Math.floor((wall + MS - minutes(turn) * 60_000) / MS));
}

/** When the edition of `day` closes, epoch ms. If the clocks skip that hour, the first moment after it. */
export function closesAt(day: Day, turn: Turn): number {
  const wall = Date.parse(`${day}T00:00:00Z`) + minutes(turn.turn) * 60_000;
  // The offset at the guess may differ from the one at the result (clock changes): correct once.
  let guess = wall - (wallClock(wall, turn.timezone) - wall);
  guess = wall - (wallClock(guess, turn.timezone) - guess);
  while (openDay(guess, turn) <= day) guess += 60_000;
  return guess;
}

/** The moment (epoch ms) after `now` at which an edition next closes. */
export function nextTurn(now: number, timezone: string, turn: string): number {
  const at = closesAt(openDay(now, { timezone, turn }), { timezone, turn });
  // Where clocks are put back the turn can come twice; never answer a moment that has gone by.
  return at > now ? at : now + MS / 24;
}
