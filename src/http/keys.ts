/** The key under which a response is cached. */
import { normaliseQuery } from './address.ts';
import type { Web } from './context.ts';

/** A cache key: path, normalised query, and the host if addresses in the page depend on it. */
export function cacheKey(
  web: Pick<Web, 'site' | 'queryNames'>,
  host: string,
  path: string,
  search: string,
): string {
  const kept = search === '' ? '' : String(normaliseQuery(search, web.queryNames(path)));
  const query = kept === '' ? '' : `?${kept}`;
  return web.site.publicUrl === null ? `${host}\n${path}${query}` : path + query;
}
