/** A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). */
import { type Entry, type Feed, selfOf } from './feed.ts';

/** The whole document. */
export function writeJsonFeed(feed: Feed): string {
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: feed.title.toWellFormed(),
    home_page_url: feed.page,
    feed_url: selfOf(feed, 'json'),
    description: feed.subtitle.toWellFormed(),
    favicon: `${feed.base}/favicon.svg`,
    language: 'en',
    authors: [{ name: feed.site, url: `${feed.base}/` }],
    ...(feed.hub === null ? {} : { hubs: [{ type: 'WebSub', url: feed.hub }] }),
    items: feed.entries.map(item),
  });
}

function item({ id, url, title, html, summary, authors, tags, links, published, updated }: Entry): object {
  const via = links.find(({ rel }) => rel === 'via');
  const people = authors.map(({ name, url: page }) => ({ name, ...(page === null ? {} : { url: page }) }));
  return {
    id,
    url,
    ...(via === undefined ? {} : { external_url: via.href }),
    title,
    content_html: html,
    ...(summary === null ? {} : { summary: summary.toWellFormed() }),
    ...(published === null ? {} : { date_published: published, date_modified: updated }),
    ...(people.length === 0 ? {} : { authors: people }),
    ...(tags.length === 0 ? {} : { tags }),
    // The format has room for one address besides the item's own. Names of extensions begin with an underscore.
    ...(links.length === 0
      ? {}
      : { _broadsheet: { links: links.map(({ href, title: says }) => ({ url: href, title: says })) } }),
  };
}
