/** The addresses of feeds. Contains no JSX, because the worker uses it too and may run from source. */

/** By the ending of the address. */
export const FEED_FORMATS = {
  atom: { type: 'application/atom+xml', name: 'Atom' },
  rss: { type: 'application/rss+xml', name: 'RSS' },
  json: { type: 'application/feed+json', name: 'JSON Feed' },
} as const;
export type FeedFormat = keyof typeof FEED_FORMATS;

export const isFeedFormat = (name: string): name is FeedFormat => Object.hasOwn(FEED_FORMATS, name);

/** Where the feed of a page is, without its ending: `/feed`, `/papers/trending/feed`. */
export const feedPath = (page: string): string => `${page === '/' ? '' : page}/feed`;

/**
 * The feeds whose subscribers a WebSub hub can serve, without ending: those whose changes the worker reports to the hub
 * (worker/websub.ts). For a search or an author, it would be expensive to know that there is news; votes are not news.
 */
export const TOLD_FEEDS: readonly string[] = [
  '/feed',
  '/calendar/feed',
  '/papers/week/feed',
  '/papers/month/feed',
  '/digests/feed',
];
