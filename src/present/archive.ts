/** One year of the archive, as its page and its JSON index show it. */

import type { Ask } from '../http/context.ts';
import { WebError } from '../http/errors.ts';
import type { CalendarDay } from '../papers/library.ts';
import type { Archive } from '../papers/lists/archive.ts';

/** The archive of the site. Throws a WebError (404) if there is none. */
export function archiveHere(ask: Ask): Archive {
  const { archive } = ask;
  if (!archive) throw new WebError(404, 'There is no archive at this address.');
  return archive;
}

export interface ArchiveYear {
  /** All years that have papers, newest first. */
  years: string[];
  /** The year shown; null: there are no papers yet. */
  shown: string | null;
  days: CalendarDay[];
  /** Papers without a date; null: there are none. */
  undated: Awaited<ReturnType<Archive['mark']>>;
}

/** A year of the archive, `null` for the newest. Throws a WebError (404) for one without papers. */
export async function archiveYear(archive: Archive, year: string | null): Promise<ArchiveYear> {
  const years = await archive.years();
  if (year !== null && !years.includes(year)) throw new WebError(404, 'There are no papers from that year.');
  const shown = year ?? years[0] ?? null;
  const [days, undated] = await Promise.all([shown === null ? [] : archive.days(shown), archive.mark('')]);
  return { years, shown, days, undated };
}
