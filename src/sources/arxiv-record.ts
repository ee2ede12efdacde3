/** What arXiv's doors have in common: the fields of a record, however they were wrapped. */
import {
  addIdentifier,
  authorName,
  compact,
  isCategory,
  isObject,
  isWithdrawal,
  LIMITS,
  linksIn,
  proseField,
  textField,
  titleField,
} from '../formats/fields.ts';
import { attempt } from '../formats/record.ts';
import { parseMoment, quote, Unfit } from '../formats/text.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Day, Identifier, PaperRecord, Parsed } from '../papers/types.ts';

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

/** arXiv's two records of a paper: what it is, and that it was announced. */
export type ArxivSource = 'arxiv' | 'arxiv-feed';

/**
 * The record these fields make, or why they make none, with the fields themselves to be tried again.
 *
 * @param place the request they came with
 */
export function arxivParsed(place: string, fields: ArxivFields, source: ArxivSource = 'arxiv'): Parsed {
  const where = `${place} (${fields.id ?? '?'})`;
  return attempt(where, () => ({ ...arxivRecord(fields), source }), { ...fields, source });
}

/** Tries fields again that made no record, from what was kept of them. Never throws. */
export function arxivReread(raw: unknown, where: string): Parsed {
  return attempt(
    where,
    () => {
      if (!isObject(raw)) throw new Unfit('what was kept of it is no record of arXiv’s');
      const fields = fieldsOf(raw);
      return { ...arxivRecord(fields), source: raw.source === 'arxiv-feed' ? 'arxiv-feed' : 'arxiv' };
    },
    raw,
  );
}

const TEXTS = [
  'abstract',
  'published',
  'updated',
  'announced',
  'note',
  'journal',
  'licence',
  'doi',
] as const satisfies (keyof ArxivFields)[];

function fieldsOf(raw: Record<string, unknown>): ArxivFields {
  const text = (name: string): string | undefined =>
    typeof raw[name] === 'string' ? (raw[name] as string) : undefined;
  const texts = (name: string): string[] =>
    Array.isArray(raw[name]) ? (raw[name] as unknown[]).filter((one) => typeof one === 'string') : [];
  const fields: ArxivFields = {
    id: text('id'),
    title: text('title'),
    authors: texts('authors'),
    categories: texts('categories'),
  };
  for (const name of TEXTS) {
    const value = text(name);
    if (value !== undefined) fields[name] = value;
  }
  if (typeof raw.version === 'number' && Number.isInteger(raw.version) && raw.version > 0)
    fields.version = raw.version;
  return fields;
}

/**
 * That a paper was announced on a day, in arXiv's words about it. A record of its own, which no later change of the
 * paper undoes; so only what stays true is in it, not whether the paper was changed or withdrawn since.
 */
export function announcement(record: PaperRecord, day: Day | undefined): PaperRecord {
  const { updated: _, withdrawn: __, note: ___, announced: ____, ...lasting } = record;
  return { ...lasting, source: 'arxiv-feed', ...(day !== undefined && { announced: day }) };
}

/** The arXiv identifier a record came under. */
export const ownId = ({ identifiers }: PaperRecord): string => identifiers[0]!.value;

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
