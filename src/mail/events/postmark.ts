/** Postmark: no signature, so a password, by HTTP Basic authentication or in the address it is told to call. */
import {
  at,
  EventRefused,
  eventOf,
  isSame,
  type MailEvent,
  parsedJson,
  type ReadEvents,
  textAt,
} from './event.ts';

/** @param password as in `https://postmark:PASSWORD@papers.example.org/mail/events/postmark` */
export const postmark =
  (password: string): ReadEvents =>
  async ({ headers, query, body }) => {
    if (!isSame(givenIn(headers.get('authorization')) ?? query.get('key') ?? '', password))
      throw new EventRefused('its password is wrong');
    return { once: null, events: eventsOf(parsedJson(body.toString('utf8'))) };
  };

function givenIn(header: string | null): string | null {
  const [, encoded] = /^basic +([\w+/=-]{1,1000})$/i.exec(header ?? '') ?? [];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

/** Types of bounces that say nothing for good; see Postmark's list of them. `HardBounce` and its kin are the rest. */
const FINAL = ['HardBounce', 'BadEmailAddress', 'ManuallyDeactivated'];
const NOT_ABOUT_THE_ADDRESS = [
  'AutoResponder',
  'AddressChange',
  'OpenRelayTest',
  'ChallengeVerification',
  'SMTPApiError',
];

/**
 * Postmark gives every email a Message-ID of its own, but its reports repeat what a header `X-PM-Metadata-…` said. It does
 * not pass that header on.
 */
const METADATA = 'delivery';
export const POSTMARK_HEADER = `X-PM-Metadata-${METADATA}`;

function eventsOf(value: unknown): MailEvent[] {
  const [record, type, id] = [textAt(value, 'RecordType'), textAt(value, 'Type'), textAt(value, 'ID')];
  const says = textAt(value, 'Details') || textAt(value, 'Description') || type;
  const about = { delivery: textAt(value, 'Metadata', METADATA) };
  const event = (key: string, kind: MailEvent['kind'], field = 'Email', words = says): MailEvent[] =>
    eventOf(`postmark ${key}`, kind, textAt(value, field), words, about);
  if (record === 'Bounce') {
    if (NOT_ABOUT_THE_ADDRESS.includes(type)) return [];
    if (type === 'SpamComplaint') return event(id, 'complaint');
    if (type === 'Unsubscribe') return event(id, 'unsubscribed');
    return event(id, FINAL.includes(type) ? 'bounce' : 'soft');
  }
  if (record === 'SpamComplaint') return event(id, 'complaint');
  if (record === 'Delivery') return event(`delivery ${textAt(value, 'MessageID')}`, 'delivered', 'Recipient');
  if (record === 'SubscriptionChange' && at(value, 'SuppressSending') === true) {
    const reason = textAt(value, 'SuppressionReason');
    const kind =
      reason === 'HardBounce' ? 'bounce' : reason === 'SpamComplaint' ? 'complaint' : 'unsubscribed';
    const key = `change ${textAt(value, 'MessageID')} ${textAt(value, 'ChangedAt')}`;
    return event(key, kind, 'Recipient', reason);
  }
  return [];
}
