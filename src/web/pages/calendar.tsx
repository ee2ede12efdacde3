/** The calendar: every edition, a month at a time, and `/jump` to any day. */

import { cleanText } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import { count, monthOf, readPeriod, sayMonth, sayMonthShort } from '../../present/dates.ts';
import { periodPath } from '../../present/urls.ts';
import { Jump, Month } from '../parts/calendar.tsx';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { FeedAnchors, feedLinks } from '../parts/outlets.tsx';
import { basics } from './basics.ts';
import { welcome } from './welcome.tsx';

/** `/calendar/:month?`. */
export async function calendarPage(ask: Ask, text: string | undefined): Promise<Reply> {
  const { library } = ask;
  const { site } = ask.web;
  const [frame, span, months] = await Promise.all([basics(ask), library.span(), library.months()]);
  let month = frame.latest === null ? null : monthOf(frame.latest);
  if (text !== undefined) {
    const read = readPeriod('month', text);
    if (!read.ok)
      throw new WebError(400, `“${text.slice(0, 40)}” is not a month. ${read.reason}`, {
        links: [{ href: '/calendar', text: 'The calendar' }],
      });
    if (!read.padded) return redirect(`/calendar/${read.value}`, 301);
    month = read.value;
  }
  if (month === null || span === null) return welcome(ask, text === undefined ? 200 : 404);
  const days = await library.calendar(month);
  const papers = days.reduce((sum, day) => sum + day.papers, 0);
  const body = await renderDocument({
    ask,
    ...frame,
    title: `Calendar, ${sayMonth(month)}`,
    description: `Editions of ${sayMonth(month)}: ${count(days.length, 'day')}, ${count(papers, 'paper')}.`,
    canonical: `/calendar/${month}`,
    head: feedLinks(ask.base, '/calendar', 'Editions'),
    masthead: <SmallMasthead site={site} />,
    children: (
      <main id="main" class="page narrow">
        <div>
          <h1>Calendar</h1>
          <p class="by">
            <span>
              {papers === 0
                ? `No papers in ${sayMonth(month)}`
                : `${count(papers, 'paper')} in ${count(days.length, 'edition')} in ${sayMonth(month)}`}
            </span>
          </p>
          <Month month={month} days={days} months={months} counts />
          <Jump span={span} />
          <Years months={months} shown={month} />
          <section aria-labelledby="follow">
            <h2 id="follow" class="section-head">
              Feed with one entry per edition
            </h2>
            <FeedAnchors page="/calendar" />
          </section>
        </div>
      </main>
    ),
  });
  return html(body);
}

/** A stray date far in the past must not produce a page of thousands. */
const MOST_YEARS = 40;

/** All months that have editions, newest year first. */
const Years = ({ months, shown }: { months: string[]; shown: string }) => {
  const years = [...new Set(months.map((month) => month.slice(0, 4)))].toReversed().slice(0, MOST_YEARS);
  return (
    <section class="years" aria-labelledby="years">
      <h2 id="years" class="section-head">
        By month
      </h2>
      <dl>
        {years.map((year) => (
          <div>
            <dt>{year}</dt>
            <dd>
              {months
                .filter((month) => month.startsWith(`${year}-`))
                .map((month) => (
                  <a
                    href={`/calendar/${month}`}
                    {...(month === shown ? { 'aria-current': 'page' as const } : {})}
                  >
                    {sayMonthShort(month).slice(0, 3)}
                    <span class="vh"> {year}</span>
                  </a>
                ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
};

/** `/jump?day=…`: redirects to the day entered in a form. */
export async function jump(ask: Ask): Promise<Reply> {
  const day = cleanText(ask.query.get('day'));
  if (day === '') return redirect('/calendar', 303);
  const read = readPeriod('day', day);
  if (!read.ok)
    throw new WebError(400, `“${day.slice(0, 40)}” is not a day. ${read.reason}`, {
      links: [{ href: '/calendar', text: 'The calendar' }],
    });
  return redirect(periodPath({ kind: 'day', value: read.value }), 303);
}
