/** Feeds and exports of a page, for other programs. */

import { LIST_FORMATS, type ListFormat } from '../../formats/write-list.ts';
import { sayNumber } from '../../present/dates.ts';
import { FEED_FORMATS, type FeedFormat, feedPath } from '../../present/feeds.ts';
import { exportPath, MOST_EXPORTED } from '../../present/outlets.ts';
import { escapeHtml } from '../../present/tex.tsx';

const feeds = Object.keys(FEED_FORMATS) as FeedFormat[];

/**
 * `<link>`s that let feed readers find a page's feeds, as safe HTML.
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

/** Feeds of a page as links, for feed readers. */
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
  /** Number of papers in the list. */
  total: number;
  /** How the files' addresses begin and end, where that differs from the page's. */
  files?: { page: string; query: string };
  /** The page whose feed continues where this one ends: for the edition of a day, the newest editions. */
  follow?: { page: string; says: string };
}

/** A list's files. @param page path without its query */
export const Exports = ({ page, query = '', total }: Outlets & { total: number }) => (
  <section>
    <h2>Export</h2>
    <p class="take">
      {(Object.keys(LIST_FORMATS) as ListFormat[]).map((format) => (
        <a href={`${exportPath(page)}.${format}${query}`} rel="nofollow" download>
          {LIST_FORMATS[format].name}
        </a>
      ))}
    </p>
    <p class="small-print">{sayExported(total)}</p>
  </section>
);

/** A list's files and feeds, in the column beside it. */
export const ListLinks = ({ page, total, files = { page, query: '' }, follow }: ListLinksProps) => (
  <>
    <Exports {...files} total={total} />
    <section>
      <h2>Feeds</h2>
      <FeedAnchors page={follow?.page ?? page} />
      {follow && <p class="small-print">{follow.says}</p>}
    </section>
  </>
);
