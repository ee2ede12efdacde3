/** Papers as CSL-JSON, which reference managers write. */
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
  nameInParts,
  orLocal,
  proseField,
  textField,
  titleField,
} from './fields.ts';
import { withoutMarkup } from './inline-markup.ts';
import { looseDate, momentOf } from './loose-date.ts';
import { identifierOfRemark, identifierOfValue } from './named.ts';
import { type Moment, monthNumber, quote, Unfit } from './text.ts';
import { isWithdrawal, isWithdrawnTitle } from './withdrawal.ts';

/** Names and dates in CSL's own shape: no other format we read looks like this. */
export function looksLikeCsl(item: Json): boolean {
  return (
    isObject(item.issued) ||
    'container-title' in item ||
    'DOI' in item ||
    Array.isArray(item.author) ||
    (typeof item.type === 'string' && 'title' in item && !('authors' in item) && !('abstract' in item))
  );
}

/** Whether the item comes from our own export: its texts are plain, and `<b>` in them is literal. */
const isOwn = (item: Json): boolean => isObject(item.custom) && Array.isArray(item.custom.identifiers);

/** How the texts of an item are read. Values that are not text are left to the field's own check. */
const reading = (item: Json) => (value: unknown) =>
  typeof value === 'string' && !isOwn(item) ? withoutMarkup(value) : value;

/** Crossref's own JSON has lists where CSL has single values. */
const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** @param warnings receives what was left out of the item */
export function fromCsl(item: Json, source: Source, warnings: string[] = []): PaperRecord {
  const text = reading(item);
  const title = titleField(text(firstOf(item.title)));
  const authors = listField(item.author, 'author', LIMITS.authors)
    ?.map(personName)
    .filter((name) => name !== '');
  const issued = publishedOf(item, warnings);
  const abstract = proseField(text(item.abstract), 'abstract', LIMITS.abstract);
  const note = proseField(text(item.note), 'note', LIMITS.note);
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
    withdrawn: isWithdrawal(note, abstract) || isWithdrawnTitle(title) || undefined,
    journal: proseField(text(firstOf(item['container-title'])), 'container-title', LIMITS.line),
  });
}

/** A person or an organisation; citeproc's tools write the latter as `literal`, Crossref as `name`. */
function personName(value: unknown): string {
  if (typeof value === 'string') return authorName(withoutMarkup(value));
  if (!isObject(value)) throw new Unfit(`'author' has an entry that is not a name: ${quote(value)}`);
  return authorName(withoutMarkup(nameInParts(value)));
}

/** Our own list if the item has one, otherwise every field that may contain an identifier. */
function identifiersOf(item: Json): Identifier[] {
  const identifiers: Identifier[] = [];
  const own = isObject(item.custom)
    ? listField(item.custom.identifiers, 'identifiers', LIMITS.links)
    : undefined;
  for (const one of own ?? []) addIdentifier(identifiers, identifierField(one));
  if (identifiers.length > 0) return identifiers;
  const add = (found: Identifier | null): void => {
    // A second one of a scheme would be another paper's; the same one may add its version.
    const known = identifiers.find(({ scheme }) => scheme === found?.scheme);
    if (!known || known.value === found?.value) addIdentifier(identifiers, found);
  };
  const tried = (value: unknown, hint?: 'doi' | 'arxiv'): void =>
    add(typeof value === 'string' ? identifierOfValue(value, hint) : null);
  if (/^arxiv$/i.test(String(item.archive ?? ''))) tried(item.archive_location, 'arxiv');
  tried(item.number);
  tried(item.DOI, 'doi');
  tried(item.URL);
  tried(item.id);
  // Zotero's field "Extra", one remark per line.
  const remarks = typeof item.note === 'string' ? item.note.slice(0, LIMITS.note).split('\n', 20) : [];
  for (const remark of remarks) add(identifierOfRemark(remark));
  return identifiers;
}

/** The dates of an item that may be its date of publication, best first. */
const DATES = ['issued', 'published', 'published-print', 'published-online', 'available-date', 'submitted'];

function publishedOf(item: Json, warnings: string[]): Moment | undefined {
  for (const name of DATES) {
    const found = dateOf(item[name]);
    if (found) return found;
  }
  // Crossref writes an empty date for a missing one.
  if (hasContent(item.issued))
    warnings.push(`'issued' is not a date and was left out: ${quote(item.issued)}`);
  return undefined;
}

/** Whether a value holds any text or number, at most three levels down. */
function hasContent(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null)
    return value !== undefined && value !== null && value !== '';
  return depth < 3 && Object.values(value).some((inner) => hasContent(inner, depth + 1));
}

/**
 * A date in any of the forms that tools write: `{"date-parts": [[2025, 3, 4]]}`, `{raw}`, `{literal}`, `{year, month}`,
 * EDTF text, and lists of these, of which the first counts. Seasons and months beyond 12 are reduced to the year.
 */
function dateOf(value: unknown, depth = 0): Moment | undefined {
  if (typeof value === 'string' || typeof value === 'number') return looseDate(String(value)) ?? undefined;
  if (depth > 2) return undefined;
  if (Array.isArray(value)) {
    const [first] = value;
    return typeof first === 'object' ? dateOf(first, depth + 1) : dateOfParts(value);
  }
  if (!isObject(value)) return undefined;
  return (
    dateOf(value['date-parts'], depth + 1) ??
    dateOfParts([value.year, value.month, value.day]) ??
    dateOf(value.raw ?? value.edtf ?? value['date-time'] ?? value.literal, depth + 1)
  );
}

/** `[2025, 3, 4]` with one to three parts, as numbers or text. */
function dateOfParts([year, month, day]: unknown[]): Moment | undefined {
  const digits = /^\s{0,9}(\d{1,4})(?!\d)/.exec(String(year ?? ''))?.[1];
  if (digits === undefined) return undefined;
  const text = String(month ?? '').trim();
  return (
    momentOf(
      digits.padStart(4, '0'),
      monthNumber(text) ?? (text || undefined),
      String(day ?? '').trim() || undefined,
    ) ?? undefined
  );
}

function keywordsOf(value: unknown): string[] | undefined {
  const text = textField(value, 'keyword', LIMITS.abstract);
  return text === undefined
    ? undefined
    : [
        ...new Set(
          text
            .split(/[,;]/)
            .map((word) => word.trim())
            .filter((word) => word !== ''),
        ),
      ];
}
