import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { smtpSink } from '../digest/smtp.fixture.ts';
import { type DkimKey, dkimOf } from './dkim.ts';
import { checkDomain } from './domain-check.ts';
import { messageBytes } from './message.ts';
import { openTransport } from './transport.ts';

let folder: string;
let file: string;
let key: DkimKey;
const settings = (more: Record<string, string> = {}) =>
  readConfig({
    SMTP_URL: 'smtp://127.0.0.1:25',
    PUBLIC_URL: 'https://papers.example.org',
    DKIM_DOMAIN: 'example.org',
    DKIM_SELECTOR: 'mail2026',
    DKIM_KEY_FILE: file,
    ...more,
  });
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'broadsheet-dkim-'));
  file = join(folder, 'key.pem');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  key = dkimOf(settings())!;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the key emails are signed with', () => {
  it('is refused if every user can read it, if it is no key, and if a setting is missing', () => {
    chmodSync(file, 0o644);
    expect(() => dkimOf(settings())).toThrow(`chmod 600 ${file}`);
    chmodSync(file, 0o600);
    expect(dkimOf(settings())).toMatchObject({ domain: 'example.org', selector: 'mail2026', bits: 2048 });
    expect(() => dkimOf(settings({ DKIM_SELECTOR: '' }))).toThrow('all three');
    expect(() => dkimOf(settings({ DKIM_KEY_FILE: join(folder, 'none.pem') }))).toThrow('cannot be read');
    const other = join(folder, 'other.pem');
    writeFileSync(other, 'no key', { mode: 0o600 });
    expect(() => dkimOf(settings({ DKIM_KEY_FILE: other }))).toThrow('cannot be read');
  });

  // Debian's python3-dkim. It is given the public key instead of asking the DNS.
  const python = '/usr/bin/python3';
  const verifier = [
    'import sys, dkim',
    'record = ("v=DKIM1; k=rsa; p=" + sys.argv[1]).encode()',
    'd = dkim.DKIM(sys.stdin.buffer.read())',
    'print(d.verify(dnsfunc=lambda name, timeout=5: record if name.startswith(b"mail2026._domainkey.example.org") else None))',
  ].join('\n');
  const isThere = existsSync(python) && spawnSync(python, ['-c', 'import dkim']).status === 0;
  if (!isThere) console.warn('SKIPPED: verifying signatures, because Python’s dkim is not there');
  it.skipIf(!isThere)(
    'makes signatures that another program verifies, over both headers of unsubscribing',
    async () => {
      const sink = await smtpSink();
      const transport = openTransport(settings({ SMTP_URL: sink.url }));
      try {
        const unsubscribe = `<https://papers.example.org/subscriptions/${'t'.repeat(32)}/unsubscribe>`;
        const bytes = messageBytes({
          from: { name: 'Broadsheet', email: 'broadsheet@papers.example.org' },
          to: { name: '', email: 'ada@example.org' },
          subject: 'Für alle: x² and more',
          messageId: 'd1@papers.example.org',
          date: 1_764_000_000_000,
          text: 'Hello.\n.\nFrom here on: é\n',
          html: '<p>Hello é</p>',
          headers: { 'List-Unsubscribe': unsubscribe, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
        });
        const envelope = { from: 'broadsheet@papers.example.org', to: 'ada@example.org' };
        expect(await transport.hand({ envelope, messageId: 'd1@papers.example.org', bytes })).toMatchObject({
          state: 'accepted',
        });
        const { text } = sink.accepted[0]!;
        const verify = (input: string) =>
          spawnSync(python, ['-c', verifier, key.publicKey], { input: Buffer.from(input, 'latin1') })
            .stdout.toString()
            .trim();
        expect(verify(text)).toBe('True');
        const signed = /^DKIM-Signature:[\s\S]*?\bh=([^;]*);/m
          .exec(text)![1]!
          .toLowerCase()
          .replace(/\s/g, '')
          .split(':');
        expect(signed).toEqual(
          expect.arrayContaining(['from', 'subject', 'list-unsubscribe', 'list-unsubscribe-post']),
        );
        expect(verify(text.replace('One-Click', 'No-Click'))).not.toBe('True');
      } finally {
        transport.close();
        await sink.close();
      }
    },
  );
});

/** A DNS made of these records. */
const resolver = (records: Record<string, unknown[]>) => async (name: string, type: string) => {
  const found = records[`${name} ${type}`];
  if (found === undefined) throw Object.assign(new Error('nothing'), { code: 'ENODATA' });
  if (found.length === 0) throw Object.assign(new Error('no server'), { code: 'ESERVFAIL' });
  return found;
};

describe('a domain that email is from', () => {
  const well = () => ({
    'papers.example.org MX': [{ exchange: 'mx.example.org', priority: 10 }],
    'papers.example.org TXT': [['v=spf1 ip4:8.8.4.4 -all']],
    'mail2026._domainkey.example.org TXT': [['v=DKIM1; k=rsa; p=', key.publicKey]],
    '_dmarc.example.org TXT': [['v=DMARC1; p=reject']],
    '4.4.8.8.in-addr.arpa PTR': ['mx.example.org'],
    'mx.example.org A': ['8.8.4.4'],
  });
  const check = async (records: Record<string, unknown[]>, more: Record<string, string> = {}) => {
    const findings = await checkDomain({
      config: settings(more),
      returnDomain: 'papers.example.org',
      from: ['8.8.4.4'],
      resolve: resolver(records),
    });
    return Object.fromEntries(findings.map((finding) => [finding.check, finding]));
  };

  it('is well if everything is published, and nobody refuses it', async () => {
    const found = await check(well());
    expect(
      Object.values(found).map(({ check: name, state, says }) => [name, state, state === 'ok' || says]),
    ).toEqual(
      ['links', 'domain', 'spf', 'dkim', 'dmarc', 'reverse', 'tls'].map((name) => [name, 'ok', true]),
    );
  });

  it('without any record is refused by everybody, and each finding says what to do', async () => {
    const found = await check({}, { PUBLIC_URL: 'http://papers.example.org' });
    for (const name of ['domain', 'spf', 'dkim', 'dmarc', 'reverse'])
      expect(found[name], name).toMatchObject({ state: 'problem', refusedBy: ['Gmail', 'Yahoo', 'Outlook'] });
    expect(found.links).toMatchObject({ state: 'problem', refusedBy: ['Gmail', 'Yahoo'] });
    expect(found.spf!.next).toContain('"v=spf1 ip4:8.8.4.4 -all"');
    expect(found.dkim!.next).toContain(`p=${key.publicKey}`);
    expect(found.dmarc!.next).toContain('_dmarc.papers.example.org');
  });

  it.each([
    ['spf', { 'papers.example.org TXT': [['v=spf1 ip4:8.8.8.8 -all']] }, 'does not allow 8.8.4.4 (fail)'],
    ['spf', { 'papers.example.org TXT': [['v=spf1 nonsense:x -all']] }, 'is invalid'],
    [
      'dkim',
      { 'mail2026._domainkey.example.org TXT': [['v=DKIM1; p=AAAA']] },
      'is not that of DKIM_KEY_FILE',
    ],
    ['dkim', { 'mail2026._domainkey.example.org TXT': [['v=DKIM1; p=']] }, 'is revoked'],
    ['reverse', { 'mx.example.org A': ['8.8.8.8'] }, 'has another address'],
  ])('says what is wrong: %s', async (name, change, says) => {
    expect((await check({ ...well(), ...change }))[name]).toMatchObject({
      state: 'problem',
      says: expect.stringContaining(says),
    });
  });

  it('that the DNS does not answer for is not called wrong', async () => {
    const found = await check({
      ...well(),
      'mail2026._domainkey.example.org TXT': [],
      '4.4.8.8.in-addr.arpa PTR': [],
    });
    expect(found.dkim).toMatchObject({ state: 'warning', next: 'Try again later.' });
    expect(found.reverse).toMatchObject({ state: 'warning' });
  });

  it('signed for an unrelated domain is not confirmed', async () => {
    const records = {
      ...well(),
      'papers.example.org TXT': [['v=spf1 -all']],
      'mail2026._domainkey.example.net TXT': [['v=DKIM1; k=rsa; p=', key.publicKey]],
    };
    expect((await check(records, { DKIM_DOMAIN: 'example.net' })).dmarc).toMatchObject({
      state: 'problem',
      says: expect.stringContaining('signed for example.net'),
    });
  });
});
