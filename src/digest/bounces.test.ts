import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { away, complaint, exim, postfix } from '../mail/bounces.fixture.ts';
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
import { ADA, NOW, OFF, rowOf, sent } from './bounces.fixture.ts';
import { takeBounce } from './bounces.ts';

const VERP = verp('a secret of this site', 'bounce@papers.example.org');
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
    const send = (id: string, email = ADA, state = 'sent') => sent(store, id, email, state);
    const row = (id: string) => rowOf(store, id);
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

    it('of a sign-in link or a notification counts as well, if it is final and ours', async () => {
      const from = VERP.addressFor(ADA);
      expect(from).toMatch(/^bounce\+to-[0-9a-f]{24}\.[0-9a-f]{10}@papers\.example\.org$/);
      const mail = { to: from, email: ADA, messageId: 'o1@papers.example.org' };
      const take = (bytes: Buffer) => takeBounce(store, VERP, bytes, [], NOW);
      // Forged, about somebody else, automatic, not final.
      expect(await take(postfix({ ...mail, to: from.replace(/\.[0-9a-f]{10}@/, '.0000000000@') }))).toBe(
        'ignored',
      );
      expect(
        await take(
          Buffer.from(
            postfix({ ...mail, email: 'bob@example.org' })
              .toString()
              .replaceAll(ADA, 'bob@example.org'),
          ),
        ),
      ).toBe('ignored');
      expect(await take(away(mail))).toBe('ignored');
      for (let n = 0; n < 2 * SOFT_BOUNCES; n++)
        await take(postfix({ ...mail, status: '5.2.2', code: 'smtp; 552 5.2.2 Mailbox full' }));
      expect([await reasonOf(), await reasonOf('bob@example.org')]).toEqual([null, null]);
      expect(await take(postfix(mail))).toBe('bounce');
      expect(await reasonOf()).toBe('bounce');
      expect(await take(complaint(mail))).toBe('complaint');
      expect(await reasonOf()).toBe('complaint');
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
  });
});
