import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { parseEmail } from '../net/email.ts';
import { backUp, restore } from '../store/backup.ts';
import type { Store } from '../store/open.ts';
import {
  pruneSubscriptions,
  type Subscriptions,
  subscriptionsIn,
  UNCONFIRMED_DAYS,
} from './subscriptions.ts';

const WISH = { email: 'ada@example.org', query: 'q=engines', cadence: 'weekly' as const };

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let kept: Subscriptions;
  beforeEach(async () => {
    database = await fresh();
    store = await database.open();
    kept = subscriptionsIn(store, () => 1_700_000_000_000);
  });
  afterEach(async () => {
    await store.close();
    await database.remove();
  });
  const rows = async () => (await store.read.selectFrom('search_subscriptions').selectAll().execute()).length;

  describe('a subscription', () => {
    it('is kept until it is withdrawn, under a token nobody can guess', async () => {
      const one = await kept.keep(WISH);
      expect(one).toEqual({ ...WISH, token: one.token, state: 'unconfirmed', createdAt: 1_700_000_000_000 });
      expect(one.token).toMatch(/^[\w-]{24}$/);
      expect(await kept.find(one.token)).toEqual(one);
      expect(await kept.find('nothing')).toBe(null);
      expect([await kept.withdraw(one.token), await kept.withdraw(one.token)]).toEqual([true, false]);
      expect(await kept.find(one.token)).toBe(null);
    });

    it('is the same one when requested again, with the newest cadence', async () => {
      const [one, again, other] = await Promise.all([
        kept.keep(WISH),
        kept.keep(WISH),
        kept.keep({ ...WISH, query: 'q=looms' }),
      ]);
      expect(again.token).toBe(one.token);
      expect(other.token).not.toBe(one.token);
      expect(await kept.keep({ ...WISH, cadence: 'daily' })).toEqual({ ...one, cadence: 'daily' });
      expect(await rows()).toBe(2);
    });

    it('can no longer be changed by strangers once it is confirmed', async () => {
      const one = await kept.keep(WISH);
      await store.write.updateTable('search_subscriptions').set({ state: 'confirmed' }).execute();
      expect(await kept.keep({ ...WISH, cadence: 'daily' })).toMatchObject({
        token: one.token,
        cadence: 'weekly',
        state: 'confirmed',
      });
    });

    it('is deleted if nobody confirms it in time, counted from the last request', async () => {
      const start = 1_700_000_000_000;
      const time = UNCONFIRMED_DAYS * 86_400_000;
      const old = await kept.keep({ ...WISH, query: 'q=looms' });
      const confirmed = await kept.keep({ ...WISH, query: 'q=mills' });
      await store.write
        .updateTable('search_subscriptions')
        .set({ state: 'confirmed' })
        .where('token', '=', confirmed.token)
        .execute();
      const again = await kept.keep(WISH);
      await subscriptionsIn(store, () => start + 1).keep(WISH);
      await pruneSubscriptions(store, start + time);
      expect(await rows()).toBe(3);
      await pruneSubscriptions(store, start + time + 1);
      expect(await kept.find(old.token)).toBe(null);
      expect([await kept.find(again.token), await kept.find(confirmed.token)]).toMatchObject([
        { createdAt: start + 1 },
        { state: 'confirmed' },
      ]);
    });

    it('is in a backup, and leaves the pages’ change number alone', async () => {
      const before = await store.seq();
      const one = await kept.keep(WISH);
      expect(await store.seq()).toBe(before);
      const file = join(database.env.DATA_DIR, 'a.backup');
      await backUp(store, file);
      await kept.withdraw(one.token);
      await restore(store, file);
      expect(await kept.find(one.token)).toEqual(one);
    });
  });
});

describe('an email address', () => {
  it.each([
    [' Ada@Example.ORG ', 'ada@example.org'],
    ['ada.l+papers@mail.example.co.uk', 'ada.l+papers@mail.example.co.uk'],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ["o'neil@example.org", "o'neil@example.org"],
  ])('%j is %s', (text, email) => expect(parseEmail(text)).toBe(email));

  it.each([
    '',
    '@',
    'ada',
    'ada@',
    '@example.org',
    'ada@localhost',
    'ada@example..org',
    'ada@-example.org',
    'ada@127.0.0.1',
    'ada@[::1]',
    'a b@example.org',
    '.ada@example.org',
    'ada@example.org\r\nBcc: all@example.org',
    'ada@example.org,bob@example.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b.'.repeat(130)}org`,
  ])('%j is not an email address', (text) => expect(parseEmail(text)).toBe(null));
});
