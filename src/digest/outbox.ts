/**
 * Email waiting to be sent, stored in the database: it survives a restart and a mail server that is down. At least
 * once: if a process is killed between sending an email and recording that, it is sent again with the same Message-ID,
 * which mailboxes treat as a duplicate; in the other order it would be lost.
 */
import { randomUUID } from 'node:crypto';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import type { Mail, Mailer } from './mailer.ts';

export interface UnsentMail {
  id: string;
  mail: Mail;
  /** Epoch ms. */
  queuedAt: number;
  tries: number;
  /** Not before (epoch ms). */
  nextAt: number;
  /** Why the last attempt failed; null: none has finished yet. */
  reason: string | null;
}

/** Keys in the table `meta`, which is for few and short-lived things. */
const KEY = 'mail:';
/**
 * At most this many wait: beyond it the oldest are dropped, so that a server down for months does not fill the table.
 */
const MOST = 50;
/** The pause after the first attempt (ms), doubled up to the longest. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;
/** How long an email is left to the process that took it: longer than sending may take. */
const TAKEN = 5 * 60_000;

/** Queues an email, within the transaction that causes it. @param host for its Message-ID */
export async function queueMail(
  tx: Db,
  mail: Omit<Mail, 'messageId'>,
  host: string,
  now: number,
): Promise<void> {
  const id = `${String(now).padStart(15, '0')}-${randomUUID()}`;
  const unsent: UnsentMail = {
    id,
    mail: { ...mail, messageId: `${id}@${host.replace(/[^\w.-]/g, '') || 'localhost'}` },
    queuedAt: now,
    tries: 0,
    nextAt: now,
    reason: null,
  };
  await tx
    .insertInto('meta')
    .values({ key: KEY + id, value: JSON.stringify(unsent) })
    .execute();
  const all = await tx
    .selectFrom('meta')
    .select('key')
    .where('key', 'like', `${KEY}%`)
    .orderBy('key')
    .execute();
  const gone = all.slice(0, -MOST).map(({ key }) => key);
  if (gone.length > 0) await tx.deleteFrom('meta').where('key', 'in', gone).execute();
}

/** What is waiting, oldest first. */
export async function unsentMail(store: Store): Promise<UnsentMail[]> {
  return (await rows(store)).map(({ value }) => JSON.parse(value) as UnsentMail);
}

const rows = (store: Store) =>
  store.read.selectFrom('meta').selectAll().where('key', 'like', `${KEY}%`).orderBy('key').execute();

/**
 * Sends what is due, one after another. If there are several processes, each email is sent by the one that first puts
 * off its next attempt. An email that is not accepted is tried again later; `failed` receives the reason.
 */
export async function deliver(
  store: Store,
  mailer: Mailer,
  now: () => number,
  failed: (unsent: UnsentMail) => void,
): Promise<number> {
  let sent = 0;
  for (const { key, value } of await rows(store)) {
    const unsent = JSON.parse(value) as UnsentMail;
    if (unsent.nextAt > now()) continue;
    const tries = unsent.tries + 1;
    const taken = { ...unsent, tries, nextAt: now() + TAKEN };
    if (!(await exchange(store, key, value, taken))) continue;
    try {
      await mailer.send(unsent.mail);
      await store.write.deleteFrom('meta').where('key', '=', key).execute();
      sent++;
    } catch (error) {
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (tries - 1));
      const again = { ...taken, nextAt: now() + pause, reason: (error as Error).message };
      await exchange(store, key, JSON.stringify(taken), again);
      failed(again);
    }
  }
  return sent;
}

/** Updates a row if it has not changed since it was read. */
async function exchange(store: Store, key: string, before: string, after: UnsentMail): Promise<boolean> {
  const { numUpdatedRows } = await store.write
    .updateTable('meta')
    .set({ value: JSON.stringify(after) })
    .where('key', '=', key)
    .where('value', '=', before)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0;
}
