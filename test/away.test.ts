/**
 * A site whose PostgreSQL goes away: pages that are kept are shown and say so, forms are refused with a clear 503, and
 * once the database is back, everything continues without a restart.
 */
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DatabaseAway } from '../src/store/away.ts';
import { openStore, type Store } from '../src/store/open.ts';
import { freshDatabase, type TestDatabase } from './databases.ts';
import { eventually, json, type Site, serve, temporary } from './program.ts';

const hasServer = Boolean(process.env.TEST_DATABASE_URL);

/** A cable that can be pulled: nothing is refused or closed, packets just no longer arrive. */
class Cable {
  readonly #sockets = new Set<Socket>();
  #isPulled = false;
  #server!: Server;
  url = '';

  async lay(to: string): Promise<void> {
    const target = new URL(to);
    const [port, host] = [Number(target.port), target.hostname];
    this.#server = createServer((here) => {
      const there = connect(port, host);
      for (const socket of [here, there]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => {
          this.#sockets.delete(socket);
          if (this.#isPulled) return;
          here.destroy();
          there.destroy();
        });
        if (this.#isPulled) socket.pause();
      }
      here.pipe(there);
      there.pipe(here);
      if (this.#isPulled) this.#hold([here, there]);
    });
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address() as { port: number };
    target.port = String(address.port);
    target.hostname = '127.0.0.1';
    this.url = target.href;
  }

  #hold(sockets: Iterable<Socket>): void {
    for (const socket of sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  pull(): void {
    this.#isPulled = true;
    this.#hold(this.#sockets);
  }

  /** What was on the way is lost, as after a long cut. */
  plugIn(): void {
    this.#isPulled = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async remove(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

describe.skipIf(!hasServer)('a PostgreSQL that goes away', () => {
  const cable = new Cable();
  let database: TestDatabase;
  beforeAll(async () => {
    database = await freshDatabase('PostgreSQL');
    await cable.lay(database.env.DATABASE_URL);
  });
  afterAll(async () => {
    await cable.remove();
    await database.remove();
  });

  it('fails queries in progress and new ones, until it is back', async () => {
    const store: Store = await openStore(
      { DATA_DIR: database.env.DATA_DIR, DATABASE_URL: cable.url },
      { watch: true },
    );
    const turns: boolean[] = [];
    store.presence!.onTurn((since) => turns.push(since === null));
    // Opens a connection, which is then cut in the middle of a transaction.
    const cut = store.change(async ({ tx }) => {
      await tx.selectFrom('papers').select('pk').execute();
      cable.pull();
      return tx.selectFrom('papers').select('pk').execute();
    });
    await expect(cut).rejects.toThrow();
    expect(store.presence!.awaySince()).not.toBeNull();
    await expect(store.seq()).rejects.toBeInstanceOf(DatabaseAway);
    await expect(store.change(async () => {})).rejects.toBeInstanceOf(DatabaseAway);
    cable.plugIn();
    await expect.poll(() => store.presence!.awaySince()).toBeNull();
    expect(turns).toEqual([false, true]);
    // The server gives up the lock that the transaction held.
    expect(await store.change(async () => 'written')).toBe('written');
    await store.close();
  });

  describe('behind a site', () => {
    let site: Site;
    const page = '/papers/date/2026-06-26';
    beforeAll(async () => {
      site = await serve({ ...database.env, DATABASE_URL: cable.url, PASSWORDS: '1', SIGN_UP: 'open' });
      await eventually('the site', async () => (await site.get('/healthz')).status === 200);
      // The feed twice: addresses that a request chooses are kept from the second time on.
      for (const path of [page, '/feed.atom', '/feed.atom']) expect((await site.get(path)).status).toBe(200);
      cable.pull();
      await eventually('the site to notice', async () =>
        (await site.get('/livez')).text.includes('databaseAwaySince'),
      );
    });

    it('shows pages that are kept or can be made from memory, and says so', async () => {
      for (const cookie of ['', 'session=somebody']) {
        const { status, headers, text } = await site.get(page, { cookie });
        expect([status, headers.get('cache-control'), headers.get('etag')]).toEqual([200, 'no-store', null]);
        expect(headers.get('x-database-away')).toMatch(/^\d{4}-.*Z$/);
        expect([text.includes('cannot reach its database'), text.includes('<article class="row')]).toEqual([
          true,
          true,
        ]);
      }
      const feed = await site.get('/feed.atom');
      expect([feed.status, feed.text.includes('cannot reach')]).toEqual([200, false]);
      expect(feed.headers.get('x-database-away')).toMatch(/Z$/);
    });

    it('fails what it does not keep, and says when to try again', async () => {
      const other = await site.get('/papers/date/2026-06-01');
      expect([other.status, other.headers.get('retry-after')]).toEqual([503, '10']);
      expect(other.text).toContain('The database is not responding');
      const form = await fetch(`${site.url}/sign-in/password`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
        body: new URLSearchParams({ name: 'somebody', password: 'a long enough password' }),
      });
      expect([form.status, form.headers.get('retry-after')]).toEqual([503, '10']);
      const api = await site.get('/api/v1/papers');
      expect([api.status, JSON.parse(api.text)]).toEqual([
        503,
        { error: { code: 'Unavailable', message: expect.stringContaining('not responding') } },
      ]);
    });

    it('is alive but not ready', async () => {
      expect((await site.get('/livez')).status).toBe(200);
      expect((await site.get('/healthz')).status).toBe(503);
    });

    it('goes on when it is back, and shows what has happened meanwhile', async () => {
      const folder = temporary();
      const file = join(folder, 'one.jsonl');
      const paper = { id: '2606.40001', title: 'The violet heliotrope', listed: '2026-06-26', upvotes: 9 };
      writeFileSync(file, `${JSON.stringify(paper)}\n`);
      await json(['import', file], { ...database.env, DATA_DIR: folder });
      cable.plugIn();
      await eventually('the site to be ready', async () => (await site.get('/healthz')).status === 200);
      const { headers, text } = await site.get(page);
      expect([headers.get('x-database-away'), text.includes('cannot reach')]).toEqual([null, false]);
      expect(text.includes('The violet heliotrope')).toBe(true);
      await site.says(/The database is not responding[\s\S]*The database is back/);
      expect((await site.end()).code).toBe(0);
    });
  });
});
