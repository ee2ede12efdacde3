/** What slots hold at once is what they hold, whoever does what, in whichever process. */
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freshDatabase, type TestDatabase } from '../../../test/databases.ts';
import { accountById, changeAccount, createAccount, deleteAccount } from '../../community/accounts.ts';
import { readersAtOnce } from '../../community/at-once.ts';
import { setCommentState, writeComment } from '../../community/comments.ts';
import type { Discussions } from '../../community/discussions.ts';
import { type People, peopleIn } from '../../community/people.ts';
import { notify } from '../../community/personal/notices.ts';
import { type Personal, personalIn } from '../../community/personal/personal.ts';
import { endSessions, openSession } from '../../community/sessions.ts';
import { readConfig } from '../../config.ts';
import { subscribersIn, usualChoices } from '../../digest/subscribers.ts';
import { CutPage } from '../../http/cut-page.ts';
import { type AtOnce, type FillSlots, readerFrom } from '../../http/reader.ts';
import { type Filling, slot } from '../../http/slots.ts';
import { countGiven, liveTotals, liveTotalsAtOnce } from '../../papers/counting.ts';
import { mergePapers } from '../../papers/intake/decisions.ts';
import { takeIn } from '../../papers/intake/take-in.ts';
import type { Library } from '../../papers/library.ts';
import { type FollowedTopics, followTopics } from '../../papers/topics.ts';
import type { Store } from '../../store/open.ts';
import { recordOf } from '../../testing/records.ts';
import { readerSlots } from './reader-slots.tsx';
import { slotsAtOnce } from './slots-at-once.ts';

const HOUR = 3_600_000;
const ADMIN = { actor: null, reason: '', at: 0 };
const PAPERS = 5;

let database: TestDatabase;
/** That of the site, and that of another process. */
let store: Store;
let elsewhere: Store;
let topics: FollowedTopics;
let now: number;
let papers: number[];
let atOnce: AtOnce;
let fillSlots: FillSlots;
let people: People;
let personal: Personal;
/** Each with the secret of a session. */
let readers: { id: number; secret: string }[];

beforeEach(async () => {
  database = await freshDatabase('SQLite');
  [store, elsewhere] = [await database.open(), await database.open()];
  await takeIn(
    store,
    Array.from({ length: PAPERS }, (_, i) => recordOf(i + 1, { title: `Something else entirely: ${i}` })),
    new Set(),
  );
  papers = (await store.read.selectFrom('papers').select('pk').orderBy('id').execute()).map(({ pk }) => pk);
  now = 100 * HOUR;
  readers = [];
  for (const displayName of ['Ada', 'Eve <& "others"', 'Emmy']) {
    const email = displayName === 'Ada' ? null : `${displayName.slice(0, 3).toLowerCase()}@example.org`;
    const { id } = await createAccount(
      store,
      { displayName, email, emailVerified: displayName !== 'Emmy' && email !== null },
      now,
    );
    readers.push({ id, secret: await openSession(store, id, 'test', now) });
  }
  topics = await followTopics({ store, index: { words: 0, votes: 0 } });
  people = peopleIn({ store, signUp: 'open', now: () => now });
  personal = personalIn(store, () => now);
  const library = { totals: (pks: number[]) => liveTotals(store.read, pks) } as Library;
  fillSlots = readerSlots(people, library, {} as Discussions, personal, subscribers(store));
  atOnce = slotsAtOnce({
    readers: readersAtOnce(store.atOnce!, () => now),
    totals: (pks) => liveTotalsAtOnce(store.atOnce!, pks),
    topics,
  });
});
afterEach(async () => {
  await topics.stop();
  await Promise.all([store.close(), elsewhere.close()]);
  await database.remove();
});

const subscribers = (of: Store) =>
  subscribersIn({
    store: of,
    config: { ...readConfig({}), SMTP_URL: 'smtp://127.0.0.1', PUBLIC_URL: 'https://papers.example.org' },
    now: () => now,
  });

const pageOf = (pks: readonly number[]): CutPage =>
  new CutPage(
    `<nav>${slot('reader', 'Sign in')}${slot('subscribe:ear:daily:', 'Type it in')}${slot('subscribe:box:author:6164', 'Type it in')}</nav>${pks
      .map((pk) =>
        ['vote', 'own', 'save', 'marks']
          .map((kind) => `<p>${slot(`${kind}:${pk}`, `${kind} for all`)}`)
          .join(''),
      )
      .join('')}`,
  );
const textsOf = (fillings: readonly Filling[]): string[] =>
  fillings.map((filling) => (typeof filling === 'string' ? filling : filling.html));

/** Requests come in a later turn of the event loop than what they were sent after. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** What one reader gets; null: it cannot be said at once. Throws unless it is what it should be. */
async function read(secret: string, page: CutPage, path = '/'): Promise<string[] | null | 'nobody'> {
  await nextTurn();
  const reader = atOnce.signedIn(secret);
  const filled = reader && atOnce.fill(reader, page, path);
  const found = await people.signedIn(secret);
  if (!found) {
    expect(reader).toBeNull();
    return 'nobody';
  }
  const right = textsOf(
    page.inOrder(await fillSlots(readerFrom(found), [...new Set(page.slots.map(({ name }) => name))], path)),
  );
  if (reader === null) return null;
  expect(readerFrom(reader)).toEqual(readerFrom(found));
  if (filled === null) return null;
  expect(textsOf(filled)).toEqual(right);
  return right;
}

it('is exact after anything that anybody does, here or in another process', async () => {
  const page = pageOf(papers);
  const small = pageOf(papers.slice(1, 3));
  let comment = '';
  /** What happens, to whom, and with which paper; `of`: the store of the process in which it does. */
  const acts: Record<string, (of: Store, who: (typeof readers)[number], paper: number) => Promise<unknown>> =
    {
      vote: (of, { id }, paper) =>
        peopleIn({ store: of, signUp: 'open', now: () => now }).vote(paper, id, true),
      withdraw: (of, { id }, paper) =>
        peopleIn({ store: of, signUp: 'open', now: () => now }).vote(paper, id, false),
      count: (of) => countGiven(of),
      save: (of, { id }, paper) => personalIn(of, () => now).save(id, { paper }),
      note: (of, { id }, paper) => personalIn(of, () => now).save(id, { paper, note: 'To be read.' }),
      again: async (of, { id }, paper) => {
        const mine = personalIn(of, () => now);
        await mine.save(id, { paper, collection: await mine.addCollection(id, { name: 'More' }) });
      },
      unsave: (of, { id }, paper) => personalIn(of, () => now).unsave(id, { paper }),
      read: (of, { id }, paper) => personalIn(of, () => now).mark(id, { paper, mark: 'read', isOn: true }),
      dismiss: (of, { id }, paper) =>
        personalIn(of, () => now).mark(id, { paper, mark: 'dismissed', isOn: paper % 2 === 0 }),
      notify: async (of, { id }, paper) => {
        comment = await writeComment(of, { paper, author: readers[0]!.id, text: `Number ${now}`, at: now });
        await of.write
          .transaction()
          .execute((tx) =>
            notify(tx, [id], { kind: 'mention', cause: comment, comment, actor: readers[0]!.id, at: now }),
          );
      },
      hide: (of) => setCommentState(of, comment, 'hidden', ADMIN),
      show: (of) => setCommentState(of, comment, 'shown', ADMIN),
      subscribe: async (of, { id }, paper) => {
        const account = await accountById(of.read, id);
        const wanted = [
          paper % 2 === 0
            ? { list: 'daily' as const, subject: '', name: '', cadence: 'daily' as const }
            : { list: 'author' as const, subject: 'ad', name: 'A. D.', cadence: 'weekly' as const },
        ];
        if (account?.emailVerified)
          await subscribers(of).subscribeAccount(
            { id, email: account.email! },
            wanted,
            usualChoices('Europe/Berlin'),
          );
      },
      unsubscribe: (of, { id }) =>
        of.write
          .deleteFrom('subscriptions')
          .where('subscriber', 'in', (e) =>
            e.selectFrom('subscribers').select('subscribers.id').where('account', '=', id),
          )
          .execute(),
      see: (of, { id }) => personalIn(of, () => now).seeNotices(id),
      rename: (of, { id }) =>
        of.write
          .updateTable('accounts')
          .set({ display_name: `Called ${now}` })
          .where('id', '=', id)
          .execute(),
      promote: (of, { id }) => changeAccount(of, id, { role: 'moderator' }, ADMIN),
      silence: (of, { id }) => changeAccount(of, id, { state: 'silenced' }, ADMIN),
      signOut: (of, { id }) => endSessions(of, id),
      signIn: async (of, who) => {
        who.secret = await openSession(of, who.id, 'test', now);
      },
      // Beyond the time after which it is noted that a session is in use.
      wait: async () => {
        now += 2 * HOUR;
      },
      merge: async (of) => {
        const ids = await of.read.selectFrom('papers').select('id').orderBy('id').limit(2).execute();
        if (ids.length > 2) return;
        const [one, other] = ids.map(({ id }) => ({ scheme: 'arxiv' as const, value: id }));
        await mergePapers(of, one!, other!);
      },
    };
  const step = fc.record({
    act: fc.constantFrom(...Object.keys(acts)),
    isElsewhere: fc.boolean(),
    who: fc.nat({ max: 2 }),
    paper: fc.nat({ max: PAPERS - 1 }),
  });
  let told = 0;
  for (const { act, isElsewhere, who, paper } of fc.sample(step, { numRuns: 160, seed: 17 })) {
    now += 1000;
    // Some of it cannot be done at the time.
    await acts[act]!(isElsewhere ? elsewhere : store, readers[who]!, papers[paper]!).catch(() => {});
    for (const { secret } of readers) {
      if (Array.isArray(await read(secret, page))) told++;
      await read(secret, small, '/search?q=a&page=2');
    }
  }
  // Now and then it cannot be said at once, while papers are being merged or a session is noted.
  expect(told).toBeGreaterThan(150);
}, 60_000);

it('of a reader who leaves is gone at once', async () => {
  const page = pageOf(papers);
  const [ada, eve, emmy] = [readers[0]!, readers[1]!, readers[2]!];
  await people.vote(papers[0]!, ada.id, true);
  expect((await read(ada.secret, page))?.[3]).toContain('aria-pressed="true"');
  expect((await read(eve.secret, page))?.[3]).toContain('aria-pressed="false"');
  await changeAccount(elsewhere, ada.id, { state: 'banned' }, ADMIN);
  expect(await read(ada.secret, page)).toBe('nobody');
  expect((await read(eve.secret, page))?.[0]).toContain('Eve &lt;&amp;');
  await deleteAccount(elsewhere, eve.id);
  expect(await read(eve.secret, page)).toBe('nobody');
  now += 31 * 24 * HOUR;
  expect(await read(emmy.secret, page)).toBe('nobody');
  expect(await read('nothing', page)).toBe('nobody');
});

it('is found among hundreds of votes and marks', async () => {
  const [{ id, secret }] = readers as [(typeof readers)[number]];
  for (let paper = 1; paper <= 150; paper++) {
    const row = { paper: paper === 150 ? papers[1]! : 1000 + paper, time: 150 - paper };
    await store.write
      .insertInto('votes')
      .values({ ...row, voter: id, weight: 0 })
      .execute();
    await store.write
      .insertInto('reading_marks')
      .values({ account: id, paper: row.paper + 1, read_at: 1, dismissed_at: null })
      .execute();
  }
  const html = await read(secret, pageOf(papers));
  expect(
    (html as string[]).filter((text) => text.includes('name="vote"') && text.includes('aria-pressed="true"')),
  ).toHaveLength(1);
});

it('is said only of pages whose slots can all be filled at once', () => {
  const reader = atOnce.signedIn(readers[0]!.secret)!;
  const fill = (name: string) => atOnce.fill(reader, new CutPage(String(slot(name, ''))), '/');
  for (const name of ['write:1', 'letter:x', 'tools:1', 'follow:author:61', 'else'])
    expect(fill(name)).toBeNull();
  // A paper that is not here keeps what everybody sees.
  expect(fill('vote:999')).toEqual([{ html: '' }]);
});
