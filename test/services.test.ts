/** Signing in with accounts at other services: against a real issuer, and a server that speaks as GitHub does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountById, changeAccount, createAccount } from '../src/community/accounts.ts';
import { enterBy } from '../src/community/identities.ts';
import { sessionOf } from '../src/community/sessions.ts';
import { SignInRefused } from '../src/community/sign-ins.ts';
import { readConfig } from '../src/config.ts';
import { type Provider, providersOf } from '../src/identity/providers.ts';
import { Service, ServiceFailed } from '../src/identity/service.ts';
import { type Services, servicesIn } from '../src/identity/services.ts';
import { outgoing } from '../src/net/outgoing.ts';
import type { Store } from '../src/store/open.ts';
import { onBoth, type TestDatabase } from './databases.ts';
import { type Issuer, openGithub, openIssuer, type Somebody, signInAt } from './issuers.ts';

const HERE = 'http://papers.example/sign-in/with/';
let mail = 0;
/** An address nobody else here has. */
const newAddress = (): string => `person-${++mail}@example.org`;

/** The services, as the settings would set them up for other addresses. */
async function openServices() {
  const [oidc, orcid, github] = await Promise.all([
    openIssuer([`${HERE}oidc`, `${HERE}hf`]),
    openIssuer([`${HERE}orcid`], false),
    openGithub(`${HERE}github`),
  ]);
  const { clientId, clientSecret } = oidc;
  const of = (key: Provider['key'], protocol: Provider['protocol']) =>
    new Service({ key, name: key, protocol, clientId, clientSecret }, HERE + key, outgoing());
  const scope = 'openid profile email';
  return {
    issuers: { oidc, hf: oidc, orcid, github } as Record<string, Issuer>,
    services: [
      of('oidc', { kind: 'oidc', issuer: oidc.url, scope }),
      of('hf', { kind: 'oidc', issuer: oidc.url, scope }),
      of('orcid', { kind: 'oidc', issuer: orcid.url, scope: 'openid' }),
      of('github', { kind: 'github', issuer: github.url, api: github.url }),
    ],
    close: () => Promise.all([oidc.close(), orcid.close(), github.close()]),
  };
}

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let world: Awaited<ReturnType<typeof openServices>>;
  const at = { now: Date.now() };
  /** Who came in by which subject, the last at the end. */
  const entered: string[] = [];
  const doors = (mayJoin: boolean): Services =>
    servicesIn(store, world.services, {
      mayJoin,
      entered: async (account, { subject }) => entered.push(`${account} ${subject}`),
      now: () => at.now,
    });

  beforeAll(async () => {
    [database, world] = await Promise.all([fresh(), openServices()]);
    store = await database.open();
  });
  afterAll(async () => {
    await world.close();
    await store.close();
    await database.remove();
  });

  /** Signs in from the first click on. @param as the account that is signed in here */
  async function through(open: Services, key: string, person: Somebody, as: number | null = null) {
    const begun = (await open.begin(key, as, '/next'))!;
    world.issuers[key]!.person = person;
    const search = await signInAt(begun.address, HERE + key);
    return { begun, search, arrival: await open.arrive(key, begun.secret, search, as, 'a browser') };
  }
  const ownerOf = async (session: string) => (await sessionOf(store, session, at.now))!.account;

  it.each(['oidc', 'hf', 'orcid', 'github'])(
    '%s: somebody new gives a name, and comes back later',
    async (key) => {
      const open = doors(true);
      const email = newAddress();
      const person = { sub: `${1000 + mail}`, name: 'Ada Lovelace', email, email_verified: true };
      const { arrival } = await through(open, key, person);
      if (arrival.state !== 'new') throw new Error(arrival.state);
      expect(arrival.displayName).toBe(key === 'orcid' ? '' : 'Ada Lovelace');
      // A name that cannot be used can be corrected; then it is finished.
      await expect(open.join(arrival.secret, ' ', 'x')).rejects.toThrow('A name has');
      const joined = await open.join(arrival.secret, 'Ada', 'x');
      expect(joined.next).toBe('/next');
      const account = await ownerOf(joined.session);
      // ORCID gives no address.
      const known = key === 'orcid' ? null : email;
      expect(account).toMatchObject({ displayName: 'Ada', email: known, emailVerified: known !== null });
      await expect(open.join(arrival.secret, 'Eve', 'x')).rejects.toThrow(SignInRefused);
      const again = await through(doors(false), key, { ...person, email: 'changed@example.org' });
      if (again.arrival.state !== 'in') throw new Error(again.arrival.state);
      expect((await ownerOf(again.arrival.session)).id).toBe(account.id);
      const came = `${account.id} ${person.sub}`;
      expect(entered.slice(-2)).toEqual([came, came]);
    },
  );

  it('is finished once, in time, by the browser and for the service that began it, with its state', async () => {
    const open = doors(true);
    const person = { sub: 'once' };
    const { begun, search } = await through(open, 'oidc', person);
    const refused = (key: string, secret: string, query = search) =>
      expect(open.arrive(key, secret, query, null, '')).rejects.toThrow(SignInRefused);
    await refused('oidc', begun.secret);
    const another = (await open.begin('oidc', null, '/'))!;
    await refused('oidc', another.secret);
    const third = (await open.begin('oidc', null, '/'))!;
    await refused('hf', third.secret, await signInAt(third.address, `${HERE}oidc`));
    const late = (await open.begin('oidc', null, '/'))!;
    const query = await signInAt(late.address, `${HERE}oidc`);
    at.now += 11 * 60_000;
    await refused('oidc', late.secret, query);
    // The code alone is of no use to whoever does not have the verifier.
    const stolen = (await open.begin('oidc', null, '/'))!;
    const mine = (await open.begin('oidc', null, '/'))!;
    const code = new URLSearchParams(await signInAt(stolen.address, `${HERE}oidc`)).get('code')!;
    const state = new URL(mine.address).searchParams.get('state')!;
    const forged = `?${new URLSearchParams({ code, state, iss: world.issuers.oidc!.url })}`;
    await expect(open.arrive('oidc', mine.secret, forged, null, '')).rejects.toThrow(ServiceFailed);
  });

  it('is refused when somebody declines, and fails when the service does', async () => {
    const open = doors(true);
    for (const key of ['oidc', 'github']) {
      const begun = (await open.begin(key, null, '/'))!;
      world.issuers[key]!.person = null;
      const search = await signInAt(begun.address, HERE + key);
      await expect(open.arrive(key, begun.secret, search, null, '')).rejects.toThrow(
        'You did not sign in with',
      );
    }
    const nowhere = { ...world.services[0]!.provider, clientId: 'unknown' };
    const broken = new Service(nowhere, `${HERE}oidc`, outgoing());
    await broken.begin(at.now);
    const checks = { state: 's', nonce: 'n', verifier: 'v'.repeat(43) };
    const search = `?${new URLSearchParams({ code: 'x', state: 's', iss: world.issuers.oidc!.url })}`;
    await expect(broken.finish(search, checks, at.now)).rejects.toThrow(ServiceFailed);
    expect(await open.begin('nobody', null, '/')).toBeNull();
  });

  it('asks no host in a private network except the issuer that the operator named', async () => {
    const { createServer } = await import('node:http');
    let inside = 0;
    const secret = createServer((_, res) => {
      inside++;
      res.end('{}');
    });
    await new Promise<void>((resolve) => secret.listen(0, '127.0.0.1', resolve));
    const elsewhere = `http://127.0.0.1:${(secret.address() as { port: number }).port}`;
    // An issuer whose description leads somewhere else.
    const bad = createServer((_, res) => {
      const url = `http://127.0.0.1:${(bad.address() as { port: number }).port}`;
      res.setHeader('content-type', 'application/json');
      res.end(
        JSON.stringify({
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${elsewhere}/token`,
          jwks_uri: `${elsewhere}/keys`,
          response_types_supported: ['code'],
        }),
      );
    });
    await new Promise<void>((resolve) => bad.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${(bad.address() as { port: number }).port}`;
    const provider = { ...world.services[0]!.provider, protocol: { kind: 'oidc', issuer, scope: 'openid' } };
    const service = new Service(provider as Provider, `${HERE}oidc`, outgoing());
    const { checks } = await service.begin(at.now);
    const search = `?${new URLSearchParams({ code: 'x', state: checks.state })}`;
    await expect(service.finish(search, checks, at.now)).rejects.toThrow(/private network/);
    expect(inside).toBe(0);
    // Nor is a redirect followed, wherever it leads.
    const moved = createServer((_, res) => {
      res.writeHead(302, { location: elsewhere });
      res.end();
    });
    await new Promise<void>((resolve) => moved.listen(0, '127.0.0.1', resolve));
    const there = `http://127.0.0.1:${(moved.address() as { port: number }).port}`;
    const redirected = { ...provider, protocol: { ...provider.protocol, issuer: there } } as Provider;
    await expect(new Service(redirected, `${HERE}oidc`, outgoing()).begin(at.now)).rejects.toThrow(
      ServiceFailed,
    );
    expect(inside).toBe(0);
    for (const server of [bad, secret, moved]) {
      server.closeAllConnections();
      server.close();
    }
  });

  it('connects the account that asked for it, as long as it is the one signed in, and nobody else’s', async () => {
    const open = doors(false);
    const ada = await createAccount(store, { displayName: 'Ada' }, at.now);
    const eve = await createAccount(store, { displayName: 'Eve' }, at.now);
    const person = { sub: 'connected' };
    const { arrival } = await through(open, 'oidc', person, ada.id);
    expect(arrival.state).toBe('connected');
    const back = await through(open, 'oidc', person);
    expect(back.arrival.state === 'in' && (await ownerOf(back.arrival.session)).id).toBe(ada.id);
    await expect(through(open, 'oidc', person, eve.id)).rejects.toThrow('connected to somebody else');
    for (const now of [null, eve.id]) {
      const begun = (await open.begin('oidc', ada.id, '/'))!;
      world.issuers.oidc!.person = { sub: 'never connected' };
      const search = await signInAt(begun.address, `${HERE}oidc`);
      await expect(open.arrive('oidc', begun.secret, search, now, '')).rejects.toThrow('since signed out');
    }
    // It is the only way in: she has no email address here.
    const identity = (await open.connected(ada.id))[0]!;
    expect(identity.subject).toBe('connected');
    await expect(open.disconnect(ada.id, identity)).rejects.toThrow('the only way you can sign in');
    await through(open, 'github', { sub: '77' }, ada.id);
    await open.disconnect(eve.id, identity).catch(() => {});
    expect(await open.connected(ada.id)).toHaveLength(2);
    await open.disconnect(ada.id, identity);
    expect((await open.connected(ada.id)).map(({ subject }) => subject)).toEqual(['77']);
    await expect(through(open, 'oidc', person)).rejects.toThrow('by invitation only');
    const act = { actor: null, reason: 'a test', at: at.now };
    await changeAccount(store, ada.id, { state: 'banned' }, act);
    await expect(through(open, 'github', { sub: '77' })).rejects.toThrow('banned');
  });

  describe('nobody’s account is taken', () => {
    // Whoever comes in has signed in at a service that says this about them, while the account of somebody else exists.
    const cases = ['oidc', 'github', 'hf', 'orcid'].flatMap((provider) =>
      [true, false, null].flatMap((serviceVerified) =>
        [true, false, null].flatMap((accountVerified) =>
          (['nobody', 'the owner', 'another'] as const).flatMap((signedIn) =>
            [true, false].flatMap((isConnected) =>
              [true, false].map((mayJoin) => ({
                provider,
                serviceVerified,
                accountVerified,
                signedIn,
                isConnected,
                mayJoin,
              })),
            ),
          ),
        ),
      ),
    );

    it(`in ${cases.length} combinations of what service and site have verified, and who is signed in`, async () => {
      for (const one of cases) {
        const { provider, serviceVerified, accountVerified, signedIn, isConnected, mayJoin } = one;
        const email = newAddress();
        // `accountVerified` null: the account has another address; `serviceVerified` null: the service tells none.
        const owner = await createAccount(
          store,
          {
            displayName: 'Owner',
            email: accountVerified === null ? newAddress() : email,
            emailVerified: accountVerified === true,
          },
          at.now,
        );
        const another = await createAccount(store, { displayName: 'Another' }, at.now);
        const proven = {
          issuer: `https://${provider}.example`,
          subject: `subject of ${email}`,
          email: serviceVerified === null ? null : email,
          isEmailVerified: serviceVerified === true,
        };
        // The identity has been connected to the other account before.
        if (isConnected) await enterBy(store, proven, { as: another.id, mayJoin: false }, at.now);
        const as = { nobody: null, 'the owner': owner.id, another: another.id }[signedIn];
        const entry = await enterBy(store, proven, { as, mayJoin, displayName: 'New' }, at.now).catch(
          (error: unknown) => {
            if (error instanceof SignInRefused) return null;
            throw error;
          },
        );
        const came = entry?.state === 'known' ? entry.account.id : null;
        const isSamePerson = serviceVerified === true && accountVerified === true;
        // Into the owner's account comes only the owner: signed in here, or with an address that both have verified.
        if (came === owner.id)
          expect([
            one,
            !isConnected && (signedIn === 'the owner' || (signedIn === 'nobody' && isSamePerson)),
          ]).toEqual([one, true]);
        // An identity never changes hands, and a connection never changes who is signed in.
        if (isConnected) expect([one, [another.id, null].includes(came)]).toEqual([one, true]);
        if (as !== null) expect([one, [as, null].includes(came)]).toEqual([one, true]);
        // Who is new needs an open site, and gets an address only if the service has verified it.
        const isNew = came !== null && came !== owner.id && came !== another.id;
        if (isNew) {
          const made = (await accountById(store.read, came))!;
          expect([one, mayJoin, made.email, made.emailVerified]).toEqual([
            one,
            true,
            serviceVerified === true ? email : null,
            serviceVerified === true,
          ]);
        }
        // Not everybody is refused.
        const isWelcome =
          isConnected ||
          signedIn !== 'nobody' ||
          isSamePerson ||
          (mayJoin && !(serviceVerified && accountVerified === false));
        const isTheirs = !(isConnected && signedIn === 'the owner');
        expect([one, came !== null]).toEqual([one, isWelcome && isTheirs]);
        // The owner's row is as it was.
        expect(await accountById(store.read, owner.id)).toEqual(owner);
      }
    });
  });
});

describe('the settings', () => {
  it('set up what they name in full, and say what has no effect', () => {
    const said: string[] = [];
    const keys = (env: Record<string, string>) =>
      providersOf(readConfig(env), (says) => said.push(says)).map(({ key }) => key);
    const ids = { GITHUB_CLIENT_ID: 'a', ORCID_CLIENT_ID: 'b', HF_CLIENT_ID: 'c' };
    const issuer = { OIDC_ISSUER: 'https://login.example.org/realm', OIDC_CLIENT_ID: 'd' };
    const PUBLIC_URL = 'https://papers.example.org';
    expect(keys({})).toEqual([]);
    expect(keys({ ...ids, ...issuer, PUBLIC_URL })).toEqual(['oidc', 'github', 'orcid', 'hf']);
    expect(said).toEqual([]);
    expect(keys({ ...ids, ...issuer })).toEqual([]);
    expect(keys({ ...issuer, PUBLIC_URL, OFFLINE: '1' })).toEqual([]);
    expect(keys({ OIDC_ISSUER: issuer.OIDC_ISSUER, PUBLIC_URL })).toEqual([]);
    expect(said).toContain('GITHUB_CLIENT_ID has no effect without PUBLIC_URL');
    expect(said).toContain('OFFLINE=1: OIDC_ISSUER has no effect');
    expect(said).toContain('OIDC_ISSUER has no effect without OIDC_CLIENT_ID');
    expect(() => readConfig({ OIDC_ISSUER: 'http://login.example.org' })).toThrow('https://');
    expect(readConfig({ OIDC_ISSUER: 'https://login.example.org/o/lab/' }).OIDC_ISSUER).toMatch(/lab\/$/);
    expect(readConfig({ OIDC_ISSUER: 'http://keycloak:8080/realms/lab' }).OIDC_ISSUER).toMatch(/^http:/);
  });
});
