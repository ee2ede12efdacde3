/** Passkeys: what the script on the page asks for, and what it sends. */
import { AccountError } from '../../community/accounts.ts';
import { SignInRefused } from '../../community/sign-ins.ts';
import type { Ask } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import type { Form } from '../../http/forms.ts';
import { type Reply, redirect, text } from '../../http/replies.ts';
import type { Passkeys } from '../../identity/passkeys.ts';
import { requireRecent } from './again.tsx';
import { backTo, refused, signedIn } from './sign-in.tsx';

const SETTINGS = '/settings#ways-in';

/** POST `/sign-in/passkey/options`. */
export async function askForPasskey(ask: Ask, form: Form): Promise<Reply> {
  const passkeys = passkeysOf(ask);
  await ask.web.limits.take(ask, 'signIns', form.from, 'Too many attempts to sign in.');
  return own(await passkeys.begin());
}

/** POST `/sign-in/passkey`: `response` of the browser, as JSON. */
export async function signInWithPasskey(ask: Ask, form: Form): Promise<Reply> {
  const passkeys = passkeysOf(ask);
  const response = form.fields.get('response') ?? '';
  const browser = ask.headers.get('user-agent') ?? '';
  const session = await attempted(ask, () => passkeys.signIn(response, browser));
  return signedIn(ask, session, backTo(form.fields.get('next')), 'passkey');
}

/** POST `/settings/passkeys/options`. */
export async function askForNewPasskey(ask: Ask): Promise<Reply> {
  const passkeys = passkeysOf(ask);
  await requireRecent(ask, SETTINGS);
  return own(await passkeys.beginNew(ask.reader!));
}

/** POST `/settings/passkeys`: `response` of the browser, and a `name` for the passkey. */
export async function addPasskey(ask: Ask, form: Form): Promise<Reply> {
  const passkeys = passkeysOf(ask);
  const [response = '', name = ''] = ['response', 'name'].map((field) => form.fields.get(field) ?? '');
  await requireRecent(ask, SETTINGS);
  await attempted(ask, () => passkeys.add(ask.reader!.id, response, name));
  return redirect(SETTINGS, 303);
}

/** POST `/settings/passkeys/change`: gives the passkey `id` another `name`, or removes it. */
export async function changePasskey(ask: Ask, form: Form): Promise<Reply> {
  const passkeys = passkeysOf(ask);
  const [id = '', name = '', act = ''] = ['id', 'name', 'act'].map((field) => form.fields.get(field) ?? '');
  const owner = ask.reader!.id;
  if (act === 'remove') await requireRecent(ask, SETTINGS);
  await attempted(ask, () =>
    act === 'remove'
      ? passkeys.remove(owner, id.slice(0, 2000))
      : passkeys.name(owner, id.slice(0, 2000), name),
  );
  return redirect(SETTINGS, 303);
}

function passkeysOf({ web }: Ask): Passkeys {
  const { identity } = web;
  if (!identity?.passkeys) throw new WebError(404, 'There are no passkeys on this site.');
  return identity.passkeys;
}

const own = (value: object): Reply => ({
  ...text(JSON.stringify(value), 'application/json; charset=utf-8', { 'cache-control': 'no-store' }),
  keep: false,
});

async function attempted<T>(ask: Ask, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const help = ask.reader
      ? { links: [{ href: '/settings', text: 'Settings' }] }
      : { links: [{ href: '/sign-in', text: 'Sign in' }] };
    if (error instanceof SignInRefused) refused(ask, 'passkey', error.message);
    if (error instanceof SignInRefused || error instanceof AccountError)
      throw new WebError(400, error.message, help);
    throw error;
  }
}
