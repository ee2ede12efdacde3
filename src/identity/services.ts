/** Signing in with accounts at other services, from the first click to a session. */
import { begin, finish } from '../community/begun.ts';
import { disconnect, enterBy, type Identity, identitiesOf, type Proven } from '../community/identities.ts';
import { newSecret } from '../community/secrets.ts';
import { openSession } from '../community/sessions.ts';
import { SignInRefused } from '../community/sign-ins.ts';
import type { TellOwner } from '../community/ways-mail.ts';
import type { Store } from '../store/open.ts';
import type { Checks, Service } from './service.ts';

/** Somebody who has come back from a service. */
export type Arrival =
  /** Signed in: the secret for the cookie, and where they wanted to go. */
  | { state: 'in'; session: string; next: string }
  /** Connected to the account that was signed in already. */
  | { state: 'connected'; next: string }
  /** They are new, and have to give a name. `secret` finishes it, from the same browser. */
  | { state: 'new'; secret: string; displayName: string; next: string };

export interface Services {
  /** As shown, in this order. */
  list: { key: string; name: string; issuer: string }[];
  /**
   * Begins to sign in, or to connect an account.
   *
   * @param as the account that is signed in, if any
   * @returns where to send the browser, and the secret that it must bring back; null: there is no such service
   * @throws ServiceFailed
   */
  begin(key: string, as: number | null, next: string): Promise<{ address: string; secret: string } | null>;
  /**
   * @param secret which the browser brought back
   * @param search the query that the service gave it
   * @param as the account that is signed in now
   * @throws SignInRefused, ServiceFailed
   */
  arrive(key: string, secret: string, search: string, as: number | null, browser: string): Promise<Arrival>;
  /** Creates an account for somebody new. @throws SignInRefused, AccountError: then it can be tried again */
  join(secret: string, displayName: string, browser: string): Promise<{ session: string; next: string }>;
  connected(account: number): Promise<Identity[]>;
  /** @throws AccountError if it is the last way in */
  disconnect(account: number, identity: Pick<Identity, 'issuer' | 'subject'>): Promise<void>;
}

interface Gone {
  key: string;
  checks: Checks;
  as: number | null;
  next: string;
}

interface Joining {
  proven: Proven;
  next: string;
}

const TOO_LATE = 'This sign-in was started in another browser, or too long ago. Please try again.';

export interface ServicesOptions {
  /** Whether somebody new may create an account. */
  mayJoin: boolean;
  /** Called when somebody has signed in with a service, or connected one. */
  entered?(account: number, proven: Proven): Promise<unknown>;
  /** Called when an account gets connected or disconnected. */
  tell?: TellOwner;
  now(): number;
}

export function servicesIn(
  store: Store,
  all: readonly Service[],
  { mayJoin, entered, tell, now }: ServicesOptions,
): Services {
  const named = (key: string) => all.find(({ provider }) => provider.key === key);
  return {
    list: all.map(({ provider: { key, name, protocol } }) => ({ key, name, issuer: protocol.issuer })),
    async begin(key, as, next) {
      const service = named(key);
      if (!service) return null;
      const { address, checks } = await service.begin(now());
      const { secret } = newSecret();
      await begin(store, { kind: 'service', secret, data: { key, checks, as, next } satisfies Gone }, now());
      return { address, secret };
    },
    async arrive(key, secret, search, as, browser) {
      const gone = await finish<Gone>(store, 'service', secret, now());
      const service = named(key);
      if (!gone || !service || gone.key !== key) throw new SignInRefused(TOO_LATE);
      const { displayName, ...proven } = await service.finish(search, gone.checks, now());
      // The account that asked to be connected must still be the one signed in.
      if (gone.as !== null && gone.as !== as)
        throw new SignInRefused(
          'You have since signed out, or signed in as somebody else. Please try again.',
        );
      const { next } = gone;
      const entry = await enterBy(store, proven, { as: gone.as, mayJoin, tell }, now());
      if (entry.state === 'new') {
        const { secret } = newSecret();
        await begin(store, { kind: 'join', secret, data: { proven, next } satisfies Joining }, now());
        return { state: 'new', secret, displayName: displayName ?? '', next };
      }
      await entered?.(entry.account.id, proven);
      if (gone.as !== null) return { state: 'connected', next };
      return { state: 'in', session: await openSession(store, entry.account.id, browser, now()), next };
    },
    async join(secret, displayName, browser) {
      const joining = await finish<Joining>(store, 'join', secret, now());
      if (!joining) throw new SignInRefused(TOO_LATE);
      try {
        const entry = await enterBy(store, joining.proven, { as: null, mayJoin, displayName, tell }, now());
        if (entry.state === 'new') throw new SignInRefused(TOO_LATE);
        await entered?.(entry.account.id, joining.proven);
        const session = await openSession(store, entry.account.id, browser, now());
        return { session, next: joining.next };
      } catch (error) {
        // A name that cannot be used can be corrected.
        if (!(error instanceof SignInRefused))
          await begin(store, { kind: 'join', secret, data: joining }, now());
        throw error;
      }
    },
    connected: (account) => identitiesOf(store.read, account),
    disconnect: (account, identity) => disconnect(store, account, identity, now(), tell),
  };
}
