/** Every page with its address, grouped. `src/routes.ts` joins them with the feeds and files of `api/`. */

import type { ListFormat } from '../formats/write-list.ts';
import type { Ask, GuardedReading, GuardedWriting, Param, Reading, Route, Writing } from '../http/context.ts';
import { metrics } from '../http/metrics.ts';
import type { Reply } from '../http/replies.ts';
import type { GuideSource } from '../present/guide.ts';
import { SEARCH_QUERY } from '../present/search-query.ts';
import { LARGEST_PICTURE } from './images.ts';
import { aboutPage, rankingPage } from './pages/about.tsx';
import { adminPage, adminProgress } from './pages/admin.tsx';
import { actOn, retryAll } from './pages/admin-forms.ts';
import { actOnPeople, peoplePage } from './pages/admin-people.tsx';
import { apiPage } from './pages/api.tsx';
import { archivePage } from './pages/archive.tsx';
import { calendarPage, jump } from './pages/calendar.tsx';
import { actOnPaper, claimPage, claimsPage } from './pages/claim.tsx';
import {
  actOnComment,
  commentPage,
  edit,
  editPage,
  historyPage,
  LARGEST_COMMENT,
  lettersPage,
  sendComment,
} from './pages/comments.tsx';
import { latestPage, periodPage, trendingPage } from './pages/edition.tsx';
import { flagComment, flagCommentPage, flagPaper, flagPaperPage } from './pages/flag.tsx';
import { followingPage, followThis } from './pages/following.tsx';
import { authorPage, organizationPage } from './pages/lists.tsx';
import {
  findModerated,
  moderate,
  moderateComment,
  moderatePaper,
  moderatePerson,
  moderationPage,
} from './pages/moderation.tsx';
import { logPage, undo } from './pages/moderation-log.tsx';
import { ringsPage } from './pages/moderation-rings.tsx';
import { actOnNotices, endMail, endMailPage, noticesPage } from './pages/notifications.tsx';
import {
  actOnOrganisation,
  logo,
  makeOrganisation,
  organisationOwnPage,
  organisationsPage,
  setLogo,
} from './pages/organisations.tsx';
import { deleteOwnAccount, deletePage, ownDataFile } from './pages/own-data.tsx';
import { paperRoute, picture } from './pages/paper-route.ts';
import {
  addPasskey,
  askForNewPasskey,
  askForPasskey,
  changePasskey,
  signInWithPasskey,
} from './pages/passkeys.ts';
import { changePassword, signInWithPassword } from './pages/passwords.ts';
import { personPage, showVotes } from './pages/person.tsx';
import { authorPicture, editionPicture, organizationPicture } from './pages/pictures.ts';
import { keepInLists, LARGEST_NOTES, listsOfPaper, markPaper, savePaper } from './pages/save.tsx';
import { changeList, makeList, ownListPage, publicListPage, savedPage } from './pages/saved.tsx';
import { searchPage } from './pages/search.tsx';
import { completions } from './pages/search-complete.ts';
import { exportSearch } from './pages/search-export.ts';
import { arrive, begin, disconnect, join } from './pages/services.tsx';
import { endSession, settingsPage } from './pages/settings.tsx';
import { linkPage, mailLink, signInPage, signOut, spend } from './pages/sign-in.tsx';
import { statusPage } from './pages/status.tsx';
import { sourcePage } from './pages/status-source.tsx';
import { LARGEST_SUBMISSION, submit, submitPage, unsentSubmission } from './pages/submit.tsx';
import { notedPage, subscribe, subscriptionPage, withdraw } from './pages/subscriptions.tsx';
import { changeTokens, tokensPage } from './pages/tokens.tsx';
import { castVote } from './pages/vote.tsx';
import { unsentText } from './parts/letter-forms.ts';
import { assetFile, favicon, health, robots } from './plain.ts';

const page = (path: string, says: string, handle: (ask: Ask, param: Param) => Promise<Reply>): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'page',
  who: 'public',
  handle,
});
const plain = (path: string, says: string, handle: Reading['handle']): Reading => ({
  method: 'GET',
  path,
  says,
  kind: 'plain',
  who: 'public',
  handle,
});
/** A route that reads these query parameters. */
const reading = <R extends Route>(query: readonly string[], route: R): R => ({ ...route, query });
/** What addresses of editions carry: `as` holds their order still, `from` says which missing one was asked for. */
const OF_EDITIONS = ['page', 'as', 'category', 'from'];
const form = (path: string, says: string, handle: Writing['handle']): Writing => ({
  method: 'POST',
  path,
  says,
  kind: 'form',
  who: 'public',
  handle,
});
const guarded = (path: string, says: string, handle: GuardedReading['handle']): GuardedReading => ({
  method: 'GET',
  path,
  says,
  kind: 'admin',
  who: 'operator',
  handle,
});
const guardedForm = (path: string, says: string, handle: GuardedWriting['handle']): GuardedWriting => ({
  method: 'POST',
  path,
  says,
  kind: 'admin',
  who: 'operator',
  handle,
});
/** A route for signed-in readers only. */
const forReaders = <R extends Reading | Writing>(route: R): R => ({ ...route, who: 'reader' });
/** A route for moderators and admins only. */
const forModerators = <R extends Reading | Writing>(route: R): R => ({ ...route, who: 'moderator' });
const exported = (ending: ListFormat, what: string): Reading =>
  reading(
    [...SEARCH_QUERY, 'limit', 'id'],
    plain(`/search/export.${ending}`, `Search results as ${what}; at most 1,000 papers.`, (ask) =>
      exportSearch(ask, ending),
    ),
  );

/** In this order: the first match answers. @param guide describes the API for the page at `/api` */
export const pages = (guide: GuideSource): Route[] => [
  // People
  plain('/sign-in', 'Where to sign in.', (ask, _, request) => signInPage(ask, request)),
  form('/sign-in', 'Mails a link that signs in.', (ask, _, sent) => mailLink(ask, sent)),
  form('/sign-in/with/:provider', 'Begins to sign in with an account at another service.', (ask, key, sent) =>
    begin(ask, key, sent),
  ),
  plain('/sign-in/with/:provider', 'Where that service sends people back to.', (ask, key, request) =>
    arrive(ask, key, request),
  ),
  form(
    '/sign-in/passkey/options',
    'What a browser needs to sign in with a passkey, as JSON.',
    (ask, _, sent) => askForPasskey(ask, sent),
  ),
  form('/sign-in/passkey', 'Signs in with a passkey.', (ask, _, sent) => signInWithPasskey(ask, sent)),
  form('/sign-in/password', 'Signs in with a password.', (ask, _, sent) => signInWithPassword(ask, sent)),
  form('/sign-in/new', 'Makes the account of somebody who came from there.', (ask, _, sent) =>
    join(ask, sent),
  ),
  plain('/sign-in/:secret', 'The page behind such a link; it spends nothing.', (ask, secret, request) =>
    linkPage(ask, secret, request),
  ),
  form('/sign-in/:secret', 'Signs in by a link, once.', (ask, secret, sent) => spend(ask, secret, sent)),
  form('/sign-out', 'Ends the session.', (ask) => signOut(ask)),
  forReaders(plain('/settings', 'Your account and where it is signed in.', (ask) => settingsPage(ask))),
  forReaders(
    form('/settings/sessions', 'Ends one of your sessions, or all of them.', (ask, _, sent) =>
      endSession(ask, sent),
    ),
  ),
  forReaders(
    form('/settings/votes', 'Shows what you vote for on your page, or hides it.', (ask, _, sent) =>
      showVotes(ask, sent),
    ),
  ),
  forReaders(
    form('/settings/services', 'Disconnects your account from one at another service.', (ask, _, sent) =>
      disconnect(ask, sent),
    ),
  ),
  forReaders(
    form('/settings/passkeys/options', 'What a browser needs to make a passkey, as JSON.', (ask) =>
      askForNewPasskey(ask),
    ),
  ),
  forReaders(form('/settings/passkeys', 'Adds a passkey.', (ask, _, sent) => addPasskey(ask, sent))),
  forReaders(
    form('/settings/passkeys/change', 'Renames a passkey, or removes it.', (ask, _, sent) =>
      changePasskey(ask, sent),
    ),
  ),
  forReaders(
    form('/settings/password', 'Sets, changes or removes your password.', (ask, _, sent) =>
      changePassword(ask, sent),
    ),
  ),
  forReaders(plain('/settings/tokens', 'Access tokens for your programs.', (ask) => tokensPage(ask))),
  forReaders(
    form('/settings/tokens', 'Makes an access token, or revokes one.', (ask, _, sent) =>
      changeTokens(ask, sent),
    ),
  ),
  forReaders(
    plain('/settings/data.json', 'Everything this site holds of your account, as JSON.', (ask) =>
      ownDataFile(ask),
    ),
  ),
  forReaders(plain('/settings/delete', 'Where you delete your account.', (ask) => deletePage(ask))),
  forReaders(
    form('/settings/delete', 'Deletes your account.', (ask, _, sent) => deleteOwnAccount(ask, sent)),
  ),
  plain(
    '/u/:name',
    'What somebody has written and submitted here and, if they show it, voted for.',
    (ask, name) => personPage(ask, name),
  ),
  reading(
    ['id', 'by', 'draft', 'paper'],
    plain('/submit', 'Where papers are submitted to today’s edition.', (ask) => submitPage(ask)),
  ),
  forReaders({
    ...form('/submit', 'Looks a paper up, or submits it to today’s edition.', (ask, _, sent) =>
      submit(ask, sent),
    ),
    largest: LARGEST_SUBMISSION,
    written: unsentSubmission,
  }),
  forReaders(
    form('/papers/:id{.+}/vote', 'Casts your vote for a paper, or takes it back.', (ask, id, sent) =>
      castVote(ask, id, sent),
    ),
  ),

  forReaders({
    ...form('/papers/:id{.+}/comments', 'Writes a comment on a paper, or previews it.', (ask, id, sent) =>
      sendComment(ask, id, sent),
    ),
    largest: LARGEST_COMMENT,
    written: unsentText,
  }),
  reading(
    ['page'],
    page('/papers/:id{.+}/comments', 'The comments on a paper, page by page.', (ask, id) =>
      lettersPage(ask, id),
    ),
  ),
  plain('/comments/:id', 'A comment with the replies to it.', (ask, id) => commentPage(ask, id)),
  forReaders({
    ...form('/comments/:id', 'Replies to a comment, or adds a reaction to it.', (ask, id, sent) =>
      actOnComment(ask, id, sent),
    ),
    largest: LARGEST_COMMENT,
    written: unsentText,
  }),
  plain('/comments/:id/history', 'What a comment said before it was edited.', (ask, id) =>
    historyPage(ask, id),
  ),
  forReaders(
    plain('/comments/:id/edit', 'Where you edit or delete your comment.', (ask, id) => editPage(ask, id)),
  ),
  forReaders({
    ...form('/comments/:id/edit', 'Edits or deletes your comment, or previews it.', (ask, id, sent) =>
      edit(ask, id, sent),
    ),
    largest: LARGEST_COMMENT,
    written: unsentText,
  }),

  // Organisations of readers
  plain('/orgs', 'Organisations of readers.', (ask) => organisationsPage(ask)),
  forReaders(form('/orgs', 'Makes an organisation.', (ask, _, sent) => makeOrganisation(ask, sent))),
  plain('/orgs/:name', 'An organisation: its members, and their papers.', (ask, name) =>
    organisationOwnPage(ask, name),
  ),
  forReaders(
    form(
      '/orgs/:name',
      'Joins or leaves an organisation, or decides about others in it.',
      (ask, name, sent) => actOnOrganisation(ask, name, sent),
    ),
  ),
  forReaders({
    ...form('/orgs/:name/logo', 'Changes the logo of an organisation; takes a file.', (ask, name, sent) =>
      setLogo(ask, name, sent),
    ),
    largest: LARGEST_PICTURE + 4096,
    files: true as const,
  }),
  plain('/logos/:digest', 'The logo of an organisation, as the site drew it.', (ask, digest) =>
    logo(ask, digest),
  ),

  // Moderation
  forReaders(
    plain('/comments/:id/flag', 'Where you point out a comment to the moderators.', (ask, id) =>
      flagCommentPage(ask, id),
    ),
  ),
  forReaders(
    form('/comments/:id/flag', 'Points out a comment to the moderators.', (ask, id, sent) =>
      flagComment(ask, id, sent),
    ),
  ),
  forReaders(
    plain('/papers/:id{.+}/flag', 'Where you point out a paper to the moderators.', (ask, id) =>
      flagPaperPage(ask, id),
    ),
  ),
  forReaders(
    form('/papers/:id{.+}/flag', 'Points out a paper to the moderators.', (ask, id, sent) =>
      flagPaper(ask, id, sent),
    ),
  ),
  forReaders(
    plain('/papers/:id{.+}/claim', 'Where you claim to be an author, and act as one.', (ask, id) =>
      claimPage(ask, id),
    ),
  ),
  forReaders(
    form('/papers/:id{.+}/claim', 'Claims a paper, or does what its authors can do.', (ask, id, sent) =>
      actOnPaper(ask, id, sent),
    ),
  ),
  reading(
    ['before'],
    plain('/moderation/log', 'What moderators did, and why; never changed.', (ask) => logPage(ask)),
  ),
  forModerators(plain('/moderation', 'What waits for a moderator.', (ask) => moderationPage(ask))),
  forModerators(
    form('/moderation', 'Does what a moderator decides, with a reason.', (ask, _, sent) =>
      moderate(ask, sent),
    ),
  ),
  forModerators(
    form('/moderation/undo', 'Undoes an entry of the log, by another one.', (ask, _, sent) =>
      undo(ask, sent),
    ),
  ),
  reading(
    ['what'],
    forModerators(
      plain('/moderation/find', 'Redirects to a paper or a person, for moderators.', (ask) =>
        findModerated(ask),
      ),
    ),
  ),
  forModerators(plain('/moderation/claims', 'Claims that wait for a moderator.', (ask) => claimsPage(ask))),
  forModerators(plain('/moderation/rings', 'Accounts that vote alike.', (ask) => ringsPage(ask))),
  forModerators(
    plain('/moderation/comments/:id', 'What a moderator can do about a comment.', (ask, id) =>
      moderateComment(ask, id),
    ),
  ),
  forModerators(
    plain('/moderation/papers/:id{.+}', 'What a moderator can do about a paper.', (ask, id) =>
      moderatePaper(ask, id),
    ),
  ),
  forModerators(
    plain('/moderation/people/:name', 'What a moderator can do about somebody.', (ask, name) =>
      moderatePerson(ask, name),
    ),
  ),

  // What is a reader's own
  forReaders(
    form(
      '/papers/:id{.+}/save',
      'Saves a paper to the first of your lists, or takes it out.',
      (ask, id, sent) => savePaper(ask, id, sent),
    ),
  ),
  forReaders(
    form(
      '/papers/:id{.+}/mark',
      'Marks a paper as read or as not relevant, or takes that back.',
      (ask, id, sent) => markPaper(ask, id, sent),
    ),
  ),
  forReaders(
    plain('/papers/:id{.+}/lists', 'Which of your lists a paper is in, with your notes.', (ask, id) =>
      listsOfPaper(ask, id),
    ),
  ),
  forReaders({
    ...form('/papers/:id{.+}/lists', 'Changes that.', (ask, id, sent) => keepInLists(ask, id, sent)),
    largest: LARGEST_NOTES,
  }),
  forReaders(plain('/saved', 'Your lists of papers.', (ask) => savedPage(ask))),
  forReaders(form('/saved', 'Makes a list.', (ask, _, sent) => makeList(ask, sent))),
  forReaders(
    reading(
      ['page'],
      plain('/saved/:id', 'One of your lists.', (ask, id) => ownListPage(ask, id)),
    ),
  ),
  forReaders(
    form(
      '/saved/:id',
      'Changes a list: its name, who sees it, order, notes; or deletes it.',
      (ask, id, sent) => changeList(ask, id, sent),
    ),
  ),
  forReaders(
    reading(
      ['page'],
      plain('/following', 'What is new in what you follow, newest first.', (ask) => followingPage(ask)),
    ),
  ),
  forReaders(
    form(
      '/following',
      'Follows an author, an organisation, a category, a search or somebody, or stops.',
      (ask, _, sent) => followThis(ask, sent),
    ),
  ),
  forReaders(
    reading(
      ['page'],
      plain('/notifications', 'What has happened that you want to hear of.', (ask) => noticesPage(ask)),
    ),
  ),
  forReaders(
    form('/notifications', 'Marks notifications as read, or changes where they go.', (ask, _, sent) =>
      actOnNotices(ask, sent),
    ),
  ),
  plain('/notifications/unsubscribe/:token', 'Where the mail of notifications is ended.', (ask, token) =>
    endMailPage(ask, token),
  ),
  {
    ...form('/notifications/unsubscribe/:token', 'Ends it; mail programs send this too.', (ask, token) =>
      endMail(ask, token),
    ),
    // RFC 8058: most send it as they would send files.
    files: true as const,
  },
  reading(
    ['page'],
    plain('/u/:name/lists/:id', 'A public list of somebody.', (ask, name) => publicListPage(ask, name)),
  ),

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
    ['q'],
    page('/search/complete', 'Completions for a query being typed, as JSON.', (ask) => completions(ask)),
  ),
  exported('bib', 'BibTeX'),
  exported('ris', 'RIS'),
  exported('json', 'CSL-JSON'),
  exported('csv', 'a CSV table'),
  exported('jsonl', 'JSONL that can be re-imported'),
  form('/search/subscriptions', 'Subscribes an address to a search.', (ask, _, sent) => subscribe(ask, sent)),
  reading(
    SEARCH_QUERY,
    plain('/search/subscriptions/noted', 'The page shown after that form is sent.', (ask) => notedPage(ask)),
  ),
  plain('/search/subscriptions/:token', 'A subscription, reached by the link in its email.', (ask, token) =>
    subscriptionPage(ask, token),
  ),
  {
    ...form('/search/subscriptions/:token', 'Cancels a subscription.', (ask, token) => withdraw(ask, token)),
    files: true as const,
  },
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
  guarded('/admin/people', 'Invite people, and make sign-in links to hand over.', (ask) => peoplePage(ask)),
  guardedForm('/admin/people', 'Makes an account or a link, and shows the link.', (ask, _, sent) =>
    actOnPeople(ask, sent),
  ),
  guardedForm('/admin/pause', 'Pauses a part until it is resumed.', actOn('pause')),
  guardedForm('/admin/resume', 'Resumes a part.', actOn('resume')),
  guardedForm('/admin/run', 'Requests a run of a part now.', actOn('run')),
  guardedForm('/admin/backfill', 'Requests a backfill of past days.', actOn('backfill')),
  guardedForm('/admin/stop-backfill', 'Cancels a backfill.', actOn('stop')),
  guardedForm('/admin/retry', 'Retries rejected records.', (ask, _, sent, operator) =>
    retryAll(ask, sent, operator),
  ),

  // For machines
  plain('/healthz', 'Whether the site is ready, as JSON: 200, or 503 while it is not.', (ask) => health(ask)),
  plain(
    '/metrics',
    'Metrics of papers, index, sources and process, for Prometheus.',
    ({ web: { site, sources, cache, index }, library }) =>
      metrics({ site, sources, cache, library, ...(index && { index }) }),
  ),
  plain('/robots.txt', 'What crawlers may read.', (ask) => robots(ask)),
  plain('/favicon.svg', 'The site icon.', () => favicon()),
  plain('/assets/:file', 'Styles, scripts and fonts, cacheable forever.', (ask, file, request) =>
    assetFile(ask, file, request),
  ),
];
