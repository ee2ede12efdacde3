/** What an address contains: the parameters that count, and their values as every page reads them. */
import { WebError } from './errors.ts';

/** Whether an address belongs to the programming interface. */
export const isApi = (path: string): boolean => path.startsWith('/api/');

/** Whether an address belongs to our own interface, whose errors have a shape of their own. */
export const isOurApi = (path: string): boolean => /^\/api\/v1(\/|$)/.test(path);

/**
 * The query with only the `known` parameters, sorted: the query's part of a cache key. All others (mostly trackers') are
 * ignored.
 */
export function normaliseQuery(search: string, known: ReadonlySet<string>): URLSearchParams {
  const kept: [string, string][] = [];
  for (const [name, value] of new URLSearchParams(search)) if (known.has(name)) kept.push([name, value]);
  kept.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  return new URLSearchParams(kept);
}

/** Text from an address, without NUL and other control characters, white space collapsed. */
export const cleanText = (value: string | null): string =>
  (value ?? '')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The `page` parameter: a whole number of at least 1. */
export function readPage(query: URLSearchParams): number {
  const value = query.get('page');
  if (value === null || value === '') return 1;
  if (!/^[1-9]\d{0,6}$/.test(value))
    throw new WebError(400, 'The page in this address must be a whole number, 1 or higher.');
  return Number(value);
}

/** The `as` token, returned unchanged if it could be one. */
export function readAsOf(query: URLSearchParams): string | undefined {
  const value = query.get('as');
  return value !== null && /^[\w.~:-]{1,200}$/.test(value) ? value : undefined;
}
