/** Papers as CSL-JSON, which reference managers write. */
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord, Source } from '../papers/types.ts';
import {
  addIdentifier,
  authorName,
  compact,
  identifierField,
  isObject,
  type Json,
  LIMITS,
  linksIn,
  listField,
  orLocal,
  proseField,
  textField,
  titleField,
} from './fields.ts';
import { type Moment, parseMoment, quote, Unfit } from './text.ts';

/** Names and dates in CSL's own shape: nothing else we read looks so. */
export function looksLikeCsl(item: Json): boolean {
  return (
    isObject(item.issued) ||
    'container-title' in item ||
    'DOI' in item ||
    Array.isArray(item.author) ||
    (typeof item.type === 'string' && 'title' in item && !('authors' in item) && !('abstract' in item))
  );
}

export function fromCsl(item: Json, source: Source): PaperRecord {
  const title = titleField(item.title);
  const authors = listField(item.author, 'author', LIMITS.authors)
    ?.map(nameOf)
    .filter((name) => name !== '');
  const issued = issuedOf(item.issued);
  const abstract = proseField(item.abstract, 'abstract', LIMITS.abstract);
  const note = proseField(item.note, 'note', LIMITS.note);
  const links = linksIn(...[item.abstract, item.note].filter((text) => typeof text === 'string'));
  return compact({
    source,
    identifiers: orLocal(identifiersOf(item), title, authors, issued?.day),
    title,
    abstract,
    authors,
    keywords: keywordsOf(item.keyword),
    published: issued?.day,
    publishedPrecision: issued?.precision,
    links: links.length > 0 ? links : undefined,
    note,
    journal: proseField(item['container-title'], 'container-title', LIMITS.line),
  });
}

function nameOf(value: unknown): string {
  if (!isObject(value)) throw new Unfit(`'author' has an entry that is not a name: ${quote(value)}`);
  const parts =
    typeof value.literal === 'string'
      ? [value.literal]
      : [value.given, value['dropping-particle'], value['non-dropping-particle'], value.family, value.suffix];
  return authorName(parts.filter((part) => typeof part === 'string' && part !== '').join(' '));
}

/** Our own list where the item has one, else every place in which an identifier may stand. */
function identifiersOf(item: Json): Identifier[] {
  const identifiers: Identifier[] = [];
  const own = isObject(item.custom)
    ? listField(item.custom.identifiers, 'identifiers', LIMITS.links)
    : undefined;
  for (const one of own ?? []) addIdentifier(identifiers, identifierField(one));
  if (identifiers.length > 0) return identifiers;
  const tried = (value: unknown, hint?: 'doi' | 'arxiv'): void => {
    const found = typeof value === 'string' ? parseIdentifier(value, hint) : null;
    // A citation key (`smith-2020`) looks like a name of ours and is none.
    if (found && (found.scheme !== 'local' || /^\s*local:/i.test(String(value))))
      addIdentifier(identifiers, found);
  };
  if (/^arxiv$/i.test(String(item.archive ?? ''))) tried(item.archive_location, 'arxiv');
  tried(item.number);
  tried(item.DOI, 'doi');
  tried(item.URL);
  tried(item.id);
  return identifiers;
}

/** `{"date-parts": [[2025, 3, 4]]}` with one to three parts, as numbers or strings, or `{raw}`. */
function issuedOf(value: unknown): Moment | undefined {
  if (!isObject(value)) return undefined;
  const first = Array.isArray(value['date-parts']) ? value['date-parts'][0] : undefined;
  const raw = value.raw ?? value.literal;
  if (!Array.isArray(first))
    return typeof raw === 'string' ? (parseMoment(raw.trim()) ?? undefined) : undefined;
  const parts = first.slice(0, 3).filter((part) => part !== null && part !== '');
  if (parts.length === 0) return undefined;
  const text = parts.map((part, place) => String(part).padStart(place === 0 ? 4 : 2, '0')).join('-');
  const moment = parseMoment(text);
  if (!moment) throw new Unfit(`'issued' is not a date of the calendar: ${quote(text)}`);
  return moment;
}

function keywordsOf(value: unknown): string[] | undefined {
  const text = textField(value, 'keyword', LIMITS.abstract);
  return text === undefined
    ? undefined
    : [...new Set(text.split(/\s*[,;]\s*/).filter((word) => word !== ''))];
}
