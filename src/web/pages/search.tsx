/**
 * Search: hits with whole abstracts and highlights, facets as links, everything in the address. The same results are
 * in the page and, for the script that asks while somebody types, by themselves (`fragment=1`).
 */

import type { Ask } from '../../http/context.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import type { Person, SearchAnswer } from '../../papers/library.ts';
import { asksFor, peopleNamed } from '../../papers/lists/people.ts';
import { authorSlug } from '../../papers/slug.ts';
import type { Day } from '../../papers/types.ts';
import { count } from '../../present/dates.ts';
import {
  asks,
  feedQuery,
  fieldsOf,
  type Query,
  queryPath,
  readQuery,
  searchParams,
  withinOf,
} from '../../present/search-query.ts';
import { quoted } from '../../present/search-words.ts';
import { texToPlain } from '../../present/tex.tsx';
import { authorPath } from '../../present/urls.ts';
import { withFormulas } from '../../typesetting/memory.ts';
import { fontsOf, renderDocument } from '../parts/document.tsx';
import { Field, HowTo } from '../parts/find.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { feedLinks } from '../parts/outlets.tsx';
import { type Own, Row } from '../parts/paper.tsx';
import { submitPath, submits } from '../parts/submit.tsx';
import { basics } from './basics.ts';
import { beyond } from './edition.tsx';
import { Head, Pages, sayFound } from './search-head.tsx';
import { Hit, PICKED } from './search-hit.tsx';
import { Narrow, Picked } from './search-narrow.tsx';
import { NO_OTHER, Nothing, type Otherwise, otherwise } from './search-nothing.tsx';

/** `/search`. */
export async function searchPage(ask: Ask): Promise<Reply> {
  const query = readQuery(ask.query);
  const within = withinOf(ask.query);
  if (within !== null) return redirect(queryPath(query, { q: within }), 303);
  const [answer, frame] = await Promise.all([ask.library.search(searchParams(query)), basics(ask)]);
  if (answer.total > 0 || query.page > 1) beyond({ ...answer, page: query.page }, queryPath(query));
  const alone = ask.query.get('fragment') === '1';
  const nothing = answer.total === 0;
  // While one types, nothing else is tried: the next letter is already on its way.
  const less = !nothing ? null : alone && query.partial ? NO_OTHER : await otherwise(ask, query, answer);
  const author = query.author || answer.read.filters.author || '';
  const people = query.page > 1 ? [] : await peopleOf(ask, author, answer, query);
  const own = ownOf(author, people);
  const props = { ask, query, answer, less, people, own, papers: frame.papers, latest: frame.latest };
  if (alone) return html(await fragment(props));
  const said = query.q === '' ? 'All papers' : quoted(query.q);
  const body = await renderDocument({
    ask,
    ...frame,
    title: titleOf(query),
    description: `${sayFound(answer)} for ${said}.`.slice(0, 300),
    canonical: queryPath(query, { explain: false, partial: false, page: query.page }),
    head: feedLinks(ask.base, '/search', titleOf(query), feedQuery(query)),
    index: false,
    current: 'search',
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page search">
        <h1 class="vh">{headingOf(query)}</h1>
        <div class="ask">
          <Field q={query.q} papers={frame.papers} form="ask" />
          <HowTo />
        </div>
        <p class="vh" role="status" id="said" />
        <Results {...props} />
      </main>
    ),
  });
  return html(body);
}

/** The people a query names: in a filter, among its words, or as a whole. */
async function peopleOf(ask: Ask, author: string, answer: SearchAnswer, query: Query): Promise<Person[]> {
  const { library } = ask;
  if (author !== '') return peopleNamed(library, author, true);
  const named = answer.people.length > 0 ? answer.people : [query.q];
  const found = (await Promise.all(named.slice(0, 3).map((name) => peopleNamed(library, name)))).flat();
  return found.filter(({ slug }, i) => found.findIndex((other) => other.slug === slug) === i);
}

/** The author searched for: by a filter, or because the query is a name. */
function ownOf(author: string, people: Person[]): Own | undefined {
  if (author === '' && people.length === 0) return undefined;
  const slugs = new Set(people.map(({ slug }) => slug));
  const asked = asksFor(author);
  return (name) => slugs.has(authorSlug(name)) || asked(name);
}

const headingOf = (query: Query): string => (query.q === '' ? 'Search' : `Search: ${quoted(query.q)}`);
const titleOf = (query: Query): string => (query.q === '' ? 'Search' : `${query.q.slice(0, 80)} – search`);

interface Props {
  ask: Ask;
  query: Query;
  answer: SearchAnswer;
  less: Otherwise | null;
  /** Whom the query may name. */
  people: Person[];
  own: Own | undefined;
  papers: number;
  latest: Day | null;
}

/**
 * The results alone, with what the script needs to put them into a page: the window's title, and the sheet and
 * the fonts they are set in, which are to be there before.
 */
async function fragment(props: Props): Promise<string> {
  const { assets, site, formulas } = props.ask.web;
  const body = await withFormulas(formulas, () => String(<Results {...props} />));
  const needs = {
    title: `${titleOf(props.query)} · ${site.name}`,
    heading: headingOf(props.query),
    fonts: fontsOf(body).map((name) => assets.href(name)),
    sheet: body.includes('class="katex') ? assets.href('katex.css') : null,
  };
  // `<` is the one sign that could end the element early.
  const json = JSON.stringify(needs).replaceAll('<', '\\u003c');
  return `${body}<script type="application/json">${json}</script>\n`;
}

/** The way to the page of somebody the query names. */
const People = ({ people }: { people: Person[] }) =>
  people.length === 0 ? null : (
    <ul class="people-found" aria-label="Authors with that name">
      {people.map(({ name, papers }) => (
        <li>
          <a href={authorPath(name) ?? ''}>
            <b>{texToPlain(name)}</b>{' '}
            <span>
              <span class="soft">Author · </span>
              {count(papers, 'paper')} <span aria-hidden="true">→</span>
            </span>
          </a>
        </li>
      ))}
    </ul>
  );

const Results = ({ ask, query, answer, less, people, own, papers, latest }: Props) => {
  const tight = answer.hits.filter((hit) => !hit.loose);
  const loose = answer.hits.filter((hit) => hit.loose);
  return (
    <div class="results" id="results" data-said={sayFound(answer)}>
      {/* The field's form keeps the filters in force. */}
      {fieldsOf(query)
        .filter(([name]) => name !== 'q')
        .map(([name, value]) => (
          <input type="hidden" name={name} value={value} form="ask" />
        ))}
      <div class="found-head">
        <Head query={query} answer={answer} />
        <People people={people} />
      </div>
      {/* On a phone the column folds away below this; its state is read by the style sheet alone. */}
      <details class="to-narrow">
        <summary>Filters and export</summary>
      </details>
      <aside id="narrow" aria-label="Filters and export">
        <Narrow query={query} answer={answer} latest={latest} web={ask.web} />
      </aside>
      <div class="found" id="found" tabindex={-1}>
        {answer.direct !== null && query.page === 1 && <Row paper={answer.direct} whole />}
        {answer.direct !== null && tight.length > 0 && <h2 class="divide">Papers that mention it</h2>}
        {tight.map((hit) => (
          <Hit hit={hit} query={query} ask={ask} own={own} />
        ))}
        {less !== null && asks(query) && <Nothing {...less} answer={answer} papers={papers} />}
        {answer.total > 0 && answer.hits.length === 0 && query.page > 1 && (
          <p class="meant">No more results: near-duplicates are shown with their papers on earlier pages.</p>
        )}
        {loose.length > 0 && <h2 class="divide">Partial and related matches</h2>}
        {loose.map((hit) => (
          <Hit hit={hit} query={query} ask={ask} own={own} />
        ))}
        <Pages answer={answer} query={query} />
        {submits(ask.web) && (answer.identifier === null || answer.direct === null) && (
          <p class="submit-here">
            {answer.identifier === null ? 'Is a paper missing?' : 'Should it be here?'}{' '}
            <a href={submitPath(query.q)} rel="nofollow">
              Submit {answer.identifier === null ? 'a paper' : 'this paper'}
            </a>
          </p>
        )}
        {answer.hits.length > 0 && <Picked id={PICKED} />}
      </div>
    </div>
  );
};
