/** What a page offers to other programs, and at which addresses: feeds, files, and summaries for other sites. */
import { escapeHtml } from './tex.tsx';

/** The most papers in one file of a list or a search; `/archive` has all of them. */
export const MOST_EXPORTED = 1000;

/** Where the files of a page's list are, without their ending: `/papers/trending/export`. */
export const exportPath = (page: string): string => `${page}/export`;

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
