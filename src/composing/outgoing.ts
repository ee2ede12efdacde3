/** Rows of the ledger as emails ready to be handed over. */
import type { Config } from '../config.ts';
import type { Taken } from '../digest/deliveries.ts';
import type { Issues } from '../digest/issues.ts';
import { subscriberOf } from '../digest/rows.ts';
import { readSections } from '../digest/sections.ts';
import type { Prepare } from '../digest/sending.ts';
import type { Issue, Render, RenderedMail, Section, Subscriber } from '../digest/types.ts';
import { POSTMARK_HEADER } from '../mail/events/postmark.ts';
import { mailHost, senderOf } from '../mail/mailer.ts';
import { messageBytes } from '../mail/message.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { presentAmong } from './assemble.ts';

export interface OutgoingOptions {
  store: Store;
  issues: Pick<Issues, 'find'>;
  render: Render;
  config: Pick<
    Config,
    'PUBLIC_URL' | 'MAIL_FROM' | 'SITE_NAME' | 'EDITION_TIMEZONE' | 'MAIL_EVENTS_POSTMARK'
  >;
  /** The envelope's sender of a row; default: the sender's address. */
  sender?: (delivery: string) => string;
}

type Reader = Pick<Subscriber, 'email' | 'token' | 'timeZone'>;

/** Makes the mails of rows, a batch at a time. */
export function preparing({ store, issues, render, config, sender }: OutgoingOptions): Prepare {
  const email = senderOf(config);
  return async (taken) => {
    const read = taken.map((row) => ({ row, sections: JSON.parse(row.sections) as Section[] }));
    const [readers, wanted, known, present] = await Promise.all([
      readersOf(store, taken),
      wantedBy(store, taken),
      issuesOf(
        issues,
        read.flatMap(({ sections }) => sections.map(({ issue }) => issue)),
      ),
      presentAmong(store.read, [
        ...new Set(read.flatMap(({ sections }) => sections.flatMap(({ papers }) => papers))),
      ]),
    ]);
    return read.map(({ row, sections }) => {
      const reader = readers.get(row.email);
      const shown = readSections(
        sections.map((one) => ({ ...one, papers: one.papers.filter((pk) => present.has(pk)) })),
        known,
        // Somebody may have unsubscribed from one list of several since it was queued.
      ).filter(({ issue }) => row.subscriber === 0 || wanted.has(keyOf(row.subscriber, issue)));
      const hadPapers = sections.some(({ papers }) => papers.length > 0);
      if (shown.length === 0 || (hadPapers && shown.every(({ papers }) => papers.length === 0))) return null;
      const rendered = render({
        delivery: { id: row.id, subject: row.subject, dueAt: row.due_at },
        subscriber: {
          email: row.email,
          token: reader?.token ?? 'preview',
          timeZone: reader?.timeZone ?? config.EDITION_TIMEZONE,
        },
        sections: shown,
      });
      const bytes = messageOf(
        {
          ...{ rendered, to: row.email, messageId: row.message_id, token: reader?.token ?? null },
          issue: shown[0]!.issue,
          // Not the time of the attempt: every attempt has the same bytes.
          date: row.composed_at,
        },
        config,
      );
      return {
        envelope: { from: sender?.(row.id) ?? email, to: row.email },
        messageId: row.message_id,
        bytes,
      };
    });
  };
}

export interface MessageParts {
  rendered: RenderedMail;
  to: string;
  messageId: string;
  /** Epoch ms. */
  date: number;
  /** The first of its issues. */
  issue: Pick<Issue, 'list' | 'period'>;
  /** With which its reader unsubscribes; null: they are no subscriber. */
  token: string | null;
}

/** A mail as the whole message that is handed over, before it is signed. */
export function messageOf(
  { rendered: { subject, text, html }, to, messageId, date, issue, token }: MessageParts,
  config: OutgoingOptions['config'],
): Buffer {
  const host = mailHost(config).replace(/[^\w.-]/g, '') || 'localhost';
  return messageBytes({
    ...{ subject, text, html, messageId, date },
    from: { name: config.SITE_NAME, email: senderOf(config) },
    to: { name: '', email: to },
    headers: headersOf(config, host, issue, token, messageId),
  });
}

/** What tells receivers that this is a list, and how to leave it (RFC 2919, RFC 2369, RFC 8058, RFC 3834). */
function headersOf(
  { PUBLIC_URL, SITE_NAME, MAIL_EVENTS_POSTMARK }: OutgoingOptions['config'],
  host: string,
  { list, period }: Pick<Issue, 'list' | 'period'>,
  token: string | null,
  messageId: string,
): Record<string, string> {
  return {
    'List-Id': `${SITE_NAME.replace(/[^\w -]/g, '') || 'Digest'} <digest.${host}>`,
    // Somebody who gets a copy without being a subscriber has nothing to unsubscribe from.
    ...(token !== null && {
      'List-Unsubscribe': `<${PUBLIC_URL}/subscriptions/${token}/unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    }),
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'All',
    ...(MAIL_EVENTS_POSTMARK !== null && {
      [POSTMARK_HEADER]: messageId.slice(0, messageId.indexOf('@')),
    }),
    Precedence: 'bulk',
    'Feedback-ID': `${period}:${list}:digest:${host.replaceAll('.', '-')}`,
  };
}

/** By their addresses. */
async function readersOf(store: Store, taken: readonly Taken[]): Promise<Map<string, Reader>> {
  const rows = await inSlices([...new Set(taken.map(({ email }) => email))], (slice) =>
    store.read.selectFrom('subscribers').selectAll().where('email', 'in', slice).execute(),
  );
  return new Map(rows.map((row) => [row.email, subscriberOf(row)]));
}

const keyOf = (subscriber: number, { list, subject }: { list: string; subject: string }): string =>
  `${subscriber} ${list} ${subject}`;

/** Which lists they still get. */
async function wantedBy(store: Store, taken: readonly Taken[]): Promise<Set<string>> {
  const rows = await inSlices([...new Set(taken.map(({ subscriber }) => subscriber))], (slice) =>
    store.read
      .selectFrom('subscriptions')
      .select(['subscriber', 'list', 'subject'])
      .where('subscriber', 'in', slice)
      .execute(),
  );
  return new Set(rows.map((row) => keyOf(row.subscriber, row)));
}

async function issuesOf(issues: Pick<Issues, 'find'>, ids: string[]): Promise<Map<string, Issue>> {
  const found = new Map<string, Issue>();
  for (const id of new Set(ids)) {
    const issue = await issues.find(id);
    if (issue !== null) found.set(id, issue);
  }
  return found;
}
