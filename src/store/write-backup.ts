/** Writes backups of this version's database and of earlier ones; backup.ts describes the file. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { sql } from 'kysely';
import { MIGRATIONS } from './migrations.ts';
import { BACKED_UP, type Db } from './schema.ts';
import { seal } from './seal.ts';

export interface BackupReport {
  rows: number;
  papers: number;
}

/** What identifies a row, for going through a table in steps. */
const KEYS: Record<BackedUp, string[]> = {
  papers: ['pk'],
  identifiers: ['scheme', 'value'],
  titles: ['title_key', 'paper_pk'],
  claims: ['name', 'paper_pk'],
  decisions: ['one', 'other'],
  records: ['paper_pk', 'source', 'key', 'hash'],
  tallies: ['paper_pk', 'source', 'key'],
  named_readers: ['id'],
  accounts: ['id'],
  access_tokens: ['hash'],
  identities: ['issuer', 'subject'],
  passkeys: ['id'],
  passwords: ['account'],
  moderation_log: ['id'],
  paper_edits: ['name', 'field'],
  flags: ['subject', 'account'],
  banned_domains: ['domain'],
  votes: ['paper', 'voter'],
  comments: ['id'],
  comment_versions: ['comment', 'number'],
  comment_reactions: ['comment', 'account', 'kind'],
  comment_quotes: ['comment', 'place'],
  quoted_abstracts: ['digest'],
  locked_discussions: ['paper'],
  submissions: ['id'],
  invited_submitters: ['account'],
  authorships: ['id'],
  pinned_comments: ['paper'],
  own_summaries: ['paper'],
  organisations: ['id'],
  organisation_members: ['organisation', 'account'],
  logos: ['digest'],
  pictures: ['id'],
  collections: ['id'],
  saved_papers: ['collection', 'paper'],
  reading_marks: ['account', 'paper'],
  follows: ['account', 'kind', 'subject'],
  paper_watchers: ['paper', 'account', 'why'],
  notices: ['id'],
  notice_choices: ['account', 'kind'],
  notice_mail: ['account'],
  given: ['paper'],
  moved_papers: ['paper'],
  paper_authors: ['slug_key', 'paper_pk'],
  paper_organizations: ['slug', 'paper_pk'],
  order_log: ['seq', 'paper_pk'],
  tombstones: ['pk'],
  former_ids: ['id'],
  closed_editions: ['day'],
  search_subscriptions: ['token'],
  subscribers: ['id'],
  subscriptions: ['id'],
  issue_papers: ['digest'],
  issues: ['id'],
  deliveries: ['id'],
  delivered_issues: ['issue', 'subscriber'],
  suppressions: ['hash'],
  channels: ['id'],
  channel_posts: ['id'],
  mail_domains: ['domain'],
  runs: ['id'],
  source_parts: ['source', 'part'],
  rejected_records: ['id'],
  counters: ['name'],
  meta: ['key'],
  outbox: ['id'],
  summaries: ['text', 'language', 'model', 'prompt'],
  summary_tasks: ['paper'],
  model_tokens: ['day'],
};
const STEP = 2000;

export type BackedUp = (typeof BACKED_UP)[number];

export type Row = Record<string, string | number | null>;

/**
 * Writes a backup within the caller's transaction; the file appears under its name only once it is complete and on
 * disk. Tables that an earlier version does not have are left out.
 *
 * @param version the last migration of this database
 * @param key encrypts the file; null: it is not encrypted
 */
export async function writeBackup(
  db: Db,
  path: string,
  version: number,
  progress: (rows: number) => void = () => {},
  key: string | null = null,
): Promise<BackupReport> {
  const report = { rows: 0, papers: 0 };
  const partial = `${path}.partial`;
  const keys: ReadonlyMap<BackedUp, readonly string[]> =
    version === MIGRATIONS.length
      ? new Map(BACKED_UP.map((name) => [name, KEYS[name]]))
      : await formerKeys(db);
  try {
    const hash = createHash('sha256');
    const lines = async function* () {
      const line = (value: unknown): string => {
        const text = `${JSON.stringify(value)}\n`;
        hash.update(text);
        return text;
      };
      yield line({ broadsheet: 'backup', version, taken: new Date().toISOString() });
      for (const [table, rowKey] of keys) {
        let columns: string[] | undefined;
        for await (const rows of steps(db, table, rowKey)) {
          if (!columns) {
            columns = Object.keys(rows[0]!);
            yield line({ table, columns });
          }
          let text = '';
          for (const row of rows) text += line(columns.map((column) => row[column]));
          yield text;
          report.rows += rows.length;
          if (table === 'papers') report.papers += rows.length;
          progress(report.rows);
        }
      }
      yield `${JSON.stringify({ rows: report.rows, sha256: hash.digest('hex') })}\n`;
    };
    await pipeline(
      Readable.from(lines()),
      createGzip({ level: 4 }),
      (bytes: AsyncIterable<Buffer>) => (key === null ? bytes : seal(bytes, key)),
      createWriteStream(partial, { flush: true, mode: 0o600 }),
    );
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => {});
    throw error;
  }
  return report;
}

/** The tables that a PostgreSQL database of an earlier version has, and what identifies their rows there. */
async function formerKeys(db: Db): Promise<Map<BackedUp, string[]>> {
  const all = await sql<{ name: string; column: string; place: number | null }>`
    SELECT c.table_name AS name, c.column_name AS column, k.ordinal_position AS place
    FROM information_schema.columns c
    LEFT JOIN information_schema.table_constraints t
      ON t.table_schema = c.table_schema AND t.table_name = c.table_name AND t.constraint_type = 'PRIMARY KEY'
    LEFT JOIN information_schema.key_column_usage k
      ON k.constraint_schema = t.constraint_schema AND k.constraint_name = t.constraint_name
      AND k.table_name = c.table_name AND k.column_name = c.column_name
    WHERE c.table_schema = current_schema() ORDER BY c.table_name, k.ordinal_position, c.ordinal_position`.execute(
    db,
  );
  const keys = new Map<BackedUp, string[]>();
  for (const name of BACKED_UP) {
    const columns = all.rows.filter((row) => row.name === name);
    if (columns.length === 0) continue;
    const names = columns.map(({ column }) => column);
    const primary = columns.flatMap(({ column, place }) => (place === null ? [] : column));
    if (KEYS[name].every((column) => names.includes(column))) keys.set(name, KEYS[name]);
    else keys.set(name, primary.length > 0 ? primary : names);
  }
  return keys;
}

/** A table's rows in the order of its key, some at a time. */
export async function* steps(
  db: Db,
  table: BackedUp,
  key: readonly string[] = KEYS[table],
): AsyncGenerator<Row[]> {
  const names = sql.join(key.map((name) => sql.ref(name)));
  let last: Row | undefined;
  for (;;) {
    const after: Row | undefined = last;
    const from = after ? sql`WHERE (${names}) > (${sql.join(key.map((name) => after[name]))})` : sql``;
    const { rows } =
      await sql<Row>`SELECT * FROM ${sql.table(table)} ${from} ORDER BY ${names} LIMIT ${STEP}`.execute(db);
    if (rows.length > 0) yield rows;
    if (rows.length < STEP) return;
    last = rows.at(-1);
  }
}
