/** What a page offers to other programs, and at which addresses: feeds, files, and summaries for other sites. */
import { escapeHtml } from './tex.tsx';

/** The most papers in one file of a list or a search; `/archive` has all of them. */
export const MOST_EXPORTED = 1000;

/** Where the files of a page's list are, without their ending: `/papers/trending/export`. */
export const exportPath = (page: string): string => `${page}/export`;

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
];

/** `<link>`s that tell other sites how to show a page, as safe HTML. */
export function oembedLinks(base: string, path: string, title: string): string {
  const href = (format: string) =>
    `${base}/oembed?${new URLSearchParams({ url: base + path, ...(format === 'xml' ? { format } : {}) })}`;
  return [
    ['application/json+oembed', 'json'],
    ['text/xml+oembed', 'xml'],
  ]
    .map(
      ([type, format]) =>
        `<link rel="alternate" type="${type}" href="${escapeHtml(href(format!))}" title="${escapeHtml(title)}">`,
    )
    .join('\n');
}

/** Where a page's papers can be requested, as safe HTML. */
export const unapiLink = (base: string): string =>
  `<link rel="unapi-server" type="application/xml" title="unAPI" href="${base}/unapi">`;
