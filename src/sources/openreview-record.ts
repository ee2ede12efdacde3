/**
 * An OpenReview note as a record. Outside data: a field of the wrong type is dropped if the paper can do without it.
 */
import {
  addIdentifier,
  authorName,
  compact,
  isObject,
  type Json,
  LIMITS,
  linksIn,
  listField,
  passageField,
  proseField,
  textField,
  titleField,
} from '../formats/fields.ts';
import { parseMoment, quote, Unfit } from '../formats/text.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Identifier, PaperRecord } from '../papers/types.ts';

/** Version 2 of the API wraps every value, `{value: …}`; version 1 did not. */
export const value = (field: unknown): unknown => (isObject(field) && 'value' in field ? field.value : field);

/** The record of a note. Throws `Unfit` if it is not a paper. */
export function openreviewRecord(note: unknown): PaperRecord {
  if (!isObject(note) || !isObject(note.content)) throw new Unfit(`not a note but ${quote(note)}`);
  const { content } = note;
  const field = (name: string): unknown => value(content[name]);
  const words = (name: string): string | undefined => {
    const found = field(name);
    return typeof found === 'string' ? found : undefined;
  };
  // The day it became public at the venue, otherwise the day it was submitted.
  const published = moment(note.pdate) ?? moment(note.odate) ?? moment(note.cdate) ?? moment(note.tcdate);
  const updated = moment(note.mdate)?.day;
  const links = linksIn(words('abstract'), words('code'), words('code_URL'), words('project_page'));
  return compact({
    source: 'openreview',
    identifiers: identifiersOf(note, words),
    title: titleField(field('title')),
    abstract: proseField(words('abstract'), 'abstract', LIMITS.abstract),
    summary: proseField(words('TLDR') ?? words('TL;DR'), 'TLDR', LIMITS.summary),
    authors: authorsOf(field('authors')),
    keywords: keywordsOf(field('keywords')),
    published: published?.day,
    publishedPrecision: published?.precision,
    publishedAt: published?.at,
    updated: updated === published?.day ? undefined : updated,
    links: links.length > 0 ? links : undefined,
    journal: passageField(words('venue'), 'venue', LIMITS.line),
    licence: textField(typeof note.license === 'string' ? note.license : undefined, 'license', LIMITS.line),
  });
}

/** Its own name, and that of the same paper elsewhere if the note links to it. */
function identifiersOf(note: Json, words: (name: string) => string | undefined): Identifier[] {
  const id = note.forum ?? note.id;
  const own = typeof id === 'string' ? parseIdentifier(id, 'openreview') : null;
  if (!own) throw new Unfit(id === undefined ? 'no id' : `${quote(id)} is not an OpenReview id`);
  const identifiers = [own];
  for (const name of ['html', 'pdf']) {
    const found = parseIdentifier(words(name) ?? '');
    const isOther = found?.scheme === 'arxiv' || found?.scheme === 'doi' || found?.scheme === 'acl';
    if (isOther && !identifiers.some((one) => one.scheme === found.scheme)) addIdentifier(identifiers, found);
  }
  return identifiers;
}

/** Strings, or `{fullname, username}`. */
function authorsOf(given: unknown): string[] | undefined {
  const list = listField(given, 'authors', LIMITS.authors);
  return list
    ?.map((one) => {
      const name = isObject(one) ? (one.fullname ?? one.name) : one;
      if (typeof name !== 'string')
        throw new Unfit(`'authors' has an entry that is not a name: ${quote(one)}`);
      return authorName(name);
    })
    .filter((name) => name !== '');
}

function keywordsOf(given: unknown): string[] | undefined {
  const list = typeof given === 'string' ? given.split(/[,;]/) : Array.isArray(given) ? given : [];
  const words = list
    .slice(0, LIMITS.list)
    .flatMap((word) => (typeof word === 'string' ? (textField(word, 'keywords', LIMITS.name) ?? []) : []));
  return words.length > 0 ? [...new Set(words)] : undefined;
}

/** Epoch milliseconds, if they are a valid date. */
function moment(at: unknown): ReturnType<typeof parseMoment> | undefined {
  const isTime = typeof at === 'number' && Math.abs(at) <= 8.64e15;
  return isTime ? (parseMoment(new Date(at).toISOString()) ?? undefined) : undefined;
}
