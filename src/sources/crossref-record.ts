/** A Crossref work as a record. Publishers fill it in as they like: JATS in abstracts, HTML in titles. */
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
import { identifierOfValue } from '../formats/named.ts';
import { tidyPeople } from '../formats/people.ts';
import { isDay, type Moment, parseMoment, quote, Unfit } from '../formats/text.ts';
import { isWithdrawnTitle } from '../formats/withdrawal.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import { safeUrl } from '../papers/links.ts';
import type { Identifier, OtherForm, PaperRecord } from '../papers/types.ts';

/**
 * The record of a work (`message` of a response). Throws `Unfit` if it is not one.
 *
 * @param now epoch ms: a licence that begins later does not count yet
 */
export function crossrefRecord(work: unknown, now: number = Date.now()): PaperRecord {
  if (!isObject(work)) throw new Unfit(`not a work but ${quote(work)}`);
  const title = markupOf(firstOf(work.title));
  const subtitle = markupOf(firstOf(work.subtitle));
  const published = dateOf(work);
  const whole = titleField(title !== undefined && subtitle !== undefined ? `${title}: ${subtitle}` : title);
  return compact({
    source: 'crossref',
    identifiers: identifiersOf(work),
    sameAs: otherForms(work),
    title: whole,
    abstract: proseField(markupOf(work.abstract), 'abstract', LIMITS.abstract),
    authors: authorsOf(work.author),
    orcids: orcidsOf(work.author),
    keywords: keywordsOf(work.subject),
    published: published?.day,
    publishedPrecision: published?.precision,
    journal: proseField(markupOf(firstOf(work['container-title'])), 'container-title', LIMITS.line),
    licence: licenceOf(work.license, now),
    withdrawn: isWithdrawnTitle(whole) || isRetracted(work['updated-by']) || undefined,
  });
}

function identifiersOf(work: Json): Identifier[] {
  const own = typeof work.DOI === 'string' ? parseIdentifier(work.DOI, 'doi') : null;
  if (!own) throw new Unfit(work.DOI === undefined ? 'no DOI' : `${quote(work.DOI)} is not a DOI`);
  const identifiers = [own];
  for (const id of related(work, 'is-identical-to')) {
    const ofScheme = identifiers.filter(({ scheme }) => scheme === id.scheme).length;
    if (ofScheme < (id.scheme === 'doi' ? 2 : 1)) addIdentifier(identifiers, id);
  }
  return identifiers;
}

/**
 * The preprint it grew out of, or what it became as a preprint. These are not names of the work itself: publishers get
 * them wrong, and a preprint may differ from what was printed.
 */
function otherForms(work: Json): OtherForm[] | undefined {
  const forms = [
    ...related(work, 'has-preprint').map((id) => ({ ...id, as: 'preprint' as const })),
    ...related(work, 'is-preprint-of').map((id) => ({ ...id, as: 'publication' as const })),
  ];
  const own = new Set(identifiersOf(work).map(({ scheme, value }) => `${scheme}:${value}`));
  const others = new Map<string, OtherForm>();
  for (const form of forms) {
    const name = `${form.scheme}:${form.value}`;
    if (!own.has(name) && !others.has(name)) others.set(name, form);
  }
  return others.size > 0 ? [...others.values()] : undefined;
}

/** What a work is said to be related to, as far as it goes by a name that papers have here. */
function related({ relation }: Json, name: string): Identifier[] {
  const list = isObject(relation) ? relation[name] : undefined;
  return (Array.isArray(list) ? list.slice(0, LIMITS.links) : []).flatMap((one) => {
    const id = isObject(one) && typeof one.id === 'string' ? identifierOfValue(one.id) : null;
    return id?.scheme === 'arxiv' || id?.scheme === 'doi' ? id : [];
  });
}

/** Whether a notice says that the work is withdrawn. */
const isRetracted = (notices: unknown): boolean =>
  (Array.isArray(notices) ? notices.slice(0, LIMITS.links) : []).some(
    (one) => isObject(one) && /^(?:retraction|withdrawal|removal)$/i.test(String(one.type)),
  );

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
  return names && names.length > 0 ? tidyPeople(names) : undefined;
}

/** ORCIDs of persons, by the names that `authorsOf` gives them. */
function orcidsOf(given: unknown): Record<string, string> | undefined {
  const orcids: Record<string, string> = {};
  for (const one of Array.isArray(given) ? given.slice(0, LIMITS.authors) : []) {
    if (!isObject(one) || typeof one.ORCID !== 'string') continue;
    const orcid = /^(?:https?:\/\/orcid\.org\/)?(\d{4}-\d{4}-\d{4}-\d{3}[\dX])$/.exec(one.ORCID)?.[1];
    const [name] = authorsOf([one]) ?? [];
    if (orcid !== undefined && name !== undefined) orcids[name] = orcid;
  }
  return Object.keys(orcids).length > 0 ? orcids : undefined;
}

function keywordsOf(given: unknown): string[] | undefined {
  const words = (Array.isArray(given) ? given : [])
    .slice(0, LIMITS.list)
    .flatMap((word) => (typeof word === 'string' ? (textField(word, 'subject', LIMITS.line) ?? []) : []));
  return words.length > 0 ? [...new Set(words)] : undefined;
}

/** When it was first available, on paper or not. */
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

/** Versions whose licence is the paper's, best first. Those for text mining and for archives are not. */
const VERSIONS = ['vor', 'am', 'unspecified'];
/** Terms for text mining, whatever version they are said to be of. */
const FOR_MINING = /\btdm|text-and-data-mining|\/policy-0\d\d\b/i;

/** The licence of the published version, otherwise of the accepted one, among those in force by now. */
function licenceOf(given: unknown, now: number): string | undefined {
  const all = (Array.isArray(given) ? given : []).slice(0, 50).filter(isObject);
  const held = all.filter(({ start }) => !(startOf(start) > now));
  for (const version of VERSIONS) {
    for (const licence of held) {
      const url = typeof licence.URL === 'string' ? safeUrl(licence.URL) : null;
      const isOf = (licence['content-version'] ?? 'unspecified') === version;
      if (isOf && url !== null && !FOR_MINING.test(url)) return url;
    }
  }
  return undefined;
}

/** When a licence begins (epoch ms); NaN if that is not stated. */
function startOf(start: unknown): number {
  const parts = isObject(start) && Array.isArray(start['date-parts']) ? start['date-parts'][0] : undefined;
  const moment = Array.isArray(parts) ? momentOf(parts) : null;
  return moment === null ? Number.NaN : Date.parse(moment.day);
}
