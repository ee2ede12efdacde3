/** Papers as BibTeX entries. The library reads the syntax and the names; formulas are ours to keep. */
import { type Entry, parse } from '@retorquere/bibtex-parser';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord, Source } from '../papers/types.ts';
import { takeFields } from './bibtex-fields.ts';
import {
  addIdentifier,
  authorName,
  compact,
  identifierField,
  isCategory,
  LIMITS,
  linksIn,
  orLocal,
  titleField,
} from './fields.ts';
import { decodeTex } from './tex.ts';
import { foldText, isDay, monthNumber, parseMoment, Unfit } from './text.ts';

/** Prose, which is decoded here and not by the library. */
const PLAIN = new Set(
  'title subtitle abstract annote note journal journaltitle booktitle keywords date identifiers'.split(' '),
);

/** `@string`s by name, to be put before the entries that use them. */
export class Abbreviations {
  readonly #texts = new Map<string, string>();

  add(entry: string): void {
    const name = /^@string\s*[{(]\s*([^\s={}()"#,]+)\s*=/i.exec(entry)?.[1]?.toLowerCase();
    if (name !== undefined && this.#texts.size < 10_000) this.#texts.set(name, entry);
  }

  /** What `entry` needs before it; one may be made of others. */
  before(entry: string): string {
    if (this.#texts.size === 0) return '';
    const used = new Set<string>();
    const waiting = [entry];
    for (let text = waiting.pop(); text !== undefined; text = waiting.pop()) {
      for (const match of text.matchAll(/[=#]\s*([a-z][^\s={}()"#,]*)/gi)) {
        const name = match[1]!.toLowerCase();
        const found = this.#texts.get(name);
        if (found === undefined || used.has(name)) continue;
        used.add(name);
        waiting.push(found);
      }
    }
    // In the order they were defined, as the file had them.
    return [...this.#texts].map(([name, text]) => (used.has(name) ? `${text}\n` : '')).join('');
  }
}

/** The record of one entry; `before` are the abbreviations it uses. */
export function fromBibtex(entry: string, before: string, source: Source): PaperRecord {
  const { rest, taken } = takeFields(entry, PLAIN);
  const fields: Fields = { ...parsed(before + rest).fields, ...Object.fromEntries(taken) };
  const one = (name: string): string | undefined => prose(fields[name]);
  const title = titleField(withSubtitle(one('title'), one('subtitle')));
  const authors = (fields.author ?? []).map(creatorName).filter((name) => name !== '' && name !== 'others');
  if (authors.length > LIMITS.authors) throw new Unfit('more than 10,000 authors');
  const date = dateOf(fields);
  const abstract = one('abstract');
  const note = one('note') ?? one('annote');
  limit('abstract', abstract, LIMITS.abstract);
  limit('note', note, LIMITS.note);
  const links = linksIn(raw(fields.abstract), raw(fields.note), raw(fields.url), raw(fields.howpublished));
  const primary = raw(fields.primaryclass) ?? raw(fields.eprintclass);
  return compact({
    source,
    identifiers: orLocal(identifiersOf(fields), title, authors, date?.day),
    title,
    abstract,
    authors: authors.length > 0 ? authors : undefined,
    categories: primary !== undefined && isCategory(primary) ? [primary] : undefined,
    keywords: keywordsOf(one('keywords')),
    published: date?.day,
    publishedPrecision: date?.precision,
    links: links.length > 0 ? links : undefined,
    note,
    journal: one('journal') ?? one('journaltitle') ?? one('booktitle'),
  });
}

/** Beyond this, prose apart, it is no entry; and the library's time grows faster than the text. */
const MAX_ENTRY = 200_000;

function parsed(text: string): Entry {
  if (text.length > MAX_ENTRY) throw new Unfit('the entry is too large');
  let library: ReturnType<typeof parse>;
  try {
    // Nobody between two "and"s costs the library more than many people.
    library = parse(text.replace(/\b(?:and\s+){2,}/g, 'and '), {
      english: false,
      sentenceCase: false,
      caseProtection: false,
      applyCrossRef: false,
      unsupported: (_node, tex) => tex,
      removeOuterBraces: [],
      fieldMode: Object.fromEntries([...PLAIN].map((name) => [name, 'verbatim' as const])),
    });
  } catch (error) {
    throw new Unfit(trouble(String(error)));
  }
  const entry = library.entries[0];
  const reason = library.errors[0]?.error;
  if (reason !== undefined) throw new Unfit(trouble(reason));
  if (!entry) throw new Unfit('not BibTeX: no entry');
  return entry;
}

const trouble = (reason: string): string =>
  /call stack/i.test(reason)
    ? 'not BibTeX: nested too deep'
    : `not BibTeX: ${foldText(reason).slice(0, 120)}`;

type Fields = Entry['fields'];

/** The library gives some fields as lists. */
function raw(value: unknown): string | undefined {
  const text = Array.isArray(value) ? value.join(', ') : value;
  return typeof text === 'string' && text.trim() !== '' ? text : undefined;
}

function prose(value: unknown): string | undefined {
  const text = raw(value);
  return text === undefined ? undefined : foldText(decodeTex(text, { tex: true })) || undefined;
}

function limit(name: string, text: string | undefined, most: number): void {
  if ((text?.length ?? 0) > most)
    throw new Unfit(`'${name}' is longer than ${most.toLocaleString('en')} characters`);
}

function withSubtitle(title: string | undefined, subtitle: string | undefined): string | undefined {
  return title !== undefined && subtitle !== undefined ? `${title}: ${subtitle}` : title;
}

/** In printed order: "Ludwig van Beethoven", "Sammy Davis Jr." */
function creatorName(creator: NonNullable<Fields['author']>[number]): string {
  const { name, firstName, prefix, lastName, suffix } = creator;
  const parts = name !== undefined ? [name] : [firstName, prefix, lastName, suffix];
  return authorName(parts.filter((part) => part !== undefined && part !== '').join(' '));
}

function dateOf(fields: Fields): ReturnType<typeof parseMoment> {
  const date = raw(fields.date)?.split('/')[0]?.trim();
  const whole = date === undefined ? null : parseMoment(date);
  if (whole) return whole;
  const year = /\b(1[5-9]\d\d|2\d\d\d)\b/.exec(raw(fields.year) ?? date ?? '')?.[1];
  if (year === undefined) return null;
  const month = monthNumber(raw(fields.month) ?? '');
  if (month === undefined) return parseMoment(year);
  const day = `${year}-${month}-${(raw(fields.day) ?? '').trim().padStart(2, '0')}`;
  return parseMoment(isDay(day) ? day : `${year}-${month}`);
}

function identifiersOf(fields: Fields): Identifier[] {
  const identifiers: Identifier[] = [];
  for (const own of prose(fields.identifiers)?.split(/[\s,]+/) ?? []) {
    if (own !== '') addIdentifier(identifiers, identifierField(own));
  }
  if (identifiers.length > 0) return identifiers;
  const type = (raw(fields.archiveprefix) ?? raw(fields.eprinttype) ?? 'arxiv').toLowerCase();
  const eprint = raw(fields.eprint)?.trim();
  if (eprint !== undefined && type === 'arxiv') addIdentifier(identifiers, parseIdentifier(eprint, 'arxiv'));
  const doi = raw(fields.doi)?.trim();
  if (doi !== undefined) addIdentifier(identifiers, parseIdentifier(doi.replace(/\\(?=[_#%&])/g, ''), 'doi'));
  const url = raw(fields.url)?.trim();
  for (const found of [url === undefined ? null : parseIdentifier(url), preprint(fields)]) {
    // A second one of a scheme would be another paper's.
    const known = identifiers.some((one) => one.scheme === found?.scheme);
    if (!known && found?.scheme !== 'local') addIdentifier(identifiers, found);
  }
  return identifiers;
}

/**
 * Google Scholar writes `journal = {arXiv preprint arXiv:2503.02130}`. A remark that only mentions an
 * identifier ("extends arXiv:…") names another paper; so nothing else may stand in the field.
 */
function preprint(fields: Fields): Identifier | null {
  for (const name of ['journal', 'volume', 'howpublished', 'note'] as const) {
    const id = /^(?:arxiv(?: e-?prints?| preprint)?[,: ]+)?(arxiv:\s?[^\s,]+)(?: \[[\w.-]+\])?[.,]?$/i.exec(
      raw(fields[name])?.trim() ?? '',
    );
    const found = id ? parseIdentifier(id[1]!) : null;
    if (found) return found;
  }
  return null;
}

function keywordsOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return [...new Set(text.split(/\s*[,;]\s*/).filter((word) => word !== ''))].slice(0, LIMITS.list);
}
