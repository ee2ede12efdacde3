/** A feed item as a record: RSS 2.0, RSS 1.0 (RDF) and Atom, with the fields publishers add to them. */
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
import { childText, type FoundNode, innerText, inside, type Node } from '../formats/nodes.ts';
import { peopleIn } from '../formats/people.ts';
import { type Moment, parseMoment, quote, Unfit } from '../formats/text.ts';
import { isWithdrawnTitle } from '../formats/withdrawal.ts';
import { addDays } from '../papers/days.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';

/** The most links, identifiers and authors considered; no real item has more. */
const MOST_PARTS = 100;

/** The beginning of the reason for rejecting an item that names no paper. */
export const NO_PAPER = 'names no paper';

/** What an item does not say itself. */
export interface Channel {
  /** The address of the feed, against which relative links are resolved. */
  base?: string | undefined;
  /** The journal of all its items (`prism:publicationName`). */
  journal?: string | undefined;
}

/** The record of an item. Throws `Unfit` if it names no paper. */
export function feedRecord(
  { node, trouble }: Pick<FoundNode, 'node' | 'trouble'>,
  { base, journal }: Channel = {},
): PaperRecord {
  if (trouble !== undefined) throw new Unfit(trouble);
  const title = titleField(markup(child(node, 'title')));
  const identifiers = identifiersOf(node, base);
  if (identifiers.length === 0) throw new Unfit(`${NO_PAPER}: ${quote(title)}`);
  const told = markup(
    child(node, 'abstract') ??
      child(node, 'description') ??
      child(node, 'summary') ??
      child(node, 'encoded') ??
      child(node, 'content'),
  )?.trimStart();
  const description = told?.replace(ANNOUNCED, '');
  const authors = authorsOf(node);
  const date = isOfPaper(node, told) ? plausible(dateOf(node), identifiers) : undefined;
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
    journal: proseField(
      childText(node, 'publicationName') ?? journal?.trim(),
      'publicationName',
      LIMITS.line,
    ),
    withdrawn: isWithdrawnTitle(title) || undefined,
  });
}

/** How arXiv begins a description. */
const ANNOUNCED =
  /^arXiv:\S{1,40}\s{1,5}Announce Type:[ \t]{0,5}([\w-]{1,20})[^\n]{0,200}\s*(?:Abstract:\s*)?/;

/** The name of an item in reports: its link, otherwise its guid, if it has one. */
export const itemName = (node: Node): string | undefined =>
  [...addressesOf(node), ...texts(node, 'guid'), ...texts(node, 'id')][0]?.slice(0, 200);

const child = (node: Node, name: string): Node | undefined => inside(node, name)[0];
const texts = (node: Node, ...names: string[]): string[] =>
  names.flatMap((name) =>
    inside(node, name)
      .slice(0, MOST_PARTS)
      .map((one) => innerText(one).trim()),
  );

/** Escaped or not, HTML or plain: what a reader would see. */
function markup(node: Node | undefined): string | undefined {
  if (node === undefined) return undefined;
  // XHTML is in the feed as elements; they are read as such, and text in them is not markup.
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
  const links = inside(node, 'link').slice(0, MOST_PARTS);
  const atom = links.filter(({ attributes }) => /^(?:alternate|)$/.test(attributes.rel ?? ''));
  return [...atom.map((one) => one.attributes.href ?? innerText(one).trim()), node.attributes.about ?? '']
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

/** The identifier in an address, which may be relative to the feed's. */
function identifierAt(address: string, base: string | undefined): Identifier | null {
  const found = identifierOfValue(address);
  if (found || base === undefined || /^[a-z][a-z0-9+.-]*:/i.test(address) || !URL.canParse(address, base))
    return found;
  return identifierOfValue(new URL(address, base).href);
}

/** Declared identifiers take precedence over those in an address; of each scheme, the first one counts. */
function identifiersOf(node: Node, base: string | undefined): Identifier[] {
  const identifiers: Identifier[] = [];
  const add = (found: Identifier | null): void => {
    if (found && !identifiers.some((one) => one.scheme === found.scheme)) addIdentifier(identifiers, found);
  };
  for (const value of texts(node, 'doi', 'DOI')) add(identifierOfValue(value, 'doi'));
  for (const value of texts(node, 'identifier', 'guid', 'id', 'origLink')) add(identifierOfValue(value));
  const own = node.attributes.base ?? '';
  const start = URL.canParse(own, base) ? new URL(own, base).href : base;
  for (const value of addressesOf(node)) add(identifierAt(value, start));
  return identifiers;
}

/** Each element may contain one name or all of them, and the authors may be in either kind of element. */
function authorsOf(node: Node): string[] {
  const named = inside(node, 'author')
    .slice(0, MOST_PARTS)
    .map((one) => mailbox(childText(one, 'name') ?? innerText(one)));
  const lines = named.some((name) => name !== '') ? named : texts(node, 'creator');
  const names = lines.flatMap((line) => peopleIn(markupText(line)));
  return [...new Set(names.map((name) => authorName(name)).filter((name) => name !== ''))].slice(
    0,
    LIMITS.authors,
  );
}

/** RSS wants an email address there: `ada@example.org (Ada Lovelace)`. The name in it; empty if there is none. */
function mailbox(text: string): string {
  const line = text.trim();
  const [, address = '', rest = ''] = /^(\S+)(.*)$/s.exec(line) ?? [];
  if (!address.slice(1, -1).includes('@') || address.length > 400) return line;
  const name = rest.trim();
  if (name === '') return '';
  return name.startsWith('(') && name.endsWith(')') ? name.slice(1, -1) : line;
}

/**
 * Whether an item’s date is the paper’s: an item for a new version or a cross-list has the date of that. arXiv says so
 * in an element of its own, or in the description.
 */
function isOfPaper(node: Node, description: string | undefined): boolean {
  const type = childText(node, 'announce_type') ?? ANNOUNCED.exec(description ?? '')?.[1];
  return type === undefined || /^new$/i.test(type);
}

/** An arXiv paper is announced at most this long after the month in its identifier (days). */
const LONGEST_HELD = 45;

/** A date that fits the month in arXiv’s identifier; any other is that of a later version. */
function plausible(date: Moment | undefined, identifiers: Identifier[]): Moment | undefined {
  const id = identifiers.find(({ scheme }) => scheme === 'arxiv')?.value;
  const [, year = '', month = ''] = /^(?:[a-z-]+\/)?(\d{2})(\d{2})/.exec(id ?? '') ?? [];
  if (date === undefined || year === '') return date;
  const start = `${Number(year) > 90 ? 19 : 20}${year}-${month}-01`;
  const isNear = date.day >= addDays(start, -1) && date.day <= addDays(start, 31 + LONGEST_HELD);
  return isNear || date.precision === 'year' ? date : undefined;
}

/** The day of the paper if a publisher gives it, otherwise that of the item. */
function dateOf(node: Node): Moment | undefined {
  for (const name of ['publicationDate', 'date', 'published', 'pubDate', 'issued', 'updated']) {
    const text = childText(node, name);
    const found = text === undefined ? null : (looseMoment(text) ?? null);
    if (found) return found;
  }
  return undefined;
}

/** RSS writes dates like email: `Tue, 10 Jun 2025 04:00:00 GMT`. */
function looseMoment(text: string): Moment | null {
  if (text.length > 60) return null;
  const mail = /\b\d{1,2} [A-Z][a-z]{2,8} \d{2,4} \d{1,2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(mail) ? looseDate(text) : parseMoment(new Date(mail).toISOString());
}
