/**
 * Everything this site holds about an account, for its owner. Each table with a column that names an account is listed
 * here
 * with what is exported from it; a test compares the list with the database, so that no new table is forgotten.
 */
import type { Db, Schema } from '../../store/schema.ts';
import { homesOf } from '../papers.ts';

type Table = keyof Schema;

interface Held<T extends Table = Table> {
  /** The column that names the account. */
  column: keyof Schema[T] & string;
  /** Columns that are never exported: hashes of secrets, and keys that mean nothing outside. */
  without?: readonly (keyof Schema[T] & string)[];
}

const held = <T extends Table>(
  table: T,
  column: keyof Schema[T] & string,
  without: Held<T>['without'] = [],
) => ({
  table,
  column,
  without,
});

/** Tables whose rows belong to the account that a column of them names. */
export const HELD = [
  held('accounts', 'id'),
  held('sessions', 'account', ['hash']),
  held('sign_in_links', 'account', ['hash']),
  held('access_tokens', 'account', ['hash']),
  held('votes', 'voter'),
  held('comments', 'author', ['form_key']),
  held('comment_reactions', 'account'),
  held('collections', 'account'),
  held('saved_papers', 'account'),
  held('reading_marks', 'account'),
  held('follows', 'account'),
  held('paper_watchers', 'account'),
  held('notices', 'account'),
  held('notice_choices', 'account'),
  held('notice_mail', 'account', ['token']),
  held('submissions', 'account'),
  held('pictures', 'account'),
  held('submission_drafts', 'account'),
  held('invited_submitters', 'account'),
  held('identities', 'account'),
  held('passkeys', 'account', ['public_key']),
  held('passwords', 'account', ['hash']),
  held('authorships', 'account'),
  held('own_summaries', 'account'),
  held('flags', 'account'),
  held('organisation_members', 'account'),
  held('subscribers', 'account', ['token']),
  held('vote_networks', 'voter', ['network']),
  held('moderation_log', 'actor'),
] as const;

/** Columns that name an account in rows that belong to another: the other side of an interaction. */
export const OF_OTHERS: readonly string[] = [
  'notices.actor',
  // The name of an author, not an account.
  'authorships.author',
];

/** Names of columns that hold the number of an account, in any table. */
export const ACCOUNT_COLUMNS: readonly string[] = [
  ...[
    'account',
    'voter',
    'author',
    'actor',
    'owner',
    'member',
    'reader',
    'submitter',
    'claimant',
    'moderator',
  ],
  ...['account_id', 'user', 'user_id', 'reporter', 'flagger', 'invited_by', 'created_by', 'decided_by'],
];

type Row = Record<string, unknown>;

/** An account's data. Times are epoch milliseconds; papers are named by their ids. */
export async function exportAccount(db: Db, account: number): Promise<Record<string, unknown>> {
  const tables: Record<string, Row[]> = {};
  for (const { table, column, without } of HELD) {
    const rows = (await db
      .selectFrom(table as 'votes')
      .selectAll()
      .where(column as 'voter', '=', account)
      .execute()) as unknown as Row[];
    tables[table] = rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).filter(([name]) => !(without as readonly string[]).includes(name)),
      ),
    );
  }
  // What belongs to a comment names only the comment.
  const own = db.selectFrom('comments').select('id').where('author', '=', account);
  tables.comment_versions = await db
    .selectFrom('comment_versions')
    .selectAll()
    .where('comment', 'in', own)
    .orderBy('comment')
    .orderBy('number')
    .execute();
  tables.comment_quotes = await db
    .selectFrom('comment_quotes')
    .selectAll()
    .where('comment', 'in', own)
    .orderBy('comment')
    .orderBy('place')
    .execute();
  // What belongs to a subscriber of the digest names only the subscriber.
  const subscribers = db.selectFrom('subscribers').select('id').where('account', '=', account);
  tables.subscriptions = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('subscriber', 'in', subscribers)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  tables.deliveries = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('subscriber', 'in', subscribers)
    .orderBy('due_at')
    .execute();
  // Issues of what they follow.
  tables.issues = await db
    .selectFrom('issues')
    .select(['id', 'list', 'period', 'papers', 'composed_at'])
    .where('list', '=', 'following')
    .where('subject', '=', String(account))
    .orderBy('composed_at')
    .execute();
  // By an address that is certainly theirs.
  const [owner] = tables.accounts as { email: string | null; email_verified: number }[];
  if (owner?.email != null && owner.email_verified === 1) {
    tables.search_subscriptions = await db
      .selectFrom('search_subscriptions')
      .select(['email', 'query', 'cadence', 'state', 'created_at'])
      .where('email', '=', owner.email)
      .execute();
    tables.outbox = await db
      .selectFrom('outbox')
      .select(['recipient', 'subject', 'queued_at'])
      .where('recipient', '=', owner.email)
      .execute();
  }
  return withPaperIds(db, tables);
}

/** Keys of papers mean nothing outside; their ids do. */
async function withPaperIds(db: Db, tables: Record<string, Row[]>): Promise<Record<string, Row[]>> {
  const keys = new Set<number>();
  for (const rows of Object.values(tables))
    for (const { paper } of rows) if (typeof paper === 'number') keys.add(paper);
  const homes = await homesOf(db, keys);
  const wanted = [...new Set(homes.values())];
  const ids = new Map<number, string>();
  for (let from = 0; from < wanted.length; from += 500) {
    const slice = wanted.slice(from, from + 500);
    const rows = await db.selectFrom('papers').select(['pk', 'id']).where('pk', 'in', slice).execute();
    for (const { pk, id } of rows) ids.set(pk, id);
  }
  for (const rows of Object.values(tables))
    for (const row of rows)
      if (typeof row.paper === 'number') row.paper = ids.get(homes.get(row.paper)!) ?? null;
  return tables;
}
