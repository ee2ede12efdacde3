/** Dates as people and reference managers write them: `2025/03/04/`, `March 2025`, `4 Mar 2025`. */
import { isDay, type Moment, monthNumber, parseMoment } from './text.ts';

const MAX_LENGTH = 60;

/**
 * The most exact date that `text` surely is; null where it is none. A date only of numbers is taken with the year
 * first: `03/04/2025` is two days, and so only a year.
 */
export function looseDate(text: string): Moment | null {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > MAX_LENGTH) return null;
  const iso = parseMoment(trimmed);
  if (iso) return iso;
  const numbers = /^(\d{4})[/.-](\d{1,2})?(?:[/.-](\d{1,2})?)?(?:[/.-].*)?$/.exec(trimmed);
  if (numbers) return made(numbers[1]!, numbers[2], numbers[3]);
  const words =
    /^(?:(\d{1,2})(?:st|nd|rd|th)?\.?[ -])?(\p{L}{3,9})\.?[ ,-]+(?:(\d{1,2})(?:st|nd|rd|th)?,? +)?(\d{4})$/u.exec(
      trimmed,
    );
  const month = words && monthNumber(words[2]!);
  if (words && month) return made(words[4]!, month, words[1] ?? words[3]);
  const year = /(?<![\d])(1[5-9]\d\d|20\d\d|21\d\d)(?!\d)/.exec(trimmed)?.[1];
  return year === undefined ? null : parseMoment(year);
}

function made(year: string, month: string | undefined, day: string | undefined): Moment | null {
  const two = (part: string): string => part.padStart(2, '0');
  if (month === undefined || Number(month) < 1 || Number(month) > 12) return parseMoment(year);
  const whole = day === undefined ? '' : `${year}-${two(month)}-${two(day)}`;
  return parseMoment(isDay(whole) ? whole : `${year}-${two(month)}`);
}

const EXACT = { day: 2, month: 1, year: 0 };

/** The most exact of several, the first of equals; undefined where none is a date. */
export function bestDate(texts: (string | undefined)[]): Moment | undefined {
  let best: Moment | undefined;
  for (const text of texts) {
    const found = text === undefined ? null : looseDate(text);
    if (found && (!best || EXACT[found.precision] > EXACT[best.precision])) best = found;
  }
  return best;
}
