import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshDatabase, onBoth, type TestDatabase } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import { everyPaper } from '../papers/lists/everything.ts';
import type { PaperRecord } from '../papers/types.ts';
import { recordOf } from '../testing/records.ts';
import { BadBackup, backUp, restore, verify } from './backup.ts';
import { me } from './holder.ts';
import { holdLease, isHeld, LEASE, releaseLease } from './leases.ts';
import { MIGRATIONS, NewerDatabase } from './migrations.ts';
import type { Store } from './open.ts';

const records = (count: number, from = 1): PaperRecord[] =>
  Array.from({ length: count }, (_, at) =>
    recordOf(from + at, {
      source: 'hf',
      title: `Paper number ${from + at} with “quotes”, emoji 🗞 and $\\alpha$`,
      authors: ['Ana Álvarez'],
      listed: '2026-06-26',
      upvotes: at,
    }),
  );

/** All papers, without the change numbers, which are those of one database. */
const everything = (store: Store): Promise<unknown[]> =>
  store.snapshot(async (db) =>
    Array.fromAsync(everyPaper(db), ({ paper, ...rest }) => ({ paper: { ...paper, seq: null }, ...rest })),
  );

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let folder: string;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    folder = mkdtempSync(join(tmpdir(), 'broadsheet-store-'));
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  describe('a change', () => {
    it('is all or nothing', async () => {
      const before = await store.seq();
      const work = store.change(async ({ tx, touch }) => {
        await tx.insertInto('meta').values({ key: 'a', value: 'b' }).execute();
        touch('papers');
        throw new Error('half-way');
      });
      await expect(work).rejects.toThrow('half-way');
      expect(await store.read.selectFrom('meta').selectAll().where('key', '=', 'a').execute()).toEqual([]);
      expect(await store.seq()).toBe(before);
    });

    it('has its own number, in commit order, however many writers there are', async () => {
      const other = await database.open();
      const numbers: number[] = [];
      const write = (through: Store) =>
        through.change(async ({ seq, touch }) => {
          touch('papers');
          numbers.push(seq);
        });
      await Promise.all(Array.from({ length: 20 }, (_, at) => write(at % 2 ? store : other)));
      expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
      expect(new Set(numbers).size).toBe(20);
      expect(await store.seq()).toBe(numbers.at(-1));
      expect(await other.seq()).toBe(numbers.at(-1));
      await other.close();
    });

    it('cannot leave a reference to nothing', async () => {
      const orphan = store.write
        .insertInto('tallies')
        .values({ source: 'hf', key: 'x', paper_pk: 99, upvotes: 1, comments: 0 });
      await expect(orphan.execute()).rejects.toThrow(/foreign key/i);
    });
  });

  describe('migrations', () => {
    it('are not applied twice, even by two processes at once', async () => {
      const [one, two] = await Promise.all([database.open(), database.open()]);
      expect([one.applied, two.applied]).toEqual([[], []]);
      await one.close();
      await two.close();
    });

    it('refuse a database from a newer version, and touch nothing', async () => {
      await store.write
        .insertInto('migrations')
        .values({ number: MIGRATIONS.length + 1, says: 'something of tomorrow', applied_at: 1 })
        .execute();
      await expect(database.open()).rejects.toThrow(NewerDatabase);
      await expect(database.open()).rejects.toThrow(/newer Broadsheet/);
      const rows = await store.read.selectFrom('migrations').select('number').execute();
      expect(rows).toHaveLength(MIGRATIONS.length + 1);
    });
  });

  describe('a lease', () => {
    it('is held by one, passes on when it expires, and comes back when released', async () => {
      expect(await holdLease(store, 'work', 1000, 'elsewhere/1/0')).toBe(true);
      expect(await holdLease(store, 'work', 2000, 'other/1/0')).toBe(false);
      expect(await holdLease(store, 'work', 3000, 'elsewhere/1/0')).toBe(true);
      expect(await holdLease(store, 'work', 3001 + LEASE, 'other/1/0')).toBe(true);
      await releaseLease(store, 'work', 'other/1/0');
      expect(await holdLease(store, 'work', 3002 + LEASE, 'third/1/0')).toBe(true);
    });

    it('of a process of this boot that is gone is free at once, even if another has its id by now', async () => {
      const [host, pid, thread, place, start, number] = me().split('/');
      if (!place) return console.warn('SKIPPED: this system does not say when a process started');
      const dead = [
        [host, 999_999_999, 0, place, start, number],
        // Our own id, used before us: the first process of a container that was restarted.
        [host, pid, thread, place, Number(start) - 1, number],
      ];
      for (const holder of dead) {
        expect(await holdLease(store, 'work', 1000, holder.join('/'))).toBe(true);
        expect(await isHeld(store, 'work', 1001)).toBe(false);
        expect(await holdLease(store, 'work', 1001)).toBe(true);
        await releaseLease(store, 'work');
      }
    });

    it('is neither shared with nor taken by another host of the same name and process id', async () => {
      const [host, pid, thread, place, start, number] = me().split('/');
      const others = [
        // Another container on this machine, and one on another machine.
        [host, pid, thread, 'anotherplace', start, 'f00dcafe'],
        [host, 999_999_999, thread, 'anotherplace', start, number],
        // This process, as far as anybody can tell: another thread of it.
        [host, pid, thread, place, start, 'f00dcafe'],
        // Written by an earlier version.
        [host, 999_999_999, thread],
      ];
      for (const holder of others.map((parts) => parts.join('/'))) {
        expect(await holdLease(store, 'work', 1000, holder)).toBe(true);
        expect(await isHeld(store, 'work', 1001)).toBe(true);
        expect([holder, await holdLease(store, 'work', 1001)]).toEqual([holder, false]);
        await releaseLease(store, 'work');
        expect(await isHeld(store, 'work', 1001)).toBe(true);
        expect(await holdLease(store, 'work', 1000 + LEASE)).toBe(true);
        await releaseLease(store, 'work');
      }
    });
  });

  describe('backup and restore', () => {
    it('restore everything, into a database of either kind', async () => {
      await takeIn(store, records(30), new Set());
      await takeIn(
        store,
        records(5, 10).map((record) => ({ ...record, source: 'arxiv', categories: ['cs.CL'] })),
        new Set(),
      );
      const path = join(folder, 'backup.jsonl.gz');
      const taken = await backUp(store, path);
      expect(taken).toMatchObject({ papers: 30 });
      expect(await verify(path)).toMatchObject({ ...taken, version: MIGRATIONS.length });
      const kinds = process.env.TEST_DATABASE_URL
        ? (['SQLite', 'PostgreSQL'] as const)
        : (['SQLite'] as const);
      for (const kind of kinds) {
        const target = await freshDatabase(kind);
        const copy = await target.open();
        expect(await restore(copy, path)).toEqual(taken);
        expect(await everything(copy)).toEqual(await everything(store));
        // And it goes on from there: the same records change nothing, a new one gets a number of its own.
        expect(await takeIn(copy, records(9), new Set())).toMatchObject({ unchanged: 9 });
        expect(await takeIn(copy, records(1, 900), new Set())).toMatchObject({ imported: 1 });
        await copy.close();
        await target.remove();
      }
    });

    it('reflect one moment, while papers arrive', async () => {
      await takeIn(store, records(50), new Set());
      const path = join(folder, 'backup.jsonl.gz');
      const other = await database.open();
      let going = true;
      const writer = (async () => {
        for (let from = 100; going; from += 10) {
          await takeIn(other, records(10, from), new Set());
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      })();
      await backUp(store, path);
      going = false;
      await writer;
      await other.close();
      const target = await freshDatabase('SQLite');
      const copy = await target.open();
      await restore(copy, path);
      const row = async (table: 'papers' | 'records') =>
        Number(
          (
            await copy.read
              .selectFrom(table)
              .select((e) => e.fn.countAll<number>().as('n'))
              .executeTakeFirstOrThrow()
          ).n,
        );
      expect(await row('papers')).toBe(await row('records'));
      expect((await row('papers')) % 10).toBe(0);
      await copy.close();
      await target.remove();
    });

    it('do not overwrite papers unless allowed to', async () => {
      await takeIn(store, records(3), new Set());
      const path = join(folder, 'backup.jsonl.gz');
      await backUp(store, path);
      await takeIn(store, records(1, 50), new Set());
      await expect(restore(store, path)).rejects.toThrow(/--replace/);
      expect(await everything(store)).toHaveLength(4);
      const before = await store.seq();
      await restore(store, path, { replace: true });
      expect(await everything(store)).toHaveLength(3);
      expect(await store.seq()).toBeGreaterThan(before);
    });

    it('refuse a file that is truncated, changed, or something else, and change nothing', async () => {
      await takeIn(store, records(40), new Set());
      const path = join(folder, 'backup.jsonl.gz');
      await backUp(store, path);
      const whole = readFileSync(path);
      const text = gunzipSync(whole).toString();
      const cases: [string, Buffer, RegExp][] = [
        ['cut off', whole.subarray(0, whole.length / 2), /damaged|middle/],
        ['without its end', gzipSync(text.split('\n').slice(0, -2).join('\n')), /middle/],
        ['one letter changed', gzipSync(text.replace('quotes', 'quoteS')), /checksum/],
        ['a line too few', gzipSync(text.replace(/\n\[[^\n]*Paper number 7 [^\n]*\n/, '\n')), /checksum/],
        ['from a newer version', gzipSync(text.replace('"version":', '"version":9')), /newer/],
        ['not a backup', gzipSync('{"id":"2606.00001"}\n'), /not a Broadsheet backup/],
        ['not even gzip', Buffer.from('hello'), /damaged or not a backup/],
        ['empty', gzipSync(''), /empty/],
      ];
      for (const [name, bytes, says] of cases) {
        const bad = join(folder, `${name}.gz`);
        writeFileSync(bad, bytes);
        await expect(restore(store, bad, { replace: true }), name).rejects.toThrow(BadBackup);
        await expect(restore(store, bad, { replace: true }), name).rejects.toThrow(says);
      }
      expect(await everything(store)).toHaveLength(40);
    });
  });
});

describe('the SQLite file', () => {
  it('waits for the disk at every commit, keeps references and writes ahead', async () => {
    const database = await freshDatabase('SQLite');
    const store = await database.open();
    const pragma = async (name: string) =>
      Object.values((await sql.raw(`PRAGMA ${name}`).execute(store.write)).rows[0] as object)[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('synchronous')).toBe(2);
    expect(await pragma('foreign_keys')).toBe(1);
    expect(Number(await pragma('busy_timeout'))).toBeGreaterThan(1000);
    await store.close();
    await database.remove();
  });
});
