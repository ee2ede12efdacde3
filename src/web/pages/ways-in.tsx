/** Ways to sign in other than links: on the sign-in page, and in the settings. */
import type { Child } from 'hono/jsx';
import type { Ask } from '../../http/context.ts';
import { dayIn, sayDay } from '../../present/dates.ts';
import { withoutTrailing } from '../../trim.ts';
import { ChangePassword, PasswordForm } from '../parts/password-forms.tsx';

/** An issuer without a path has two spellings. */
const isSame = (one: string, other: string): boolean =>
  withoutTrailing(one, '/') === withoutTrailing(other, '/');

interface OtherWaysProps {
  ask: Ask;
  next: string;
  /** Somebody who is signed in signs in again. */
  isAgain: boolean;
  /** For the form with a password. */
  handle: string;
}

/** Below the form for an email address. */
export function OtherWays({ ask, next, isAgain, handle }: OtherWaysProps) {
  const { identity } = ask.web;
  const services = identity?.services.list ?? [];
  if (services.length === 0 && !identity?.passkeys && !identity?.passwords) return null;
  return (
    <section class="other-ways" aria-label="Other ways to sign in">
      {identity?.passwords && <PasswordForm next={next} isAgain={isAgain} handle={handle} />}
      {identity?.passkeys && (
        <form
          method="post"
          action="/sign-in/passkey"
          data-passkey="get"
          data-options="/sign-in/passkey/options"
          hidden
        >
          <input type="hidden" name="next" value={next} />
          <input type="hidden" name="response" />
          <button type="submit">Sign in with a passkey</button>
          <p role="status" class="small-print" />
        </form>
      )}
      {services.map(({ key, name }) => (
        <form method="post" action={`/sign-in/with/${key}`}>
          <input type="hidden" name="next" value={next} />
          {isAgain && <input type="hidden" name="again" value="1" />}
          <button type="submit">Sign in with {name}</button>
        </form>
      ))}
    </section>
  );
}

/** What the settings show; null: there is nothing to choose from. */
export async function waysInOf(ask: Ask) {
  const { identity } = ask.web;
  if (!identity) return null;
  const { id } = ask.reader!;
  const [connected, passkeys, hasPassword] = await Promise.all([
    identity.services.connected(id),
    identity.passkeys?.list(id) ?? [],
    identity.passwords?.isSet(id) ?? false,
  ]);
  return { connected, passkeys, hasPassword };
}

interface WaysInProps {
  ask: Ask;
  ways: Awaited<ReturnType<typeof waysInOf>>;
  /** In place of what can be added and removed; null: it can be. */
  first: Child;
}

/** In the settings. */
export function WaysIn({ ask, ways, first }: WaysInProps) {
  if (!ways) return null;
  const { services, passkeys, passwords } = ask.web.identity!;
  const dayOf = (time: number): string => sayDay(dayIn(time, ask.web.site.timezone));
  const nameOf = (issuer: string): string =>
    services.list.find((one) => isSame(one.issuer, issuer))?.name ?? issuer;
  const others = services.list.filter(
    ({ issuer }) => !ways.connected.some((one) => isSame(one.issuer, issuer)),
  );
  if (services.list.length === 0 && ways.connected.length === 0 && !passkeys && !passwords) return null;
  return (
    <section aria-labelledby="ways-in" class="ways-in">
      <h2 id="ways-in">How you sign in</h2>
      {ways.passkeys.length + ways.connected.length > 0 && (
        <ul class="sessions">
          {ways.passkeys.map(({ id, name, createdAt, usedAt }) => (
            <li>
              <form method="post" action="/settings/passkeys/change">
                <input type="hidden" name="id" value={id} />
                <b>{name}</b>, a passkey since {dayOf(createdAt)},{' '}
                {usedAt === null ? 'never used' : `last used ${dayOf(usedAt)}`}{' '}
                {first === null && (
                  <button type="submit" name="act" value="remove" aria-label={`Remove ${name}`}>
                    Remove
                  </button>
                )}
              </form>
              <details>
                <summary>Rename</summary>
                <form method="post" action="/settings/passkeys/change" class="one-line">
                  <input type="hidden" name="id" value={id} />
                  <input type="text" name="name" value={name} required maxlength={60} aria-label="Name" />
                  <button type="submit" name="act" value="name">
                    Save
                  </button>
                </form>
              </details>
            </li>
          ))}
          {ways.connected.map(({ issuer, subject, email, createdAt, usedAt }) => (
            <li>
              <form method="post" action="/settings/services">
                <input type="hidden" name="issuer" value={issuer} />
                <input type="hidden" name="subject" value={subject} />
                <b>{nameOf(issuer)}</b> ({email ?? subject}), connected {dayOf(createdAt)}, last used{' '}
                {dayOf(usedAt)} {first === null && <button type="submit">Disconnect</button>}
              </form>
            </li>
          ))}
        </ul>
      )}
      {first}
      {passkeys && first === null && (
        <>
          <form
            method="post"
            action="/settings/passkeys"
            data-passkey="new"
            data-options="/settings/passkeys/options"
            class="one-line"
            hidden
          >
            <input type="hidden" name="response" />
            <input
              type="text"
              name="name"
              maxlength={60}
              placeholder="Name, such as My phone"
              aria-label="Name of the passkey"
            />
            <button type="submit">Add a passkey</button>
            <p role="status" class="small-print" />
          </form>
          <noscript>
            <p class="small-print">Passkeys need JavaScript.</p>
          </noscript>
        </>
      )}
      {passwords && (first === null || ways.hasPassword) && <ChangePassword isSet={ways.hasPassword} />}
      {others.length > 0 && first === null && (
        <div class="other-ways">
          {others.map(({ key, name }) => (
            <form method="post" action={`/sign-in/with/${key}`}>
              <input type="hidden" name="next" value="/settings" />
              <button type="submit">Connect {name}</button>
            </form>
          ))}
        </div>
      )}
    </section>
  );
}
