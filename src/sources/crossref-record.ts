/** A work of Crossref as a record. Publishers fill it in as they like: JATS in abstracts, HTML in titles. */
import {
  addIdentifier,
  authorName,
  compact,
  isObject,
  type Json,
  LIMITS,
  listField,
  proseField,
  textField,
  titleField,
} from '../formats/fields.ts';
import { markupText } from '../formats/html.ts';
import { isDay, type Moment, parseMoment, quote, Unfit } from '../formats/text.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import { safeUrl } from '../papers/links.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';

/** The record a work makes (`message` of an answer). Throws `Unfit` where it makes none. */
export function crossrefRecord(work: unknown): PaperRecord {
  if (!isObject(work)) throw new Unfit(`not a work but ${quote(work)}`);
  const title = markupOf(firstOf(work.title));
  const subtitle = markupOf(firstOf(work.subtitle));
  const published = dateOf(work);
  return compact({
    source: 'crossref',
    identifiers: identifiersOf(work),
    title: titleField(title !== undefined && subtitle !== undefined ? `${title}: ${subtitle}` : title),
    abstract: proseField(markupOf(work.abstract), 'abstract', LIMITS.abstract),
    authors: authorsOf(work.author),
    keywords: keywordsOf(work.subject),
    published: published?.day,
    publishedPrecision: published?.precision,
    journal: proseField(markupOf(firstOf(work['container-title'])), 'container-title', LIMITS.line),
    licence: licenceOf(work.license),
  });
}

function identifiersOf(work: Json): Identifier[] {
  const own = typeof work.DOI === 'string' ? parseIdentifier(work.DOI, 'doi') : null;
  if (!own) throw new Unfit(work.DOI === undefined ? 'no DOI' : `${quote(work.DOI)} is not a DOI`);
  const identifiers = [own];
  // The preprint it grew out of is the same paper here.
  const relation = isObject(work.relation) ? work.relation['has-preprint'] : undefined;
  for (const one of Array.isArray(relation) ? relation.slice(0, LIMITS.links) : []) {
    const id = isObject(one) && typeof one.id === 'string' ? parseIdentifier(one.id) : null;
    if (id?.scheme === 'arxiv' && !identifiers.some((known) => known.scheme === 'arxiv'))
      addIdentifier(identifiers, id);
  }
  return identifiers;
}

const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

function markupOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > LIMITS.abstract * 10) return undefined;
  return markupText(value);
}

/** Persons `{given, family, suffix}` and groups `{name}`. */
function authorsOf(given: unknown): string[] | undefined {
  const list = Array.isArray(given) ? listField(given, 'author', LIMITS.authors) : undefined;
  const names = list
    ?.map((one) => {
      if (!isObject(one)) return '';
      const parts =
        typeof one.name === 'string' ? [one.name] : [one.prefix, one.given, one.family, one.suffix];
      return authorName(parts.filter((part) => typeof part === 'string' && part !== '').join(' '));
    })
    .filter((name) => name !== '');
  return names && names.length > 0 ? names : undefined;
}

function keywordsOf(given: unknown): string[] | undefined {
  const words = (Array.isArray(given) ? given : [])
    .slice(0, LIMITS.list)
    .flatMap((word) => (typeof word === 'string' ? (textField(word, 'subject', LIMITS.line) ?? []) : []));
  return words.length > 0 ? [...new Set(words)] : undefined;
}

/** The first time it was to be had, on paper or not. */
function dateOf(work: Json): Moment | undefined {
  for (const name of ['published', 'published-online', 'published-print', 'issued', 'posted']) {
    const value = work[name];
    const parts = isObject(value) && Array.isArray(value['date-parts']) ? value['date-parts'][0] : undefined;
    const found = Array.isArray(parts) ? momentOf(parts) : null;
    if (found) return found;
  }
  return undefined;
}

function momentOf(parts: unknown[]): Moment | null {
  const [year, month, day] = parts.map((part) => (typeof part === 'number' ? part : Number.NaN));
  if (year === undefined || !Number.isInteger(year)) return null;
  const two = (part: number): string => String(part).padStart(2, '0');
  if (month === undefined || !(month >= 1 && month <= 12)) return parseMoment(String(year));
  const whole = day === undefined ? '' : `${year}-${two(month)}-${two(day)}`;
  return parseMoment(isDay(whole) ? whole : `${year}-${two(month)}`);
}

/** The licence of the published version, or the only one. */
function licenceOf(given: unknown): string | undefined {
  const list = (Array.isArray(given) ? given : []).slice(0, 20).filter(isObject);
  const one = list.find((licence) => licence['content-version'] === 'vor') ?? list[0];
  return typeof one?.URL === 'string' ? (safeUrl(one.URL) ?? undefined) : undefined;
}
