/** The search from a browser's address bar: an OpenSearch 1.1 description, and suggestions as browsers take them. */
import { XML_HEAD, xmlElement } from '../../formats/write-xml.ts';
import { cleanText } from '../../http/address.ts';
import type { Ask, Reading } from '../../http/context.ts';
import { type Reply, text } from '../../http/replies.ts';
import { count } from '../../present/dates.ts';
import { FEED_FORMATS } from '../../present/feeds.ts';
import { searchPath } from '../../present/urls.ts';

/** Suggestions a browser shows. */
const MOST_SUGGESTED = 10;
/** Nobody wants a paragraph completed. */
const LONGEST = 200;
const SUGGESTIONS = 'application/x-suggestions+json';

export const OPENSEARCH: Reading[] = [
  {
    method: 'GET',
    path: '/opensearch.xml',
    says: 'How browsers can search this site, as OpenSearch.',
    kind: 'page',
    who: 'public',
    handle: (ask) => description(ask),
  },
  {
    method: 'GET',
    path: '/search/suggest',
    says: 'Query completions in the form browsers expect.',
    query: ['q'],
    kind: 'page',
    who: 'public',
    handle: (ask) => suggestions(ask),
  },
];

/** A name of at most this many characters, none of them split. */
const short = (name: string, most: number): string => {
  let out = '';
  for (const character of name.toWellFormed()) if ((out + character).length <= most) out += character;
  return out.trim() || 'Papers';
};

function description(ask: Ask): Reply {
  const { base, web } = ask;
  const to = (path: string) => `${base}${path}?q={searchTerms}`;
  const body =
    `${XML_HEAD}<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/">\n` +
    xmlElement('ShortName', short(web.site.name, 16)) +
    xmlElement('LongName', short(`${web.site.name}: papers`, 48)) +
    xmlElement('Description', short(`Search the papers of ${web.site.name}.`, 1024)) +
    xmlElement('InputEncoding', 'UTF-8') +
    xmlElement('OutputEncoding', 'UTF-8') +
    xmlElement('Image', `${base}/favicon.svg`, { type: 'image/svg+xml' }) +
    xmlElement('Url', null, { type: 'text/html', rel: 'results', template: to('/search') }) +
    xmlElement('Url', null, { type: SUGGESTIONS, rel: 'suggestions', template: to('/search/suggest') }) +
    xmlElement('Url', null, {
      type: FEED_FORMATS.atom.type,
      rel: 'results',
      template: to('/search/feed.atom'),
    }) +
    xmlElement('Url', null, {
      type: FEED_FORMATS.rss.type,
      rel: 'results',
      template: to('/search/feed.rss'),
    }) +
    xmlElement('Url', null, {
      type: 'application/opensearchdescription+xml',
      rel: 'self',
      template: `${base}/opensearch.xml`,
    }) +
    '</OpenSearchDescription>\n';
  return text(body, 'application/opensearchdescription+xml; charset=utf-8');
}

/** The query, its completions, how many papers each has, and where each leads. */
async function suggestions(ask: Ask): Promise<Reply> {
  const given = ask.query.get('q') ?? '';
  const q = cleanText(given) + (/\S\s$/.test(given) ? ' ' : '');
  const list = q === '' || given.length > LONGEST ? [] : await ask.library.complete(q, MOST_SUGGESTED);
  const body = [
    given.slice(0, LONGEST).toWellFormed(),
    list.map((one) => one.text),
    list.map((one) => count(one.papers, 'paper')),
    list.map((one) => ask.base + searchPath({ q: one.text })),
  ];
  return text(JSON.stringify(body), `${SUGGESTIONS}; charset=utf-8`);
}
