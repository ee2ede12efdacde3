/** Under which key a response is cached, and how long it stays valid. */
import { nextTurn } from '../papers/days.ts';
import { isApi, KNOWN, KNOWN_TO_API, normaliseQuery } from './address.ts';
import type { WebContext } from './context.ts';

/** A cache key: path, normalised query, and the host where addresses are made from it. */
export function cacheKey(context: WebContext, host: string, path: string, search: string): string {
  const kept = search === '' ? '' : String(normaliseQuery(search, isApi(path) ? KNOWN_TO_API : KNOWN));
  const query = kept === '' ? '' : `?${kept}`;
  return context.site.publicUrl === null ? `${host}\n${path}${query}` : path + query;
}

/** What cached pages depend on: the library's version and what the progress note says. */
export function stampOf(context: WebContext, version: string): string {
  const progress = context.progress?.();
  if (progress === undefined || progress.length === 0) return version;
  return `${version} ${progress.map((p) => `${p.what} ${p.done} ${p.total}`).join(';')}`;
}

const turns = new WeakMap<object, number>();

/** The next moment at which an edition opens or closes; computed anew only when it has passed. */
export function turnAfter(context: WebContext, now: number): number {
  const known = turns.get(context);
  if (known !== undefined && known > now && known - now < 90_000_000) return known;
  const next = nextTurn(now, context.site.timezone, context.site.turn);
  turns.set(context, next);
  return next;
}
