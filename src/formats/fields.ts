/**
 * The fields of a record, each checked and tidied; shared by all readers. A field that is absent or null is undefined;
 * a field of the wrong type throws `Unfit` with a reason that names it. Written by hand because every line of every
 * import passes through here.
 */
import { localIdentifier, parseIdentifier, sameIdentifier } from '../papers/identifiers.ts';
import { findLinks, safeUrl } from '../papers/links.ts';
import type { Figure, Identifier, Link, PaperRecord } from '../papers/types.ts';
import { isName } from './people.ts';
import { decodeName, decodeTex } from './tex.ts';
import { cutAt, foldText, type Moment, parseMoment, quote, Unfit } from './text.ts';

/**
 * Characters of a text, items of a list. Prose (abstracts, summaries, notes, journals) is cut at the limit; a title,
 * name or list that exceeds it cannot be what it claims to be, so its record is rejected.
 */
export const LIMITS = {
  title: 1_000,
  abstract: 20_000,
  summary: 10_000,
  note: 10_000,
  line: 1_000,
  authors: 10_000,
  name: 1_000,
  links: 100,
  list: 500,
} as const;

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inWords = (count: number): string => count.toLocaleString('en');

/** Text on one line, or undefined if there is none. */
export function textField(value: unknown, name: string, limit: number): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw new Unfit(`'${name}' is not text`);
  // Longer than folding could ever shorten: not worth folding first.
  if (value.length > limit * 4) throw new Unfit(`'${name}' is longer than ${inWords(limit)} characters`);
  const text = foldText(value);
  if (text.length > limit) throw new Unfit(`'${name}' is longer than ${inWords(limit)} characters`);
  return text === '' ? undefined : text;
}

/** Text for reading, on one line; cut if it is longer than `limit`. */
export function passageField(value: unknown, name: string, limit: number): string | undefined {
  // Longer than folding could ever shorten: the rest need not be folded first.
  const kept = typeof value === 'string' && value.length > limit * 4 ? value.slice(0, limit * 4) : value;
  return cutAt(textField(kept, name, limit * 4), limit);
}

/** The same for text that may hold TeX: decoded outside formulas. */
export function proseField(value: unknown, name: string, limit: number): string | undefined {
  const text = passageField(value, name, limit);
  return text?.includes('\\') ? cutAt(foldText(decodeTex(text)), limit) || undefined : text;
}

export function titleField(value: unknown): string {
  const text = textField(value, 'title', LIMITS.title);
  const title = text?.includes('\\') ? foldText(decodeTex(text)) : text;
  if (!title) throw new Unfit('no title');
  return title;
}

export function listField(value: unknown, name: string, limit: number): unknown[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) throw new Unfit(`'${name}' is not a list`);
  if (value.length > limit) throw new Unfit(`'${name}' has more than ${inWords(limit)} items`);
  return value;
}

/** Short texts without duplicates or empty ones. */
export function textsField(value: unknown, name: string): string[] | undefined {
  const list = listField(value, name, LIMITS.list);
  if (!list) return undefined;
  const texts: string[] = [];
  for (const item of list) {
    const text = textField(item, name, LIMITS.name);
    if (text !== undefined && !texts.includes(text)) texts.push(text);
  }
  return texts;
}

/** A name from its parts, as printed: `{name}`, `{literal}`, or `{given, family}` and their particles; '' for none. */
export function nameInParts(value: Json): string {
  const whole = value.literal ?? value.name;
  if (typeof whole === 'string' && whole.trim() !== '') return whole;
  const parts = [
    value.given,
    value['dropping-particle'],
    value['non-dropping-particle'],
    value.family,
    value.suffix,
  ];
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** Names in order, from strings, `{name}` or `{given, family}`. */
export function authorsField(value: unknown): string[] | undefined {
  const list = listField(value, 'authors', LIMITS.authors);
  if (!list) return undefined;
  const names: string[] = [];
  for (const item of list) {
    const given = isObject(item) ? nameInParts(item) : item;
    if (typeof given !== 'string' || (given === '' && item !== '' && !isNameless(item)))
      throw new Unfit(`'authors' has an entry that is not a name: ${quote(item)}`);
    const name = authorName(given);
    if (name !== '') names.push(name);
  }
  return names;
}

/** An entry in a list of people whose name is empty: only that entry is dropped, not the paper. */
const isNameless = (item: unknown): boolean =>
  isObject(item) && ['name', 'family', 'literal', 'fullname'].some((key) => key in item && !item[key]);

/** A person's or group's name; empty if the text is not a name, such as `:` or `et al.` */
export function authorName(given: string): string {
  if (given.length > LIMITS.name * 4) throw new Unfit(`the author's name ${quote(given)} is too long`);
  const name = foldText(decodeName(given));
  if (name.length > LIMITS.name) throw new Unfit(`the author's name ${quote(name)} is too long`);
  return isName(name) ? name : '';
}

export function countField(value: unknown, name: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) {
    throw new Unfit(`'${name}' is not a whole number of 0 or more: ${quote(value)}`);
  }
  return value;
}

export function flagField(value: unknown, name: string): boolean | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean') throw new Unfit(`'${name}' is neither true nor false: ${quote(value)}`);
  return value;
}

export function momentField(value: unknown, name: string): Moment | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const moment = typeof value === 'string' ? parseMoment(value.trim()) : null;
  if (!moment) throw new Unfit(`'${name}' is not a calendar date: ${quote(value)}`);
  return moment;
}

/** arXiv's category codes; MSC and ACM classes listed with them are dropped. */
export function categoriesField(value: unknown): string[] | undefined {
  const list = listField(value, 'categories', LIMITS.list);
  if (!list) return undefined;
  const codes: string[] = [];
  for (const item of list) {
    if (typeof item !== 'string')
      throw new Unfit(`'categories' has an entry that is not text: ${quote(item)}`);
    if (isCategory(item) && !codes.includes(item)) codes.push(item);
  }
  return codes;
}

/** `cs.CL`, `hep-th`, `physics.acc-ph`; not `68T45` nor `I.2.7`. */
const CATEGORY = /^[a-z]{2,12}(?:-[a-z]{1,8})?(?:\.[A-Za-z]{2}|\.[a-z]{2,8}(?:-[a-z]{1,8})?)?$/;
const known = new Map<string, boolean>();

export function isCategory(code: string): boolean {
  const seen = known.get(code);
  if (seen !== undefined) return seen;
  const good = CATEGORY.test(code);
  if (known.size < 2_000 && code.length < 40) known.set(code, good);
  return good;
}

/** Identifiers as strings, numbers or `{scheme, value, version}`; an unknown one makes the record unfit. */
export function identifierField(value: unknown): Identifier {
  const parsed =
    typeof value === 'string' || typeof value === 'number' ? parseIdentifier(value) : fromParts(value);
  if (!parsed) throw new Unfit(`identifier ${quote(value)} is not recognised`);
  return parsed;
}

function fromParts(value: unknown): Identifier | null {
  if (!isObject(value) || typeof value.scheme !== 'string' || typeof value.value !== 'string') return null;
  const { scheme, value: name, version } = value;
  const suffix = typeof version === 'number' ? `v${version}` : '';
  return parseIdentifier(`${scheme}:${name}${suffix}`);
}

/** Adds `found` unless the paper already has it; a version is kept if either has one. */
export function addIdentifier(identifiers: Identifier[], found: Identifier | null | undefined): void {
  if (!found) return;
  const same = identifiers.find((one) => sameIdentifier(one, found));
  if (!same) identifiers.push(found);
  else if (same.version === undefined && found.version !== undefined) same.version = found.version;
}

/** The record's identifiers, or a generated local one if it has none. */
export function orLocal(
  identifiers: Identifier[],
  title: string,
  authors?: string[],
  day?: string,
): Identifier[] {
  if (identifiers.length > 0) return identifiers;
  return [localIdentifier(title, authors, day === undefined ? undefined : Number(day.slice(0, 4)))];
}

/** Adds `found` to `links` unless its address is already there; those beyond the limit are dropped. */
export function addLinks(links: Link[], found: Link[]): void {
  for (const link of found) {
    const address = link.url.toLowerCase();
    if (links.length < LIMITS.links && !links.some((one) => one.url.toLowerCase() === address))
      links.push(link);
  }
}

/** Links mentioned in prose, each once. */
export function linksIn(...texts: (string | undefined)[]): Link[] {
  const links: Link[] = [];
  for (const text of texts) if (text) addLinks(links, findLinks(text));
  return links;
}

/** Links as our own export writes them; any address that is not http(s) makes the record unfit. */
export function linksField(value: unknown): Link[] | undefined {
  const list = listField(value, 'links', LIMITS.links);
  return list?.map((item) => {
    const url = isObject(item) && typeof item.url === 'string' ? safeUrl(item.url) : null;
    const kind = isObject(item) ? item.kind : undefined;
    if (url === null || !isObject(item)) throw new Unfit(`link ${quote(item)} is not an http(s) address`);
    if (kind !== 'code' && kind !== 'project' && kind !== 'media') {
      throw new Unfit(`link kind ${quote(kind)} is not code, project or media`);
    }
    const stars = countField(item.stars, 'stars');
    return stars === undefined ? { kind, url } : { kind, url, stars };
  });
}

export function figuresField(value: unknown): Figure[] | undefined {
  return listField(value, 'figures', LIMITS.list)?.map((item) => {
    const figure = isObject(item) ? textField(item.value, 'figures.value', LIMITS.name) : undefined;
    const measure = isObject(item) ? textField(item.measure, 'figures.measure', LIMITS.name) : undefined;
    if (figure === undefined || measure === undefined) {
      throw new Unfit(`figure ${quote(item)} is not {value, measure}`);
    }
    return { value: figure, measure };
  });
}

/** Drops undefined fields, so that records compare and merge by what they say. */
export function compact(record: PaperRecord): PaperRecord {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record)) if (value !== undefined) kept[name] = value;
  return kept as unknown as PaperRecord;
}

/** A count in outside data: an invalid one is dropped instead of rejecting the record, giving undefined. */
export const countOf = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
