/** A search as it stands in an address: read, checked and written. */

import { cleanText, readPage } from '../http/address.ts';
import { WebError } from '../http/errors.ts';
import { bounds } from '../papers/days.ts';
import type { Period, SearchParams } from '../papers/library.ts';
import type { SearchSort } from '../search/types.ts';
import { readPeriod, readEdition as readPeriodOf, sayPeriod } from './dates.ts';
import { withoutField, withRequired } from './search-words.ts';
import { withQuery } from './urls.ts';

/** Longer queries are refused in words rather than cut in silence. */
export const LONGEST = 2000;
export const PER_PAGE = 25;

export interface Query {
  q: string;
  categories: string[];
  organization: string;
  venue: string;
  author: string;
  hasCode: boolean;
  from: string;
  to: string;
  /** The edition it is within: a day, a week or a month; null: any. */
  edition: Period | null;
  sort: SearchSort;
  /** The sort was asked for, not the default. */
  sorted: boolean;
  explain: boolean;
  page: number;
  /** Its last word is still being typed: links beside such results lead to more of the same. */
  partial: boolean;
}

/** Names that people give to parameters of a search, with what the parameter is called here. */
const MISNAMED: Record<string, string> = {
  query: 'q',
  search: 'q',
  text: 'q',
  term: 'q',
  cat: 'category',
  categories: 'category',
  org: 'organization',
  organisation: 'organization',
  authors: 'author',
  since: 'from',
  until: 'to',
  order: 'sort',
};

/** The query parameters of a search. Wrong names are among them, so that they are pointed out, not silently ignored. */
export const SEARCH_QUERY: readonly string[] = [
  ...'q category organization venue author code year from to edition sort explain page'.split(' '),
  // For the page itself and its script.
  ...['within', 'partial', 'fragment'],
  ...Object.keys(MISNAMED),
];

const SORTS: readonly string[] = ['relevance', 'date', 'votes'] satisfies SearchSort[];

/** Reads an address; throws a WebError with words for what cannot be. */
export function readQuery(params: URLSearchParams): Query {
  const given = params.get('q') ?? '';
  if (given.length > LONGEST)
    throw new WebError(
      400,
      `This query has ${given.length.toLocaleString('en-GB')} characters; the limit is ${LONGEST.toLocaleString('en-GB')}.`,
      { search: cleanText(given.slice(0, 120)) },
    );
  const q = cleanText(given);
  const sort = cleanText(params.get('sort'));
  if (sort !== '' && !SORTS.includes(sort))
    throw new WebError(400, 'Results can be sorted by relevance, date or votes.', { search: q });
  for (const [name, right] of Object.entries(MISNAMED))
    if (params.get(name))
      throw new WebError(400, `A search has no parameter “${name}”; it is called “${right}” here.`, {
        search: q || cleanText(right === 'q' ? params.get(name) : '').slice(0, 120),
      });
  const { from, to } = daysWithin({
    year: readYear(params, q),
    from: readDate(params, 'from', q),
    to: readDate(params, 'to', q),
  });
  if (from && to && from > to)
    throw new WebError(400, 'The first day of this search is after the last.', { search: q });
  return {
    q,
    categories: [
      ...new Set(
        params
          .getAll('category')
          .map((c) => cleanText(c).slice(0, 60))
          .filter(Boolean),
      ),
    ].slice(0, 20),
    organization: cleanText(params.get('organization')).slice(0, 200),
    venue: cleanText(params.get('venue')).slice(0, 200),
    author: cleanText(params.get('author')).slice(0, 200),
    hasCode: readFlag(params, 'code', q),
    from,
    to,
    edition: readEdition(params, q),
    sort: sort === '' ? (q === '' ? 'date' : 'relevance') : (sort as SearchSort),
    sorted: sort !== '',
    explain: readFlag(params, 'explain', q),
    page: readPage(params),
    partial: params.get('partial') === '1',
  };
}

/** The text with what a search within it asks for besides (`within`), or null where nothing does. */
export function withinOf(params: URLSearchParams): string | null {
  const more = cleanText(params.get('within')).slice(0, 200);
  return more === '' ? null : withRequired(cleanText(params.get('q')), more);
}

/** The days between two, that are also in a year; what is empty or null restricts nothing. */
export function daysWithin({
  year,
  from,
  to,
}: Record<'year' | 'from' | 'to', string | null>): Record<'from' | 'to', string> {
  const firsts = [from, year && `${year}-01-01`].filter(Boolean) as string[];
  const lasts = [to, year && `${year}-12-31`].filter(Boolean) as string[];
  return { from: firsts.sort().at(-1) ?? '', to: lasts.sort()[0] ?? '' };
}

/** Yes or no; nothing is no. */
function readFlag(params: URLSearchParams, name: string, q: string): boolean {
  const text = cleanText(params.get(name)).toLowerCase();
  if (/^(1|true|on|yes)$/.test(text)) return true;
  if (/^(|0|false|off|no)$/.test(text)) return false;
  throw new WebError(400, `“${text.slice(0, 40)}” is neither yes nor no: write ${name}=1, or leave it out.`, {
    search: q,
  });
}

/** A year of publication, short for its first and last day. */
function readYear(params: URLSearchParams, q: string): string {
  const text = cleanText(params.get('year'));
  if (text === '' || /^[12]\d{3}$/.test(text)) return text;
  throw new WebError(
    400,
    `“${text.slice(0, 40)}” is not a year. Write a year like 2025, or two days as from=2024-01-01&to=2025-12-31.`,
    { search: q },
  );
}

function readDate(params: URLSearchParams, name: string, q: string): string {
  const text = cleanText(params.get(name));
  if (text === '') return '';
  const read = readPeriod('day', text);
  if (!read.ok) throw new WebError(400, `“${text.slice(0, 40)}” is not a day. ${read.reason}`, { search: q });
  return read.value;
}

/** `2026-06-12`, `2026-W24` or `2026-06` as a stretch of editions. */
function readEdition(params: URLSearchParams, q: string): Period | null {
  const text = cleanText(params.get('edition'));
  if (text === '') return null;
  const period = readPeriodOf(text);
  if (period === null)
    throw new WebError(
      400,
      `“${text.slice(0, 40)}” is not an edition. An edition is a day (2026-06-25), a week (2026-W26) or a month (2026-06).`,
      { search: q },
    );
  return period;
}

/**
 * The address of a query, with some of it changed. A change goes back to page 1; of an order, it also takes away
 * one that is written in the text, which would overrule it.
 */
export function queryPath(query: Query, change: Partial<Query> = {}, path = '/search'): string {
  const all = { ...query, page: 1, ...change };
  if (change.sort !== undefined && change.q === undefined) all.q = withoutField(all.q, 'sort');
  return withQuery(path, {
    q: all.q,
    category: all.categories,
    organization: all.organization,
    venue: all.venue,
    author: all.author,
    code: all.hasCode && '1',
    edition: all.edition?.value,
    from: all.from,
    to: all.to,
    sort: (change.sort ?? (query.sorted ? all.sort : undefined)) || undefined,
    explain: all.explain && '1',
    page: all.page > 1 ? all.page : undefined,
    partial: all.partial && all.q === query.q && '1',
  });
}

/** What the feed of a search carries behind its address: the search, but no page of it. */
export const feedQuery = (query: Query): string =>
  queryPath(query, { explain: false, partial: false }, '/search').slice('/search'.length);

/** As the library takes it. */
export function searchParams(query: Query): SearchParams {
  return {
    q: query.q,
    from: query.from || undefined,
    to: query.to || undefined,
    edition: query.edition ? bounds(query.edition) : undefined,
    categories: query.categories.length > 0 ? query.categories : undefined,
    organization: query.organization || undefined,
    venue: query.venue || undefined,
    author: query.author || undefined,
    hasCode: query.hasCode || undefined,
    sort: query.sort,
    page: query.page,
    limit: PER_PAGE,
    explain: query.explain || undefined,
    partial: query.partial || undefined,
  };
}

/** The query without any filter beside its text. */
export const bare = (query: Query): Query => ({
  ...query,
  page: 1,
  categories: [],
  organization: '',
  venue: '',
  author: '',
  hasCode: false,
  from: '',
  to: '',
  edition: null,
});

/** Whether anything is asked for: else a search is the list of all papers. */
export const asks = (query: Query): boolean => query.q !== '' || filtersOf(query).length > 0;

/** What forms beside the field hand on, by name. */
export function fieldsOf(query: Query): [string, string][] {
  const { searchParams } = new URL(queryPath(query, { partial: false }), 'http://localhost');
  return [...searchParams];
}

/** Each filter in words, with the query that lacks it. */
export function filtersOf(query: Query): { says: string; without: Query }[] {
  const out: { says: string; without: Query }[] = [];
  for (const category of query.categories)
    out.push({
      says: `category ${category}`,
      without: { ...query, page: 1, categories: query.categories.filter((c) => c !== category) },
    });
  const drop = (says: string, change: Partial<Query>) =>
    out.push({ says, without: { ...query, page: 1, ...change } });
  if (query.organization) drop(`organisation ${query.organization}`, { organization: '' });
  if (query.venue) drop(`venue ${query.venue}`, { venue: '' });
  if (query.author) drop(`author ${query.author}`, { author: '' });
  if (query.hasCode) drop('with code', { hasCode: false });
  if (query.edition) drop(sayEdition(query.edition), { edition: null });
  if (query.from && query.to && /-01-01$/.test(query.from) && query.to === `${query.from.slice(0, 4)}-12-31`)
    drop(`year ${query.from.slice(0, 4)}`, { from: '', to: '' });
  else {
    if (query.from) drop(`from ${query.from}`, { from: '' });
    if (query.to) drop(`until ${query.to}`, { to: '' });
  }
  return out;
}

/** `edition of 12 June 2026`, `editions of week 24 of 2026`. */
export const sayEdition = (period: Period): string =>
  `${period.kind === 'day' ? 'edition' : 'editions'} of ${sayPeriod(period)}`;

/** A search in words: `“multi-token”, category cs.CL, with code`. */
export const sayQuery = (query: Query): string =>
  [...(query.q === '' ? [] : [`“${query.q}”`]), ...filtersOf(query).map(({ says }) => says)].join(', ');
