/** The migrations since people have accounts: what they are, write and own. They follow those in migrations.ts. */
import { moveFormerSubscriptions } from './former-subscriptions.ts';
import type { Migration } from './migration.ts';

export const SINCE_PEOPLE: Migration[] = [
  {
    says: 'accounts: who can sign in, how, and what they may do',
    statements: [
      // `name` is the one in addresses, in lower case; `email` in one spelling. State: active, silenced (may read and
      // vote, not write), banned or deleted (nothing of the person is left but the number).
      `CREATE TABLE accounts (
         id {int} PRIMARY KEY, name {text} NOT NULL UNIQUE, display_name {text} NOT NULL, email {text},
         email_verified {int} NOT NULL, role {text} NOT NULL, state {text} NOT NULL, shows_votes {int} NOT NULL,
         created_at {int} NOT NULL
       ){strict}`,
      'CREATE UNIQUE INDEX accounts_email ON accounts (email) WHERE email IS NOT NULL',
      // Secrets are kept as SHA-256: they are of no use to anybody who reads the database.
      `CREATE TABLE sessions (
         hash {text} PRIMARY KEY, id {text} NOT NULL UNIQUE, account {int} NOT NULL, created_at {int} NOT NULL,
         seen_at {int} NOT NULL, expires_at {int} NOT NULL, browser {text} NOT NULL
       ){strict}`,
      'CREATE INDEX sessions_account ON sessions (account, seen_at)',
      'CREATE INDEX sessions_expiry ON sessions (expires_at)',
      // Sign-in links, for one use. Without an account: using one creates it, with this address and role.
      `CREATE TABLE sign_in_links (
         hash {text} PRIMARY KEY, account {int}, email {text}, role {text} NOT NULL, created_at {int} NOT NULL,
         expires_at {int} NOT NULL, used_at {int}
       ){strict}`,
      'CREATE INDEX sign_in_links_expiry ON sign_in_links (expires_at)',
      `CREATE TABLE access_tokens (
         hash {text} PRIMARY KEY, id {text} NOT NULL UNIQUE, account {int} NOT NULL, name {text} NOT NULL,
         scopes {text} NOT NULL, created_at {int} NOT NULL, used_at {int}, expires_at {int}
       ){strict}`,
      'CREATE INDEX access_tokens_account ON access_tokens (account, created_at)',
      // Only ever added to. `actor` null: on the command line.
      `CREATE TABLE moderation_log (
         id {int} PRIMARY KEY, at {int} NOT NULL, actor {int}, act {text} NOT NULL, subject {text} NOT NULL,
         reason {text} NOT NULL
       ){strict}`,
    ],
  },
  {
    says: 'discussions: replies, earlier versions, quotes and reactions of comments',
    statements: [
      'ALTER TABLE comments RENAME TO former_comments',
      'DROP INDEX comments_paper',
      // `author` null: a deleted account. `html`: `text` rendered; null: written before there
      // was Markdown. `form_key`: the form it was sent with, so that sending it twice writes one comment. `locked`: no
      // replies.
      `CREATE TABLE comments (
         id {text} PRIMARY KEY, paper {int} NOT NULL, parent {text}, author {int}, text {text} NOT NULL, html {text},
         state {text} NOT NULL, created {int} NOT NULL, edited {int}, form_key {text},
         locked {int} NOT NULL DEFAULT 0
       ){strict}`,
      `INSERT INTO comments (id, paper, parent, author, text, html, state, created, edited, form_key, locked)
         SELECT id, paper, parent, author, text, NULL, state, created, edited, NULL, 0 FROM former_comments`,
      'DROP TABLE former_comments',
      'CREATE INDEX comments_paper ON comments (paper, created, id)',
      'CREATE INDEX comments_author ON comments (author, created, id) WHERE author IS NOT NULL',
      // What one reader has voted for.
      'CREATE INDEX votes_voter ON votes (voter, time)',
      'CREATE UNIQUE INDEX comments_form ON comments (author, form_key) WHERE form_key IS NOT NULL',
      // What a comment said before it was edited; `at`: since when.
      `CREATE TABLE comment_versions (
         comment {text} NOT NULL, number {int} NOT NULL, text {text} NOT NULL, html {text}, at {int} NOT NULL,
         PRIMARY KEY (comment, number)
       ){compact}`,
      `CREATE TABLE comment_reactions (
         comment {text} NOT NULL, account {int} NOT NULL, kind {text} NOT NULL, at {int} NOT NULL,
         PRIMARY KEY (comment, account, kind)
       ){compact}`,
      'CREATE INDEX comment_reactions_account ON comment_reactions (account)',
      // Quotes of an abstract, as it was then: `abstract` names one of `quoted_abstracts` by a hash of its text.
      `CREATE TABLE comment_quotes (
         comment {text} NOT NULL, place {int} NOT NULL, abstract {text} NOT NULL, starts {int} NOT NULL,
         ends {int} NOT NULL, PRIMARY KEY (comment, place)
       ){compact}`,
      'CREATE TABLE quoted_abstracts (digest {text} PRIMARY KEY, text {text} NOT NULL, version {int}){compact}',
      // Papers whose discussion is closed.
      'CREATE TABLE locked_discussions (paper {int} PRIMARY KEY, at {int} NOT NULL){compact}',
    ],
  },
  {
    says: 'ways of signing in besides links: other services, passkeys and passwords; attempts counted in the database',
    statements: [
      // Accounts at other services. `email`: as the service said when it was connected, for its owner to recognise.
      `CREATE TABLE identities (
         issuer {text} NOT NULL, subject {text} NOT NULL, account {int} NOT NULL, email {text},
         created_at {int} NOT NULL, used_at {int} NOT NULL, PRIMARY KEY (issuer, subject)
       ){strict}`,
      'CREATE INDEX identities_account ON identities (account)',
      // `id` and `public_key` in base64url; `transports`: JSON.
      `CREATE TABLE passkeys (
         id {text} PRIMARY KEY, account {int} NOT NULL, name {text} NOT NULL, public_key {text} NOT NULL,
         counter {int} NOT NULL, transports {text} NOT NULL, created_at {int} NOT NULL, used_at {int}
       ){strict}`,
      'CREATE INDEX passkeys_account ON passkeys (account, created_at)',
      'CREATE TABLE passwords (account {int} PRIMARY KEY, hash {text} NOT NULL, changed_at {int} NOT NULL){strict}',
      // What was started and can be finished once, with the secret: signing in with a service, a challenge.
      `CREATE TABLE begun_sign_ins (
         hash {text} PRIMARY KEY, kind {text} NOT NULL, data {text} NOT NULL, expires_at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX begun_sign_ins_expiry ON begun_sign_ins (expires_at)',
      // `who`: an account, or the keyed hash of an address.
      `CREATE TABLE rate_limits (
         name {text} NOT NULL, who {text} NOT NULL, used {int} NOT NULL, ends_at {int} NOT NULL,
         PRIMARY KEY (name, who)
       ){compact}`,
      'CREATE INDEX rate_limits_end ON rate_limits (ends_at)',
    ],
  },
  {
    says: 'papers that readers submit',
    statements: [
      // `id` is the key of the form, so that sending it twice submits once. `account` null: deleted since. `day`: the
      // edition it was submitted to; null: it was only added. A merged paper has the submissions of both.
      `CREATE TABLE submissions (
         id {text} PRIMARY KEY, paper {int} NOT NULL, account {int}, day {text}, at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX submissions_paper ON submissions (paper, at)',
      'CREATE INDEX submissions_account ON submissions (account, at) WHERE account IS NOT NULL',
      // What a source said about a paper (or its submitter, by hand) until that is confirmed: a record, as JSON.
      `CREATE TABLE submission_drafts (
         id {text} PRIMARY KEY, account {int} NOT NULL, record {text} NOT NULL, at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX submission_drafts_at ON submission_drafts (at)',
      // Accounts that may submit where only those who are invited may.
      'CREATE TABLE invited_submitters (account {int} PRIMARY KEY, at {int} NOT NULL){compact}',
    ],
  },
  {
    says: 'moderation: an append-only log, edits of papers, flags, weights of votes, authorship, organisations',
    statements: [
      // `detail`: what is needed to undo it, as JSON; it says nothing that must stay hidden. `undoes`: the entry that
      // this
      // one undoes, which happens once.
      'ALTER TABLE moderation_log ADD COLUMN detail {text}',
      'ALTER TABLE moderation_log ADD COLUMN undoes {int}',
      'CREATE UNIQUE INDEX moderation_log_undoes ON moderation_log (undoes) WHERE undoes IS NOT NULL',
      // The database itself keeps what is in the log. Only restoring a backup, which replaces everything, is exempt.
      {
        sqlite: ['UPDATE', 'DELETE'].map(
          (act) => `CREATE TRIGGER moderation_log_no_${act.toLowerCase()} BEFORE ${act} ON moderation_log
             WHEN NOT EXISTS (SELECT 1 FROM counters WHERE name = 'restoring')
             BEGIN SELECT RAISE(ABORT, 'entries of the moderation log cannot be changed'); END`,
        ),
        postgres: [
          `CREATE FUNCTION keep_moderation_log() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN
             IF NOT EXISTS (SELECT 1 FROM counters WHERE name = 'restoring') THEN
               RAISE EXCEPTION 'entries of the moderation log cannot be changed';
             END IF;
             RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
           END $$`,
          `CREATE TRIGGER moderation_log_kept BEFORE UPDATE OR DELETE ON moderation_log
             FOR EACH ROW EXECUTE FUNCTION keep_moderation_log()`,
          `CREATE TRIGGER moderation_log_whole BEFORE TRUNCATE ON moderation_log
             FOR EACH STATEMENT EXECUTE FUNCTION keep_moderation_log()`,
        ],
      },
      // What people corrected by hand, by a name of the paper (`arxiv:2606.00001`): `field` is `day` or `links`.
      `CREATE TABLE paper_edits (
         name {text} NOT NULL, field {text} NOT NULL, value {text} NOT NULL, at {int} NOT NULL,
         PRIMARY KEY (name, field)
       ){compact}`,
      // `subject`: `comment ID` or `paper KEY`. `settled`: when a moderator decided; `upheld`: whether they agreed.
      `CREATE TABLE flags (
         subject {text} NOT NULL, account {int} NOT NULL, reason {text} NOT NULL, at {int} NOT NULL, settled {int},
         upheld {int}, PRIMARY KEY (subject, account)
       ){compact}`,
      'CREATE INDEX flags_open ON flags (subject) WHERE settled IS NULL',
      'CREATE INDEX flags_account ON flags (account, at)',
      'CREATE TABLE banned_domains (domain {text} PRIMARY KEY, at {int} NOT NULL){compact}',
      // In thousandths of a vote. `weight` of `given` is the sum for a paper, without those of banned accounts that
      // show
      // their votes. `discount`: by how many whole votes the weight of a paper is less than its count.
      'ALTER TABLE votes ADD COLUMN weight {int} NOT NULL DEFAULT 1000',
      'ALTER TABLE given ADD COLUMN weight {int} NOT NULL DEFAULT 0',
      'UPDATE given SET weight = 1000 * votes',
      'ALTER TABLE papers ADD COLUMN discount {int} NOT NULL DEFAULT 0',
      // From which network a vote was cast, as a keyed hash; forgotten after 30 days.
      `CREATE TABLE vote_networks (
         voter {int} NOT NULL, paper {int} NOT NULL, network {text} NOT NULL, at {int} NOT NULL,
         PRIMARY KEY (voter, paper)
       ){compact}`,
      'CREATE INDEX vote_networks_at ON vote_networks (at)',
      'CREATE INDEX vote_networks_paper ON vote_networks (paper, network)',
      // Who says that they are an author of a paper. `author`: the name as an address has it. `state`: `asked`,
      // `granted` or `refused`; one person is granted an author, and one author a person, of each paper.
      `CREATE TABLE authorships (
         id {text} PRIMARY KEY, paper {int} NOT NULL, author {text} NOT NULL, account {int} NOT NULL, state {text} NOT NULL,
         how {text} NOT NULL, evidence {text} NOT NULL, at {int} NOT NULL, decided {int}
       ){compact}`,
      "CREATE UNIQUE INDEX authorships_author ON authorships (paper, author) WHERE state = 'granted'",
      "CREATE UNIQUE INDEX authorships_person ON authorships (paper, account) WHERE state != 'refused'",
      'CREATE INDEX authorships_account ON authorships (account)',
      "CREATE INDEX authorships_asked ON authorships (at) WHERE state = 'asked'",
      // What the authors of a paper have put above everything else.
      'CREATE TABLE pinned_comments (paper {int} PRIMARY KEY, comment {text} NOT NULL){compact}',
      'CREATE TABLE own_summaries (paper {int} PRIMARY KEY, account {int} NOT NULL, at {int} NOT NULL){compact}',
      `CREATE TABLE organisations (
         id {int} PRIMARY KEY, name {text} NOT NULL UNIQUE, display_name {text} NOT NULL, about {text} NOT NULL,
         logo {text}, created_at {int} NOT NULL
       ){strict}`,
      // `role`: `admin`, `member`, or `asked`.
      `CREATE TABLE organisation_members (
         organisation {int} NOT NULL, account {int} NOT NULL, role {text} NOT NULL, at {int} NOT NULL,
         PRIMARY KEY (organisation, account)
       ){compact}`,
      'CREATE INDEX organisation_members_account ON organisation_members (account)',
      // `png`: in base64.
      'CREATE TABLE logos (digest {text} PRIMARY KEY, png {text} NOT NULL){compact}',
    ],
  },
  {
    says: 'what is a reader’s own: collections, marks, follows and notifications',
    statements: [
      `CREATE TABLE collections (
         id {text} PRIMARY KEY, account {int} NOT NULL, name {text} NOT NULL, is_public {int} NOT NULL,
         created_at {int} NOT NULL, changed_at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX collections_account ON collections (account, created_at, id)',
      // `place`: lower ones come first. `version`: arXiv's number of the newest one its owner knows of; null: unknown.
      `CREATE TABLE saved_papers (
         collection {text} NOT NULL, paper {int} NOT NULL, account {int} NOT NULL, place {int} NOT NULL,
         note {text} NOT NULL, version {int}, added_at {int} NOT NULL, PRIMARY KEY (collection, paper)
       ){compact}`,
      'CREATE INDEX saved_papers_place ON saved_papers (collection, place, paper)',
      'CREATE INDEX saved_papers_account ON saved_papers (account, paper)',
      'CREATE INDEX saved_papers_paper ON saved_papers (paper)',
      // Since when a reader has read a paper, or found it not relevant; null: they have not.
      `CREATE TABLE reading_marks (
         account {int} NOT NULL, paper {int} NOT NULL, read_at {int}, dismissed_at {int},
         PRIMARY KEY (account, paper)
       ){compact}`,
      'CREATE INDEX reading_marks_paper ON reading_marks (paper)',
      // `subject`: what is followed, as its address has it; of a person, the number of the account.
      `CREATE TABLE follows (
         account {int} NOT NULL, kind {text} NOT NULL, subject {text} NOT NULL, name {text} NOT NULL,
         at {int} NOT NULL, PRIMARY KEY (account, kind, subject)
       ){compact}`,
      'CREATE INDEX follows_subject ON follows (kind, subject)',
      // Readers who are notified about a paper; `why`: they submitted or claimed it.
      `CREATE TABLE paper_watchers (
         paper {int} NOT NULL, account {int} NOT NULL, why {text} NOT NULL, at {int} NOT NULL,
         PRIMARY KEY (paper, account, why)
       ){compact}`,
      'CREATE INDEX paper_watchers_account ON paper_watchers (account)',
      // `cause`: what it is about, so that nobody is notified twice. `seen_at`, `mailed_at` null: not yet; mailed 0:
      // never.
      `CREATE TABLE notices (
         id {text} PRIMARY KEY, account {int} NOT NULL, kind {text} NOT NULL, cause {text} NOT NULL, paper {int},
         comment {text}, actor {int}, detail {text} NOT NULL, at {int} NOT NULL, seen_at {int}, mailed_at {int}
       ){strict}`,
      'CREATE UNIQUE INDEX notices_cause ON notices (account, cause)',
      'CREATE INDEX notices_account ON notices (account, at, id)',
      'CREATE INDEX notices_unseen ON notices (account) WHERE seen_at IS NULL',
      'CREATE INDEX notices_unmailed ON notices (account) WHERE mailed_at IS NULL',
      'CREATE INDEX notices_paper ON notices (paper) WHERE paper IS NOT NULL',
      'CREATE INDEX notices_comment ON notices (comment) WHERE comment IS NOT NULL',
      // Where each kind of notification goes, if not where most people want it.
      `CREATE TABLE notice_choices (
         account {int} NOT NULL, kind {text} NOT NULL, choice {text} NOT NULL, PRIMARY KEY (account, kind)
       ){compact}`,
      // `token`: in the mails, to unsubscribe with. `mailed_at`: when the last one was queued.
      'CREATE TABLE notice_mail (account {int} PRIMARY KEY, token {text} NOT NULL UNIQUE, mailed_at {int}){strict}',
    ],
  },
  {
    says: 'the digest: subscribers, what they subscribe to, issues, and the ledger of deliveries',
    statements: [
      // One row per address. `state`: `unconfirmed` until its owner has pressed the button; `confirmed`. `token` leads to
      // the page of their subscriptions and is only ever mailed to the address. `days`: bits, Monday is 1, Sunday 64.
      // `minute`: of the day, in their time zone. `without`: a JSON list of words. `again`: whether a paper may come
      // again in a new version. `quiet`: `say` or `silent`. `origin`, `origin_at`: how and when they consented.
      // `asked_at`: when they were last mailed a link that confirms something; null: not yet. `next_due`: when their next
      // mail is due; null: none is.
      `CREATE TABLE subscribers (
         id {int} PRIMARY KEY, email {text} NOT NULL UNIQUE, account {int}, state {text} NOT NULL,
         token {text} NOT NULL UNIQUE, time_zone {text} NOT NULL, days {int} NOT NULL, minute {int} NOT NULL,
         least_votes {int} NOT NULL, most_papers {int} NOT NULL, without {text} NOT NULL, again {int} NOT NULL,
         quiet {text} NOT NULL, origin {text} NOT NULL, origin_at {int} NOT NULL, created_at {int} NOT NULL,
         confirmed_at {int}, asked_at {int}, next_due {int}
       ){strict}`,
      'CREATE INDEX subscribers_due ON subscribers (next_due, id) WHERE next_due IS NOT NULL',
      'CREATE INDEX subscribers_account ON subscribers (account) WHERE account IS NOT NULL',
      "CREATE INDEX subscribers_unconfirmed ON subscribers (created_at) WHERE state = 'unconfirmed'",
      "CREATE INDEX subscribers_unasked ON subscribers (created_at) WHERE state = 'unconfirmed' AND asked_at IS NULL",
      // `list`: what kind of list; `subject`: which one. `cadence`: `daily`, `weekly` or `monthly`. `through`: the last
      // period it has been asked about, so that none is skipped or comes twice.
      `CREATE TABLE subscriptions (
         id {text} PRIMARY KEY, subscriber {int} NOT NULL, list {text} NOT NULL, subject {text} NOT NULL,
         name {text} NOT NULL, cadence {text} NOT NULL, created_at {int} NOT NULL, through {text} NOT NULL,
         UNIQUE (subscriber, list, subject)
       ){strict}`,
      'CREATE INDEX subscriptions_list ON subscriptions (list, subject)',
      // What entered the site between two moments is found by when it came.
      'CREATE INDEX papers_created ON papers (created_seq)',
      // Papers as they were when an issue was composed, by the hash of `content`: many issues hold the same.
      'CREATE TABLE issue_papers (digest {text} PRIMARY KEY, content {text} NOT NULL){compact}',
      // A list as it was when a period ended. Composed once; `content` never changes.
      `CREATE TABLE issues (
         id {text} PRIMARY KEY, list {text} NOT NULL, subject {text} NOT NULL, period {text} NOT NULL,
         name {text} NOT NULL, papers {int} NOT NULL, content {text} NOT NULL, composed_at {int} NOT NULL,
         UNIQUE (list, subject, period)
       ){strict}`,
      'CREATE INDEX issues_composed ON issues (composed_at)',
      // One row per mail. `state`: see digest/types.ts. `sections`: JSON, which papers of which issue are in it.
      // `answer`: what the mail server said. `lease_until`: for how long it is left to `holder`, the process that took it
      // (holder.ts); 0: to nobody. `subscriber` 0: a copy for somebody who need not be one.
      `CREATE TABLE deliveries (
         id {text} PRIMARY KEY, subscriber {int} NOT NULL, email {text} NOT NULL, domain {text} NOT NULL,
         due_at {int} NOT NULL, composed_at {int} NOT NULL, state {text} NOT NULL, reason {text}, subject {text} NOT NULL,
         sections {text} NOT NULL, message_id {text} NOT NULL, tries {int} NOT NULL, next_at {int} NOT NULL,
         lease_until {int} NOT NULL, holder {text}, handed_at {int}, ended_at {int}, answer {text}
       ){strict}`,
      'CREATE INDEX deliveries_subscriber ON deliveries (subscriber, due_at)',
      "CREATE INDEX deliveries_waiting ON deliveries (next_at, id) WHERE state = 'queued'",
      "CREATE INDEX deliveries_taken ON deliveries (lease_until) WHERE lease_until > 0 AND state IN ('queued', 'handing')",
      'CREATE INDEX deliveries_state ON deliveries (state, due_at)',
      // No issue goes to anybody twice, whatever happens: the key holds it.
      `CREATE TABLE delivered_issues (
         issue {text} NOT NULL, subscriber {int} NOT NULL, delivery {text} NOT NULL, place {int} NOT NULL,
         PRIMARY KEY (issue, subscriber)
       ){compact}`,
      'CREATE INDEX delivered_issues_delivery ON delivered_issues (delivery)',
      // Addresses that get no mail. `hash`: SHA-256 of the address; `email` null: its owner has had their data deleted.
      `CREATE TABLE suppressions (
         hash {text} PRIMARY KEY, email {text}, reason {text} NOT NULL, detail {text} NOT NULL, at {int} NOT NULL
       ){strict}`,
      // When a domain got its first mail of the digest: how many it may get a day grows from then on.
      'CREATE TABLE mail_domains (domain {text} PRIMARY KEY, first_at {int} NOT NULL){compact}',
    ],
    work: moveFormerSubscriptions,
  },
  {
    says: 'channels: chats, social networks and webhooks that issues are posted to',
    statements: [
      // `server`, `target`: where it is posted; what they are depends on the kind (digest/channel-kinds.ts). `secret`:
      // sealed (digest/sealing.ts). `list`, `subject`, `list_name`, `cadence`: which issues. `days`, `minute`,
      // `time_zone`: when they are posted; `minute` null: at once. `through`: the last period it has been asked about.
      // `state`: `active`, `paused`, or `off` because the service no longer takes posts, for the `reason`.
      `CREATE TABLE channels (
         id {text} PRIMARY KEY, kind {text} NOT NULL, name {text} NOT NULL UNIQUE, server {text} NOT NULL,
         target {text} NOT NULL, secret {text} NOT NULL, list {text} NOT NULL, subject {text} NOT NULL,
         list_name {text} NOT NULL, cadence {text} NOT NULL, days {int} NOT NULL, minute {int},
         time_zone {text} NOT NULL, state {text} NOT NULL, reason {text}, through {text} NOT NULL,
         created_at {int} NOT NULL
       ){strict}`,
      // One row per post. `run` is empty, but for posts made to try out a channel. `unsure_since`: since when it may have
      // been posted without an answer; null: it has not. `remote`: what the service calls the post.
      `CREATE TABLE channel_posts (
         id {text} PRIMARY KEY, issue {text} NOT NULL, channel {text} NOT NULL, run {text} NOT NULL,
         due_at {int} NOT NULL, state {text} NOT NULL, reason {text}, tries {int} NOT NULL, next_at {int} NOT NULL,
         lease_until {int} NOT NULL, unsure_since {int}, handed_at {int}, ended_at {int}, answer {text}, remote {text},
         UNIQUE (issue, channel, run)
       ){strict}`,
      "CREATE INDEX channel_posts_waiting ON channel_posts (next_at, id) WHERE state IN ('queued', 'handing')",
      'CREATE INDEX channel_posts_channel ON channel_posts (channel, due_at)',
    ],
  },
  {
    says: 'pictures that readers submit with papers',
    statements: [
      // `state`: `shown` or `hidden`. `image`: WebP in base64. `account` null: it has been deleted.
      `CREATE TABLE pictures (
         id {text} PRIMARY KEY, paper {int} NOT NULL, account {int}, alt {text} NOT NULL, state {text} NOT NULL,
         place {int} NOT NULL, width {int} NOT NULL, height {int} NOT NULL, image {text} NOT NULL, at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX pictures_paper ON pictures (paper)',
      'CREATE INDEX pictures_account ON pictures (account)',
    ],
  },
  {
    says: 'bounces of email, and events reported by mail providers',
    statements: [
      // Bounces that are not final, by the hash of the address; `mail` identifies the email, so that each counts once.
      `CREATE TABLE soft_bounces (
         hash {text} NOT NULL, mail {text} NOT NULL, at {int} NOT NULL, PRIMARY KEY (hash, mail)
       ){compact}`,
      'CREATE INDEX soft_bounces_at ON soft_bounces (at)',
      // Events that have been taken; `body`: a hash of the request, to tell a repeated event from a forged one.
      'CREATE TABLE mail_events (id {text} PRIMARY KEY, body {text} NOT NULL, at {int} NOT NULL){compact}',
      'CREATE INDEX mail_events_at ON mail_events (at)',
      'CREATE INDEX suppressions_at ON suppressions (at, hash)',
      'CREATE INDEX deliveries_message ON deliveries (message_id)',
    ],
  },
];
