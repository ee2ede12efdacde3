/** Readings kept by the worker: of each text once, again when it changes, gone with their papers, and never needed. */
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { readText } from '../reading/read.ts';
import type { Store } from '../store/open.ts';
import { BACKED_UP } from '../store/schema.ts';
import { recordOf } from '../testing/records.ts';
import { takeIn } from './intake/take-in.ts';
import { ReadingFollower, readingsOf, textRead } from './readings.ts';

const record = (number: number, abstract: string) =>
  recordOf(number, { source: 'jsonl', title: `Paper ${number}`, abstract });
const GAIN = 'We present Frobnix, which improves accuracy by 4.5% on CIFAR-10.';
const COST = 'We present Frobnix, which cuts memory by 30% on CIFAR-10.';

async function untilDone(follower: ReadingFollower): Promise<void> {
  while (await follower.step());
}
const papersOf = (store: Store) =>
  store.read.selectFrom('papers').select(['pk', 'abstract', 'summary']).orderBy('pk').execute();
const kept = (store: Store) => store.read.selectFrom('readings').selectAll().orderBy('paper').execute();

onBoth((_kind, fresh) => {
  describe('readings', () => {
    let store: Store;
    eachTime(fresh, (opened) => {
      store = opened;
    });

    it('are the same whether they are kept or not', async () => {
      await takeIn(store, [record(1, GAIN), record(2, COST)], new Set());
      const papers = await papersOf(store);
      const before = await readingsOf(store, papers);
      await untilDone(new ReadingFollower(store));
      expect(await kept(store)).toHaveLength(2);
      expect(await readingsOf(store, papers)).toEqual(before);
      for (const paper of papers) expect(before.get(paper.pk)).toEqual(readText(textRead(paper)));
      expect(before.get(papers[0]!.pk)?.figures).toHaveLength(1);
    });

    it('follow changes of a text, and leave the others alone', async () => {
      await takeIn(store, [record(1, GAIN), record(2, COST)], new Set());
      const follower = new ReadingFollower(store);
      await untilDone(follower);
      const [, second] = await kept(store);
      await store.write.updateTable('readings').set({ reading: '[[],[],[],[],[],6]' }).execute();
      await takeIn(store, [record(1, COST)], new Set());
      await untilDone(follower);
      const [first, other] = await kept(store);
      expect(first?.reading).toBe(second?.reading);
      expect(other?.reading).toBe('[[],[],[],[],[],6]');
      await follower.close();
      expect(await store.read.selectFrom('leases').selectAll().execute()).toEqual([]);
    });

    it('by other rules are not used, and made again', async () => {
      await takeIn(store, [record(1, GAIN)], new Set());
      await untilDone(new ReadingFollower(store));
      await store.write.updateTable('readings').set({ version: 0, reading: '[[],[],[],[],[],6]' }).execute();
      await store.write.updateTable('derived').set({ stamp: 'older rules' }).execute();
      const papers = await papersOf(store);
      expect((await readingsOf(store, papers)).get(papers[0]!.pk)?.figures).toHaveLength(1);
      await untilDone(new ReadingFollower(store));
      expect((await kept(store))[0]?.version).not.toBe(0);
    });

    it('are derived: in no backup, and made again after deletion', async () => {
      await takeIn(store, [record(1, GAIN)], new Set());
      await untilDone(new ReadingFollower(store));
      const before = await kept(store);
      await store.write.deleteFrom('readings').execute();
      await store.write.deleteFrom('derived').execute();
      await untilDone(new ReadingFollower(store));
      expect(await kept(store)).toEqual(before);
      expect(BACKED_UP).not.toContain('readings');
    });
  });
});
