/** Issues that are composed without being asked for, and mails made of issues, on both databases. */
import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { createAccount } from '../community/accounts.ts';
import { issuesIn, pruneIssues } from '../digest/issues.ts';
import { closesAt } from '../papers/days.ts';
import { mergePapers } from '../papers/intake/decisions.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import { META, setMeta } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import { arxivName, recordOf } from '../testing/records.ts';
import { mailOf } from './assemble.ts';
import { composing } from './compose.ts';
import { composeEditions } from './editions.ts';

const turn = { timezone: 'UTC', turn: '21:30' };
const paper = (number: number, listed: string, more = {}) =>
  recordOf(number, { source: 'hf', listed, published: listed, ...more });

onBoth((_kind, fresh) => {
  let store: Store;
  let now: number;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const parts = () =>
    composing({ store, turn, now: () => now, lendIndex: () => Promise.reject(new Error('no index')) });
  const compose = async () =>
    (await composeEditions(parts(), store, turn, now)).map(({ id, papers }) => `${id} ${papers.length}`);

  it('each edition that has closed gets its issue once, but no day before the site was set up', async () => {
    const days = ['2026-06-26', '2026-06-27', '2026-06-29', '2026-06-30'];
    await takeIn(
      store,
      days.map((day, i) => paper(i + 1, day)),
      new Set(),
    );
    now = closesAt('2026-06-27', turn);
    expect(await compose()).toEqual([]);
    await setMeta(store.write, META.founded, '2026-06-27');
    expect(await compose()).toEqual(['daily-2026-06-27 1']);
    expect(await compose()).toEqual([]);
    now = closesAt('2026-07-01', turn) - 1;
    expect(await compose()).toEqual([
      'daily-2026-06-30 1',
      'daily-2026-06-29 1',
      'daily-2026-06-28 0',
      'weekly-2026-W26 2',
      'monthly-2026-06 4',
    ]);
    // The archive shows no day without papers.
    expect((await parts().issues.archive(10)).map(({ id }) => id)).not.toContain('daily-2026-06-28');
  });

  it('issues of one account are kept for 90 days, and all others for good', async () => {
    const { id } = await createAccount(store, { displayName: 'Ada' }, 1);
    now = closesAt('2026-06-26', turn);
    const { compose: one } = parts();
    const own = await one({ list: 'following', subject: String(id), name: '' }, '2026-06-26');
    const daily = await one({ list: 'daily', subject: '', name: '' }, '2026-06-26');
    const author = await one({ list: 'author', subject: 'ada-lovelace', name: 'Ada Lovelace' }, '2026-06-26');
    const kept = async () =>
      (await store.read.selectFrom('issues').select('id').execute()).map((row) => row.id).sort();
    await pruneIssues(store, now + 90 * 86_400_000);
    expect(await kept()).toHaveLength(3);
    await pruneIssues(store, now + 90 * 86_400_000 + 1);
    expect(await kept()).toEqual([author!.id, daily!.id].sort());
    expect(await issuesIn(store).find(own!.id)).toBeNull();
  });

  it('a mail has the papers of its row that are still here, merged ones included', async () => {
    await takeIn(
      store,
      [1, 2, 3, 4].map((number) => paper(number, '2026-06-26', { upvotes: 10 - number })),
      new Set(),
    );
    now = closesAt('2026-06-26', turn);
    const { compose: one, issues } = parts();
    const issue = (await one({ list: 'daily', subject: '', name: '' }, '2026-06-26'))!;
    const papers = issue.papers.map(({ pk }) => pk);
    await takeIn(store, [paper(2, '2026-06-26', { withdrawn: true })], new Set());
    await mergePapers(store, arxivName(1), arxivName(3));
    const mail = await mailOf(
      store.read,
      issues,
      {
        id: 'd',
        subject: '',
        dueAt: 0,
        sections: [
          { issue: issue.id, papers: papers.slice(0, 3), left: 1, had: 2 },
          { issue: 'gone', papers: [1], left: 0, had: 0 },
        ],
      },
      { email: 'ada@example.org', token: 't', timeZone: 'UTC' },
    );
    expect(
      mail.sections.map(({ papers: some, left, had }) => [some.map(({ id }) => id.slice(-1)), left, had]),
    ).toEqual([[['1', '3'], 1, 2]]);
  });
});
