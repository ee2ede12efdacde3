/** Finding the paper that an address names. */
import { WebError } from '../http/errors.ts';
import { findPaper as paperWithId } from '../http/find.ts';
import type { Library, ListPosition } from '../papers/library.ts';
import type { Paper } from '../papers/types.ts';

/**
 * A position in the list of all papers, read from a cursor; null: it was not issued here.
 *
 * @param id may be empty, and may contain anything
 */
export const placeIn = (date: string | undefined, id: string): ListPosition | null =>
  date !== undefined && /^[\d-]{0,10}$/.test(date) && id !== '' && !id.includes('\0') ? { date, id } : null;

/** The paper by any of its names. Throws a WebError (404) with a code that the Hub's clients know. */
export async function findPaper(library: Library, id: string): Promise<Paper> {
  const paper = await paperWithId(library, id);
  if (paper) return paper;
  throw new WebError(
    404,
    'No paper here has that identifier.',
    { parameter: 'id' },
    { 'x-error-code': 'PaperNotFound' },
  );
}
