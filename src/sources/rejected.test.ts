/** An end to what other sides can make us keep, on both databases. */
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { MIGRATIONS } from '../store/migrations.ts';
import type { Store } from '../store/open.ts';
import { beginRun, finishRun, noCounts, pruneLedger } from './ledger.ts';
import { keepRejected, pruneRejected, REJECTED_LIMITS } from './rejected.ts';

const NOW = Date.parse('2026-11-30T12:00:00Z');
const DAY = 86_400_000;
const KB = 1024;

onBoth((kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  const many = (count: number, from: number, size = 10) =>
    Array.from({ length: count }, (_, at) => ({
      place: `item ${from + at}`,
      reason: 'names no paper',
      raw: { number: from + at, text: 'x'.repeat(size) },
    }));
  const held = async () => {
    const rows = await store.read
      .selectFrom('rejected_records')
      .select((e) => [
        'part',
        e.fn.countAll<number>().as('rows'),
        e.fn.sum<number>('bytes').as('bytes'),
        sql<number>`SUM(LENGTH(place) + LENGTH(reason) + LENGTH(raw))`.as('length'),
      ])
      .groupBy('part')
      .orderBy('part')
      .execute();
    for (const { bytes, length } of rows) expect(Number(bytes)).toBe(Number(length));
    return Object.fromEntries(rows.map((row) => [row.part, [Number(row.rows), Number(row.bytes)] as const]));
  };

  it('a part keeps a limited number of records, the newest, and does not affect others', async () => {
    await keepRejected(store, 'feed', 'modest', many(3, 0), NOW - DAY);
    const { rows } = REJECTED_LIMITS.part;
    for (let from = 0; from < rows + 400; from += 200)
      await keepRejected(store, 'feed', 'hostile', many(200, 10_000 + from), NOW + from);
    expect((await held()).hostile![0]).toBe(rows);
    expect((await held()).modest![0]).toBe(3);
    const oldest = await store.read
      .selectFrom('rejected_records')
      .select((e) => e.fn.min('last_at').as('at'))
      .where('part', '=', 'hostile')
      .executeTakeFirstOrThrow();
    expect(Number(oldest.at)).toBe(NOW + 400);
  });

  it('a part keeps a limited number of bytes', async () => {
    for (let times = 0; times < 4; times++)
      await keepRejected(store, 'feed', 'hostile', many(10, times * 10, 200 * KB), NOW + times);
    const [rows, bytes] = (await held()).hostile!;
    expect(bytes).toBeLessThanOrEqual(REJECTED_LIMITS.part.bytes);
    expect(rows).toBe(20);
  });

  it('all parts together keep a limited number of records', async () => {
    const { part, all } = REJECTED_LIMITS;
    for (let at = 0; at < all.rows / part.rows + 2; at++)
      await keepRejected(store, 'feed', `part ${at}`, many(part.rows, at * part.rows), NOW + at);
    const kept = Object.values(await held()).reduce((sum, [rows]) => sum + rows, 0);
    expect(kept).toBe(all.rows);
  });

  it('a record that has not come for a while is forgotten, with the next one or by the worker', async () => {
    await keepRejected(store, 'feed', 'a', many(3, 0), NOW);
    await pruneLedger(store, NOW + REJECTED_LIMITS.age);
    expect((await held()).a![0]).toBe(3);
    await keepRejected(store, 'feed', 'b', many(1, 50), NOW + REJECTED_LIMITS.age + 1);
    expect(Object.keys(await held())).toEqual(['b']);
    await pruneLedger(store, NOW + 3 * REJECTED_LIMITS.age);
    expect(await held()).toEqual({});
  });

  it('records from an older backup are measured, and limited like the others', async () => {
    await keepRejected(store, 'feed', 'a', many(30, 0, 200 * KB).slice(0, 15), NOW);
    await store.write.updateTable('rejected_records').set({ bytes: 0 }).execute();
    await store.write
      .insertInto('rejected_records')
      .values(
        many(15, 100, 200 * KB).map(({ place, reason, raw }) => ({
          ...{ id: place, source: 'feed', part: 'a', place, reason, raw: JSON.stringify(raw) },
          ...{ bytes: 0, times: 1, first_at: NOW, last_at: NOW },
        })),
      )
      .execute();
    await pruneRejected(store, NOW);
    expect((await held()).a![0]).toBe(20);
  });

  it('the migration limits what an earlier version kept', async () => {
    const migration = MIGRATIONS.find(({ says }) => says === 'a limit on rejected records')!;
    await sql`DROP INDEX rejected_records_newest`.execute(store.write);
    await sql`DROP INDEX rejected_records_part`.execute(store.write);
    await sql`ALTER TABLE rejected_records DROP COLUMN bytes`.execute(store.write);
    await sql`CREATE INDEX rejected_records_part ON rejected_records (source, part, last_at)`.execute(
      store.write,
    );
    for (const [part, size] of [
      ['large', 200 * KB],
      ['many', 10],
    ] as const)
      for (const [at, { place, reason, raw }] of many(part === 'large' ? 30 : 1_050, 0, size).entries())
        await sql`INSERT INTO rejected_records (id, source, part, place, reason, raw, times, first_at, last_at)
          VALUES (${`${part} ${at}`}, 'feed', ${part}, ${place}, ${reason}, ${JSON.stringify(raw)}, 1, ${at}, ${at})`.execute(
          store.write,
        );
    const int = kind === 'SQLite' ? 'INTEGER' : 'BIGINT';
    for (const statement of migration.statements)
      if (typeof statement === 'string')
        await sql.raw(statement.replaceAll('{int}', int)).execute(store.write);
    const { large, many: small } = await held();
    expect([large![0], small![0]]).toEqual([20, 1_000]);
  });

  it('the ledger keeps a limited number of runs per part, and their remarks for a while', async () => {
    const values = Array.from({ length: 5_010 }, (_, at) => ({
      ...noCounts(),
      ...{
        id: at + 1,
        source: 'feed',
        part: 'busy',
        kind: 'scheduled',
        state: 'failed',
        says: `failure ${at}`,
      },
      ...{
        polls: 1,
        remarks: '["much to say"]',
        started_at: NOW - at,
        ended_at: at < 20 ? NOW - 100 * DAY : NOW,
      },
    }));
    for (let at = 0; at < values.length; at += 500)
      await store.write
        .insertInto('runs')
        .values(values.slice(at, at + 500))
        .execute();
    await pruneLedger(store, NOW);
    const runs = await store.read.selectFrom('runs').select(['id', 'remarks']).orderBy('id').execute();
    expect([runs.length, runs[0]!.id]).toEqual([5_000, 11]);
    expect(runs.filter(({ remarks }) => remarks === '[]').map(({ id }) => id)).toEqual([
      11, 12, 13, 14, 15, 16, 17, 18, 19, 20,
    ]);
  });

  it('a run keeps no more text than is shown', async () => {
    const run = { source: 'feed', part: 'a', kind: 'scheduled' as const, now: NOW };
    const id = await beginRun(store, run);
    const remarks = Array.from({ length: 100 }, (_, at) => `${at} ${'r'.repeat(495)}`);
    await finishRun(store, { ...run, id, remarks }, noCounts(), { state: 'failed', why: 'w'.repeat(1e6) });
    const row = await store.read.selectFrom('runs').select(['says', 'remarks']).executeTakeFirstOrThrow();
    expect(row.says.length).toBe(2_000);
    expect(row.remarks.length).toBeLessThan(17_000);
  });

  it('a site that is no longer contacted is forgotten', async () => {
    const door = { holder: null, held_until: 0, failures: 0, shut_until: 0 };
    await store.write
      .insertInto('site_doors')
      .values([
        { ...door, site: 'old.example', next_at: NOW - 31 * DAY },
        { ...door, site: 'shut.example', next_at: NOW - 31 * DAY, shut_until: NOW },
        { ...door, site: 'new.example', next_at: NOW },
      ])
      .execute();
    await pruneLedger(store, NOW);
    const sites = await store.read.selectFrom('site_doors').select('site').orderBy('site').execute();
    expect(sites.map(({ site }) => site)).toEqual(['new.example', 'shut.example']);
  });
});
