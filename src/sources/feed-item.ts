/** An item of a feed as a record: RSS 2.0, RSS 1.0 (RDF) and Atom, with the fields publishers add to them. */
import {
  addIdentifier,
  authorName,
  compact,
  LIMITS,
  linksIn,
  proseField,
  textField,
  titleField,
} from '../formats/fields.ts';
import { markupText } from '../formats/html.ts';
import { looseDate } from '../formats/loose-date.ts';
import { identifierOfValue } from '../formats/named.ts';
import { childText, type Found, innerText, inside, type Node } from '../formats/nodes.ts';
import { type Moment, parseMoment, quote, Unfit } from '../formats/text.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';

/** Links, identifiers and authors looked at; no item means more. */
const MOST = 100;

/** How the reason begins why an item that names no paper is none. */
export const NO_PAPER = 'names no paper';

/** The record an item makes. Throws `Unfit` where it names no paper. */
export function feedRecord({ node, trouble }: Pick<Found, 'node' | 'trouble'>): PaperRecord {
  if (trouble !== undefined) throw new Unfit(trouble);
  const title = titleField(markup(child(node, 'title')));
  const identifiers = identifiersOf(node);
  if (identifiers.length === 0) throw new Unfit(`${NO_PAPER}: ${quote(title)}`);
  const description = markup(
    child(node, 'abstract') ??
      child(node, 'description') ??
      child(node, 'summary') ??
      child(node, 'encoded') ??
      child(node, 'content'),
  )?.replace(/^\s*arXiv:\S+\s+Announce Type:[^\n]*\s*(?:Abstract:\s*)?/, '');
  const authors = authorsOf(node);
  const date = dateOf(node);
  const links = linksIn(description);
  const keywords = [...inside(node, 'category'), ...inside(node, 'subject')]
    .slice(0, LIMITS.list)
    .map((one) => textField(one.attributes.term ?? innerText(one), 'category', LIMITS.line))
    .filter((word) => word !== undefined);
  return compact({
    source: 'feed',
    identifiers,
    title,
    abstract: proseField(description, 'description', LIMITS.abstract),
    authors: authors.length > 0 ? authors : undefined,
    keywords: keywords.length > 0 ? [...new Set(keywords)] : undefined,
    published: date?.day,
    publishedPrecision: date?.precision,
    publishedAt: date?.at,
    links: links.length > 0 ? links : undefined,
    journal: proseField(childText(node, 'publicationName'), 'publicationName', LIMITS.line),
  });
}

/** What an item is called in reports: its link, else its guid, as far as it has one. */
export const itemName = (node: Node): string | undefined =>
  [...addressesOf(node), ...texts(node, 'guid'), ...texts(node, 'id')][0]?.slice(0, 200);

const child = (node: Node, name: string): Node | undefined => inside(node, name)[0];
const texts = (node: Node, ...names: string[]): string[] =>
  names.flatMap((name) =>
    inside(node, name)
      .slice(0, MOST)
      .map((one) => innerText(one).trim()),
  );

/** Escaped or not, HTML or plain: what a reader would see. */
function markup(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  // XHTML stands in the feed as elements; they are read as such, and what is text in them is not markup.
  if (node.attributes.type === 'xhtml' || inside(node).length > 0) return innerText(node, spaced);
  const text = innerText(node);
  return node.attributes.type === 'text' ? text : markupText(text);
}

const BLOCKS = new Set('p div br li ul ol h1 h2 h3 h4 h5 h6 tr td blockquote pre section'.split(' '));
const UNREAD = new Set(['script', 'style']);

function spaced(node: Node): string | undefined {
  if (UNREAD.has(node.name)) return '';
  return BLOCKS.has(node.name) ? ` ${innerText(node, spaced)} ` : undefined;
}

/** Where an item leads: RSS has text, Atom attributes, RDF its own name. Only the item itself, not what it cites. */
function addressesOf(node: Node): string[] {
  const links = inside(node, 'link').slice(0, MOST);
  const atom = links.filter(({ attributes }) => /^(?:alternate|)$/.test(attributes.rel ?? ''));
  return [...atom.map((one) => one.attributes.href ?? innerText(one).trim()), node.attributes.about ?? '']
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

/** What says that it is an identifier goes before what an address shows; of a scheme the first. */
function identifiersOf(node: Node): Identifier[] {
  const identifiers: Identifier[] = [];
  const add = (found: Identifier | null): void => {
    if (found && !identifiers.some((one) => one.scheme === found.scheme)) addIdentifier(identifiers, found);
  };
  for (const value of texts(node, 'doi', 'DOI')) add(identifierOfValue(value, 'doi'));
  for (const value of texts(node, 'identifier', 'guid', 'id')) add(identifierOfValue(value));
  for (const value of addressesOf(node)) add(identifierOfValue(value));
  return identifiers;
}

function authorsOf(node: Node): string[] {
  const names: string[] = [];
  for (const one of inside(node, 'author').slice(0, MOST)) {
    const named = childText(one, 'name') ?? innerText(one);
    // RSS wants an address there: `ada@example.org (Ada Lovelace)`.
    names.push(/^\s*\S+@\S+\s+\((.+)\)\s*$/.exec(named)?.[1] ?? (/^\s*\S+@\S+\s*$/.test(named) ? '' : named));
  }
  const creators = texts(node, 'creator');
  // One element for all, or one for each.
  if (names.length === 0) names.push(...(creators.length === 1 ? partedNames(creators[0]!) : creators));
  return [...new Set(names.map((name) => authorName(name)).filter((name) => name !== ''))].slice(
    0,
    LIMITS.authors,
  );
}

function partedNames(line: string): string[] {
  const parts = line.split(/\s*;\s*|\s*,\s+(?:and\s+)?|\s+and\s+/);
  // `Lovelace, Ada` is one name: a part of a list has two words.
  return parts.length === 2 && /^[^,]+, [^ ]+$/.test(line) && !/ /.test(parts[0]!)
    ? [`${parts[1]} ${parts[0]}`]
    : parts;
}

/** The day of the paper where a publisher tells it, else that of the item. */
function dateOf(node: Node): Moment | undefined {
  for (const name of ['publicationDate', 'date', 'published', 'pubDate', 'issued', 'updated']) {
    const text = childText(node, name);
    const found = text === undefined ? null : (looseMoment(text) ?? null);
    if (found) return found;
  }
  return undefined;
}

/** RSS writes dates as e-mail does: `Tue, 10 Jun 2025 04:00:00 GMT`. */
function looseMoment(text: string): Moment | null {
  if (text.length > 60) return null;
  const mail = /\b\d{1,2} [A-Z][a-z]{2,8} \d{2,4} \d{1,2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(mail) ? looseDate(text) : parseMoment(new Date(mail).toISOString());
}
