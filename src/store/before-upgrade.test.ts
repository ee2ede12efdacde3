/** The way back from an upgrade, on both databases. */
import { cpSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { restore } from './backup.ts';
import { savedBeforeUpgrades } from './before-upgrade.ts';
import { MIGRATIONS, NewerDatabase } from './migrations.ts';
import { databaseFile, openStore } from './open.ts';

/** The last migration: without it, a database is one to upgrade. */
const LAST = MIGRATIONS.at(-1)!.says;

onBoth((kind, fresh) => {
  let database: TestDatabase;
  let folder: string;
  beforeEach(async () => {
    database = await fresh();
    folder = database.env.DATA_DIR;
  });
  afterEach(() => database.remove());
  const open = (keep?: number) =>
    openStore({ DATA_DIR: folder, DATABASE_URL: database.env.DATABASE_URL || null, UPGRADE_BACKUPS: keep });
  const saved = () => savedBeforeUpgrades(folder).map(({ name }) => name);

  /** A database of the version before, with something in it. */
  async function former(): Promise<void> {
    const db = await database.openBefore(LAST);
    await db.insertInto('meta').values({ key: 'starter', value: 'long ago' }).execute();
    await db.destroy();
  }

  it('a database is saved before it is upgraded, and the copy is what it was', async () => {
    await former();
    const store = await open();
    expect(store.applied.map(({ says }) => says)).toEqual([LAST]);
    const [name] = saved();
    expect(store.saved).toBe(join(folder, name!));
    expect(name).toContain(`-from-${MIGRATIONS.length - 1}-`);
    await store.close();

    // Back: SQLite by putting the file in place, PostgreSQL by restoring it.
    if (kind === 'SQLite') {
      for (const end of ['', '-wal', '-shm']) rmSync(`${databaseFile(folder)}${end}`, { force: true });
      cpSync(join(folder, name!), databaseFile(folder));
      const again = await open();
      expect(again.applied).toHaveLength(1);
      await again.close();
    } else {
      const again = await open();
      await sql`DELETE FROM meta`.execute(again.write);
      await restore(again, join(folder, name!), { replace: true });
      await again.close();
    }
    const back = await open();
    const { rows } = await sql`SELECT value FROM meta WHERE key = 'starter'`.execute(back.read);
    expect(rows).toEqual([{ value: 'long ago' }]);
    await back.close();
  });

  it('nothing is saved if there is nothing to upgrade, or if that is not wanted', async () => {
    const store = await open();
    expect(store.saved).toBe(null);
    await store.close();
    await (await open()).close();
    expect(saved()).toEqual([]);
  });

  it('UPGRADE_BACKUPS says how many copies are kept', async () => {
    const old = ['20200101T000000Z', '20200102T000000Z', '20200102T000000Z-1'].map(
      (stamp) => `before-upgrade-from-3-${stamp}.db`,
    );
    for (const name of [...old, 'before-upgrade-from-mine.db']) writeFileSync(join(folder, name), 'x');
    await former();
    const store = await open(2);
    await store.close();
    expect(saved()).toEqual([store.saved!.slice(folder.length + 1), old[2]]);
    expect(readdirSync(folder)).toContain('before-upgrade-from-mine.db');
  });

  it('without UPGRADE_BACKUPS none is made', async () => {
    await former();
    const store = await open(0);
    expect([store.saved, saved(), store.applied.length]).toEqual([null, [], 1]);
    await store.close();
  });

  it('the copy is readable by nobody else', async () => {
    await former();
    const store = await open();
    await store.close();
    expect(statSync(store.saved!).mode & 0o077).toBe(0);
  });

  it('a newer database is refused, and nothing is changed or saved', async () => {
    const store = await open();
    await store.write
      .insertInto('migrations')
      .values({ number: MIGRATIONS.length + 1, says: 'of tomorrow', applied_at: 1 })
      .execute();
    await store.close();
    await expect(open()).rejects.toThrow(NewerDatabase);
    await expect(open()).rejects.toThrow(/used by a newer Broadsheet.*docs\/upgrading\.md/);
    expect(saved()).toEqual([]);
  });
});
