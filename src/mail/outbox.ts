/**
 * Email waiting to be sent, stored in the database: it survives a restart and a mail server that is down for however
 * long. Each email is sent at least once: if a process is killed between sending one and removing it, it is sent again
 * with the same Message-ID, which mailboxes treat as a duplicate. In the other order it would be lost.
 */
import { randomUUID } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Store } from '../store/open.ts';
import type { Db, Schema } from '../store/schema.ts';
import type { Mail, Mailer } from './mailer.ts';
import { MailError } from './server.ts';
import { maySend, suppress, suppressedAmong } from './suppressions.ts';

export interface UnsentMail {
  id: string;
  mail: Mail;
  /** Epoch ms. */
  queuedAt: number;
  tries: number;
  /** Not before (epoch ms). */
  nextAt: number;
  /** Why the last attempt failed; null: none has failed yet. */
  reason: string | null;
  /** When there is no more use in sending it, epoch ms; null: never. */
  expiresAt: number | null;
  /** Whether it was deleted unsent, because its address gets no mail (suppressions.ts) or does not exist. */
  isDropped?: true;
}

/** The pause after the first attempt (ms), doubled up to the longest. */
const FIRST_PAUSE = 60_000;
const LONGEST_PAUSE = 3_600_000;
/** How long an email is left to the process that took it (ms): longer than sending may take. */
const TAKEN = 5 * 60_000;
/** After this many failures in a row the server is left alone until the next call. */
const GIVE_UP = 3;

/**
 * Queues an email, within the transaction that causes it.
 *
 * @param host for its Message-ID
 * @param expiresAt when there is no more use in sending it, epoch ms; otherwise it is tried until it is accepted
 */
export async function queueMail(
  tx: Db,
  { to, subject, text, headers = {} }: Omit<Mail, 'messageId'>,
  host: string,
  now: number,
  expiresAt: number | null = null,
): Promise<void> {
  const id = `${String(now).padStart(15, '0')}-${randomUUID()}`;
  await tx
    .insertInto('outbox')
    .values({
      id,
      recipient: to,
      subject,
      body: text,
      message_id: `${id}@${host.replace(/[^\w.-]/g, '') || 'localhost'}`,
      headers: JSON.stringify(headers),
      queued_at: now,
      tries: 0,
      next_at: now,
      expires_at: expiresAt,
      reason: null,
    })
    .execute();
}

/** All email waiting, oldest first. */
export async function unsentMail(store: Store): Promise<UnsentMail[]> {
  const rows = await store.read.selectFrom('outbox').selectAll().orderBy('id').execute();
  return rows.map(unsentOf);
}

function unsentOf(row: Selectable<Schema['outbox']>): UnsentMail {
  return {
    id: row.id,
    mail: {
      to: row.recipient,
      subject: row.subject,
      text: row.body,
      messageId: row.message_id,
      headers: JSON.parse(row.headers),
    },
    queuedAt: row.queued_at,
    tries: row.tries,
    nextAt: row.next_at,
    reason: row.reason,
    expiresAt: row.expires_at,
  };
}

/**
 * Sends what is due, one after another, oldest first. If there are several processes, each email is sent by the one
 * that first postpones its next attempt. One that is not accepted is tried again later, and `failed` is called with it.
 *
 * @returns how many were sent
 */
export async function deliver(
  store: Store,
  mailer: Mailer,
  now: () => number,
  failed: (unsent: UnsentMail) => void,
): Promise<number> {
  const waiting = store.read.selectFrom('outbox').select('id');
  if (await waiting.where('expires_at', '<=', now()).limit(1).executeTakeFirst())
    await store.write.deleteFrom('outbox').where('expires_at', '<=', now()).execute();
  const due = await store.read
    .selectFrom('outbox')
    .select('id')
    .where('next_at', '<=', now())
    .orderBy('id')
    .execute();
  let sent = 0;
  let failures = 0;
  for (const { id } of due) {
    if (failures >= GIVE_UP) break;
    const unsent = await take(store, id, now());
    if (unsent === null) continue;
    const { to } = unsent.mail;
    const suppressed = (await suppressedAmong(store.read, [to])).get(to);
    // Only what somebody is waiting for expires: they asked for it themselves.
    if (!maySend(suppressed, unsent.expiresAt !== null)) {
      await store.write.deleteFrom('outbox').where('id', '=', id).execute();
      failed({ ...unsent, reason: `its address gets no mail (${suppressed})`, isDropped: true });
      continue;
    }
    try {
      await mailer.send(unsent.mail);
      await store.write.deleteFrom('outbox').where('id', '=', id).execute();
      sent++;
      failures = 0;
    } catch (error) {
      if (error instanceof MailError && error.isNobody) {
        await store.write.transaction().execute(async (tx) => {
          await suppress(tx, to, 'bounce', error.message, now());
          await tx.deleteFrom('outbox').where('id', '=', id).execute();
        });
        failed({
          ...unsent,
          reason: `nobody can be reached at its address: ${error.message}`,
          isDropped: true,
        });
        continue;
      }
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (unsent.tries - 1));
      const again = { ...unsent, nextAt: now() + pause, reason: (error as Error).message };
      await store.write
        .updateTable('outbox')
        .set({ next_at: again.nextAt, reason: again.reason })
        .where('id', '=', id)
        // Another process has taken it up since, if this one took so long.
        .where('tries', '=', unsent.tries)
        .execute();
      failed(again);
      failures++;
    }
  }
  return sent;
}

/** Takes an email that is due; null: another process was faster. */
async function take(store: Store, id: string, now: number): Promise<UnsentMail | null> {
  const row = await store.write
    .updateTable('outbox')
    .set((e) => ({ tries: e('tries', '+', 1), next_at: now + TAKEN }))
    .where('id', '=', id)
    .where('next_at', '<=', now)
    .returningAll()
    .executeTakeFirst();
  return row ? unsentOf(row) : null;
}
