/** The key under which a response is cached. */
import { isApi, KNOWN, KNOWN_TO_API, normaliseQuery } from './address.ts';

/** A cache key: path, normalised query, and the host if addresses in the page depend on it. */
export function cacheKey(
  context: { site: { publicUrl: string | null } },
  host: string,
  path: string,
  search: string,
): string {
  const kept = search === '' ? '' : String(normaliseQuery(search, isApi(path) ? KNOWN_TO_API : KNOWN));
  const query = kept === '' ? '' : `?${kept}`;
  return context.site.publicUrl === null ? `${host}\n${path}${query}` : path + query;
}
