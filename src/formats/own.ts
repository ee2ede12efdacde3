/**
 * One paper as a line of JSON: our own export, and the simpler lines people write by hand (an id, a title, an
 * abstract). Unknown fields are ignored, so that newer exports can be read.
 */

import { normalizeLink } from '../papers/links.ts';
import { slugify } from '../papers/slug.ts';
import type { Identifier, Link, Organization, PaperRecord, Source, Submitter } from '../papers/types.ts';
import {
  addIdentifier,
  addLinks,
  authorsField,
  categoriesField,
  compact,
  countField,
  figuresField,
  flagField,
  identifierField,
  isObject,
  type Json,
  LIMITS,
  linksField,
  linksIn,
  listField,
  momentField,
  orLocal,
  passageField,
  proseField,
  textField,
  textsField,
  titleField,
} from './fields.ts';
import { ACCOUNT } from './hub.ts';
import { ownRepositories } from './repositories.ts';
import { type Moment, quote, Unfit } from './text.ts';
import { isWithdrawal, isWithdrawnTitle } from './withdrawal.ts';

export function fromOwn(line: Json, source: Source): PaperRecord {
  const title = titleField(line.title);
  const abstract = proseField(line.abstract, 'abstract', LIMITS.abstract);
  const note = noteOf(line);
  const authors = authorsField(line.authors);
  const dates = datesOf(line);
  const identifiers = identifiersOf(line);
  const count = countField(line.authorsCount, 'authorsCount');
  return compact({
    source,
    identifiers: orLocal(identifiers, title, authors, dates.published),
    title,
    abstract,
    summary: passageField(line.summary, 'summary', LIMITS.summary),
    summaryModel: textField(line.summaryModel, 'summaryModel', LIMITS.name),
    authors,
    authorsCount: count !== undefined && count >= (authors?.length ?? 0) ? count : undefined,
    organizations: organizationsOf(line),
    categories: categoriesField(line.categories),
    keywords: textsField(line.keywords, 'keywords'),
    ...dates,
    submittedBy: submitterOf(line.submittedBy),
    links: linksOf(line),
    repositories: ownRepositories(line.repositories),
    figures: figuresField(line.figures),
    note,
    journal: passageField(line.journal, 'journal', LIMITS.line),
    licence: textField(line.licence, 'licence', LIMITS.line),
    withdrawn:
      flagField(line.withdrawn, 'withdrawn') ??
      (isWithdrawal(note, abstract) || isWithdrawnTitle(title) || undefined),
    upvotes: countField(line.upvotes, 'upvotes'),
    // Text under this name is the authors' comment, not a count.
    comments: typeof line.comments === 'string' ? undefined : countField(line.comments, 'comments'),
    citations: countField(line.citations, 'citations'),
  });
}

function submitterOf(value: unknown): Submitter | undefined {
  if (value === undefined || value === null) return undefined;
  const name = isObject(value) ? textField(value.name, 'submittedBy.name', LIMITS.name) : undefined;
  if (!isObject(value) || name === undefined)
    throw new Unfit(`'submittedBy' is not {name, user}: ${quote(value)}`);
  const user = textField(value.user, 'submittedBy.user', LIMITS.name);
  if (user !== undefined && !ACCOUNT.test(user))
    throw new Unfit(`'submittedBy.user' is not an account name: ${quote(user)}`);
  return { name, ...(user !== undefined && { user }) };
}

function noteOf(line: Json): string | undefined {
  const remark = line.note ?? line.comment ?? (typeof line.comments === 'string' ? line.comments : undefined);
  return proseField(remark, 'note', LIMITS.note);
}

function identifiersOf(line: Json): Identifier[] {
  const identifiers: Identifier[] = [];
  // The list is more complete than the id, which is one of them; so its order and versions are kept.
  const list = listField(line.identifiers, 'identifiers', LIMITS.links) ?? [];
  for (const item of list) addIdentifier(identifiers, identifierField(item));
  if (line.id !== undefined && line.id !== null && line.id !== '')
    addIdentifier(identifiers, identifierField(line.id));
  if (typeof line.doi === 'string' && line.doi.trim() !== '') {
    addIdentifier(identifiers, identifierField(line.doi.trim().replace(/^(?=10\.)/, 'doi:')));
  }
  return identifiers;
}

type Dates = Pick<
  PaperRecord,
  'published' | 'publishedPrecision' | 'publishedAt' | 'updated' | 'announced' | 'listed'
>;

/** `date_kind` says what the day in a plain `published` is: the submission, the announcement, or only a month. */
function datesOf(line: Json): Dates {
  const published = momentField(line.published, 'published');
  const kind = line.date_kind;
  const announced = dayField(line.announced, 'announced');
  return {
    published: published?.day,
    publishedPrecision: precisionOf(line, published),
    publishedAt: momentField(line.publishedAt, 'publishedAt')?.at ?? published?.at,
    updated: dayField(line.updated, 'updated'),
    announced: announced ?? (kind === 'announced' ? published?.day : undefined),
    listed: dayField(line.listed, 'listed'),
  };
}

function precisionOf(line: Json, published: Moment | undefined): PaperRecord['publishedPrecision'] {
  if (!published) return undefined;
  const given = line.publishedPrecision;
  if (given === 'day' || given === 'month' || given === 'year') return given;
  if (given !== undefined && given !== null) {
    throw new Unfit(`'publishedPrecision' is not day, month or year: ${quote(given)}`);
  }
  return line.date_kind === 'id' ? 'month' : published.precision;
}

function dayField(value: unknown, name: string): string | undefined {
  const moment = momentField(value, name);
  if (moment && moment.precision !== 'day') throw new Unfit(`'${name}' is not a full date: ${quote(value)}`);
  return moment?.day;
}

/** Explicit links are complete; without any, those in abstract and note are used. */
function linksOf(line: Json): PaperRecord['links'] {
  const given = linksField(line.links);
  if (given) return given.map((link, at) => withLicence(link, (line.links as Json[])[at]!.licence));
  const links = [];
  if (typeof line.github === 'string' && line.github !== '') {
    const code = normalizeLink(line.github, 'code');
    if (!code) throw new Unfit(`link ${quote(line.github)} is not an http(s) address`);
    links.push(code);
  }
  const { abstract, note, comment } = line;
  addLinks(links, linksIn(...[abstract, note, comment].filter((text) => typeof text === 'string')));
  return links.length > 0 ? links : undefined;
}

function withLicence(link: Link, value: unknown): Link {
  const licence = textField(value, 'links.licence', LIMITS.name);
  return licence === undefined ? link : { ...link, licence };
}

function organizationsOf(line: Json): Organization[] | undefined {
  const list = listField(line.organizations, 'organizations', LIMITS.list);
  if (list) return list.map(organization);
  if (line.organization === undefined) return undefined;
  return line.organization === null ? undefined : [organization(line.organization)];
}

function organization(value: unknown): Organization {
  const name = isObject(value) ? textField(value.name, 'organization.name', LIMITS.name) : undefined;
  const given = isObject(value) ? textField(value.slug, 'organization.slug', LIMITS.name) : undefined;
  const slug = given ?? slugify(name ?? '');
  if (slug === '') throw new Unfit(`organization ${quote(value)} is not {slug, name}`);
  return { slug, name: name ?? slug };
}
