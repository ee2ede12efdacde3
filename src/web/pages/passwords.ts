/** Signing in with a password, where the site has them. */
import { AccountError } from '../../community/accounts.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect } from '../../http/replies.ts';
import { type Passwords, TooBusy } from '../../identity/passwords.ts';
import { parseEmail } from '../../net/email.ts';
import { requireRecent } from './again.tsx';
import { backTo, refused, signedIn, signInPage } from './sign-in.tsx';

/** POST `/sign-in/password`: a `name` and its `password`. */
export async function signInWithPassword(ask: Ask, form: Form): Promise<Reply> {
  const passwords = passwordsOf(ask);
  const { limits } = ask.web;
  const back = { links: [{ href: '/sign-in', text: 'Back' }] };
  await limits.take(ask, 'signIns', form.from, 'Too many attempts to sign in.', back);
  const name = (form.fields.get('name') ?? '').trim().slice(0, 300);
  // Names that do not exist are counted too, so that the limit does not reveal which do; each in one spelling, since an
  // address has many.
  const plain = name.replace(/^@/, '');
  if (!(await limits.takeQuietly('passwords', parseEmail(plain) ?? plain.toLowerCase()))) {
    refused(ask, 'password', 'too many attempts');
    throw new WebError(
      429,
      'There were too many attempts to sign in under this name. Please try again in 15 minutes, or sign in another way.',
      back,
      { 'retry-after': '900' },
    );
  }
  const browser = ask.headers.get('user-agent') ?? '';
  const password = form.fields.get('password') ?? '';
  const session = await attempted(() => passwords.signIn(name, password, browser));
  if (session === null) {
    refused(ask, 'password', 'wrong name or password');
    return signInPage(ask, {
      next: backTo(form.fields.get('next')),
      isAgain: form.fields.get('again') === '1',
      handle: name,
      wrong: 'The name or the password is wrong.',
    });
  }
  return signedIn(ask, session, backTo(form.fields.get('next')), 'password');
}

/** POST `/settings/password`: the `current` one, if there is one, and the one `wanted`; `act` is `remove` for none. */
export async function changePassword(ask: Ask, form: Form): Promise<Reply> {
  const passwords = passwordsOf(ask);
  const reader = ask.reader!;
  // Somebody at a signed-in browser could try passwords here too.
  if (!(await ask.web.limits.takeQuietly('passwords', `settings ${reader.id}`)))
    throw new WebError(
      429,
      'Too many attempts. Please try again in 15 minutes.',
      {},
      { 'retry-after': '900' },
    );
  // The current password proves as much as signing in again.
  if (!(await passwords.isSet(reader.id))) await requireRecent(ask, '/settings#ways-in');
  const account = await ask.web.people.account(reader.name);
  if (!account) throw new WebError(404, 'This account no longer exists.');
  const [current = '', wanted = ''] = ['current', 'wanted'].map((name) => form.fields.get(name) ?? '');
  const isRemoved = form.fields.get('act') === 'remove';
  if (!isRemoved && wanted === '')
    throw new WebError(400, 'Please enter a new password.', {
      links: [{ href: '/settings', text: 'Settings' }],
    });
  await attempted(() => passwords.set(account, reader.session, current, isRemoved ? '' : wanted));
  return redirect('/settings#ways-in', 303);
}

function passwordsOf({ web }: Ask): Passwords {
  if (!web.identity?.passwords) throw new WebError(404, 'There are no passwords on this site.');
  return web.identity.passwords;
}

async function attempted<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AccountError)
      throw new WebError(400, error.message, { links: [{ href: '/settings', text: 'Settings' }] });
    if (error instanceof TooBusy)
      throw new WebError(503, `${error.message} Please try again in a moment.`, {}, { 'retry-after': '5' });
    throw error;
  }
}
