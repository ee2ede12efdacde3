/** Mail that was sent and may come back, for tests. */
import type { Store } from '../store/open.ts';

export const NOW = Date.parse('2026-12-02T12:00:00Z');
export const ADA = 'ada@example.org';
/** Settings of a site that is told of no bounces. */
export const OFF = {
  ...{
    MAIL_EVENTS_SES: null,
    MAIL_EVENTS_POSTMARK: null,
    MAIL_EVENTS_MAILGUN: null,
    MAIL_EVENTS_SENDGRID: null,
  },
  ...{ BOUNCE_URL: null, PUBLIC_URL: 'https://papers.example.org', OFFLINE: false },
};

/** Puts a mail into the ledger. */
export const sent = (store: Store, id: string, email: string, state: string) =>
  store.write
    .insertInto('deliveries')
    .values({
      ...{
        id,
        email,
        state,
        subscriber: 1,
        domain: 'example.org',
        due_at: NOW,
        composed_at: NOW,
        reason: null,
      },
      ...{
        subject: 'The papers',
        sections: '[]',
        message_id: `${id}@papers.example.org`,
        tries: 1,
        next_at: 0,
      },
      ...{ lease_until: 0, holder: null, handed_at: NOW, ended_at: NOW, answer: '250 OK' },
    })
    .execute();

/** What the ledger says of it. */
export const rowOf = (store: Store, id: string) =>
  store.read
    .selectFrom('deliveries')
    .select(['state', 'reason', 'answer'])
    .where('id', '=', id)
    .executeTakeFirst();
