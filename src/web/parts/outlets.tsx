/** The ways out of a page for other programs: its feeds and its files. */

import { exportPath } from '../../api/exports/address.ts';
import { FEED_FORMATS, type FeedFormat, feedPath } from '../../api/feeds/feed.ts';
import { LIST_FORMATS, type ListFormat } from '../../formats/write-list.ts';
import { escapeHtml } from '../tex.tsx';

const feeds = Object.keys(FEED_FORMATS) as FeedFormat[];

/**
 * `<link>`s by which readers find the feeds of a page, as safe HTML.
 *
 * @param page path of the page without its query
 * @param query of the feed, with its question mark
 */
export const feedLinks = (base: string, page: string, title: string, query = ''): string =>
  feeds
    .map((format) => {
      const { type, name } = FEED_FORMATS[format];
      const href = escapeHtml(`${base}${feedPath(page)}.${format}${query}`);
      return `<link rel="alternate" type="${type}" href="${href}" title="${escapeHtml(`${title} (${name})`)}">`;
    })
    .join('\n');

interface Outlets {
  /** Path of the page without its query. */
  page: string;
  query?: string;
  /** What is in the files, in a sentence. */
  says?: string;
}

/** Feeds of a page as links; readers of feeds take their address from here. */
export const FeedAnchors = ({ page, query = '' }: Outlets) => (
  <p class="take">
    {feeds.map((format) => (
      <a
        href={`${feedPath(page)}.${format}${query}`}
        rel="alternate nofollow"
        type={FEED_FORMATS[format].type}
      >
        {FEED_FORMATS[format].name}
      </a>
    ))}
  </p>
);

/** A list's files and feeds, beside it. */
export const Take = ({ page, says = 'The first 1,000, in this order.' }: Outlets) => (
  <>
    <section>
      <h2>Take it with you</h2>
      <p class="take">
        {(Object.keys(LIST_FORMATS) as ListFormat[]).map((format) => (
          <a href={`${exportPath(page)}.${format}`} rel="nofollow" download>
            {LIST_FORMATS[format].name}
          </a>
        ))}
      </p>
      <p class="small-print">{says}</p>
    </section>
    <section>
      <h2>Follow it</h2>
      <FeedAnchors page={page} />
    </section>
  </>
);
