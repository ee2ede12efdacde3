/** A feed, before it is written in one of the formats. */
import type { FeedFormat } from '../../present/feeds.ts';

export interface FeedLink {
  /** `via`: where the paper is from. `related`: what belongs to it. */
  rel: 'via' | 'related';
  href: string;
  title: string;
}

export interface Entry {
  /** The permanent id of the entry: the paper's address on this site. */
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
  /** The same. Changes with the paper, never with its votes. */
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
  /** The address of the feed itself, without its ending: `https://…/papers/trending/feed`, and the query. */
  address: { path: string; query: string };
  /** The page that the feed belongs to. */
  page: string;
  /** A WebSub hub that notifies subscribers of changes; null: this feed has none. */
  hub: string | null;
  entries: Entry[];
}

/** The most entries in one feed. */
export const MOST_ENTRIES = 50;

/** Earlier than anything in a feed: a date is required even if none is known. */
export const NO_TIME = '1970-01-01T00:00:00.000Z';

/** Where a feed is found in a format. */
export const selfOf = ({ base, address }: Feed, format: FeedFormat): string =>
  `${base}${address.path}.${format}${address.query}`;

/** When the most recently changed entry was changed. */
export const updatedOf = ({ entries }: Feed): string => newestOf(entries.map(({ updated }) => updated));

/** The latest of times written by `toISOString`; null stands for none. */
export const newestOf = (times: (string | null)[]): string =>
  [NO_TIME, ...times.flatMap((time) => time ?? [])].sort().at(-1)!;
