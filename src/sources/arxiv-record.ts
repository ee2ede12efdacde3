/** What arXiv's three doors have in common: the fields of a record, however they were wrapped. */
import {
  addIdentifier,
  authorName,
  compact,
  isCategory,
  isWithdrawal,
  LIMITS,
  linksIn,
  proseField,
  textField,
  titleField,
} from '../formats/fields.ts';
import { parseMoment, quote, Unfit } from '../formats/text.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';

/** Texts as the answer has them; absent where it says nothing. */
export interface ArxivFields {
  id: string | undefined;
  title: string | undefined;
  abstract?: string;
  authors: string[];
  /** The primary one first. */
  categories: string[];
  /** A day, or a moment with its time. */
  published?: string;
  updated?: string;
  announced?: string;
  note?: string;
  journal?: string;
  licence?: string;
  /** One or more, separated by blanks. */
  doi?: string;
  version?: number;
}

/** The record these fields make. Throws `Unfit` where they make none. */
export function arxivRecord(fields: ArxivFields): PaperRecord {
  if (fields.authors.length > LIMITS.authors) throw new Unfit('more than 10,000 authors');
  const published = fields.published === undefined ? null : parseMoment(fields.published);
  const updated = day(fields.updated);
  const note = proseField(fields.note, 'comment', LIMITS.note);
  const links = linksIn(fields.abstract, fields.note);
  return compact({
    source: 'arxiv',
    identifiers: identifiersOf(fields),
    title: titleField(fields.title),
    abstract: proseField(fields.abstract, 'abstract', LIMITS.abstract),
    authors: fields.authors.map(authorName).filter((name) => name !== ''),
    categories: [...new Set(fields.categories.filter(isCategory))],
    published: published?.day,
    publishedPrecision: published?.precision,
    publishedAt: published?.at,
    // The first version's own day is no update.
    updated: updated === published?.day ? undefined : updated,
    announced: day(fields.announced),
    links: links.length > 0 ? links : undefined,
    note,
    journal: textField(fields.journal, 'journal', LIMITS.line),
    licence: textField(fields.licence, 'licence', LIMITS.line),
    withdrawn: isWithdrawal(note) || undefined,
  });
}

const day = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : parseMoment(text)?.day;

function identifiersOf({ id, doi, version }: ArxivFields): Identifier[] {
  const own = id === undefined ? null : (parseIdentifier(id, 'arxiv') ?? parseIdentifier(id));
  if (own?.scheme !== 'arxiv') throw new Unfit(id === undefined ? 'no id' : `${quote(id)} is not arXiv's`);
  const identifiers = [version !== undefined && own.version === undefined ? { ...own, version } : own];
  for (const one of doi?.split(/[\s,;]+/) ?? []) addIdentifier(identifiers, parseIdentifier(one, 'doi'));
  return identifiers;
}

/**
 * Names out of one line, as authors type them: "A B (X, Y), C D and E F". Affiliations in brackets go,
 * with the commas in them; "and" and commas part names.
 */
export function splitAuthors(line: string): string[] {
  let depth = 0;
  let plain = '';
  for (const sign of line) {
    if (sign === '(') depth++;
    else if (sign === ')') depth = Math.max(0, depth - 1);
    else if (depth === 0) plain += sign;
  }
  const names = plain.split(/\s*[,;]\s*(?:and\s+)?|\s+and\s+/).map((name) => name.trim());
  const joined: string[] = [];
  for (const name of names) {
    // "Sammy Davis, Jr." is one person.
    if (/^(?:jr|sr|i{2,3}|iv)\.?$/i.test(name) && joined.length > 0) joined.push(`${joined.pop()} ${name}`);
    else if (name !== '' && name !== ':') joined.push(name);
  }
  return joined;
}
