/** Addresses at which people act: signing in, voting, writing, submitting, moderating, and what is their own. */
import type { Route } from '../http/context.ts';
import { LARGEST_PICTURE } from './images.ts';
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
import { ownIssuePage } from './pages/digests.tsx';
import { flagComment, flagCommentPage, flagPaper, flagPaperPage } from './pages/flag.tsx';
import { followingPage, followThis } from './pages/following.tsx';
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
import {
  addPasskey,
  askForNewPasskey,
  askForPasskey,
  changePasskey,
  signInWithPasskey,
} from './pages/passkeys.ts';
import { changePassword, signInWithPassword } from './pages/passwords.ts';
import { personPage, showVotes } from './pages/person.tsx';
import { keepInLists, LARGEST_NOTES, listsOfPaper, markPaper, savePaper } from './pages/save.tsx';
import { changeList, makeList, ownListPage, publicListPage, savedPage } from './pages/saved.tsx';
import { arrive, begin, disconnect, join } from './pages/services.tsx';
import { endSession, settingsPage } from './pages/settings.tsx';
import { linkPage, mailLink, signOut, spend, whereToSignIn } from './pages/sign-in.tsx';
import {
  LARGEST_SUBMISSION,
  submit,
  submitPage,
  submittedPicture,
  unsentSubmission,
} from './pages/submit.tsx';
import { actOnSummary, summaryPage } from './pages/summary.tsx';
import { changeTokens, tokensPage } from './pages/tokens.tsx';
import { castVote } from './pages/vote.tsx';
import { unsentText } from './parts/letter-forms.ts';
import { forModerators, form, forReaders, page, plain, reading } from './route.ts';

export const PEOPLE: Route[] = [
  // People
  plain('/sign-in', 'Where to sign in.', (ask, _, request) => whereToSignIn(ask, request)),
  form('/sign-in', 'Mails a link that signs in.', (ask, _, sent) => mailLink(ask, sent)),
  form('/sign-in/with/:provider', 'Starts signing in with another service.', (ask, key, sent) =>
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
  form(
    '/sign-in/new',
    'Creates an account for somebody new who signed in with another service.',
    (ask, _, sent) => join(ask, sent),
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
    form('/settings/services', 'Disconnects another service from your account.', (ask, _, sent) =>
      disconnect(ask, sent),
    ),
  ),
  forReaders(
    form('/settings/passkeys/options', 'What a browser needs to create a passkey, as JSON.', (ask) =>
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
    form('/settings/tokens', 'Creates an access token, or revokes one.', (ask, _, sent) =>
      changeTokens(ask, sent),
    ),
  ),
  forReaders(
    plain('/settings/data.json', 'Everything this site holds about your account, as JSON.', (ask) =>
      ownDataFile(ask),
    ),
  ),
  forReaders(plain('/settings/delete', 'The form for deleting your account.', (ask) => deletePage(ask))),
  forReaders(
    form('/settings/delete', 'Deletes your account.', (ask, _, sent) => deleteOwnAccount(ask, sent)),
  ),
  plain('/u/:name', 'A person’s comments, submissions and, if they show them, votes.', (ask, name) =>
    personPage(ask, name),
  ),
  reading(
    ['id', 'by', 'draft', 'paper'],
    plain('/submit', 'The form for submitting a paper to today’s edition.', (ask) => submitPage(ask)),
  ),
  forReaders({
    ...form('/submit', 'Looks a paper up, or submits it to today’s edition.', (ask, _, sent) =>
      submit(ask, sent),
    ),
    largest: LARGEST_SUBMISSION,
    files: true as const,
    written: unsentSubmission,
  }),
  plain('/pictures/:id', 'A picture submitted with a paper, redrawn by the site.', (ask, id) =>
    submittedPicture(ask, id),
  ),
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
  forReaders(form('/orgs', 'Creates an organisation.', (ask, _, sent) => makeOrganisation(ask, sent))),
  plain('/orgs/:name', 'An organisation: its members, and their papers.', (ask, name) =>
    organisationOwnPage(ask, name),
  ),
  forReaders(
    form('/orgs/:name', 'Joins or leaves an organisation, or manages its members.', (ask, name, sent) =>
      actOnOrganisation(ask, name, sent),
    ),
  ),
  forReaders({
    ...form('/orgs/:name/logo', 'Uploads or removes the logo of an organisation.', (ask, name, sent) =>
      setLogo(ask, name, sent),
    ),
    largest: LARGEST_PICTURE + 4096,
    files: true as const,
  }),
  plain('/logos/:digest', 'The logo of an organisation, redrawn by the site.', (ask, digest) =>
    logo(ask, digest),
  ),

  // Moderation
  forReaders(
    plain('/comments/:id/flag', 'The form for flagging a comment.', (ask, id) => flagCommentPage(ask, id)),
  ),
  forReaders(
    form('/comments/:id/flag', 'Flags a comment for the moderators.', (ask, id, sent) =>
      flagComment(ask, id, sent),
    ),
  ),
  forReaders(
    plain('/papers/:id{.+}/flag', 'The form for flagging a paper.', (ask, id) => flagPaperPage(ask, id)),
  ),
  forReaders(
    form('/papers/:id{.+}/flag', 'Flags a paper for the moderators.', (ask, id, sent) =>
      flagPaper(ask, id, sent),
    ),
  ),
  forReaders(
    plain(
      '/papers/:id{.+}/summary',
      'The form for asking for a summary, and for authors and moderators to correct or remove one.',
      (ask, id) => summaryPage(ask, id),
    ),
  ),
  forReaders(
    form(
      '/papers/:id{.+}/summary',
      'Asks for a summary of a paper, corrects or removes it.',
      (ask, id, sent) => actOnSummary(ask, id, sent),
    ),
  ),
  forReaders(
    plain(
      '/papers/:id{.+}/claim',
      'The form for claiming authorship, and for what authors can change.',
      (ask, id) => claimPage(ask, id),
    ),
  ),
  forReaders(
    form('/papers/:id{.+}/claim', 'Claims a paper, or makes an author’s change to it.', (ask, id, sent) =>
      actOnPaper(ask, id, sent),
    ),
  ),
  reading(
    ['before'],
    plain('/moderation/log', 'The moderation log: what moderators did, and why.', (ask) => logPage(ask)),
  ),
  forModerators(plain('/moderation', 'The moderators’ queue.', (ask) => moderationPage(ask))),
  forModerators(
    form('/moderation', 'Carries out a moderator’s decision, with a reason.', (ask, _, sent) =>
      moderate(ask, sent),
    ),
  ),
  forModerators(
    form('/moderation/undo', 'Undoes an entry of the log, by adding another.', (ask, _, sent) =>
      undo(ask, sent),
    ),
  ),
  reading(
    ['what'],
    forModerators(
      plain('/moderation/find', 'Finds a paper or a person to moderate, and redirects there.', (ask) =>
        findModerated(ask),
      ),
    ),
  ),
  forModerators(plain('/moderation/claims', 'Claims waiting for a moderator.', (ask) => claimsPage(ask))),
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
    plain('/moderation/people/:name', 'What a moderator can do about a person.', (ask, name) =>
      moderatePerson(ask, name),
    ),
  ),

  // What is a reader's own
  forReaders(
    form('/papers/:id{.+}/save', 'Saves a paper to your first list, or removes it.', (ask, id, sent) =>
      savePaper(ask, id, sent),
    ),
  ),
  forReaders(
    form(
      '/papers/:id{.+}/mark',
      'Marks a paper as read or as not relevant, or clears the mark.',
      (ask, id, sent) => markPaper(ask, id, sent),
    ),
  ),
  forReaders(
    plain('/papers/:id{.+}/lists', 'Which of your lists a paper is in, with your notes.', (ask, id) =>
      listsOfPaper(ask, id),
    ),
  ),
  forReaders({
    ...form(
      '/papers/:id{.+}/lists',
      'Changes which of your lists a paper is in, and your notes.',
      (ask, id, sent) => keepInLists(ask, id, sent),
    ),
    largest: LARGEST_NOTES,
  }),
  forReaders(plain('/saved', 'Your lists of papers.', (ask) => savedPage(ask))),
  forReaders(form('/saved', 'Creates a list.', (ask, _, sent) => makeList(ask, sent))),
  forReaders(
    reading(
      ['page'],
      plain('/saved/:id', 'One of your lists.', (ask, id) => ownListPage(ask, id)),
    ),
  ),
  forReaders(
    form('/saved/:id', 'Changes a list (name, visibility, order or notes), or deletes it.', (ask, id, sent) =>
      changeList(ask, id, sent),
    ),
  ),
  forReaders(
    reading(
      ['page'],
      plain('/following', 'What is new in what you follow, newest first.', (ask) => followingPage(ask)),
    ),
  ),
  forReaders(
    plain('/following/digests/:issue', 'An issue of what you follow, as it was composed.', (ask, issue) =>
      ownIssuePage(ask, issue),
    ),
  ),
  forReaders(
    form(
      '/following',
      'Follows or unfollows an author, an organisation, a category, a search or a person.',
      (ask, _, sent) => followThis(ask, sent),
    ),
  ),
  forReaders(
    reading(
      ['page'],
      plain('/notifications', 'Your notifications, and their settings.', (ask) => noticesPage(ask)),
    ),
  ),
  forReaders(
    form('/notifications', 'Marks notifications as read, or changes where they go.', (ask, _, sent) =>
      actOnNotices(ask, sent),
    ),
  ),
  plain(
    '/notifications/unsubscribe/:token',
    'The page for unsubscribing from notification emails.',
    (ask, token) => endMailPage(ask, token),
  ),
  {
    ...form(
      '/notifications/unsubscribe/:token',
      'Unsubscribes from notification emails; mail programs can send this too.',
      (ask, token) => endMail(ask, token),
    ),
    // RFC 8058: most mail programs send it as they would send files.
    files: true as const,
  },
  reading(
    ['page'],
    plain('/u/:name/lists/:id', 'A person’s public list.', (ask, name) => publicListPage(ask, name)),
  ),
];
