/** Real sockets on this machine, and names that resolve to what a hostile DNS would say. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { namedIn } from './named.ts';
import { type Lookup, outgoing } from './outgoing.ts';
import { PrivateAddress, PrivateHosts, privateHost } from './reach.ts';

let server: Server;
let port: number;
let asked: string[] = [];
/** What names resolve to, one list per lookup: a DNS that changes its mind. */
let answers: Record<string, string[][]> = {};

const lookup: Lookup = (hostname, options, done) => {
  const turns = answers[hostname];
  const found = turns && (turns.length > 1 ? turns.shift()! : turns[0]!);
  if (!found) return done(new Error(`nobody knows ${hostname}`), []);
  const all = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  if (options.all) done(null, all);
  else done(null, all[0]!.address, all[0]!.family);
};

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.headers.host ?? '');
    response.end('from within');
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  asked = [];
  answers = { localhost: [['127.0.0.1']], ollama: [['127.0.0.1']] };
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const way = (hosts: string[] = []) =>
  outgoing({ privateHosts: new PrivateHosts(hosts.map(privateHost)), lookup });

/** The text of the response, or `private` if no connection was opened. */
async function from(host: string, isNamed: boolean, hosts: string[] = []): Promise<string> {
  try {
    return await (await way(hosts).fetch(`http://${host}:${port}/`, {}, isNamed)).text();
  } catch (error) {
    const { cause } = error as Error;
    return cause instanceof PrivateAddress ? 'private' : `${error} ${cause}`;
  }
}

describe('addresses from a response', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0177.0.0.1',
    '0',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    'localhost',
    'localhost.',
    'ollama',
    'rebound.example',
    'mapped.example',
  ])('does not lead to %s', async (host) => {
    answers['localhost.'] = [['127.0.0.1']];
    answers['rebound.example'] = [['127.0.0.1']];
    answers['mapped.example'] = [['::ffff:127.0.0.1']];
    expect(await from(host, false)).toBe('private');
    expect(asked).toEqual([]);
  });

  test('says the same of a port that is open and of one that is not', async () => {
    const say = async (url: string) => {
      const error = await way()
        .fetch(url, {}, false)
        .catch((reason: Error) => reason);
      return String((error as Error).cause);
    };
    const other = createServer();
    await new Promise<void>((ready) => other.listen(0, '127.0.0.1', ready));
    const closed = (other.address() as AddressInfo).port;
    await new Promise((done) => other.close(done));
    expect(await say(`http://127.0.0.1:${port}/`)).toBe(await say(`http://127.0.0.1:${closed}/`));
  });
});

describe('what the operator wrote into a setting', () => {
  test.each(['127.0.0.1', '127.1', 'localhost', 'ollama'])('may be %s', async (host) => {
    expect(await from(host, true)).toBe('from within');
  });

  test('does not cover whatever a public name points at today', async () => {
    answers['feed.example.org'] = [['127.0.0.1']];
    expect(await from('feed.example.org', true)).toBe('private');
    expect(asked).toEqual([]);
    expect(await from('feed.example.org', true, ['feed.example.org'])).toBe('from within');
  });

  test('is checked for each connection, so that a name cannot change its address between two', async () => {
    // The first lookup gives the attacker's own public host (where nothing answers), the second leads inside.
    answers['rebinding.example.org'] = [['192.0.2.1'], ['127.0.0.1']];
    const one = way(['192.0.2.1']);
    const url = `http://rebinding.example.org:${port}/`;
    const first = await one.fetch(url, { signal: AbortSignal.timeout(50) }, true).catch((error) => error);
    expect(first.cause ?? first).not.toBeInstanceOf(PrivateAddress);
    const second = await one.fetch(url, {}, true).catch((error) => error);
    expect(second.cause).toBeInstanceOf(PrivateAddress);
    expect(asked).toEqual([]);
  });

  test('only those addresses of a name are tried that may be', async () => {
    answers['both.example.org'] = [['10.9.9.9', '127.0.0.1']];
    expect(await from('both.example.org', true, ['127.0.0.0/8'])).toBe('from within');
  });

  test('applies to trial connections too', async () => {
    const url = new URL(`http://127.0.0.1:${port}/`);
    await way().connect(url, true, 1000);
    await expect(way().connect(url, false, 1000)).rejects.toBeInstanceOf(PrivateAddress);
    answers['feed.example.org'] = [['127.0.0.1']];
    await expect(
      way().connect(new URL(`http://feed.example.org:${port}/`), true, 1000),
    ).rejects.toBeInstanceOf(PrivateAddress);
  });
});

describe('PRIVATE_HOSTS', () => {
  test.each([
    ['an address', '127.0.0.1', true],
    ['a network', '127.0.0.0/8', true],
    ['a name', 'inside.example.org', true],
    ['a name in other letters', 'Inside.Example.ORG.', true],
    ['a mapped address', '::ffff:127.0.0.1', true],
    ['another address', '127.0.0.2', false],
    ['another network', '10.0.0.0/8', false],
    ['a domain above', 'example.org', false],
  ])('allows %s (%s): %s', async (_, entry, isOpen) => {
    answers['inside.example.org'] = [['127.0.0.1']];
    expect(await from('inside.example.org', false, [entry])).toBe(isOpen ? 'from within' : 'private');
  });

  test.each(['10.0.0.0/33', 'fc00::/129', 'a b', 'http://x', '10.0.0.1:80', 'name/8', ''])(
    'refuses %j',
    (entry) => expect(() => privateHost(entry)).toThrow('is not a name, an IP address or a network'),
  );
});

test('an address is named by any setting, with its port', () => {
  const isNamed = namedIn({ A: 'http://10.0.0.5/feed', FEEDS: ['https://x.example:8443/f'], N: 3, C: null });
  const named = ['http://10.0.0.5:80/other', 'https://X.example:8443/', 'http://10.0.0.5/'];
  expect(named.filter((url) => isNamed(new URL(url)))).toEqual(named);
  const others = ['http://10.0.0.5:8080/', 'https://10.0.0.5/', 'http://10.0.0.6/', 'https://x.example/'];
  expect(others.filter((url) => isNamed(new URL(url)))).toEqual([]);
});
