/**
 * arXiv's papers: the fields that all of arXiv's interfaces share, and its bulk metadata file, one JSON object a line
 * with `versions` and `authors_parsed`.
 */
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';
import {
  addIdentifier,
  authorName,
  compact,
  isCategory,
  isObject,
  type Json,
  LIMITS,
  linksIn,
  listField,
  passageField,
  proseField,
  textField,
  titleField,
} from './fields.ts';
import { peopleIn, tidyPeople } from './people.ts';
import { parseMoment, quote, Unfit } from './text.ts';
import { isWithdrawal, isWithdrawnTitle } from './withdrawal.ts';

/** Texts as in the response; absent if it does not give them. */
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

/** Builds the record from these fields. Throws `Unfit` if they are not a paper. */
export function arxivRecord(fields: ArxivFields): PaperRecord {
  if (fields.authors.length > LIMITS.authors) throw new Unfit('more than 10,000 authors');
  const published = fields.published === undefined ? null : parseMoment(fields.published);
  const updated = day(fields.updated);
  const note = proseField(fields.note, 'comment', LIMITS.note);
  const identifiers = identifiersOf(fields);
  const title = titleField(fields.title);
  const abstract = proseField(fields.abstract, 'abstract', LIMITS.abstract);
  const links = linksIn(fields.abstract, fields.note);
  return compact({
    source: 'arxiv',
    identifiers,
    title,
    abstract,
    authors: tidyPeople(fields.authors.map(authorName)),
    categories: [...new Set(fields.categories.filter(isCategory))],
    published: published?.day,
    publishedPrecision: published?.precision,
    publishedAt: published?.at,
    // The day of the first version is not an update.
    updated: updated === published?.day ? undefined : updated,
    announced: day(fields.announced),
    links: links.length > 0 ? links : undefined,
    note,
    journal: passageField(fields.journal, 'journal', LIMITS.line),
    licence: textField(fields.licence, 'licence', LIMITS.line),
    withdrawn: isWithdrawal(note, abstract) || isWithdrawnTitle(title) || undefined,
  });
}

const day = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : parseMoment(text)?.day;

function identifiersOf({ id, doi, version }: ArxivFields): Identifier[] {
  const own = id === undefined ? null : (parseIdentifier(id, 'arxiv') ?? parseIdentifier(id));
  if (own?.scheme !== 'arxiv')
    throw new Unfit(id === undefined ? 'no id' : `${quote(id)} is not an arXiv id`);
  const identifiers = [version !== undefined && own.version === undefined ? { ...own, version } : own];
  for (const one of doi?.split(/[\s,;]+/) ?? []) addIdentifier(identifiers, parseIdentifier(one, 'doi'));
  return identifiers;
}

/** Names from one line, as authors type them: "A B (X, Y), C D and E F", given names first. */
export const splitAuthors = (line: string): string[] => peopleIn(line, { order: 'natural' });

/** Only arXiv writes these names with a hyphen, or parses authors like this. */
export const looksLikeArxivBulk = (line: Json): boolean =>
  'authors_parsed' in line || ('journal-ref' in line && 'report-no' in line);

/**
 * One line of arXiv's bulk metadata file. The day of the first version is the submission date, that of the last version
 * the update; `update_date` only says when the metadata were touched. Throws `Unfit` if it is not a paper.
 */
export function fromArxivBulk(line: Json): PaperRecord {
  const text = (name: string): string | undefined => {
    const value = line[name];
    return typeof value === 'string' && value.trim() !== '' ? value : undefined;
  };
  const versions = (listField(line.versions, 'versions', LIMITS.list) ?? []).filter(isObject);
  const published = created(versions[0]);
  const updated = created(versions.at(-1))?.slice(0, 10);
  const version = Number(/^v(\d{1,4})$/.exec(String(versions.at(-1)?.version ?? ''))?.[1]);
  const parsed = listField(line.authors_parsed, 'authors_parsed', LIMITS.authors);
  return arxivRecord({
    id: typeof line.id === 'number' ? (parseIdentifier(line.id)?.value ?? String(line.id)) : text('id'),
    title: text('title'),
    authors: parsed ? parsed.map(parsedName) : splitAuthors(text('authors') ?? ''),
    categories: text('categories')?.split(' ') ?? [],
    ...present({
      abstract: text('abstract'),
      published,
      updated,
      note: text('comments'),
      journal: text('journal-ref'),
      licence: text('license'),
      doi: text('doi'),
    }),
    ...(version > 0 && { version }),
  });
}

/** `["Lovelace", "Ada", "", …]`: family name, given name, suffix; what follows are affiliations. */
function parsedName(value: unknown): string {
  if (!Array.isArray(value))
    throw new Unfit(`'authors_parsed' has an entry that is not a name: ${quote(value)}`);
  const [family, given, suffix] = value;
  return [given, family, suffix].filter((part) => typeof part === 'string' && part !== '').join(' ');
}

/** When a version was submitted, as an ISO time: arXiv writes `Mon, 2 Apr 2007 19:18:42 GMT`. */
function created(version: Json | undefined): string | undefined {
  const at = typeof version?.created === 'string' ? Date.parse(version.created) : Number.NaN;
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** Drops undefined fields. */
function present<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
