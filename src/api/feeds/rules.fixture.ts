/**
 * The rules of the formats, for tests. Each check returns the faults of a document, in words. Grammar is left to
 * xmllint with the schemas in test/schemas; without xmllint the rest is still checked, and a warning says so.
 */
import { spawnSync } from 'node:child_process';
import { SaxesParser } from 'saxes';

/** Whether documents can be checked against schemas here. */
export const isThere = spawnSync('xmllint', ['--version']).error === undefined;
if (!isThere)
  console.warn('SKIPPED: schemas of feeds and sitemaps (no xmllint; Debian has it in libxml2-utils)');

/** A document's faults according to a schema. */
export function bySchema(name: 'atom' | 'rss' | 'sitemap' | 'opensearch', xml: string): string[] {
  if (!isThere) return [];
  const ended = spawnSync('xmllint', ['--nonet', '--noout', '--relaxng', `test/schemas/${name}.rng`, '-'], {
    input: xml,
    encoding: 'utf8',
  });
  return ended.status === 0 ? [] : ended.stderr.split('\n').filter(Boolean).slice(0, 10);
}

export interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
  children: Element[];
}

/** The document as a tree; throws if it is not well-formed. */
export function parse(xml: string): Element {
  const root: Element = { name: '', attributes: {}, text: '', children: [] };
  const stack = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ name, attributes }) => {
    const values = Object.entries(attributes).map(([key, { value }]) => [key, value]);
    const element = { name, attributes: Object.fromEntries(values), text: '', children: [] };
    stack.at(-1)!.children.push(element);
    stack.push(element);
  });
  parser.on('text', (text) => {
    stack.at(-1)!.text += text;
  });
  parser.on('closetag', () => {
    stack.pop();
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(xml).close();
  return root.children[0]!;
}

export const all = (element: Element, name: string): Element[] =>
  element.children.filter((child) => child.name === name);
export const textOf = (element: Element, name: string): string => all(element, name)[0]?.text ?? '';

const isAbsolute = (url: string): boolean => /^https?:\/\/[\x21-\x7e]+$/.test(url) && URL.canParse(url);
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const isTime = (text: string): boolean => RFC3339.test(text) && !Number.isNaN(Date.parse(text));

/** Says what is wrong if it does not hold. */
function against(say: (wrong: boolean, says: string) => void, links: Element[]): void {
  for (const { attributes } of links) say(!isAbsolute(attributes.href!), `no address: ${attributes.href}`);
}

/** RFC 4287, and what its grammar cannot express. */
export function checkAtom(xml: string): string[] {
  const wrong = bySchema('atom', xml);
  const say = (is: boolean, says: string) => is && wrong.push(says);
  const feed = parse(xml);
  const entries = all(feed, 'entry');
  const ids = entries.map((entry) => textOf(entry, 'id'));
  say(new Set(ids).size !== ids.length, '4.1.2: two entries have one id');
  say(all(feed, 'author').length === 0, '4.1.1: no author');
  for (const element of [feed, ...entries]) {
    const links = all(element, 'link');
    against(say, links);
    const alternates = links.filter(({ attributes }) => attributes.rel === 'alternate');
    const kinds = alternates.map(({ attributes: { type, hreflang } }) => `${type} ${hreflang}`);
    say(kinds.length !== 1, '4.1.1, 4.1.2: not one alternate of a kind');
    say(!isAbsolute(textOf(element, 'id')), '4.2.6: an id that is no IRI');
    say(!isTime(textOf(element, 'updated')), '3.3: a time that is none');
    say(textOf(element, 'title').trim() === '', 'a title of nothing');
    const published = all(element, 'published')[0];
    say(published !== undefined && !isTime(published.text), '3.3: a time that is none');
    say(published !== undefined && published.text > textOf(element, 'updated'), 'updated before published');
  }
  say(all(feed, 'link').filter(({ attributes }) => attributes.rel === 'self').length !== 1, 'no self');
  for (const entry of entries) wrong.push(...checkHtml(textOf(entry, 'content')));
  return wrong;
}

/** RSS 2.0, and the best practices of its board. */
export function checkRss(xml: string): string[] {
  const wrong = bySchema('rss', xml);
  const say = (is: boolean, says: string) => is && wrong.push(says);
  const channel = all(parse(xml), 'channel')[0]!;
  const items = all(channel, 'item');
  const ids = items.map((item) => textOf(item, 'guid'));
  say(new Set(ids).size !== ids.length, 'two items have one guid');
  say(!isAbsolute(textOf(channel, 'link')), 'the channel has no address');
  against(say, all(channel, 'atom:link'));
  for (const item of items) {
    say(!isAbsolute(textOf(item, 'link')), 'an item has no address');
    say(!isAbsolute(textOf(item, 'guid')), 'a permanent link that is no address');
    against(say, all(item, 'atom:link'));
    wrong.push(...checkHtml(textOf(item, 'description')));
  }
  return wrong;
}

/** Our HTML is well-formed, so that no reader can misread it. */
function checkHtml(html: string): string[] {
  const wrong: string[] = [];
  if (/<(?!\/?(p|b|a|ol|li|br)\b)/.test(html)) wrong.push('content has elements of others');
  if (/ on\w+=|javascript:/i.test(html.replace(/>[^<]*</g, '><'))) wrong.push('content has a script');
  return wrong;
}

type Json = Record<string, unknown>;
const ITEM: Record<string, string> = {
  id: 'string',
  url: 'string',
  external_url: 'string',
  title: 'string',
  content_html: 'string',
  summary: 'string',
  date_published: 'string',
  date_modified: 'string',
  authors: 'object',
  tags: 'object',
};
const TOP: Record<string, string> = {
  version: 'string',
  title: 'string',
  home_page_url: 'string',
  feed_url: 'string',
  description: 'string',
  favicon: 'string',
  language: 'string',
  authors: 'object',
  hubs: 'object',
  items: 'object',
};

/** JSON Feed 1.1: what is required, the types of everything, and nothing that is not in it. */
export function checkJsonFeed(text: string): string[] {
  const wrong: string[] = [];
  const say = (is: boolean, says: string) => is && wrong.push(says);
  const feed = JSON.parse(text) as Json;
  const typed = (object: Json, types: Record<string, string>, where: string) => {
    for (const [name, value] of Object.entries(object)) {
      if (name.startsWith('_')) say(typeof value !== 'object', `${where}: an extension is an object`);
      else say(value === null || typeof value !== types[name], `${where}: ${name} is ${typeof value}`);
      if (name.endsWith('url') || name === 'favicon')
        say(!isAbsolute(value as string), `${where}: ${name} is no address`);
    }
  };
  const people = (list: unknown, where: string) => {
    if (list === undefined) return;
    say(!Array.isArray(list) || list.length === 0, `${where}: authors without any`);
    for (const one of list as Json[])
      say(!one.name && !one.url && !one.avatar, `${where}: an author of nothing`);
  };
  say(feed.version !== 'https://jsonfeed.org/version/1.1', 'version');
  say(typeof feed.title !== 'string' || feed.title === '', 'no title');
  say(!Array.isArray(feed.items), 'no items');
  typed(feed, TOP, 'feed');
  people(feed.authors, 'feed');
  for (const hub of (feed.hubs ?? []) as Json[]) say(!hub.type || !hub.url, 'a hub without type or address');
  const items = (feed.items ?? []) as Json[];
  const ids = items.map(({ id }) => id);
  say(new Set(ids).size !== ids.length, 'two items have one id');
  for (const item of items) {
    typed(item, ITEM, String(item.id));
    people(item.authors, String(item.id));
    say(!item.id || item.content_html === undefined, 'an item without id or content');
    say(JSON.stringify(item).includes('\\ud8'), 'a lone surrogate');
    for (const tag of (item.tags ?? []) as unknown[]) say(typeof tag !== 'string', 'a tag is no text');
    for (const name of ['date_published', 'date_modified'])
      say(item[name] !== undefined && !isTime(item[name] as string), `${name} is no time`);
    wrong.push(...checkHtml(item.content_html as string));
  }
  return wrong;
}
