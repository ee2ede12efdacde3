/** Names of parts from addresses and folders. */

import { hash52 } from '../papers/hash.ts';
import { withoutTrailing } from '../trim.ts';

const MAX_LENGTH = 60;

/**
 * A name for the part that fetches `place`: its words in lower case, slashes as spaces. If that loses anything, five
 * letters are appended, so that no two places share a name. `shown`: the part of the place that may be seen.
 */
export function partName(shown: string, place = shown): string {
  const bare = withoutTrailing(shown.replace(/^https?:\/\//i, ''), '/');
  const plain = bare
    .toLowerCase()
    .replace(/[^a-z0-9.-]+/g, ' ')
    .trim()
    .slice(0, MAX_LENGTH)
    .trim();
  // Of two that differ only in the scheme, one must have the letters.
  if (plain.replaceAll(' ', '/') === bare && !place.startsWith('http:') && place === shown) return plain;
  return `${plain} ${hash52(place).toString(36).padStart(5, '0').slice(-5)}`.trim();
}
