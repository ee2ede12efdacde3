/** SendGrid: ECDSA over the timestamp and the bytes of the body, with a key of its account. */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  EventRefused,
  eventOf,
  listAt,
  type MailEvent,
  parsedJson,
  type ReadEvents,
  refuseOld,
  textAt,
} from './event.ts';

/** @param publicKey as SendGrid shows it: base64 of a DER key */
export function sendgrid(publicKey: string): ReadEvents {
  let key: KeyObject | null = null;
  return async ({ headers, body }, now) => {
    const timestamp = headers.get('x-twilio-email-event-webhook-timestamp') ?? '';
    const signature = headers.get('x-twilio-email-event-webhook-signature') ?? '';
    if (!/^\d{1,12}$/.test(timestamp) || !/^[\w+/=]{1,300}$/.test(signature))
      throw new EventRefused('it is not signed');
    key ??= createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    if (!verify('sha256', signed, key, Buffer.from(signature, 'base64')))
      throw new EventRefused('its signature is wrong');
    refuseOld(Number(timestamp) * 1000, now);
    const value = parsedJson(body.toString('utf8'));
    return { once: null, events: listAt({ value }, 'value').flatMap(eventsOf) };
  };
}

function eventsOf(one: unknown): MailEvent[] {
  const kind = kindOf(textAt(one, 'event'), textAt(one, 'type'), textAt(one, 'reason'));
  if (kind === null) return [];
  const says = `${textAt(one, 'status')} ${textAt(one, 'reason') || textAt(one, 'response')}`.trim();
  return eventOf(`sendgrid ${textAt(one, 'sg_event_id')}`, kind, textAt(one, 'email'), says, {
    messageId: textAt(one, 'smtp-id'),
  });
}

function kindOf(event: string, type: string, reason: string): MailEvent['kind'] | null {
  if (event === 'spamreport') return 'complaint';
  if (event === 'unsubscribe' || event === 'group_unsubscribe') return 'unsubscribed';
  if (event === 'delivered') return 'delivered';
  // `blocked`: the server refused this email, not the address.
  if (event === 'bounce') return type === 'blocked' ? 'soft' : 'bounce';
  if (event !== 'dropped') return null;
  if (/^(?:bounced address|invalid)/i.test(reason)) return 'bounce';
  if (/^spam reporting address/i.test(reason)) return 'complaint';
  return /^unsubscribed address/i.test(reason) ? 'unsubscribed' : null;
}
