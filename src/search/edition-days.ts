/** The days of a day, an ISO week or a month as people write them: `2026-06-12`, `2026-W24`, `2026-06`. */

const MS = 86_400_000;
/** Editions are counted in four-digit years. */
const FIRST_YEAR = 1000;

/** First and last day (since 1970-01-01) of what is written; null where there is no such day, week or month. */
export function editionDays(text: string): { first: number; last: number } | null {
  const [, year = '', week, month, day] =
    /^(\d{4})-(?:[Ww](\d{1,2})|(\d{1,2})(?:-(\d{1,2}))?)$/.exec(text) ?? [];
  if (Number(year) < FIRST_YEAR) return null;
  if (week !== undefined) return daysOfWeek(Number(year), Number(week));
  const first = dayNumber(Number(year), Number(month), Number(day ?? 1));
  if (first === null) return null;
  return { first, last: day === undefined ? Date.UTC(Number(year), Number(month), 0) / MS : first };
}

/** Null for the 30th of February and the like. */
function dayNumber(year: number, month: number, day: number): number | null {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() / MS : null;
}

/** ISO 8601: weeks begin on Monday, and the first of a year is the one that holds 4 January. */
function daysOfWeek(year: number, week: number): { first: number; last: number } | null {
  const fourth = Date.UTC(year, 0, 4) / MS;
  // 1970-01-01 was a Thursday.
  const monday = fourth - ((((fourth + 3) % 7) + 7) % 7);
  const first = monday + (week - 1) * 7;
  // The Thursday of a week says which year it belongs to.
  const isOfYear = new Date((first + 3) * MS).getUTCFullYear() === year;
  return week >= 1 && isOfYear ? { first, last: first + 6 } : null;
}
