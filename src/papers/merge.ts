/**
 * One paper from everything said about it. `fold` is a function of the *set* of records: the order of arrival makes no
 * difference. Each fact comes from the most trusted record that has it (the order of SOURCES); lists of links and
 * identifiers are united.
 */

import { canonicalId } from './identifiers.ts';
import { textHash } from './text-hash.ts';
import {
  type Day,
  type Identifier,
  type Link,
  type Paper,
  type PaperRecord,
  SCHEMES,
  SOURCES,
} from './types.ts';

/** A record with the hash of its content, which breaks ties between records of one source. */
export interface HashedRecord {
  hash: string;
  record: PaperRecord;
}

/** What decided the paper's day: somebody's choice, the source's announcement, or its date. */
export type DayBy = 'listed' | 'announced' | 'published';

/**
 * A merged paper, without what only the database knows: its row, its counts, and whether it is in the edition of its
 * day (editions/entries.ts).
 */
export type MergedPaper = Omit<
  Paper,
  'pk' | 'listed' | 'late' | 'rule' | 'upvotes' | 'comments' | 'citations' | 'hot'
> & {
  /** The day it belongs to; null: unknown. */
  day: Day | null;
  dayBy: DayBy | null;
};

const rank = new Map(SOURCES.map((source, index) => [source, index]));

/** Most trusted first; within a source the newer, then the fuller; the hash makes the order total. */
export function byTrust(a: HashedRecord, b: HashedRecord): number {
  return (
    rank.get(a.record.source)! - rank.get(b.record.source)! ||
    compare(b.record.updated ?? '', a.record.updated ?? '') ||
    (b.record.abstract?.length ?? 0) - (a.record.abstract?.length ?? 0) ||
    compare(a.hash, b.hash)
  );
}

/**
 * Merges records into the paper they describe.
 *
 * @param records at least one
 * @param identifiers all names of the paper, from these records and from earlier ones
 */
export function fold(records: HashedRecord[], identifiers: Identifier[]): MergedPaper {
  const trusted = records.length === 1 ? records : [...records].sort(byTrust);
  const title = trusted[0]!.record.title;
  const abstract = firstIn(trusted, 'abstract') ?? null;
  const current = withoutOutdated(trusted, title, abstract);
  const first = <K extends keyof PaperRecord>(key: K): PaperRecord[K] | undefined => firstIn(current, key);
  const days = (key: 'published' | 'updated' | 'announced' | 'listed'): Day[] =>
    trusted.flatMap(({ record }) => record[key] ?? []).sort();

  const dated = published(trusted);
  const announced = days('announced')[0] ?? null;
  const listed = days('listed')[0];
  const dayOfPaper = dated?.publishedPrecision === 'day' ? (dated.published ?? null) : null;
  const authors = first('authors') ?? [];
  const told = first('authorsCount');
  const names = [...identifiers].sort(byScheme);
  return {
    id: canonicalId(names),
    identifiers: names,
    title,
    abstract,
    summary: first('summary') ?? null,
    summaryModel: current.find(({ record }) => record.summary !== undefined)?.record.summaryModel ?? null,
    authors,
    authorsCount: Math.max(authors.length, told ?? 0) || null,
    organizations: first('organizations') ?? [],
    categories: first('categories') ?? [],
    keywords: first('keywords') ?? [],
    published: dated?.published ?? null,
    publishedPrecision: dated?.publishedPrecision ?? 'day',
    publishedAt: dated?.publishedAt ?? null,
    updated: days('updated').at(-1) ?? null,
    announced,
    day: listed ?? announced ?? dayOfPaper,
    dayBy: listed ? 'listed' : announced ? 'announced' : dayOfPaper ? 'published' : null,
    submittedBy: first('submittedBy') ?? null,
    links: uniteLinks(trusted),
    repositories: first('repositories') ?? null,
    figures: first('figures') ?? [],
    note: first('note') ?? null,
    journal: first('journal') ?? null,
    licence: first('licence') ?? null,
    // A source that does not say so has not denied it.
    withdrawn: trusted.some(({ record }) => record.withdrawn === true),
    sources: SOURCES.filter((source) => trusted.some(({ record }) => record.source === source)),
  };
}

function firstIn<K extends keyof PaperRecord>(
  trusted: readonly HashedRecord[],
  key: K,
): PaperRecord[K] | undefined {
  for (const { record } of trusted) {
    const value = record[key];
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) return value;
  }
  return undefined;
}

/** Drops what a model wrote from a text other than the paper's current one. */
function withoutOutdated(trusted: HashedRecord[], title: string, abstract: string | null): HashedRecord[] {
  if (!trusted.some(({ record }) => record.source === 'model')) return trusted;
  const text = abstract === null ? '' : textHash(title, abstract);
  return trusted.filter(({ record }) => record.source !== 'model' || record.writtenFrom === text);
}

/**
 * Reconstructs the record of a paper that has only one: `fold([recordOf(p)], …)` is p again. So the store need not keep
 * a second copy of nearly every paper.
 */
export function recordOf(paper: MergedPaper): PaperRecord {
  const record: PaperRecord = {
    source: paper.sources[0]!,
    identifiers: paper.identifiers,
    title: paper.title,
  };
  const keep = <K extends keyof PaperRecord>(key: K, value: PaperRecord[K] | null): void => {
    if (value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0))
      record[key] = value;
  };
  keep('abstract', paper.abstract);
  keep('summary', paper.summary);
  keep('summaryModel', paper.summaryModel);
  keep('authors', paper.authors);
  if (paper.authorsCount !== null && paper.authorsCount > paper.authors.length)
    record.authorsCount = paper.authorsCount;
  keep('organizations', paper.organizations);
  keep('categories', paper.categories);
  keep('keywords', paper.keywords);
  if (paper.published !== null) {
    record.published = paper.published;
    record.publishedPrecision = paper.publishedPrecision;
    keep('publishedAt', paper.publishedAt);
  }
  keep('updated', paper.updated);
  keep('announced', paper.announced);
  if (paper.dayBy === 'listed') keep('listed', paper.day);
  keep('submittedBy', paper.submittedBy);
  keep('links', paper.links);
  keep('repositories', paper.repositories);
  keep('figures', paper.figures);
  keep('note', paper.note);
  keep('journal', paper.journal);
  keep('licence', paper.licence);
  if (paper.withdrawn) record.withdrawn = true;
  return record;
}

/** The date from the record that knows it most precisely; among equals, the most trusted. */
function published(
  trusted: HashedRecord[],
): Pick<PaperRecord, 'published' | 'publishedPrecision' | 'publishedAt'> | undefined {
  let best: PaperRecord | undefined;
  for (const { record } of trusted) {
    if (record.published === undefined) continue;
    if (!best || EXACT[precision(record)] > EXACT[precision(best)]) best = record;
  }
  return best && { ...best, publishedPrecision: precision(best) };
}

const EXACT = { day: 2, month: 1, year: 0 };
const precision = (record: PaperRecord) => record.publishedPrecision ?? 'day';

/**
 * All links, each address once, by kind and address; with the highest star count, and the licence from the most trusted
 * source. What GitHub itself says about its repository wins, since it is the newest.
 */
function uniteLinks(trusted: HashedRecord[]): Link[] {
  const links = new Map<string, Link>();
  const atHome = new Map<string, Link>();
  for (const { record } of trusted) {
    for (const link of record.links ?? []) {
      const known = links.get(link.url);
      if (!known) links.set(link.url, { ...link });
      else {
        if (link.stars !== undefined) known.stars = Math.max(known.stars ?? 0, link.stars);
        if (link.licence !== undefined) known.licence ??= link.licence;
      }
      if (record.source === 'github' && !atHome.has(link.url)) atHome.set(link.url, link);
    }
  }
  for (const [url, { stars, licence }] of atHome) {
    Object.assign(links.get(url)!, stars !== undefined && { stars }, licence !== undefined && { licence });
  }
  return [...links.values()].sort((a, b) => compare(a.kind, b.kind) || compare(a.url, b.url));
}

const byScheme = (a: Identifier, b: Identifier): number =>
  SCHEMES.indexOf(a.scheme) - SCHEMES.indexOf(b.scheme) || compare(a.value, b.value);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
