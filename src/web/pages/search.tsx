/** Search: hits with whole abstracts and highlights, facets as links, everything in the address. */
import type { SearchAnswer } from '../../papers/library.ts';
import type { Ask, Reply } from '../context.ts';
import { count, sayNumber } from '../dates.ts';
import { html } from '../http.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { Row } from '../parts/paper.tsx';
import type { Marks } from '../tex.tsx';
import { basics } from './basics.ts';
import { beyond } from './edition.tsx';
import { Narrow } from './search-narrow.tsx';
import { filtersOf, type Query, queryPath, readQuery, searchParams } from './search-query.ts';

/** `/search`. */
export async function searchPage(ask: Ask): Promise<Reply> {
  const { library, site } = ask.web;
  const query = readQuery(ask.query);
  const [answer, frame] = await Promise.all([library.search(searchParams(query)), basics(ask)]);
  if (answer.total > 0 || query.page > 1) beyond({ ...answer, page: query.page }, queryPath(query));
  const said = query.q === '' ? 'All papers' : `“${query.q}”`;
  const body = renderDocument({
    ask,
    ...frame,
    title: query.q === '' ? 'Search' : `${query.q.slice(0, 80)} – search`,
    description: `${count(answer.total, 'paper')} found for ${said}.`.slice(0, 300),
    canonical: queryPath(query, { explain: false, page: query.page }),
    index: false,
    current: 'search',
    q: query.q,
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page search">
        <div>
          <header class="list-head">
            <h1>{said}</h1>
            <p class="by">
              <span class="hits">
                {answer.total === 0 ? 'Nothing found' : `${count(answer.total, 'paper')} found`}
              </span>
              {answer.total > 1 && <Sorts query={query} />}
              {answer.total > 1 && (
                <a class="to-narrow" href="#narrow">
                  Narrow the search
                </a>
              )}
            </p>
            <Chosen query={query} answer={answer} />
            {answer.behind > 0 && (
              <p class="notice">
                The search is still taking in {count(answer.behind, 'new or changed paper')}; what is found
                may not be all there is.
              </p>
            )}
          </header>
          {answer.hits.map((hit) => (
            <Hit hit={hit} query={query} ask={ask} />
          ))}
          {answer.total === 0 && (
            <Nothing query={query} {...(await otherwise(ask, query))} papers={frame.papers} />
          )}
          <Pages answer={answer} query={query} />
        </div>
        <aside id="narrow" aria-label="Narrow the search">
          <Narrow query={query} answer={answer} />
        </aside>
      </main>
    ),
  });
  return html(body);
}

const Hit = ({ hit, query, ask }: { hit: SearchAnswer['hits'][number]; query: Query; ask: Ask }) => {
  const { library } = ask.web;
  const { paper } = hit;
  const text = paper.abstract ?? paper.summary ?? '';
  const marks =
    query.q === ''
      ? undefined
      : {
          title: joined(library.highlights(query.q, paper.title), paper.title),
          abstract: joined(library.highlights(query.q, text), text),
        };
  return (
    <Row paper={paper} marks={marks} whole>
      {query.explain && hit.shares && (
        <details class="shares">
          <summary>
            Why this score, <span class="num">{hit.score.toFixed(3)}</span>
          </summary>
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">Term</th>
                <th scope="col">Field</th>
                <th scope="col">How often</th>
                <th scope="col">How rare</th>
                <th scope="col">Score</th>
              </tr>
            </thead>
            <tbody>
              {hit.shares.map((share) => (
                <tr>
                  <td>{share.term}</td>
                  <td>{share.field}</td>
                  <td>{share.tf.toFixed(3)}</td>
                  <td>{share.idf.toFixed(3)}</td>
                  <td>{share.score.toFixed(3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </Row>
  );
};

/** Marks with only a hyphen or a space between them read better as one. */
function joined(marks: Marks, text: string): Marks {
  const out: Marks = [];
  for (const [start, end] of marks) {
    const last = out.at(-1);
    if (last && start - last[1] <= 1 && /^[-\s]?$/.test(text.slice(last[1], start))) last[1] = end;
    else out.push([start, end]);
  }
  return out;
}

const Sorts = ({ query }: { query: Query }) => (
  <span class="sorts">
    Sort by{' '}
    {(['relevance', 'date', 'votes'] as const)
      .filter((sort) => sort !== 'relevance' || query.q !== '')
      .map((sort, i) => (
        <>
          {i > 0 && ' · '}
          <a
            href={queryPath(query, { sort })}
            {...(query.sort === sort ? { 'aria-current': 'true' as const } : {})}
          >
            {sort}
          </a>
        </>
      ))}
  </span>
);

/** The filters in force, each with a link that drops it. */
const Chosen = ({ query, answer }: { query: Query; answer: SearchAnswer }) => {
  const chosen = filtersOf(query);
  if (chosen.length === 0) return null;
  const label = answer.facets.organizations.find((o) => o.value === query.organization)?.label;
  return (
    <ul class="chosen" aria-label="Filters in force">
      {chosen.map(({ says, without }) => (
        <li>
          <a href={queryPath(without)}>
            {label && says === `organisation ${query.organization}` ? `organisation ${label}` : says}
            <span aria-hidden="true"> ×</span>
            <span class="vh">, drop this filter</span>
          </a>
        </li>
      ))}
    </ul>
  );
};

interface Otherwise {
  without: number;
  each: { says: string; path: string; total: number }[];
}

/** What an empty search would find with its filters dropped. */
async function otherwise(ask: Ask, query: Query): Promise<Otherwise> {
  const chosen = filtersOf(query);
  if (chosen.length === 0) return { without: 0, each: [] };
  const total = async (q: Query) =>
    (await ask.web.library.search({ ...searchParams(q), limit: 1, page: 1 })).total;
  const bare: Query = {
    ...query,
    categories: [],
    organization: '',
    author: '',
    hasCode: false,
    from: '',
    to: '',
  };
  const [without, ...each] = await Promise.all([
    total(bare),
    ...chosen
      .slice(0, 6)
      .map(async ({ says, without }) => ({ says, path: queryPath(without), total: await total(without) })),
  ]);
  return { without, each };
}

const Nothing = ({ query, without, each, papers }: Otherwise & { query: Query; papers: number }) => {
  const bare = queryPath({
    ...query,
    categories: [],
    organization: '',
    author: '',
    hasCode: false,
    from: '',
    to: '',
  });
  const helps = each.filter((e) => e.total > 0);
  const words = query.q.split(' ').filter(Boolean);
  return (
    <div class="nothing prose">
      <p>
        {papers === 1 ? 'The one paper here was' : `All ${sayNumber(papers)} papers here were`} searched:
        titles, summaries, abstracts, authors, organisations and keywords.
      </p>
      {without > 0 && (
        <>
          <p>
            Without filters, <a href={bare}>{count(without, 'paper matches', 'papers match')}</a>.
          </p>
          {each.length > 1 && helps.length > 0 && (
            <ul>
              {helps.map((e) => (
                <li>
                  <a href={e.path}>Drop “{e.says}”</a>: {count(e.total, 'paper')}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
      {without === 0 && (
        <ul>
          {words.length > 1 && (
            <li>
              Try fewer words, or one of them alone:{' '}
              {words.slice(0, 5).map((word, i) => (
                <>
                  {i > 0 && ', '}
                  <a href={queryPath(query, { q: word })}>{word}</a>
                </>
              ))}
              .
            </li>
          )}
          <li>Check the spelling, or use a broader term.</li>
          <li>
            Browse the <a href="/">latest edition</a> or the <a href="/calendar">calendar</a>.
          </li>
        </ul>
      )}
    </div>
  );
};

const Pages = ({ answer, query }: { answer: SearchAnswer; query: Query }) => {
  if (answer.pages <= 1) return null;
  return (
    <nav class="pager" aria-label="Pages">
      {query.page > 1 ? (
        <a href={queryPath(query, { page: query.page - 1 })} rel="prev">
          ‹ Page {query.page - 1}
        </a>
      ) : (
        <span />
      )}
      <span>
        Page {query.page} of {sayNumber(answer.pages)}
      </span>
      {query.page < answer.pages ? (
        <a href={queryPath(query, { page: query.page + 1 })} rel="next">
          Page {query.page + 1} ›
        </a>
      ) : (
        <span />
      )}
    </nav>
  );
};
