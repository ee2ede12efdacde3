/** The bar at the top: the sections of the paper and the search field. */
import { weekOf } from '../../papers/days.ts';
import { monthOf, sayNumber } from '../dates.ts';
import { periodPath } from '../urls.ts';
import type { Frame } from './document.tsx';

export const Bar = ({ frame }: { frame: Frame }) => {
  const { latest, current, papers } = frame;
  const here = (name: Frame['current']) => (current === name ? { 'aria-current': 'page' as const } : {});
  const hint =
    papers === 0 ? 'Search' : papers === 1 ? 'Search 1 paper' : `Search ${sayNumber(papers)} papers`;
  return (
    <div class="bar">
      <nav aria-label="Sections">
        <a href="/" {...here('today')}>
          Today
        </a>
        <a href="/papers/trending" {...here('trending')}>
          Trending
        </a>
        {latest && (
          <a href={periodPath({ kind: 'week', value: weekOf(latest) })} {...here('week')}>
            Week
          </a>
        )}
        {latest && (
          <a href={periodPath({ kind: 'month', value: monthOf(latest) })} {...here('month')}>
            Month
          </a>
        )}
      </nav>
      <search class="find">
        <form action="/search" method="get">
          <label class="vh" for="q">
            {hint}
          </label>
          <input
            id="q"
            type="search"
            name="q"
            value={frame.q ?? ''}
            placeholder={`${hint}  /`}
            maxlength={2000}
            enterkeyhint="search"
            autocomplete="off"
          />
          <button type="submit" aria-label="Search">
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <circle cx="6.8" cy="6.8" r="4.6" />
              <path d="M10.3 10.3 14.4 14.4" />
            </svg>
          </button>
        </form>
      </search>
    </div>
  );
};
