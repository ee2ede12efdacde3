/** Signing in with passkeys (WebAuthn). Each challenge is used once, within ten minutes. */

import { isIP } from 'node:net';
import type {
  AuthenticationResponseJSON,
  AuthenticatorTransport,
  RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Account } from '../community/accounts.ts';
import { accountById } from '../community/accounts.ts';
import { begin, finish } from '../community/begun.ts';
import {
  addPasskey,
  namePasskey,
  type Passkey,
  passkeyById,
  passkeysOf,
  removePasskey,
  usedPasskey,
} from '../community/passkeys.ts';
import { openSession } from '../community/sessions.ts';
import { SignInRefused } from '../community/sign-ins.ts';
import type { TellOwner } from '../community/ways-mail.ts';
import { bareHost } from '../net/addresses.ts';
import type { Store } from '../store/open.ts';

/** What a browser is asked; it knows the form. */
export type Options = object;

export interface Passkeys {
  /** Asks for any passkey of this site. */
  begin(): Promise<Options>;
  /** @param response of the browser, as JSON @returns the secret for the cookie @throws SignInRefused */
  signIn(response: string, browser: string): Promise<string>;
  /** Asks for a new passkey for an account. */
  beginNew(account: Pick<Account, 'id' | 'name' | 'displayName'>): Promise<Options>;
  /** @throws SignInRefused, AccountError */
  add(account: number, response: string, name: string): Promise<void>;
  list(account: number): Promise<Passkey[]>;
  name(account: number, id: string, name: string): Promise<void>;
  /** @throws AccountError if it is the last way in */
  remove(account: number, id: string): Promise<void>;
}

/** Of COSE: Ed25519, ECDSA with P-256, RSA with SHA-256; every authenticator has one of them. */
const ALGORITHMS = [-8, -7, -257];

const REFUSED = 'This passkey was not accepted. Please try again, or sign in another way.';

/** Loaded on demand: most commands never need it. */
const library = () => import('@simplewebauthn/server');

/**
 * The passkeys of a site; null: browsers allow none there. They belong to the host name of its public address, so it
 * has
 * to have a name, and TLS unless it is `localhost`.
 */
export function passkeysIn(
  store: Store,
  {
    publicUrl,
    siteName,
    tell,
    now,
  }: { publicUrl: string | null; siteName: string; tell?: TellOwner; now(): number },
): Passkeys | null {
  if (publicUrl === null) return null;
  const { protocol, hostname, origin } = new URL(publicUrl);
  if (isIP(bareHost(hostname)) !== 0 || (protocol !== 'https:' && hostname !== 'localhost')) return null;
  const expected = { expectedOrigin: origin, expectedRPID: hostname, requireUserVerification: true };
  return {
    async begin() {
      const { generateAuthenticationOptions } = await library();
      const options = await generateAuthenticationOptions({ rpID: hostname, userVerification: 'required' });
      await begin(store, { kind: 'passkey', secret: options.challenge, data: {} }, now());
      return options;
    },
    async signIn(response, browser) {
      const given = readResponse<AuthenticationResponseJSON>(response);
      const challenge = challengeIn(given);
      if (!(await finish(store, 'passkey', challenge, now()))) throw new SignInRefused(REFUSED);
      const passkey = await passkeyById(store.read, given.id);
      if (!passkey) throw new SignInRefused(REFUSED);
      const { verifyAuthenticationResponse } = await library();
      const { verified, authenticationInfo } = await verifyAuthenticationResponse({
        ...expected,
        response: given,
        expectedChallenge: challenge,
        credential: {
          id: passkey.id,
          publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
          counter: passkey.counter,
          transports: passkey.transports as AuthenticatorTransport[],
        },
      }).catch(refuse);
      const account = await accountById(store.read, passkey.account);
      const { userHandle } = given.response;
      if (!verified || !account || (userHandle && userHandle !== handleOf(account.id).toString('base64url')))
        throw new SignInRefused(REFUSED);
      if (account.state === 'banned') throw new SignInRefused('This account has been banned.');
      await usedPasskey(store, passkey.id, authenticationInfo.newCounter, now());
      return openSession(store, account.id, browser, now());
    },
    async beginNew({ id, name, displayName }) {
      const { generateRegistrationOptions } = await library();
      const options = await generateRegistrationOptions({
        rpName: siteName,
        rpID: hostname,
        userID: new Uint8Array(handleOf(id)),
        userName: name,
        userDisplayName: displayName,
        attestationType: 'none',
        supportedAlgorithmIDs: ALGORITHMS,
        excludeCredentials: (await passkeysOf(store.read, id)).map((one) => ({
          id: one.id,
          transports: one.transports as AuthenticatorTransport[],
        })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      });
      await begin(store, { kind: 'new passkey', secret: options.challenge, data: { account: id } }, now());
      return options;
    },
    async add(account, response, name) {
      const given = readResponse<RegistrationResponseJSON>(response);
      const challenge = challengeIn(given);
      const begun = await finish<{ account: number }>(store, 'new passkey', challenge, now());
      if (begun?.account !== account) throw new SignInRefused(REFUSED);
      const { verifyRegistrationResponse } = await library();
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        ...expected,
        response: given,
        expectedChallenge: challenge,
        supportedAlgorithmIDs: ALGORITHMS,
      }).catch(refuse);
      if (!verified || !registrationInfo) throw new SignInRefused(REFUSED);
      const { id, publicKey, counter } = registrationInfo.credential;
      const transports = (given.response.transports ?? []).filter((one) => /^[a-z-]{1,20}$/.test(one));
      await addPasskey(
        store,
        {
          id,
          account,
          name,
          publicKey: Buffer.from(publicKey).toString('base64url'),
          counter,
          transports: transports.slice(0, 8),
        },
        now(),
        tell,
      );
    },
    list: (account) => passkeysOf(store.read, account),
    name: (account, id, name) => namePasskey(store, account, id, name),
    remove: (account, id) => removePasskey(store, account, id, now(), tell),
  };
}

/** What a key remembers its owner by: nothing that says who they are. */
const handleOf = (account: number): Buffer => Buffer.from(`account ${account}`);

/** Says no more about what is wrong with a response. */
function refuse(): never {
  throw new SignInRefused(REFUSED);
}

function readResponse<T extends { id: string; response: { clientDataJSON: string } }>(text: string): T {
  try {
    const given = JSON.parse(text) as T;
    // An id is base64url of at most 1023 bytes.
    if (/^[\w-]{1,1364}$/.test(given.id) && typeof given.response.clientDataJSON === 'string') return given;
  } catch {
    // The same answer as for anything else that is wrong.
  }
  return refuse();
}

/** The challenge that a response says it answers; whether it does is verified afterwards. */
function challengeIn({ response }: { response: { clientDataJSON: string } }): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(response.clientDataJSON, 'base64url').toString('utf8'));
    if (typeof challenge === 'string') return challenge;
  } catch {
    // As above.
  }
  return refuse();
}
