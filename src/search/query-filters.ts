/** Filters written in a text, one after the other: all must be met. */
import type { SearchFilters } from './types.ts';

const LOWER_BOUNDS = ['fromDay', 'fromEdition', 'fromVotes'] as const;
const UPPER_BOUNDS = ['toDay', 'toEdition', 'toVotes'] as const;

/**
 * Takes filters of one field into others, so that both must be met. Gives what cannot be said together with what is there
 * already (a second author), or null.
 */
export function conjoin(into: SearchFilters, more: SearchFilters): SearchFilters | null {
  for (const name of LOWER_BOUNDS)
    if (more[name] !== undefined) into[name] = Math.max(into[name] ?? more[name], more[name]);
  for (const name of UPPER_BOUNDS)
    if (more[name] !== undefined) into[name] = Math.min(into[name] ?? more[name], more[name]);
  for (const name of ['has', 'lacks'] as const)
    if (more[name]) into[name] = [...new Set([...(into[name] ?? []), ...more[name]])];
  const left: SearchFilters = {};
  if (more.author !== undefined) {
    if (into.author === undefined) into.author = more.author;
    else if (into.author !== more.author) left.author = more.author;
  }
  if (more.organization !== undefined) {
    if (into.organization === undefined) into.organization = more.organization;
    else if (into.organization !== more.organization) left.organization = more.organization;
  }
  if (more.venue !== undefined) {
    if (into.venue === undefined) into.venue = more.venue;
    else if (into.venue !== more.venue) left.venue = more.venue;
  }
  if (more.hasCode !== undefined) {
    if (into.hasCode === undefined) into.hasCode = more.hasCode;
    else if (into.hasCode !== more.hasCode) left.hasCode = more.hasCode;
  }
  if (more.categories !== undefined) {
    if (into.categories === undefined) into.categories = more.categories;
    else if (into.categories.join() !== more.categories.join()) left.categories = more.categories;
  }
  return Object.keys(left).length === 0 ? null : left;
}

/** Filters that say the opposite, or null where there are none. */
export function negated({ hasCode, has, lacks }: SearchFilters): SearchFilters | null {
  if (hasCode !== undefined) return { hasCode: !hasCode };
  if (has !== undefined) return { lacks: has };
  return lacks === undefined ? null : { has: lacks };
}
