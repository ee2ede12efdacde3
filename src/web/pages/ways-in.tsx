/** The ways of signing in besides links: on the page for signing in, and in the settings. */
import type { Ask } from '../../http/context.ts';
import { dayIn, sayDay } from '../../present/dates.ts';

/** Below the form for an email address. */
export function OtherWays({ ask, next }: { ask: Ask; next: string }) {
  const services = ask.web.identity?.services.list ?? [];
  if (services.length === 0) return null;
  return (
    <section class="other-ways" aria-label="Other ways of signing in">
      {services.map(({ key, name }) => (
        <form method="post" action={`/sign-in/with/${key}`}>
          <input type="hidden" name="next" value={next} />
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
  return { connected: await identity.services.connected(ask.reader!.id) };
}

/** In the settings. */
export function WaysIn({ ask, ways }: { ask: Ask; ways: Awaited<ReturnType<typeof waysInOf>> }) {
  if (!ways) return null;
  const { services } = ask.web.identity!;
  const dayOf = (time: number): string => sayDay(dayIn(time, ask.web.site.timezone));
  const nameOf = (issuer: string): string =>
    services.list.find((one) => one.issuer === issuer)?.name ?? issuer;
  if (services.list.length === 0 && ways.connected.length === 0) return null;
  return (
    <section aria-labelledby="ways-in">
      <h2 id="ways-in">How you sign in</h2>
      {ways.connected.length > 0 && (
        <ul class="sessions">
          {ways.connected.map(({ issuer, subject, email, createdAt, usedAt }) => (
            <li>
              <form method="post" action="/settings/services">
                <input type="hidden" name="issuer" value={issuer} />
                <input type="hidden" name="subject" value={subject} />
                <b>{nameOf(issuer)}</b> ({email ?? subject}), connected {dayOf(createdAt)}, last used{' '}
                {dayOf(usedAt)} <button type="submit">Disconnect</button>
              </form>
            </li>
          ))}
        </ul>
      )}
      {services.list.map(({ key, name }) => (
        <form method="post" action={`/sign-in/with/${key}`}>
          <input type="hidden" name="next" value="/settings" />
          <button type="submit">Connect {name}</button>
        </form>
      ))}
    </section>
  );
}
