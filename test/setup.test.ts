/** The first minutes of a site: the printed link, the page of settings, and the site that starts again with them. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Browser, browserAt, mailServer } from './front-door.ts';
import { eventually, type Site, serve, temporary } from './program.ts';

const DATA_DIR = temporary();
const FILE = join(DATA_DIR, 'broadsheet.env');
let mail: Awaited<ReturnType<typeof mailServer>>;
let site: Site;
let admin: Browser;

beforeAll(async () => {
  mail = await mailServer();
  site = await serve({ DATA_DIR, SIGN_UP: 'invite' });
});
afterAll(async () => {
  await site?.end();
  await mail.close();
});

/** What the form has in it. */
const fields = {
  SITE_NAME: 'The “lab’s” papers # 1',
  PUBLIC_URL: '',
  SYNC_CATEGORIES: 'cs.CL',
  FEEDS: '',
  EDITION_CATEGORIES: '',
  EDITION_TURN: '21:30',
  EDITION_TIMEZONE: 'Europe/Berlin',
  PASSWORDS: '0',
  MAIL_FROM: 'papers@example.org',
};
const send = (act: string, more: Record<string, string> = {}) =>
  admin.send('/admin/setup', { ...fields, SMTP_URL: mail.url, act, ...more });

it('the printed link leads the first administrator to the settings', async () => {
  const [, path] = await site.says(/become one, open http:\/\/[^/]+(\/sign-in\/\S+)/);
  admin = browserAt(site.url);
  const link = await admin.go(path!);
  expect(link.text).toContain('On the next page you choose its name');
  const next = /name="next" value="([^"]+)"/.exec(link.text)![1]!;
  const signedIn = await admin.send(path!, { name: 'Ada Example', next });
  expect([signedIn.status, signedIn.to]).toEqual([303, '/admin/setup']);
  const page = await admin.go('/admin/setup');
  expect(page.status).toBe(200);
  expect(page.text).toContain('name="SITE_NAME"');
  // What the environment has set is shown, and cannot be changed here.
  expect(page.text).toMatch(/<select [^>]*name="SIGN_UP" disabled/);
  expect(page.text).toContain('in the environment, and can only be changed there');
  // Pages that readers can see have nothing of it.
  expect((await site.get('/')).text).not.toContain('/admin/setup');
  expect((await site.get('/admin/setup')).status).toBe(401);
});

it('shows what the front page will be, and saves nothing by that', async () => {
  const all = await send('preview');
  expect(all.text).toContain('<span class="name">The “lab’s” papers # 1</span>');
  expect(all.text).toContain('Nothing is saved yet.');
  expect(all.text).toContain('every day at 21:30 in Europe/Berlin');
  expect(existsSync(FILE)).toBe(false);
});

it('says what is wrong with a value, next to it, and saves nothing', async () => {
  const wrong = await send('save', { EDITION_TIMEZONE: 'Gotham', PUBLIC_URL: 'papers.example.org' });
  expect(wrong.status).toBe(400);
  expect(wrong.text.match(/This is not valid: [^<]*/g)).toEqual([
    'This is not valid: expected an address such as https://papers.example.org. ',
    'This is not valid: expected an IANA time zone such as America/New_York or UTC. ',
  ]);
  expect(wrong.text).toContain('value="Gotham"');
  expect(existsSync(FILE)).toBe(false);
});

it('sends a test email with what is in the form, before it is saved', async () => {
  const sent = await send('mail', { to: 'ada@example.org' });
  expect(sent.text).toContain('The mail server accepted the test email to ada@example.org.');
  await expect.poll(() => mail.mails.length).toBe(1);
  expect(mail.mails[0]).toMatch(/^From: .*papers@example\.org/m);
});

it('saves for nobody else to read, and starts again with the settings', async () => {
  const saved = await send('save', { SIGN_UP: 'open' });
  expect(saved.status).toBe(200);
  expect(saved.text).toContain('restarting with the new settings');
  await site.says(/The “lab’s” papers # 1 is at http/);
  expect(statSync(FILE).mode & 0o777).toBe(0o600);
  // Only what was changed; and not what the environment sets.
  expect(readFileSync(FILE, 'utf8').split('\n').slice(1)).toEqual([
    "SITE_NAME='The “lab’s” papers # 1'",
    'SYNC_CATEGORIES=cs.CL',
    'EDITION_TIMEZONE=Europe/Berlin',
    `SMTP_URL=${mail.url}`,
    'MAIL_FROM=papers@example.org',
    '',
  ]);
  await eventually('the site to be back', async () => {
    const page = await site.get('/').catch(() => null);
    return page?.text.includes('The “lab’s” papers # 1') === true;
  });
  // The person who set it up is still signed in; the secret is not shown again, and is kept if nobody types it.
  const page = await admin.go('/admin/setup');
  expect(page.text).toContain('set; leave empty to keep it');
  expect(page.text).not.toContain(mail.url);
  expect((await send('save', { SMTP_URL: '' })).text).toContain('Nothing has changed.');
  expect(readFileSync(FILE, 'utf8')).toContain(`SMTP_URL=${mail.url}`);
});
