import { describe, expect, it } from 'vitest';
import { expectLinear, repeated } from '../../test/growth.ts';
import { away, complaint, exchange, exim, postfix, qmail } from './bounces.fixture.ts';
import { isFinal, readReport } from './report.ts';

const ABOUT = {
  to: 'bounce+d1.0123456789@papers.example.org',
  email: 'ada@example.org',
  messageId: 'd1@papers.example.org',
};

describe('a bounce', () => {
  it.each(Object.entries({ postfix, exchange, exim, qmail }))(
    'in the manner of %s names the recipient, the reason and the email',
    async (_, write) => {
      const report = (await readReport(write(ABOUT)))!;
      expect(report.kind).toBe('bounce');
      expect(report.recipients).toHaveLength(1);
      const [one] = report.recipients;
      expect(one).toMatchObject({ emails: ['ada@example.org'], action: 'failed' });
      expect(one!.says).toMatch(/5\.1\.1/);
      expect(isFinal(one!)).toBe(true);
      expect(report.messageIds).toEqual([ABOUT.messageId]);
      expect(report.addresses).toContain(ABOUT.to);
    },
  );

  it.each([
    ['5.2.2', 'smtp; 552 5.2.2 Mailbox full', false],
    ['5.7.1', 'smtp; 550 5.7.1 Blocked: see https://provider.example/', false],
    ['5.1.8', 'smtp; 550 5.1.8 Bad sender', false],
    ['4.4.7', 'smtp; 451 4.4.7 Gave up', false],
    ['5.0.0', 'smtp; 550 Unknown user', true],
    ['5.0.0', 'smtp; 550 Not today', false],
    ['5.2.1', 'smtp; 550 5.2.1 Mailbox disabled', true],
    ['5.2.1', 'smtp; 550 5.2.1 The user is receiving mail at a rate that prevents more', false],
    ['5.1.0', 'smtp; 550 5.1.0 Address rejected', false],
    ['5.1.1', 'smtp; 550 5.1.1 Sender address rejected: User unknown', false],
    ['5.0.0', 'smtp; 550 sender verify failed: no such user', false],
    ['5.4.1', 'smtp; 550 5.4.1 Recipient address rejected: Access denied', true],
    ['5.4.4', 'dns; Host or domain name not found', false],
  ])('with %s (%s) is final: %s', async (status, code, final) => {
    const report = await readReport(postfix({ ...ABOUT, status, code }));
    expect(isFinal(report!.recipients[0]!)).toBe(final);
  });

  it('of several recipients says what became of each', async () => {
    const text = postfix(ABOUT)
      .toString()
      .replace(
        'Remote-MTA: dns; mx.example.org',
        'Remote-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; bob@example.org\r\nAction: delayed\r\nStatus: 4.4.1',
      );
    const report = (await readReport(Buffer.from(text)))!;
    expect(report.recipients.map(({ emails, action, status }) => [emails[0], action, status])).toEqual([
      ['ada@example.org', 'failed', '5.1.1'],
      ['bob@example.org', 'delayed', '4.4.1'],
    ]);
    expect(isFinal(report.recipients[1]!)).toBe(false);
  });

  it('is none of: an automatic reply, a warning, an ordinary email, no email at all', async () => {
    expect(await readReport(away(ABOUT))).toBe(null);
    const warning = qmail(ABOUT).toString().replace('failure notice', 'Warning: message delayed 24 hours');
    expect(await readReport(Buffer.from(warning))).toBe(null);
    expect(await readReport(Buffer.from('Subject: Hello\r\n\r\n550 5.1.1 <ada@example.org>'))).toBe(null);
    expect(await readReport(Buffer.from([0, 255, 13, 10, 13, 10]))).toBe(null);
  });
});

describe('a complaint', () => {
  it('says which email it is about', async () => {
    const report = await readReport(complaint(ABOUT));
    expect(report).toMatchObject({ kind: 'complaint', messageIds: [ABOUT.messageId] });
    expect(report!.recipients[0]!.emails).toEqual(['ada@example.org']);
  });

  it('is no report that somebody found the email in their spam folder', async () => {
    expect(await readReport(complaint(ABOUT, 'not-spam'))).toBe(null);
  });
});

it.each([
  ['addresses', 'a@b.c '],
  ['folded lines', 'x\r\n y'],
  ['empty blocks', 'x\r\n\r\nAction: failed\r\n'],
  ['codes', '5.1.'],
])('reading takes time in proportion to the length: %s', async (name, unit) => {
  const many = repeated(unit);
  await expectLinear(
    name,
    (length) =>
      Buffer.from(
        [
          'From: a@b.c\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; boundary=x\r\n',
          '--x\r\nContent-Type: message/delivery-status\r\n',
          `Action: failed\r\nFinal-Recipient: rfc822; ${many(length)}\r\n--x--\r\n`,
        ].join('\r\n'),
      ),
    (bytes) => readReport(bytes),
  );
});
