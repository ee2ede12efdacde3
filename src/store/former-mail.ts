/** Mail that earlier versions queued in the table `meta`: found there by a migration, and in backups of that time. */
import { insertMany } from './bulk.ts';
import type { Db } from './schema.ts';

interface Queued {
  id: string;
  mail: { to: string; subject: string; text: string; messageId: string; headers?: Record<string, string> };
  queuedAt: number;
  tries: number;
  nextAt: number;
  reason: string | null;
}

/** Moves it to the table `outbox`, as far as it has been tried. */
export async function moveFormerMail(tx: Db): Promise<void> {
  const former = tx.selectFrom('meta').where('key', '>=', 'mail:').where('key', '<', 'mail;');
  const rows = await former.select('value').execute();
  if (rows.length === 0) return;
  await insertMany(
    tx,
    'outbox',
    [
      'id',
      'recipient',
      'subject',
      'body',
      'message_id',
      'headers',
      'queued_at',
      'tries',
      'next_at',
      'reason',
    ],
    rows.map(({ value }) => {
      const { id, mail, queuedAt, tries, nextAt, reason } = JSON.parse(value) as Queued;
      const { to, subject, text, messageId, headers = {} } = mail;
      return [id, to, subject, text, messageId, JSON.stringify(headers), queuedAt, tries, nextAt, reason];
    }),
  );
  await tx.deleteFrom('meta').where('key', '>=', 'mail:').where('key', '<', 'mail;').execute();
}
