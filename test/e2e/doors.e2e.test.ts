/// <reference lib="dom" />
/** Coming in, in a browser: with a passkey (Chromium's virtual authenticator) and with an account elsewhere. */
import '../connections.ts';
import { createServer } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '../../src/community/accounts.ts';
import { makeLink } from '../../src/community/sign-ins.ts';
import { readConfig } from '../../src/config.ts';
import { type RunningSite, startSite } from '../../src/site.ts';
import { freshDatabase, type TestDatabase } from '../databases.ts';
import { mailServer } from '../front-door.ts';
import { type Issuer, openIssuer } from '../issuers.ts';
import { chromiumPath, launch } from './browser.ts';
import { ASSETS, DATABASES, nowhere, OPERATOR, silent } from './site.ts';

const path = chromiumPath();

/** A port that is free now. Addresses have to be known before the site listens. */
const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });

const onEach = describe.skipIf(path === null).each(DATABASES);

onEach('coming in, in a browser, on $kind', { timeout: 120_000 }, ({ kind, isFirst }) => {
  /** What is looked at on one database only. */
  const also = isFirst ? it : nowhere;
  let browser: Browser;
  let site: RunningSite;
  let issuer: Issuer;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  let database: TestDatabase;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    database = await freshDatabase(kind);
    [browser, issuer, mail] = await Promise.all([
      launch(path!),
      openIssuer([`${url}/sign-in/with/oidc`]),
      mailServer(),
    ]);
    const env = {
      ...database.env,
      PORT: String(port),
      PUBLIC_URL: url,
      OFFLINE: '1',
      LOG_LEVEL: 'error',
      SIGN_UP: 'open',
      SMTP_URL: mail.url,
      ADMIN_PASSWORD: OPERATOR.password,
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: issuer.clientId,
      OIDC_CLIENT_SECRET: issuer.clientSecret,
    };
    site = await startSite({ config: readConfig(env), env, log: silent, starter: null, assetsDir: ASSETS });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await issuer?.close();
    await mail?.close();
    await database?.remove();
  });

  const open = async (javaScriptEnabled = true, width = 390): Promise<[BrowserContext, Page]> => {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 844 } });
    return [context, await context.newPage()];
  };

  async function byLink(page: Page, account: number): Promise<void> {
    await page.goto(`${url}/sign-in/${await makeLink(site.store, { account }, Date.now())}?next=/settings`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${url}/settings`);
  }

  it('a passkey is added, named, used and removed', async () => {
    const ada = await createAccount(site.store, { displayName: 'Ada', email: 'a@example.org' }, Date.now());
    const [context, page] = await open();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    await byLink(page, ada.id);
    await page.getByLabel('Name of the passkey').fill('My <b>phone</b>');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('a passkey since').waitFor();
    expect(await page.locator('.ways-in b').allTextContents()).toEqual(['My <b>phone</b>']);
    await page.getByText('Rename').click();
    await page.getByLabel('Name', { exact: true }).fill('Old phone');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => page.locator('.ways-in b').allTextContents()).toEqual(['Old phone']);
    // The same device is told that it has one.
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('has a passkey for your account already').waitFor();
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await page.waitForURL(`${url}/`);
    const signIn = async () => {
      await page.goto(`${url}/sign-in?next=/settings`);
      await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    };
    await signIn();
    await page.waitForURL(`${url}/settings`);
    expect(await page.textContent('main')).toContain('Signed in as ada');
    expect(await page.textContent('.ways-in')).not.toContain('never used');
    // What was sent cannot be sent again: its challenge is used up.
    let sent = '';
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    page.on('request', (request) => {
      if (request.url().endsWith('/sign-in/passkey')) sent = request.postData()!;
    });
    await signIn();
    await page.waitForURL(`${url}/settings`);
    const again = await fetch(`${url}/sign-in/passkey`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: url },
      body: sent,
    });
    expect([again.status, again.headers.get('set-cookie')]).toEqual([400, null]);
    // Half an hour later, it takes another sign-in to change anything: on the page, and for forms opened before.
    const old = { created_at: Date.now() - 30 * 60_000 };
    await site.store.write.updateTable('sessions').set(old).where('account', '=', ada.id).execute();
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('please sign in again').waitFor();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('link', { name: 'Sign in again' }).click();
    expect(await page.getByLabel('Email address').inputValue()).toBe('a@example.org');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.waitForURL(`${url}/settings#ways-in`);
    await page.getByRole('button', { name: 'Remove' }).click();
    await expect.poll(() => page.locator('.ways-in li').count()).toBe(0);
    await page.getByRole('button', { name: 'Sign out everywhere' }).click();
    await signIn();
    await page.getByText('was not accepted').waitFor();
    expect(await site.store.read.selectFrom('sessions').selectAll().execute()).toEqual([]);
    // Somebody cancels, or has none.
    await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    await context.close();
  });

  it('scanners open every link first, with a browser too, and everybody can still sign in: by email, and as first admin', async () => {
    const [context, page] = await open(false);
    await page.goto(`${url}/sign-in?next=/about`);
    await page.getByLabel('Email address').fill('barbara@example.org');
    await page.getByRole('button', { name: 'Send link' }).click();
    await expect.poll(() => mail.mails.length).toBe(1);
    const mailed = /http:\S+\/sign-in\/[\w-]+\S*/.exec(mail.mails[0]!)![0];
    const admins = `${url}/sign-in/${await makeLink(site.store, { role: 'admin' }, Date.now())}`;
    const sessions = () => site.store.read.selectFrom('sessions').select('id').execute();
    const before = await sessions();
    for (const link of [mailed, admins]) {
      for (const method of ['HEAD', 'GET', 'HEAD', 'GET']) {
        const opened = await fetch(link, { method, redirect: 'manual' });
        expect([opened.status, opened.headers.get('set-cookie')]).toEqual([200, null]);
      }
      const [scanner, opened] = await open();
      await opened.goto(link, { waitUntil: 'networkidle' });
      // Scanners also follow what they find.
      for (const href of await opened
        .locator('a[href^="/"]')
        .evaluateAll((all) => all.map((a) => a.getAttribute('href')!)))
        await opened.request.get(url + href).catch(() => {});
      expect(await scanner.cookies()).toEqual([]);
      await scanner.close();
    }
    expect(await sessions()).toEqual(before);
    await page.goto(mailed);
    await page.getByLabel('Your name').fill('Barbara');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${url}/about`);
    await context.close();
    const [theirs, hers] = await open(false, 1280);
    await hers.goto(admins);
    await hers.getByLabel('Your name').fill('Cleo');
    await hers.getByRole('button', { name: 'Become the administrator' }).click();
    await hers.waitForURL(`${url}/admin`);
    // Each session is listed, and the others go with one button.
    await hers.goto(`${url}/settings`);
    expect(await hers.textContent('.sessions')).toMatch(
      /Chrome on Linux.*\(this browser\), since .*, last used /s,
    );
    await theirs.close();
  });

  also('a challenge for one account adds no passkey to another, and none from another site', async () => {
    const [context, page] = await open();
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
      },
    });
    const [emmy, eve] = await Promise.all(
      ['Emmy', 'Eve'].map((displayName) => createAccount(site.store, { displayName }, Date.now())),
    );
    await byLink(page, emmy!.id);
    // What the browser answers for Emmy is kept back, and sent by Eve.
    let kept = '';
    await page.route('**/settings/passkeys', (route) => {
      kept = route.request().postData()!;
      return route.abort();
    });
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await expect.poll(() => kept).toContain('response=');
    const [other, hers] = await open();
    await byLink(hers, eve!.id);
    const status = await hers.evaluate(
      (body) =>
        fetch('/settings/passkeys', {
          method: 'POST',
          redirect: 'manual',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body,
        }).then((answer) => answer.status),
      kept,
    );
    expect(status).toBe(400);
    expect(await site.store.read.selectFrom('passkeys').selectAll().execute()).toEqual([]);
    await context.close();
    await other.close();
  });

  also.each([true, false])(
    'somebody joins with an account elsewhere, comes back, and connects it (scripts: %s)',
    async (scripts) => {
      const [context, page] = await open(scripts);
      const name = scripts ? 'Grace Hopper' : 'Mary Somerville';
      issuer.person = { sub: name, name, email: `${scripts}@example.org`, email_verified: true };
      await page.goto(`${url}/sign-in?next=/about`);
      await page.getByRole('button', { name: 'Sign in with 127.0.0.1' }).click();
      await page.getByRole('heading', { name: 'Join Broadsheet' }).waitFor();
      expect(await page.getByLabel('Your name').inputValue()).toBe(name);
      await page.getByRole('button', { name: 'Create my account' }).click();
      await page.waitForURL(`${url}/about`);
      await page.goto(`${url}/settings`);
      expect(await page.textContent('.ways-in')).toContain(`${scripts}@example.org`);
      await page.getByRole('button', { name: 'Sign out everywhere' }).click();
      await page.goto(`${url}/sign-in`);
      await page.getByRole('button', { name: 'Sign in with 127.0.0.1' }).click();
      await page.waitForURL(`${url}/`);
      await page.goto(`${url}/settings`);
      expect(await page.textContent('main')).toContain('Signed in as');
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await expect.poll(() => page.locator('.ways-in li').count()).toBe(0);
      await page.getByRole('button', { name: 'Connect 127.0.0.1' }).click();
      await expect.poll(() => page.locator('.ways-in li').count()).toBe(1);
      await context.close();
    },
  );

  also('the address that a service sends somebody back to is of no use in another browser', async () => {
    const [context, page] = await open();
    issuer.person = { sub: 'eve', name: 'Eve' };
    let back = '';
    page.on('request', (request) => {
      if (request.url().includes('/sign-in/with/oidc?')) back = request.url();
    });
    await page.goto(`${url}/sign-in`);
    await page.getByRole('button', { name: 'Sign in with 127.0.0.1' }).click();
    await expect.poll(() => back).toContain('code=');
    const [other, victims] = await open();
    await victims.goto(back);
    expect(await victims.textContent('main')).toContain('started in another browser');
    expect((await other.cookies()).map(({ name }) => name)).toEqual([]);
    await context.close();
    await other.close();
  });
});
