/** Ranges as people and other search languages write them, and the days of a date. */
import { editionDays } from './edition-days.ts';

const MS = 86_400_000;

interface Span {
  first: number;
  last: number;
}
interface Range {
  /** Both inclusive; null: open. */
  from: number | null;
  to: number | null;
}

/**
 * `a`, `a..b`, `a..`, `..b`, `>a`, `>=a`, `<a`, `<=a`, `[a TO b]`, `{a TO b}`; `*` leaves an end open. Null: it is none
 * of those, or an end cannot be read.
 *
 * @param dashed whether `a-b` is one too
 */
export function readRange(value: string, read: (end: string) => Span | null, dashed = false): Range | null {
  const signed = /^([<>]=?|=)\s*(\S+)$/.exec(value);
  if (signed) {
    const end = read(signed[2]!);
    if (end === null) return null;
    switch (signed[1]) {
      case '>':
        return { from: end.last + 1, to: null };
      case '>=':
        return { from: end.first, to: null };
      case '<':
        return { from: null, to: end.first - 1 };
      case '<=':
        return { from: null, to: end.last };
      default:
        return { from: end.first, to: end.last };
    }
  }
  const bracketed = /^([[{])\s*(\S+)\s+(?:TO|to)\s+(\S+?)\s*([\]}])$/.exec(value);
  if (bracketed) {
    const [, open, from, to, close] = bracketed as unknown as [string, string, string, string, string];
    return between(from === '*' ? '' : from, to === '*' ? '' : to, read, open === '{', close === '}');
  }
  const dots = value.indexOf('..');
  if (dots >= 0) return between(value.slice(0, dots), value.slice(dots + 2), read);
  const whole = read(value);
  if (whole !== null) return { from: whole.first, to: whole.last };
  const dash = dashed ? value.search(/[-–]/) : -1;
  return dash < 0 ? null : between(value.slice(0, dash), value.slice(dash + 1), read);
}

function between(
  from: string,
  to: string,
  read: (end: string) => Span | null,
  behind = false,
  before = false,
): Range | null {
  const first = from === '' ? null : read(from);
  const last = to === '' ? null : read(to);
  // Either end may be left open, but not both.
  if ((from !== '' && first === null) || (to !== '' && last === null) || (first === null && last === null))
    return null;
  return {
    from: first && (behind ? first.last + 1 : first.first),
    to: last && (before ? last.first - 1 : last.last),
  };
}

/**
 * The days (since 1970-01-01) of a year, a month, an ISO week or a day: `2025`, `2025-06`, `2025-W24`, `2025-06-12`, with
 * slashes too, and without separators as arXiv writes them, down to minutes (`202506121530`). Null: it is none.
 */
export function dateDays(text: string): Span | null {
  const packed = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:\d{4}(?:\d{2})?)?)?)?Z?$/.exec(text);
  if (packed) {
    const [, year, month, day] = packed;
    if (month === undefined) {
      const first = Date.UTC(Number(year), 0, 1);
      // `Date.UTC` takes years below 100 for those of the last century.
      if (Number(year) < 100) return null;
      return { first: first / MS, last: Date.UTC(Number(year) + 1, 0, 1) / MS - 1 };
    }
    return editionDays(day === undefined ? `${year}-${month}` : `${year}-${month}-${day}`);
  }
  return editionDays(text.replaceAll('/', '-'));
}
