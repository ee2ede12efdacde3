import { createHmac, createSign, generateKeyPairSync, sign, X509Certificate } from 'node:crypto';
import { createTransport } from 'nodemailer';
import { describe, expect, it, vi } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { away, complaint, exim, postfix } from '../mail/bounces.fixture.ts';
import { EventRefused } from '../mail/events/event.ts';
import { deliver, queueMail, unsentMail } from '../mail/outbox.ts';
import {
  countSoftBounce,
  hashOfEmail,
  liftSuppression,
  listSuppressions,
  maySend,
  pruneBounces,
  SETTLED,
  SOFT_BOUNCES,
  SOFT_SPAN,
  suppress,
  suppressedAmong,
  suppressionOf,
} from '../mail/suppressions.ts';
import { verp } from '../mail/verp.ts';
import type { Store } from '../store/open.ts';
import { BounceDesk } from '../worker/bounces.ts';
import { eventsIn, takeBounce } from './bounces.ts';

const NOW = Date.parse('2026-12-02T12:00:00Z');
const ADA = 'ada@example.org';
const VERP = verp('a secret of this site', 'bounce@papers.example.org');
const OFF = {
  ...{
    MAIL_EVENTS_SES: null,
    MAIL_EVENTS_POSTMARK: null,
    MAIL_EVENTS_MAILGUN: null,
    MAIL_EVENTS_SENDGRID: null,
  },
  ...{ BOUNCE_URL: null, PUBLIC_URL: 'https://papers.example.org', OFFLINE: false },
};
const nowhere = { fetch: async () => expect.unreachable() };

it('an envelope’s sender is made and read by this site alone, in whatever case it comes back', () => {
  const address = VERP.addressOf('0123456789abcdef01234567');
  expect(address).toMatch(/^bounce\+0123456789abcdef01234567\.[0-9a-f]{10}@papers\.example\.org$/);
  expect(VERP.read(address.toUpperCase())).toBe('0123456789abcdef01234567');
  expect(VERP.read(address.replace('papers.example.org', 'mx.example.org'))).toBe('0123456789abcdef01234567');
  const forged = [
    address.replace('+0', '+1'),
    address.replace('@', '0@'),
    verp('another secret', 'bounce@papers.example.org').addressOf('0123456789abcdef01234567'),
    'bounce@papers.example.org',
    '',
    `${'+a.'.repeat(50_000)}0123456789@papers.example.org`,
  ];
  for (const one of forged) expect(VERP.read(one)).toBe(null);
});

onBoth((_kind, fresh) => {
  describe('what comes back', () => {
    let store: Store;
    eachTime(fresh, (opened) => {
      store = opened;
    });
    const send = (id: string, email = ADA, state = 'sent') =>
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
    const row = (id: string) =>
      store.read
        .selectFrom('deliveries')
        .select(['state', 'reason', 'answer'])
        .where('id', '=', id)
        .executeTakeFirst();
    const about = (id: string, email = ADA) => ({
      to: VERP.addressOf(id),
      email,
      messageId: `${id}@papers.example.org`,
    });
    const reasonOf = async (email = ADA) => (await suppressionOf(store.read, email))?.reason ?? null;

    it('fails the email it is about, in the words of the other server, and its address gets no more', async () => {
      await send('d1');
      expect(await takeBounce(store, VERP, postfix(about('d1')), [], NOW)).toBe('bounce');
      expect(await row('d1')).toEqual({
        state: 'failed',
        reason: 'It came back: 550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown',
        answer: '250 OK',
      });
      expect(await suppressedAmong(store.read, [ADA, 'bob@example.org'])).toEqual(new Map([[ADA, 'bounce']]));
    });

    it('is about the email its envelope names, wherever the recipient has had their mail sent on to', async () => {
      await send('d1');
      const bytes = postfix({
        ...about('d1', 'ada@elsewhere.example'),
        to: 'undisclosed',
        messageId: 'lost',
      });
      expect(await takeBounce(store, VERP, bytes, [VERP.addressOf('d1')], NOW)).toBe('bounce');
      expect(await reasonOf()).toBe('bounce');
      expect(await reasonOf('ada@elsewhere.example')).toBe(null);
    });

    it('changes nothing if it is forged', async () => {
      await send('d1');
      const other = verp('another secret', 'bounce@papers.example.org').addressOf('d1');
      const forged = [
        postfix({ ...about('d1'), to: other, messageId: 'unknown@papers.example.org' }),
        // A Message-ID that is ours, for somebody else.
        postfix({ ...about('d1', 'bob@example.org'), to: other }),
        complaint({ to: other, email: ADA, messageId: 'unknown@papers.example.org' }),
        away(about('d1')),
      ];
      for (const bytes of forged) expect(await takeBounce(store, VERP, bytes, [other], NOW)).toBe('ignored');
      expect(await row('d1')).toMatchObject({ state: 'sent', reason: null });
      expect(await listSuppressions(store.read, { limit: 10 })).toEqual([]);
      // The recipient alone knows the Message-ID.
      expect(await takeBounce(store, VERP, exim({ ...about('d1'), to: other }), [], NOW)).toBe('bounce');
    });

    it('that is not final suppresses an address once there are five without a delivery between', async () => {
      const full = { status: '5.2.2', code: 'smtp; 552 5.2.2 Mailbox full' };
      for (let i = 1; i < SOFT_BOUNCES; i++) {
        await send(`d${i}`);
        await takeBounce(store, VERP, postfix({ ...about(`d${i}`), ...full }), [], NOW + i);
        // The same one again.
        await takeBounce(store, VERP, postfix({ ...about(`d${i}`), ...full }), [], NOW + i);
        expect((await row(`d${i}`))!.state).toBe('failed');
      }
      expect(await reasonOf()).toBe(null);
      await send('well');
      await takeBounce(
        store,
        VERP,
        postfix({ ...about('well'), action: 'delivered', status: '2.0.0' }),
        [],
        NOW,
      );
      expect((await row('well'))!.state).toBe('sent');
      for (let i = 1; i < SOFT_BOUNCES; i++)
        expect(await countSoftBounce(store.write, ADA, `m${i}`, 'full', NOW)).toBe(false);
      await pruneBounces(store.write, NOW + SOFT_SPAN - 1);
      expect(await countSoftBounce(store.write, ADA, 'last', 'full', NOW + SOFT_SPAN - 1)).toBe(true);
      expect(await reasonOf()).toBe('bounce');
      expect((await suppressionOf(store.read, ADA))!.detail).toBe(
        '5 emails in 30 days could not be delivered: full',
      );
    });

    it('waits while its email is being handed over', async () => {
      await send('d1', ADA, 'handing');
      expect(await takeBounce(store, VERP, postfix(about('d1')), [], NOW)).toBe('early');
      expect(await row('d1')).toMatchObject({ state: 'handing', reason: null });
    });

    it('does not wait for an email that is queued again, which may take days', async () => {
      await send('d1', ADA, 'queued');
      expect(await takeBounce(store, VERP, postfix(about('d1')), [], NOW)).toBe('bounce');
      // Its address gets no mail now, so it ends as suppressed.
      expect(await row('d1')).toMatchObject({ state: 'queued', reason: null });
      expect(await reasonOf()).toBe('bounce');
    });

    it('counts once, even if it is read again after its address has been let off', async () => {
      await send('d1');
      await send('d2');
      for (const [bytes, kind] of [
        [postfix(about('d1')), 'bounce'],
        [complaint(about('d2')), 'complaint'],
      ] as const) {
        expect(await takeBounce(store, VERP, bytes, [], NOW)).toBe(kind);
        expect(await reasonOf()).toBe(kind);
        await liftSuppression(store.write, ADA, 'operator');
        expect(await takeBounce(store, VERP, bytes, [], NOW)).toBe(kind);
        expect(await reasonOf()).toBe(null);
      }
    });

    it('that is not final no longer counts once a later email has stayed where it was delivered', async () => {
      const full = { status: '5.2.2', code: 'smtp; 552 5.2.2 Mailbox full' };
      const soft = (id: string, at: number) =>
        takeBounce(store, VERP, postfix({ ...about(id), ...full }), [], at);
      for (let i = 1; i < SOFT_BOUNCES; i++) {
        await send(`d${i}`);
        await soft(`d${i}`, NOW);
      }
      await send('well');
      await store.write
        .updateTable('deliveries')
        .set({ ended_at: NOW + 1 })
        .where('id', '=', 'well')
        .execute();
      await send('d5');
      // It may still come back.
      const settled = NOW + 1 + SETTLED;
      await soft('d5', settled);
      expect(await reasonOf()).toBe(null);
      for (let i = 6; i < 5 + SOFT_BOUNCES; i++) {
        await send(`d${i}`);
        await soft(`d${i}`, settled);
      }
      expect(await reasonOf()).toBe('bounce');
    });

    it('as a complaint stops all mail, even if it hides the address', async () => {
      await send('d1');
      expect(
        await takeBounce(store, VERP, complaint({ ...about('d1', ''), to: 'x@y.example' }), [], NOW),
      ).toBe('complaint');
      expect(await reasonOf()).toBe('complaint');
      expect(await row('d1')).toMatchObject({ state: 'sent', reason: 'The recipient marked it as spam.' });
    });

    it('has a way back, except from what the operator decided', async () => {
      expect(await suppress(store.write, ADA, 'bounce', 'no such user', NOW)).toBe(true);
      expect(await suppress(store.write, ADA, 'unsubscribed', 'weaker', NOW)).toBe(false);
      expect(await reasonOf()).toBe('bounce');
      expect(await liftSuppression(store.write, ADA, 'owner')).toBe(true);
      expect(await liftSuppression(store.write, ADA, 'owner')).toBe(false);
      await suppress(store.write, ADA, 'complaint', '', NOW);
      await suppress(store.write, ADA, 'operator', 'asked by telephone', NOW);
      expect(await liftSuppression(store.write, ADA, 'owner')).toBe(false);
      expect(await listSuppressions(store.read, { limit: 10 })).toEqual([
        { hash: hashOfEmail(ADA), email: ADA, reason: 'operator', detail: 'asked by telephone', at: NOW },
      ]);
      expect(await liftSuppression(store.write, ADA, 'operator')).toBe(true);
    });

    it('decides what the outbox sends: what was just asked for, unless nobody is there', async () => {
      expect(maySend('bounce', true)).toBe(false);
      const sent: string[] = [];
      const dropped: string[] = [];
      const mailer = {
        async send({ subject }: { subject: string }) {
          sent.push(subject);
        },
        async verify() {},
      };
      const queue = (subject: string, expires: number | null) =>
        queueMail(store.write, { to: ADA, subject, text: '' }, 'papers.example.org', NOW, expires);
      for (const [reason, expected] of [
        ['complaint', ['Link']],
        ['operator', []],
      ] as const) {
        sent.length = 0;
        await suppress(store.write, ADA, reason, '', NOW);
        await queue('Link', NOW + 1000);
        await queue('Notice', null);
        await deliver(
          store,
          mailer,
          () => NOW,
          ({ reason: why }) => dropped.push(why!),
        );
        expect(sent).toEqual(expected);
        expect(await unsentMail(store)).toEqual([]);
      }
      expect(dropped).toHaveLength(3);
      expect(dropped[0]).toBe('its address gets no mail (complaint)');
    });

    it.each(['lmtp', 'smtp'] as const)(
      'comes in at the built-in receiver by %s, for our addresses alone',
      async (kind) => {
        const config = { ...OFF, BOUNCE_URL: `${kind}://127.0.0.1:0` };
        const desk = new BounceDesk({
          store,
          config: { ...config, BOUNCE_URL: `${kind}://127.0.0.1:0` },
          now: () => NOW,
        });
        await desk.look();
        try {
          const { verpOf } = await import('../mail/verp.ts');
          const ours = (await verpOf(store.write, config))!;
          await send('d1');
          await send('d2', 'bob@example.org', 'handing');
          const transport = createTransport({
            host: '127.0.0.1',
            port: desk.port!,
            lmtp: kind === 'lmtp',
            secure: false,
            ignoreTLS: true,
          });
          const pass = async (to: string, raw: Buffer) => {
            const { rejectedErrors } = await transport.sendMail({ envelope: { from: '', to: [to] }, raw });
            // By LMTP each recipient has an answer of its own.
            if (rejectedErrors?.[0]) throw rejectedErrors[0];
          };
          const one = { ...about('d1'), to: ours.addressOf('d1') };
          await expect(pass(VERP.addressOf('d1'), postfix(one))).rejects.toThrow('550');
          await expect(pass('postmaster@papers.example.org', postfix(one))).rejects.toThrow('550');
          await expect(
            pass(
              ours.addressOf('d2'),
              postfix({ ...about('d2', 'bob@example.org'), to: ours.addressOf('d2') }),
            ),
          ).rejects.toThrow('451');
          await expect(pass(one.to, Buffer.alloc(1_200_000, 'x'))).rejects.toThrow('552');
          expect((await row('d1'))!.state).toBe('sent');
          await pass(one.to, postfix(one));
          expect((await row('d1'))!.state).toBe('failed');
          expect(await reasonOf()).toBe('bounce');
        } finally {
          await desk.close();
        }
      },
    );

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
                SigningCertURL:
                  'https://sns.eu-west-1.amazonaws.com.example/SimpleNotificationService-0a.pem',
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
