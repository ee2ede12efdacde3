/** Services to sign in with, on this machine: a real OpenID Connect issuer, and a server that speaks as GitHub does. */
import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export interface Somebody {
  sub: string;
  name?: string;
  email?: string;
  email_verified?: boolean;
}

export interface Issuer {
  url: string;
  clientId: string;
  clientSecret: string;
  /** Who is signed in there; null: somebody who does not consent. */
  person: Somebody | null;
  close(): Promise<void>;
}

const CLIENT = { clientId: 'broadsheet', clientSecret: 'a secret of the tests' };

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const closing = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

/** `oidc-provider`, which lets `person` in without asking. @param inHeader how the client shows its secret */
export async function openIssuer(redirectUris: string[], inHeader = true): Promise<Issuer> {
  let handle: (req: IncomingMessage, res: ServerResponse) => void = () => {};
  const server = createServer((req, res) => handle(req, res));
  const url = await listening(server);
  const issuer: Issuer = { url, ...CLIENT, person: null, close: () => closing(server) };
  const provider = new Provider(url, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: redirectUris,
        token_endpoint_auth_method: inHeader ? 'client_secret_basic' : 'client_secret_post',
      },
    ],
    clientAuthMethods: [inHeader ? 'client_secret_basic' : 'client_secret_post'],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['a key of the tests'] },
    features: { devInteractions: { enabled: false } },
    // Set, so that it does not say that they are not.
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ ...issuer.person, sub }),
    }),
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client!.clientId,
        accountId: ctx.oidc.session!.accountId!,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  // It advises against http, which is all this machine has for tests.
  const callback = provider.callback();
  handle = (req, res) => {
    if (!req.url!.startsWith('/interaction/')) return callback(req, res);
    const result =
      issuer.person === null
        ? { error: 'access_denied', error_description: 'declined' }
        : { login: { accountId: issuer.person.sub } };
    return provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  };
  return issuer;
}

/** A server with GitHub's addresses and answers, as far as signing in needs them. */
export async function openGithub(redirectUri: string): Promise<Issuer> {
  const codes = new Map<string, { challenge: string; person: Somebody }>();
  const tokens = new Map<string, Somebody>();
  const server = createServer((req, res) => void answer(req, res));
  const url = await listening(server);
  const issuer: Issuer = { url, ...CLIENT, person: null, close: () => closing(server) };
  const json = (res: ServerResponse, value: unknown, status = 200): void => {
    res.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    res.end(JSON.stringify(value));
  };
  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(req.url!, url);
    if (pathname === '/login/oauth/authorize') {
      const to = new URL(redirectUri);
      if (issuer.person === null) to.searchParams.set('error', 'access_denied');
      else {
        const code = randomBytes(10).toString('hex');
        codes.set(code, { challenge: searchParams.get('code_challenge')!, person: issuer.person });
        to.searchParams.set('code', code);
      }
      to.searchParams.set('state', searchParams.get('state')!);
      res.writeHead(302, { location: to.href });
      res.end();
      return;
    }
    if (pathname === '/login/oauth/access_token') {
      let body = '';
      for await (const part of req) body += part;
      const form = new URLSearchParams(body);
      const code = codes.get(form.get('code') ?? '');
      codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      // GitHub answers 200 whatever is wrong.
      if (form.get('client_id') !== CLIENT.clientId || form.get('client_secret') !== CLIENT.clientSecret)
        return json(res, { error: 'incorrect_client_credentials' });
      if (!code || code.challenge !== challenge) return json(res, { error: 'bad_verification_code' });
      const token = `gho_${randomBytes(10).toString('hex')}`;
      tokens.set(token, code.person);
      return json(res, { access_token: token, scope: 'read:user,user:email', token_type: 'bearer' });
    }
    const person = tokens.get(/^Bearer (\S+)$/i.exec(req.headers.authorization ?? '')?.[1] ?? '');
    if (!person) return json(res, { message: 'Bad credentials' }, 401);
    if (pathname === '/user')
      return json(res, { id: Number(person.sub), login: 'somebody', name: person.name ?? null, email: null });
    if (pathname === '/user/emails')
      return json(
        res,
        person.email === undefined
          ? []
          : [
              { email: 'other@example.org', primary: false, verified: true, visibility: null },
              {
                email: person.email,
                primary: true,
                verified: person.email_verified === true,
                visibility: 'private',
              },
            ],
      );
    return json(res, { message: 'Not Found' }, 404);
  }
  return issuer;
}

/**
 * Goes where a browser is sent to sign in, and returns the query with which it is sent back.
 *
 * @param jar its cookies there, so that it stays signed in; default: a new browser
 */
export async function signInAt(address: string, redirectUri: string, jar = new Map<string, string>()) {
  for (let at = address, steps = 0; steps < 10; steps++) {
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(at, { redirect: 'manual', headers: { ...(cookie && { cookie }) } });
    for (const set of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(set)!;
      jar.set(name!, value!);
    }
    const to = response.headers.get('location');
    if (to === null) throw new Error(`${at} answered ${response.status}: ${await response.text()}`);
    at = new URL(to, at).href;
    if (at.startsWith(redirectUri)) return at.slice(redirectUri.length);
  }
  throw new Error('sent around in circles');
}
