/** The bar at the top: the sections of the site and the search field. */
import { slot } from '../../http/slots.ts';
import { weekOf } from '../../papers/days.ts';
import { monthOf } from '../../present/dates.ts';
import { periodPath } from '../../present/urls.ts';
import { Field } from './find.tsx';
import type { Frame } from './frame.ts';

export const Bar = ({ frame }: { frame: Frame }) => {
  const { latest, today, current, papers } = frame;
  const here = (name: Frame['current']) => (current === name ? { 'aria-current': 'page' as const } : {});
  return (
    <div class="bar">
      <nav aria-label="Sections">
        <a href="/" {...here('today')}>
          {latest === null || latest >= today ? 'Today' : 'Latest'}
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
      {/* The search page has the field as its headline. */}
      {current !== 'search' && (
        <div class="find">
          <Field q="" papers={papers} />
        </div>
      )}
      <nav class="account" aria-label="Account">
        {slot(
          'reader',
          <a class="reader" href="/sign-in" rel="nofollow">
            Sign in
          </a>,
        )}
      </nav>
    </div>
  );
};
