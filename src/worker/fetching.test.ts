/** The client of an installation, as its settings make it: where it goes and where it does not. */
import { afterEach, describe, expect, it } from 'vitest';
import { freshDatabase } from '../../test/databases.ts';
import { readConfig } from '../config.ts';
import { feed } from '../sources/feed.ts';
import { ownGate } from '../sources/gate.ts';
import { type Loopback, loopback } from '../sources/loopback.ts';
import { runPart } from '../sources/runner.ts';
import { runsOf } from '../sources/status.ts';
import { endShown, endTold } from '../sources/status-words.ts';
import { clientFor } from './fetching.ts';

const servers: Loopback[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serving(handle: Parameters<typeof loopback>[0]): Promise<Loopback> {
  const server = await loopback(handle);
  servers.push(server);
  return server;
}

const configured = (settings: Record<string, string>) => readConfig({ DATA_DIR: '/nowhere', ...settings });

describe('the client of an installation', () => {
  it('contacts a private address that a setting names, and no other', async () => {
    const named = await serving((_, response) => response.end('named'));
    const other = await serving((_, response) => response.end('other'));
    const client = clientFor(configured({ FEEDS: `${named.url}/feed` }), ownGate());
    expect((await client.get(`${named.url}/elsewhere`)).body.toString()).toBe('named');
    await expect(client.get(other.url)).rejects.toThrow('leads into a private network');
    expect([await client.canConnect(named.url), await client.canConnect(other.url)]).toEqual([true, false]);
    expect(other.requests).toEqual([]);
    const allowed = clientFor(configured({ PRIVATE_HOSTS: '127.0.0.1' }), ownGate());
    expect((await allowed.get(other.url)).body.toString()).toBe('other');
  });

  it('is led nowhere by a feed, and public pages reveal nothing about it', async () => {
    const inside = await serving((_, response) =>
      response.end('<rss><channel><item><title>INTERNAL</title>'),
    );
    const hostile = await serving((path, response) =>
      response
        .writeHead(302, { location: path === '/open' ? inside.url : 'http://127.0.0.1:8080/secret' })
        .end(),
    );
    const database = await freshDatabase('SQLite');
    const store = await database.open();
    try {
      const config = configured({ FEEDS: `${hostile.url}/open ${hostile.url}/web` });
      const client = clientFor(config, ownGate());
      for (const part of feed.parts(config)) await runPart(feed, part, { store, config, client });
      const runs = await runsOf(store, { limit: 9 });
      expect(runs.map(endShown).sort()).toEqual([
        `failed: ${hostile.url}/open: redirected to a port not used for web pages`,
        `failed: ${hostile.url}/web: leads into a private network; PRIVATE_HOSTS lists the hosts there that are allowed`,
      ]);
      expect(runs.map(endTold).join()).toContain('redirected to http://127.0.0.1:8080/secret');
      expect(inside.requests).toEqual([]);
    } finally {
      await store.close();
      await database.remove();
    }
  });

  it('accepts names, addresses and networks in PRIVATE_HOSTS, and nothing else', () => {
    const { PRIVATE_HOSTS } = configured({ PRIVATE_HOSTS: 'Mirror.Example.org, 10.0.0.0/8 [::1] nas' });
    expect(PRIVATE_HOSTS).toEqual(['mirror.example.org', '10.0.0.0/8', '::1', 'nas']);
    expect(() => configured({ PRIVATE_HOSTS: 'http://10.0.0.5/' })).toThrow('PRIVATE_HOSTS');
  });
});
