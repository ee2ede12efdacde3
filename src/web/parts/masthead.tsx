/** The masthead: the site's name, the date of the edition and links to its neighbours. */

import { raw } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Site } from '../../http/context.ts';
import type { CalendarDay, Edition, Period } from '../../papers/library.ts';
import type { Day } from '../../papers/types.ts';
import {
  count,
  monthOf,
  sayDayLong,
  sayDayShort,
  sayMonth,
  sayMonthShort,
  saySpan,
  sayTime,
  sayWeekday,
  sayZone,
} from '../../present/dates.ts';
import { periodPath } from '../../present/urls.ts';
import { Jump, Month } from './calendar.tsx';
import { Kept, keyFor } from './kept.ts';
import { submitPath } from './submit.tsx';

/** Masthead of pages that are not editions: a smaller name, linked to the front page. */
export const SmallMasthead = ({ site }: { site: Site }) => (
  <header class="mast small">
    <p class="name">
      <a href="/">{site.name}</a>
    </p>
  </header>
);

/** Masthead of a page with a heading where the edition's date would be: trending. */
export const SectionMasthead = ({
  site,
  title,
  left,
  right,
  ear,
}: {
  site: Site;
  title: string;
  left: string;
  right: string;
  ear: Child;
}) => (
  <header class="mast">
    <h1 class="name">
      <a href="/">{site.name}</a>
      <span class="vh">, {title}</span>
    </h1>
    <p class="mast-left">
      <b>{title}</b>
      <br />
      {left}
    </p>
    <div class="mast-right">
      <p>{right}</p>
      {ear}
    </div>
  </header>
);

export interface EditionMastheadProps {
  site: Site;
  edition: Edition;
  days: CalendarDay[];
  /** The months that have editions. */
  months: string[];
  span: { first: Day; last: Day } | null;
  /** Readers can submit papers. */
  submits: boolean;
  /** Where one subscribes, as HTML. */
  ear: string;
}

/** Masthead of an edition. */
export const EditionMasthead = (props: EditionMastheadProps) => {
  const { site, edition, ...dates } = props;
  const { papers: _, late: __, asOf: ___, ...about } = edition;
  const by = keyFor(site.name, site.timezone, about, dates);
  return <Kept by={`masthead ${by}`} render={() => <FreshMasthead {...props} />} />;
};

const FreshMasthead = ({ site, edition, days, months, span, submits, ear }: EditionMastheadProps) => {
  const { period, previous, next } = edition;
  const title = heading(edition);
  return (
    <header class="mast">
      <h1 class="name">
        <a href="/">{site.name}</a>
        <span class="vh">, {title}</span>
      </h1>
      <div class="mast-left">
        <b>{title}</b>
        <nav aria-label="Editions" class="turn">
          {previous && (
            <a href={periodPath(previous)} rel="prev">
              <span aria-hidden="true">‹ </span>
              {short(previous, period)}
              <span class="vh">, the edition before, {name(previous)}</span>
            </a>
          )}
          <details class="cal">
            <summary>Calendar</summary>
            <div class="cal-card">
              <Month
                month={monthOf(
                  edition.first < edition.last && period.kind === 'week' ? edition.last : edition.first,
                )}
                days={days}
                months={months}
                shown={{ first: edition.first, last: edition.last }}
              />
              <Jump span={span} />
              <p>
                <a href="/calendar">The whole calendar</a>
              </p>
            </div>
          </details>
          {next && (
            <a href={periodPath(next)} rel="next">
              {short(next, period)}
              <span class="vh">, the edition after, {name(next)}</span>
              <span aria-hidden="true"> ›</span>
            </a>
          )}
        </nav>
      </div>
      <div class="mast-right">
        <p>
          <b>{count(edition.total, 'paper')}</b> in this {period.kind === 'day' ? 'edition' : period.kind}
          <span class="state">{state(edition, site)}</span>
          {submits && (
            <a class="to-submit" href={submitPath()} rel="nofollow">
              Submit a paper
            </a>
          )}
        </p>
        {raw(ear)}
      </div>
    </header>
  );
};

/** `Friday, 26 June 2026`; `Week 26, 22–28 June 2026`; `June 2026`. */
export function heading({ period, first, last }: Pick<Edition, 'period' | 'first' | 'last'>): string {
  if (period.kind === 'day') return sayDayLong(period.value);
  if (period.kind === 'month') return sayMonth(period.value);
  return `Week ${Number(period.value.slice(6))}, ${saySpan(first, last)}`;
}

function state(edition: Edition, site: Site): string {
  if (edition.open && edition.closesAt !== null)
    return `open until ${sayTime(edition.closesAt, site.timezone)} ${sayZone(site.timezone)}`;
  if (edition.open) return 'still open';
  if (!edition.closed) return 'open to backfill';
  return edition.period.kind === 'day' ? 'closed' : 'all editions closed';
}

/** Short name of a neighbour: the weekday if it is in the same week, otherwise the date. */
function short(period: Period, from: Period): string {
  if (period.kind === 'week') return `Week ${Number(period.value.slice(6))}`;
  if (period.kind === 'month') {
    return period.value.slice(0, 4) === from.value.slice(0, 4)
      ? sayMonthShort(period.value)
      : sayMonth(period.value);
  }
  const away = Math.abs(Date.parse(period.value) - Date.parse(from.value)) / 86_400_000;
  return away < 7 ? sayWeekday(period.value) : sayDayShort(period.value);
}

const name = (period: Period): string =>
  period.kind === 'day'
    ? sayDayLong(period.value)
    : period.kind === 'month'
      ? sayMonth(period.value)
      : `week ${Number(period.value.slice(6))}`;
