/** Readers in a browser. */
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { createAccount } from '../../src/community/accounts.ts';
import { makeLink } from '../../src/community/sign-ins.ts';
import type { Site } from './site.ts';

/** What most phones have. */
export const PHONE = { width: 390, height: 844 };

interface SignedInOptions extends BrowserContextOptions {
  /** The page they begin at. */
  next?: string;
  /** When their account was made, epoch ms; default: now. */
  since?: number;
}

/** Somebody with a new account, who has signed in by a link; on a phone, unless the options say otherwise. */
export async function signedIn(
  browser: Browser,
  { store, url }: Site,
  displayName: string,
  { next = '/', since = Date.now(), ...options }: SignedInOptions = {},
) {
  const { id, name } = await createAccount(store, { displayName }, since);
  const context = await browser.newContext({ viewport: PHONE, ...options });
  const page = await context.newPage();
  await page.goto(`${url}/sign-in/${await makeLink(store, { account: id }, Date.now())}?next=${next}`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(url + next);
  return { id, name, context, page };
}
