/** The column beside search results: facets as links, and the range of dates. */
import type { SearchAnswer } from '../../papers/library.ts';
import type { FacetCount } from '../../search/types.ts';
import { sayNumber } from '../dates.ts';
import { type Query, queryPath } from './search-query.ts';

export const Narrow = ({ query, answer }: { query: Query; answer: SearchAnswer }) => {
  const { categories, organizations, years, hasCode } = answer.facets;
  const year = /^(\d{4})-01-01$/.exec(query.from)?.[1];
  return (
    <>
      <Facet
        title="Category"
        values={categories}
        chosen={(value) => query.categories.includes(value)}
        href={(value, on) =>
          queryPath(query, {
            categories: on ? query.categories.filter((c) => c !== value) : [...query.categories, value],
          })
        }
      />
      <Facet
        title="Organisation"
        values={organizations}
        chosen={(value) => query.organization === value}
        href={(value, on) => queryPath(query, { organization: on ? '' : value })}
      />
      <Facet
        title="Year"
        values={years}
        chosen={(value) => year === value && query.to === `${value}-12-31`}
        href={(value, on) =>
          queryPath(query, on ? { from: '', to: '' } : { from: `${value}-01-01`, to: `${value}-12-31` })
        }
      />
      {(hasCode > 0 || query.hasCode) && (
        <Facet
          title="Code"
          values={[{ value: '1', label: 'With code', count: hasCode }]}
          chosen={() => query.hasCode}
          href={(_, on) => queryPath(query, { hasCode: !on })}
        />
      )}
      <section>
        <h2>Published between</h2>
        <form action="/search" method="get" class="range">
          {query.q && <input type="hidden" name="q" value={query.q} />}
          {query.categories.map((c) => (
            <input type="hidden" name="category" value={c} />
          ))}
          {query.organization && <input type="hidden" name="organization" value={query.organization} />}
          {query.author && <input type="hidden" name="author" value={query.author} />}
          {query.hasCode && <input type="hidden" name="code" value="1" />}
          {query.sorted && <input type="hidden" name="sort" value={query.sort} />}
          {query.explain && <input type="hidden" name="explain" value="1" />}
          <label>
            <span>From</span>
            <input type="date" name="from" value={query.from} />
          </label>
          <label>
            <span>To</span>
            <input type="date" name="to" value={query.to} />
          </label>
          <button type="submit">Apply</button>
        </form>
      </section>
      {answer.total > 0 && query.q !== '' && (
        <p class="small-print">
          {query.explain ? (
            <a href={queryPath(query, { explain: false })}>Hide how scores are made</a>
          ) : (
            <a href={queryPath(query, { explain: true })}>Show how scores are made</a>
          )}
        </p>
      )}
    </>
  );
};

interface FacetProps {
  title: string;
  values: FacetCount[];
  chosen: (value: string) => boolean;
  href: (value: string, on: boolean) => string;
}

const Facet = ({ title, values, chosen, href }: FacetProps) =>
  values.length === 0 ? null : (
    <section>
      <h2>{title}</h2>
      <ul class="topics">
        {values.slice(0, 10).map(({ value, label, count: n }) => {
          const on = chosen(value);
          return (
            <li>
              <a href={href(value, on)} rel="nofollow" {...(on ? { 'aria-current': 'true' as const } : {})}>
                {label}
                {on && <span aria-hidden="true"> ×</span>}
                {on && <span class="vh">, drop this filter</span>}
              </a>
              <small>
                {sayNumber(n)}
                <span class="vh"> {n === 1 ? 'paper' : 'papers'}</span>
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
