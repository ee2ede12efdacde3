/** A feed as Atom (RFC 4287). */
import { XML_HEAD, xmlElement } from '../../formats/write-xml.ts';
import { type Entry, type Feed, selfOf, updatedOf } from './feed.ts';

/** The whole document. */
export function writeAtom(feed: Feed): string {
  const self = selfOf(feed, 'atom');
  const entries = feed.entries.map(entry).join('');
  return (
    `${XML_HEAD}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n` +
    xmlElement('id', feed.id) +
    xmlElement('title', feed.title) +
    xmlElement('subtitle', feed.subtitle) +
    xmlElement('updated', updatedOf(feed)) +
    // Some entries have no author of their own, and an entry must have one.
    `<author>\n${xmlElement('name', feed.site)}${xmlElement('uri', `${feed.base}/`)}</author>\n` +
    xmlElement('link', null, { rel: 'self', type: 'application/atom+xml', href: self }) +
    xmlElement('link', null, { rel: 'alternate', type: 'text/html', href: feed.page }) +
    (feed.hub === null ? '' : xmlElement('link', null, { rel: 'hub', href: feed.hub })) +
    xmlElement('icon', `${feed.base}/favicon.svg`) +
    xmlElement('generator', 'Broadsheet') +
    `${entries}</feed>\n`
  );
}

function entry({ id, url, title, html, summary, authors, tags, links, published, updated }: Entry): string {
  const lines = [
    xmlElement('id', id),
    xmlElement('title', title),
    xmlElement('updated', updated),
    published === null ? '' : xmlElement('published', published),
    xmlElement('link', null, { rel: 'alternate', type: 'text/html', href: url }),
    ...links.map(({ rel, href, title: says }) => xmlElement('link', null, { rel, href, title: says })),
    ...authors.map(
      ({ name, url: uri }) =>
        `<author>\n${xmlElement('name', name)}${uri === null ? '' : xmlElement('uri', uri)}</author>\n`,
    ),
    ...tags.map((term) => xmlElement('category', null, { term })),
    summary === null ? '' : xmlElement('summary', summary),
    xmlElement('content', html, { type: 'html' }),
  ];
  return `<entry>\n${lines.join('')}</entry>\n`;
}
