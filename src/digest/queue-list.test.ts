import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import type { Store } from '../store/open.ts';
import { fillLedger, sendingTo } from './ledger.fixture.ts';
import { queueCopy, queueList } from './queue-list.ts';
import { issueOf } from './testing.fixture.ts';

const NOW = Date.parse('2026-12-01T12:00:00Z');
const OPTIONS = { subject: () => 'Papers', host: 'papers.example.org', now: NOW };

onBoth((_kind, fresh) => {
  describe('an issue queued for a list', () => {
    let store: Store;
    eachTime(fresh, (opened) => {
      store = opened;
    });
    const rows = () =>
      store.read
        .selectFrom('deliveries')
        .selectAll()
        .where('due_at', '=', NOW)
        .orderBy('subscriber')
        .execute();

    it('makes one mail for each subscriber, however often and by how many it is queued', async () => {
      await fillLedger(store, 7, NOW - 1000);
      await store.write
        .updateTable('subscribers')
        .set({ state: 'unconfirmed' })
        .where('id', '=', 1)
        .execute();
      await store.write.deleteFrom('subscriptions').where('subscriber', '=', 2).execute();
      await sendingTo(store, 'smtp://127.0.0.1:9').suppress(store.write, 'reader3@example.org', 'x', NOW);
      await store.write
        .updateTable('subscribers')
        .set({ least_votes: 100, quiet: 'silent' })
        .where('id', '=', 4)
        .execute();
      const issue = issueOf('daily', '', '2026-12-01', [5, 6]);
      const queued = await Promise.all([1, 2].map(() => queueList(store, issue, OPTIONS)));
      expect(queued[0]! + queued[1]!).toBe(5);
      expect(await queueList(store, issue, OPTIONS)).toBe(0);
      const found = await rows();
      expect(found.map(({ subscriber, state }) => [subscriber, state])).toEqual([
        [3, 'suppressed'],
        [4, 'quiet'],
        [5, 'queued'],
        [6, 'queued'],
        [7, 'queued'],
      ]);
      expect(new Set(found.map(({ message_id }) => message_id)).size).toBe(5);
      // What has come once does not come again, in whatever issue.
      const next = issueOf('daily', '', '2026-12-02', [6, 7]);
      await queueList(store, next, { ...OPTIONS, now: NOW + 1 });
      const later = await store.read
        .selectFrom('deliveries')
        .select('sections')
        .where('due_at', '=', NOW + 1)
        .where('subscriber', '=', 5)
        .executeTakeFirstOrThrow();
      expect(JSON.parse(later.sections)).toMatchObject([{ papers: [7], had: 1 }]);
    });

    it('is also sent as a copy to anybody, which counts for nothing', async () => {
      await fillLedger(store, 1, NOW - 1000);
      const issue = issueOf('daily', '', '2026-12-01', [5]);
      await queueCopy(store, issue, 'editor@example.com', OPTIONS);
      await queueCopy(store, issue, 'editor@example.com', OPTIONS);
      expect((await rows()).map(({ subscriber, email }) => [subscriber, email])).toEqual([
        [0, 'editor@example.com'],
        [0, 'editor@example.com'],
      ]);
      expect(await queueList(store, issue, OPTIONS)).toBe(1);
    });
  });
});
