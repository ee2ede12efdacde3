/**
 * Amazon SES, through an SNS topic: each message is signed with a certificate that it names. Anybody can have a topic and
 * a file at Amazon, so the topic is the one of the settings, and the certificate comes from SNS itself.
 */
import { createVerify, X509Certificate } from 'node:crypto';
import { textWithin } from '../../net/body.ts';
import type { Outgoing } from '../../net/outgoing.ts';
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

/** SNS of a region; not S3, where anybody can put a file. */
const HOST = /^sns\.[a-z0-9-]{3,30}\.amazonaws\.com(?:\.cn)?$/;
const PEM = /^\/SimpleNotificationService-\w{1,64}\.pem$/;
const LARGEST = 64 * 1024;
const PATIENCE = 10_000;
/** Certificates that are remembered; there are a few a year. */
const MOST_CERTIFICATES = 10;

/** What is signed, in this order, by type. */
const SIGNED: Record<string, string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/** @param topic its ARN @param outgoing fetches certificates, and confirms the subscription */
export function ses(topic: string, outgoing: Pick<Outgoing, 'fetch'>): ReadEvents {
  const certificates = new Map<string, X509Certificate>();
  const get = async (address: string): Promise<string> => {
    const response = await outgoing.fetch(
      address,
      { redirect: 'error', signal: AbortSignal.timeout(PATIENCE) },
      false,
    );
    if (!response.ok) throw new Error(`${new URL(address).host} answered ${response.status}`);
    return textWithin(response, LARGEST);
  };
  const certificate = async (address: string): Promise<X509Certificate> => {
    const known = certificates.get(address);
    if (known !== undefined) return known;
    let made: X509Certificate;
    try {
      made = new X509Certificate(await get(address));
    } catch (error) {
      throw new Error(`the certificate that SNS signs with cannot be fetched: ${(error as Error).message}`);
    }
    certificates.set(address, made);
    if (certificates.size > MOST_CERTIFICATES) certificates.delete(certificates.keys().next().value!);
    return made;
  };
  return async ({ body }, now) => {
    const value = parsedJson(body.toString('utf8'));
    const fields = SIGNED[textAt(value, 'Type')];
    if (fields === undefined) throw new EventRefused('it is not a message of SNS');
    if (textAt(value, 'TopicArn') !== topic) throw new EventRefused('it is of another topic');
    const digest = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' }[textAt(value, 'SignatureVersion')];
    if (digest === undefined) throw new EventRefused('it has no signature of version 1 or 2');
    refuseOld(Date.parse(textAt(value, 'Timestamp')), now);
    const address = textAt(value, 'SigningCertURL');
    if (!isOfSns(address) || !PEM.test(new URL(address).pathname))
      throw new EventRefused('its certificate is not that of SNS');
    const { publicKey, validFrom, validTo } = await certificate(address);
    if (now < Date.parse(validFrom) || now > Date.parse(validTo))
      throw new EventRefused('its certificate is not valid now');
    const text = fields
      .filter((name) => textAt(value, name) !== '')
      .map((name) => `${name}\n${textAt(value, name)}\n`)
      .join('');
    if (!createVerify(digest).update(text).verify(publicKey, textAt(value, 'Signature'), 'base64'))
      throw new EventRefused('its signature is wrong');
    if (textAt(value, 'Type') === 'SubscriptionConfirmation') {
      const confirm = textAt(value, 'SubscribeURL');
      if (!isOfSns(confirm)) throw new EventRefused('its confirmation does not lead to SNS');
      await get(confirm);
      return { once: null, events: [] };
    }
    const id = textAt(value, 'MessageId');
    if (textAt(value, 'Type') !== 'Notification') return { once: null, events: [] };
    return { once: `ses ${id}`, events: eventsOf(id, parsedJson(textAt(value, 'Message'))) };
  };
}

/** Whether an address is at SNS, by TLS. */
function isOfSns(address: string): boolean {
  if (address.length > 2000 || !URL.canParse(address)) return false;
  const { protocol, hostname, port, username } = new URL(address);
  return protocol === 'https:' && port === '' && username === '' && HOST.test(hostname);
}

function eventsOf(id: string, value: unknown): MailEvent[] {
  const type = textAt(value, 'notificationType') || textAt(value, 'eventType');
  const about = {
    sender: textAt(value, 'mail', 'source'),
    messageId: textAt(value, 'mail', 'commonHeaders', 'messageId'),
  };
  const each = (list: unknown[], kind: MailEvent['kind'], says: (one: unknown) => string): MailEvent[] =>
    list.flatMap((one, i) => {
      const email = typeof one === 'string' ? one : textAt(one, 'emailAddress');
      return eventOf(`ses ${id} ${i}`, kind, email, says(one), about);
    });
  if (type === 'Complaint') {
    const says = textAt(value, 'complaint', 'complaintFeedbackType') || 'abuse';
    // Somebody moved it out of their spam folder.
    if (says === 'not-spam') return [];
    return each(listAt(value, 'complaint', 'complainedRecipients'), 'complaint', () => says);
  }
  if (type === 'Delivery') return each(listAt(value, 'delivery', 'recipients'), 'delivered', () => '');
  if (type !== 'Bounce') return [];
  const [kind, more] = [textAt(value, 'bounce', 'bounceType'), textAt(value, 'bounce', 'bounceSubType')];
  return each(
    listAt(value, 'bounce', 'bouncedRecipients'),
    kind === 'Permanent' ? 'bounce' : 'soft',
    (one) => textAt(one, 'diagnosticCode') || `${kind} ${more}`,
  );
}
