/** Which papers an address asks a survey of, and where its forms are. */
import { cleanText } from '../http/address.ts';
import { WebError } from '../http/errors.ts';
import { bounds } from '../papers/days.ts';
import type { Period, SearchParams } from '../papers/library.ts';
import { slugify } from '../papers/slug.ts';
import type { Day } from '../papers/types.ts';
import { FIGURE_ORDERS, type FigureOrder } from '../survey/survey.ts';
import { readPeriod, sayPeriod } from './dates.ts';
import { asks, bare, type Query, queryPath, readQuery, sayQuery, searchParams } from './search-query.ts';
import { periodPath, withQuery } from './urls.ts';

/** The filters of a search, the day that changes are counted from, and the order of figures. */
export const OF_SURVEYS = ['since', 'by', 'all'];
export const SURVEY_QUERY = 'q category organization venue author code year from to edition'
  .split(' ')
  .concat(OF_SURVEYS);

/** The forms of a survey besides its page, by the ending of the address. */
export const SURVEY_FORMATS = {
  md: { type: 'text/markdown; charset=utf-8', name: 'Markdown' },
  json: { type: 'application/json; charset=utf-8', name: 'JSON' },
  csv: { type: 'text/csv; charset=utf-8; header=present', name: 'CSV' },
  bib: { type: 'application/x-bibtex; charset=utf-8', name: 'BibTeX' },
  tex: { type: 'application/x-tex; charset=utf-8', name: 'LaTeX' },
} as const;
export type SurveyFormat = keyof typeof SURVEY_FORMATS;
export const isSurveyFormat = (name: string): name is SurveyFormat => Object.hasOwn(SURVEY_FORMATS, name);

export interface Surveyable {
  /** What it is of, in words: `“multi-token”, category cs.CL`. */
  of: string;
  /** For the names of files. */
  slug: string;
  params: SearchParams;
  /** Its address without what is read of `since` and `by`. */
  path: string;
  /** The same papers as a list. */
  list: string;
  /** Changes since that day are asked for. */
  since: Day | null;
  /** The order of figures. */
  by: FigureOrder;
  /** All figures, not only the first. */
  all: boolean;
  /** As text for a search that adds words. */
  query: Query;
}

/** The survey that `/survey?…` asks for; null: of nothing in particular. @throws WebError */
export function readSurvey(params: URLSearchParams): Surveyable | null {
  // A search has no `since`, and says so.
  const filters = new URLSearchParams([...params].filter(([name]) => !OF_SURVEYS.includes(name)));
  const query = { ...readQuery(filters), page: 1, sorted: false, explain: false, partial: false };
  if (!asks(query)) return null;
  return {
    of: sayQuery(query),
    slug: slugify(query.q),
    params: searchParams(query),
    path: queryPath(query, {}, '/survey'),
    list: queryPath(query),
    query,
    ...optionsOf(params),
  };
}

/** The survey of an edition. */
export function surveyOfPeriod(period: Period, params: URLSearchParams): Surveyable {
  const query: Query = { ...bare(readQuery(new URLSearchParams())), edition: period };
  return {
    of: sayPeriod(period),
    slug: period.value.toLowerCase(),
    params: { q: '', edition: bounds(period), sort: 'date' },
    path: `${periodPath(period)}/survey`,
    list: periodPath(period),
    query,
    ...optionsOf(params),
  };
}

function optionsOf(params: URLSearchParams): Pick<Surveyable, 'since' | 'by' | 'all'> {
  const given = cleanText(params.get('since'));
  const read = given === '' ? null : readPeriod('day', given);
  if (read !== null && !read.ok)
    throw new WebError(400, `“${given.slice(0, 40)}” is not a day. ${read.reason}`);
  const by = cleanText(params.get('by'));
  if (by !== '' && !FIGURE_ORDERS.includes(by as FigureOrder))
    throw new WebError(400, `Figures can be sorted by ${FIGURE_ORDERS.join(', ')}.`);
  return { since: read?.value ?? null, by: (by || 'date') as FigureOrder, all: params.get('all') === '1' };
}

/** The survey with other options. */
export function surveyPath(
  { path, since, by }: Pick<Surveyable, 'path' | 'since' | 'by'>,
  change: { since?: Day | null; by?: FigureOrder; all?: boolean } = {},
): string {
  const all = { since, by, all: false, ...change };
  return joined(path, { since: all.since, by: all.by !== 'date' && all.by, all: all.all && '1' });
}

/** A form of it: `/survey.md?q=…`, `/papers/date/2026-06-26/survey.md`. */
export function surveyFile(
  { path, since }: Pick<Surveyable, 'path' | 'since'>,
  format: SurveyFormat,
): string {
  const at = path.indexOf('?');
  const page = at < 0 ? path : path.slice(0, at);
  return joined(`${page}.${format}${at < 0 ? '' : path.slice(at)}`, { since });
}

function joined(path: string, query: Parameters<typeof withQuery>[1]): string {
  const more = withQuery('', query);
  return more === '' ? path : path + (path.includes('?') ? `&${more.slice(1)}` : more);
}

/** Papers of the survey that mention something, as a search. */
export const searchWithin = ({ query }: Surveyable, words: string): string =>
  queryPath(query, {
    q: [query.q, /[^\p{L}\p{N}]/u.test(words) ? `"${words.replaceAll('"', ' ')}"` : words]
      .filter(Boolean)
      .join(' '),
  });
