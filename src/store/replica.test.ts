/** Long reads from a replica, which here is another database: what it holds says which of the two has answered. */
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../test/databases.ts';
import { openStore, type Store } from './open.ts';
import type { Db } from './schema.ts';

const nameOf = async (db: Db): Promise<string> =>
  (await sql<{ name: string }>`SELECT current_database() AS name`.execute(db)).rows[0]!.name;

describe.skipIf(!process.env.TEST_DATABASE_URL)('long reads with DATABASE_READ_URL', () => {
  let databases: TestDatabase[];
  let store: Store;
  let replica: Store;
  const names = { own: '', replica: '' };
  beforeAll(async () => {
    databases = [await freshDatabase('PostgreSQL'), await freshDatabase('PostgreSQL')];
    replica = await databases[1]!.open();
    const { DATA_DIR, DATABASE_URL } = databases[0]!.env;
    store = await openStore({ DATA_DIR, DATABASE_URL, DATABASE_READ_URL: databases[1]!.env.DATABASE_URL });
    names.own = await nameOf(store.read);
    names.replica = await nameOf(replica.read);
  });
  afterAll(async () => {
    await store.close();
    await replica.close();
    for (const database of databases) await database.remove();
  });

  const change = (of: Store): Promise<void> => of.change(async ({ touch }) => touch('papers'));

  it('go there while it has everything, and wait for it if it is a moment behind', async () => {
    expect(await store.longRead(nameOf)).toBe(names.replica);
    await change(store);
    const reading = store.longRead(nameOf);
    await change(replica);
    expect(await reading).toBe(names.replica);
    expect(await nameOf(store.read)).toBe(names.own);
  });

  it('go to the database itself once the replica stays behind', async () => {
    await change(store);
    expect(await store.longRead(nameOf)).toBe(names.own);
    // It is left alone for a while, even if it has caught up.
    await change(replica);
    expect(await store.longRead(nameOf)).toBe(names.own);
  });

  it('leave no connection behind, even if there never was one', async () => {
    const { DATA_DIR, DATABASE_URL } = databases[0]!.env;
    const other = await openStore(
      { DATA_DIR, DATABASE_URL, DATABASE_READ_URL: databases[1]!.env.DATABASE_URL },
      { watch: true },
    );
    const watching = async (): Promise<number> => {
      const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity
        WHERE datname IN (${names.own}, ${names.replica}) AND query = 'SELECT 1'`.execute(store.read);
      return rows[0]!.n;
    };
    await expect.poll(watching).toBe(2);
    await other.close();
    await expect.poll(watching).toBe(0);
  });

  it('go to the database itself if the replica cannot be reached', async () => {
    const { DATA_DIR, DATABASE_URL } = databases[0]!.env;
    const nowhere = 'postgres://postgres@127.0.0.1:1/nowhere';
    const other = await openStore({ DATA_DIR, DATABASE_URL, DATABASE_READ_URL: nowhere });
    expect(await other.longRead(nameOf)).toBe(names.own);
    await other.close();
  });
});
