/** A feed as RSS 2.0, with people's names from Dublin Core: RSS itself requires their email addresses. */
import { XML_HEAD, xmlElement } from '../../formats/write-xml.ts';
import { type Entry, type Feed, NO_TIME, selfOf, updatedOf } from './feed.ts';

/** A time as RSS has it (RFC 822 with four digits for the year). */
const rssTime = (time: string): string => new Date(time).toUTCString();

/** The whole document. */
export function writeRss(feed: Feed): string {
  const self = selfOf(feed, 'rss');
  const updated = updatedOf(feed);
  return (
    `${XML_HEAD}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n` +
    xmlElement('title', feed.title) +
    xmlElement('link', feed.page) +
    xmlElement('description', feed.subtitle) +
    xmlElement('language', 'en') +
    (updated === NO_TIME ? '' : xmlElement('lastBuildDate', rssTime(updated))) +
    xmlElement('generator', 'Broadsheet') +
    xmlElement('atom:link', null, { rel: 'self', type: 'application/rss+xml', href: self }) +
    (feed.hub === null ? '' : xmlElement('atom:link', null, { rel: 'hub', href: feed.hub })) +
    `${feed.entries.map(item).join('')}</channel>\n</rss>\n`
  );
}

function item({ id, url, title, html, authors, tags, links, published }: Entry): string {
  const lines = [
    xmlElement('title', title),
    xmlElement('link', url),
    xmlElement('guid', id, { isPermaLink: 'true' }),
    published === null ? '' : xmlElement('pubDate', rssTime(published)),
    ...authors.map(({ name }) => xmlElement('dc:creator', name)),
    ...tags.map((tag) => xmlElement('category', tag)),
    ...links.map(({ rel, href, title: says }) => xmlElement('atom:link', null, { rel, href, title: says })),
    xmlElement('description', html),
  ];
  return `<item>\n${lines.join('')}</item>\n`;
}
