/** Every page with its address, grouped. `src/routes.ts` joins them with the feeds and files of `api/`. */

import type { ListFormat } from '../formats/write-list.ts';
import type { Reading, Route } from '../http/context.ts';
import { metrics } from '../http/metrics.ts';
import type { GuideSource } from '../present/guide.ts';
import { SEARCH_QUERY } from '../present/search-query.ts';
import { OF_SURVEYS, SURVEY_QUERY } from '../present/surveyed.ts';
import { aboutPage, rankingPage } from './pages/about.tsx';
import { adminPage, adminProgress } from './pages/admin.tsx';
import { actOnChannels, channelsPage } from './pages/admin-channels.tsx';
import { actOnDigest, adminDigest, adminDigestProgress } from './pages/admin-digest.tsx';
import { actOn, retryAll, testMail } from './pages/admin-forms.ts';
import { actOnPeople, peoplePage } from './pages/admin-people.tsx';
import { actOnSetup, setupPage } from './pages/admin-setup.tsx';
import { apiPage } from './pages/api.tsx';
import { archivePage } from './pages/archive.tsx';
import { calendarPage, jump } from './pages/calendar.tsx';
import { digestsPage, issuePage } from './pages/digests.tsx';
import { latestPage, periodPage, trendingPage } from './pages/edition.tsx';
import { authorPage, organizationPage } from './pages/lists.tsx';
import { paperRoute, picture } from './pages/paper-route.ts';
import { authorPicture, editionPicture, organizationPicture } from './pages/pictures.ts';
import { searchPage } from './pages/search.tsx';
import { completions } from './pages/search-complete.ts';
import { exportSearch } from './pages/search-export.ts';
import { statusPage } from './pages/status.tsx';
import { sourcePage } from './pages/status-source.tsx';
import { subscribeToSearch } from './pages/subscribe.tsx';
import { formerForm, formerPage } from './pages/subscriptions.tsx';
import { periodSurveyPage, surveyPage } from './pages/survey.tsx';
import { alive, assetFile, favicon, health, indexFile, robots } from './plain.ts';
import { form, guarded, guardedForm, page, plain, reading } from './route.ts';
import { DIGEST } from './routes-digest.ts';
import { PEOPLE } from './routes-people.ts';

/** What addresses of editions carry: `as` holds their order still, `from` says which missing one was asked for. */
const OF_EDITIONS = ['page', 'as', 'category', 'from'];
const exported = (ending: ListFormat, what: string): Reading =>
  reading(
    [...SEARCH_QUERY, 'limit', 'id'],
    plain(`/search/export.${ending}`, `Search results as ${what}; at most 1,000 papers.`, (ask) =>
      exportSearch(ask, ending),
    ),
  );

/** In this order: the first match answers. @param guide describes the API for the page at `/api` */
export const pages = (guide: GuideSource): Route[] => [
  ...PEOPLE,
  ...DIGEST,

  // The archive; its files are in api/exports/
  page('/archive', 'The whole collection, day by day: the newest year.', (ask) => archivePage(ask, null)),
  page('/archive/:year', 'Another year of the collection.', (ask, year) => archivePage(ask, year)),

  // Editions
  reading(
    OF_EDITIONS,
    page('/', 'The newest edition.', (ask) => latestPage(ask)),
  ),
  reading(
    OF_EDITIONS,
    page('/papers', 'The newest edition, at its other address.', (ask) => latestPage(ask)),
  ),
  reading(
    ['page', 'as'],
    page('/papers/trending', 'Papers by votes and recency combined.', (ask) => trendingPage(ask)),
  ),
  reading(
    OF_EDITIONS,
    page('/papers/date/:day', 'The edition of a day (2026-06-26).', (ask, day) =>
      periodPage(ask, 'day', day),
    ),
  ),
  reading(
    OF_EDITIONS,
    page('/papers/week/:week', 'A week of papers (2026-W26).', (ask, week) => periodPage(ask, 'week', week)),
  ),
  reading(
    OF_EDITIONS,
    page('/papers/month/:month', 'A month of papers (2026-06).', (ask, month) =>
      periodPage(ask, 'month', month),
    ),
  ),
  reading(
    OF_SURVEYS,
    page('/papers/date/:day/survey', 'What the papers of an edition have found.', (ask, day) =>
      periodSurveyPage(ask, 'day', day),
    ),
  ),
  reading(
    OF_SURVEYS,
    page('/papers/week/:week/survey', 'The same for a week.', (ask, week) =>
      periodSurveyPage(ask, 'week', week),
    ),
  ),
  reading(
    OF_SURVEYS,
    page('/papers/month/:month/survey', 'The same for a month.', (ask, month) =>
      periodSurveyPage(ask, 'month', month),
    ),
  ),
  plain('/papers/date/:day/og.png', 'The preview image for links to the edition.', (ask, day) =>
    editionPicture(ask, 'day', day),
  ),
  plain('/papers/week/:week/og.png', 'The same for a week.', (ask, week) =>
    editionPicture(ask, 'week', week),
  ),
  plain('/papers/month/:month/og.png', 'The same for a month.', (ask, month) =>
    editionPicture(ask, 'month', month),
  ),
  page('/calendar', 'The newest month as a calendar.', (ask) => calendarPage(ask, undefined)),
  page('/calendar/:month', 'A month as a calendar with links to its editions.', (ask, month) =>
    calendarPage(ask, month),
  ),
  reading(
    ['day'],
    plain('/jump', 'Redirects to the edition of the day chosen in a form.', (ask) => jump(ask)),
  ),

  // The digest
  reading(
    ['page'],
    page('/digests', 'The issues of the daily edition and of the best of each week and month.', (ask) =>
      digestsPage(ask),
    ),
  ),
  page('/digests/:issue', 'An issue of the digest, as it was composed.', (ask, issue) =>
    issuePage(ask, issue),
  ),

  // Papers. Ids may contain slashes, so paper-route.ts separates the id from what follows it.
  page('/papers/:id{.+}/cite.bib', 'The paper as BibTeX.', (ask, id) => paperRoute(ask, id, 'cite.bib')),
  page('/papers/:id{.+}/cite.ris', 'The paper as RIS.', (ask, id) => paperRoute(ask, id, 'cite.ris')),
  page('/papers/:id{.+}/cite.json', 'The paper as CSL-JSON.', (ask, id) => paperRoute(ask, id, 'cite.json')),
  plain('/papers/:id{.+}/og.png', 'The preview image for links to the paper.', (ask, id) => picture(ask, id)),
  page('/papers/:id{.+}/why', 'Why the paper is ranked where it is, in numbers.', (ask, id) =>
    paperRoute(ask, id, 'why'),
  ),
  page('/papers/:id{.+}.md', 'The paper as Markdown.', (ask, id) => paperRoute(ask, id, '.md')),
  page('/papers/:id{.+}', 'Everything known about a paper; as Markdown on request.', (ask, id) =>
    paperRoute(ask, id, ''),
  ),

  // Finding
  reading(
    SEARCH_QUERY,
    page('/search', 'Papers that match a query and filters.', (ask) => searchPage(ask)),
  ),
  reading(
    SURVEY_QUERY,
    page('/survey', 'What the papers of a search have found, in their own sentences.', (ask) =>
      surveyPage(ask),
    ),
  ),
  reading(
    ['q'],
    page('/search/complete', 'Completions for a query being typed, as JSON.', (ask) => completions(ask)),
  ),
  exported('bib', 'BibTeX'),
  exported('ris', 'RIS'),
  exported('json', 'CSL-JSON'),
  exported('csv', 'a CSV table'),
  exported('jsonl', 'JSONL that can be re-imported'),
  form('/search/subscriptions', 'Subscribes to a search: the form of earlier versions.', (ask, _, sent) =>
    subscribeToSearch(ask, sent),
  ),
  plain('/search/subscriptions/:token', 'Redirects to the subscriptions with this token.', formerPage),
  form('/search/subscriptions/:token', 'Redirects to the page for unsubscribing.', formerForm),
  reading(
    ['page'],
    page('/authors/:slug', 'Papers by an author.', (ask, slug) => authorPage(ask, slug)),
  ),
  reading(
    ['page'],
    page('/organizations/:slug', 'Papers from an organisation.', (ask, slug) => organizationPage(ask, slug)),
  ),
  plain('/authors/:slug/og.png', 'The preview image for links to the author.', (ask, slug) =>
    authorPicture(ask, slug),
  ),
  plain('/organizations/:slug/og.png', 'The same for an organisation.', (ask, slug) =>
    organizationPicture(ask, slug),
  ),

  // About
  page('/about', 'What this site is.', (ask) => aboutPage(ask)),
  page('/about/ranking', 'How papers are ranked, in full.', (ask) => rankingPage(ask)),
  page('/api', 'The API: every endpoint with an example.', (ask) => apiPage(ask, guide)),

  // The sources
  plain('/status', 'Source status, as a page or as JSON.', (ask) => statusPage(ask)),
  reading(
    ['part', 'before'],
    plain(
      '/status/:source',
      'The runs of a source and its number of rejected records; also as JSON.',
      (ask, source) => sourcePage(ask, source),
    ),
  ),
  reading(
    ['note'],
    guarded('/admin', 'Pause, run and backfill sources; for administrators.', (ask, _, operator) =>
      adminPage(ask, operator),
    ),
  ),
  guarded('/admin/progress', 'The parts of that page that change during a fetch.', (ask, _, operator) =>
    adminProgress(ask, operator),
  ),
  guarded('/admin/setup', 'The settings that can be chosen in the browser: name, sources, mail.', (ask) =>
    setupPage(ask),
  ),
  guardedForm('/admin/setup', 'Previews or saves settings, or sends a test email.', (ask, _, sent) =>
    actOnSetup(ask, sent),
  ),
  guarded('/admin/people', 'Invite people, and create sign-in links to pass on.', (ask) => peoplePage(ask)),
  guardedForm('/admin/people', 'Creates an account or a link, and shows the link.', (ask, _, sent) =>
    actOnPeople(ask, sent),
  ),
  reading(
    ['kind', 'note'],
    guarded('/admin/channels', 'Where issues are posted besides mail, and what came of it.', (ask) =>
      channelsPage(ask),
    ),
  ),
  guardedForm('/admin/channels', 'Adds, tries out, pauses, resumes or removes a channel.', (ask, _, sent) =>
    actOnChannels(ask, sent),
  ),
  reading(
    ['note'],
    guarded('/admin/digest', 'How the digest is being sent, and what became of it.', (ask) =>
      adminDigest(ask),
    ),
  ),
  guarded('/admin/digest/progress', 'The part of that page that changes while mails are sent.', (ask) =>
    adminDigestProgress(ask),
  ),
  guardedForm(
    '/admin/digest',
    'Pauses, resumes or cancels the digest, or sends mails of it again.',
    (ask, _, sent) => actOnDigest(ask, sent),
  ),
  guardedForm('/admin/pause', 'Pauses a part until it is resumed.', actOn('pause')),
  guardedForm('/admin/resume', 'Resumes a part.', actOn('resume')),
  guardedForm('/admin/run', 'Requests a run of a part now.', actOn('run')),
  guardedForm('/admin/backfill', 'Requests a backfill of past days.', actOn('backfill')),
  guardedForm('/admin/stop-backfill', 'Cancels a backfill.', actOn('stop')),
  guardedForm('/admin/mail', 'Sends the administrator a test email.', (ask, _, sent) => testMail(ask, sent)),
  guardedForm('/admin/retry', 'Retries rejected records.', (ask, _, sent, operator) =>
    retryAll(ask, sent, operator),
  ),

  // For machines
  plain('/livez', 'Whether the process works, as JSON: 200, also while the database is away.', (ask) =>
    alive(ask),
  ),
  plain('/healthz', 'Whether the site is ready, as JSON: 200, or 503 while it is not.', (ask) => health(ask)),
  plain(
    '/metrics',
    'Metrics of papers, index, sources and process, for Prometheus.',
    ({ web: { site, sources, cache, served, index, digest, watched }, library }) =>
      metrics({
        ...{ site, sources, cache, served, library },
        ...(index && { index }),
        ...(digest && { digest }),
        ...(watched && { watched }),
      }),
  ),
  plain(
    '/node/index/:file',
    'A file of the search index, for the other nodes of this site.',
    (ask, file, request) => indexFile(ask, file, request),
  ),
  plain('/robots.txt', 'What crawlers may read.', (ask) => robots(ask)),
  plain('/favicon.svg', 'The site icon.', () => favicon()),
  plain('/assets/:file', 'Styles, scripts and fonts, cacheable forever.', (ask, file, request) =>
    assetFile(ask, file, request),
  ),
];
