import { afterEach, describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { random } from '../../test/invented.ts';
import { messageBytes, quotedPrintable } from '../mail/message.ts';
import type { Store } from '../store/open.ts';
import {
  cancel,
  countIssue,
  countStates,
  deliveriesIn,
  hurry,
  isPaused,
  pauseDigest,
  resumeDigest,
  retry,
} from './controls.ts';
import { LEASE, recover, takeDue, Writes } from './deliveries.ts';
import { addressOf, fillLedger, ISSUE, send, sendingTo } from './ledger.fixture.ts';
import { type Sink, smtpSink, type Treatment } from './smtp.fixture.ts';

const DUE = Date.parse('2026-11-30T12:00:00Z');

onBoth((_kind, fresh) => {
  describe('the digest', () => {
    let store: Store;
    let sink: Sink | undefined;
    eachTime(fresh, (opened) => {
      store = opened;
    });
    afterEach(() => sink?.close());
    const states = () => countStates(store.read);
    const row = (id: string) =>
      store.read.selectFrom('deliveries').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

    it('goes to each subscriber once, whichever of several processes sends it', async () => {
      await fillLedger(store, 120, DUE);
      sink = await smtpSink();
      const url = sink.url;
      const rounds = await Promise.all(
        [1, 2, 3].map(() => send(sendingTo(store, url, { env: { MAIL_CONNECTIONS: '2' } }))),
      );
      expect(rounds.reduce((sum, { tally }) => sum + tally.sent, 0)).toBe(120);
      expect(sink.accepted.map(({ to }) => to).sort()).toEqual(
        Array.from({ length: 120 }, (_, i) => addressOf(i + 1)).sort(),
      );
      expect(await states()).toMatchObject({ sent: 120, queued: 0, handing: 0 });
      for (const { messageId, to } of sink.accepted) {
        const { email, answer, message_id } = await row(messageId.slice(0, messageId.indexOf('@')));
        expect([email, message_id]).toEqual([to, messageId]);
        expect(answer).toMatch(/^250 2\.0\.0 accepted as \d+$/);
      }
    });

    it('ends with the right state for everybody, however the server fails for a fifth of them', async () => {
      const next = random(18);
      const KINDS: [Treatment, string, RegExp][] = [
        [{ how: 'answer', at: 'rcpt', answer: '421 4.3.2 closing' }, 'queued', /^421/],
        [{ how: 'answer', at: 'rcpt', answer: '450 4.2.1 later' }, 'queued', /^450/],
        [{ how: 'answer', at: 'text', answer: '451 4.3.0 later' }, 'queued', /^451/],
        [{ how: 'answer', at: 'rcpt', answer: '550 5.1.1 no such user' }, 'failed', /^550/],
        [{ how: 'answer', at: 'text', answer: '552 5.2.2 full' }, 'failed', /^552/],
        [{ how: 'answer', at: 'text', answer: '554 5.7.1 policy' }, 'failed', /^554/],
        [{ how: 'silent', at: 'rcpt' }, 'queued', /Timeout/],
        [{ how: 'silent', at: 'text' }, 'uncertain', /Timeout/],
        [{ how: 'half', at: 'rcpt' }, 'queued', /closed/],
        [{ how: 'half', at: 'text' }, 'uncertain', /closed/],
        [{ how: 'cut', at: 'data' }, 'queued', /closed|reset/i],
        [{ how: 'cut', at: 'text' }, 'uncertain', /closed|reset/i],
        [{ how: 'accept-cut' }, 'uncertain', /closed|reset/i],
      ];
      const READERS = 200;
      const wrong = new Map<string, (typeof KINDS)[number]>();
      for (let n = 1; n <= READERS; n++)
        if (next() < 0.2) wrong.set(addressOf(n), KINDS[wrong.size % KINDS.length]!);
      expect(wrong.size).toBeGreaterThan(KINDS.length);
      await fillLedger(store, READERS, DUE);
      let isWell = false;
      sink = await smtpSink((to) => (isWell ? undefined : wrong.get(to)?.[0]) ?? { how: 'accept' });
      // A server that fails often is left alone in between.
      for (let round = 0; round < 30; round++) {
        const waiting = await store.read
          .selectFrom('deliveries')
          .select('id')
          .where('state', '=', 'queued')
          .where('tries', '=', 0)
          .execute();
        if (waiting.length === 0) break;
        await send(sendingTo(store, sink.url, { answer: 400 }));
      }
      const all = await store.read.selectFrom('deliveries').selectAll().execute();
      for (const { email, state, answer } of all) {
        const [, expected, said] = wrong.get(email) ?? [null, 'sent', /^250/];
        expect([email, state]).toEqual([email, expected]);
        expect(answer).toMatch(said);
      }
      // Only a mailbox that does not exist gets no more mail.
      const suppressed = await store.read.selectFrom('suppressions').select('email').execute();
      expect(suppressed.map(({ email }) => email).sort()).toEqual(
        [...wrong].flatMap(([email, [, , said]]) => (said.source === '^550' ? [email] : [])).sort(),
      );
      // The server has each mail that was sent exactly once, and of the uncertain ones those that it accepted.
      const got = sink.accepted.map(({ to }) => to).sort();
      expect(got).toEqual(
        all
          .filter(({ email, state }) => state === 'sent' || wrong.get(email)?.[0].how === 'accept-cut')
          .map(({ email }) => email)
          .sort(),
      );
      const uncertain = await deliveriesIn(store.read, 'uncertain', 100);
      expect(uncertain.map(({ email }) => email).sort()).toEqual(
        [...wrong].flatMap(([email, [, state]]) => (state === 'uncertain' ? [email] : [])).sort(),
      );

      // Once the server is well, what it had deferred arrives; the others only when somebody says so.
      isWell = true;
      await hurry(store, Date.now(), { issue: ISSUE });
      await send(sendingTo(store, sink.url));
      const after = await states();
      expect([after.queued, after.uncertain]).toEqual([0, uncertain.length]);
      expect(await retry(store, 'uncertain', Date.now())).toBe(uncertain.length);
      await send(sendingTo(store, sink.url));
      expect(await states()).toMatchObject({ queued: 0, uncertain: 0, failed: after.failed });
    });

    it('is not sent to those who unsubscribe, are deleted or get no more mail at the last moment', async () => {
      await fillLedger(store, 5, DUE);
      sink = await smtpSink();
      const taken = await takeDue(store, 10, Date.now());
      expect(taken).toHaveLength(5);
      await store.write.deleteFrom('subscriptions').where('subscriber', '=', 1).execute();
      await store.write.deleteFrom('subscribers').where('id', '=', 2).execute();
      await sendingTo(store, sink.url).suppress(store.write, addressOf(3), 'complaint', DUE);
      await cancel(store, Date.now(), { id: 'd4' });
      const writes = new Writes(store, Date.now);
      expect(await Promise.all(taken.map((one) => writes.begin(one)))).toEqual([
        false,
        false,
        false,
        false,
        true,
      ]);
      expect(await states()).toMatchObject({ suppressed: 3, cancelled: 1, handing: 1 });
      expect((await row('d3')).reason).toBe('bounce');
    });

    it('takes rows back whose process has ended, also those that it was handing over', async () => {
      await fillLedger(store, 4, DUE);
      const now = Date.now();
      const taken = await takeDue(store, 3, now);
      const writes = new Writes(store, () => now);
      expect(await writes.begin(taken[0]!)).toBe(true);
      expect(await recover(store, now)).toBe(0);
      expect(await states()).toMatchObject({ handing: 1, queued: 3 });
      expect(await recover(store, now + LEASE)).toBe(0);
      expect(await states()).toMatchObject({ queued: 4 });
      expect(await takeDue(store, 10, now + LEASE)).toHaveLength(4);
      // A row that somebody else has taken since is theirs.
      await writes.end({ ...taken[1]!, state: 'sent', reason: null, answer: '250', nextAt: now });
      expect((await row(taken[1]!.id)).state).toBe('queued');
    });

    it('does not begin a mail for ever that every process ends with', async () => {
      await fillLedger(store, 1, DUE);
      let now = Date.now();
      let uncertain = 0;
      for (let i = 0; i < 5; i++) {
        expect(uncertain).toBe(0);
        const [taken] = await takeDue(store, 1, now);
        expect(await new Writes(store, () => now).begin(taken!)).toBe(true);
        now += LEASE;
        uncertain = await recover(store, now);
      }
      expect([uncertain, await states()]).toMatchObject([1, { uncertain: 1 }]);
    });

    it('sends uncertain mail again if that is wished, with the same Message-ID', async () => {
      await fillLedger(store, 1, DUE);
      let first = true;
      sink = await smtpSink(() => {
        const treatment: Treatment = { how: first ? 'accept-cut' : 'accept' };
        first = false;
        return treatment;
      });
      const env = { MAIL_RESEND_UNCERTAIN: '1' };
      await send(sendingTo(store, sink.url, { env }));
      // Not at once: whatever broke the connection may do so again.
      expect([await states(), sink.accepted.length]).toMatchObject([{ queued: 1 }, 1]);
      await hurry(store, Date.now(), { issue: ISSUE });
      await send(sendingTo(store, sink.url, { env }));
      expect(await states()).toMatchObject({ sent: 1, uncertain: 0 });
      expect(sink.accepted.map(({ text }) => text)).toHaveLength(2);
      expect(sink.accepted[0]!.text).toBe(sink.accepted[1]!.text);
    });

    it('sends uncertain mail five times at most, if the server never confirms it', async () => {
      await fillLedger(store, 1, DUE);
      sink = await smtpSink(() => ({ how: 'accept-cut' }));
      const env = { MAIL_RESEND_UNCERTAIN: '1' };
      for (let round = 0; round < 8; round++) {
        await send(sendingTo(store, sink.url, { env }));
        await hurry(store, Date.now(), { issue: ISSUE });
      }
      expect([await states(), sink.accepted.length]).toMatchObject([{ uncertain: 1 }, 5]);
    });

    it('keeps to limits, also when several processes send', async () => {
      await fillLedger(store, 50, DUE);
      sink = await smtpSink();
      const url = sink.url;
      const now = Date.now();
      const env = { MAIL_PER_HOUR: '20', MAIL_CONNECTIONS: '2' };
      const once = (at: number) =>
        Promise.all([1, 2].map(() => send(sendingTo(store, url, { env, now: () => at }))));
      await once(now);
      expect(sink.accepted).toHaveLength(20);
      await once(now + 1000);
      expect(sink.accepted).toHaveLength(20);
      await once(now + 3_600_001);
      expect(sink.accepted).toHaveLength(40);
    });

    it('gives a domain 200 mails on the first day and more on each one after it', async () => {
      await fillLedger(store, 450, DUE);
      await store.write.updateTable('deliveries').set({ domain: 'mail.example-university.edu' }).execute();
      sink = await smtpSink();
      const url = sink.url;
      const now = Date.now();
      const at = async (time: number) => (await send(sendingTo(store, url, { now: () => time }))).again;
      expect(await at(now)).toBe(now + 86_400_000);
      expect([sink.accepted.length, await at(now + 3_600_000)]).toEqual([200, null]);
      expect((await row('d450')).reason ?? '').toMatch(/^$|MAIL_WARM_UP/);
      await at(now + 86_400_001);
      expect(sink.accepted).toHaveLength(436);
    });

    it('can be paused, resumed, and sent again to those it failed for', async () => {
      await fillLedger(store, 3, DUE);
      let refuses = true;
      sink = await smtpSink(() =>
        refuses ? { how: 'answer', at: 'rcpt', answer: '554 5.7.1 not today' } : { how: 'accept' },
      );
      await pauseDigest(store, DUE);
      await send(sendingTo(store, sink.url));
      expect([await isPaused(store.read), (await states()).queued]).toEqual([true, 3]);
      await resumeDigest(store);
      await send(sendingTo(store, sink.url));
      expect(await states()).toMatchObject({ failed: 3 });
      refuses = false;
      // The count of an issue, which looks only at what was not sent, agrees.
      const issue = { id: ISSUE, composedAt: DUE };
      expect(await countIssue(store.read, issue)).toEqual(await countStates(store.read, { issue: ISSUE }));
      expect(await retry(store, 'failed', Date.now(), { issue: ISSUE })).toBe(3);
      await send(sendingTo(store, sink.url));
      expect(await states()).toMatchObject({ sent: 3 });
      expect(await countIssue(store.read, issue)).toEqual(await states());
    });
  });
});

describe('an email', () => {
  it('has no header that a name or a subject has brought', () => {
    const evil = 'Papers\r\nBcc: all@example.org\r\n\r\nHello\u2028\u0000';
    const text = messageBytes({
      from: { name: evil, email: 'papers@example.org' },
      to: { name: evil, email: 'ada@example.org\r\nBcc: all@example.org' },
      subject: evil,
      messageId: 'one@example.org>\r\nBcc: all@example.org',
      date: 0,
      text: 'Hello.\n',
      headers: { 'List-Id': evil, 'X-A\r\nBcc': evil },
    }).toString('latin1');
    const head = text.slice(0, text.indexOf('\r\n\r\n'));
    expect(head.split('\r\n').filter((line) => /^(?:bcc|hello)/i.test(line))).toEqual([]);
    expect(text.slice(head.length)).toBe('\r\n\r\nHello.\r\n');
  });

  it.each([['Ada’s “notes” on 東京 and 🙂 '.repeat(9)], ['plain '.repeat(40)], ['=?UTF-8?Q?not_one?=']])(
    'keeps the subject %j in lines of 76 characters',
    (subject) => {
      const text = messageBytes({
        from: { name: 'Päper', email: 'papers@example.org' },
        to: { name: '', email: 'ada@example.org' },
        subject,
        messageId: 'one@example.org',
        date: 0,
        text: '',
      }).toString('latin1');
      const lines = text.split('\r\n');
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(76);
      const found = /Subject: ([\s\S]*?)\r\n(?! )/.exec(text)![1]!;
      const read = found.includes('=?UTF-8?B?')
        ? found
            .split('\r\n ')
            .map((word) => Buffer.from(word.slice('=?UTF-8?B?'.length, -2), 'base64').toString())
            .join('')
        : found.replaceAll('\r\n', '');
      expect(read).toBe(subject.trim());
    },
  );

  it('is quoted-printable in short lines that say the same', () => {
    const text = `.a line${' '.repeat(3)}\nFrom here\n${'ä='.repeat(70)}\n${'x'.repeat(300)} end \n`;
    const encoded = quotedPrintable(Buffer.from(text)).toString('latin1');
    for (const line of encoded.split('\r\n')) {
      expect(line.length).toBeLessThanOrEqual(76);
      expect(line).not.toMatch(/[ \t]$|^\.|^From |[^\x20-\x7e]/);
    }
    const bytes = encoded
      .replaceAll('=\r\n', '')
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    expect(Buffer.from(bytes, 'latin1').toString()).toBe(text.replaceAll('\n', '\r\n'));
  });
});
