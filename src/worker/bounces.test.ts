/** The mailbox that bounces come to, at a real IMAP server: Dovecot, as an ordinary process on a free port. */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { away, postfix } from '../mail/bounces.fixture.ts';
import { suppressionOf } from '../mail/suppressions.ts';
import { verpOf } from '../mail/verp.ts';
import type { Store } from '../store/open.ts';
import { BounceDesk } from './bounces.ts';

const DOVECOT = '/usr/sbin/dovecot';
const canRun = existsSync(DOVECOT) && existsSync('/usr/lib/dovecot/imap') && process.getuid?.() === 0;
if (!canRun)
  console.warn(
    `SKIPPED: reading bounces from a mailbox, because ${DOVECOT} is not there, or this is not the superuser`,
  );
const NOW = Date.now();

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe.skipIf(!canRun)('a mailbox that bounces come to', () => {
  let folder: string;
  let server: ChildProcess;
  let port: number;
  let database: TestDatabase;
  let store: Store;
  beforeAll(async () => {
    [database, port] = await Promise.all([freshDatabase('SQLite'), freePort()]);
    store = await database.open();
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-imap-'));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, 'mail'));
    chmodSync(join(folder, 'mail'), 0o777);
    const conf = join(folder, 'dovecot.conf');
    writeFileSync(
      conf,
      `protocols = imap
listen = 127.0.0.1
base_dir = ${folder}/run
log_path = ${folder}/log
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%n
service imap-login {
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/mail/%n
}
`,
    );
    server = spawn(DOVECOT, ['-F', '-c', conf], { stdio: 'ignore' });
    await vi.waitFor(() => withBox(async () => {}), { timeout: 60_000, interval: 200 });
  });
  afterAll(async () => {
    const gone = new Promise((resolve) => server?.once('exit', resolve));
    server?.kill('SIGTERM');
    await gone;
    await store?.close();
    await database?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  async function withBox<T>(work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const auth = { user: 'bounces@papers.example.org', pass: 'secret' };
    const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, auth, logger: false });
    client.on('error', () => {});
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  }
  const put = (bytes: Buffer) => withBox((client) => client.append('INBOX', bytes));
  const seen = () =>
    withBox(async (client) => {
      await client.mailboxOpen('INBOX');
      const all: boolean[] = [];
      for await (const { flags } of client.fetch('1:*', { flags: true })) all.push(flags!.has('\\Seen'));
      return all;
    });
  const send = (id: string, state = 'sent') =>
    store.write
      .insertInto('deliveries')
      .values({
        ...{
          id,
          state,
          email: `${id}@example.org`,
          subscriber: 1,
          domain: 'example.org',
          due_at: NOW,
          reason: null,
        },
        ...{
          subject: 'The papers',
          sections: '[]',
          message_id: `${id}@papers.example.org`,
          tries: 1,
          next_at: 0,
        },
        ...{
          lease_until: 0,
          holder: null,
          composed_at: NOW,
          handed_at: NOW,
          ended_at: NOW,
          answer: '250 OK',
        },
      })
      .execute();
  const stateOf = async (id: string) =>
    (await store.read.selectFrom('deliveries').select('state').where('id', '=', id).executeTakeFirst())!
      .state;
  const config = (password = 'secret') => ({
    BOUNCE_URL: `imap://bounces%40papers.example.org:${password}@127.0.0.1:${port}/INBOX`,
    PUBLIC_URL: 'https://papers.example.org',
    OFFLINE: false,
  });

  it('is read on from where reading stopped, and what is not ours is left as it was', async () => {
    const ours = (await verpOf(store.write, config()))!;
    const bounce = (id: string) => {
      const to = ours.addressOf(id);
      expect(to).toMatch(/^bounces\+.+@papers\.example\.org$/);
      return postfix({ to, email: `${id}@example.org`, messageId: `${id}@papers.example.org` });
    };
    await Promise.all([send('d1'), send('d2', 'handing'), send('d3')]);
    await put(bounce('d1'));
    await put(Buffer.from('From: eve@example.org\r\nSubject: Hello\r\n\r\nHello.\r\n'));
    await put(away({ to: ours.addressOf('d3'), email: '', messageId: 'd3@papers.example.org' }));
    await put(bounce('d2'));
    await put(bounce('d3'));
    let now = NOW;
    // Each time as if the process had been started anew.
    const look = () => new BounceDesk({ store, config: config(), now: () => now }).look();
    await look();
    expect([await stateOf('d1'), await stateOf('d2'), await stateOf('d3')]).toEqual([
      'failed',
      'handing',
      'sent',
    ]);
    expect(await seen()).toEqual([true, false, false, false, false]);
    await store.write.updateTable('deliveries').set({ state: 'sent' }).where('id', '=', 'd2').execute();
    now += 60_000;
    await look();
    expect([await stateOf('d2'), await stateOf('d3')]).toEqual(['failed', 'failed']);
    expect(await seen()).toEqual([true, false, false, true, true]);
    expect((await suppressionOf(store.read, 'd3@example.org'))!.reason).toBe('bounce');
  });

  it('that cannot be read is tried again later and later, and says why without the password', async () => {
    let now = NOW;
    const desk = new BounceDesk({ store, config: config('s3cret'), now: () => now });
    const failure = await desk.look().then(
      () => '',
      (error: Error) => error.message,
    );
    expect(failure).toMatch(/^127\.0\.0\.1: /);
    expect(failure).not.toContain('s3cret');
    now += 59_999;
    await desk.look();
    now += 1;
    await expect(desk.look()).rejects.toThrow('127.0.0.1');
    now += 119_999;
    await desk.look();
  });
});
