import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onBoth, type TestDatabase } from '../../test/databases.ts';
import { accountById, changeAccount, createAccount, deleteAccount } from '../community/accounts.ts';
import { setCommentState, writeComment } from '../community/comments.ts';
import { flag, SLOW, SLOWED_BY } from '../community/flags.ts';
import { actsLogged } from '../community/log.ts';
import type { Store } from '../store/open.ts';
import { recordOf } from '../testing/records.ts';
import { linkAsAuthor } from './authorship.ts';
import { setPaperLinks } from './intake/submit.ts';
import { takeIn } from './intake/take-in.ts';
import { moderate, moderationIn, shownLog, undo, type Wanted } from './moderation.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-07-01T12:00:00Z');
const CLI = { actor: null, reason: 'set up', at: NOW };

onBoth((_kind, fresh) => {
  let database: TestDatabase;
  let store: Store;
  let mod: number;
  let admin: number;
  let next = 0;

  beforeAll(async () => {
    database = await fresh();
    store = await database.open();
    [mod, admin] = [await person('Moderator'), await person('Admin')];
    await changeAccount(store, mod, { role: 'moderator' }, CLI);
    await changeAccount(store, admin, { role: 'admin' }, CLI);
  });
  afterAll(async () => {
    await store.close();
    await database.remove();
  });

  const person = async (displayName: string, age = 10 * DAY) =>
    (await createAccount(store, { displayName }, NOW - age)).id;
  const nameOf = async (id: number) => (await accountById(store.read, id))!.name;
  async function paper(more: object = {}) {
    const number = ++next;
    await takeIn(
      store,
      [recordOf(number, { title: `Paper number ${number} of many`, listed: '2026-06-26', ...more })],
      new Set(),
    );
    return store.read
      .selectFrom('papers')
      .selectAll()
      .where('title', '=', `Paper number ${number} of many`)
      .executeTakeFirstOrThrow();
  }
  const write = (on: number, author: number, text: string, at = NOW) =>
    writeComment(store, { paper: on, author, text, at });
  const act = (wanted: Wanted, actor = mod, reason = 'it had to be') =>
    moderate(store, wanted, { actor, reason, at: NOW });
  const takeBack = (id: number, actor = mod) => undo(store, id, { actor, reason: 'it was wrong', at: NOW });
  const last = async () => (await actsLogged(store.read, 1))[0]!;
  const rowOf = (pk: number) =>
    store.read.selectFrom('papers').selectAll().where('pk', '=', pk).executeTakeFirstOrThrow();
  const stateOf = async (id: string) =>
    (await store.read.selectFrom('comments').select('state').where('id', '=', id).executeTakeFirstOrThrow())
      .state;

  describe('what moderators do', () => {
    it('is logged with who, what, when and why, and can be undone once, by another entry', async () => {
      const { pk } = await paper();
      const eve = await person('Eve');
      const id = await write(pk, eve, 'Buy these pills');
      await act({ do: 'hide', comment: id }, mod, 'advertising');
      expect(await stateOf(id)).toBe('hidden');
      const hidden = await last();
      expect(hidden).toMatchObject({
        actor: mod,
        act: 'comment hidden',
        subject: `comment ${id}`,
        reason: 'advertising',
        at: NOW,
      });
      await takeBack(hidden.id);
      expect(await stateOf(id)).toBe('shown');
      const undone = await last();
      expect(undone).toMatchObject({ act: 'comment shown', undoes: hidden.id, reason: 'it was wrong' });
      await expect(takeBack(hidden.id)).rejects.toThrow('already been undone');
      // The undoing can be undone in its turn.
      await takeBack(undone.id);
      expect(await stateOf(id)).toBe('hidden');
    });

    it('is undone once when two moderators try at the same moment', async () => {
      const { pk } = await paper();
      const id = await write(pk, await person('Eve'), 'Hello');
      await act({ do: 'hide', comment: id });
      const entry = await last();
      const other = await database.open();
      const done = await Promise.allSettled([
        takeBack(entry.id),
        undo(other, entry.id, { actor: admin, reason: 'me too', at: NOW }),
      ]);
      await other.close();
      expect(done.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await stateOf(id)).toBe('shown');
    });

    it('cannot be undone past something that was done later', async () => {
      const { pk } = await paper();
      const id = await write(pk, await person('Eve'), 'Hello again');
      await act({ do: 'hide', comment: id });
      const first = await last();
      await act({ do: 'show', comment: id });
      await act({ do: 'hide', comment: id });
      await expect(takeBack(first.id)).rejects.toThrow('later entry');
      expect(await stateOf(id)).toBe('hidden');
    });

    it('threads, discussions, roles and states go back to what they were', async () => {
      const { pk } = await paper();
      const eve = await person('Eve');
      const id = await write(pk, eve, 'A thread');
      for (const wanted of [
        { do: 'lock-thread', comment: id },
        { do: 'lock', paper: pk },
      ] as const) {
        await act(wanted);
        await expect(
          writeComment(store, { paper: pk, author: eve, text: 'x', parent: id, at: NOW }),
        ).rejects.toThrow('closed');
        await takeBack((await last()).id);
        await writeComment(store, { paper: pk, author: eve, text: 'x', parent: id, at: NOW });
      }
      await act({ do: 'ban', account: await nameOf(eve) });
      await takeBack((await last()).id);
      expect((await accountById(store.read, eve))!.state).toBe('active');
      await act({ do: 'role', account: await nameOf(eve), role: 'moderator' }, admin);
      await takeBack((await last()).id, admin);
      expect((await accountById(store.read, eve))!.role).toBe('member');
    });

    it('needs a reason and a moderator in good standing, who can decide about members only', async () => {
      const { pk } = await paper();
      const [eve, other] = [await person('Eve'), await person('Other')];
      const id = await write(pk, eve, 'Hello');
      const names = { eve: await nameOf(eve), other: await nameOf(other), admin: await nameOf(admin) };
      await expect(act({ do: 'hide', comment: id }, mod, ' ')).rejects.toThrow('reason');
      const log = (await last()).id;
      for (const wanted of [
        { do: 'hide', comment: id },
        { do: 'lock-thread', comment: id },
        { do: 'lock', paper: pk },
        { do: 'ban', account: names.other },
        { do: 'role', account: names.eve, role: 'admin' },
        { do: 'move', paper: pk, day: '2026-06-25' },
        { do: 'links', paper: pk, links: [] },
        { do: 'merge', id: '2606.00001', other: '2606.00002' },
        { do: 'ban-domain', domain: 'spam.example' },
        { do: 'dismiss', subject: `comment ${id}` },
      ] as Wanted[])
        await expect(act(wanted, eve), wanted.do).rejects.toThrow('Only moderators');
      await expect(act({ do: 'ban', account: names.admin })).rejects.toThrow('Only an administrator');
      await expect(act({ do: 'role', account: names.eve, role: 'moderator' })).rejects.toThrow(
        'Only an administrator',
      );
      await changeAccount(store, other, { role: 'moderator', state: 'silenced' }, CLI);
      await expect(act({ do: 'hide', comment: id }, other)).rejects.toThrow('Only moderators');
      expect(
        (await actsLogged(store.read, 3)).filter((entry) => entry.id > log && entry.actor !== null),
      ).toEqual([]);
    });

    it('makes nothing public that must stay hidden', async () => {
      const { pk } = await paper();
      const eve = await person('Eve');
      const id = await write(pk, eve, 'The password of Ada is swordfish');
      await expect(
        act({ do: 'hide', comment: id }, mod, 'It says “the password of Ada is swordfish”, that is why'),
      ).rejects.toThrow('does not quote');
      await act({ do: 'hide', comment: id }, mod, 'private data, see eve@example.org');
      await deleteAccount(store, eve);
      const entries = await shownLog(store.read, 100);
      const text = JSON.stringify(entries);
      expect(text).not.toMatch(/swordfish|example\.org/);
      expect(entries[0]!.reason).toBe('private data, see [address]');
    });

    it('is decided by somebody else where it is about themselves', async () => {
      const { pk } = await paper();
      const own = await write(pk, mod, 'Written by a moderator');
      const eve = await person('Eve');
      await flag(store, { subject: `comment ${own}`, account: eve, reason: 'abuse', at: NOW });
      await expect(act({ do: 'dismiss', subject: `comment ${own}` })).rejects.toThrow('about yourself');
      await act({ do: 'hide', comment: own }, admin);
      await expect(act({ do: 'show', comment: own })).rejects.toThrow('about yourself');
      await expect(takeBack((await last()).id)).rejects.toThrow('about yourself');
      expect(await stateOf(own)).toBe('hidden');
      await act({ do: 'uphold', subject: `comment ${own}` }, admin);
      expect((await last()).reason).toBe('it had to be');
      // What they are rid of themselves needs nobody else.
      const other = await write(pk, mod, 'Another one by a moderator');
      await act({ do: 'hide', comment: other });
      // Whoever is silenced or banned can do nothing about it.
      const second = await person('Second');
      await changeAccount(store, second, { role: 'moderator', state: 'silenced' }, CLI);
      await expect(act({ do: 'restore', account: await nameOf(second) }, second)).rejects.toThrow(
        'Only moderators',
      );
      // A paper is its submitter's.
      await store.write
        .insertInto('submissions')
        .values({ id: 'by a moderator', paper: pk, account: mod, day: null, at: NOW })
        .execute();
      await flag(store, { subject: `paper ${pk}`, account: eve, reason: 'spam', at: NOW });
      await expect(act({ do: 'dismiss', subject: `paper ${pk}` })).rejects.toThrow('about yourself');
      await act({ do: 'dismiss', subject: `paper ${pk}` }, admin);
    });

    it('is protected by the database itself', async () => {
      await act({ do: 'ban-domain', domain: 'kept.example' });
      const before = await actsLogged(store.read, 1000);
      await expect(store.write.deleteFrom('moderation_log').execute()).rejects.toThrow('cannot be changed');
      await expect(store.write.updateTable('moderation_log').set({ reason: 'x' }).execute()).rejects.toThrow(
        'cannot be changed',
      );
      if (store.dialect === 'postgres')
        await expect(sql`TRUNCATE moderation_log`.execute(store.write)).rejects.toThrow('cannot be changed');
      expect(await actsLogged(store.read, 1000)).toEqual(before);
    });
  });

  describe('a paper', () => {
    it('keeps its links and its day as a moderator has them, whatever is imported later', async () => {
      const { pk, id } = await paper({ links: [{ kind: 'code', url: 'https://github.com/a/b', stars: 5 }] });
      await act({ do: 'links', paper: pk, links: ['https://github.com/a/b', 'https://project.example/x'] });
      await act({ do: 'move', paper: pk, day: '2026-06-24' });
      const check = async () => {
        const row = await rowOf(pk);
        expect(JSON.parse(row.links)).toEqual([
          { kind: 'code', url: 'https://github.com/a/b', stars: 5 },
          { kind: 'project', url: 'https://project.example/x' },
        ]);
        expect(row.listed).toBe('2026-06-24');
      };
      await check();
      const title = (await rowOf(pk)).title;
      const again = recordOf(next, {
        title,
        listed: '2026-06-26',
        abstract: 'Now with an abstract.',
        links: [
          { kind: 'code', url: 'https://github.com/a/b', stars: 5 },
          { kind: 'code', url: 'https://github.com/c/d' },
        ],
      });
      await takeIn(store, [again], new Set());
      expect((await rowOf(pk)).abstract).toBe('Now with an abstract.');
      await check();
      const [moved, linked] = await actsLogged(store.read, 2);
      await takeBack(moved!.id);
      await takeBack(linked!.id);
      const row = await rowOf(pk);
      expect([row.id, row.listed, (JSON.parse(row.links) as unknown[]).length]).toEqual([
        id,
        '2026-06-26',
        2,
      ]);
      await expect(act({ do: 'links', paper: pk, links: ['javascript:alert(1)'] })).rejects.toThrow(
        'cannot be a link',
      );
      await expect(act({ do: 'move', paper: pk, day: '2026-02-30' })).rejects.toThrow('A day is written');
    });

    it('does not get back the links that a moderator removed, except from one', async () => {
      const bad = 'https://bad.example/x';
      const { pk } = await paper({ links: [{ kind: 'project', url: bad }], authors: ['Ada Lovelace'] });
      const ada = await person('Ada');
      await store.write
        .insertInto('authorships')
        .values({
          ...{ id: `author of ${pk}`, paper: pk, author: 'ada-lovelace', account: ada, state: 'granted' },
          ...{ how: 'request', evidence: '', at: NOW, decided: NOW },
        })
        .execute();
      const set = (links: string[]) => linkAsAuthor(store, { paper: pk, account: ada, links, at: NOW });
      const good = 'https://good.example/x';
      await set([good]);
      await set([good, bad]);
      await act({ do: 'links', paper: pk, links: [good] });
      await expect(set([bad])).rejects.toThrow('has removed this link');
      await expect(setPaperLinks(store, pk, { project: { kind: 'project', url: bad } }, NOW)).rejects.toThrow(
        'has removed this link',
      );
      await set([]);
      await act({ do: 'links', paper: pk, links: [bad] });
      await set([good, bad]);
      await act({ do: 'links', paper: pk, links: [good] });
      // When it is undone, it is theirs again.
      await takeBack((await last()).id);
      await set([bad]);
    });

    it('moves out of a closed edition and is late in another that is closed', async () => {
      const { pk } = await paper({ listed: '2026-05-01' });
      await store.write
        .insertInto('closed_editions')
        .values(['2026-05-01', '2026-05-02'].map((day) => ({ day, closed_at: NOW })))
        .execute();
      await act({ do: 'move', paper: pk, day: '2026-05-02' });
      expect(await rowOf(pk)).toMatchObject({ listed: '2026-05-02', late: 1 });
      await act({ do: 'move', paper: pk, day: '2026-05-03' });
      expect(await rowOf(pk)).toMatchObject({ listed: '2026-05-03', late: 0 });
      // It stays where it is when that edition closes in its turn.
      await store.write.insertInto('closed_editions').values({ day: '2026-05-03', closed_at: NOW }).execute();
      await act({ do: 'links', paper: pk, links: ['https://project.example/y'] });
      expect(await rowOf(pk)).toMatchObject({ listed: '2026-05-03', late: 0 });
    });

    it('is merged with another, and both are apart again when that is undone', async () => {
      const [one, other] = [await paper(), await paper()];
      await act({ do: 'merge', id: one.id, other: other.id });
      const count = async () =>
        (await store.read.selectFrom('papers').select('id').where('id', 'in', [one.id, other.id]).execute())
          .length;
      expect(await count()).toBe(1);
      const merged = await last();
      expect(merged).toMatchObject({ act: 'papers merged', actor: mod });
      await takeBack(merged.id);
      expect(await count()).toBe(2);
      expect(await last()).toMatchObject({ act: 'papers as before', undoes: merged.id });
      await expect(takeBack(merged.id)).rejects.toThrow('already been undone');
    });
  });

  describe('flags', () => {
    it('are weighed by who raises them, once per person, and queue until they are decided', async () => {
      const { pk } = await paper();
      const eve = await person('Eve');
      const [one, other] = [await write(pk, eve, 'First'), await write(pk, eve, 'Second')];
      const [old, young, liar] = [await person('Old'), await person('Young', DAY), await person('Liar')];
      const raise = (subject: string, account: number, reason = 'spam') =>
        flag(store, { subject, account, reason, at: NOW });
      await raise(`comment ${one}`, young);
      await raise(`comment ${one}`, young, 'abuse');
      await raise(`comment ${other}`, old);
      await raise(`paper ${pk}`, liar, 'duplicate');
      const queue = async () =>
        (await moderationIn(store, () => NOW).cases(50)).filter(({ subject }) =>
          [`comment ${one}`, `comment ${other}`, `paper ${pk}`].includes(subject),
        );
      const cases = await queue();
      expect(cases.map(({ weight }) => weight)).toEqual([1, 1, 0.25]);
      expect(cases.at(-1)).toMatchObject({
        subject: `comment ${one}`,
        reasons: [{ reason: 'abuse', count: 1 }],
      });
      await act({ do: 'dismiss', subject: `paper ${pk}` });
      const dismissed = await last();
      expect((await queue()).map(({ subject }) => subject)).not.toContain(`paper ${pk}`);
      // What was dismissed makes the next flag of the same person weigh less.
      await raise(`comment ${one}`, liar);
      const again = (await queue()).find(({ subject }) => subject === `comment ${one}`)!;
      expect(again.weight).toBeCloseTo(0.25 + 2 / 3);
      await takeBack(dismissed.id);
      expect((await queue()).map(({ subject }) => subject)).toContain(`paper ${pk}`);
      await expect(raise(`comment ${one}`, eve)).rejects.toThrow('your own');
      await expect(raise(`comment ${one}`, old, 'boring')).rejects.toThrow('one of the reasons');
      await expect(raise('comment none', old)).rejects.toThrow('does not exist');
      await changeAccount(store, young, { state: 'silenced' }, CLI);
      await expect(raise(`comment ${other}`, young)).rejects.toThrow('cannot flag');
    });

    it('slow down a discussion that many flag, until a moderator decides', async () => {
      const { pk } = await paper();
      const [eve, ada] = [await person('Eve'), await person('Ada')];
      const id = await write(pk, eve, 'Something heated');
      await write(pk, ada, 'An answer');
      for (let i = 0; i < SLOWED_BY; i++) {
        await write(pk, ada, `Still going ${i}`);
        await flag(store, {
          subject: `comment ${id}`,
          account: await person(`Reader ${i}`),
          reason: 'abuse',
          at: NOW,
        });
      }
      await expect(write(pk, ada, 'Too fast')).rejects.toThrow('flagged this discussion');
      await write(pk, await person('New here'), 'My first word');
      await write(pk, ada, 'Slow enough', NOW + SLOW);
      const elsewhere = await paper();
      await write(elsewhere.pk, ada, 'Elsewhere');
      await act({ do: 'uphold', subject: `comment ${id}` });
      await write(pk, ada, 'Fast again');
    });
  });

  describe('what can be written', () => {
    it('links to no banned domain, however disguised', async () => {
      const { pk } = await paper();
      const eve = await person('Eve');
      await act({ do: 'ban-domain', domain: 'Spam.Example' });
      for (const text of [
        'see http://spam.example/x',
        'SPAM.EXAMPLE',
        '[here](//a.b.spam.example)',
        'spam．example',
        'go to www.spam.example.',
      ])
        await expect(write(pk, eve, text), text).rejects.toThrow('spam.example');
      await write(pk, eve, 'notspam.example and spam.example.org');
      await takeBack((await last()).id);
      await write(pk, eve, 'spam.example');
    });

    it('is not the same long text twice, nor many links from a new account', async () => {
      const [one, other] = [await paper(), await paper()];
      const eve = await person('Eve');
      const text = 'A long text that somebody puts under every paper they can find.';
      await write(one.pk, eve, text);
      await expect(write(other.pk, eve, text)).rejects.toThrow('already posted');
      await write(other.pk, eve, text, NOW + 2 * DAY);
      const links = 'http://a.example http://b.example http://c.example';
      await expect(write(one.pk, await person('Fresh', 1000), links)).rejects.toThrow('New accounts');
      await write(one.pk, eve, links);
      // Hidden comments make an account new again.
      for (const words of ['one', 'two'])
        await setCommentState(store, await write(one.pk, eve, words), 'hidden', { ...CLI });
      await expect(write(other.pk, eve, `${links} again`)).rejects.toThrow('New accounts');
    });

    it('waits for a moderator where first comments are reviewed', async () => {
      const { pk } = await paper();
      const eve = await person('Eve');
      const first = await writeComment(store, {
        paper: pk,
        author: eve,
        text: 'Hello',
        reviewsFirst: true,
        at: NOW,
      });
      expect(await stateOf(first)).toBe('held');
      const cases = await moderationIn(store, () => NOW).cases(50);
      expect(cases.find(({ isHeld }) => isHeld)?.subject).toBe(`comment ${first}`);
      await act({ do: 'show', comment: first });
      const second = await writeComment(store, {
        paper: pk,
        author: eve,
        text: 'Hello',
        reviewsFirst: true,
        at: NOW,
      });
      expect([await stateOf(first), await stateOf(second)]).toEqual(['shown', 'shown']);
      const by = await writeComment(store, {
        paper: pk,
        author: mod,
        text: 'Welcome',
        reviewsFirst: true,
        at: NOW,
      });
      expect(await stateOf(by)).toBe('shown');
    });
  });
});
