/** Editions of a day, a week or a month, the latest one, and trending. */

import type { Child } from 'hono/jsx';
import { cleanText, readAsOf, readPage } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { html, type Reply, redirect } from '../../http/replies.ts';
import { periodOf } from '../../papers/days.ts';
import { type Edition, PAGE_SIZE, type Page, type Period } from '../../papers/library.ts';
import {
  count,
  monthOf,
  readPeriod,
  sayDay,
  sayDayShort,
  sayPeriod,
  sayPeriodShort,
  saySpan,
} from '../../present/dates.ts';
import { oembedLinks } from '../../present/outlets.ts';
import { texToPlain } from '../../present/tex.tsx';
import { periodPath, withQuery } from '../../present/urls.ts';
import { Figures, Imports, OrderNote, Topics } from '../parts/aside.tsx';
import { renderDocument } from '../parts/document.tsx';
import { EditionMasthead, heading, SectionMasthead } from '../parts/masthead.tsx';
import { feedLinks, ListLinks } from '../parts/outlets.tsx';
import { Pager, Renewed } from '../parts/pager.tsx';
import { Lead, Row } from '../parts/paper.tsx';
import { SubmitHere, submits } from '../parts/submit.tsx';
import { Box, Ear, type Offered, PhoneLine } from '../parts/subscribe.tsx';
import { type Basics, basics } from './basics.ts';
import { InEdition } from './edition-tools.tsx';
import { pictured } from './pictures.ts';
import { welcome } from './welcome.tsx';

/** `/` and `/papers`: the newest edition. */
export async function latestPage(ask: Ask): Promise<Reply> {
  const latest = await ask.library.latest();
  if (latest === null) return welcome(ask, 200);
  return editionOf(ask, { kind: 'day', value: latest }, true);
}

/** `/papers/date/:day`, `/papers/week/:week`, `/papers/month/:month`. */
export async function periodPage(ask: Ask, kind: Period['kind'], text: string): Promise<Reply> {
  const read = readPeriod(kind, text);
  if (!read.ok)
    throw new WebError(400, `“${text.slice(0, 40)}” is not a ${kind}. ${read.reason}`, {
      links: [
        { href: '/', text: 'The latest edition' },
        { href: '/calendar', text: 'The calendar' },
      ],
    });
  const period: Period = { kind, value: read.value };
  if (!read.padded) return redirect(withQuery(periodPath(period), Object.fromEntries(ask.query)), 301);
  return editionOf(ask, period, false);
}

async function editionOf(ask: Ask, period: Period, front: boolean): Promise<Reply> {
  const { library } = ask;
  const { site } = ask.web;
  const page = readPage(ask.query);
  const category = cleanText(ask.query.get('category')).slice(0, 60) || undefined;
  const edition = await library.edition(period, page, readAsOf(ask.query), category);
  if (edition === null && category !== undefined)
    throw new WebError(
      404,
      `No papers in category ${category} ${period.kind === 'day' ? 'on' : 'in'} ${sayPeriod(period)}.`,
      {
        links: [{ href: periodPath(period), text: `All papers of ${sayPeriod(period)}` }],
      },
    );
  if (edition === null) {
    const nearest = await library.nearest(period);
    if (nearest === null) return welcome(ask, 404);
    if (nearest.value === period.value) throw new WebError(404, `No papers in ${sayPeriod(period)}.`);
    return redirect(withQuery(periodPath(nearest), { from: period.value }));
  }
  const own = periodPath(period);
  beyond(edition, withQuery(own, { category }));
  const shownMonth = monthOf(period.kind === 'week' ? edition.last : edition.first);
  const [frame, days, months, span, categories] = await Promise.all([
    basics(ask),
    library.calendar(shownMonth),
    library.months(),
    library.span(),
    library.categories(period),
  ]);
  const title = category === undefined ? heading(edition) : `${heading(edition)}, ${category}`;
  const onFirst = edition.page === 1;
  const isToday = period.kind === 'day' && period.value === frame.latest;
  const canonical =
    isToday && onFirst && front && category === undefined
      ? '/'
      : withQuery(own, { category, page: onFirst ? undefined : edition.page });
  const noun = period.kind === 'day' ? 'edition' : period.kind;
  const topicsOfWhat = edition.pages > 1 ? 'on this page' : `in this ${noun}`;
  const offer = { web: ask.web, ...OFFERED[period.kind] };
  const top = edition.papers.slice(0, 3).map((p) => texToPlain(p.title));
  const body = await renderDocument({
    ask,
    ...frame,
    title: canonical === '/' ? null : onFirst ? title : `${title}, page ${edition.page}`,
    description: `${count(edition.total, 'paper')}, ${title}: ${top.join('; ')}`.slice(0, 300),
    canonical,
    // A single category would only repeat the edition.
    index: category === undefined,
    head: [
      // The newest editions come first, because programs take the first feed: a day's own feed ends with that day.
      feedLinks(ask.base, '/', site.name),
      canonical === '/' ? '' : feedLinks(ask.base, own, heading(edition)),
      oembedLinks(ask.base, own, title),
    ].join('\n'),
    openGraph: pictured(ask, own, `${title}, with the titles of the first papers`),
    current: isToday
      ? 'today'
      : holds(edition, frame.latest) && period.kind !== 'day'
        ? period.kind
        : undefined,
    masthead: (
      <EditionMasthead
        site={site}
        edition={edition}
        days={days}
        months={months}
        span={span}
        submits={submits(ask.web)}
        ear={String(<Ear {...offer} />)}
      />
    ),
    children: (
      <main id="main" class="page">
        <div>
          <PhoneLine {...offer} />
          <InEdition period={period} total={edition.total} categories={categories} chosen={category} />
          <Notices ask={ask} edition={edition} own={own} />
          {front && <Old ask={ask} basics={frame} />}
          <List list={edition} lead={onFirst} box={<Box {...offer} id="list-email" only="phone" />} />
          {edition.late.length > 0 && <Late edition={edition} />}
          <Pager list={edition} path={own} query={{ category }} />
          <SubmitHere web={ask.web} />
        </div>
        <aside aria-label="More about these papers">
          <Box {...offer} only="wide" />
          <Topics papers={edition.papers} of={topicsOfWhat} />
          <Figures
            papers={edition.papers}
            title={period.kind === 'day' ? 'Figures of the day' : `Figures of the ${period.kind}`}
          />
          <OrderNote kind="dated" papers={edition.papers} />
          <ListLinks
            page={own}
            total={edition.total + edition.late.length}
            files={
              category === undefined
                ? undefined
                : {
                    page: '/search',
                    query: withQuery('', { edition: period.value, category, sort: 'votes' }),
                  }
            }
            follow={FOLLOWING[period.kind]}
          />
          <Imports progress={ask.progress()} />
        </aside>
      </main>
    ),
  });
  return html(body);
}

/** What one subscribes to on an edition: those like it that are still to come. */
const OFFERED: Record<Period['kind'], Offered & { feed: string }> = {
  day: { list: 'daily', subject: '', feed: '/feed.atom' },
  week: { list: 'weekly', subject: '', feed: '/papers/week/feed.atom' },
  month: { list: 'monthly', subject: '', feed: '/papers/month/feed.atom' },
};

/** A day that is over gets no new papers: its readers follow the newest editions. */
const FOLLOWING: Record<Period['kind'], { page: string; says: string }> = {
  day: { page: '/', says: 'The newest editions as they come out.' },
  week: { page: '/papers/week', says: 'The current week.' },
  month: { page: '/papers/month', says: 'The current month.' },
};

/** Shown on the front page if the newest edition is not today's. */
const Old = ({ ask, basics: { latest, today } }: { ask: Ask; basics: Basics }) => {
  if (latest === null || latest >= today) return null;
  const { off } = ask.web.sources;
  return (
    <p class="notice">
      Latest edition: {latest.slice(0, 4) === today.slice(0, 4) ? sayDayShort(latest) : sayDay(latest)}.{' '}
      {off === 'OFFLINE=1'
        ? 'This site is offline (OFFLINE=1), so nothing newer is fetched.'
        : off === 'SYNC=0'
          ? 'Automatic fetching is turned off here (SYNC=0).'
          : 'No papers have been listed for a later day yet.'}{' '}
      <a href="/status">Source status</a>
    </p>
  );
};

/** The papers of one page. On the first page, the first paper leads. */
const List = ({ list, lead, box }: { list: Page; lead: boolean; box: Child }) => (
  <>
    <h2 class="vh">{lead ? 'Papers' : `Papers, page ${list.page}`}</h2>
    {list.papers.map((paper, i) => (
      <>
        {lead && i === 0 ? <Lead paper={paper} why="Why first?" /> : <Row paper={paper} why="Why here?" />}
        {i === Math.min(4, list.papers.length - 1) && box}
      </>
    ))}
  </>
);

const Late = ({ edition }: { edition: Edition }) => (
  <section class="late" aria-labelledby="late">
    <h2 id="late" class="section-head">
      Late arrivals
    </h2>
    <p class="small-print">
      {count(edition.late.length, 'paper')} that arrived after the edition closed, so{' '}
      {edition.late.length === 1 ? 'it is' : 'they are'} not part of its order.
    </p>
    {edition.late.map((paper) => (
      <Row paper={paper} />
    ))}
  </section>
);

const Notices = ({ ask, edition, own }: { ask: Ask; edition: Edition; own: string }) => {
  const { period } = edition;
  const from = ask.query.get('from');
  const asked = from === null ? null : readPeriod(period.kind, from);
  const missed =
    asked?.ok && asked.padded && asked.value !== period.value
      ? { kind: period.kind, value: asked.value }
      : null;
  const noun = period.kind === 'day' ? 'edition' : period.kind;
  return (
    <>
      {missed && (
        <p class="notice">
          No papers {period.kind === 'day' ? 'on' : 'in'} {sayPeriod(missed)}; this is the nearest {noun},{' '}
          {period.kind === 'week'
            ? `${sayPeriodShort(period)} (${saySpan(edition.first, edition.last)})`
            : sayPeriodShort(period)}
          .
        </p>
      )}
      {edition.renewed && <Renewed path={own} />}
    </>
  );
};

/** Whether the newest day is in the edition: it is the current week or month. */
const holds = (edition: Edition, latest: string | null): boolean =>
  latest !== null && periodOf(edition.period.kind, latest).value === edition.period.value;

/** A page beyond the end is a 404, with the way back. */
export function beyond(list: Pick<Page, 'page' | 'pages' | 'total'>, path: string): void {
  const pages = Math.max(1, list.pages);
  if (list.page <= pages) return;
  throw new WebError(404, `There is no page ${list.page}: this list ends on page ${pages}.`, {
    links: [
      { href: withQuery(path, { page: pages > 1 ? pages : undefined }), text: 'The last page' },
      { href: path, text: 'The first page' },
    ],
  });
}

/** `/papers/trending`. */
export async function trendingPage(ask: Ask): Promise<Reply> {
  const { library } = ask;
  const { site } = ask.web;
  const [list, frame] = await Promise.all([
    library.trending(readPage(ask.query), readAsOf(ask.query)),
    basics(ask),
  ]);
  if (list.total === 0 && list.page === 1) return welcome(ask, 200);
  const path = '/papers/trending';
  beyond(list, path);
  const first = (list.page - 1) * PAGE_SIZE + 1;
  const body = await renderDocument({
    ask,
    ...frame,
    title: list.page === 1 ? 'Trending papers' : `Trending papers, page ${list.page}`,
    description: 'Papers by votes and recency, by a published formula.',
    canonical: withQuery(path, { page: list.page > 1 ? list.page : undefined }),
    head: feedLinks(ask.base, path, 'Trending papers'),
    current: 'trending',
    masthead: (
      <SectionMasthead
        site={site}
        title="Trending"
        left="by votes and recency"
        ear={<Ear web={ask.web} {...OFFERED.day} />}
        right={`ranked ${first} to ${first + list.papers.length - 1} of ${list.total.toLocaleString('en-GB')}`}
      />
    ),
    children: (
      <main id="main" class="page">
        <div>
          {list.renewed && <Renewed path={path} />}
          <List
            list={list}
            lead={list.page === 1}
            box={<Box web={ask.web} {...OFFERED.day} id="list-email" only="phone" />}
          />
          <Pager list={list} path={path} />
          <SubmitHere web={ask.web} />
        </div>
        <aside aria-label="More about these papers">
          <Box web={ask.web} {...OFFERED.day} only="wide" />
          <OrderNote kind="trending" papers={list.papers} />
          <Topics papers={list.papers} of="on this page" />
          <Figures papers={list.papers} title="Figures" />
          <ListLinks page={path} total={list.total} />
          <Imports progress={ask.progress()} />
        </aside>
      </main>
    ),
  });
  return html(body);
}
