/**
 * Signing in again, before anything with which somebody at an unattended browser could stay in the account or end it:
 * adding or removing a way to sign in, creating an access token, deleting the account.
 */
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { withQuery } from '../../present/urls.ts';
import { waysInOf } from './ways-in.tsx';

/** How long (ms) after signing in nobody is asked to do so again. */
export const RECENT = 15 * 60_000;

/** Where a reader who is signed in signs in again. @param next where to go from there */
export const againPath = (next: string): string => withQuery('/sign-in', { again: '1', next });

/** Whether there is a way for the reader to sign in without an administrator. */
async function canSignIn(ask: Ask): Promise<boolean> {
  const { people } = ask.web;
  const [account, ways] = await Promise.all([people.account(ask.reader!.name), waysInOf(ask)]);
  if (people.sendsMail && account?.email != null) return true;
  return ways !== null && (ways.hasPassword || ways.passkeys.length > 0 || ways.connected.length > 0);
}

/** Whether the reader has to sign in again first. Those who cannot do so on their own are not asked. */
export async function mustSignInAgain(ask: Ask): Promise<boolean> {
  return ask.web.now() - ask.reader!.signedInAt >= RECENT && (await canSignIn(ask));
}

/** @param next the page with the form @throws WebError 403 if the reader has to sign in again first */
export async function requireRecent(ask: Ask, next: string): Promise<void> {
  if (!(await mustSignInAgain(ask))) return;
  throw new WebError(403, 'To do this, please sign in again: you last did so more than 15 minutes ago.', {
    links: [{ href: againPath(next), text: 'Sign in again' }],
  });
}

/** In place of a form that needs it. @param what follows, as in “to create a token” */
export const AgainFirst = ({ what, next }: { what: string; next: string }) => (
  <p class="notice">
    <a href={againPath(next)} rel="nofollow">
      Sign in again
    </a>{' '}
    {what}: you last did so more than 15 minutes ago.
  </p>
);
