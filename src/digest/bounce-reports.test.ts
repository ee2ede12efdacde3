import { createHmac, createSign, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { EventRefused } from '../mail/events/event.ts';
import { liftSuppression, listSuppressions, suppressedAmong, suppressionOf } from '../mail/suppressions.ts';
import type { Store } from '../store/open.ts';
import { ADA, NOW, OFF, rowOf, sent } from './bounces.fixture.ts';
import { eventsIn } from './bounces.ts';

const nowhere = { fetch: async () => expect.unreachable() };

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const send = (id: string, email = ADA, state = 'sent') => sent(store, id, email, state);
  const row = (id: string) => rowOf(store, id);
  const reasonOf = async (email = ADA) => (await suppressionOf(store.read, email))?.reason ?? null;

  describe('reported by a provider', () => {
    const request = (body: Buffer | string, headers: Record<string, string> = {}, query = '') => ({
      headers: new Headers(headers),
      query: new URLSearchParams(query),
      body: Buffer.from(body),
    });
    const refused = (promise: Promise<unknown>) => expect(promise).rejects.toBeInstanceOf(EventRefused);

    it('Mailgun: by its signature, once, and not with another body', async () => {
      await send('d1');
      const take = eventsIn(store, { ...OFF, MAIL_EVENTS_MAILGUN: 'key' }, nowhere);
      const body = (
        recipient: string,
        { key = 'key', at = NOW, token = 'f'.repeat(50), event = 'failed' } = {},
      ) => {
        const timestamp = String(at / 1000);
        const signature = createHmac('sha256', key)
          .update(timestamp + token)
          .digest('hex');
        return JSON.stringify({
          signature: { timestamp, token, signature },
          'event-data': {
            ...{ event, severity: 'permanent', reason: 'bounce', id: 'e1', recipient },
            'delivery-status': { code: 550, message: '5.1.1 No such user' },
            message: { headers: { 'message-id': 'd1@papers.example.org' } },
          },
        });
      };
      expect(await take('sendgrid', request(body(ADA)), NOW)).toBe(null);
      await refused(take('mailgun', request(body(ADA, { key: 'guessed' })), NOW));
      await refused(take('mailgun', request(body(ADA, { at: NOW - 25 * 3_600_000 })), NOW));
      await refused(take('mailgun', request(body(ADA, { at: NOW + 600_000 })), NOW));
      await refused(take('mailgun', request('{}'), NOW));
      await refused(take('mailgun', request('['), NOW));
      expect(await reasonOf()).toBe(null);
      expect(await take('mailgun', request(body(ADA)), NOW)).toBe(1);
      expect(await row('d1')).toMatchObject({
        state: 'failed',
        reason: 'It came back: 550 5.1.1 No such user',
      });
      await liftSuppression(store.write, ADA, 'operator');
      // Sent again, because the answer was lost; and by somebody who has seen it.
      expect(await take('mailgun', request(body(ADA)), NOW)).toBe(0);
      await refused(take('mailgun', request(body('bob@example.org')), NOW));
      expect(await listSuppressions(store.read, { limit: 10 })).toEqual([]);
    });

    it('SendGrid: by its signature over the time and the bytes', async () => {
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
      const take = eventsIn(store, { ...OFF, MAIL_EVENTS_SENDGRID: key }, nowhere);
      const body = JSON.stringify([
        {
          event: 'bounce',
          type: 'bounce',
          email: ADA,
          sg_event_id: 'a',
          reason: '550 no',
          status: '5.1.1',
        },
        {
          event: 'bounce',
          type: 'blocked',
          email: 'bob@example.org',
          sg_event_id: 'b',
          reason: '550 spam',
        },
        { event: 'spamreport', email: 'eve@example.org', sg_event_id: 'c' },
        {
          event: 'spamreport',
          email: 'of-others@example.org',
          sg_event_id: 'd',
          'smtp-id': '<x@shop.example>',
        },
        { event: 'processed', email: 'eve@example.org', sg_event_id: 'e' },
      ]);
      const signed = (text: string, at = NOW) => {
        const timestamp = String(at / 1000);
        const signature = sign('sha256', Buffer.from(timestamp + text), privateKey).toString('base64');
        return {
          'x-twilio-email-event-webhook-timestamp': timestamp,
          'x-twilio-email-event-webhook-signature': signature,
        };
      };
      await refused(take('sendgrid', request(body), NOW));
      await refused(take('sendgrid', request(`${body} `, signed(body)), NOW));
      await refused(take('sendgrid', request(body, signed(body, NOW - 90_000_000)), NOW));
      expect(await take('sendgrid', request(body, signed(body)), NOW)).toBe(3);
      expect(await take('sendgrid', request(body, signed(body)), NOW)).toBe(0);
      const all = await suppressedAmong(store.read, [
        ADA,
        'bob@example.org',
        'eve@example.org',
        'of-others@example.org',
      ]);
      expect(all).toEqual(
        new Map([
          [ADA, 'bounce'],
          ['eve@example.org', 'complaint'],
        ]),
      );
    });

    it('Postmark: by its password, which it offers instead of a signature', async () => {
      const take = eventsIn(store, { ...OFF, MAIL_EVENTS_POSTMARK: 'a long password' }, nowhere);
      const body = JSON.stringify({
        RecordType: 'Bounce',
        Type: 'HardBounce',
        ID: 42,
        Email: ADA,
        Details: 'no such user',
      });
      const basic = (password: string) => ({
        authorization: `Basic ${Buffer.from(`p:${password}`).toString('base64')}`,
      });
      await refused(take('postmark', request(body), NOW));
      await refused(take('postmark', request(body, basic('guessed')), NOW));
      await refused(take('postmark', request(body, {}, 'key=guessed'), NOW));
      expect(await take('postmark', request(body, basic('a long password')), NOW)).toBe(1);
      expect(await take('postmark', request(body, {}, 'key=a+long+password'), NOW)).toBe(0);
      expect(await reasonOf()).toBe('bounce');
      // What the site told Postmark about the email says which row of the ledger it is.
      await send('d7', 'bob@example.org');
      const report = { RecordType: 'SpamComplaint', ID: 43, Email: 'bob@example.org' };
      const told = JSON.stringify({ ...report, Metadata: { delivery: 'd7' } });
      expect(await take('postmark', request(told, basic('a long password')), NOW)).toBe(1);
      expect((await row('d7'))!.reason).toBe('The recipient marked it as spam.');
    });

    it.each([
      ['1', 'RSA-SHA1'],
      ['2', 'RSA-SHA256'],
    ] as const)(
      'SES: through its topic, with a signature of version %s by a certificate of SNS',
      async (version, digest) => {
        await send('d1');
        const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
        vi.spyOn(X509Certificate.prototype, 'publicKey', 'get').mockReturnValue(publicKey);
        const topic = 'arn:aws:sns:eu-west-1:123456789012:bounces';
        const asked: string[] = [];
        const fetch = async (address: string | URL) => {
          asked.push(String(address));
          return new Response(CERTIFICATE);
        };
        const take = eventsIn(store, { ...OFF, MAIL_EVENTS_SES: topic }, { fetch });
        const message = (fields: Record<string, string> = {}) => {
          const all: Record<string, string> = {
            ...{ Type: 'Notification', MessageId: 'm1', TopicArn: topic, SignatureVersion: version },
            Message: JSON.stringify({
              notificationType: 'Bounce',
              mail: {
                source: 'x@papers.example.org',
                commonHeaders: { messageId: '<d1@papers.example.org>' },
              },
              bounce: {
                bounceType: 'Permanent',
                bouncedRecipients: [{ emailAddress: ADA, diagnosticCode: 'smtp; 550 5.1.1 no' }],
              },
            }),
            Timestamp: new Date(NOW).toISOString(),
            SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem',
            ...fields,
          };
          const names =
            all.Type === 'Notification'
              ? ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type']
              : ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
          const text = names
            .filter((name) => all[name])
            .map((name) => `${name}\n${all[name]}\n`)
            .join('');
          return { ...all, Signature: createSign(digest).update(text).sign(privateKey, 'base64') };
        };
        const sends = (value: object) => take('ses', request(JSON.stringify(value)), NOW);
        try {
          for (const forged of [
            message({ TopicArn: 'arn:aws:sns:eu-west-1:666666666666:mine' }),
            message({ SignatureVersion: '3' }),
            message({ Timestamp: new Date(NOW - 90_000_000).toISOString() }),
            message({ SigningCertURL: 'https://mine.s3.amazonaws.com/SimpleNotificationService-0a1b.pem' }),
            message({
              SigningCertURL: 'http://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem',
            }),
            message({
              SigningCertURL: 'https://sns.eu-west-1.amazonaws.com.example/SimpleNotificationService-0a.pem',
            }),
            message({
              SigningCertURL:
                'https://sns.eu-west-1.amazonaws.com@example.org/SimpleNotificationService-0a.pem',
            }),
            message({ Type: 'Other' }),
          ])
            await refused(sends(forged));
          expect(asked).toEqual([]);
          await refused(sends({ ...message(), Message: '{}' }));
          await refused(
            sends(
              message({
                Type: 'SubscriptionConfirmation',
                Token: 't',
                SubscribeURL: 'https://example.org/',
              }),
            ),
          );
          expect(asked).toEqual(['https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0a1b.pem']);
          expect(await sends(message())).toBe(1);
          expect(await sends(message())).toBe(0);
          expect(await row('d1')).toMatchObject({
            state: 'failed',
            reason: 'It came back: smtp; 550 5.1.1 no',
          });
          const confirm = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
          await sends(message({ Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL: confirm }));
          expect(asked.slice(1)).toEqual([confirm]);
        } finally {
          vi.restoreAllMocks();
        }
      },
    );
  });
});

/** Valid from Dec  1 00:00:43 2026 GMT for a hundred years; its key is not used. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBjzCCATWgAwIBAgIUQ1upli/MgkgpU+C2/kIf2nrq0s4wCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRc25zLmFtYXpvbmF3cy5jb20wIBcNMjYxMjAxMDAwMDQzWhgP
MjEyNjExMDcwMDAwNDNaMBwxGjAYBgNVBAMMEXNucy5hbWF6b25hd3MuY29tMFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEtTr8tf9X5LrjqTZKyesrrARjnABRMad4
fwcezacWduQ4IFz1HsYbSg9H6d5uaKrsebZANOQr7N59BMGoLUOiMqNTMFEwHQYD
VR0OBBYEFHzM0Hda5xZ45NsGTGLBbeVfh2DoMB8GA1UdIwQYMBaAFHzM0Hda5xZ4
5NsGTGLBbeVfh2DoMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIg
LhmCFBHC6qBZ1TzhFziXTQZIWpGaP67DBnYr2lGzKgMCIQCc/kgajn/bGLn7z8Sd
ddsBr5v+iYI1YUxwV0VglGJpSA==
-----END CERTIFICATE-----`;
