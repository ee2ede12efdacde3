/** The column beside search results: facets as links, a search within them, editions, dates, export, alerts. */
import type { Child } from 'hono/jsx';
import { LIST_FORMATS, type ListFormat } from '../../formats/write-list.ts';
import type { Web } from '../../http/context.ts';
import { periodOf } from '../../papers/days.ts';
import type { Period } from '../../papers/library.ts';
import type { Day } from '../../papers/types.ts';
import { count, sayDay, sayNumber, sayPeriod } from '../../present/dates.ts';
import { asks, feedQuery, fieldsOf, filtersOf, type Query, queryPath } from '../../present/search-query.ts';
import type { FacetCount } from '../../search/types.ts';
import { FeedAnchors, sayExported } from '../parts/outlets.tsx';
import { BoxContent } from '../parts/subscribe.tsx';
import type { Answered } from './search-head.tsx';

interface NarrowProps extends Answered {
  /** Newest day with papers. */
  latest: Day | null;
  web: Pick<Web, 'subscribers'>;
}

export const Narrow = ({ query, answer, latest, web }: NarrowProps) => {
  const { categories, organizations, venues, years, hasCode } = answer.facets;
  const year = /^(\d{4})-01-01$/.exec(query.from)?.[1];
  // One paper cannot be narrowed, nor is there news of it.
  if (answer.identifier !== null && answer.total <= (answer.direct === null ? 0 : 1))
    return answer.direct && <Export query={query} total={1} />;
  return (
    <>
      {answer.total > 1 && query.q !== '' && <Within query={query} />}
      <Facet
        title="Category"
        isOpen
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
        title="Venue"
        values={venues}
        chosen={(value) => query.venue === value}
        href={(value, on) => queryPath(query, { venue: on ? '' : value })}
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
      {latest !== null && <Editions query={query} latest={latest} />}
      <Section title="Published between" isOpen={query.from !== '' || query.to !== ''}>
        <form action="/search" method="get" class="range">
          <Kept query={query} without={['from', 'to']} />
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
      </Section>
      {asks(query) && <Keep query={query} web={web} />}
      {answer.total > 0 && <Export query={query} total={answer.total} />}
      {answer.hits.length > 0 && query.q !== '' && answer.read.sort === 'relevance' && (
        <p class="small-print">
          {query.explain ? (
            <a href={queryPath(query, { explain: false })}>Hide scores</a>
          ) : (
            <a href={queryPath(query, { explain: true })}>Explain scores</a>
          )}
        </p>
      )}
      {answer.total > 0 && (
        <p class="show-found">
          <a href="#found">
            Show {answer.exact ? count(answer.total, 'paper') : `${sayNumber(answer.total)}+ papers`}
          </a>
        </p>
      )}
    </>
  );
};

/** A section of the column. On a phone only its title shows until it is tapped; the style sheet alone sees to that. */
const Section = ({ title, isOpen, children }: { title: string; isOpen?: boolean; children: Child }) => (
  <section class="folding">
    <h2>{title}</h2>
    <details open={isOpen}>
      <summary>{title}</summary>
    </details>
    <div>{children}</div>
  </section>
);

/** Browsers without a field for weeks or months show one for text. */
const WRITTEN = [
  { kind: 'day', label: 'On this day', type: 'date', like: '2026-06-12' },
  { kind: 'week', label: 'In this week', type: 'week', like: '2026-W24' },
  { kind: 'month', label: 'In this month', type: 'month', like: '2026-06' },
] as const;

/** Only papers of an edition: of the newest day, week or month by a link, of any other by its date. */
const Editions = ({ query, latest }: { query: Query; latest: Day }) => {
  const known: [string, Period][] = [
    ['Latest edition', { kind: 'day', value: latest }],
    ['This week', periodOf('week', latest)],
    ['This month', periodOf('month', latest)],
  ];
  const chosen = query.edition?.value;
  return (
    <Section title="Edition" isOpen={query.edition !== null}>
      <ul class="topics">
        {known.map(([name, period]) => {
          const on = period.value === chosen;
          return (
            <li>
              <a
                href={queryPath(query, { edition: on ? null : period })}
                rel="nofollow"
                {...(on ? { 'aria-current': 'true' as const } : {})}
              >
                {name}
                {on && <span aria-hidden="true"> ×</span>}
                {on && <span class="vh">, remove this filter</span>}
              </a>
              <small>{period.kind === 'day' ? sayDay(latest) : sayPeriod(period)}</small>
            </li>
          );
        })}
      </ul>
      {WRITTEN.map(({ kind, label, type, like }) => (
        <form action="/search" method="get" class="range one-date">
          <Kept query={query} without={['edition']} />
          <label>
            <span>{label}</span>
            <input
              type={type}
              name="edition"
              value={query.edition?.kind === kind ? query.edition.value : ''}
              max={periodOf(kind, latest).value}
              placeholder={like}
              required
            />
          </label>
          <button type="submit">Apply</button>
        </form>
      ))}
    </Section>
  );
};

/** The query as hidden fields of a form. */
const Kept = ({ query, without = [] }: { query: Query; without?: string[] }) => (
  <>
    {fieldsOf(query)
      .filter(([name]) => !without.includes(name))
      .map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
  </>
);

const Within = ({ query }: { query: Query }) => (
  <section>
    <h2>
      <label for="within">Search within these</label>
    </h2>
    <form action="/search" method="get" class="one-line">
      <Kept query={query} />
      <input id="within" name="within" required maxlength={200} autocomplete="off" autocapitalize="none" />
      <button type="submit">Narrow</button>
    </form>
  </section>
);

/** The same search by email. */
const Keep = ({ query, web }: { query: Query; web: Pick<Web, 'subscribers'> }) => {
  const subject = queryPath({ ...query, sorted: false, explain: false, partial: false }).replace(
    /^[^?]*\??/,
    '',
  );
  const only = categoryOf(query);
  return (
    <Section title="In your inbox">
      <BoxContent
        web={web}
        {...(only === null ? { list: 'search', subject } : { list: 'category', subject: only })}
        feed={`/search/feed.atom${feedQuery(query)}`}
        id="search-email"
      />
    </Section>
  );
};

/** The category that a search is for and nothing else; null: there is more to it. */
const categoryOf = ({ q, categories, ...rest }: Query): string | null =>
  categories.length === 1 && q === '' && filtersOf({ ...rest, q: '', categories: [] }).length === 0
    ? categories[0]!
    : null;

const Export = ({ query, total }: { query: Query; total: number }) => (
  <Section title="Export">
    <p class="take">
      {(Object.keys(LIST_FORMATS) as ListFormat[]).map((format) => (
        <a href={queryPath(query, { explain: false }, `/search/export.${format}`)} rel="nofollow" download>
          {LIST_FORMATS[format].name}
        </a>
      ))}
    </p>
    <p class="small-print">{sayExported(total)}</p>
    <FeedAnchors page="/search" query={feedQuery(query)} />
    <p class="small-print">As a feed, newest first{query.sorted && ', or in the chosen order'}.</p>
  </Section>
);

/** Exports the papers that are ticked; the style sheet shows it once there are any. */
export const Picked = ({ id }: { id: string }) => (
  <form id={id} method="get" action="/search/export.bib" class="picked">
    <p>
      <span>Export selected:</span>
      {(Object.keys(LIST_FORMATS) as ListFormat[]).map((format) => (
        <button type="submit" formaction={`/search/export.${format}`}>
          {LIST_FORMATS[format].name}
        </button>
      ))}
      <button type="reset" class="plain">
        Clear
      </button>
    </p>
  </form>
);

interface FacetProps {
  title: string;
  isOpen?: boolean;
  values: FacetCount[];
  chosen: (value: string) => boolean;
  href: (value: string, on: boolean) => string;
}

const Facet = ({ title, isOpen, values, chosen, href }: FacetProps) =>
  values.length === 0 ? null : (
    <Section title={title} isOpen={isOpen || values.some(({ value }) => chosen(value))}>
      <ul class="topics">
        {values.slice(0, 10).map(({ value, label, count: n }) => {
          const on = chosen(value);
          return (
            <li>
              <a href={href(value, on)} rel="nofollow" {...(on ? { 'aria-current': 'true' as const } : {})}>
                {label}
                {on && <span aria-hidden="true"> ×</span>}
                {on && <span class="vh">, remove this filter</span>}
              </a>
              <small>
                {sayNumber(n)}
                <span class="vh"> {n === 1 ? 'paper' : 'papers'}</span>
              </small>
            </li>
          );
        })}
      </ul>
    </Section>
  );
