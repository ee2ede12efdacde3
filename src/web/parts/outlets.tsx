/** Feeds and exports of a page, for other programs. */

import { LIST_FORMATS, type ListFormat } from '../../formats/write-list.ts';
import { sayNumber } from '../../present/dates.ts';
import { FEED_FORMATS, type FeedFormat, feedPath } from '../../present/feeds.ts';
import { exportPath, MOST_EXPORTED } from '../../present/outlets.ts';
import { escapeHtml } from '../../present/tex.tsx';

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

/** How many papers a file holds, in words. */
export const sayExported = (total: number): string =>
  total === 1
    ? 'One paper.'
    : total <= MOST_EXPORTED
      ? `All ${sayNumber(total)} papers, in this order.`
      : `The first ${sayNumber(MOST_EXPORTED)} of ${sayNumber(total)} papers, in this order.`;

interface ListLinksProps {
  /** Path of the page without its query. */
  page: string;
  /** Papers of the list. */
  total: number;
  /** What the files' addresses begin with and end in, where that is not the page's own. */
  files?: { page: string; query: string };
  /** The page whose feed follows on where this one's would end: of a day’s edition, that is the newest ones. */
  follow?: { page: string; says: string };
}

/** A list's files and feeds, beside it. */
export const ListLinks = ({ page, total, files = { page, query: '' }, follow }: ListLinksProps) => (
  <>
    <section>
      <h2>Export</h2>
      <p class="take">
        {(Object.keys(LIST_FORMATS) as ListFormat[]).map((format) => (
          <a href={`${exportPath(files.page)}.${format}${files.query}`} rel="nofollow" download>
            {LIST_FORMATS[format].name}
          </a>
        ))}
      </p>
      <p class="small-print">{sayExported(total)}</p>
    </section>
    <section>
      <h2>Feeds</h2>
      <FeedAnchors page={follow?.page ?? page} />
      {follow && <p class="small-print">{follow.says}</p>}
    </section>
  </>
);
