/** What a feed is before it is written in one of the formats. */

export interface FeedLink {
  /** `via`: where the paper is from. `related`: what belongs to it. */
  rel: 'via' | 'related';
  href: string;
  title: string;
}

export interface Entry {
  /** What the entry is known by, for ever: the paper's address at this site. */
  id: string;
  url: string;
  /** Plain text. */
  title: string;
  /** As safe HTML. */
  html: string;
  /** Plain text. */
  summary: string | null;
  authors: { name: string; url: string | null }[];
  tags: string[];
  links: FeedLink[];
  /** RFC 3339 in UTC, to the millisecond. */
  published: string | null;
  /** The same. Moves with the paper, never with its votes. */
  updated: string;
}

export interface Feed {
  id: string;
  title: string;
  subtitle: string;
  /** The site's name. */
  site: string;
  /** Origin of the site, without a trailing slash. */
  base: string;
  /** Where the feed itself is found, without its ending: `https://…/papers/trending/feed`, and the query. */
  address: { path: string; query: string };
  /** The page it is the feed of. */
  page: string;
  /** A WebSub hub that tells subscribers of changes; null: none is told of this feed. */
  hub: string | null;
  entries: Entry[];
}

/** By the ending of the address. */
export const FEED_FORMATS = {
  atom: { type: 'application/atom+xml', name: 'Atom' },
  rss: { type: 'application/rss+xml', name: 'RSS' },
  json: { type: 'application/feed+json', name: 'JSON Feed' },
} as const;
export type FeedFormat = keyof typeof FEED_FORMATS;

export const isFeedFormat = (name: string): name is FeedFormat => Object.hasOwn(FEED_FORMATS, name);

/** Entries of one feed at most. */
export const MOST_ENTRIES = 50;

/**
 * The feeds whose subscribers a WebSub hub can serve, without ending: those of which the worker tells the hub
 * (worker/websub.ts). Of a search or an author nobody could say cheaply that there is news; votes are no news.
 */
export const TOLD_FEEDS: readonly string[] = [
  '/feed',
  '/calendar/feed',
  '/papers/week/feed',
  '/papers/month/feed',
];

/** Before anything a feed could tell of: a date has to stand where none is known. */
export const NO_TIME = '1970-01-01T00:00:00.000Z';

/** Where a feed is found in a format. */
export const selfOf = ({ base, address }: Feed, format: FeedFormat): string =>
  `${base}${address.path}.${format}${address.query}`;

/** When the newest of what is in it was changed. */
export const updatedOf = ({ entries }: Feed): string => newestOf(entries.map(({ updated }) => updated));

/** The latest of times written by `toISOString`; null stands for none. */
export const newestOf = (times: (string | null)[]): string =>
  [NO_TIME, ...times.flatMap((time) => time ?? [])].sort().at(-1)!;

/** Where the feed of a page is, without its ending: `/feed`, `/papers/trending/feed`. */
export const feedPath = (page: string): string => `${page === '/' ? '' : page}/feed`;
