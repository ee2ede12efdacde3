import { createHash, createVerify, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { smtpSink } from '../digest/smtp.fixture.ts';
import { meansNobody } from './answers.ts';
import { warmUpOn } from './limits.ts';
import { messageBytes } from './message.ts';
import { MailError } from './server.ts';
import { openTransport, outcomeOf } from './transport.ts';

const folder = mkdtempSync(join(tmpdir(), 'broadsheet-dkim-'));
afterAll(() => rmSync(folder, { recursive: true }));

const relaxed = (line: string): string => {
  const colon = line.indexOf(':');
  const value = line
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${line.slice(0, colon).toLowerCase().trim()}:${value}`;
};

/** A message's DKIM signature, checked as RFC 6376 says (relaxed/relaxed, SHA-256). */
function verifies(text: string, publicKey: string): { signed: string[]; isValid: boolean } {
  const end = text.indexOf('\r\n\r\n');
  const headers = text.slice(0, end).split(/\r\n(?![ \t])/);
  const own = headers.find((line) => /^DKIM-Signature:/i.test(line))!;
  const tags = new Map(
    own
      .slice(own.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1)] as const),
  );
  const tag = (name: string): string => tags.get(name)!.replace(/\s/g, '');
  const body = `${text
    .slice(end + 4)
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
    .join('\r\n')
    .replace(/(?:\r\n)*$/, '')}\r\n`;
  const bodyHash = createHash('sha256').update(body, 'latin1').digest('base64');
  const signed = tag('h').toLowerCase().split(':');
  const lines = signed.map((name) =>
    relaxed(headers.findLast((line) => line.toLowerCase().startsWith(`${name}:`))!),
  );
  const unsigned = relaxed(own.replace(/([;\s]b=)[^;]*$/, '$1'));
  const isValid = createVerify('RSA-SHA256')
    .update(`${lines.join('\r\n')}\r\n${unsigned}`, 'latin1')
    .verify(publicKey, tag('b'), 'base64');
  return { signed, isValid: isValid && bodyHash === tag('bh') };
}

const message = (text: string) =>
  messageBytes({
    from: { name: 'Päpers', email: 'papers@example.org' },
    to: { name: '', email: 'ada@example.org' },
    subject: `A long subject that is folded ${'word '.repeat(20)}`,
    messageId: 'one@papers.example.org',
    date: 0,
    text,
    html: `<p>${text}</p>`,
    headers: {
      'List-Unsubscribe': `<https://papers.example.org/subscriptions/${'x'.repeat(40)}/unsubscribe>`,
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'Feedback-ID': 'a:b:c:d',
    },
  });

describe('the transport', () => {
  it('signs mails with DKIM, both headers for unsubscribing included', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const file = join(folder, 'key.pem');
    writeFileSync(file, privateKey, { mode: 0o600 });
    const sink = await smtpSink();
    const config = readConfig({
      ...{ SMTP_URL: sink.url, DKIM_DOMAIN: 'example.org', DKIM_SELECTOR: 'mail', DKIM_KEY_FILE: file },
    });
    const transport = openTransport(config);
    const envelope = { from: 'papers@example.org', to: 'ada@example.org' };
    const bytes = message(`A  line with  spaces, “quotes” \n.and a dot\n\n\n`);
    const handed = await transport.hand({ envelope, messageId: 'one@papers.example.org', bytes });
    transport.close();
    await sink.close();
    expect(handed).toEqual({ state: 'accepted', answer: '250 2.0.0 accepted as 1' });
    const { signed, isValid } = verifies(`${sink.accepted[0]!.text}\r\n`, publicKey);
    expect(isValid).toBe(true);
    expect(signed).toEqual(
      expect.arrayContaining(['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post', 'feedback-id']),
    );
    expect(verifies(`${sink.accepted[0]!.text}!\r\n`, publicKey).isValid).toBe(false);
  });

  it('says what is wrong with a key before any mail is lost over it', () => {
    const config = readConfig({ SMTP_URL: 'smtp://127.0.0.1:25', DKIM_DOMAIN: 'example.org' });
    expect(() => openTransport(config)).toThrow(MailError);
    const all = { ...config, DKIM_SELECTOR: 'mail', DKIM_KEY_FILE: join(folder, 'none.pem') };
    expect(() => openTransport(all)).toThrow(/DKIM_KEY_FILE cannot be read/);
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(join(folder, 'ed.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }), {
      mode: 0o600,
    });
    expect(() => openTransport({ ...all, DKIM_KEY_FILE: join(folder, 'ed.pem') })).toThrow(/not an RSA key/);
  });

  it('tells a refusal of the login or the greeting from one of the mail', () => {
    const unread = { isBegun: false, isAllRead: false };
    const failed = (code: string, response: string, text = unread) =>
      outcomeOf(Object.assign(new Error(response), { code, response, command: 'RCPT TO' }), text, 'server');
    expect(failed('EAUTH', '535 5.7.8 wrong')).toMatchObject({ state: 'deferred', ofServer: true });
    expect(failed('EPROTOCOL', '554 go away')).toMatchObject({ state: 'deferred', ofServer: true });
    expect(failed('EENVELOPE', '550 5.1.1 who?')).toMatchObject({ state: 'refused', nobody: true });
    expect(failed('EENVELOPE', '550 5.7.1 spam')).toMatchObject({ state: 'refused', nobody: false });
    expect(failed('EENVELOPE', '503 order')).toMatchObject({ state: 'deferred' });
    const sent = { isBegun: true, isAllRead: true };
    // The beginning of an answer is none.
    expect(failed('ECONNECTION', '550 5.1.1 no su', sent)).toMatchObject({ state: 'unknown' });
    expect(failed('EMESSAGE', '451 later', sent)).toMatchObject({ state: 'deferred', ofServer: false });
    const begun = { isBegun: true, isAllRead: false };
    expect(failed('ESOCKET', '', begun)).toMatchObject({ state: 'deferred' });
    expect(failed('EPROTOCOL', '552 too big', begun)).toMatchObject({ state: 'refused', nobody: false });
  });
});

describe('an answer', () => {
  it.each([
    ['550 5.1.1 <x@example.org>: unknown', true],
    ['550-5.1.1 The email account that you tried to reach does not exist', true],
    ['550 No such user here', true],
    ['553 5.1.3 bad address', true],
    ['550 5.2.1 disabled', true],
    ['550 5.2.1 The user is receiving mail at a rate that prevents more', false],
    ['550 5.1.1 Sender address rejected: User unknown', false],
    ['550 Sender verify failed: no such user here', false],
    ['550 blocked', false],
    ['550 5.7.1 rejected as spam: unknown user reputation', false],
    ['552 5.2.2 mailbox full', false],
    ['554 5.1.1 nobody', false],
    ['450 4.1.1 no such user', false],
    ['550 5.1.8 sender’s address', false],
  ])('%s: nobody is there: %s', (answer, expected) => expect(meansNobody(answer)).toBe(expected));
});

it('warms up from 200 mails a day to 200,000', () => {
  expect([0, 1, 41].map(warmUpOn)).toEqual([200, 236, 200_000]);
});
