import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { countGiven } from '../papers/counting.ts';
import { mergePapers } from '../papers/intake/decisions.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import { trendingKey } from '../papers/ranking.ts';
import { backUp, restore } from '../store/backup.ts';
import type { Store } from '../store/open.ts';
import { arxivName, recordOf } from '../testing/records.ts';
import { changeAccount, createAccount, deleteAccount } from './accounts.ts';
import { lastReport, lookForRings } from './rings.ts';
import { castVote, withdrawVote } from './votes.ts';
import { forgetNetworks, NETWORK_KEPT, networkNames, weightOf } from './weights.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-07-01T12:00:00Z');
const CLI = { actor: null, reason: 'x', at: NOW };

it('a vote weighs a quarter from a new account, and the square root of their number from one network', () => {
  expect(weightOf({ age: null, before: 0 })).toBe(1000);
  expect(weightOf({ age: DAY - 1, before: 0 })).toBe(250);
  expect(weightOf({ age: DAY, before: 0 })).toBe(1000);
  const four = [0, 1, 2, 3].map((before) => weightOf({ age: DAY, before }));
  expect(four.reduce((sum, weight) => sum + weight)).toBe(2000);
});

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let next = 0;
  beforeAll(async () => {
    database = await fresh();
    store = await database.open();
  });
  afterAll(async () => {
    await store.close();
    await database.remove();
  });
  const person = async (age = 10 * DAY) =>
    (await createAccount(store, { displayName: 'Reader' }, NOW - age)).id;
  async function paper(): Promise<number> {
    const number = ++next;
    const title = `A paper to vote for, number ${number}`;
    await takeIn(store, [recordOf(number, { title, listed: '2026-06-26' })], new Set());
    return (
      await store.read.selectFrom('papers').select('pk').where('title', '=', title).executeTakeFirstOrThrow()
    ).pk;
  }
  const vote = (of: number, voter: number, network: string | null = null) =>
    castVote(store, { paper: of, voter, at: NOW, network });
  async function standing(of: number) {
    await countGiven(store);
    const { upvotes, discount, hot, listed } = await store.read
      .selectFrom('papers')
      .selectAll()
      .where('pk', '=', of)
      .executeTakeFirstOrThrow();
    expect(hot).toBe(trendingKey({ upvotes: upvotes - discount, day: listed }));
    return { votes: upvotes, weighs: upvotes - discount };
  }

  describe('what votes weigh', () => {
    it('the count is exact, and votes that are easy to come by weigh less', async () => {
      const one = await paper();
      for (let i = 0; i < 4; i++) await vote(one, await person(), 'a house');
      expect(await standing(one)).toEqual({ votes: 4, weighs: 2 });
      for (let i = 0; i < 8; i++) await vote(one, await person(1000));
      expect(await standing(one)).toEqual({ votes: 12, weighs: 4 });
      const last = await person();
      await vote(one, last, 'elsewhere');
      expect(await standing(one)).toEqual({ votes: 13, weighs: 5 });
      await withdrawVote(store, { paper: one, voter: last });
      expect(await standing(one)).toEqual({ votes: 12, weighs: 4 });
    });

    it('a single vote does not reveal who cast it', async () => {
      const one = await paper();
      await vote(one, await person(1000));
      expect(await standing(one)).toEqual({ votes: 1, weighs: 1 });
    });

    it('a ban removes the votes that an account shows, and lifting it restores them; hidden ones stay as they are', async () => {
      const [one, other] = [await paper(), await paper()];
      const [open, hidden] = [await person(), await person()];
      await store.write.updateTable('accounts').set({ shows_votes: 0 }).where('id', '=', hidden).execute();
      await vote(one, open);
      await vote(other, hidden);
      for (const of of [one, other]) await vote(of, await person());
      for (const id of [open, hidden]) await changeAccount(store, id, { state: 'banned' }, CLI);
      expect(await standing(one)).toEqual({ votes: 2, weighs: 1 });
      expect(await standing(other)).toEqual({ votes: 2, weighs: 2 });
      await changeAccount(store, open, { state: 'active' }, CLI);
      expect(await standing(one)).toEqual({ votes: 2, weighs: 2 });
      await changeAccount(store, open, { state: 'banned' }, CLI);
      await deleteAccount(store, open);
      expect(await standing(one)).toEqual({ votes: 1, weighs: 1 });
    });

    it('merging papers, importing them again, and a backup leave the weights right', async () => {
      const [one, other] = [await paper(), await paper()];
      const twice = await person();
      for (let i = 0; i < 3; i++) await vote(one, await person(1000));
      await vote(one, twice);
      await vote(other, twice);
      await vote(other, await person(1000));
      await mergePapers(store, arxivName(next - 1), arxivName(next));
      const merged = { votes: 5, weighs: 2 };
      expect(await standing(one)).toEqual(merged);
      await takeIn(store, [recordOf(next - 1, { title: 'Another title', listed: '2026-06-26' })], new Set());
      expect(await standing(one)).toEqual(merged);
      const file = `${database.env.DATA_DIR}/backup.gz`;
      await backUp(store, file);
      await restore(store, file, { replace: true });
      expect(await standing(one)).toEqual(merged);
    });
  });

  it('networks are told apart without being stored, for 30 days', async () => {
    const one = await paper();
    const name = networkNames(store);
    const [here, there] = [await name('2001:4860:1:2::/64'), await name('2001:4860:1:3::/64')];
    expect([here === (await networkNames(store)('2001:4860:1:2::/64')), here === there]).toEqual([
      true,
      false,
    ]);
    const voter = await person();
    await vote(one, voter, here);
    const kept = () =>
      store.read.selectFrom('vote_networks').selectAll().where('voter', '=', voter).execute();
    expect(await kept()).toEqual([{ voter, paper: one, network: here, at: NOW }]);
    await forgetNetworks(store, NOW + NETWORK_KEPT - 1);
    expect(await kept()).toHaveLength(1);
    await forgetNetworks(store, NOW + NETWORK_KEPT);
    expect(await kept()).toEqual([]);
  });

  it('a ring is in the report, and nobody else', async () => {
    const targets = await Promise.all(Array.from({ length: 6 }, async () => null)).then(async (list) => {
      const keys = [];
      for (const _ of list) keys.push(await paper());
      return keys;
    });
    const ring = [await person(), await person(), await person()];
    for (const target of targets) for (const voter of ring) await vote(target, voter);
    const others = await paper();
    for (let i = 0; i < 40; i++) await vote(others, await person());
    await lookForRings(store, NOW + 1);
    const report = await lastReport(store);
    expect(report!.rings.map(({ members }) => members)).toEqual([ring]);
  });
});
