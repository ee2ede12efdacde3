/**
 * Notifications as mail: at most one per reader and hour, with everything since the last. It is queued in the transaction
 * that notes what it has, so that a kill and a second worker make neither two of one notification nor none.
 */
import { randomBytes } from 'node:crypto';
import { type Notice, noticesOf } from '../community/personal/notices.ts';
import { ownChange, PersonalRefused } from '../community/personal/own-change.ts';
import type { Config } from '../config.ts';
import { type Mail, mailHost } from '../mail/mailer.ts';
import { queueMail } from '../mail/outbox.ts';
import { commentPath, paperPath } from '../present/urls.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';

const HOUR = 3_600_000;
/** What has waited longer than this is no longer mailed (ms): the site could not send any. */
const OLD = 7 * 24 * HOUR;
/** Readers per round, and notifications in one mail. */
const MOST_READERS = 200;
const MOST_IN_MAIL = 50;
/** Characters of a comment in a mail. */
const EXCERPT = 600;

export type NoticeSettings = Pick<Config, 'PUBLIC_URL' | 'SITE_NAME'>;

/**
 * Queues the mail that is due.
 *
 * @returns how many
 */
export async function mailNotices(store: Store, config: NoticeSettings, now: number): Promise<number> {
  // A link can only lead to an address that the operator has named.
  if (config.PUBLIC_URL === null) return 0;
  const due = await store.read
    .selectFrom('notices')
    .leftJoin('notice_mail', 'notice_mail.account', 'notices.account')
    .select('notices.account')
    .distinct()
    .where('notices.mailed_at', 'is', null)
    .where((e) =>
      e.or([e('notice_mail.mailed_at', 'is', null), e('notice_mail.mailed_at', '<=', now - HOUR)]),
    )
    .limit(MOST_READERS)
    .execute();
  let queued = 0;
  for (const { account } of due) {
    try {
      if (await ownChange(store, account, (tx) => mailTo(tx, config, account, now))) queued++;
    } catch (error) {
      // Deleted meanwhile, and their notifications with it.
      if (!(error instanceof PersonalRefused)) throw error;
    }
  }
  return queued;
}

async function mailTo(tx: Db, config: NoticeSettings, account: number, now: number): Promise<boolean> {
  const last = await tx
    .selectFrom('notice_mail')
    .selectAll()
    .where('account', '=', account)
    .executeTakeFirst();
  // Another worker was faster.
  if (last?.mailed_at != null && last.mailed_at > now - HOUR) return false;
  const owner = await tx
    .selectFrom('accounts')
    .select(['email', 'email_verified', 'state'])
    .where('id', '=', account)
    .executeTakeFirstOrThrow();
  const waiting = await noticesOf(tx, account, { unmailed: true, unseen: true, limit: MOST_IN_MAIL });
  const notices = waiting.filter(({ at }) => at > now - OLD).reverse();
  // What has been seen, hidden or grown old meanwhile is not mailed later either.
  const rest = tx.updateTable('notices').where('account', '=', account).where('mailed_at', 'is', null);
  const canMail = owner.email !== null && owner.email_verified === 1 && owner.state !== 'banned';
  if (!canMail || notices.length === 0) {
    await rest.set({ mailed_at: 0 }).execute();
    return false;
  }
  await rest.set({ mailed_at: now }).execute();
  const token = last?.token ?? randomBytes(24).toString('base64url');
  await tx
    .insertInto('notice_mail')
    .values({ account, token, mailed_at: now })
    .onConflict((conflict) => conflict.column('account').doUpdateSet({ mailed_at: now }))
    .execute();
  const papers = await papersOf(tx, notices);
  await queueMail(
    tx,
    noticeMail({ to: owner.email!, account, token, notices, papers, config }),
    mailHost(config),
    now,
  );
  return true;
}

type Papers = Map<number, { id: string; title: string }>;

async function papersOf(tx: Db, notices: Notice[]): Promise<Papers> {
  const keys = [...new Set(notices.flatMap(({ paper }) => paper ?? []))];
  if (keys.length === 0) return new Map();
  const rows = await tx.selectFrom('papers').select(['pk', 'id', 'title']).where('pk', 'in', keys).execute();
  return new Map(rows.map(({ pk, id, title }) => [pk, { id, title: title.replace(/\s+/g, ' ') }]));
}

interface NoticeMail {
  to: string;
  account: number;
  token: string;
  /** The oldest first. */
  notices: Notice[];
  papers: Papers;
  config: NoticeSettings;
}

/** One notification in a sentence. */
function sentence({ kind, actor, detail }: Notice, title: string | undefined): string {
  const who = actor?.displayName ?? 'Somebody';
  const on = title === undefined ? '' : ` on “${title}”`;
  if (kind === 'reply') return `${who} replied to your comment${on}`;
  if (kind === 'mention') return `${who} mentioned you${on}`;
  if (kind === 'version') return `“${title ?? 'A paper'}”, which you saved, has a new version: ${detail}`;
  return detail === '' ? `${who} commented${on}` : `${detail}${on === '' ? '' : ` (${title})`}`;
}

/** The mail. Mails about a single paper form one conversation in mailboxes. */
export function noticeMail(given: NoticeMail): Omit<Mail, 'messageId'> {
  const { to, account, token, notices, papers, config } = given;
  const base = config.PUBLIC_URL!;
  const host = mailHost(config).replace(/[^\w.-]/g, '') || 'localhost';
  const about = new Set(notices.map(({ paper }) => paper));
  const [only] = about;
  const isOne = about.size === 1 && only != null;
  const titleOf = ({ paper }: Notice): string | undefined =>
    paper === null ? undefined : papers.get(paper)?.title;
  const blocks = notices.map((notice) => {
    const paper = notice.paper === null ? undefined : papers.get(notice.paper);
    const path =
      notice.comment !== null ? commentPath(notice.comment) : paper ? paperPath(paper) : '/notifications';
    const lines = [`${sentence(notice, titleOf(notice))}:`];
    if (notice.text) lines.push('', ...quoted(notice.text));
    return [...lines, '', base + path].join('\n');
  });
  const unsubscribe = `${base}/notifications/unsubscribe/${token}`;
  const subject =
    notices.length === 1
      ? sentence(notices[0]!, titleOf(notices[0]!))
      : `${notices.length} notifications${isOne && papers.has(only) ? ` on “${papers.get(only)!.title}”` : ''}`;
  // No mail has this id; being always the same, it holds the conversation together.
  const thread = `<notices.${account}.${isOne ? `paper-${only}` : 'all'}@${host}>`;
  return {
    to,
    subject: `${config.SITE_NAME}: ${subject}`,
    text: `${[
      ...blocks,
      `You get at most one of these emails an hour. Your notifications and their settings: ${base}/notifications`,
      `To unsubscribe: ${unsubscribe}`,
    ].join('\n\n')}\n`,
    headers: {
      'In-Reply-To': thread,
      References: thread,
      'List-Id': `Notifications <notifications.${host}>`,
      'List-Unsubscribe': `<${unsubscribe}>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    },
  };
}

/** The beginning of a comment, set off as mail does. */
function quoted(text: string): string[] {
  const begin = [...text.slice(0, 2 * EXCERPT)].slice(0, EXCERPT).join('');
  const said = begin.length < text.length ? `${begin} …` : begin;
  return said.split('\n').map((line) => `> ${line}`);
}
