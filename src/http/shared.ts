/** Pages that a CDN in front of the site may keep for a moment (CDN=1). */
import type { Reply } from './replies.ts';

/**
 * How long (s) a CDN answers on its own, so that a thousand readers make one request; how long it may serve an old page
 * while it fetches a newer one; and how long while the site does not answer. Browsers always ask.
 */
const LIFE = 'public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=86400';
/**
 * CDNs accept headers of a few kilobytes; a page with more papers than this depends on its lists rather than on each
 * paper.
 */
const MOST_KEYS = 200;

/**
 * A reply with the headers for a CDN: what it is made of as `Surrogate-Key`, to purge it by (`paper:123`,
 * `day:2026-06-26`). Signed-in readers have a cookie, so they never get the cached page.
 */
export function shared(reply: Reply, names: readonly string[]): Reply {
  if (!reply.keep || reply.status !== 200) return reply;
  const keys = names.length <= MOST_KEYS ? names : names.filter((name) => !name.includes(':'));
  return {
    ...reply,
    headers: {
      ...reply.headers,
      'cache-control': LIFE,
      vary: 'accept-encoding, cookie',
      'surrogate-key': keys.join(' '),
    },
  };
}
