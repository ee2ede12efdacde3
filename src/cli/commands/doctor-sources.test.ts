import { createServer, type Server } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../test/databases.ts';
import { readConfig } from '../../config.ts';
import { queueMail } from '../../mail/outbox.ts';
import { keepRejected } from '../../sources/rejected.ts';
import { gazette, wrote } from '../../sources/sample.fixture.ts';
import { pause } from '../../sources/status.ts';
import type { Store } from '../../store/open.ts';
import { checkMail, checkSources, checkUnsent } from './doctor-sources.ts';

const HOUR = 3_600_000;
const NOON = Date.parse('2026-11-24T12:00:00Z');
const well = { state: 'ok', announced: '2026-11-24', expected: 3, got: 3 } as const;
const failed = { state: 'failed', why: 'https://me:s3cret@gazette.example: answered 503' } as const;

describe('doctor on the sources', () => {
  let database: TestDatabase;
  let store: Store;
  beforeEach(async () => {
    database = await freshDatabase('SQLite');
    store = await database.open();
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
  });
  const look = async (env: Record<string, string> = {}) => {
    const [found, ...more] = await checkSources(store, readConfig(env), NOON, [gazette]);
    expect(more).toEqual([]);
    return found!;
  };

  it('is content when all is well, and with what has not run yet', async () => {
    expect(await look()).toEqual({ check: 'sources', state: 'ok', says: 'The Gazette: not run yet' });
    expect((await look({ SYNC: '0' })).says).toBe('The Gazette: not fetched (SYNC=0)');
    await wrote(store, 'new a', NOON - HOUR, well);
    await wrote(store, 'new b', NOON - HOUR, well);
    expect(await look()).toMatchObject({
      state: 'ok',
      says: 'The Gazette: 2 parts, all working, latest 2026-11-24',
    });
  });

  it('warns of a failure that is new, and has a problem with one that is old', async () => {
    await wrote(store, 'new a', NOON - 20 * HOUR, well);
    await wrote(store, 'new a', NOON - 19 * HOUR, failed);
    await wrote(store, 'new b', NOON - HOUR, well);
    const says =
      'The Gazette: Announcements in A has been failing since 2026-11-23 16:59 UTC (failed: https://gazette.example: answered 503)';
    expect(await look()).toMatchObject({ state: 'warning', says });
    expect(await look({ ALERT_AFTER_HOURS: '12' })).toMatchObject({ state: 'problem', says });
    expect(await look({ ALERT_AFTER_HOURS: '12', OFFLINE: '1' })).toMatchObject({ state: 'ok' });
  });

  it('warns of what is stale, paused for long, or was not taken', async () => {
    await wrote(store, 'new a', NOON - 40 * HOUR, well);
    await wrote(store, 'new b', NOON - 40 * HOUR, well);
    await pause(store, { source: gazette, part: { name: 'new b' } }, NOON);
    await keepRejected(store, 'gazette', 'new b', [{ place: 'x', reason: 'y' }], NOON);
    const { state, says } = await look();
    expect(state).toBe('warning');
    expect(says).toContain('Announcements in A has not run since 2026-11-22 20:00 UTC');
    expect(says).toContain('Announcements in B is paused and last ran 2026-11-22 20:00 UTC');
    expect(says).toContain('Announcements in B: 1 record rejected');
  });

  it('tells of mail that could not be sent, and not of mail on its way', async () => {
    await queueMail(store.write, { to: 'a@example.org', subject: 'Broken', text: '' }, 'example.org', NOON);
    expect(await checkUnsent(store)).toEqual([]);
    await store.write.updateTable('outbox').set({ tries: 1, reason: 'refused' }).execute();
    expect((await checkUnsent(store))[0]!.says).toContain('tried 1 time, refused');
    await store.write.updateTable('outbox').set({ tries: 3 }).execute();
    expect(await checkUnsent(store)).toEqual([
      {
        check: 'outbox',
        state: 'problem',
        says: '1 email could not be sent yet: “Broken”, tried 3 times, refused',
      },
    ]);
  });
});

describe('doctor on mail', () => {
  const check = (env: Record<string, string>) => checkMail(readConfig(env));
  const ALERT_TO = 'editor@example.org';

  it('says whether there is any', async () => {
    expect(await check({})).toMatchObject({ state: 'ok', says: expect.stringContaining('not configured') });
    expect(await check({ ALERT_TO })).toMatchObject({ state: 'problem' });
    expect(await check({ SMTP_URL: 'mail.example.org' })).toMatchObject({
      state: 'problem',
      says: expect.stringContaining('not an address'),
    });
    expect(await check({ SMTP_URL: 'smtp://a:hunter2@mail.example.org', OFFLINE: '1' })).toEqual({
      check: 'mail',
      state: 'warning',
      says: 'OFFLINE=1: the mail server mail.example.org:587 was not contacted',
    });
  });

  it('greets the server and logs in', async () => {
    const server = new SMTPServer({
      allowInsecureAuth: true,
      disabledCommands: ['STARTTLS'],
      onAuth: ({ password }, _session, done) =>
        password === 'hunter2' ? done(null, { user: 'a' }) : done(new Error('no such user')),
    });
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.server.address() as { port: number };
    try {
      expect(await check({ SMTP_URL: `smtp://a:hunter2@127.0.0.1:${port}`, ALERT_TO })).toEqual({
        check: 'mail',
        state: 'ok',
        says: `127.0.0.1:${port} is responding; alerts go to editor@example.org`,
      });
      const refused = await check({ SMTP_URL: `smtp://a:wrong-secret@127.0.0.1:${port}` });
      expect(refused).toMatchObject({ state: 'problem', says: expect.stringContaining('no such user') });
      expect(refused.says).not.toContain('wrong-secret');
    } finally {
      await new Promise<void>((resolve) => server.close(resolve));
    }
  });

  it('has a problem with a server that is none', async () => {
    const server: Server = createServer((socket) => socket.end('not in the mood\r\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await check({ SMTP_URL: `smtp://127.0.0.1:${port}` })).toMatchObject({
      state: 'problem',
      says: expect.stringMatching(`^127\\.0\\.0\\.1:${port}: .*not in the mood`),
    });
    server.close();
  });
});
