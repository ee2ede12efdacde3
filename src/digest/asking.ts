/** The emails that ask whether somebody wants the digest: when they are sent, and to whom. */
import type { Config } from '../config.ts';
import { mailHost } from '../mail/mailer.ts';
import { queueMail } from '../mail/outbox.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { confirmMail, moreMail } from './confirm-mail.ts';
import { subscriptionsOf, type Wanted } from './lists.ts';
import type { SubscriberRow } from './rows.ts';
import { suppressedAmong } from './suppressed.ts';

const DAY = 86_400_000;
/** The longest pause between two links to an address (ms). */
const LONGEST_PAUSE = 7 * DAY;
/** Days an unconfirmed subscriber is kept after the last request. */
export const UNCONFIRMED_DAYS = 180;

/** Whether a site can send mail with links; if not, it neither sends nor offers a digest. */
export const sendsDigests = (config: Pick<Config, 'SMTP_URL' | 'PUBLIC_URL'>): boolean =>
  config.SMTP_URL !== null && config.PUBLIC_URL !== null;

export type AskSettings = Pick<Config, 'SMTP_URL' | 'PUBLIC_URL' | 'SITE_NAME'>;

/**
 * How long an address is left alone after it has been mailed a link (ms): a day at first, then as long as requests have
 * been coming in, so that nobody can have somebody else mailed every day for ever. Digest subscribers are asked once a
 * day at most.
 */
function pauseAfter(row: SubscriberRow, hasLists: boolean): number {
  if (row.asked_at === null || (row.state === 'confirmed' && hasLists)) return DAY;
  const since = row.confirmed_at ?? row.origin_at;
  return Math.min(LONGEST_PAUSE, Math.max(DAY, row.asked_at - since));
}

/**
 * Mails a link that confirms what was asked for, unless the address was mailed one a short time ago, or gets no mail.
 *
 * @param more lists for a confirmed subscriber to add; null: to confirm the subscriber
 */
export async function ask(
  tx: Db,
  row: SubscriberRow,
  more: Wanted[] | null,
  config: AskSettings,
  now: number,
): Promise<boolean> {
  if (!sendsDigests(config)) return false;
  const lists = await subscriptionsOf(tx, row.id);
  if (row.asked_at !== null && row.asked_at > now - pauseAfter(row, lists.length > 0)) return false;
  if ((await suppressedAmong(tx, [row.email])).size > 0) return false;
  const site = { name: config.SITE_NAME, base: config.PUBLIC_URL! };
  const mail = more === null ? confirmMail(site, row, lists, UNCONFIRMED_DAYS) : moreMail(site, row, more);
  await queueMail(tx, mail, mailHost(config), now, now + 7 * DAY);
  await tx.updateTable('subscribers').set({ asked_at: now }).where('id', '=', row.id).execute();
  return true;
}

/** The most that are asked in one round, so that an import does not fill the outbox. */
const ASKED_AT_ONCE = 50;

/**
 * Mails a link to subscribers who have never been asked: imported, or signed up before the site could send mail.
 *
 * @returns how many
 */
export async function askUnconfirmed(store: Store, config: AskSettings, now: number): Promise<number> {
  if (!sendsDigests(config)) return 0;
  const rows = await store.read
    .selectFrom('subscribers')
    .select('id')
    .where('state', '=', 'unconfirmed')
    .where('asked_at', 'is', null)
    .orderBy('created_at')
    .limit(ASKED_AT_ONCE)
    .execute();
  let asked = 0;
  for (const { id } of rows)
    await store.inTurn(() =>
      store.write.transaction().execute(async (tx) => {
        const row = await tx
          .updateTable('subscribers')
          .set({ asked_at: now })
          .where('id', '=', id)
          .where('state', '=', 'unconfirmed')
          .where('asked_at', 'is', null)
          .returningAll()
          .executeTakeFirst();
        if (row && (await ask(tx, { ...row, asked_at: null }, null, config, now))) asked++;
      }),
    );
  return asked;
}
