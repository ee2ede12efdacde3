import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { backUp, restore } from '../store/backup.ts';
import type { Store } from '../store/open.ts';
import { type Mail, MailError, type Mailer } from './mailer.ts';
import { deliver, queueMail, unsentMail } from './outbox.ts';
import { suppressionOf } from './suppressions.ts';

const none = (): void => expect.unreachable();

const NOON = Date.parse('2026-11-24T12:00:00Z');
/** An email as earlier versions stored it in the table `meta`. */
const FORMER = {
  id: '000001764000000-0e2c',
  mail: {
    to: 'ada@example.org',
    subject: 'Former',
    text: 'It’s “quoted”.\n',
    messageId: '000001764000000-0e2c@example.org',
    headers: { 'List-Id': 'alerts' },
  },
  queuedAt: 1_764_000_000,
  tries: 2,
  nextAt: 1_764_000_240,
  reason: 'mail.example.org:587: refused',
  expiresAt: null,
};

onBoth((_kind, fresh) => {
  describe('the outbox', () => {
    let store: Store;
    let database: TestDatabase;
    eachTime(fresh, (opened, one) => {
      store = opened;
      database = one;
    });

    const queue = (subject: string, at = NOON) =>
      queueMail(store.write, { to: 'ada@example.org', subject, text: 'Hello.' }, 'example.org', at);

    /** A mail server that refuses some emails. */
    function server(refuses: (mail: Mail) => boolean = () => false): Mailer & { sent: string[] } {
      const sent: string[] = [];
      return {
        sent,
        async send(mail) {
          if (refuses(mail)) throw new MailError('mail.example.org:587: refused');
          sent.push(mail.subject);
        },
        async verify() {},
      };
    }

    it('drops an email that has expired, and no other', async () => {
      await queue('Always of use', NOON - 1);
      const mail = { to: 'nobody@example.org', subject: 'Link', text: 'Hello.' };
      await queueMail(store.write, mail, 'example.org', NOON, NOON + 1000);
      const refusing = server(() => true);
      await deliver(
        store,
        refusing,
        () => NOON + 999,
        () => {},
      );
      expect((await unsentMail(store)).map(({ mail: { subject }, tries }) => [subject, tries])).toEqual([
        ['Always of use', 1],
        ['Link', 1],
      ]);
      await deliver(
        store,
        refusing,
        () => NOON + 1000,
        () => {},
      );
      expect((await unsentMail(store)).map(({ mail: { subject } }) => subject)).toEqual(['Always of use']);
    });

    it('keeps every email until it is sent, however many there are, and sends the oldest first', async () => {
      const subjects = Array.from({ length: 120 }, (_, i) => `Mail ${i}`);
      for (const [i, subject] of subjects.entries()) await queue(subject, NOON + i);
      const mailer = server();
      expect(await deliver(store, mailer, () => NOON + 500, none)).toBe(120);
      expect(mailer.sent).toEqual(subjects);
      expect(await unsentMail(store)).toEqual([]);
    });

    it('is filled all or nothing, with the transaction that queues', async () => {
      const work = store.write.transaction().execute(async (tx) => {
        await queueMail(tx, { to: 'ada@example.org', subject: 'Never', text: '' }, 'example.org', NOON);
        throw new Error('half-way');
      });
      await expect(work).rejects.toThrow('half-way');
      expect(await unsentMail(store)).toEqual([]);
    });

    it('retries later what was refused, and sends the rest meanwhile', async () => {
      await queue('Refused', NOON);
      await queue('Taken', NOON + 1);
      const refusing = server(({ subject }) => subject === 'Refused');
      const failed: number[] = [];
      const tries = (now: number) =>
        deliver(
          store,
          refusing,
          () => now,
          ({ tries }) => failed.push(tries),
        );
      expect(await tries(NOON + 10)).toBe(1);
      expect(await tries(NOON + 59_000)).toBe(0);
      expect(await tries(NOON + 61_000)).toBe(0);
      expect(failed).toEqual([1, 2]);
      expect(await unsentMail(store)).toMatchObject([
        {
          mail: { subject: 'Refused' },
          tries: 2,
          nextAt: NOON + 61_000 + 120_000,
          reason: 'mail.example.org:587: refused',
        },
      ]);
      const mailer = server();
      expect(await deliver(store, mailer, () => NOON + 181_000, none)).toBe(1);
    });

    it('drops an email to an address where nobody can be reached, and writes there no more', async () => {
      await queue('To nobody', NOON);
      const mailer = server();
      const nobody = {
        ...mailer,
        send: () => Promise.reject(new MailError('550 5.1.1 no such user', true)),
      };
      const dropped: string[] = [];
      await deliver(
        store,
        nobody,
        () => NOON,
        ({ isDropped, reason }) => dropped.push(`${isDropped} ${reason}`),
      );
      expect(dropped).toEqual(['true nobody can be reached at its address: 550 5.1.1 no such user']);
      expect(await unsentMail(store)).toEqual([]);
      expect((await suppressionOf(store.read, 'ada@example.org'))!.reason).toBe('bounce');
      await queue('Again', NOON);
      expect(
        await deliver(
          store,
          mailer,
          () => NOON + 1,
          () => {},
        ),
      ).toBe(0);
      expect(mailer.sent).toEqual([]);
    });

    it('stops if the server refuses one email after another, and starts with the others next time', async () => {
      for (let i = 0; i < 5; i++) await queue(`Mail ${i}`, NOON + i);
      const asked: string[] = [];
      const down = server(({ subject }) => asked.push(subject) > 0);
      await deliver(
        store,
        down,
        () => NOON + 10,
        () => {},
      );
      expect(asked).toEqual(['Mail 0', 'Mail 1', 'Mail 2']);
      const mailer = server();
      await deliver(store, mailer, () => NOON + 20, none);
      expect(mailer.sent).toEqual(['Mail 3', 'Mail 4']);
    });

    it('sends each email once, however many processes send', async () => {
      for (let i = 0; i < 20; i++) await queue(`Mail ${i}`, NOON + i);
      const other = await database.open();
      const mailer = server();
      const sending = [store, other, store, other].map((one) => deliver(one, mailer, () => NOON + 100, none));
      expect((await Promise.all(sending)).reduce((sum, sent) => sum + sent)).toBe(20);
      expect(new Set(mailer.sent).size).toBe(20);
      await other.close();
    });

    it('loses nothing when its process is killed: each email is sent, one of them perhaps twice', async () => {
      const queued = new Set<string>();
      const sent: string[] = [];
      for (let kill = 0; kill < 3; kill++) {
        const script = join(import.meta.dirname, 'outbox.fixture.ts');
        const child = spawn(process.execPath, [script, '8'], { env: { ...process.env, ...database.env } });
        const ended = once(child, 'close');
        let enough = 2 + kill;
        for await (const line of createInterface({ input: child.stdout })) {
          const [what, id] = line.split(' ') as [string, string];
          if (what === 'queued') queued.add(id);
          else sent.push(id);
          if (what === 'sent' && --enough === 0) child.kill('SIGKILL');
        }
        await ended;
      }
      // After a while, what the killed processes had taken is due again.
      const later = Date.now() + 10 * 60_000;
      const mailer = {
        async send({ messageId }: Mail) {
          sent.push(messageId);
        },
        async verify() {},
      };
      await deliver(store, mailer, () => later, none);
      expect(queued.size).toBe(24);
      expect(new Set(sent)).toEqual(queued);
      expect(sent.length - queued.size).toBeLessThanOrEqual(3);
      expect(await unsentMail(store)).toEqual([]);
    });

    it('has what an earlier version had queued', async () => {
      const old = await fresh();
      const db = await old.openBefore('mail that waits to be sent');
      const rows = [
        { key: `mail:${FORMER.id}`, value: JSON.stringify(FORMER) },
        { key: 'mailing', value: 'something else' },
      ];
      await db.insertInto('meta').values(rows).execute();
      await db.destroy();
      const opened = await old.open();
      expect(await unsentMail(opened)).toEqual([FORMER]);
      const left = opened.read.selectFrom('meta').selectAll().where('key', 'like', 'mail%');
      expect(await left.execute()).toEqual([rows[1]]);
      await opened.close();
      await old.remove();
    });

    it('is in backups, and is filled from those of earlier versions', async () => {
      const path = join(database.env.DATA_DIR, 'backup.jsonl.gz');
      await queue('Waiting');
      await backUp(store, path);
      const waiting = await unsentMail(store);
      const other = await fresh();
      const copy = await other.open();
      await restore(copy, path);
      expect(await unsentMail(copy)).toEqual(waiting);

      // The same file with the email where it used to be stored.
      const row = { key: `mail:${FORMER.id}`, value: JSON.stringify(FORMER) };
      await store.write.deleteFrom('outbox').execute();
      await store.write.insertInto('meta').values(row).execute();
      await backUp(store, path);
      await restore(copy, path, { replace: true });
      expect(await unsentMail(copy)).toEqual([FORMER]);
      await copy.close();
      await other.remove();
    });
  });
});
