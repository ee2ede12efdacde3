/** Above an edition's papers: its categories as tabs, and a search within the edition. */
import type { Period } from '../../papers/library.ts';
import { sayNumber, sayPeriod } from '../../present/dates.ts';
import { periodPath, withQuery } from '../../present/urls.ts';
import type { FacetCount } from '../../search/types.ts';
import { Lens } from '../parts/find.tsx';

/** As many tabs as fit on a line or two. */
const MOST_TABS = 8;

interface InEditionProps {
  period: Period;
  /** Number of papers in the edition, or in the chosen category of it. */
  total: number;
  categories: FacetCount[];
  chosen: string | undefined;
}

export const InEdition = ({ period, total, categories, chosen }: InEditionProps) => {
  const noun = period.kind === 'day' ? 'edition' : period.kind;
  const path = periodPath(period);
  const known = categories.slice(0, MOST_TABS);
  const tabs =
    chosen === undefined || known.some(({ value }) => value === chosen)
      ? known
      : [...known.slice(0, MOST_TABS - 1), { value: chosen, label: chosen, count: total }];
  const here = (on: boolean) => (on ? { 'aria-current': 'true' as const } : {});
  return (
    <div class="in-edition">
      {tabs.length > 1 && (
        <nav aria-label={`Categories in this ${noun}`} class="tabs">
          <a href={path} {...here(chosen === undefined)}>
            All
          </a>
          {tabs.map(({ value, label, count }) => (
            <a href={withQuery(path, { category: value })} {...here(value === chosen)}>
              {label} <small>{sayNumber(count)}</small>
            </a>
          ))}
        </nav>
      )}
      <a
        class="to-survey"
        href={
          chosen === undefined
            ? `${path}/survey`
            : withQuery('/survey', { edition: period.value, category: chosen })
        }
      >
        Survey<span class="vh"> of this {noun}</span>
      </a>
      <form action="/search" method="get">
        <input type="hidden" name="edition" value={period.value} />
        {chosen !== undefined && <input type="hidden" name="category" value={chosen} />}
        <label class="vh" for="in-edition">
          Search {sayPeriod(period)}
        </label>
        <input
          id="in-edition"
          type="search"
          name="q"
          placeholder={`Search this ${noun}`}
          maxlength={2000}
          autocomplete="off"
          autocapitalize="none"
          enterkeyhint="search"
        />
        <Lens label={`Search this ${noun}`} />
      </form>
    </div>
  );
};
