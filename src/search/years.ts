/** The year of a day. */
import { NO_DAY } from './fields.ts';

const years = new Int16Array(1 << 16);

/** The year of a day counted from 1970-01-01, or null. */
export function yearOf(day: number): number | null {
  if (day === NO_DAY) return null;
  if (day < 0 || day >= years.length) return workOutYear(day);
  years[day] ||= workOutYear(day);
  return years[day]!;
}

function workOutYear(day: number): number {
  // Howard Hinnant's arithmetic of civil dates (chrono-compatible low-level date algorithms, 2013).
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  return year + era * 400 + (Math.floor((5 * ofYear + 2) / 153) >= 10 ? 1 : 0);
}
