import { createServer } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, onBoth, type TestDatabase } from '../../test/databases.ts';
import { type Config, readConfig } from '../config.ts';
import { mailerOf } from '../mail/mailer.ts';
import { unsentMail } from '../mail/outbox.ts';
import { gazette, wrote } from '../sources/sample.fixture.ts';
import { pause } from '../sources/status.ts';
import type { Store } from '../store/open.ts';
import { Alerts } from './alerts.ts';
import { sendMail } from './mailing.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-24T17:00:00Z');
const failed = { state: 'failed', why: 'https://me:s3cret@gazette.example/feed: answered 503' } as const;
const well = { state: 'ok', announced: '2026-11-24', expected: 212, got: 212 } as const;

/** A mail server on this machine that keeps what it is given. */
async function mailServer(port = 0): Promise<{ port: number; mails: string[]; close(): Promise<void> }> {
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.server.address() as { port: number };
  return { port: address.port, mails, close: () => new Promise((resolve) => server.close(resolve)) };
}

async function unusedPort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const settings = (port: number, more: Record<string, string> = {}): Config =>
  readConfig({
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    ALERT_TO: 'editor@example.org',
    PUBLIC_URL: 'https://papers.example.org',
    EDITION_TIMEZONE: 'UTC',
    ...more,
  });

/** Head and text of a mail as it came, lines of the head joined, the text decoded. */
function read(mail: string): { head: Record<string, string>; text: string } {
  const at = mail.indexOf('\r\n\r\n');
  const lines = mail
    .slice(0, at)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const head = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  );
  const body = mail.slice(at + 4);
  if (head['content-transfer-encoding'] !== 'quoted-printable') return { head, text: body };
  const bytes = body
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { head, text: Buffer.from(bytes, 'latin1').toString('utf8') };
}

/** Both duties of a worker, one after the other: deciding what to report, and sending what is queued. */
function watch(store: Store, config: Config, now: () => number, says: string[] = []) {
  const alerts = new Alerts({ store, config, sources: [gazette], now });
  const mailer = mailerOf(config);
  return {
    async tick() {
      await alerts.tick();
      if (mailer !== null) await sendMail(store, mailer, (text) => void says.push(text), now);
    },
  };
}

onBoth((_kind, fresh) => {
  describe('an alert', () => {
    let database: TestDatabase;
    let store: Store;
    let server: Awaited<ReturnType<typeof mailServer>>;
    let now: number;
    beforeEach(async () => {
      database = await fresh();
      [store, server] = await Promise.all([database.open(), mailServer()]);
      now = NOON;
    });
    afterEach(async () => {
      await Promise.all([store.close(), server.close()]);
      await database.remove();
    });
    const alerts = (config = settings(server.port), db = store) => watch(db, config, () => now);

    /** A has been good once and fails for more than the hours of the setting; B is well. */
    async function brokenFor(hours: number): Promise<void> {
      await wrote(store, 'new a', now - hours * HOUR, well);
      await wrote(store, 'new a', now - (hours - 1) * HOUR, failed);
      await wrote(store, 'new a', now - HOUR, failed);
      await wrote(store, 'new b', now - HOUR, well);
    }

    it('is a plain-text mail with everything necessary and no secrets', async () => {
      await brokenFor(40);
      await alerts().tick();
      expect(server.mails).toHaveLength(1);
      const { head, text } = read(server.mails[0]!);
      expect(head).toMatchObject({
        from: '"Broadsheet" <broadsheet@papers.example.org>',
        to: 'editor@example.org',
        subject:
          'Broadsheet: The Gazette, Announcements in A has been failing since 23 November 2026, 01:59 (UTC)',
        'auto-submitted': 'auto-generated',
        'list-id': 'Source alerts <alerts.papers.example.org>',
        'content-type': 'text/plain; charset=utf-8',
      });
      expect(head['message-id']).toMatch(/^<[\w-]+@papers\.example\.org>$/);
      expect(text).toContain('failed: https://gazette.example/feed: answered 503');
      expect(text).toContain('The last successful run ended on 23 November 2026, 01:00 (UTC).');
      expect(text).toContain('36 hours after the last successful run');
      expect(text).toContain('https://papers.example.org/status');
      expect(server.mails[0]).not.toContain('s3cret');
      expect(text).not.toContain('Announcements in B');
    });

    it('is sent once, however often and wherever it is checked, even after a restart', async () => {
      await brokenFor(40);
      const first = alerts();
      await first.tick();
      await first.tick();
      now += 20 * HOUR;
      await alerts().tick();
      expect(server.mails).toHaveLength(1);
    });

    it('covers all parts that have newly failed', async () => {
      await wrote(store, 'new a', now - 40 * HOUR, failed);
      await wrote(store, 'new b', now - 41 * HOUR, failed);
      await alerts().tick();
      expect(server.mails.map((mail) => read(mail).head.subject)).toEqual([
        'Broadsheet: 2 parts of the sources are not working, including The Gazette, Announcements in A',
      ]);
      expect(read(server.mails[0]!).text).toContain('Announcements in B has been failing since');
    });

    it('is not sent before the hours are over, nor for a paused part', async () => {
      await brokenFor(35);
      await alerts().tick();
      now += 2 * HOUR;
      await pause(store, { source: gazette, part: { name: 'new a' } }, now);
      await alerts().tick();
      expect(server.mails).toEqual([]);
    });

    it('is followed by one more when all is working again, and by no third', async () => {
      await brokenFor(40);
      const watching = alerts();
      await watching.tick();
      now += HOUR;
      await wrote(store, 'new a', now, well);
      now += 60_000;
      await watching.tick();
      await alerts().tick();
      expect(server.mails.map((mail) => read(mail).head.subject)).toEqual([
        expect.stringContaining('has been failing since'),
        'Broadsheet: The Gazette, Announcements in A is working again',
      ]);
      const { text } = read(server.mails[1]!);
      expect(text).toContain('Last run: ok, 212 of 212 announced');
      expect(text).toContain('It had been down since 23 November 2026, 01:59 (UTC)');
      expect(text).toContain('No other source is failing.');
    });

    it('starts afresh after a new failure', async () => {
      await brokenFor(40);
      const watching = alerts();
      await watching.tick();
      now += HOUR;
      await wrote(store, 'new a', now, well);
      now += 50 * HOUR;
      await wrote(store, 'new a', now, failed);
      await wrote(store, 'new b', now, well);
      await watching.tick();
      expect(server.mails).toHaveLength(2);
      now += HOUR;
      await wrote(store, 'new a', now, well);
      now += HOUR;
      await watching.tick();
      expect(read(server.mails[2]!).head.subject).toContain('is working again');
    });

    it('waits for a mail server that is down, and says so meanwhile', async () => {
      const port = await unusedPort();
      await brokenFor(40);
      const said: string[] = [];
      const watching = watch(store, settings(port), () => now, said);
      await watching.tick();
      now += 61_000;
      await watching.tick();
      const [waiting] = await unsentMail(store);
      expect(waiting).toMatchObject({
        tries: 2,
        nextAt: now + 120_000,
        reason: expect.stringMatching(/ECONNREFUSED/),
      });
      expect(said).toEqual([
        expect.stringMatching(/could not be sent and will be retried: 127\.0\.0\.1:\d+: /),
      ]);
      // Not before its time.
      const late = await mailServer(port);
      await watching.tick();
      expect(late.mails).toEqual([]);
      now += 121_000;
      await watching.tick();
      await watching.tick();
      expect(late.mails.map((mail) => read(mail).head['message-id'])).toEqual([
        `<${waiting!.mail.messageId}>`,
      ]);
      expect(await unsentMail(store)).toEqual([]);
      await late.close();
    });

    it('does nothing while there is no recipient', async () => {
      await brokenFor(40);
      await alerts(settings(server.port, { ALERT_TO: '' })).tick();
      expect([server.mails, await unsentMail(store)]).toEqual([[], []]);
      // Who is named later is told of what is still so.
      await alerts().tick();
      expect(server.mails).toHaveLength(1);
    });

    it('stays on this machine when that is offline', async () => {
      await brokenFor(40);
      const away = settings(1, { OFFLINE: '1', SMTP_URL: 'smtp://mail.example.org' });
      await expect(mailerOf(away)!.verify()).rejects.toThrow(
        'OFFLINE=1: the mail server mail.example.org:587 is not contacted',
      );
      await alerts(settings(server.port, { OFFLINE: '1' })).tick();
      expect(server.mails).toEqual([]);
    });

    it('for a part that has merely not run waits until it could, if the site was down', async () => {
      await wrote(store, 'new a', now - 100 * HOUR, well);
      await wrote(store, 'new b', now - HOUR, well);
      const watching = alerts();
      await watching.tick();
      expect(server.mails).toEqual([]);
      now += HOUR + 1;
      await watching.tick();
      expect(server.mails.map((mail) => read(mail).head.subject)).toEqual([
        'Broadsheet: The Gazette, Announcements in A has not run since 20 November 2026, 13:00 (UTC)',
      ]);
    });
  });
});

describe.skipIf(!process.env.TEST_DATABASE_URL)('two workers on one database', () => {
  it('send one alert and one recovery between them', async () => {
    const database = await freshDatabase('PostgreSQL');
    const stores = await Promise.all([database.open(), database.open()]);
    const server = await mailServer();
    let now = NOON;
    try {
      await wrote(stores[0]!, 'new a', now - 40 * HOUR, failed);
      const workers = stores.map((store) => watch(store, settings(server.port), () => now));
      const look = () => Promise.all([...workers, ...workers].map((worker) => worker.tick()));
      await look();
      await look();
      expect(server.mails).toHaveLength(1);
      now += HOUR;
      await wrote(stores[1]!, 'new a', now, well);
      now += HOUR;
      await look();
      await look();
      expect(server.mails.map((mail) => read(mail).head.subject!.replace(/ since.*/, ''))).toEqual([
        'Broadsheet: The Gazette, Announcements in A has been failing',
        'Broadsheet: The Gazette, Announcements in A is working again',
      ]);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
      await server.close();
      await database.remove();
    }
  });
});
