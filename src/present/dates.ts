/** Days, weeks and months in print, and parsed from addresses, with a sentence about what is wrong. */
import { bounds, parseDay, parseMonth, parseWeek } from '../papers/days.ts';
import type { Period } from '../papers/library.ts';
import type { Day, Paper } from '../papers/types.ts';

const MONTHS = 'January February March April May June July August September October November December'.split(
  ' ',
);
const WEEKDAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');

/** The result of parsing a date in an address. `padded` is false for `2026-6-5`. */
export type Read = { ok: true; value: string; padded: boolean } | { ok: false; reason: string };

const SHAPES = {
  day: { parse: parseDay, like: '2026-06-25' },
  week: { parse: (text: string) => parseWeek(text)?.week ?? null, like: '2026-W26' },
  month: { parse: parseMonth, like: '2026-06' },
};

/** Reads a day, week or month from an address. */
export function readPeriod(kind: Period['kind'], text: string): Read {
  const { parse, like } = SHAPES[kind];
  const value = parse(text);
  if (value !== null) return { ok: true, value, padded: value === text };
  const shaped = /^\d{4}-[Ww]?\d{1,2}(-\d{1,2})?$/.test(text);
  return {
    ok: false,
    reason: shaped
      ? `That ${kind} does not exist. Write a ${kind} like ${like}.`
      : `Write a ${kind} like ${like}.`,
  };
}

/** A day, a week or a month, by its form; null if it is none of them. */
export function readEdition(text: string): Period | null {
  const kind = /^\d{4}-[Ww]/.test(text) ? 'week' : /^\d+-\d+$/.test(text) ? 'month' : 'day';
  const read = readPeriod(kind, text);
  return read.ok ? { kind, value: read.value } : null;
}

/** Monday 0 … Sunday 6. */
export const weekdayFromMonday = (day: Day): number => (new Date(Date.parse(day)).getUTCDay() + 6) % 7;
export const monthOf = (day: Day): string => day.slice(0, 7);

/** How many days a month has. */
export const daysIn = (month: string): number =>
  Number(bounds({ kind: 'month', value: month }).last.slice(8));

/** The month `by` months later. */
export function addMonths(month: string, by: number): string {
  const n = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + by;
  return `${Math.floor(n / 12)}-${String((n % 12) + 1).padStart(2, '0')}`;
}

/** `26 June 2026`. */
export const sayDay = (day: Day): string => `${sayDayShort(day)} ${day.slice(0, 4)}`;
/** `26 June`. */
export const sayDayShort = (day: Day): string =>
  `${Number(day.slice(8, 10))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;
/** `Friday, 26 June 2026`. */
export const sayDayLong = (day: Day): string => `${sayWeekday(day)}, ${sayDay(day)}`;
/** `Friday`. */
export const sayWeekday = (day: Day): string => WEEKDAYS[new Date(Date.parse(day)).getUTCDay()] ?? '';
/** `June 2026`. */
export const sayMonth = (month: string): string => `${sayMonthShort(month)} ${month.slice(0, 4)}`;
/** `June`. */
export const sayMonthShort = (month: string): string => MONTHS[Number(month.slice(5, 7)) - 1] ?? '';

/** `22–28 June 2026`, `29 June – 5 July 2026`. */
export function saySpan(first: Day, last: Day): string {
  if (first === last) return sayDay(first);
  if (first.slice(0, 7) === last.slice(0, 7)) return `${Number(first.slice(8))}–${sayDay(last)}`;
  if (first.slice(0, 4) === last.slice(0, 4)) return `${sayDayShort(first)} – ${sayDay(last)}`;
  return `${sayDay(first)} – ${sayDay(last)}`;
}

/** A period in words: `26 June 2026`, `week 26 of 2026`, `June 2026`. */
export function sayPeriod(period: Period): string {
  if (period.kind === 'day') return sayDay(period.value);
  if (period.kind === 'month') return sayMonth(period.value);
  return `week ${Number(period.value.slice(6))} of ${period.value.slice(0, 4)}`;
}

/** The same, as short as it is clear next to a full one: `26 June`, `week 26`, `June 2026`. */
export function sayPeriodShort(period: Period): string {
  if (period.kind === 'day') return sayDayShort(period.value);
  if (period.kind === 'month') return sayMonth(period.value);
  return `week ${Number(period.value.slice(6))}`;
}

/** When a paper was published, as precisely as is known. Null if it is not known at all. */
export function sayPublished(paper: Pick<Paper, 'published' | 'publishedPrecision'>): string | null {
  if (paper.published === null) return null;
  if (paper.publishedPrecision === 'year') return paper.published.slice(0, 4);
  if (paper.publishedPrecision === 'month') return sayMonth(paper.published.slice(0, 7));
  return sayDay(paper.published);
}

/** The same for machines, as in `<time datetime>`. */
export function stampPublished(paper: Pick<Paper, 'published' | 'publishedPrecision'>): string {
  const length = paper.publishedPrecision === 'year' ? 4 : paper.publishedPrecision === 'month' ? 7 : 10;
  return paper.published?.slice(0, length) ?? '';
}

/** `New York` of `America/New_York`. */
export const sayZone = (timezone: string): string =>
  (timezone.split('/').at(-1) ?? timezone).replaceAll('_', ' ');

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `21:30`: the time of day in a zone. */
export function sayTime(ms: number, timezone: string): string {
  let clock = clocks.get(timezone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit' });
    clocks.set(timezone, clock);
  }
  return clock.format(ms);
}

/** `2026-06-26`: the calendar day in a zone. */
export function dayIn(ms: number, timezone: string): Day {
  let calendar = calendars.get(timezone);
  if (!calendar) {
    calendar = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    calendars.set(timezone, calendar);
  }
  return calendar.format(ms);
}

const calendars = new Map<string, Intl.DateTimeFormat>();

/** `26 June 2026, 21:30` in a zone. */
export const sayMoment = (ms: number, timezone: string): string =>
  `${sayDay(dayIn(ms, timezone))}, ${sayTime(ms, timezone)}`;

/** The same, as short as it is clear at `now`: `21:30` on the same day, `25 June, 21:30` in the same year. */
export function sayMomentShort(ms: number, timezone: string, now: number): string {
  const [day, today] = [dayIn(ms, timezone), dayIn(now, timezone)];
  if (day === today) return sayTime(ms, timezone);
  return day.slice(0, 4) === today.slice(0, 4)
    ? `${sayDayShort(day)}, ${sayTime(ms, timezone)}`
    : sayMoment(ms, timezone);
}

/** `1,204`. */
export const sayNumber = (n: number): string => n.toLocaleString('en-GB');

/** `1st`, `22nd`, `113th`. */
export function sayOrdinal(n: number): string {
  const isTeen = n % 100 >= 11 && n % 100 <= 13;
  const ending = isTeen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th');
  return `${sayNumber(n)}${ending}`;
}

/** `1 paper`, `1,204 papers`. */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${sayNumber(n)} ${n === 1 ? one : many}`;

/** A moment (epoch ms) in UTC; null if it cannot be written. */
export function momentOf(ms: number | null): string | null {
  const time = ms === null ? Number.NaN : new Date(ms).getTime();
  const text = Number.isNaN(time) ? null : new Date(time).toISOString();
  // Years beyond four digits have a sign in front, and no client reads them.
  return text !== null && /^\d/.test(text) ? text : null;
}
