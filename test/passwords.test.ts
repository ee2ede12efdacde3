/** Passwords, where a site has them: through the front door, on one site a database. */
import './connections.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountError, changeAccount } from '../src/community/accounts.ts';
import { readConfig } from '../src/config.ts';
import { checkPassword, hashOf, passwordsIn, TooBusy } from '../src/identity/passwords.ts';
import { createLog } from '../src/log.ts';
import { type RunningSite, startSite } from '../src/site.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { browserAt, signIn } from './front-door.ts';

const PASSWORD = 'seven green bicycles';

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let site: RunningSite;
  const logged: string[] = [];
  beforeAll(async () => {
    database = await fresh();
    const env = { ...database.env, PORT: '0', OFFLINE: '1', LOG_LEVEL: 'error', PASSWORDS: '1' };
    const log = createLog('info', true, (line) => void logged.push(line));
    site = await startSite({ config: readConfig(env), log, env, starter: null });
  });
  afterAll(async () => {
    await site.stop();
    await database.remove();
  });

  const enter = (name: string, password: string) => {
    const browser = browserAt(site.url);
    return browser.send('/sign-in/password', { name, password, next: '/about' }).then((answer) => ({
      ...browser,
      status: answer.status,
      to: answer.to,
      // The id of an error is its own.
      text: answer.text.replace(/[\da-f]{8}-[\da-f-]{27}/g, ''),
    }));
  };

  it('is set while signed in, works in another browser, and when changed ends every other session', async () => {
    const ada = await signIn(site, 'Ada Lovelace');
    expect((await ada.go('/settings')).text).toContain('Set a password');
    expect((await ada.send('/settings/password', { wanted: PASSWORD })).status).toBe(303);
    const page = (await browserAt(site.url).go('/sign-in')).text;
    expect(page).toMatch(/<input type="password"[^>]*autocomplete="current-password"/);
    const phone = await enter('@Ada-Lovelace', PASSWORD);
    expect([phone.status, phone.to]).toEqual([303, '/about']);
    expect((await phone.go('/settings')).text).toContain('Signed in as <b>ada-lovelace</b>');
    // As it was typed: neither trimmed nor cut short nor changed in case.
    for (const wrong of [`${PASSWORD} `, PASSWORD.toUpperCase(), PASSWORD.slice(0, -1), ''])
      expect((await enter('ada-lovelace', wrong)).status).toBe(403);
    const next = 'eleven blue tricycles';
    const change = (current: string, wanted = next) => ada.send('/settings/password', { current, wanted });
    expect((await change('wrong')).status).toBe(400);
    expect((await change(PASSWORD)).status).toBe(303);
    expect((await ada.go('/settings')).status).toBe(200);
    expect((await phone.go('/settings')).status).toBe(401);
    expect((await enter('ada-lovelace', PASSWORD)).status).toBe(403);
    expect((await enter('ada-lovelace', next)).status).toBe(303);
    const { hash } = await site.store.read.selectFrom('passwords').select('hash').executeTakeFirstOrThrow();
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    // It is the only way in: she has no email address here.
    expect((await ada.send('/settings/password', { current: next, act: 'remove' })).status).toBe(400);
  });

  it('signing in again is asked for before anything with which somebody else could stay, or end the account', async () => {
    const tess = await signIn(site, 'Tess');
    const age = (minutes: number) =>
      site.store.write
        .updateTable('sessions')
        .set({ created_at: Date.now() - minutes * 60_000 })
        .where('account', '=', tess.id)
        .execute();
    const token = { name: 'script', vote: '1' };
    // Who has no way to sign in but links from an administrator is not asked to.
    await age(60);
    expect((await tess.send('/settings/tokens', token)).status).toBe(200);
    expect((await tess.send('/settings/password', { wanted: PASSWORD })).status).toBe(303);
    const forms: [string, Record<string, string>, string][] = [
      ['/settings/tokens', token, '/settings/tokens'],
      ['/settings/delete', { comments: 'keep', name: tess.name }, '/settings/delete'],
      ['/settings/services', { issuer: 'x', subject: 'y' }, '/settings#ways-in'],
      ['/sign-in/with/github', {}, '/settings#ways-in'],
    ];
    for (const minutes of [15, 14]) {
      await age(minutes);
      for (const [path, fields, back] of forms) {
        if (path === '/settings/delete' && minutes === 14) continue;
        const { status, text } = await tess.send(path, fields);
        const again = `href="/sign-in?${new URLSearchParams({ again: '1', next: back })}"`.replace(
          '&',
          '&amp;',
        );
        expect([path, minutes, status === 403 && text.includes(again)]).toEqual([
          path,
          minutes,
          minutes === 15,
        ]);
      }
    }
    // Pages say so instead of showing the form, and leave what needs nothing.
    await age(15);
    for (const path of ['/settings', '/settings/tokens', '/settings/delete'])
      expect((await tess.go(path)).text).toContain('Sign in again');
    expect((await tess.go('/settings/tokens')).text).toMatch(/Revoke.*script/s);
    expect((await tess.go('/settings/tokens')).text).not.toContain('Create token');
    const [, made] = /name="token" value="([^"]+)"/.exec((await tess.go('/settings/tokens')).text)!;
    expect((await tess.send('/settings/tokens', { token: made! })).status).toBe(303);
    const page = await tess.go('/sign-in?again=1&next=%2Fsettings%2Fdelete');
    expect(page.text).toMatch(/Sign in again.*name="again" value="1".*name="name" value="tess"/s);
    const wrong = { name: 'tess', password: 'wrong', again: '1', next: '/settings/delete' };
    expect((await tess.send('/sign-in/password', wrong)).text).toContain('Sign in again');
    const back = await tess.send('/sign-in/password', { ...wrong, password: PASSWORD });
    expect(back.to).toBe('/settings/delete');
    expect((await tess.go(back.to!)).text).toContain('to confirm');
    const sure = { comments: 'keep', name: tess.name };
    expect((await tess.send('/settings/delete', sure)).text).toContain('Your account is deleted');
  });

  it('signing in again starts a new session and ends the one before', async () => {
    const mary = await signIn(site, 'Mary');
    await mary.send('/settings/password', { wanted: PASSWORD });
    const before = mary.cookie();
    expect((await mary.send('/sign-in/password', { name: 'mary', password: PASSWORD })).status).toBe(303);
    expect(mary.cookie()).not.toBe(before);
    expect((await mary.go('/settings')).status).toBe(200);
    const old = await browserAt(site.url).go('/settings', { headers: { cookie: before } });
    expect(old.status).toBe(401);
    expect(
      await site.store.read.selectFrom('sessions').where('account', '=', mary.id).select('id').execute(),
    ).toHaveLength(1);
  });

  it('signing in and out is logged, and so are failed attempts, without secrets and addresses', async () => {
    const zoe = await signIn(site, 'Zoe');
    await zoe.send('/settings/password', { wanted: PASSWORD });
    logged.length = 0;
    await enter('zoe', 'not her password');
    const { cookie, send } = await enter('zoe', PASSWORD);
    const secret = cookie().split('=')[1]!;
    await send('/sign-out');
    const facts = logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(facts.map(({ says, by, account }) => [says, by, account])).toEqual([
      ['sign-in refused', 'password', undefined],
      ['signed in', 'password', zoe.id],
      ['signed out', undefined, zoe.id],
    ]);
    for (const text of [PASSWORD, 'not her password', secret, '127.0.0.1'])
      expect(logged.join()).not.toContain(text);
  });

  it('text is never code for the database, whatever it contains', async () => {
    const before = await site.store.read.selectFrom('accounts').selectAll().execute();
    for (const text of ["' OR 1=1 --", "'; DROP TABLE accounts; --", '" OR ""="', '\\', '$1', '%'])
      expect([text, (await enter(text, text)).status]).toEqual([text, 403]);
    expect((await enter('a\0b', PASSWORD)).status).toBe(400);
    expect(await site.store.read.selectFrom('accounts').selectAll().execute()).toEqual(before);
    await site.store.write.deleteFrom('rate_limits').execute();
  });

  it('answers an unknown name, a wrong password and a banned account alike', async () => {
    const [eve, bob] = await Promise.all([signIn(site, 'Eve'), signIn(site, 'Bob')]);
    for (const one of [eve, bob]) await one.send('/settings/password', { wanted: PASSWORD });
    await changeAccount(site.store, eve.id, { state: 'banned' }, { actor: null, reason: 'x', at: 0 });
    const answers = [];
    for (const [name, password] of [
      ['nobody-here', PASSWORD],
      ['nobody@example.org', PASSWORD],
      ['bob', 'not his password'],
      ['eve', PASSWORD],
    ] as const) {
      const { status, text } = await enter(name, password);
      // The form keeps what was typed, except for the password.
      expect([status, text]).toEqual([403, expect.stringContaining(`name="name" value="${name}"`)]);
      expect(text).toContain('The name or the password is wrong.');
      expect(text).toContain('name="next" value="/about"');
      expect(text).not.toContain(password);
      answers.push(text.replaceAll(`value="${name}"`, ''));
    }
    expect(new Set(answers).size).toBe(1);
  });

  it('can be tried ten times in 15 minutes, for any name, from anywhere', async () => {
    const grace = await signIn(site, 'Grace');
    await grace.send('/settings/password', { wanted: PASSWORD });
    for (const name of ['grace', 'no-such-name']) {
      // All of this comes from one address, whose limit would be reached first.
      await site.store.write.deleteFrom('rate_limits').where('name', '=', 'sign-in').execute();
      const statuses = [];
      for (let i = 0; i < 11; i++) statuses.push((await enter(name, 'wrong')).status);
      expect(statuses).toEqual([...Array(10).fill(403), 429]);
    }
    // With the right one as well; it does not sign anybody out.
    expect((await enter('grace', PASSWORD)).status).toBe(429);
    expect((await grace.go('/settings')).status).toBe(200);
  });

  it('attempts are counted for an account in whatever way its name is written', async () => {
    await site.store.write.deleteFrom('rate_limits').where('name', '=', 'sign-in').execute();
    const statuses = [];
    for (const domain of ['example.org', 'EXAMPLE.org', 'exa\u00admple.org', 'ｅxample.org', 'example。org'])
      for (const name of [`nina@${domain}`, `@nina@${domain}`])
        statuses.push((await enter(name, 'wrong')).status);
    expect(statuses).toEqual(Array(10).fill(403));
    expect((await enter('Nina@exam\u00adple.org', 'wrong')).status).toBe(429);
  });

  it('hashes a few at a time, and refuses what would wait too long', async () => {
    const passwords = passwordsIn(site.store, { siteName: 'Broadsheet', now: Date.now });
    const all = await Promise.allSettled(Array.from({ length: 70 }, () => passwords.signIn('x', 'y', '')));
    const refused = all.filter((one) => one.status === 'rejected');
    expect(refused.length).toBeGreaterThan(5);
    for (const one of refused) expect(one.reason).toBeInstanceOf(TooBusy);
    expect(await passwords.signIn('x', 'y', '')).toBeNull();
  });
});

describe('a password', () => {
  it.each([
    'short',
    'x'.repeat(257),
    'Password1234!',
    '!!!letmein!!!',
    'qwertyuiop12',
    '1234567890123456',
    'iloveyouiloveyou',
    'aaaaaaaaaaaaaaaa',
    'adalovelace1',
    'Broadsheet2026',
    'lovelace@1815',
  ])('%s is refused', async (password) => {
    const known = ['Broadsheet', 'adalovelace', 'Ada Lovelace', 'lovelace@example.org'];
    await expect(checkPassword(password, known)).rejects.toThrow(AccountError);
  });

  it.each([
    PASSWORD,
    'correct horse battery',
    'ünïcödé ist erlaubt 🎉',
    '        spaces too        ',
    'Tr0ub4dor&3xyz',
  ])('%s is accepted, whatever characters it has', async (password) => {
    await checkPassword(password, ['Broadsheet', 'ada', null]);
  });

  it('has another hash each time', async () => {
    expect(await hashOf(PASSWORD)).not.toBe(await hashOf(PASSWORD));
  });
});

it('there are no passwords unless the settings say so', async () => {
  expect(readConfig({}).PASSWORDS).toBe(false);
});
