/** Searching: what is found, how many, and how a query can be completed. */
import type * as z from 'zod';
import { cleanText } from '../../http/address.ts';
import { WebError } from '../../http/errors.ts';
import { bounds, dayOf } from '../../papers/days.ts';
import type { FoundPaper, SearchAnswer, SearchParams } from '../../papers/library.ts';
import { daysWithin } from '../../present/search-query.ts';
import { withQuery } from '../../present/urls.ts';
import { text, type ValuesOf } from '../parameters.ts';
import { cursor, numberOf, writeCursor } from './cursor.ts';
import { endpoint } from './endpoint.ts';
import { choice, date, edition, flag, limit, texts, year } from './parameters.ts';
import { COMPLETIONS, COUNT, type HIT, SEARCH } from './search-shapes.ts';
import { exportsOf, paperOf } from './write.ts';

/** As on the search page. */
const LONGEST_QUERY = 2000;
/** What is being typed is shorter; nobody wants a paragraph completed. */
const LONGEST_TYPED = 200;
/** The most papers on one page, as in every list. */
const MOST_PER_PAGE = 100;

/** What narrows down a search. */
export const FILTERS = {
  q: text('The query; docs/search.md has its language. Empty: all papers.', LONGEST_QUERY),
  category: texts('A code (`cs.CL`) or an archive (`cs`); any of several.', {
    most: 20,
    longest: 60,
    commas: true,
  }),
  organization: text('An organisation’s slug, or words of its name.', 200),
  venue: text('A conference or journal, by any of its names; with a year, that of the year.', 200),
  author: text('An author’s name, or words of it.', 200),
  code: flag('Only papers with source code.'),
  year: year('Published in this year.'),
  from: date('Published on this day or later.'),
  to: date('Published on this day or earlier.'),
  edition: edition('Listed in the edition of this day, or of a day of this week or month.'),
};

/** The filters as the library accepts them. Throws a WebError (400) if the days are the wrong way round. */
export function searchOf(query: ValuesOf<typeof FILTERS>): SearchParams {
  const { from, to } = daysWithin(query);
  if (from && to && from > to)
    throw new WebError(
      400,
      query.year
        ? 'The days and the year have nothing in common.'
        : 'The parameter "from" is after the parameter "to".',
      { parameter: 'from' },
    );
  return {
    q: cleanText(query.q),
    categories: query.category.length > 0 ? query.category : undefined,
    organization: query.organization || undefined,
    venue: query.venue || undefined,
    author: query.author || undefined,
    hasCode: query.code || undefined,
    from: from ?? undefined,
    to: to ?? undefined,
    edition: query.edition ? bounds(query.edition) : undefined,
  };
}

const FIND = endpoint({
  name: 'search',
  group: 'Search',
  path: '/search',
  says: 'Papers that match a query and filters.',
  more:
    'Near-duplicates are one item, so a page may have fewer than `limit`. If `q` is an identifier, ' +
    '`direct` is its paper, which `total` counts too.',
  parameters: {
    ...FILTERS,
    sort: choice('The order; by default `relevance` if there is a query, otherwise `date`.', [
      'relevance',
      'date',
      'votes',
    ] as const),
    facets: flag('Also count categories, organisations, venues and years over all matches.'),
    highlights: flag('Also say which parts of title and abstract match.'),
    explain: flag('Also say what each score is made of.'),
    partial: flag('The query is still being typed: its last word also matches words that start with it.'),
    limit: limit(25, MOST_PER_PAGE),
    cursor: cursor('search', ([page, size]) => {
      const [number, items] = [numberOf(page, 100_000), numberOf(size, MOST_PER_PAGE)];
      return number && items ? { page: number, limit: items } : null;
    }),
  },
  answer: SEARCH,
  example: ({ words, category }) => ({
    ...(words && { q: words }),
    ...(category && { category: category.split('.')[0]! }),
    limit: '1',
  }),
  async handle({ library, base, query }) {
    const params = searchOf(query);
    const sort = query.sort ?? (params.q === '' ? 'date' : 'relevance');
    // A page has the same size as the first, because the position is counted in pages.
    const { page, limit: size } = query.cursor ?? { page: 1, limit: query.limit };
    const found = await library.search({
      ...params,
      sort,
      page,
      limit: size,
      facets: query.facets,
      explain: query.explain || undefined,
      partial: query.partial || undefined,
    });
    const highlight = query.highlights
      ? (words: string) =>
          library.highlights(params.q, words).map(([from, to]): [number, number] => [from, to])
      : null;
    const isMore = found.hits.length > 0 && (page < found.pages || found.hits.length === size);
    const file = (ending: string) =>
      withQuery(`/search/export.${ending}`, {
        q: params.q,
        category: params.categories,
        organization: params.organization,
        venue: params.venue,
        author: params.author,
        code: params.hasCode && '1',
        from: params.from,
        to: params.to,
        edition: query.edition?.value,
        sort: query.sort,
      });
    return {
      total: found.total,
      exact: found.exact,
      direct: found.direct && paperOf(found.direct, base),
      didYouMean: found.didYouMean,
      acronyms: found.acronyms.map(({ acronym, expansions }) => ({
        acronym,
        expansions: expansions.map(({ text, papers, archives, used }) => ({ text, papers, archives, used })),
      })),
      read: readOf(found.read),
      facets: query.facets ? facetsOf(found.facets) : null,
      behind: found.behind,
      exports: exportsOf(base, file),
      items: found.hits.map((hit) => hitOf(hit, base, highlight)),
      next: isMore ? writeCursor('search', page + 1, size) : null,
    };
  },
});

/** @param highlight gives the ranges of a text that match; null: they were not requested */
function hitOf(
  hit: FoundPaper,
  base: string,
  highlight: ((words: string) => [number, number][]) | null,
): z.infer<typeof HIT> {
  return {
    paper: paperOf(hit.paper, base),
    score: hit.score,
    loose: hit.loose,
    duplicates: hit.duplicates.map(({ id, title }) => ({ id, title })),
    highlights: highlight && {
      title: highlight(hit.paper.title),
      abstract: highlight(hit.paper.abstract ?? ''),
    },
    shares:
      hit.shares?.map(({ kind, term, field, strength, weight, score }) => ({
        kind,
        term,
        field,
        strength,
        weight,
        score,
      })) ?? null,
  };
}

function readOf({
  filters,
  condition,
  sort,
  unknown,
  corrected,
  problems,
}: SearchAnswer['read']): z.infer<typeof SEARCH>['read'] {
  const day = (number: number | undefined): string | null => {
    // A query may name years that no calendar here has.
    const isDay = number !== undefined && number > -700_000 && number < 2_900_000;
    return isDay ? dayOf(Math.floor(number)) : null;
  };
  return {
    sort,
    from: day(filters.fromDay),
    to: day(filters.toDay),
    edition:
      filters.fromEdition === undefined && filters.toEdition === undefined
        ? null
        : { first: day(filters.fromEdition), last: day(filters.toEdition) },
    categories: filters.categories ?? [],
    organization: filters.organization ?? null,
    venue: filters.venue ?? null,
    author: filters.author ?? null,
    code: filters.hasCode ?? null,
    votes:
      filters.fromVotes === undefined && filters.toVotes === undefined
        ? null
        : { from: filters.fromVotes ?? null, to: filters.toVotes ?? null },
    has: filters.has ?? [],
    lacks: filters.lacks ?? [],
    condition,
    unknown,
    corrected: corrected.map(({ word, instead }) => ({ word, instead })),
    problems,
  };
}

function facetsOf(facets: SearchAnswer['facets']): z.infer<typeof SEARCH>['facets'] {
  const list = (values: SearchAnswer['facets']['years']) =>
    values.map(({ value, label, count }) => ({ value, label, count }));
  return {
    categories: list(facets.categories),
    organizations: list(facets.organizations),
    venues: list(facets.venues),
    years: list(facets.years),
    code: facets.hasCode,
  };
}

const HOW_MANY = endpoint({
  name: 'count',
  group: 'Search',
  path: '/search/count',
  says: 'How many papers match a query and filters.',
  parameters: FILTERS,
  answer: COUNT,
  example: ({ words }) => ({ ...(words && { q: words }) }),
  async handle({ library, query }) {
    // With facets, matches are counted exactly.
    const { total, exact } = await library.search({ ...searchOf(query), limit: 1, facets: true });
    return { total, exact };
  },
});

const COMPLETE = endpoint({
  name: 'completions',
  group: 'Search',
  path: '/search/completions',
  says: 'Completions for a query being typed: phrases, people and titles that find something.',
  more: 'A space after the last word marks it as complete; send it as `%20`.',
  parameters: { q: typed(), limit: limit(6, 20) },
  answer: COMPLETIONS,
  example: ({ words }) => ({ ...(words && { q: words.slice(0, 3) }), limit: '3' }),
  async handle({ library, query: { q, limit } }) {
    const list = q === '' ? [] : await library.complete(q, limit);
    return { items: list.map(({ text, papers }) => ({ text, papers })), next: null };
  },
});

/** What has been typed so far: a trailing space counts. */
function typed() {
  const plain = text('The text typed so far.', LONGEST_TYPED);
  return {
    ...plain,
    read: (name: string, values: string[]): string => {
      const clean = cleanText(plain.read(name, values));
      return clean + (/\S\s$/.test(values[0] ?? '') ? ' ' : '');
    },
  };
}

export const SEARCH_ENDPOINTS = [FIND, HOW_MANY, COMPLETE];
