/** Dates as people and reference managers write them: `2025/03/04/`, `20250304`, `March 2025`, `4 Mar 2025`. */
import { isDay, type Moment, monthNumber, parseMoment } from './text.ts';

const MAX_LENGTH = 60;

/**
 * The most precise date that `text` certainly means; null if it is not a date. An all-numeric date is only read year
 * first: `03/04/2025` could be two days, and so is only a year.
 */
export function looseDate(text: string): Moment | null {
  // EDTF marks what somebody was not sure of: `2019-03~`.
  const trimmed = text.trim().replace(/[~?%]$/, '');
  if (trimmed === '' || trimmed.length > MAX_LENGTH) return null;
  const iso = parseMoment(trimmed);
  if (iso) return iso;
  const packed = /^(\d{4})(\d{2})(\d{2})?$/.exec(trimmed);
  if (packed && isYear(packed[1]!)) return momentOf(packed[1]!, packed[2], packed[3]);
  const numbers = /^(\d{4})[/.-](\d{1,2})?(?:[/.-](\d{1,2})?)?(?:[/.-].*)?$/.exec(trimmed);
  if (numbers) return momentOf(numbers[1]!, numbers[2], numbers[3]);
  const yearFirst = /^(\d{4})[ ,/-]{1,3}(\p{L}{3,9})\.?(?:[ ,/-]{1,3}(\d{1,2}))?$/u.exec(trimmed);
  const named = yearFirst && monthNumber(yearFirst[2]!);
  if (yearFirst && named) return momentOf(yearFirst[1]!, named, yearFirst[3]);
  const words =
    /^(?:(\d{1,2})(?:st|nd|rd|th)?\.?[ -])?(\p{L}{3,9})\.?[ ,-]+(?:(\d{1,2})(?:st|nd|rd|th)?,? +)?(\d{4})$/u.exec(
      trimmed,
    );
  const month = words && monthNumber(words[2]!);
  if (words && month) return momentOf(words[4]!, month, words[1] ?? words[3]);
  const year = /(?<![\d])(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)/.exec(trimmed)?.[1];
  return year === undefined ? null : parseMoment(year);
}

const isYear = (year: string): boolean => year >= '1500' && year < '2200';

/**
 * The most precise date from a year, a month and a day: a season instead of a month, or a day 0, leave only the year.
 */
export function momentOf(year: string, month: string | undefined, day: string | undefined): Moment | null {
  const two = (part: string): string => part.padStart(2, '0');
  if (month === undefined || !(Number(month) >= 1 && Number(month) <= 12)) return parseMoment(year);
  const whole = day === undefined ? '' : `${year}-${two(month)}-${two(day)}`;
  return parseMoment(isDay(whole) ? whole : `${year}-${two(month)}`);
}

const EXACT = { day: 2, month: 1, year: 0 };

/** The most precise of several, the first among equals; undefined if none is a date. */
export function bestDate(texts: (string | undefined)[]): Moment | undefined {
  let best: Moment | undefined;
  for (const text of texts) {
    const found = text === undefined ? null : looseDate(text);
    if (found && (!best || EXACT[found.precision] > EXACT[best.precision])) best = found;
  }
  return best;
}
