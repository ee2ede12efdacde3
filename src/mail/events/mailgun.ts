/** Mailgun: HMAC-SHA256 over a timestamp and a token, which are in the body beside what they do not cover. */
import { createHmac } from 'node:crypto';
import {
  at,
  EventRefused,
  eventOf,
  isSame,
  type MailEvent,
  parsedJson,
  type ReadEvents,
  refuseOld,
  textAt,
} from './event.ts';

/** @param key the webhook signing key of the account */
export const mailgun =
  (key: string): ReadEvents =>
  async ({ body }, now) => {
    const value = parsedJson(body.toString('utf8'));
    const [timestamp, token, signature] = ['timestamp', 'token', 'signature'].map((name) =>
      textAt(value, 'signature', name),
    ) as [string, string, string];
    if (!/^\d{1,12}$/.test(timestamp) || !/^[\w-]{1,100}$/.test(token))
      throw new EventRefused('it is not signed');
    const wanted = createHmac('sha256', key)
      .update(timestamp + token)
      .digest('hex');
    if (!isSame(signature, wanted)) throw new EventRefused('its signature is wrong');
    refuseOld(Number(timestamp) * 1000, now);
    return { once: `mailgun ${token}`, events: eventsOf(at(value, 'event-data')) };
  };

function eventsOf(data: unknown): MailEvent[] {
  const kind = kindOf(textAt(data, 'event'), textAt(data, 'severity'), textAt(data, 'reason'));
  if (kind === null) return [];
  const code = textAt(data, 'delivery-status', 'code');
  const words = textAt(data, 'delivery-status', 'message') || textAt(data, 'delivery-status', 'description');
  return eventOf(
    `mailgun ${textAt(data, 'id')}`,
    kind,
    textAt(data, 'recipient'),
    `${code} ${words}`.trim() || textAt(data, 'reason'),
    {
      messageId: textAt(data, 'message', 'headers', 'message-id'),
      sender: textAt(data, 'envelope', 'sender'),
    },
  );
}

function kindOf(event: string, severity: string, reason: string): MailEvent['kind'] | null {
  if (event === 'complained') return 'complaint';
  if (event === 'unsubscribed') return 'unsubscribed';
  if (event === 'delivered') return 'delivered';
  if (event !== 'failed') return null;
  // It will be tried again, and reported then.
  if (severity !== 'permanent') return null;
  // The provider did not even try.
  if (reason === 'suppress-complaint') return 'complaint';
  if (reason === 'suppress-unsubscribe') return 'unsubscribed';
  // Others are about the email (`espblock`), or it was given up after a day (`old`).
  return reason === 'bounce' || reason === 'suppress-bounce' ? 'bounce' : 'soft';
}
