/** Above the papers found: how many, sorted how, how the query was read, what else may have been meant. */
import type { SearchAnswer } from '../../papers/library.ts';
import { count } from '../../present/dates.ts';
import { searchFollowed } from '../../present/followable.ts';
import { asks, filtersOf, type Query, queryPath } from '../../present/search-query.ts';
import {
  asTyped,
  asWritten,
  filtersInText,
  plainWords,
  quoted,
  saysCondition,
  sayUnknown,
  withoutWords,
  writtenOut,
} from '../../present/search-words.ts';
import { identifierLink } from '../../present/urls.ts';
import { Follow } from '../parts/follow.tsx';
import { PageLinks } from '../parts/pager.tsx';

export interface Answered {
  query: Query;
  answer: SearchAnswer;
}

/** In one line, also for screen readers: `47 papers found`. */
export function sayFound({ total, exact, identifier, direct, hits }: SearchAnswer): string {
  if (identifier !== null && direct !== null)
    return total <= 1
      ? '1 paper found'
      : `1 paper found, and ${count(total - 1, 'paper mentions it', 'papers mention it')}`;
  // What has some of it, or is near, stands below: then something was found.
  if (total === 0) return hits.length > 0 ? 'No paper matches everything' : 'Nothing found';
  return exact ? `${count(total, 'paper')} found` : `At least ${count(total, 'paper')} found`;
}

export const Head = ({ query, answer }: Answered) => (
  <header class="list-head">
    <div class="by">
      <span class="hits">{sayFound(answer)}</span>
      {answer.total > 1 && <Sorts query={query} answer={answer} />}
      {answer.total > 0 && asks(query) && (
        <a
          class="to-survey"
          href={queryPath({ ...query, sorted: false, explain: false }, {}, '/survey')}
          rel="nofollow"
        >
          Survey
        </a>
      )}
      <FollowSearch query={query} />
    </div>
    <Chosen query={query} answer={answer} />
    <Meant query={query} answer={answer} />
    {answer.behind > 0 && (
      <p class="notice">
        {count(answer.behind, 'new or changed paper')} {answer.behind === 1 ? 'is' : 'are'} still being
        indexed; results may be incomplete.
      </p>
    )}
  </header>
);

/** A category alone is followed as one; anything else as a search. */
const FollowSearch = ({ query }: { query: Query }) => {
  const path = queryPath(query);
  const [category] = query.categories;
  if (category !== undefined && query.q === '' && filtersOf(query).length === 1)
    return <Follow kind="category" subject={category} path={path} />;
  const followed = searchFollowed(path.replace(/^[^?]*\??/, ''));
  return followed === null || query.partial ? null : (
    <Follow kind="search" subject={followed.subject} path={path} />
  );
};

const Sorts = ({ query, answer }: Answered) => (
  <span class="sorts">
    Sort by{' '}
    {(['relevance', 'date', 'votes'] as const)
      .filter((sort) => sort !== 'relevance' || query.q !== '')
      .map((sort, i) => (
        <>
          {i > 0 && ' · '}
          <a
            href={queryPath(query, { sort })}
            {...(answer.read.sort === sort ? { 'aria-current': 'true' as const } : {})}
          >
            {sort}
          </a>
        </>
      ))}
  </span>
);

/** The filters in force, beside the text and in it, each with a link that drops it. */
const Chosen = ({ query, answer }: Answered) => {
  const { organizations, venues } = answer.facets;
  const label = organizations.find((o) => o.value === query.organization)?.label;
  const venue = venues.find((each) => each.value === query.venue)?.label;
  const chosen = [
    ...filtersOf(query).map(({ says, without }) => ({
      says:
        label && says === `organisation ${query.organization}`
          ? `organisation ${label}`
          : venue && says === `venue ${query.venue}`
            ? `venue ${venue}`
            : says,
      path: queryPath(without),
    })),
    ...filtersInText(query.q, answer.read.filters).map(({ says, q }) => ({
      says,
      path: q === query.q ? null : queryPath(query, { q }),
    })),
  ];
  if (chosen.length === 0) return null;
  return (
    <ul class="chosen" aria-label="Active filters">
      {chosen.map(({ says, path }) => (
        <li>
          {path === null ? (
            <span>{says}</span>
          ) : (
            <a href={path} rel="nofollow">
              {says}
              <span aria-hidden="true"> ×</span>
              <span class="vh">, remove this filter</span>
            </a>
          )}
        </li>
      ))}
    </ul>
  );
};

/** How the words were read, in a line each; nothing where there is nothing to say. */
const Meant = ({ query, answer }: Answered) => {
  const { didYouMean, acronyms, read, identifier, direct } = answer;
  const outside = identifier && identifierLink(identifier);
  return (
    <>
      {identifier !== null && (
        <p class="meant">
          {direct !== null ? 'This is ' : 'No paper here is '}
          {outside ? (
            <a href={outside.href} rel="noopener">
              {outside.label === 'DOI' ? 'doi' : outside.label}:{outside.text}
            </a>
          ) : (
            identifier.value
          )}
          {direct !== null ? '.' : '; the link goes to its source.'}
        </p>
      )}
      {didYouMean !== null && <Corrected query={query} instead={didYouMean} words={read.corrected} />}
      {acronyms.map(({ acronym, expansions }) => {
        const used = expansions.filter((one) => one.used);
        const others = expansions.filter((one) => !one.used).slice(0, 4);
        return (
          <p class="meant">
            <b>{asWritten(query.q, acronym)}</b> {used.length > 0 ? 'read as ' : 'can stand for '}
            <Expansions query={query} acronym={acronym} list={used.length > 0 ? used : others} />
            {used.length > 0 && others.length > 0 && (
              <>
                , not as <Expansions query={query} acronym={acronym} list={others} />
              </>
            )}
          </p>
        );
      })}
      <Unknown
        query={query}
        // What has been corrected is dealt with above.
        words={read.unknown.filter((word) => read.corrected.every((one) => one.word !== word))}
        corrected={didYouMean !== null}
      />
      {read.condition !== null && !saysCondition(query.q) && (
        <p class="meant">
          Only papers matching <code>{read.condition}</code>
        </p>
      )}
      {read.problems.map((problem) => (
        <p class="meant">Not understood: {problem}</p>
      ))}
    </>
  );
};

type Expansion = SearchAnswer['acronyms'][number]['expansions'][number];

const Expansions = ({ query, acronym, list }: { query: Query; acronym: string; list: Expansion[] }) => (
  <>
    {list.map(({ text, papers, archives }, i) => (
      <>
        {i > 0 && ' · '}
        <a href={queryPath(query, { q: writtenOut(query.q, acronym, text) })} rel="nofollow">
          {text}
        </a>{' '}
        <span class="soft">
          ({count(papers, 'paper')}
          {archives.some(Boolean) && `, ${archives.filter(Boolean).slice(0, 2).join(', ')}`})
        </span>
      </>
    ))}
  </>
);

/**
 * What was corrected is searched for as well; the text as it was typed is one step away. If other words stand beside it,
 * only the corrections are shown: the rest may be misspelt too, and this is no place to repeat it.
 */
const Corrected = ({
  query,
  instead,
  words,
}: {
  query: Query;
  instead: string;
  words: SearchAnswer['read']['corrected'];
}) => {
  const typed = asTyped(
    query.q,
    words.map(({ word }) => word),
  );
  const isWhole = plainWords(query.q).every((typedWord) =>
    words.some(({ word }) => word.toLowerCase() === typedWord.toLowerCase()),
  );
  const link = (says: string) => <a href={queryPath(query, { q: instead })}>{says}</a>;
  return (
    <p class="meant mean">
      {isWhole || words.length === 0 ? (
        <>Includes results for {link(instead)}.</>
      ) : (
        <>
          Includes results for {link(words.map((one) => one.instead).join(' '))} in place of{' '}
          {quoted(words.map(({ word }) => word).join(' '))}.
        </>
      )}
      {typed !== null && (
        <>
          {' '}
          Search only for{' '}
          <a href={queryPath(query, { q: typed })} rel="nofollow">
            {query.q}
          </a>
          .
        </>
      )}
    </p>
  );
};

/** A correction is the better way on than leaving the words out. */
const Unknown = ({ query, words, corrected }: { query: Query; words: string[]; corrected: boolean }) => {
  if (words.length === 0) return null;
  const left = corrected ? null : withoutWords(query.q, words);
  return (
    <p class="meant">
      {sayUnknown(words).join(' ')}{' '}
      {left !== null && (
        <>
          Search for <a href={queryPath(query, { q: left })}>{left}</a> alone.
        </>
      )}
    </p>
  );
};

/** Links between the pages of a result. */
export const Pages = ({ answer, query }: Answered) => (
  <PageLinks page={query.page} pages={answer.pages} to={(page) => queryPath(query, { page })} />
);
