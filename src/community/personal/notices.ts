/**
 * Notifications. Each is created in the transaction of the event it is about, with its cause as the key, so that none
 * is lost or sent twice.
 *
 * New kinds of event call `notify` (for particular readers) or `notifyWatchers` (for people who submitted or claimed a
 * paper); submitting and claiming call `watchPaper`.
 */
import { randomBytes } from 'node:crypto';
import { inSlices } from '../../store/bulk.ts';
import type { Store } from '../../store/open.ts';
import type { Db } from '../../store/schema.ts';
import { ownChange } from './own-change.ts';

export const NOTICE_KINDS = ['reply', 'mention', 'paper', 'version', 'organisation'] as const;
/**
 * `paper`: activity on a paper they submitted or claimed; `version`: a new version of one they saved; `organisation`:
 * what becomes of their membership.
 */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

export const CHOICES = ['mail', 'site', 'off'] as const;
/** Where notifications of a kind go: `mail` is on the site as well. */
export type Choice = (typeof CHOICES)[number];

/** Where each kind goes unless its reader wants something else. */
const USUAL: Record<NoticeKind, Choice> = {
  reply: 'mail',
  mention: 'mail',
  paper: 'mail',
  version: 'mail',
  organisation: 'mail',
};

export interface Event {
  kind: NoticeKind;
  /** What it is about, the same each time: `comment:{id}`, `version:{paper}:2`. */
  cause: string;
  paper?: number;
  comment?: string;
  /** Whose doing it is; they are not notified. */
  actor?: number | null;
  /** In a few words where the kind alone does not say it: `v2`, `Your claim was accepted.` */
  detail?: string;
  at: number;
}

/**
 * Notifies readers, as a part of what they are notified of. Those who want nothing of this kind are left out, and those
 * who have heard of the same cause.
 */
export async function notify(tx: Db, accounts: Iterable<number>, event: Event): Promise<void> {
  const { kind, cause, paper = null, comment = null, actor = null, detail = '', at } = event;
  const wanted = [...new Set(accounts)].filter((account) => account !== actor && account > 0);
  if (wanted.length === 0) return;
  const there = await inSlices(wanted, (slice) =>
    tx
      .selectFrom('accounts')
      .leftJoin('notice_choices', (join) =>
        join.onRef('notice_choices.account', '=', 'accounts.id').on('notice_choices.kind', '=', kind),
      )
      .select(['id', 'choice'])
      .where('id', 'in', slice)
      .where('state', 'in', ['active', 'silenced'])
      .execute(),
  );
  for (const { id: account, choice } of there) {
    const where = (choice as Choice | null) ?? USUAL[kind];
    if (where === 'off') continue;
    await tx
      .insertInto('notices')
      .values({
        id: randomBytes(12).toString('hex'),
        account,
        kind,
        cause,
        paper,
        comment,
        actor,
        detail: detail.slice(0, 300),
        at,
        seen_at: null,
        mailed_at: where === 'mail' ? null : 0,
      })
      .onConflict((conflict) => conflict.columns(['account', 'cause']).doNothing())
      .execute();
  }
}

/** From now on, an account is notified about a paper. Part of the change that connects the two. */
export async function watchPaper(
  tx: Db,
  { paper, account, why, at }: { paper: number; account: number; why: 'submitted' | 'claimed'; at: number },
): Promise<void> {
  await tx
    .insertInto('paper_watchers')
    .values({ paper, account, why, at })
    .onConflict((conflict) => conflict.columns(['paper', 'account', 'why']).doNothing())
    .execute();
}

/** The opposite, for one of the reasons. */
export async function unwatchPaper(
  tx: Db,
  { paper, account, why }: { paper: number; account: number; why: 'submitted' | 'claimed' },
): Promise<void> {
  await tx
    .deleteFrom('paper_watchers')
    .where('paper', '=', paper)
    .where('account', '=', account)
    .where('why', '=', why)
    .execute();
}

/** Notifies those who submitted or claimed a paper. @param papers its keys, if several have been merged */
export async function notifyWatchers(
  tx: Db,
  papers: number[],
  event: Omit<Event, 'kind' | 'paper'> & { paper: number },
): Promise<void> {
  const rows = await tx
    .selectFrom('paper_watchers')
    .select('account')
    .distinct()
    .where('paper', 'in', papers)
    .execute();
  await notify(
    tx,
    rows.map(({ account }) => account),
    { ...event, kind: 'paper' },
  );
}

/** Names that a rendered comment mentions: only this site's own renderer writes such links (markdown/text.ts). */
export const mentionedIn = (html: string): string[] => [
  ...new Set(
    [...html.matchAll(/<a href="\/u\/([a-z0-9-]{1,100})" class="mention">/g)].map(([, name]) => name!),
  ),
];

/** A comment that somebody may be notified of. */
export interface NotifiedComment {
  id: string;
  author: number;
  html: string | null;
  at: number;
  paper: number;
}

const eventOf = ({ id, author: actor, at, paper }: NotifiedComment) => ({
  cause: `comment:${id}`,
  comment: id,
  actor,
  at,
  paper,
});

/**
 * Notifies those whom a new comment is for: the author of the one it replies to, those it mentions, and those whose
 * paper it is on. Each is notified once. Part of the change that writes it.
 *
 * @param papers keys of the paper, if several have been merged
 * @param parent the comment it replies to
 */
export async function notifyOfComment(
  tx: Db,
  comment: NotifiedComment,
  papers: number[],
  parent: string | null,
): Promise<void> {
  if (parent !== null) {
    const above = await tx
      .selectFrom('comments')
      .select('author')
      .where('id', '=', parent)
      .where('state', '=', 'shown')
      .executeTakeFirst();
    if (above?.author != null) await notify(tx, [above.author], { ...eventOf(comment), kind: 'reply' });
  }
  await notifyMentioned(tx, comment, null);
  await notifyWatchers(tx, papers, eventOf(comment));
}

/**
 * Notifies those whom a comment mentions.
 *
 * @param before its text before it was edited: people mentioned there have already been notified
 */
export async function notifyMentioned(
  tx: Db,
  comment: NotifiedComment,
  before: string | null,
): Promise<void> {
  const old = new Set(mentionedIn(before ?? ''));
  const names = mentionedIn(comment.html ?? '').filter((name) => !old.has(name));
  if (names.length === 0) return;
  const rows = await tx.selectFrom('accounts').select('id').where('name', 'in', names).execute();
  await notify(
    tx,
    rows.map(({ id }) => id),
    { ...eventOf(comment), kind: 'mention' },
  );
}

/** A notification as it is shown. */
export interface Notice {
  id: string;
  kind: NoticeKind;
  /** The paper's key, and the comment; null: it is about none. */
  paper: number | null;
  comment: string | null;
  /** What the comment says; null: there is none. */
  text: string | null;
  /** The person who did it; null: nobody, or a deleted account. */
  actor: { name: string; displayName: string } | null;
  detail: string;
  at: number;
  isSeen: boolean;
}

export interface NoticeQuery {
  /** Only those that have not been seen. */
  unseen?: boolean;
  /** Only those still to be mailed. */
  unmailed?: boolean;
  limit: number;
  offset?: number;
}

/** An account's notifications, without those about comments that are no longer shown. */
const shown = (db: Db, account: number) =>
  db
    .selectFrom('notices')
    .leftJoin('comments', 'comments.id', 'notices.comment')
    .where('notices.account', '=', account)
    .where((e) => e.or([e('notices.comment', 'is', null), e('comments.state', '=', 'shown')]));

/** An account's notifications, the newest first. */
export async function noticesOf(db: Db, account: number, query: NoticeQuery): Promise<Notice[]> {
  let rows = shown(db, account)
    .leftJoin('accounts', 'accounts.id', 'notices.actor')
    .select([
      'notices.id',
      'notices.kind',
      'notices.paper',
      'notices.comment',
      'comments.text',
      'accounts.name',
      'accounts.display_name',
      'accounts.state',
      'notices.detail',
      'notices.at',
      'notices.seen_at',
    ])
    .orderBy('notices.at', 'desc')
    .orderBy('notices.id')
    .limit(query.limit)
    .offset(query.offset ?? 0);
  if (query.unseen) rows = rows.where('notices.seen_at', 'is', null);
  if (query.unmailed) rows = rows.where('notices.mailed_at', 'is', null);
  return (await rows.execute()).map((row) => ({
    id: row.id,
    kind: row.kind as NoticeKind,
    paper: row.paper,
    comment: row.comment,
    text: row.text,
    actor:
      row.name === null || row.state === 'deleted'
        ? null
        : { name: row.name, displayName: row.display_name! },
    detail: row.detail,
    at: row.at,
    isSeen: row.seen_at !== null,
  }));
}

/** More than this many are not counted. */
export const MOST_COUNTED = 100;

/** How many have not been seen, up to a hundred: every page of a signed-in reader asks. */
export async function unseenCount(db: Db, account: number): Promise<number> {
  const rows = await shown(db, account)
    .select('notices.id')
    .where('notices.seen_at', 'is', null)
    .limit(MOST_COUNTED)
    .execute();
  return rows.length;
}

/** How many there are, seen and not. */
export async function noticeCounts(db: Db, account: number): Promise<{ all: number; unseen: number }> {
  const { all, seen } = await shown(db, account)
    .select((e) => [e.fn.countAll<number>().as('all'), e.fn.count<number>('notices.seen_at').as('seen')])
    .executeTakeFirstOrThrow();
  return { all: Number(all), unseen: Number(all) - Number(seen) };
}

/** Notes that notifications have been seen. @param ids which; without them, all so far */
export const seeNotices = (store: Store, account: number, now: number, ids?: string[]): Promise<void> =>
  ownChange(store, account, async (tx) => {
    let notices = tx
      .updateTable('notices')
      .set({ seen_at: now })
      .where('account', '=', account)
      .where('seen_at', 'is', null)
      .where('at', '<=', now);
    if (ids) notices = notices.where('id', 'in', ids.length > 0 ? ids : ['']);
    await notices.execute();
  });

/**
 * Deletes notifications. What they were about does not come back.
 *
 * @param ids which; without them, all
 */
export const deleteNotices = (store: Store, account: number, ids?: string[]): Promise<void> =>
  ownChange(store, account, async (tx) => {
    let notices = tx.deleteFrom('notices').where('account', '=', account);
    if (ids) notices = notices.where('id', 'in', ids.length > 0 ? ids : ['']);
    await notices.execute();
  });

/** Where each kind of notification goes. */
export async function choicesOf(db: Db, account: number): Promise<Record<NoticeKind, Choice>> {
  const rows = await db
    .selectFrom('notice_choices')
    .select(['kind', 'choice'])
    .where('account', '=', account)
    .execute();
  return { ...USUAL, ...(Object.fromEntries(rows.map(({ kind, choice }) => [kind, choice])) as object) };
}

/** Changes where kinds of notifications go; those that are not named stay as they are. */
export const chooseNotices = (
  store: Store,
  account: number,
  choices: Partial<Record<NoticeKind, Choice>>,
): Promise<void> => ownChange(store, account, (tx) => chooseIn(tx, account, choices));

async function chooseIn(
  tx: Db,
  account: number,
  choices: Partial<Record<NoticeKind, Choice>>,
): Promise<void> {
  for (const [kind, choice] of Object.entries(choices))
    await tx
      .insertInto('notice_choices')
      .values({ account, kind, choice })
      .onConflict((conflict) => conflict.columns(['account', 'kind']).doUpdateSet({ choice }))
      .execute();
}

/**
 * Ends all notification mail, with the token from one of the mails.
 *
 * @returns false: there is no such token
 */
export async function endMail(store: Store, token: string): Promise<boolean> {
  const found = await ownerOfToken(store.read, token);
  if (found === null) return false;
  await ownChange(store, found, async (tx) => {
    const choices = await choicesOf(tx, found);
    const mailed = NOTICE_KINDS.filter((kind) => choices[kind] === 'mail');
    await chooseIn(tx, found, Object.fromEntries(mailed.map((kind) => [kind, 'site'])));
    await tx
      .updateTable('notices')
      .set({ mailed_at: 0 })
      .where('account', '=', found)
      .where('mailed_at', 'is', null)
      .execute();
  });
  return true;
}

/** The account that a token in a mail belongs to; null: none. */
export async function ownerOfToken(db: Db, token: string): Promise<number | null> {
  const row = await db
    .selectFrom('notice_mail')
    .select('account')
    .where('token', '=', token)
    .executeTakeFirst();
  return row?.account ?? null;
}
