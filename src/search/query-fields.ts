/** The fields of the query language: `author:`, `org:`, `venue:`, `category:`, `year:`, `edition:`, `has:`, `sort:`. */
import { editionDays } from './edition-days.ts';
import type { Query } from './query.ts';
import type { SearchSort } from './types.ts';

const NAMES: Record<string, 'author' | 'org' | 'venue' | 'category' | 'year' | 'edition' | 'has' | 'sort'> = {
  author: 'author',
  by: 'author',
  au: 'author',
  org: 'org',
  organization: 'org',
  organisation: 'org',
  venue: 'venue',
  journal: 'venue',
  conference: 'venue',
  category: 'category',
  cat: 'category',
  year: 'year',
  edition: 'edition',
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

/** Days from 1970-01-01 to the first of a year. */
const firstOf = (year: number): number => Date.UTC(year, 0, 1) / 86_400_000;

/** Fields of other search languages, and what there is instead, for people. */
const ELSEWHERE: Record<string, string> = {
  title: 'words are looked for in titles and abstracts alike',
  ti: 'words are looked for in titles and abstracts alike',
  abs: 'words are looked for in titles and abstracts alike',
  abstract: 'words are looked for in titles and abstracts alike',
  all: 'words are looked for in titles and abstracts alike',
  date: 'try year:2025, year:2024..2026 or edition:2026-06',
  submitteddate: 'try year:2025, year:2024..2026 or edition:2026-06',
  from: 'try year:2024.. or edition:2026-06..',
  to: 'try year:..2026 or edition:..2026-06',
  votes: 'try sort:votes',
};

/** What to say about a field of another language, which is read as text; null for what may be text. */
export const problemElsewhere = (field: string): string | null =>
  Object.hasOwn(ELSEWHERE, field) ? `${field}: is not known; ${ELSEWHERE[field]}` : null;

/** Takes `field:value` into the query. Null: taken; '': not a field; else why it cannot be, for people. */
export function takeField(query: Query, field: string, value: string, not: boolean): string | null {
  const name = Object.hasOwn(NAMES, field) ? NAMES[field] : undefined;
  if (name === undefined) return '';
  const { filters } = query;
  if (not && name !== 'has') return `-${field}: is not known; filters cannot be negated`;
  switch (name) {
    case 'author':
      filters.author = filters.author === undefined ? value : `${filters.author} ${value}`;
      return null;
    case 'org':
      filters.organization = value;
      return null;
    case 'venue':
      filters.venue = value;
      return null;
    case 'category':
      filters.categories = [...(filters.categories ?? []), ...value.split(',').filter(Boolean)];
      return null;
    case 'year':
      return takeYears(query, value);
    case 'edition':
      return takeEditions(query, value);
    case 'has':
      if (value.toLowerCase() !== 'code') return `has:${value.slice(0, 20)} is not known; try has:code`;
      filters.hasCode = !not;
      return null;
    default: {
      const key = value.toLowerCase();
      if (!Object.hasOwn(SORTS, key))
        return `sort:${value.slice(0, 20)} is not known; try relevance, date or votes`;
      query.sort = SORTS[key]!;
      return null;
    }
  }
}

function takeYears({ filters }: Query, value: string): string | null {
  const read = /^(\d{4})?(?:(\.\.|-|–)(\d{4})?)?$/.exec(value);
  const [, from, dots, to] = read ?? [];
  if (!read || (from === undefined && to === undefined))
    return `year:${value.slice(0, 20)} is not known; write year:2025, year:2024..2026 or year:2024..`;
  const last = dots === undefined ? from : to;
  if (from !== undefined && last !== undefined && from > last) return `year:${value} ends before it begins`;
  if (from !== undefined) filters.fromDay = firstOf(Number(from));
  if (last !== undefined) filters.toDay = firstOf(Number(last) + 1) - 1;
  return null;
}

function takeEditions({ filters }: Query, value: string): string | null {
  const at = value.indexOf('..');
  const [from, to] = at < 0 ? [value, value] : [value.slice(0, at), value.slice(at + 2)];
  const [first, last] = [editionDays(from), editionDays(to)];
  // Either end of a range may be left open, but not both.
  if ((from !== '' && first === null) || (to !== '' && last === null) || (first === null && last === null))
    return `edition:${value.slice(0, 20)} is not known; write a day (2026-06-12), a week (2026-W24) or a month (2026-06)`;
  if (first && last && first.first > last.last) return `edition:${value.slice(0, 45)} ends before it begins`;
  if (first) filters.fromEdition = first.first;
  if (last) filters.toEdition = last.last;
  return null;
}
