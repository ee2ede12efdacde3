/** One pace for all who share a database, and a door that shuts when a site is in trouble. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import type { Store } from '../store/open.ts';
import { politeClient, SourceError } from './client.ts';
import { type Gate, ownGate, Shut, sharedGate } from './gate.ts';
import { type Handler, type Loopback, loopback } from './loopback.ts';

onBoth((_, fresh) => {
  let database: TestDatabase;
  const stores: Store[] = [];
  let server: Loopback | undefined;
  beforeEach(async () => {
    database = await fresh();
  });
  afterEach(async () => {
    await server?.close();
    for (const store of stores.splice(0)) await store.close();
    await database.remove();
  });

  /** A gate as another process has it: over a connection of its own. */
  const gate = async (): Promise<Gate> => {
    const store = await database.open();
    stores.push(store);
    return sharedGate(store);
  };
  const client = async (minIntervalMs: number, more: { retries?: number } = {}) =>
    politeClient({
      userAgent: 'Broadsheet-Test/1',
      gate: await gate(),
      minIntervalMs,
      backoffMs: 1,
      ...more,
    });
  const serving = async (handle: Handler): Promise<Loopback> => {
    server = await loopback(handle);
    return server;
  };

  it('lets two nodes request from a site one at a time, with one pause between any two requests', async () => {
    let open = 0;
    let most = 0;
    const { url, requests } = await serving((_, response) => {
      most = Math.max(most, ++open);
      setTimeout(() => {
        open--;
        response.end('ok');
      }, 20);
    });
    const [a, b] = [await client(60), await client(60)];
    await Promise.all([1, 2, 3].flatMap(() => [a.get(url), b.get(url)]));
    expect([requests.length, most]).toEqual([6, 1]);
    const gaps = requests.slice(1).map(({ at }, i) => at - requests[i]!.at);
    // The answer takes 20 ms, the pause begins at its end.
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(75);
  });

  it('holds a site while a body streams, and frees it when its reader leaves in the middle', async () => {
    const { url } = await serving((path, response) => {
      if (path === '/endless') response.write('x'.repeat(1000));
      else response.end('ok');
    });
    const [a, b] = [await client(0), await client(0)];
    const order: string[] = [];
    const { body } = await a.open(`${url}/endless`);
    const other = b.get(url).then(() => order.push('other'));
    for await (const part of body) {
      expect(part.length).toBeGreaterThan(0);
      order.push('left');
      break;
    }
    await other;
    expect(order).toEqual(['left', 'other']);
  });

  it('makes everybody wait as long as the site asked one of them to', async () => {
    const { url, requests } = await serving((_, response, count) => {
      if (count === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end('ok');
    });
    const [a, b] = [await client(0), await client(0)];
    const first = a.get(url);
    while (requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, b.get(`${url}/second`)]);
    expect(requests[1]!.at - requests[0]!.at).toBeGreaterThanOrEqual(990);
  });

  it('closes for a site that keeps failing, for other processes and after a restart too', async () => {
    const { url, requests } = await serving((_, response) => response.writeHead(500).end());
    const failing = await client(0, { retries: 5 });
    await expect(failing.get(url)).rejects.toThrow('the server answered 500');
    expect(requests).toHaveLength(6);
    const other = (await client(0)).get(url);
    await expect(other).rejects.toMatchObject({ isShut: true });
    await expect(other).rejects.toThrow(/failed 6 times in a row and will be left alone for another \d+ s/);
    expect(requests).toHaveLength(6);
    // A minute later: one try, and no more than one.
    await stores[0]!.write.updateTable('site_doors').set({ shut_until: 0 }).execute();
    await expect(failing.get(url)).rejects.toThrow('the server answered 500');
    expect(requests).toHaveLength(7);
    const { shut_until } = await stores[0]!.read
      .selectFrom('site_doors')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect(shut_until).toBeGreaterThan(Date.now() + 100_000);
  });

  it('opens again with the first success', async () => {
    let isWell = false;
    const { url } = await serving((_, response) => {
      if (isWell) response.end('ok');
      else response.writeHead(503).end();
    });
    const one = await client(0, { retries: 9 });
    await expect(one.get(url)).rejects.toThrow();
    isWell = true;
    await stores[0]!.write.updateTable('site_doors').set({ shut_until: 0 }).execute();
    expect((await one.get(url)).body.toString()).toBe('ok');
    const { failures, holder } = await stores[0]!.read
      .selectFrom('site_doors')
      .selectAll()
      .executeTakeFirstOrThrow();
    expect([failures, holder]).toEqual([0, null]);
  });

  it('takes over from a holder whose process is gone, and waits for one that is not', async () => {
    const shared = await gate();
    const store = stores[0]!;
    const pass = await shared.enter('example.org', { intervalMs: 0, maxWaitMs: 1000 });
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error('waited')), 400);
    const waiting = (await gate()).enter('example.org', {
      intervalMs: 0,
      maxWaitMs: 1000,
      signal: stop.signal,
    });
    await expect(waiting).rejects.toThrow('waited');
    await pass.leave({ ok: true });
    const dead = { holder: 'another-machine/1/0', held_until: Date.now() - 1 };
    await store.write.updateTable('site_doors').set(dead).execute();
    await (await shared.enter('example.org', { intervalMs: 0, maxWaitMs: 1000 })).leave({ ok: true });
  });

  it('does not wait longer than allowed', async () => {
    const shared = await gate();
    await (await shared.enter('slow.org', { intervalMs: 60_000, maxWaitMs: 1000 })).leave({ ok: true });
    const refused = shared.enter('slow.org', { intervalMs: 60_000, maxWaitMs: 1000 });
    await expect(refused).rejects.toBeInstanceOf(Shut);
    await expect(refused).rejects.toThrow(/slow\.org asks us to wait (60|59) s/);
  });
});

it('applies the rules within a process that has no database', async () => {
  const server = await loopback((_, response) => response.end('ok'));
  const client = politeClient({ userAgent: 'Broadsheet-Test/1', gate: ownGate(), minIntervalMs: 50 });
  await Promise.all([client.get(server.url), client.get(`${server.url}/2`)]);
  expect(server.requests[1]!.at - server.requests[0]!.at).toBeGreaterThanOrEqual(49);
  expect(new SourceError('x', 'y').isShut).toBe(false);
  await server.close();
});
