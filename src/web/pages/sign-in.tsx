/** Coming in, and going out again. */
import type { Child } from 'hono/jsx';
import { AccountError } from '../../community/accounts.ts';
import { SignInRefused } from '../../community/sign-ins.ts';
import { cleanText } from '../../http/address.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { sessionCookie } from '../../http/session-cookie.ts';
import { parseEmail } from '../../net/email.ts';
import { ownPage } from './own-page.tsx';
import { OtherWays } from './ways-in.tsx';

/** An address of this site to go back to, as a form or a link names it; `/` for anything else. */
export function backTo(text: string | null): string {
  if (text === null || text.length > 2000 || !/^\/(?![/\\])[\x21-\x7e]*$/.test(text)) return '/';
  return text.includes('\\') ? '/' : text;
}

/** Where an address says to go from there. */
const nextOf = (request: Request): string => backTo(new URL(request.url).searchParams.get('next'));

export interface SigningIn {
  /** Where to go from there. */
  next: string;
  /** Whether a reader who is signed in does so once more (again.tsx). */
  isAgain: boolean;
  /** The handle or address that was typed with a password, and what was wrong with them. */
  handle?: string;
  wrong?: string;
}

export const page = (ask: Ask, title: string, children: Child): Promise<Reply> =>
  ownPage(ask, { title, kicker: 'Your account', children });

/** `/sign-in`, with `next`: where to go from there; `again=1`: for readers who are signed in, too. */
export function whereToSignIn(ask: Ask, request: Request): Promise<Reply> {
  const isAgain = new URL(request.url).searchParams.get('again') === '1';
  return signInPage(ask, { next: nextOf(request), isAgain });
}

/** The page for signing in; with what was wrong, its status is 403. */
export async function signInPage(ask: Ask, signingIn: SigningIn): Promise<Reply> {
  const { people, site } = ask.web;
  const { next, isAgain, handle = '', wrong } = signingIn;
  if (ask.reader && !isAgain && wrong === undefined)
    return page(
      ask,
      'Signed in',
      <>
        <p>
          You are signed in as <b>{ask.reader.displayName}</b>.
        </p>
        <p>
          <a href={next}>Continue</a> · <a href="/settings">Settings</a>
        </p>
        <SignOut />
      </>,
    );
  const again = isAgain && ask.reader !== null;
  const own = again ? await people.account(ask.reader!.name) : null;
  const reply = await page(
    ask,
    again ? 'Sign in again' : 'Sign in',
    <>
      {wrong !== undefined && (
        <p class="notice strong" role="alert">
          {wrong}
        </p>
      )}
      {again && (
        <p>
          You are signed in as <b>{ask.reader!.displayName}</b>. Some changes to your account ask you to sign
          in again, so that nobody else at this browser can make them.
        </p>
      )}
      {people.sendsMail ? (
        <>
          <p>
            {again
              ? 'A link can be sent to your email address.'
              : people.signUp === 'open'
                ? `Enter your email address, and ${site.name} will send you a link that signs you in. If you are new here, it also creates your account.`
                : `Enter your email address. If there is an account for it, ${site.name} will send you a link that signs you in.`}
          </p>
          <form method="post" action="/sign-in" class="one-line">
            <input type="hidden" name="next" value={next} />
            <label class="vh" for="email">
              Email address
            </label>
            <input
              id="email"
              type="email"
              name="email"
              required
              maxlength={254}
              autocomplete="email"
              placeholder="you@example.org"
              value={own?.email ?? ''}
            />
            <button type="submit">Send link</button>
          </form>
        </>
      ) : (
        <p>
          This site does not send sign-in links by email. To sign in, open the link that an administrator gave
          you, or ask for a new one. If you run the site, <a href="/admin/people">create one</a>, here or with{' '}
          <code>npx broadsheet user link NAME</code>.
        </p>
      )}
      <OtherWays ask={ask} next={next} isAgain={again} handle={handle || (own?.name ?? '')} />
    </>,
  );
  return wrong === undefined ? reply : { ...reply, status: 403 };
}

/** POST `/sign-in`: the same answer for every address, known or not. */
export async function mailLink(ask: Ask, form: Form): Promise<Reply> {
  const { people, limits } = ask.web;
  const email = parseEmail(form.fields.get('email') ?? '');
  if (email === null)
    throw new WebError(
      400,
      `“${cleanText(form.fields.get('email')).slice(0, 60)}” is not a valid email address.`,
      { links: [{ href: '/sign-in', text: 'Back' }] },
    );
  if (!people.sendsMail) throw new WebError(404, 'This site does not send sign-in links by email.');
  await limits.take(ask, 'signIns', form.from, 'Too many sign-in links in a short time.');
  // Whoever else has asked for links to this address must not keep its owner out: there is no other mail for now, but
  // one of those that were sent is still valid.
  if (await limits.takeQuietly('mailedTo', email))
    // Not awaited: how long it takes would tell whether there is an account.
    people
      .mailLink(email, backTo(form.fields.get('next')))
      .catch((error: unknown) => ask.web.log?.({ path: '/sign-in', error: String(error) }));
  return page(
    ask,
    'Check your email',
    <>
      <p>
        If <b>{email}</b> can sign in here, a link is on its way. It works once, within an hour.
      </p>
      <p class="small-print">
        Nothing there? Check your spam folder, use the newest link you were sent within the last hour, or{' '}
        <a href="/sign-in">try another address</a>.
      </p>
    </>,
  );
}

const WHY: Record<'unknown' | 'used' | 'expired', string> = {
  unknown: 'This sign-in link is not valid. It may have been cut short: make sure you copied all of it.',
  used: 'This sign-in link has been used already. Each link works once.',
  expired: 'This sign-in link has expired.',
};

/** `/sign-in/:secret`: opening a link spends nothing, for mail scanners open every one. */
export async function linkPage(ask: Ask, secret: string, request: Request): Promise<Reply> {
  const { state, role } = await ask.web.people.lookAtLink(secret.slice(0, 200));
  if (state !== 'open' && state !== 'new')
    throw new WebError(state === 'unknown' ? 404 : 410, WHY[state], {
      links: [{ href: '/sign-in', text: 'Get a new link' }],
    });
  const isNew = state === 'new';
  const isAdmin = isNew && role === 'admin';
  const next = nextOf(request);
  return page(
    ask,
    isAdmin ? `Become the administrator of ${ask.web.site.name}` : `Sign in to ${ask.web.site.name}`,
    <>
      {isAdmin && (
        <p>
          This link makes you the administrator of this site.{' '}
          {ask.web.setup
            ? 'On the next page you choose its name, its sources, who may join and how it sends mail; later you will find that page under your settings.'
            : 'On the next page, Source controls, you can pause, run and backfill sources; later you will find it under your settings.'}
        </p>
      )}
      <form method="post" action={`/sign-in/${encodeURIComponent(secret)}`} class="stacked">
        <input type="hidden" name="next" value={isAdmin && next === '/' ? firstOf(ask) : next} />
        {isNew && (
          <label>
            Your name
            <input
              type="text"
              name="name"
              required
              maxlength={60}
              autocomplete="name"
              aria-describedby="handle"
            />
            <span id="handle" class="small-print">
              Others will see it, and your handle is made from it: Ada Lovelace becomes <b>ada-lovelace</b>.
            </span>
          </label>
        )}
        <button type="submit">{isAdmin ? 'Become the administrator' : 'Sign in'}</button>
      </form>
    </>,
  );
}

/** Where a new administrator starts. */
const firstOf = ({ web }: Ask): string => (web.setup ? '/admin/setup' : '/admin');

/** POST `/sign-in/:secret`. */
export async function spend(ask: Ask, secret: string, form: Form): Promise<Reply> {
  const { people } = ask.web;
  // No limit: nobody can guess a secret of 256 bits, and others at the same address could use it up.
  try {
    const browser = ask.headers.get('user-agent') ?? '';
    const session = await people.signIn(secret.slice(0, 200), form.fields.get('name') ?? '', browser);
    return await signedIn(ask, session, backTo(form.fields.get('next')), 'link');
  } catch (error) {
    if (error instanceof SignInRefused) refused(ask, 'link', error.message);
    if (error instanceof SignInRefused)
      throw new WebError(403, error.message, { links: [{ href: '/sign-in', text: 'Get a new link' }] });
    if (error instanceof AccountError) throw new WebError(400, error.message);
    throw error;
  }
}

/** How somebody signs in, for the log. */
export type WayIn = 'link' | 'service' | 'passkey' | 'password';

/** Logs that somebody could not sign in. */
export const refused = (ask: Ask, by: WayIn, why: string): void =>
  ask.web.heard?.('sign-in refused', { by, why });

/** Starts a new session. The one that this browser had before, if any, ends. */
export async function signedIn(ask: Ask, session: string, next: string, by: WayIn): Promise<Reply> {
  const found = await ask.web.people.signedIn(session);
  ask.web.heard?.('signed in', { account: found?.account.id, by });
  if (ask.reader) await ask.web.people.signOut(ask.reader.id, ask.reader.session);
  return withCookie(redirect(next, 303), sessionCookie(session, ask.web.isSecure));
}

/** POST `/sign-out`. */
export async function signOut(ask: Ask): Promise<Reply> {
  if (ask.reader) await ask.web.people.signOut(ask.reader.id, ask.reader.session);
  if (ask.reader) ask.web.heard?.('signed out', { account: ask.reader.id });
  return withCookie(redirect('/', 303), sessionCookie(null, ask.web.isSecure));
}

/** The reply that sets a cookie. */
export const withCookie = (reply: Reply, cookie: string): Reply => ({
  ...reply,
  headers: { ...reply.headers, 'set-cookie': cookie },
});

const SignOut = () => (
  <form method="post" action="/sign-out">
    <button type="submit">Sign out</button>
  </form>
);
