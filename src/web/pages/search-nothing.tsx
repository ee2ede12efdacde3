/** An empty search that helps: what would be found with less asked for. */

import type { Ask } from '../../http/context.ts';
import type { SearchAnswer } from '../../papers/library.ts';
import { count, sayNumber } from '../../present/dates.ts';
import { bare, filtersOf, type Query, queryPath, searchParams } from '../../present/search-query.ts';
import {
  filtersInText,
  onlyFields,
  plainWords,
  quoted,
  withoutFilters,
  withoutWords,
} from '../../present/search-words.ts';

interface Way {
  says: string;
  path: string;
  total: number;
}

export interface Otherwise {
  /** Every filter in force, in words. */
  inForce: string[];
  /** No paper passes the filters, whatever the words. */
  isEmpty: boolean;
  /** Without any filter, or null where there is none. */
  without: Way | null;
  /** Without one filter each. */
  filters: Way[];
  /** Without one word each. */
  words: Way[];
}

export const NO_OTHER: Otherwise = { inForce: [], isEmpty: false, without: null, filters: [], words: [] };

/** Each of them is a search of its own; more would keep the reader waiting. */
const MOST_ALTERNATIVES = 6;

/** What an empty search would find with some of it dropped. */
export async function otherwise(ask: Ask, query: Query, answer: SearchAnswer): Promise<Otherwise> {
  if (answer.identifier !== null) return NO_OTHER;
  const way = async (says: string, changed: Query): Promise<Way> => {
    const params = { ...searchParams(changed), limit: 1, page: 1, explain: false, facets: false };
    const { total } = await ask.library.search(params);
    return { says, path: queryPath(changed), total };
  };
  const written = filtersInText(query.q, answer.read.filters);
  const inText = written.filter(({ q }) => q !== query.q);
  const filters = [
    ...filtersOf(query).map(({ says, without }) => ({ says, changed: without })),
    ...inText.map(({ says, q }) => ({ says, changed: { ...query, page: 1, q } })),
  ];
  const words = plainWords(query.q).slice(0, MOST_ALTERNATIVES);
  const shorter = words.flatMap((word) => {
    const q = withoutWords(query.q, [word]);
    return q === null || words.length < 2 ? [] : [{ says: word, changed: { ...query, page: 1, q } }];
  });
  const fields = onlyFields(query.q);
  const [without, alone, ...rest] = await Promise.all([
    filters.length === 0 ? null : way('', { ...bare(query), q: withoutFilters(query.q) }),
    filters.length === 0 || fields === null ? null : way('', { ...query, page: 1, q: fields }),
    ...filters.slice(0, MOST_ALTERNATIVES).map(({ says, changed }) => way(says, changed)),
    ...shorter.map(({ says, changed }) => way(says, changed)),
  ]);
  const helps = rest.filter((one) => one !== null);
  const some = (ways: Way[]) => ways.filter((one) => one.total > 0);
  const cut = Math.min(filters.length, MOST_ALTERNATIVES);
  return {
    inForce: [...filtersOf(query), ...written].map(({ says }) => says),
    isEmpty: alone?.total === 0,
    without: without && without.total > 0 ? without : null,
    // Of a single filter, “without filters” says it all.
    filters: filters.length > 1 ? some(helps.slice(0, cut)) : [],
    words: some(helps.slice(cut)),
  };
}

interface NothingProps extends Otherwise {
  answer: SearchAnswer;
  papers: number;
}

export const Nothing = (props: NothingProps) => {
  const { answer, without, filters, words, isEmpty } = props;
  // Beside partial matches, there may be nothing more to say.
  const isSilent =
    answer.hits.length > 0 && !isEmpty && without === null && filters.length + words.length === 0;
  return isSilent ? null : <Help {...props} />;
};

const Help = ({ answer, inForce, isEmpty, without, filters, words, papers }: NothingProps) => (
  <div class="nothing prose">
    {isEmpty ? (
      <p>
        {inForce.length === 1
          ? `No paper here matches the filter ${quoted(inForce[0]!)}.`
          : `No paper here matches all of these filters: ${inForce.join('; ')}.`}
      </p>
    ) : (
      answer.hits.length === 0 && (
        <p>
          {inForce.length === 0
            ? papers === 1
              ? 'The one paper here was searched: '
              : `All ${sayNumber(papers)} papers here were searched: `
            : `Only papers that match ${inForce.length === 1 ? 'this filter' : 'these filters'} were searched (${inForce.join('; ')}): `}
          titles, summaries, abstracts, authors, organisations and keywords.
        </p>
      )
    )}
    {without !== null && (
      <p>
        Without filters, <a href={without.path}>{count(without.total, 'paper matches', 'papers match')}</a>.
      </p>
    )}
    {filters.length + words.length > 0 && (
      <ul>
        {filters.map(({ says, path, total }) => (
          <li>
            <a href={path}>Remove {quoted(says)}</a>: {count(total, 'paper')}
          </li>
        ))}
        {words.map(({ says, path, total }) => (
          <li>
            <a href={path}>Without {quoted(says)}</a>: {count(total, 'paper')}
          </li>
        ))}
      </ul>
    )}
    {answer.hits.length === 0 && (
      <p>
        Check the spelling, or try fewer or broader words; “How to search” above lists everything a query can
        hold. Or browse the <a href="/">latest edition</a> and the <a href="/calendar">calendar</a>.
      </p>
    )}
  </div>
);
