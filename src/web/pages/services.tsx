/** Signing in with another service. */
import { AccountError } from '../../community/accounts.ts';
import { SignInRefused } from '../../community/sign-ins.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { begunCookie, begunIn } from '../../http/session-cookie.ts';
import { ServiceFailed } from '../../identity/service.ts';
import { requireRecent } from './again.tsx';
import { backTo, page, refused, signedIn, withCookie } from './sign-in.tsx';

const AGAIN = { links: [{ href: '/sign-in', text: 'Sign in' }] };
const IN_SETTINGS = { links: [{ href: '/settings', text: 'Settings' }] };

/** POST `/sign-in/with/:provider`. For signed-in readers it connects the account, unless they sign in `again`. */
export async function begin(ask: Ask, key: string, form: Form): Promise<Reply> {
  const { identity, limits, isSecure } = ask.web;
  await limits.take(ask, 'signIns', form.from, 'Too many attempts to sign in.');
  const next = backTo(form.fields.get('next'));
  const connects = form.fields.get('again') === '1' ? null : ask.reader;
  if (connects) await requireRecent(ask, '/settings#ways-in');
  const begun = await attempted(ask, () =>
    identity?.services.begin(key.slice(0, 40), connects?.id ?? null, next),
  );
  const name = identity?.services.list.find((one) => one.key === key)?.name;
  if (!begun || name === undefined) throw new WebError(404, 'This site has no such way of signing in.');
  // Not a redirect: browsers apply `form-action 'self'` to wherever a form leads in the end.
  const reply = await page(
    ask,
    `Sign in with ${name}`,
    <p>
      <a href={begun.address}>Continue to {name}</a>
    </p>,
  );
  return withCookie(
    { ...reply, headers: { ...reply.headers, refresh: `0; url=${begun.address}` } },
    begunCookie(begun.secret, isSecure),
  );
}

/** GET `/sign-in/with/:provider`, with what the service adds to it. */
export async function arrive(ask: Ask, key: string, request: Request): Promise<Reply> {
  const { identity, isSecure } = ask.web;
  const secret = begunIn(ask.headers.get('cookie'), isSecure);
  if (!identity || secret === null)
    throw new WebError(
      403,
      'This sign-in was started in another browser, or too long ago. Please try again.',
      AGAIN,
    );
  const { search } = new URL(request.url);
  const browser = ask.headers.get('user-agent') ?? '';
  const arrival = await attempted(ask, () =>
    identity.services.arrive(
      key.slice(0, 40),
      secret,
      search.slice(0, 8000),
      ask.reader?.id ?? null,
      browser,
    ),
  );
  if (arrival.state === 'connected') return redirect('/settings#ways-in', 303);
  if (arrival.state === 'in') return signedIn(ask, arrival.session, arrival.next, 'service');
  const reply = await page(
    ask,
    `Join ${ask.web.site.name}`,
    <>
      <p>
        You are new here. If you have an account already, <a href="/sign-in">sign in to it</a> another way
        instead, and connect this one in your settings.
      </p>
      <form method="post" action="/sign-in/new" class="stacked">
        <label>
          Your name
          <input
            type="text"
            name="name"
            required
            maxlength={60}
            autocomplete="name"
            value={arrival.displayName.slice(0, 60)}
            aria-describedby="handle"
          />
          <span id="handle" class="small-print">
            Others will see it, and your handle is made from it: Ada Lovelace becomes <b>ada-lovelace</b>.
          </span>
        </label>
        <button type="submit">Create my account</button>
      </form>
    </>,
  );
  return withCookie(reply, begunCookie(arrival.secret, isSecure));
}

/** POST `/sign-in/new`. */
export async function join(ask: Ask, form: Form): Promise<Reply> {
  const { identity, isSecure } = ask.web;
  const secret = begunIn(ask.headers.get('cookie'), isSecure);
  if (!identity || secret === null)
    throw new WebError(
      403,
      'This sign-in was started in another browser, or too long ago. Please try again.',
      AGAIN,
    );
  const browser = ask.headers.get('user-agent') ?? '';
  const { session, next } = await attempted(ask, () =>
    identity.services.join(secret, form.fields.get('name') ?? '', browser),
  );
  return signedIn(ask, session, next, 'service');
}

/** POST `/settings/services`: `issuer` and `subject` of the account to disconnect. */
export async function disconnect(ask: Ask, form: Form): Promise<Reply> {
  const { identity } = ask.web;
  const [issuer = '', subject = ''] = ['issuer', 'subject'].map((name) =>
    (form.fields.get(name) ?? '').slice(0, 500),
  );
  await requireRecent(ask, '/settings#ways-in');
  await attempted(ask, () => identity?.services.disconnect(ask.reader!.id, { issuer, subject }));
  return redirect('/settings#ways-in', 303);
}

/** Does it, or says why not. */
async function attempted<T>(ask: Ask, work: () => Promise<T> | undefined): Promise<Awaited<T>> {
  try {
    return (await work()) as Awaited<T>;
  } catch (error) {
    const help = ask.reader ? IN_SETTINGS : AGAIN;
    if (error instanceof SignInRefused || error instanceof ServiceFailed)
      refused(ask, 'service', error.message);
    if (error instanceof SignInRefused) throw new WebError(403, error.message, help);
    if (error instanceof AccountError) throw new WebError(400, error.message, help);
    if (!(error instanceof ServiceFailed)) throw error;
    ask.web.log?.({ path: '/sign-in/with', error: error.message });
    throw new WebError(
      502,
      'The other service is not answering as it should. Please try again later, or sign in another way.',
      help,
    );
  }
}
