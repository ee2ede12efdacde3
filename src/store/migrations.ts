/**
 * The ordered list of migrations: one transaction each, each described in a sentence, with one text for both databases.
 * Never change one that has been released; add the next (in migrations-people.ts).
 *
 * Types are limited to what SQLite and PostgreSQL share: integers (epoch milliseconds, 0 or 1), text, real, JSON as
 * text, bytes. Days are text, `YYYY-MM-DD`. `{text}` and `{int}` stand for the dialect's own keywords: text compares by
 * code point in both (PostgreSQL must be told to), integers are 64 bits.
 */
import { sql } from 'kysely';
import { moveFormerMail } from './former-mail.ts';
import type { Migration } from './migration.ts';
import { SINCE_PEOPLE } from './migrations-people.ts';
import type { Db } from './schema.ts';

export type { Migration } from './migration.ts';

export const MIGRATIONS: Migration[] = [
  {
    says: 'papers, their identifiers and the records of each source; votes; editions; the change log',
    statements: [
      // One row per paper, merged from its records. `seq` is the change that last touched it: the change log.
      `CREATE TABLE papers (
         pk {int} PRIMARY KEY, id {text} NOT NULL UNIQUE, weak {int} NOT NULL,
         title {text} NOT NULL, abstract {text}, summary {text},
         authors {text} NOT NULL, authors_count {int}, organizations {text} NOT NULL,
         categories {text} NOT NULL, keywords {text} NOT NULL, identifiers {text} NOT NULL,
         published {text}, published_precision {text} NOT NULL, published_at {int}, updated {text},
         announced {text} NOT NULL, listed {text}, listed_by {text}, late {int} NOT NULL,
         links {text} NOT NULL, figures {text} NOT NULL, note {text}, journal {text}, licence {text},
         withdrawn {int} NOT NULL, upvotes {int} NOT NULL, comments {int} NOT NULL, hot {real} NOT NULL,
         sources {text} NOT NULL, created_seq {int} NOT NULL, seq {int} NOT NULL
       ){strict}`,
      // An edition is a range of this index, already in the order in which it is shown (one day).
      'CREATE INDEX papers_edition ON papers (listed, late, upvotes DESC, announced DESC, id)',
      'CREATE INDEX papers_trending ON papers (hot DESC, upvotes DESC, id)',
      'CREATE INDEX papers_seq ON papers (seq, pk)',
      // Every name a paper has or had: a merged paper is still found by its old id.
      `CREATE TABLE identifiers (
         scheme {text} NOT NULL, value {text} NOT NULL, version {int}, paper_pk {int} NOT NULL REFERENCES papers (pk),
         PRIMARY KEY (scheme, value)
       ){compact}`,
      'CREATE INDEX identifiers_paper ON identifiers (paper_pk)',
      // Hashed titles of a paper's records, for finding records without identifiers.
      `CREATE TABLE titles (
         title_key {int} NOT NULL, paper_pk {int} NOT NULL REFERENCES papers (pk), PRIMARY KEY (title_key, paper_pk)
       ){compact}`,
      'CREATE INDEX titles_paper ON titles (paper_pk)',
      // What a source said. `content` is null while the paper has only this record and so equals it.
      `CREATE TABLE records (
         paper_pk {int} NOT NULL REFERENCES papers (pk), source {text} NOT NULL, key {text} NOT NULL,
         hash {text} NOT NULL, content {text}, PRIMARY KEY (paper_pk, source, key, hash)
       ){compact}`,
      // Votes and comments counted elsewhere, kept separate from those made here.
      `CREATE TABLE tallies (
         paper_pk {int} NOT NULL REFERENCES papers (pk), source {text} NOT NULL, key {text} NOT NULL,
         upvotes {int}, comments {int}, PRIMARY KEY (paper_pk, source, key)
       ){compact}`,
      `CREATE TABLE votes (
         paper_pk {int} NOT NULL REFERENCES papers (pk), voter {text} NOT NULL, cast_at {int} NOT NULL,
         PRIMARY KEY (paper_pk, voter)
       ){compact}`,
      `CREATE TABLE comments (
         id {text} PRIMARY KEY, paper_pk {int} NOT NULL REFERENCES papers (pk), author {text} NOT NULL,
         body {text} NOT NULL, written_at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX comments_paper ON comments (paper_pk, written_at)',
      // An author's slug, hashed: rows arrive in random places, and the smaller they are the less is rewritten.
      `CREATE TABLE paper_authors (
         slug_key {int} NOT NULL, paper_pk {int} NOT NULL REFERENCES papers (pk), PRIMARY KEY (slug_key, paper_pk)
       ){compact}`,
      'CREATE INDEX paper_authors_paper ON paper_authors (paper_pk)',
      `CREATE TABLE paper_organizations (
         slug {text} NOT NULL, paper_pk {int} NOT NULL REFERENCES papers (pk), name {text} NOT NULL,
         PRIMARY KEY (slug, paper_pk)
       ){compact}`,
      'CREATE INDEX paper_organizations_paper ON paper_organizations (paper_pk)',
      // What a paper's place was based on before a change: the order as of an earlier change is today's with these
      // restored. Rows outlive their paper (no foreign key) and are pruned after two days.
      `CREATE TABLE order_log (
         seq {int} NOT NULL, paper_pk {int} NOT NULL, at {int} NOT NULL, id {text} NOT NULL,
         upvotes {int} NOT NULL, announced {text} NOT NULL, listed {text}, late {int} NOT NULL,
         hot {real} NOT NULL, created_seq {int} NOT NULL, PRIMARY KEY (seq, paper_pk)
       ){compact}`,
      // Keys of papers that were merged away, for those who follow the change log.
      'CREATE TABLE tombstones (pk {int} PRIMARY KEY, seq {int} NOT NULL){strict}',
      'CREATE INDEX tombstones_seq ON tombstones (seq)',
      // Editions that are closed: papers that arrive later are late.
      'CREATE TABLE closed_editions (day {text} PRIMARY KEY, closed_at {int} NOT NULL){compact}',
      'CREATE TABLE counters (name {text} PRIMARY KEY, value {int} NOT NULL){compact}',
      "INSERT INTO counters (name, value) VALUES ('seq', 0), ('pk', 0)",
      'CREATE TABLE leases (name {text} PRIMARY KEY, holder {text} NOT NULL, until {int} NOT NULL){compact}',
      'CREATE TABLE meta (key {text} PRIMARY KEY, value {text} NOT NULL){compact}',
    ],
  },
  {
    says: 'subscriptions to searches, kept for the digest',
    statements: [
      // `token` is the only key to a row from outside, so it cannot be guessed. `query` is the search's own address in
      // canonical spelling: the same search by the same person is one row.
      `CREATE TABLE search_subscriptions (
         token {text} PRIMARY KEY, email {text} NOT NULL, query {text} NOT NULL, cadence {text} NOT NULL,
         state {text} NOT NULL, created_at {int} NOT NULL, UNIQUE (email, query)
       ){strict}`,
    ],
  },
  {
    says: 'the ledger of what was fetched from where; rate limits for other sites, shared by all processes',
    statements: [
      // Every run of every part of a source. `ended_at` null: in progress, by `holder`. A quiet run that finds what the
      // one before it found adds to its `polls` instead of a row. `remarks`: a JSON list.
      `CREATE TABLE runs (
         id {int} PRIMARY KEY, source {text} NOT NULL, part {text} NOT NULL, kind {text} NOT NULL,
         state {text} NOT NULL, says {text} NOT NULL, announced {text}, expected {int}, got {int},
         added {int} NOT NULL, changed {int} NOT NULL, merged {int} NOT NULL, unchanged {int} NOT NULL,
         rejected {int} NOT NULL, gone {int} NOT NULL, requests {int} NOT NULL, polls {int} NOT NULL,
         done {int}, total {int}, since {text}, until {text}, remarks {text} NOT NULL,
         started_at {int} NOT NULL, ended_at {int}, holder {text}
       ){strict}`,
      'CREATE INDEX runs_part ON runs (source, part, id)',
      // The state of each part, what it resumes from (`cursor`, JSON), and what was requested of it.
      `CREATE TABLE source_parts (
         source {text} NOT NULL, part {text} NOT NULL, paused {int} NOT NULL,
         cursor {text}, backfill_cursor {text},
         last_state {text}, last_ended {int}, announced {text}, complete {int} NOT NULL,
         last_good {int}, failures {int} NOT NULL, first_seen {int} NOT NULL, alerted_at {int},
         wanted_at {int}, wanted_since {text}, wanted_until {text}, PRIMARY KEY (source, part)
       ){compact}`,
      // Rejected records, each kept as it came (`raw`, JSON) so that it can be retried.
      `CREATE TABLE rejected_records (
         id {text} PRIMARY KEY, source {text} NOT NULL, part {text} NOT NULL, place {text} NOT NULL,
         reason {text} NOT NULL, raw {text}, times {int} NOT NULL, first_at {int} NOT NULL, last_at {int} NOT NULL
       ){strict}`,
      'CREATE INDEX rejected_records_part ON rejected_records (source, part, last_at)',
      // One connection and one rate per site, for everybody. Times are the database server's if there is one.
      `CREATE TABLE site_doors (
         site {text} PRIMARY KEY, holder {text}, held_until {int} NOT NULL, next_at {int} NOT NULL,
         failures {int} NOT NULL, shut_until {int} NOT NULL
       ){compact}`,
    ],
  },
  {
    says: 'which rule put a paper in an edition; who listed it; citations',
    statements: [
      // `day`: where a paper belongs, if that is not where it is `listed`: rules kept it out, or its edition had
      // closed. `listed_by` says what decided that day. So a paper that no rule ever touched has nothing here.
      'ALTER TABLE papers ADD COLUMN day {text}',
      'ALTER TABLE papers ADD COLUMN rule {text}',
      'ALTER TABLE papers ADD COLUMN score {int}',
      'ALTER TABLE papers ADD COLUMN submitted_by {text}',
      'ALTER TABLE papers ADD COLUMN citations {int}',
      'ALTER TABLE tallies ADD COLUMN citations {int}',
      // Those that compete for places in a day: in its edition, or waiting (`listed` null), best first.
      `CREATE INDEX papers_competing ON papers (listed, day, score DESC, announced DESC, id)
         WHERE score IS NOT NULL`,
    ],
  },
  {
    says: 'all papers by date, and by who listed them, for the API',
    statements: [
      // The whole collection page by page (newest.ts). Papers without a date come last.
      "CREATE INDEX papers_published ON papers (COALESCE(published, listed, day, '') DESC, id)",
      // Few papers have a submitter, and those without one cost nothing.
      'CREATE INDEX papers_submitted ON papers (submitted_by) WHERE submitted_by IS NOT NULL',
    ],
  },
  {
    says: 'when changes were made, and former ids of papers, for harvesters',
    statements: [
      // The time of a change is that of the last row whose `seq` is not above its own (change-times.ts). Anything older
      // than this table has the time of the migration before it: nobody can have harvested it.
      'CREATE TABLE change_times (seq {int} PRIMARY KEY, at {int} NOT NULL){compact}',
      'CREATE INDEX change_times_at ON change_times (at)',
      'INSERT INTO change_times (seq, at) SELECT 0, COALESCE(MAX(applied_at), 0) / 1000 * 1000 FROM migrations',
      // The id of a paper before it was merged away or got a better one, with what its sets are derived from.
      `CREATE TABLE former_ids (
         id {text} PRIMARY KEY, seq {int} NOT NULL, categories {text} NOT NULL, in_edition {int} NOT NULL
       ){compact}`,
      'CREATE INDEX former_ids_seq ON former_ids (seq, id)',
    ],
  },
  {
    says: 'a limit on rejected records',
    statements: [
      'ALTER TABLE rejected_records ADD COLUMN bytes {int} NOT NULL DEFAULT 0',
      'UPDATE rejected_records SET bytes = LENGTH(place) + LENGTH(reason) + COALESCE(LENGTH(raw), 0)',
      // How much is kept of each part, and in all (sources/rejected.ts). Later the program enforces it.
      `DELETE FROM rejected_records WHERE id IN (
         SELECT id FROM (
           SELECT id, ROW_NUMBER() OVER newest AS place, SUM(bytes) OVER newest AS held FROM rejected_records
           WINDOW newest AS (PARTITION BY source, part ORDER BY last_at DESC, id ROWS UNBOUNDED PRECEDING)
         ) AS ranked WHERE place > 1000 OR held > 4194304
       )`,
      `DELETE FROM rejected_records WHERE id IN (
         SELECT id FROM (
           SELECT id, ROW_NUMBER() OVER newest AS place, SUM(bytes) OVER newest AS held FROM rejected_records
           WINDOW newest AS (ORDER BY last_at DESC, id ROWS UNBOUNDED PRECEDING)
         ) AS ranked WHERE place > 10000 OR held > 33554432
       )`,
      // Both contain everything the limits are measured by, so that the records themselves need not be read.
      'DROP INDEX rejected_records_part',
      'CREATE INDEX rejected_records_part ON rejected_records (source, part, last_at, bytes, id)',
      'CREATE INDEX rejected_records_newest ON rejected_records (last_at, id, bytes)',
    ],
  },
  {
    says: 'typeset formulas of papers, and how far they are up to date',
    statements: [
      // Derived, and so in no backup: once deleted, they are set again. By a hash of the formula; null: it cannot be
      // set.
      'CREATE TABLE formulas (key {text} PRIMARY KEY, html {bytes}){compact}',
      // Derived data is complete up to a paper of a change, and made by what `stamp` says: with another it starts
      // afresh.
      `CREATE TABLE derived (
         name {text} PRIMARY KEY, stamp {text} NOT NULL, seq {int} NOT NULL, pk {int} NOT NULL
       ){compact}`,
    ],
  },
  {
    says: 'models, datasets and Spaces that cite a paper on the Hub',
    statements: ['ALTER TABLE papers ADD COLUMN repositories {text}'],
  },
  {
    says: 'identifiers that several papers claim, and decisions made by hand on which records are one paper',
    statements: [
      // A name (`scheme:value`) that a record of this paper has or mentions, and that the paper does not have: another
      // paper has it, or none does. So everything that claims a name can be found.
      `CREATE TABLE claims (
         name {text} NOT NULL, paper_pk {int} NOT NULL REFERENCES papers (pk), PRIMARY KEY (name, paper_pk)
       ){compact}`,
      'CREATE INDEX claims_paper ON claims (paper_pk)',
      // `kind`: join or part. Two records, in the order of their names (`source key`), so that a pair has one row. They
      // outlive papers and name records, which stay the same however often papers are arranged.
      `CREATE TABLE decisions (
         one {text} NOT NULL, other {text} NOT NULL, kind {text} NOT NULL, decided_at {int} NOT NULL,
         PRIMARY KEY (one, other)
       ){compact}`,
    ],
  },
  {
    says: 'an index that finds runs in progress quickly',
    statements: ['CREATE INDEX runs_open ON runs (id) WHERE ended_at IS NULL'],
  },
  {
    says: 'votes and comments of readers, with a sequence of their own',
    statements: [
      'ALTER TABLE votes RENAME TO former_votes',
      'ALTER TABLE comments RENAME TO former_comments',
      'DROP INDEX comments_paper',
      // A reader is an integer. Those who were only a name before there were accounts have negative ones.
      'CREATE TABLE named_readers (id {int} PRIMARY KEY, name {text} NOT NULL UNIQUE){strict}',
      `INSERT INTO named_readers (id, name)
         SELECT -ROW_NUMBER() OVER (ORDER BY name), name
         FROM (SELECT voter AS name FROM former_votes UNION SELECT author FROM former_comments) AS names`,
      // These tables refer to papers without a foreign key: in PostgreSQL, checking one would make a vote wait for an
      // import that is writing the paper. `moved_papers` leads from a paper that was merged away to its survivor.
      `CREATE TABLE votes (
         paper {int} NOT NULL, voter {int} NOT NULL, time {int} NOT NULL, PRIMARY KEY (paper, voter)
       ){compact}`,
      `INSERT INTO votes (paper, voter, time)
         SELECT paper_pk, named_readers.id, cast_at FROM former_votes
         INNER JOIN named_readers ON named_readers.name = former_votes.voter`,
      // `state`: shown, hidden (by the operator) or deleted (by its author; the text is gone).
      `CREATE TABLE comments (
         id {text} PRIMARY KEY, paper {int} NOT NULL, parent {text}, author {int} NOT NULL, text {text} NOT NULL,
         state {text} NOT NULL, created {int} NOT NULL, edited {int}
       ){strict}`,
      `INSERT INTO comments (id, paper, parent, author, text, state, created, edited)
         SELECT former_comments.id, paper_pk, NULL, named_readers.id, body, 'shown', written_at, NULL
         FROM former_comments INNER JOIN named_readers ON named_readers.name = former_comments.author`,
      'CREATE INDEX comments_paper ON comments (paper, created, id)',
      'DROP TABLE former_votes',
      'DROP TABLE former_comments',
      // How many votes and shown comments a paper has, and the community's change that last touched either.
      `CREATE TABLE given (
         paper {int} PRIMARY KEY, votes {int} NOT NULL, comments {int} NOT NULL, seq {int} NOT NULL
       ){compact}`,
      `INSERT INTO given (paper, votes, comments, seq)
         SELECT paper, SUM(votes), SUM(comments), 1 FROM (
           SELECT paper, 1 AS votes, 0 AS comments FROM votes
           UNION ALL SELECT paper, 0, 1 FROM comments
         ) AS each_one GROUP BY paper`,
      'CREATE INDEX given_seq ON given (seq)',
      // `pending`: votes and comments still have to follow the paper.
      'CREATE TABLE moved_papers (paper {int} PRIMARY KEY, target {int} NOT NULL, pending {int} NOT NULL){compact}',
      'CREATE INDEX moved_papers_pending ON moved_papers (paper) WHERE pending = 1',
      // The community's own change number, and up to which one papers have taken over its counts.
      "INSERT INTO counters (name, value) VALUES ('community', 1), ('counted', 1)",
      // The last change to anything the search index reads, other than votes; null: the last change of all.
      'ALTER TABLE papers ADD COLUMN words_seq {int}',
      'CREATE INDEX papers_words ON papers (COALESCE(words_seq, seq), pk)',
    ],
  },
  {
    says: 'mail that waits to be sent, in a table of its own',
    statements: [
      `CREATE TABLE outbox (
         id {text} PRIMARY KEY, recipient {text} NOT NULL, subject {text} NOT NULL, body {text} NOT NULL,
         message_id {text} NOT NULL, headers {text} NOT NULL, queued_at {int} NOT NULL, tries {int} NOT NULL,
         next_at {int} NOT NULL, expires_at {int}, reason {text}
       ){strict}`,
      'CREATE INDEX outbox_next ON outbox (next_at)',
    ],
    work: moveFormerMail,
  },
  ...SINCE_PEOPLE,
  {
    says: 'what rules can read from abstracts',
    statements: [
      // Derived, and so in no backup: `text` is a hash of what was read, `version` that of the rules.
      'CREATE TABLE readings (paper {int} PRIMARY KEY, version {int} NOT NULL, text {int} NOT NULL, reading {text} NOT NULL){strict}',
      // Names that at least three of them mention.
      'CREATE TABLE known_names (name {text} PRIMARY KEY, papers {int} NOT NULL){compact}',
    ],
  },
  {
    says: 'summaries by a language model, and the tokens they use',
    statements: [
      'ALTER TABLE papers ADD COLUMN summary_model {text}',
      // What a model wrote from a text. `text`: its hash (papers/text-hash.ts). `prompt`: the version of prompt and checks.
      `CREATE TABLE summaries (
         text {text} NOT NULL, language {text} NOT NULL, model {text} NOT NULL, prompt {text} NOT NULL,
         at {int} NOT NULL, content {text} NOT NULL, PRIMARY KEY (text, language, model, prompt)
       ){compact}`,
      // `state`: `waiting`, `done`, `empty` (nothing the model wrote held) or `refused` (no usable reply).
      `CREATE TABLE summary_tasks (
         paper {int} PRIMARY KEY, text {text} NOT NULL, stamp {text} NOT NULL, state {text} NOT NULL, why {text} NOT NULL,
         tries {int} NOT NULL, next_at {int} NOT NULL, asked_at {int}, day {text} NOT NULL, at {int} NOT NULL
       ){strict}`,
      "CREATE INDEX summary_tasks_waiting ON summary_tasks (day, paper) WHERE state = 'waiting'",
      'CREATE TABLE model_tokens (day {text} PRIMARY KEY, used {int} NOT NULL, requests {int} NOT NULL){compact}',
    ],
  },
];

const WORDS = {
  sqlite: {
    text: 'TEXT',
    int: 'INTEGER',
    real: 'REAL',
    bytes: 'BLOB',
    strict: ' STRICT',
    compact: ' STRICT, WITHOUT ROWID',
  },
  postgres: {
    text: 'TEXT COLLATE "C"',
    int: 'BIGINT',
    real: 'DOUBLE PRECISION',
    bytes: 'BYTEA',
    strict: '',
    compact: '',
  },
};

/** The database was created by a newer version of the program and is left alone. */
export class NewerDatabase extends Error {
  override name = 'NewerDatabase';
}

/**
 * Brings the database up to this program's version and returns the migrations applied now. Safe to run from
 * two processes at once: each migration is decided inside its own write transaction.
 *
 * @throws NewerDatabase if the database has migrations that this program does not know; nothing is changed.
 */
export async function migrate(
  db: Db,
  dialect: 'sqlite' | 'postgres',
  migrations: Migration[] = MIGRATIONS,
): Promise<Migration[]> {
  const found = await version(db, dialect);
  if (found > migrations.length) {
    throw new NewerDatabase(
      `the database is at version ${found}, this program knows ${migrations.length}: ` +
        'it was used by a newer Broadsheet. Nothing was changed; start the newer version, or go back to a copy made ' +
        'before the upgrade (docs/upgrading.md)',
    );
  }
  const applied: Migration[] = [];
  const apply = async (tx: Db, numbers: number[]): Promise<void> => {
    if (dialect === 'postgres') await sql`SELECT pg_advisory_xact_lock(7208461)`.execute(tx);
    const done = await version(tx, dialect);
    for (const number of numbers) {
      if (done >= number) continue;
      const migration = migrations[number - 1]!;
      if (number === 1) {
        await sql
          .raw(
            fill(
              'CREATE TABLE migrations (number {int} PRIMARY KEY, says {text} NOT NULL, applied_at {int} NOT NULL){strict}',
              dialect,
            ),
          )
          .execute(tx);
      }
      const statements = migration.statements.flatMap((one) =>
        typeof one === 'string' ? one : one[dialect],
      );
      for (const statement of statements) await sql.raw(fill(statement, dialect)).execute(tx);
      await migration.work?.(tx);
      await tx
        .insertInto('migrations')
        .values({ number, says: migration.says, applied_at: Date.now() })
        .execute();
      applied.push(migration);
    }
  };
  const missing = migrations.map((_, i) => i + 1).filter((number) => number > found);
  // A new database waits for the disk once; in an existing one, each finished step is durable.
  for (const numbers of found === 0 ? [missing] : missing.map((number) => [number]))
    await db.transaction().execute((tx) => apply(tx, numbers));
  return applied;
}

/** The number of the last migration applied; 0 for a database that has none of our tables. */
export async function version(db: Db, dialect: 'sqlite' | 'postgres'): Promise<number> {
  const there =
    dialect === 'sqlite'
      ? await sql`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'`.execute(db)
      : await sql`SELECT 1 FROM information_schema.tables
                  WHERE table_name = 'migrations' AND table_schema = current_schema()`.execute(db);
  if (there.rows.length === 0) return 0;
  const row = await db
    .selectFrom('migrations')
    .select((e) => e.fn.max('number').as('number'))
    .executeTakeFirst();
  return Number(row?.number ?? 0);
}

const fill = (statement: string, dialect: 'sqlite' | 'postgres'): string =>
  statement.replace(
    /\{(\w+)\}/g,
    (_, word: string) => WORDS[dialect][word as keyof (typeof WORDS)['sqlite']],
  );
