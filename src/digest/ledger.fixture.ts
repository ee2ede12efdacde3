/** Subscribers to the daily edition with a mail of it in the ledger each, and how they are sent. For tests. */
import { readConfig } from '../config.ts';
import { Limits } from '../mail/limits.ts';
import { messageBytes } from '../mail/message.ts';
import { openTransport } from '../mail/transport.ts';
import { insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { type SendingOptions, sendDue } from './sending.ts';
import { hashOfEmail } from './suppressed.ts';

export const ISSUE = 'daily-2026-11-30';
export const addressOf = (n: number): string => `reader${n}@example.org`;

/** Fills the ledger. @param due epoch ms */
export async function fillLedger(store: Store, readers: number, due: number): Promise<void> {
  await store.write.transaction().execute(async (tx) => {
    const numbers = Array.from({ length: readers }, (_, i) => i + 1);
    await insertMany(
      tx,
      'subscribers',
      [
        ...(['id', 'email', 'state', 'token', 'time_zone', 'days', 'minute', 'least_votes'] as const),
        ...(['most_papers', 'without', 'again', 'quiet', 'origin', 'origin_at', 'created_at'] as const),
      ],
      numbers.map((n) => [
        ...[n, addressOf(n), 'confirmed', `token${n}`, 'UTC', 127, 420, 0],
        ...[12, '[]', 0, 'say', 'form', due, due],
      ]),
    );
    await insertMany(
      tx,
      'subscriptions',
      ['id', 'subscriber', 'list', 'subject', 'name', 'cadence', 'created_at', 'through'],
      numbers.map((n) => [`s${n}`, n, 'daily', '', 'The daily edition', 'daily', due, '2026-11-30']),
    );
    await insertMany(
      tx,
      'issues',
      ['id', 'list', 'subject', 'period', 'name', 'papers', 'content', 'composed_at'],
      [[ISSUE, 'daily', '', '2026-11-30', 'The daily edition', 0, '{"more":0,"papers":[]}', due]],
    );
    await insertMany(
      tx,
      'deliveries',
      [
        ...(['id', 'subscriber', 'email', 'domain', 'due_at', 'composed_at', 'state', 'subject'] as const),
        ...(['sections', 'message_id', 'tries', 'next_at', 'lease_until'] as const),
      ],
      numbers.map((n) => [
        ...[`d${n}`, n, addressOf(n), 'example.org', due, due, 'queued', `For ${n}`],
        ...['[]', `d${n}@papers.example.org`, 0, due, 0],
      ]),
    );
    await insertMany(
      tx,
      'delivered_issues',
      ['issue', 'subscriber', 'delivery', 'place'],
      numbers.map((n) => [ISSUE, n, `d${n}`, 0]),
    );
  });
}

/** What `sendDue` needs, with a short text in place of the digest. */
export function sendingTo(
  store: Store,
  url: string,
  more: Partial<SendingOptions> & { env?: Record<string, string>; answer?: number } = {},
): SendingOptions & { close(): void } {
  const { env, answer = 500, ...rest } = more;
  const config = readConfig({ SMTP_URL: url, PUBLIC_URL: 'https://papers.example.org', ...env });
  const transport = openTransport(config, {
    connections: config.MAIL_CONNECTIONS,
    timeouts: { connect: 2000, answer, whole: answer * 4 },
  });
  return {
    store,
    config,
    transport,
    limits: new Limits(store, config),
    async prepare(taken) {
      return taken.map(({ id, email, subject, message_id, composed_at }) => ({
        envelope: { from: 'papers@example.org', to: email },
        messageId: message_id,
        bytes: messageBytes({
          from: { name: 'Papers', email: 'papers@example.org' },
          to: { name: '', email },
          subject,
          messageId: message_id,
          date: composed_at,
          text: `Hello, this is ${id}.\n`,
        }),
      }));
    },
    async suppress(db, email, answer, now) {
      const row = { hash: hashOfEmail(email), email, reason: 'bounce', detail: answer, at: now };
      await db
        .insertInto('suppressions')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    now: Date.now,
    close: () => transport.close(),
    ...rest,
  };
}

/** Sends once. */
export async function send(options: ReturnType<typeof sendingTo>) {
  try {
    return await sendDue(options);
  } finally {
    options.close();
  }
}
