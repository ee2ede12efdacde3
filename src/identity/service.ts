/**
 * Signing in with another service: the authorization code flow with PKCE, `state` and, where there is an ID token,
 * `nonce`. Every request goes out through `net/`: the operator chose the issuer, but not the addresses it names.
 */
import type { Configuration } from 'openid-client';
import type { Proven } from '../community/identities.ts';
import { SignInRefused } from '../community/sign-ins.ts';
import { textWithin } from '../net/body.ts';
import { parseEmail } from '../net/email.ts';
import type { Outgoing } from '../net/outgoing.ts';
import type { Provider } from './providers.ts';

/** The service cannot be reached, or answers in a way that nobody can sign in with. */
export class ServiceFailed extends Error {
  override name = 'ServiceFailed';
}

/** What is kept while somebody is at the service. */
export interface Checks {
  state: string;
  nonce: string;
  verifier: string;
}

export interface Person extends Proven {
  /** What the service calls them, as a suggestion. */
  displayName: string | null;
}

/** Time (s) and bytes that an answer may take. */
const PATIENCE = 10;
const LARGEST = 1024 * 1024;
/** For how long the description of a service is used before it is fetched again, ms. */
const FRESH = 3_600_000;

/** Loaded on demand: most commands never need it. */
const library = () => import('openid-client');

export class Service {
  readonly provider: Provider;
  readonly #outgoing: Outgoing;
  readonly #redirectUri: string;
  #known: { at: number; configuration: Promise<Configuration> } | null = null;

  /** @param redirectUri where the service sends people back to */
  constructor(provider: Provider, redirectUri: string, outgoing: Outgoing) {
    this.provider = provider;
    this.#redirectUri = redirectUri;
    this.#outgoing = outgoing;
  }

  /** Where to send somebody who wants to sign in, and what to check when they come back. @throws ServiceFailed */
  async begin(now: number): Promise<{ address: string; checks: Checks }> {
    const oidc = await library();
    const configuration = await this.#configuration(now);
    const checks: Checks = {
      state: oidc.randomState(),
      nonce: oidc.randomNonce(),
      verifier: oidc.randomPKCECodeVerifier(),
    };
    const { protocol } = this.provider;
    const address = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#redirectUri,
      scope: protocol.kind === 'oidc' ? protocol.scope : 'read:user user:email',
      state: checks.state,
      code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
      ...(protocol.kind === 'oidc' && { nonce: checks.nonce }),
    });
    return { address: address.href, checks };
  }

  /**
   * Who has come back from the service.
   *
   * @param search the query of the address they came back to
   * @throws SignInRefused if they, or the service, did not want to
   * @throws ServiceFailed
   */
  async finish(search: string, { state, nonce, verifier }: Checks, now: number): Promise<Person> {
    const oidc = await library();
    const { protocol, name } = this.provider;
    const address = new URL(this.#redirectUri + search);
    // Compared here too, so that a sign-in that another browser started is not blamed on the service.
    if (address.searchParams.get('state') !== state)
      throw new SignInRefused(
        'This sign-in was started in another browser, or too long ago. Please try again.',
      );
    const configuration = await this.#configuration(now);
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, address, {
        expectedState: state,
        pkceCodeVerifier: verifier,
        ...(protocol.kind === 'oidc' && { expectedNonce: nonce, idTokenExpected: true }),
      });
      if (protocol.kind === 'github') return await this.#githubPerson(configuration, tokens.access_token);
      const claims = tokens.claims()!;
      const { userinfo_endpoint } = configuration.serverMetadata();
      const more =
        claims.email === undefined && userinfo_endpoint !== undefined
          ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : {};
      const told: Record<string, unknown> = { ...claims, ...more };
      return {
        // Both as the ID token has them, which has been checked.
        issuer: claims.iss,
        subject: claims.sub,
        ...emailOf(told.email, told.email_verified),
        displayName: textOf(told.name) ?? textOf(told.preferred_username),
      };
    } catch (error) {
      if (error instanceof oidc.AuthorizationResponseError)
        throw new SignInRefused(
          error.error === 'access_denied'
            ? `You did not sign in with ${name}.`
            : `${name} refused to sign you in. Please try again, or sign in another way.`,
        );
      throw this.#failed(error);
    }
  }

  /** A person as GitHub describes them; of their addresses, the primary one. */
  async #githubPerson(configuration: Configuration, token: string): Promise<Person> {
    const { protocol } = this.provider;
    if (protocol.kind !== 'github') throw new Error('not GitHub');
    const oidc = await library();
    const get = async (path: string): Promise<unknown> => {
      const headers = new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'Broadsheet' });
      const url = new URL(protocol.api + path);
      const answer = await oidc.fetchProtectedResource(configuration, token, url, 'GET', undefined, headers);
      if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
      return answer.json();
    };
    const user = (await get('/user')) as { id?: unknown; login?: unknown; name?: unknown } | null;
    if (!Number.isSafeInteger(user?.id)) throw new Error('/user has no id');
    const emails = await get('/user/emails').catch(() => []);
    const primary = (Array.isArray(emails) ? emails : []).find(
      (one: { primary?: unknown } | null) => one?.primary === true,
    ) as { email?: unknown; verified?: unknown } | undefined;
    return {
      issuer: protocol.issuer,
      // Names there change hands; numbers do not.
      subject: String(user!.id),
      ...emailOf(primary?.email, primary?.verified),
      displayName: textOf(user!.name) ?? textOf(user!.login),
    };
  }

  #configuration(now: number): Promise<Configuration> {
    if (this.#known === null || now - this.#known.at > FRESH || now < this.#known.at) {
      const configuration = this.#discover().catch((error: unknown) => {
        if (this.#known?.configuration === configuration) this.#known = null;
        throw this.#failed(error);
      });
      this.#known = { at: now, configuration };
    }
    return this.#known.configuration;
  }

  async #discover(): Promise<Configuration> {
    const oidc = await library();
    const { protocol, clientId, clientSecret } = this.provider;
    const issuer = new URL(protocol.issuer);
    const named = issuer.origin;
    const fetchChecked = async (url: string, options: object): Promise<Response> => {
      const init = { ...options, redirect: 'manual' } as RequestInit;
      const response = await this.#outgoing.fetch(url, init, new URL(url).origin === named);
      const body = await textWithin(response, LARGEST);
      const isEmpty = response.status === 204 || response.status === 304 || response.status < 200;
      return new Response(isEmpty ? null : body, {
        status: response.status,
        headers: plainHeaders(response),
      });
    };
    // What a server does not say, it takes in the header (OpenID Connect Discovery, 3).
    const authentication = (methods: readonly string[] | undefined) =>
      clientSecret === null
        ? oidc.None()
        : (methods ?? ['client_secret_basic']).includes('client_secret_basic')
          ? oidc.ClientSecretBasic(clientSecret)
          : oidc.ClientSecretPost(clientSecret);
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    if (protocol.kind === 'github') {
      const server = {
        issuer: protocol.issuer,
        authorization_endpoint: `${protocol.issuer}/login/oauth/authorize`,
        token_endpoint: `${protocol.issuer}/login/oauth/access_token`,
      };
      const made = new oidc.Configuration(
        server,
        clientId,
        undefined,
        authentication(['client_secret_post']),
      );
      made.timeout = PATIENCE;
      made[oidc.customFetch] = fetchChecked;
      for (const change of execute) change(made);
      return made;
    }
    const options = { execute, timeout: PATIENCE, [oidc.customFetch]: fetchChecked };
    const found = await oidc.discovery(issuer, clientId, undefined, oidc.None(), options);
    const metadata = found.serverMetadata();
    const made = new oidc.Configuration(
      metadata,
      clientId,
      undefined,
      authentication(metadata.token_endpoint_auth_methods_supported),
    );
    made.timeout = PATIENCE;
    made[oidc.customFetch] = fetchChecked;
    for (const change of execute) change(made);
    return made;
  }

  #failed(error: unknown): ServiceFailed {
    const because = error instanceof Error ? (error.cause ?? error) : error;
    return new ServiceFailed(`${this.provider.name}: ${String(because)}`, { cause: error });
  }
}

/** Headers of a body that has been decompressed already. */
function plainHeaders(response: Response): Headers {
  const headers = new Headers(response.headers as unknown as Headers);
  headers.delete('content-encoding');
  headers.delete('content-length');
  return headers;
}

function emailOf(email: unknown, isVerified: unknown): Pick<Proven, 'email' | 'isEmailVerified'> {
  const address = typeof email === 'string' ? parseEmail(email.slice(0, 400)) : null;
  return { email: address, isEmailVerified: address !== null && isVerified === true };
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.trim() !== '' ? value.slice(0, 200) : null;
