/** The fields of the query language, their other names, and what their values may be. */
import { editionDays } from './edition-days.ts';
import { dateDays, readRange } from './ranges.ts';
import { HAS, type HasName, type SearchFilters, type SearchSort } from './types.ts';

type Name =
  | 'title'
  | 'abstract'
  | 'anywhere'
  | 'author'
  | 'org'
  | 'venue'
  | 'category'
  | 'date'
  | 'from'
  | 'to'
  | 'before'
  | 'edition'
  | 'votes'
  | 'has'
  | 'sort';

/** Other names are those of arXiv, Semantic Scholar, Google Scholar and PubMed. */
const NAMES: Record<string, Name> = {
  title: 'title',
  ti: 'title',
  intitle: 'title',
  allintitle: 'title',
  abs: 'abstract',
  abstract: 'abstract',
  all: 'anywhere',
  author: 'author',
  by: 'author',
  au: 'author',
  org: 'org',
  organization: 'org',
  organisation: 'org',
  venue: 'venue',
  journal: 'venue',
  conference: 'venue',
  jr: 'venue',
  category: 'category',
  cat: 'category',
  year: 'date',
  date: 'date',
  published: 'date',
  submitteddate: 'date',
  from: 'from',
  since: 'from',
  after: 'from',
  to: 'to',
  until: 'to',
  before: 'before',
  edition: 'edition',
  votes: 'votes',
  upvotes: 'votes',
  has: 'has',
  sort: 'sort',
};

const SORTS: Record<string, SearchSort> = {
  relevance: 'relevance',
  date: 'date',
  newest: 'date',
  new: 'date',
  votes: 'votes',
  upvotes: 'votes',
};

const HAS_NAMES: Record<string, HasName | 'code'> = {
  ...Object.fromEntries(HAS.map((name) => [name, name])),
  code: 'code',
  org: 'organization',
  organisation: 'organization',
  author: 'authors',
  category: 'categories',
  upvotes: 'votes',
  journal: 'venue',
  conference: 'venue',
};

/** Fields of other search languages, and what there is instead, for people. */
const ELSEWHERE: Record<string, string> = {
  source: 'try venue:cvpr or venue:"Physical Review B"',
  co: 'comments are not searched by themselves',
  comment: 'comments are not searched by themselves',
  rn: 'report numbers are not searched',
  lastupdateddate: 'try date:2025-06.. or edition:2026-06',
  fieldsofstudy: 'try cat:cs.CL',
  mincitationcount: 'citations are not known here',
  site: 'everything found is on this site',
  filetype: 'there are no files to search',
};

/** What is meant by `field:value`. */
export type FieldRead =
  /** Words, in one field or in any. */
  | { is: 'words'; field: 'title' | 'abstract' | null }
  | { is: 'filter'; filters: SearchFilters }
  | { is: 'sort'; sort: SearchSort }
  /** It cannot be understood; for people. */
  | { is: 'problem'; says: string }
  /** Not a field of ours: text like any other; `says` what there is instead, if it is another language's. */
  | { is: 'text'; says: string | null };

const isOwn = (field: string): boolean => Object.hasOwn(NAMES, field);
const canonicalName = (field: string): Name | null => (isOwn(field) ? NAMES[field]! : null);
const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

export function readField(field: string, value: string): FieldRead {
  const name = canonicalName(field);
  if (name === null) return { is: 'text', says: elsewhere(field) };
  const problem = (says: string): FieldRead => ({ is: 'problem', says: `${field}:${short(value)} ${says}` });
  switch (name) {
    case 'title':
    case 'abstract':
      return { is: 'words', field: name };
    case 'anywhere':
      return { is: 'words', field: null };
    case 'author':
      // arXiv writes `au:del_maestro_a`.
      return { is: 'filter', filters: { author: value.replaceAll('_', ' ') } };
    case 'org':
      return { is: 'filter', filters: { organization: value } };
    case 'venue':
      // arXiv writes `jr:Phys_Rev_B`.
      return { is: 'filter', filters: { venue: value.replaceAll('_', ' ') } };
    case 'category': {
      const categories = value.split(',').filter(Boolean);
      // `cs.*` is arXiv's way to say all of an archive.
      return { is: 'filter', filters: { categories: categories.map((code) => code.replace(/\.?\*$/, '')) } };
    }
    case 'has': {
      const key = value.toLowerCase();
      const has = Object.hasOwn(HAS_NAMES, key) ? HAS_NAMES[key]! : null;
      if (has === null) return problem(`is not known; has: takes code, ${HAS.join(', ')}`);
      return { is: 'filter', filters: has === 'code' ? { hasCode: true } : { has: [has] } };
    }
    case 'sort': {
      const key = value.toLowerCase();
      if (!Object.hasOwn(SORTS, key)) return problem('is not known; try relevance, date or votes');
      return { is: 'sort', sort: SORTS[key]! };
    }
    default:
      return readSpan(field, name, value, problem);
  }
}

function readSpan(
  field: string,
  name: 'date' | 'from' | 'to' | 'before' | 'edition' | 'votes',
  value: string,
  problem: (says: string) => FieldRead,
): FieldRead {
  if (name === 'votes') {
    const votes = readRange(value, (text) =>
      /^\d{1,9}$/.test(text) ? { first: Number(text), last: Number(text) } : null,
    );
    if (votes === null) return problem('is not known; write votes:>20, votes:<=5 or votes:10..50');
    return spanFilter(votes, 'fromVotes', 'toVotes', problem);
  }
  if (name === 'edition') {
    const days = readRange(value, editionDays);
    if (days === null)
      return problem('is not known; write a day (2026-06-12), a week (2026-W24) or a month (2026-06)');
    return spanFilter(days, 'fromEdition', 'toEdition', problem);
  }
  if (name === 'date') {
    const days = readRange(value, dateDays, field === 'year');
    if (days === null)
      return problem(
        field === 'year'
          ? 'is not known; write year:2025, year:2024..2026 or year:2024..'
          : 'is not known; write a year, a month (2025-06) or a day (2025-06-12), or two of them as 2024..2025-06',
      );
    return spanFilter(days, 'fromDay', 'toDay', problem);
  }
  const day = dateDays(value);
  if (day === null) return problem('is not known; write a year, a month (2025-06) or a day (2025-06-12)');
  if (name === 'from') return { is: 'filter', filters: { fromDay: day.first } };
  return { is: 'filter', filters: { toDay: name === 'to' ? day.last : day.first - 1 } };
}

function spanFilter(
  { from, to }: { from: number | null; to: number | null },
  fromName: 'fromDay' | 'fromEdition' | 'fromVotes',
  toName: 'toDay' | 'toEdition' | 'toVotes',
  problem: (says: string) => FieldRead,
): FieldRead {
  if (from !== null && to !== null && from > to) return problem('ends before it begins');
  return {
    is: 'filter',
    filters: { ...(from !== null && { [fromName]: from }), ...(to !== null && { [toName]: to }) },
  };
}

const elsewhere = (field: string): string | null =>
  Object.hasOwn(ELSEWHERE, field) ? `${field}: is not known; ${ELSEWHERE[field]}` : null;

/** Whether a field takes a range in brackets (`[a TO b]`). */
export const hasRanges = (field: string): boolean =>
  ['date', 'edition', 'votes'].includes(canonicalName(field) ?? '');

/**
 * Whether `author: Bengio` is a field although a space stands behind its colon, as it does behind many words of titles
 * ("DATE: Domain Adaptive …"): names and titles are; anything else where the value can be nothing but one.
 */
export function allowsSpace(field: string, value: string): boolean {
  const name = canonicalName(field);
  if (field === 'by' || field === 'all' || name === null || name === 'to' || name === 'from') return false;
  if (name === 'title' || name === 'abstract' || name === 'author') return true;
  const word = /^[^\s"()]*/.exec(value)![0];
  if (name === 'category') return /^[a-z-]{2,}\.[A-Za-z-]{2,}/.test(word);
  return name !== 'org' && name !== 'venue' && word !== '' && readField(field, word).is !== 'problem';
}
