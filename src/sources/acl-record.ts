/** Papers from the XML of the ACL Anthology. What the volume says precedes its papers, and is passed on to them. */
import {
  addIdentifier,
  addLinks,
  authorName,
  compact,
  LIMITS,
  linksIn,
  proseField,
  titleField,
} from '../formats/fields.ts';
import { texFormula } from '../formats/html.ts';
import {
  childText,
  type FoundNode,
  first,
  innerText,
  inside,
  type Node,
  type Tag,
} from '../formats/nodes.ts';
import { firstMonth, isDay, parseMoment, quote, Unfit } from '../formats/text.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import { normalizeLink } from '../papers/links.ts';
import type { Identifier, Link, PaperRecord } from '../papers/types.ts';

/** What a volume says about all its papers. */
export interface Volume {
  booktitle: string | undefined;
  year: string | undefined;
  month: string | undefined;
}

export const NO_VOLUME: Volume = { booktitle: undefined, year: undefined, month: undefined };

/** From this year on everything is under one licence; before that, each volume has its own. */
const CC_BY_SINCE = 2016;
const CC_BY = 'https://creativecommons.org/licenses/by/4.0/';

/** What the `<meta>` of a volume says. */
export const volumeOf = (meta: Node): Volume => ({
  booktitle: prose(first(meta, 'booktitle')),
  year: childText(meta, 'year'),
  month: childText(meta, 'month'),
});

/** The record of a `<paper>`. Throws `Unfit` if it is not one. */
export function aclRecord({ node, within, trouble }: FoundNode, volume: Volume): PaperRecord {
  if (trouble !== undefined) throw new Unfit(trouble);
  const year = /^\s*(\d{4})\s*$/.exec(childText(node, 'year') ?? volume.year ?? '')?.[1];
  const month = year === undefined ? undefined : firstMonth(childText(node, 'month') ?? volume.month ?? '');
  const published = year === undefined ? null : parseMoment(month === undefined ? year : `${year}-${month}`);
  const abstract = prose(first(node, 'abstract'));
  const award = inside(node, 'award').map((one) => innerText(one).trim());
  const links = linksOf(node, abstract);
  const isWithdrawn = first(node, 'retracted') !== undefined || first(node, 'removed') !== undefined;
  return compact({
    source: 'acl',
    identifiers: identifiersOf(node, within),
    title: titleField(prose(first(node, 'title'))),
    abstract: proseField(abstract, 'abstract', LIMITS.abstract),
    authors: authorsOf(node),
    published: published?.day,
    publishedPrecision: published?.precision,
    announced: announcedOn(node, within, year),
    links: links.length > 0 ? links : undefined,
    note: proseField(award.join(', '), 'award', LIMITS.note),
    journal: proseField(volume.booktitle, 'booktitle', LIMITS.line),
    licence: Number(year) >= CC_BY_SINCE ? CC_BY : undefined,
    withdrawn: isWithdrawn || undefined,
  });
}

/** Text with its formulas between dollars; `fixed-case`, `i` and `b` are reduced to their text. */
const prose = (node: Node | undefined): string | undefined =>
  node === undefined
    ? undefined
    : innerText(node, (one) => (one.name === 'tex-math' ? texFormula(innerText(one)) : undefined));

function authorsOf(node: Node): string[] | undefined {
  const authors = inside(node, 'author');
  if (authors.length > LIMITS.authors) throw new Unfit('more than 10,000 authors');
  const names = authors
    .map((one) => authorName(`${childText(one, 'first') ?? ''} ${childText(one, 'last') ?? ''}`))
    .filter((name) => name !== '');
  return names.length > 0 ? names : undefined;
}

/**
 * The id is built from collection, volume and paper, as the Anthology does: `<url>` names a file, which several papers
 * may share. A DOI may belong to another paper too; whether it joins records is decided where papers are arranged.
 */
function identifiersOf(node: Node, within: readonly Tag[]): Identifier[] {
  const own =
    parseIdentifier(builtId(node, within), 'acl') ?? parseIdentifier(childText(node, 'url') ?? '', 'acl');
  if (!own) throw new Unfit(`paper ${quote(node.attributes.id ?? '')} has no Anthology id`);
  const identifiers = [own];
  addIdentifier(identifiers, parseIdentifier(childText(node, 'doi') ?? '', 'doi'));
  return identifiers;
}

/**
 * The id by the Anthology's own rule (`build_id` of its library): `2024.acl-long.1`, or in the years before,
 * `P18-1001`, where workshops (W), C69 and the later volumes of D19 have two digits for the volume.
 */
function builtId(node: Node, within: readonly Tag[]): string {
  const collection = within.find((one) => one.name === 'collection')?.attributes.id ?? '';
  const volume = within.find((one) => one.name === 'volume')?.attributes.id ?? '';
  const paper = node.attributes.id ?? '';
  if (collection.includes('.')) return `${collection}-${volume}.${paper}`;
  const isWide =
    collection.startsWith('W') || collection === 'C69' || (collection === 'D19' && Number(volume) >= 5);
  const [volumeDigits, paperDigits] = isWide ? [2, 2] : [1, 3];
  return `${collection}-${volume.padStart(volumeDigits, '0')}${paper.padStart(paperDigits, '0')}`;
}

/**
 * The day the volume entered the Anthology. Old volumes added years later were not news to anybody by then, so a day
 * far from the year of the paper does not count.
 */
function announcedOn(node: Node, within: readonly Tag[], year: string | undefined): string | undefined {
  const volume = within.find((one) => one.name === 'volume');
  const day = node.attributes['ingest-date'] ?? volume?.attributes['ingest-date'];
  if (day === undefined || year === undefined || !isDay(day)) return undefined;
  return Math.abs(Number(day.slice(0, 4)) - Number(year)) <= 1 ? day : undefined;
}

function linksOf(node: Node, abstract: string | undefined): Link[] {
  const links = linksIn(abstract);
  for (const [name, attribute, kind] of [
    ['pwccode', 'url', 'code'],
    ['video', 'href', 'media'],
  ] as const) {
    for (const one of inside(node, name)) {
      const address = one.attributes[attribute] ?? '';
      const link = /^https?:/i.test(address) ? normalizeLink(address, kind) : null;
      if (link) addLinks(links, [link]);
    }
  }
  return links;
}
