/**
 * arXiv's feed of the last announcement in a category. It may be of an earlier day, truncated or incomplete, whatever
 * its dates say: its papers are used, but not its dates (arxiv-listing.ts).
 */

import { splitAuthors } from '../formats/arxiv.ts';
import type { Parsed } from '../papers/types.ts';
import { withoutTrailing } from '../trim.ts';
import { terms } from './arxiv-api.ts';
import { arxivParsed } from './arxiv-record.ts';
import { type Client, SourceError } from './client.ts';
import { childrenOf, type Element, elements, textOf, XmlError } from './xml.ts';

export interface FeedOptions {
  /** Without the category: `https://rss.arxiv.org/atom`. */
  feedUrl: string;
  client: Client;
  signal?: AbortSignal;
}

/** The validator of a response, to ask later whether it is still the same. */
export interface Marks {
  etag?: string;
  lastModified?: string;
}

export interface Feed {
  url: string;
  /** What is new or cross-listed in it, in order and undated; replacements are left to the harvest. */
  entries: Parsed[];
  /** Unchanged since it was validated; there are no entries then. */
  isUnchanged: boolean;
  marks: Marks;
  /** Why it is incomplete. The complete entries are here. */
  broken?: string;
}

const WANTED = new Set(['entry']);
/** It gives 2,000 at most. */
const MAX_ENTRIES = 10_000;

/** The feed of a category. Throws `SourceError` if it cannot be fetched at all. */
export async function arxivFeed(category: string, options: FeedOptions, unless: Marks = {}): Promise<Feed> {
  const url = `${withoutTrailing(options.feedUrl, '/')}/${encodeURIComponent(category)}`;
  const feed: Feed = { url, entries: [], isUnchanged: false, marks: {} };
  let body: Buffer;
  try {
    const accept = 'application/atom+xml, text/xml, application/xml';
    const answer = await options.client.get(url, { signal: options.signal, accept, unless });
    if (answer.status === 304) return { ...feed, isUnchanged: true, marks: unless };
    body = answer.body;
    feed.marks = marksOf(answer.headers);
  } catch (error) {
    if (!(error instanceof SourceError) || !error.partial) throw error;
    feed.broken = error.reason;
    body = error.partial;
  }
  try {
    for (const entry of elements(body, 'feed', WANTED)) {
      if (feed.entries.length >= MAX_ENTRIES) {
        feed.broken = `it has more than ${MAX_ENTRIES} entries`;
        break;
      }
      // A new version of an old paper is not an announcement.
      if (!textOf(entry, 'announce_type')?.startsWith('replace')) feed.entries.push(feedRecord(entry, url));
    }
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    feed.broken ??= error.message;
  }
  return feed;
}

/** The length of real ones: anything longer is not a validator. */
const LONGEST_MARK = 200;

function marksOf(headers: Headers): Marks {
  const mark = (name: string): string | undefined => {
    const value = headers.get(name);
    return value !== null && value.length <= LONGEST_MARK ? value : undefined;
  };
  const etag = mark('etag');
  const lastModified = mark('last-modified');
  return { ...(etag !== undefined && { etag }), ...(lastModified !== undefined && { lastModified }) };
}

/** `published` is left out: it sometimes lags by a day. */
function feedRecord(entry: Element, source: string): Parsed {
  return arxivParsed(
    source,
    {
      id: textOf(entry, 'id'),
      title: textOf(entry, 'title'),
      abstract: textOf(entry, 'summary')?.replace(
        /^arXiv:\S+\s+Announce Type:[^\n]*\s*(?:Abstract:\s*)?/,
        '',
      ),
      authors: childrenOf(entry, 'creator').flatMap((creator) => splitAuthors(creator.text)),
      categories: terms(entry),
      licence: textOf(entry, 'rights'),
      journal: textOf(entry, 'journal_reference'),
      doi: textOf(entry, 'DOI') ?? textOf(entry, 'doi'),
    },
    'arxiv-feed',
  );
}
