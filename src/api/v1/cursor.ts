/**
 * Cursors: the position in a list as an opaque text. A cursor names its list and contains what is needed to find the
 * position again: for lists that votes reorder, the moment at which their order was fixed (papers/ordering.ts).
 */

import { WebError } from '../../http/errors.ts';
import { PAGE_SIZE, type Page } from '../../papers/library.ts';
import type { Paper } from '../../papers/types.ts';
import { type Parameter, parsed } from '../parameters.ts';

/** Longer than any that is issued: an id of 300 characters, up to four bytes each, in base64. */
const LONGEST = 1700;
/** No list here is longer; the database would skip that many papers one by one. */
const DEEPEST = 1_000_000;

/** A position in a list in its address form. */
export const writeCursor = (list: string, ...parts: (string | number)[]): string =>
  Buffer.from([list, ...parts].join(' ')).toString('base64url');

/** The parameter `cursor` of a list; `read` turns its parts into a position, or null if it cannot. */
export function cursor<T>(list: string, read: (parts: string[]) => T | null): Parameter<T | null> {
  return parsed('Where to continue: `next` of the previous response.', { maxLength: LONGEST }, (text) => {
    const [name, ...parts] =
      text.length <= LONGEST ? Buffer.from(text, 'base64url').toString().split(' ') : [];
    const value = name === list ? read(parts) : null;
    return value === null ? { ok: false, reason: 'it was not issued for this list' } : { ok: true, value };
  });
}

/** A whole number of a cursor, or null. */
export function numberOf(text: string | undefined, most = DEEPEST): number | null {
  const number = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return number <= most ? number : null;
}

/** A position in a list that the library pages: an offset, in the order of a moment. */
export interface Offset {
  offset: number;
  asOf: string;
}

/** The cursor of such a list. */
export const offsetCursor = (list: string): Parameter<Offset | null> =>
  cursor(list, ([offset, asOf]) => {
    const number = numberOf(offset);
    return number !== null && asOf !== undefined && /^[\w.~:-]{1,100}$/.test(asOf)
      ? { offset: number, asOf }
      : null;
  });

/** Papers from a position on, in a list that the library pages at its own size. */
export interface Cut<P extends Page> {
  /** The first of the library's pages that were read. */
  page: P;
  papers: Paper[];
  /** Null: the list ends here. */
  next: string | null;
}

/**
 * Takes `limit` papers from a position on out of the library's pages. Null: there is no such list. Throws a WebError
 * (410) if the order of that moment is no longer known, since continuing in another would repeat and drop papers.
 */
export async function cut<P extends Page>(
  list: string,
  from: Offset | null,
  limit: number,
  read: (page: number, asOf?: string) => Promise<P | null>,
): Promise<Cut<P> | null> {
  const offset = from?.offset ?? 0;
  const found = await stretch(offset, limit, from?.asOf, read);
  if (found === null) return null;
  if (found.page.renewed) throw expired();
  const { page, papers } = found;
  const end = offset + papers.length;
  const isMore = papers.length > 0 && end < page.total;
  return { page, papers, next: isMore ? writeCursor(list, end, page.asOf) : null };
}

/**
 * `limit` papers from a position on, out of the library's pages, in the order of one moment. Null: there is no such
 * list. If the order of `asOf` is no longer known, the page says so (`renewed`).
 */
export async function stretch<P extends Page>(
  offset: number,
  limit: number,
  asOf: string | undefined,
  read: (page: number, asOf?: string) => Promise<P | null>,
): Promise<{ page: P; papers: Paper[] } | null> {
  let first: P | null = null;
  const papers: Paper[] = [];
  for (let number = Math.floor(offset / PAGE_SIZE) + 1; papers.length < limit; number++) {
    const page: P | null = await read(number, first?.asOf ?? asOf);
    if (page === null) break;
    const skip = first === null ? offset % PAGE_SIZE : 0;
    first ??= page;
    papers.push(...page.papers.slice(skip, skip + limit - papers.length));
    if (number >= page.pages) break;
  }
  return first && { page: first, papers };
}

const expired = (): WebError =>
  new WebError(
    410,
    'This cursor is too old: its order is no longer on record. Start again without it.',
    { parameter: 'cursor' },
    { 'x-error-code': 'CursorExpired' },
  );
