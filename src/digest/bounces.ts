/**
 * What comes back after an email has left: bounces and complaints, as emails or reported by a mail provider. They end up
 * in the ledger and among the suppressed addresses, once each, however often they come. What cannot be proven to be
 * about an email of this site changes nothing.
 */
import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import { EventRefused, type EventRequest, type Genuine, type ReadEvents } from '../mail/events/event.ts';
import { mailgun } from '../mail/events/mailgun.ts';
import { postmark } from '../mail/events/postmark.ts';
import { sendgrid } from '../mail/events/sendgrid.ts';
import { ses } from '../mail/events/ses.ts';
import { isFinal, type MailReport, type ReportedRecipient, readReport } from '../mail/report.ts';
import { mailHost } from '../mail/server.ts';
import {
  countSoftBounce,
  forgetSoftBounces,
  lastSoftBounce,
  SETTLED,
  suppress,
} from '../mail/suppressions.ts';
import { markOfRecipient, type Verp, verpOf } from '../mail/verp.ts';
import type { Outgoing } from '../net/outgoing.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';

/**
 * What became of an email that came to the address for bounces. `early`: the email it is about is still being handed over,
 * so it should come again later. `ignored`: no bounce of ours.
 */
export type Taken = 'bounce' | 'complaint' | 'delivered' | 'early' | 'ignored';

/** An email of the ledger. */
interface Sent {
  id: string;
  email: string;
  state: string;
  reason: string | null;
  subscriber: number;
}

const SENT = ['id', 'email', 'state', 'reason', 'subscriber'] as const;

/**
 * Takes an email that came to the address for bounces.
 *
 * @param to whom its envelope names, if known
 * @param now epoch ms
 */
export async function takeBounce(
  store: Store,
  verp: Pick<Verp, 'read'>,
  bytes: Uint8Array,
  to: readonly string[],
  now: number,
): Promise<Taken> {
  const report = await readReport(bytes, to);
  if (report === null) return 'ignored';
  return store.write.transaction().execute(async (tx) => {
    const sent = await emailOf(tx, verp, report);
    if (sent === null) return takeOfRecipient(tx, verp, report, now);
    if (sent.state === 'handing') return 'early';
    const one =
      report.recipients.find(({ emails }) => emails.includes(sent.email)) ?? worst(report.recipients);
    const { says } = one;
    const about = { email: sent.email, sent, says, mail: sent.id, at: now };
    if (report.kind === 'complaint') {
      if (sent.reason !== SPAM) await complained(tx, about);
      return 'complaint';
    }
    if (one.action === 'failed') {
      // Read again, after its address may have been let off.
      const isKnown = sent.state === 'failed' && sent.reason === cameBack(says);
      if (!isKnown) await bounced(tx, about, isFinal(one));
      return 'bounce';
    }
    if (one.action === 'delivered') await forgetSoftBounces(tx, sent.email);
    return one.action === 'delivered' ? 'delivered' : 'ignored';
  });
}

/**
 * A report about an email that is in no ledger: a sign-in link, a notification, the confirmation of a subscription.
 * Only
 * a final failure counts, since we do not know how many other emails have reached the same address in the meantime.
 */
async function takeOfRecipient(
  tx: Db,
  verp: Pick<Verp, 'read'>,
  { kind, recipients, addresses, sentTo }: MailReport,
  now: number,
): Promise<Taken> {
  const marks = new Set(addresses.map((address) => verp.read(address)));
  const isMarked = (email: string): boolean => marks.has(markOfRecipient(email));
  const one = recipients.find(({ emails }) => emails.some(isMarked)) ?? worst(recipients);
  const email = [...one.emails, ...sentTo].find(isMarked);
  if (email === undefined) return 'ignored';
  if (kind === 'complaint') {
    await suppress(tx, email, 'complaint', one.says, now);
    return 'complaint';
  }
  if (one.action !== 'failed') return 'ignored';
  if (isFinal(one)) await suppress(tx, email, 'bounce', one.says, now);
  return 'bounce';
}

const worst = (recipients: readonly ReportedRecipient[]): ReportedRecipient =>
  recipients.find(({ action }) => action === 'failed') ?? recipients[0]!;

/**
 * Which email a report is about. Only this site can make the addresses that emails are sent from, so one of them proves
 * it. A Message-ID is known to its recipient alone, so it proves it for that recipient.
 */
async function emailOf(db: Db, verp: Pick<Verp, 'read'>, report: MailReport): Promise<Sent | null> {
  const ledger = db.selectFrom('deliveries').select(SENT);
  for (const address of report.addresses) {
    const id = verp.read(address);
    const sent = id === null ? undefined : await ledger.where('id', '=', id).executeTakeFirst();
    if (sent) return sent;
  }
  for (const messageId of report.messageIds) {
    const sent = await ledger.where('message_id', '=', messageId).executeTakeFirst();
    if (!sent) continue;
    // Complaints often come without the address.
    const named = report.recipients.flatMap(({ emails }) => emails);
    if (named.includes(sent.email) || (report.kind === 'complaint' && named.length === 0)) return sent;
  }
  return null;
}

interface About {
  email: string;
  sent: Sent | null;
  says: string;
  /** Identifies the email. */
  mail: string;
  at: number;
}

async function bounced(tx: Db, { email, sent, says, mail, at }: About, final: boolean): Promise<void> {
  if (sent !== null)
    await tx
      .updateTable('deliveries')
      .set({ state: 'failed', reason: cameBack(says) })
      .where('id', '=', sent.id)
      .where('state', 'in', ['sent', 'uncertain'])
      .execute();
  if (final) {
    await suppress(tx, email, 'bounce', says, at);
    return;
  }
  if (sent !== null && (await hasArrived(tx, sent, at))) await forgetSoftBounces(tx, email);
  await countSoftBounce(tx, email, mail, says, at);
}

const cameBack = (says: string): string => `It came back: ${says}`;
const SPAM = 'The recipient marked it as spam.';

/** Whether an email has reached the address since the last bounce: hardly any server reports that it delivered one. */
async function hasArrived(db: Db, { email, subscriber }: Sent, now: number): Promise<boolean> {
  const last = await lastSoftBounce(db, email);
  if (last === null) return false;
  const arrived = await db
    .selectFrom('deliveries')
    .select('id')
    .where('subscriber', '=', subscriber)
    .where('email', '=', email)
    .where('state', '=', 'sent')
    .where('ended_at', '>', last)
    .where('ended_at', '<=', now - SETTLED)
    .limit(1)
    .executeTakeFirst();
  return arrived !== undefined;
}

async function complained(tx: Db, { email, sent, says, at }: About): Promise<void> {
  if (sent !== null)
    await tx
      .updateTable('deliveries')
      .set({ reason: SPAM })
      .where('id', '=', sent.id)
      .where('state', 'in', ['sent', 'uncertain'])
      .execute();
  await suppress(tx, email, 'complaint', says, at);
}

/** Takes a request of a provider. @returns how many events were new; null: this provider is off @throws EventRefused */
export type TakeEvents = (provider: string, request: EventRequest, now: number) => Promise<number | null>;

type EventSettings = Pick<
  Config,
  | 'MAIL_EVENTS_SES'
  | 'MAIL_EVENTS_POSTMARK'
  | 'MAIL_EVENTS_MAILGUN'
  | 'MAIL_EVENTS_SENDGRID'
  | 'BOUNCE_URL'
  | 'PUBLIC_URL'
>;

/** Takes what the providers in the settings report. */
export function eventsIn(store: Store, config: EventSettings, outgoing: Pick<Outgoing, 'fetch'>): TakeEvents {
  const readers = new Map<string, ReadEvents>();
  const add = (name: string, setting: string | null, reader: (setting: string) => ReadEvents): void => {
    if (setting !== null) readers.set(name, reader(setting));
  };
  add('ses', config.MAIL_EVENTS_SES, (topic) => ses(topic, outgoing));
  add('postmark', config.MAIL_EVENTS_POSTMARK, postmark);
  add('mailgun', config.MAIL_EVENTS_MAILGUN, mailgun);
  add('sendgrid', config.MAIL_EVENTS_SENDGRID, sendgrid);
  const host = mailHost(config).replace(/[^\w.-]/g, '');
  return async (provider, request, now) => {
    const read = readers.get(provider);
    if (read === undefined) return null;
    const genuine = await read(request, now);
    const verp = await verpOf(store.write, config);
    return takeEvents(store, { verp, host }, genuine, request.body, now);
  };
}

async function takeEvents(
  store: Store,
  { verp, host }: { verp: Pick<Verp, 'read'> | null; host: string },
  { once, events }: Genuine,
  bytes: Buffer,
  now: number,
): Promise<number> {
  const body = createHash('sha256').update(bytes).digest('hex');
  return store.write.transaction().execute(async (tx) => {
    if (once !== null && !(await isNew(tx, once, body, now))) return 0;
    let taken = 0;
    for (const { id, kind, email, says, sender, messageId, delivery: given } of events) {
      if (!(await isNew(tx, id, null, now))) continue;
      const ledger = tx.selectFrom('deliveries').select(SENT).where('email', '=', email);
      const delivery = given ?? (sender === null ? null : (verp?.read(sender) ?? null));
      const found =
        delivery !== null
          ? await ledger.where('id', '=', delivery).executeTakeFirst()
          : messageId !== null
            ? await ledger.where('message_id', '=', messageId).executeTakeFirst()
            : undefined;
      const about: About = { email, sent: found ?? null, says, mail: found?.id ?? messageId ?? id, at: now };
      // An account at the provider may be shared: what people say about other mail is not about this site.
      const isForeign = !found && messageId !== null && !messageId.endsWith(`@${host}`);
      if (kind === 'bounce' || kind === 'soft') await bounced(tx, about, kind === 'bounce');
      else if (kind === 'delivered') await forgetSoftBounces(tx, email);
      else if (isForeign) continue;
      else if (kind === 'complaint') await complained(tx, about);
      else await suppress(tx, email, 'unsubscribed', says, now);
      taken++;
    }
    return taken;
  });
}

/**
 * Notes that something has been taken. False: it had been before.
 *
 * @param body a hash of the request, where the same mark with another request is forged
 * @throws EventRefused
 */
async function isNew(tx: Db, id: string, body: string | null, at: number): Promise<boolean> {
  const key = id.length > 200 ? createHash('sha256').update(id).digest('hex') : id;
  const { rows } = await insertMark(tx, key, body ?? '', at);
  if (rows.length > 0) return true;
  if (body === null) return false;
  const known = await tx.selectFrom('mail_events').select('body').where('id', '=', key).executeTakeFirst();
  if (known !== undefined && known.body !== body)
    throw new EventRefused('its mark has been used before, for something else');
  return false;
}

async function insertMark(tx: Db, id: string, body: string, at: number): Promise<{ rows: { id: string }[] }> {
  const rows = await tx
    .insertInto('mail_events')
    .values({ id, body, at })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .execute();
  return { rows };
}
