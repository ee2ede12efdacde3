import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { createAccount, deleteAccount } from '../community/accounts.ts';
import { exportAccount } from '../community/personal/export.ts';
import { readConfig } from '../config.ts';
import { unsentMail } from '../mail/outbox.ts';
import { backUp, restore } from '../store/backup.ts';
import { insertMany } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { askUnconfirmed } from './asking.ts';
import { queueDue } from './due.ts';
import { pruneSubscribers } from './forgetting.ts';
import { MOST_SUBSCRIPTIONS } from './lists.ts';
import { type Subscribers, subscribersIn, UNCONFIRMED_DAYS, usualChoices } from './subscribers.ts';
import { hashOfEmail } from './suppressed.ts';
import { composing, wanted } from './testing.fixture.ts';

const DAY = 86_400_000;
const START = Date.parse('2026-11-24T12:00:00Z');
const CONFIG = readConfig({
  SMTP_URL: 'smtp://127.0.0.1:1',
  PUBLIC_URL: 'https://papers.example',
  SITE_NAME: 'Papers',
});
const CHOICES = usualChoices('Europe/Berlin');
const ADA = 'ada@example.org';

onBoth((_kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  let kept: Subscribers;
  let now = START;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
    now = START;
    kept = subscribersIn({ store, config: CONFIG, now: () => now });
  });

  const signUp = (email = ADA, lists = [wanted('daily')], choices = CHOICES) =>
    kept.signUp({ email, lists, choices, origin: 'form' });
  const rows = () => store.read.selectFrom('subscribers').selectAll().orderBy('email').execute();
  const mails = async () => (await unsentMail(store)).map(({ mail }) => mail);
  const tokenOf = async (email = ADA) => (await kept.byEmail(email))!.subscriber.token;
  const listsOf = async (email = ADA) =>
    (await kept.byEmail(email))?.subscriptions.map(
      ({ list, subject, cadence }) => `${list} ${subject} ${cadence}`,
    );
  const confirmed = async (email = ADA, lists = [wanted('daily')]) => {
    await signUp(email, lists);
    const token = await tokenOf(email);
    await kept.confirm(token);
    return token;
  };
  /** Puts something into the ledger for all who are due. */
  const queue = () =>
    queueDue(
      {
        store,
        compose: composing(({ list }) => (list === 'daily' ? [1, 2] : [2, 3]), store),
        subject: () => 'Papers',
        config: CONFIG,
      },
      now,
    );
  const ledger = async () =>
    (await store.read.selectFrom('deliveries').selectAll().orderBy('due_at').execute()).map(
      ({ state, reason }) => `${state}: ${reason}`,
    );

  describe('signing up', () => {
    it('mails a link, and nothing is due until its owner has pressed the button there', async () => {
      await signUp();
      const [mail, ...more] = await mails();
      expect(more).toEqual([]);
      const token = await tokenOf();
      expect(token).toMatch(/^[\w-]{32}$/);
      expect(mail).toMatchObject({ to: ADA, subject: 'Confirm your subscription to Papers' });
      expect(mail!.text).toContain(`\nhttps://papers.example/subscriptions/${token}\n`);
      expect(mail!.text).toContain('- the daily edition\n');
      expect(await kept.find(token)).toMatchObject({
        subscriber: { state: 'unconfirmed', nextDue: null, email: ADA, timeZone: 'Europe/Berlin' },
      });
      expect(await kept.find('nothing')).toBe(null);
      expect(await kept.confirm('nothing')).toBe(null);

      now += DAY;
      const known = await kept.confirm(token);
      expect(known).toMatchObject({
        subscriber: { state: 'confirmed', nextDue: Date.parse('2026-11-26T06:00:00Z') },
        // What ended before is not sent.
        subscriptions: [{ list: 'daily', through: '2026-11-24' }],
      });
      now += DAY;
      expect(await kept.confirm(token)).toEqual(known);
    });

    it('a thousand times for one address gives one mail a day, and one subscriber', async () => {
      await Promise.all(Array.from({ length: 40 }, () => signUp()));
      for (let i = 0; i < 960; i++) {
        now += 60_000;
        await signUp();
      }
      expect([(await mails()).length, (await rows()).length]).toEqual([1, 1]);
      now = START + DAY;
      await signUp();
      await signUp();
      expect((await mails()).length).toBe(2);
      expect(await listsOf()).toEqual(['daily  daily']);
    });

    it('again and again over months mails its owner less and less often', async () => {
      for (let day = 0; day < 60; day++) {
        await signUp();
        now += DAY;
      }
      // On days 0, 1, 2, 4, 8 and then once a week.
      expect((await mails()).length).toBe(5 + 7);
      // Subscribers, who may want to add several lists, are asked once a day.
      const token = await tokenOf();
      await kept.confirm(token);
      for (let day = 0; day < 5; day++) {
        now += DAY;
        await signUp(ADA, [wanted('search', `q=${day}`, 'weekly')]);
      }
      expect((await mails()).length).toBe(12 + 5);
    });

    it('by somebody who was imported long ago mails the link at once, and their own consent counts', async () => {
      await kept.signUp({ email: ADA, lists: [wanted('daily')], choices: CHOICES, origin: 'import' });
      await store.write
        .updateTable('subscribers')
        .set({ origin_at: START - 700 * DAY })
        .execute();
      now += DAY;
      await signUp();
      expect([(await mails()).length, (await rows())[0]]).toMatchObject([
        2,
        { origin: 'form', origin_at: now },
      ]);
    });

    it('again, adds lists and takes the newest choices as long as nobody has confirmed', async () => {
      await signUp();
      await signUp(ADA, [wanted('search', 'q=looms', 'weekly')], { ...CHOICES, minute: 18 * 60 });
      expect(await listsOf()).toEqual(['daily  daily', 'search q=looms weekly']);
      expect((await kept.byEmail(ADA))!.subscriber.minute).toBe(18 * 60);
    });

    it('changes nothing for a confirmed subscriber, who is mailed a link that adds the list', async () => {
      const token = await confirmed();
      const before = await kept.find(token);
      now += DAY;
      await signUp(ADA, [wanted('search', 'q=looms', 'weekly')], { ...CHOICES, minute: 5 });
      expect(await kept.find(token)).toEqual(before);
      const { text, subject } = (await mails()).at(-1)!;
      expect(subject).toBe('Add to your subscriptions at Papers?');
      expect(text).toContain(`/subscriptions/${token}/add?list=search%3Aq%3Dlooms&cadence=weekly\n`);
    });

    it('says in its mail nothing that looks like a link of somebody else’s', async () => {
      const name = 'win at https://evil.example/\r\n\r\nNow: www.evil.example a@b.cc';
      await signUp(ADA, [{ ...wanted('search', 'q=x', 'weekly'), name }]);
      const { text } = (await mails())[0]!;
      expect(text).toContain('- search: win at https evil example Now www evil example a b cc, every week\n');
      expect(text.match(/https?:\/\/\S+/g)).toEqual([
        `https://papers.example/subscriptions/${await tokenOf()}`,
      ]);
    });

    it('mails nothing to an address that gets no mail, nor where the site cannot', async () => {
      const row = { hash: hashOfEmail(ADA), email: ADA, reason: 'complaint', detail: '', at: START };
      await store.write.insertInto('suppressions').values(row).execute();
      await signUp();
      const without = { ...CONFIG, PUBLIC_URL: null };
      const other = subscribersIn({ store, config: without, now: () => now });
      await other.signUp({
        email: 'bob@example.org',
        lists: [wanted('daily')],
        choices: CHOICES,
        origin: 'form',
      });
      expect([kept.sendsMail, other.sendsMail, await mails()]).toEqual([true, false, []]);
      expect((await kept.byEmail(ADA))!.suppressed).toBe('complaint');
      // Once it can, it asks those whom it could not ask before.
      expect(await askUnconfirmed(store, without, now)).toBe(0);
      expect(await askUnconfirmed(store, CONFIG, now)).toBe(1);
      expect(await askUnconfirmed(store, CONFIG, now + DAY)).toBe(0);
      expect((await mails()).map(({ to }) => to)).toEqual(['bob@example.org']);
    });

    it('has a limit on lists', async () => {
      const many = Array.from({ length: 40 }, (_, i) => wanted('search', `q=${i}`));
      await signUp(ADA, many);
      expect(await listsOf()).toHaveLength(MOST_SUBSCRIPTIONS);
    });
  });

  describe('a subscriber', () => {
    it('changes choices, and what is due with them', async () => {
      const token = await confirmed();
      expect(await kept.choose(token, { minute: 9 * 60, days: 1, without: ['loom'] })).toBe(true);
      expect((await kept.find(token))!.subscriber).toMatchObject({
        minute: 9 * 60,
        without: ['loom'],
        quiet: 'silent',
        nextDue: Date.parse('2026-11-30T08:00:00Z'),
      });
      expect(await kept.choose('nothing', { minute: 1 })).toBe(false);
    });

    it('adds a list once, and changes how often it comes', async () => {
      const token = await confirmed();
      await kept.add(token, [wanted('category', 'cs.CL', 'weekly'), wanted('daily')]);
      expect(await listsOf()).toEqual(['daily  daily', 'category cs.CL weekly']);
      await kept.add(token, [wanted('category', 'cs.CL', 'monthly')]);
      expect((await kept.find(token))!.subscriptions[1]).toMatchObject({
        cadence: 'monthly',
        through: '2026-10',
      });
    });

    it('unsubscribes from one list or all, together with what is queued, as often as asked', async () => {
      const token = await confirmed(ADA, [wanted('daily'), wanted('category', 'cs.CL')]);
      await confirmed('bob@example.org');
      now += 2 * DAY;
      expect(await queue()).toBe(2);
      const [daily, category] = (await kept.find(token))!.subscriptions;
      await kept.unsubscribe(token, daily!.id);
      expect([await listsOf(), await ledger()]).toEqual([
        ['category cs.CL daily'],
        ['queued: null', 'queued: null'],
      ]);
      await kept.unsubscribe(token, category!.id);
      expect((await ledger()).sort()).toEqual(['queued: null', 'suppressed: You unsubscribed.']);
      for (let i = 0; i < 2; i++) expect(await kept.unsubscribe(token)).toBe(true);
      expect((await kept.find(token))!.subscriber).toMatchObject({ state: 'confirmed', nextDue: null });
      expect(await kept.unsubscribe('nothing')).toBe(false);
      // Somebody else's list is left alone, whatever id is given.
      const [bobs] = (await kept.byEmail('bob@example.org'))!.subscriptions;
      await kept.unsubscribe(token, bobs!.id);
      expect(await listsOf('bob@example.org')).toHaveLength(1);
    });

    it('is deleted with everything; of an address that gets no mail, a hash is left', async () => {
      const token = await confirmed();
      await confirmed('bob@example.org');
      const row = { hash: hashOfEmail(ADA), email: ADA, reason: 'bounce', detail: '', at: START };
      now += 2 * DAY;
      await queue();
      await store.write.insertInto('suppressions').values(row).execute();
      expect([await kept.remove(token), await kept.remove(token)]).toEqual([true, false]);
      expect((await rows()).map(({ email }) => email)).toEqual(['bob@example.org']);
      for (const table of ['subscriptions', 'deliveries', 'delivered_issues'] as const)
        expect(await store.read.selectFrom(table).selectAll().execute()).toHaveLength(1);
      expect((await mails()).map(({ to }) => to)).toEqual(['bob@example.org']);
      expect(await store.read.selectFrom('suppressions').selectAll().execute()).toEqual([
        { ...row, email: null },
      ]);
    });

    it('gets mail again at an address that got none, if its owner says so', async () => {
      const token = await confirmed();
      const row = { hash: hashOfEmail(ADA), email: ADA, reason: 'bounce', detail: '', at: START };
      await store.write.insertInto('suppressions').values(row).execute();
      expect((await kept.find(token))!.suppressed).toBe('bounce');
      expect([await kept.resume('nothing'), await kept.resume(token)]).toEqual([false, true]);
      expect((await kept.find(token))!.suppressed).toBe(null);
      now += 2 * DAY;
      await queue();
      expect(await ledger()).toEqual(['queued: null']);
    });

    it('does not get mail again in spite of the operator, whatever its owner says', async () => {
      const token = await confirmed();
      const row = { hash: hashOfEmail(ADA), email: ADA, reason: 'operator', detail: '', at: START };
      await store.write.insertInto('suppressions').values(row).execute();
      expect(await kept.resume(token)).toBe(true);
      expect((await kept.find(token))!.suppressed).toBe('operator');
    });

    it('sees the mails due in the last 90 days', async () => {
      const token = await confirmed();
      now += 2 * DAY;
      await queue();
      const { id } = (await kept.find(token))!.subscriber;
      expect(await kept.receipts(id)).toMatchObject([{ state: 'queued', email: ADA, subject: 'Papers' }]);
      now += 91 * DAY;
      expect(await kept.receipts(id)).toEqual([]);
    });

    it('is deleted if nobody confirms in time, or once there is nothing left of it', async () => {
      await signUp('old@example.org');
      const token = await confirmed();
      now += 2 * DAY;
      await queue();
      await store.write.updateTable('deliveries').set({ state: 'sent' }).execute();
      await kept.unsubscribe(token);
      await confirmed('bob@example.org');
      const emails = async () => (await rows()).map(({ email }) => email);
      await pruneSubscribers(store, now + 80 * DAY);
      expect(await emails()).toEqual([ADA, 'bob@example.org', 'old@example.org']);
      await pruneSubscribers(store, now + 91 * DAY);
      expect(await emails()).toEqual(['bob@example.org', 'old@example.org']);
      await pruneSubscribers(store, START + UNCONFIRMED_DAYS * DAY + 1);
      expect(await emails()).toEqual(['bob@example.org']);
      expect(await store.read.selectFrom('delivered_issues').selectAll().execute()).toEqual([]);
    });
  });

  it('are deleted in slices, however many were never confirmed', async () => {
    await store.write.transaction().execute((tx) =>
      insertMany(
        tx,
        'subscribers',
        [
          ...(['id', 'email', 'state', 'token', 'time_zone', 'days', 'minute', 'least_votes'] as const),
          ...(['most_papers', 'without', 'again', 'quiet', 'origin', 'origin_at', 'created_at'] as const),
        ],
        Array.from({ length: 2500 }, (_, i) => [
          ...[i + 1, `reader${i}@example.org`, 'unconfirmed', `token${i}`, 'UTC', 127, 420, 0],
          ...[12, '[]', 0, 'say', 'import', START, START],
        ]),
      ),
    );
    await pruneSubscribers(store, START + UNCONFIRMED_DAYS * DAY + 1);
    expect(await rows()).toEqual([]);
  });

  describe('an account', () => {
    const account = (email: string | null = ADA) =>
      createAccount(store, { displayName: 'Ada', email, emailVerified: true }, now);

    it('subscribes without a mail, and takes over the subscriber of its address', async () => {
      const { id } = await account();
      await signUp(ADA, [wanted('search', 'q=planted')], { ...CHOICES, minute: 3 });
      await store.write.deleteFrom('outbox').execute();
      const known = await kept.subscribeAccount({ id, email: ADA }, [wanted('daily')], CHOICES);
      expect(known.subscriber).toMatchObject({ account: id, state: 'confirmed', minute: 7 * 60 });
      // What strangers had asked for is gone.
      expect(await listsOf()).toEqual(['daily  daily']);
      expect(await mails()).toEqual([]);
      await kept.subscribeAccount({ id, email: ADA }, [wanted('weekly')], { ...CHOICES, minute: 3 });
      expect(await listsOf()).toEqual(['daily  daily', 'weekly  weekly']);
      expect((await kept.ofAccount(id))!.subscriber.minute).toBe(7 * 60);
      expect(await kept.ofAccount(id + 1)).toBe(null);
    });

    it('keeps what its owner had confirmed before there was an account', async () => {
      await confirmed(ADA, [wanted('monthly')]);
      const { id } = await account();
      await kept.subscribeAccount({ id, email: ADA }, [wanted('daily')], CHOICES);
      expect(await listsOf()).toEqual(['monthly  monthly', 'daily  daily']);
      now += 2 * DAY;
      await queue();
      const exported = JSON.stringify(await exportAccount(store.read, id));
      for (const part of ['"subscriptions"', '"deliveries"', '"monthly"', '"due_at"'])
        expect(exported).toContain(part);
      expect(exported).not.toContain(await tokenOf());
      await store.write
        .insertInto('suppressions')
        .values({ hash: hashOfEmail(ADA), email: ADA, reason: 'bounce', detail: '', at: now })
        .execute();
      await deleteAccount(store, id);
      for (const table of ['subscribers', 'subscriptions', 'deliveries', 'delivered_issues'] as const)
        expect(await store.read.selectFrom(table).selectAll().execute()).toEqual([]);
      expect(await store.read.selectFrom('suppressions').select('email').execute()).toEqual([
        { email: null },
      ]);
    });
  });

  describe('searches that people subscribed to before there was a digest', () => {
    const former = (email: string, query: string, created_at: number) => ({
      ...{ token: `${email} ${query}`, email, query, cadence: 'weekly', state: 'unconfirmed', created_at },
    });
    const all = [
      former(ADA, 'q=looms&category=cs.DS', 5),
      former(ADA, 'q=mills', 6),
      former('b@b.example', 'q=x', 7),
    ];
    const check = async (opened: Store) => {
      const found = await opened.read
        .selectFrom('subscriptions')
        .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber')
        .select(['email', 'state', 'origin_at', 'list', 'subject', 'name', 'cadence', 'asked_at'])
        .orderBy('subscriptions.created_at')
        .execute();
      const kind = { state: 'unconfirmed', list: 'search', cadence: 'weekly', asked_at: null };
      expect(found).toEqual([
        { ...kind, email: ADA, origin_at: 5, subject: 'q=looms&category=cs.DS', name: 'looms, cs.DS' },
        { ...kind, email: ADA, origin_at: 5, subject: 'q=mills', name: 'mills' },
        { ...kind, email: 'b@b.example', origin_at: 7, subject: 'q=x', name: 'x' },
      ]);
      expect(await opened.read.selectFrom('search_subscriptions').selectAll().execute()).toEqual([]);
    };

    it('move over; their owners are mailed one link each, and then get what they asked for', async () => {
      const old = await fresh();
      const db = await old.openBefore('the digest: subscribers');
      await db.insertInto('search_subscriptions').values(all).execute();
      await db.destroy();
      const opened = await old.open();
      await check(opened);
      const theirs = subscribersIn({ store: opened, config: CONFIG, now: () => now });
      expect([await askUnconfirmed(opened, CONFIG, now), await askUnconfirmed(opened, CONFIG, now)]).toEqual([
        2, 0,
      ]);
      const { token } = (await theirs.byEmail(ADA))!.subscriber;
      const known = await theirs.confirm(token);
      expect(known!.subscriptions.map(({ through }) => through)).toEqual(['2026-W47', '2026-W47']);
      await opened.close();
      await old.remove();
    });

    it('move over from old backups', async () => {
      await store.write.insertInto('search_subscriptions').values(all).execute();
      const path = join(database.env.DATA_DIR, 'backup.jsonl.gz');
      await backUp(store, path);
      await restore(store, path, { replace: true });
      await check(store);
    });
  });
});
