/**
 * Mail that waits to be sent, kept in the database: it outlives a restart and a mail server that is down. At least
 * once: a process killed between sending a mail and noting it leads to a second one with the same Message-ID, which
 * mailboxes put together; the other way round it would be lost.
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
  /** Why the last try came to nothing; null: none ended yet. */
  reason: string | null;
}

/** Keys of the table `meta`, where few and short-lived things live. */
const KEY = 'mail:';
/** More does not wait: the oldest are given up, so that a server down for months does not fill the table. */
const MOST = 50;
/** The pause after the first try (ms), doubled up to the longest. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;
/** So long a mail is left to who took it up: longer than sending may take. */
const TAKEN = 5 * 60_000;

/** Queues a mail, within the transaction of what it is about. @param host for its Message-ID */
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

/** What waits, the oldest first. */
export async function unsentMail(store: Store): Promise<UnsentMail[]> {
  return (await rows(store)).map(({ value }) => JSON.parse(value) as UnsentMail);
}

const rows = (store: Store) =>
  store.read.selectFrom('meta').selectAll().where('key', 'like', `${KEY}%`).orderBy('key').execute();

/**
 * Sends what is due, one after the other. Of several processes one sends each mail: whoever puts off its next try has
 * it. A mail that is not taken is tried again later; `failed` is told why.
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

/** Writes a row if it is still as it was read. */
async function exchange(store: Store, key: string, before: string, after: UnsentMail): Promise<boolean> {
  const { numUpdatedRows } = await store.write
    .updateTable('meta')
    .set({ value: JSON.stringify(after) })
    .where('key', '=', key)
    .where('value', '=', before)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0;
}
