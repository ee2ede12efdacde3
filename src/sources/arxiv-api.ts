/** arXiv's API, which answers queries in Atom: papers by identifier, or by category and time. */

import { foreign } from '../net/foreign.ts';
import type { Day, Parsed } from '../papers/types.ts';
import { arxivParsed } from './arxiv-record.ts';
import { type Client, SourceError } from './client.ts';
import { child, childrenOf, type Element, textOf } from './xml.ts';
import { answerElements } from './xml-answer.ts';

const WANTED = new Set(['entry', 'totalResults']);

export interface ApiOptions {
  apiUrl: string;
  client: Client;
  signal?: AbortSignal;
}

/** The API gives at most 2,000 at once; a hundred keep addresses and responses small. */
const BATCH = 100;

/** Papers by arXiv identifier, in the API's order, without unknown ones. */
export async function* arxivById(ids: string[], options: ApiOptions): AsyncGenerator<Parsed> {
  for (let at = 0; at < ids.length; at += BATCH) {
    const batch = ids.slice(at, at + BATCH);
    yield* arxivQuery({ id_list: batch.join(','), max_results: String(batch.length) }, options);
  }
}

/**
 * One query to the API, in its own terms (`search_query`, `id_list`, `start`, `max_results`, …).
 *
 * @param total receives the total number of papers the API has for the query
 */
export async function* arxivQuery(
  query: Record<string, string>,
  options: ApiOptions,
  total?: (count: number) => void,
): AsyncGenerator<Parsed> {
  const url = new URL(options.apiUrl);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  for await (const element of answerElements(options.client, url, 'feed', WANTED, options.signal)) {
    if (element.name === 'totalResults') {
      total?.(Number(element.text));
      continue;
    }
    // An error comes with status 200, disguised as the only paper.
    if (textOf(element, 'title') === 'Error') {
      throw new SourceError(
        url.href,
        `arXiv answers with an error${foreign(`: ${textOf(element, 'summary') ?? ''}`)}`,
        {
          status: 200,
        },
      );
    }
    yield apiRecord(element, url.href);
  }
}

/** The slice the API reliably gives, and the highest `start` it accepts. */
const SLICE = 500;
const LAST_START = 30_000;

export interface SubmittedOptions extends ApiOptions {
  /** Both inclusive; without an end, up to now. */
  since: Day;
  until?: Day;
}

/**
 * What was submitted to a category, newest first: the fallback when harvesting fails. The API's index lags the
 * announcement by hours, and gives only a paper's first submission and its current state.
 *
 * @throws SourceError also if the API gives fewer than it says it has, or has more than it will give
 */
export async function* arxivSubmitted(
  category: string,
  { since, until, ...options }: SubmittedOptions,
): AsyncGenerator<Parsed> {
  const range = until && ` AND submittedDate:[${compactDay(since)}0000 TO ${compactDay(until)}2359]`;
  const query = {
    search_query: `cat:${category}${range ?? ''}`,
    sortBy: 'submittedDate',
    sortOrder: 'descending',
  };
  for (let start = 0; start < LAST_START; start += SLICE) {
    let total: number | undefined;
    let count = 0;
    const slice = { ...query, start: `${start}`, max_results: `${SLICE}` };
    for await (const parsed of arxivQuery(slice, options, (all) => {
      total = all;
    })) {
      if (parsed.ok && (parsed.record.published ?? since) < since) return;
      count++;
      yield parsed;
    }
    if (total !== undefined && start + count < total && count < SLICE)
      throw new SourceError(options.apiUrl, `arXiv's API returned only ${start + count} of ${total} papers`);
    if (count < SLICE) return;
  }
  throw new SourceError(options.apiUrl, `arXiv's API returns at most ${LAST_START} papers per query`);
}

const compactDay = (day: Day): string => day.replaceAll('-', '');

function apiRecord(entry: Element, source: string): Parsed {
  const primary = child(entry, 'primary_category')?.attributes.term;
  return arxivParsed(source, {
    id: textOf(entry, 'id'),
    title: textOf(entry, 'title'),
    abstract: textOf(entry, 'summary'),
    authors: childrenOf(entry, 'author').map((author) => textOf(author, 'name') ?? ''),
    categories: [...(primary === undefined ? [] : [primary]), ...terms(entry)],
    published: textOf(entry, 'published'),
    updated: textOf(entry, 'updated'),
    note: textOf(entry, 'comment'),
    journal: textOf(entry, 'journal_ref'),
    doi: textOf(entry, 'doi'),
  });
}

/** Codes of categories. */
export const terms = (entry: Element): string[] =>
  childrenOf(entry, 'category').flatMap(({ attributes }) => attributes.term ?? []);
