import { createQueryId, type KyselyPlugin } from 'kysely';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../test/databases.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { arxivName } from '../testing/records.ts';
import { changeAccount, createAccount, deleteAccount } from './accounts.ts';
import { begin as beginWith, RECORD } from './begin.fixture.ts';
import { LIMITS } from './comment-limits.ts';
import {
  deleteComment,
  editComment,
  lockDiscussion,
  lockThread,
  type NewComment,
  react,
  setCommentState,
  writeComment,
} from './comments.ts';
import { discussionsIn } from './discussions.ts';
import { followPapers, moveTo } from './papers.ts';
import { tallies } from './tallies.ts';
import { discussionOf, inThreads } from './threads.ts';
import { castVote, votesBy } from './votes.ts';

const NOW = Date.parse('2026-06-26T12:00:00Z');
const HOUR = 3_600_000;
const OLD = NOW - 30 * 24 * HOUR;
const KEY = 'a'.repeat(24);
const ACT = { actor: null, reason: 'the rules', at: NOW };

/** A database that notes the text of what it is asked. */
function counting(db: Db): { db: Db; queries(): string[] } {
  const asked: string[] = [];
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      asked.push(db.getExecutor().compileQuery(node, createQueryId()).sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  return { db: db.withPlugin(plugin), queries: () => asked };
}

describe('threads', () => {
  it('have each comment before its replies, however deep, and lose none', () => {
    const rows = [
      { id: 'a', parent: null },
      { id: 'b', parent: null },
      { id: 'c', parent: 'a' },
      { id: 'd', parent: 'c' },
      { id: 'e', parent: 'a' },
      { id: 'f', parent: 'nowhere' },
    ];
    expect(inThreads(rows).map(({ id, depth }) => `${depth}${id}`)).toEqual([
      '0a',
      '1c',
      '2d',
      '1e',
      '0b',
      '0f',
    ]);
    const deep = Array.from({ length: 20_000 }, (_, i) => ({
      id: `${i}`,
      parent: i === 0 ? null : `${i - 1}`,
    }));
    expect(inThreads(deep).at(-1)).toEqual({ id: '19999', depth: 19_999 });
  });
});

onBoth((_kind, fresh) => {
  let store: Store;
  let paper: number;
  let ada: number;
  let eve: number;
  eachTime(fresh, (opened) => {
    store = opened;
  });

  const begin = async () => {
    ({ paper, ada, eve } = await beginWith(store, OLD));
  };
  const write = (text: string, more: Partial<NewComment> = {}) =>
    writeComment(store, { paper, author: ada, text, html: `<p>${text}</p>`, at: NOW, ...more });
  const shown = async () =>
    (await discussionOf(store.read, paper, null)).letters.map(
      ({ text, state, writer, depth }) => `${depth} ${state} ${writer?.displayName ?? '-'}: ${text}`,
    );
  const counted = async () => (await tallies(store.read, [paper])).get(paper)?.comments ?? 0;
  const outcomes = (all: PromiseSettledResult<unknown>[]) => all.map(({ status }) => status);

  it('the same form sent many times at once writes one comment', async () => {
    await begin();
    const ids = await Promise.all(Array.from({ length: 10 }, () => write('Once.', { formKey: KEY })));
    expect(new Set(ids).size).toBe(1);
    // Somebody else's form may have the same key.
    expect(await write('Twice.', { formKey: KEY, author: eve })).not.toBe(ids[0]);
    expect([(await shown()).sort(), await counted()]).toEqual([
      ['0 shown Ada: Once.', '0 shown Eve: Twice.'],
      2,
    ]);
  });

  it('of an edit and a deletion at once, the deletion stands', async () => {
    await begin();
    for (let i = 0; i < 5; i++) {
      const id = await write('First.');
      await Promise.allSettled([
        editComment(store, id, { text: 'Second.', author: ada, at: NOW }),
        deleteComment(store, id, ada),
        editComment(store, id, { text: 'Third.', author: ada, at: NOW }),
      ]);
      const row = await store.read.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst();
      expect(row).toMatchObject({ state: 'deleted', text: '', html: null });
    }
    const versions = await store.read.selectFrom('comment_versions').select(['text', 'html']).execute();
    for (const version of versions) expect(version).toEqual({ text: '', html: null });
    expect(await counted()).toBe(0);
  });

  it('a reply to a comment that is being deleted stays, and so does the thread', async () => {
    await begin();
    const id = await write('A question.');
    const reply = await write('An answer.', { parent: id, author: eve });
    const all = await Promise.allSettled([
      deleteComment(store, id, ada),
      write('Another.', { parent: id, author: eve, at: NOW + 1 }),
      write('To the answer.', { parent: reply, at: NOW + 2 }),
    ]);
    expect(outcomes(all)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(await shown()).toEqual([
      '0 deleted -: ',
      '1 shown Eve: An answer.',
      '2 shown Ada: To the answer.',
      '1 shown Eve: Another.',
    ]);
    expect(await counted()).toBe(3);
    // Deleting it again changes nothing.
    await deleteComment(store, id, ada);
    expect(await counted()).toBe(3);
  });

  it('of two edits made on the same text, the second is refused', async () => {
    await begin();
    const id = await write('First.');
    const all = await Promise.allSettled(
      ['Second.', 'Third.'].map((text) => editComment(store, id, { text, author: ada, version: 0, at: NOW })),
    );
    expect(outcomes(all).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await store.read.selectFrom('comment_versions').select(['number', 'text']).execute()).toEqual([
      { number: 0, text: 'First.' },
    ]);
  });

  it('is edited and deleted by its author alone, and not at all once it is hidden or deleted', async () => {
    await begin();
    const id = await write('Mine.');
    await expect(editComment(store, id, { text: 'Hers.', author: eve, at: NOW })).rejects.toThrow(
      'somebody else',
    );
    await expect(deleteComment(store, id, eve)).rejects.toThrow('somebody else');
    await setCommentState(store, id, 'hidden');
    await expect(editComment(store, id, { text: 'Again.', author: ada, at: NOW })).rejects.toThrow('hidden');
    await expect(write('A reply.', { parent: id, author: eve })).rejects.toThrow('hidden');
    // What is hidden is nowhere, and neither is who wrote it.
    expect(await shown()).toEqual(['0 hidden -: ']);
  });

  it('nobody replies in a thread or a discussion that is closed', async () => {
    await begin();
    const id = await write('A question.');
    const reply = await write('An answer.', { parent: id, author: eve });
    await lockThread(store, id, true, ACT);
    await expect(write('More.', { parent: reply })).rejects.toThrow('thread is closed');
    const edited = (comment: string, author: number, text = 'Edited.') =>
      editComment(store, comment, { text, author, at: NOW });
    await expect(edited(reply, eve)).rejects.toThrow('thread is closed');
    const other = await write('Another question.', { at: NOW + 1 });
    const locked = async () =>
      (await discussionOf(store.read, paper, null)).letters.map(({ isLocked }) => isLocked);
    expect(await locked()).toEqual([true, true, false]);
    await edited(other, ada);
    await lockDiscussion(store, paper, true, ACT);
    expect(await locked()).toEqual([true, true, true]);
    await expect(edited(other, ada, 'Again.')).rejects.toThrow('discussion is closed');
    await expect(write('More.')).rejects.toThrow('discussion is closed');
    expect((await discussionOf(store.read, paper, null)).isLocked).toBe(true);
    await lockDiscussion(store, paper, false, ACT);
    await lockThread(store, id, false, ACT);
    await write('More.', { parent: reply });
  });

  it('is closed by a lock under any key of a paper that was merged, and nothing else is', async () => {
    await begin();
    await takeIn(store, [{ ...RECORD, identifiers: [arxivName(2)], title: 'Another' }], new Set());
    const keys = await store.read.selectFrom('papers').select('pk').orderBy('id').execute();
    const [one, two] = keys.map(({ pk }) => pk) as [number, number];
    const question = await write('A question.', { paper: one });
    // The papers have been merged, and what was written has not followed yet.
    await store.change(({ tx }) => moveTo(tx, one, two));
    const answer = await write('An answer.', { paper: two, parent: question, at: NOW + 1 });
    const other = await write('Another.', { paper: two, at: NOW + 2 });
    const discussions = discussionsIn({
      store,
      render: async (text) => text,
      namesIn: () => [],
      now: () => NOW,
    });
    const locked = async () =>
      (await Promise.all([question, answer, other].map((id) => discussions.find(id)))).map(
        (found) => found!.letter.isLocked,
      );
    expect(await locked()).toEqual([false, false, false]);
    await lockThread(store, question, true, ACT);
    expect(await locked()).toEqual([true, true, false]);
    await lockThread(store, question, false, ACT);
    await store.change(({ tx }) =>
      tx.insertInto('locked_discussions').values({ paper: one, at: NOW }).execute(),
    );
    expect(await locked()).toEqual([true, true, true]);
    await followPapers(store);
    expect(await locked()).toEqual([true, true, true]);
  });

  it('reads no other comment to say that a discussion is closed, or that one elsewhere is', async () => {
    await begin();
    await takeIn(store, [{ ...RECORD, identifiers: [arxivName(2)], title: 'Another' }], new Set());
    const { pk: other } = await store.read
      .selectFrom('papers')
      .select('pk')
      .where('pk', '!=', paper)
      .executeTakeFirstOrThrow();
    await write('A question.');
    const far = await write('Elsewhere.', { paper: other });
    const asked = async () => {
      const { db, queries } = counting(store.read);
      const { letters } = await discussionOf(db, paper, null);
      return [letters.map(({ isLocked }) => isLocked), queries().length] as const;
    };
    const [before, few] = await asked();
    expect(before).toEqual([false]);
    await lockThread(store, far, true, ACT);
    await lockDiscussion(store, other, true, ACT);
    expect(await asked()).toEqual([[false], few]);
    await lockDiscussion(store, paper, true, ACT);
    expect(await asked()).toEqual([[true], few]);
  });

  it('is found on its paper by as many queries, however many papers there are', async () => {
    await begin();
    const discussions = (db = store.read) =>
      discussionsIn({
        store: Object.create(store, { read: { value: db } }) as Store,
        ...{ render: async (text: string) => text, namesIn: () => [], now: () => NOW },
      });
    const papers = async () => {
      const rows = await store.read.selectFrom('papers').select('pk').orderBy('pk').execute();
      return rows.map(({ pk }) => pk);
    };
    const asked = async () => {
      const { db, queries } = counting(store.read);
      const written = await discussions(db).by(ada, 50);
      const voted = await votesBy(db, ada, 50);
      expect(new Set(written.map((placed) => placed.paper))).toEqual(new Set(voted));
      return [voted.length, queries().length] as const;
    };
    const act = async (one: number, at: number) => {
      await write('Mine.', { paper: one, at });
      await castVote(store, { paper: one, voter: ada, at });
    };
    await act(paper, NOW);
    const [one, few] = await asked();
    expect(one).toBe(1);
    const more = [2, 3, 4, 5, 6].map((n) => ({ ...RECORD, identifiers: [arxivName(n)], title: `Part ${n}` }));
    await takeIn(store, more, new Set());
    for (const [i, pk] of (await papers()).entries()) if (pk !== paper) await act(pk, NOW + i);
    expect(await asked()).toEqual([6, few]);
  });

  it('is for its reader what they may do with it, without a text being read', async () => {
    await begin();
    const [mine, theirs] = [await write('Mine.'), await write('Theirs.', { author: eve, at: NOW + 1 })];
    await react(store, { comment: theirs, account: ada, kind: 'agree', isOn: true, at: NOW });
    const { db, queries } = counting(store.read);
    const own = await discussionsIn({
      store: Object.create(store, { read: { value: db } }) as Store,
      ...{ render: async (text: string) => text, namesIn: () => [], now: () => NOW },
    }).own(ada, [mine, theirs]);
    expect(own).toMatchObject([
      { letter: { id: mine, isLocked: false }, isOwn: true, reactions: [] },
      {
        letter: { id: theirs, reactions: [{ kind: 'agree', count: 1 }] },
        isOwn: false,
        reactions: ['agree'],
      },
    ]);
    expect(queries().filter((text) => /"(text|html)"|\*.* from "comments"/.test(text))).toEqual([]);
    await setCommentState(store, mine, 'hidden');
    expect(
      await discussionsIn({
        store,
        ...{ render: async (text: string) => text, namesIn: () => [], now: () => NOW },
      }).own(ada, [mine]),
    ).toMatchObject([{ isOwn: false, letter: { author: null, writer: null } }]);
  });

  it('has at most 200 levels of replies below it, and the last can still be edited', async () => {
    await begin();
    const ids = [await write('0')];
    const row = { paper, author: ada, text: '', html: null, state: 'shown', created: OLD, edited: null };
    await store.change(async ({ tx }) => {
      for (let level = 1; level < 200; level++) {
        ids.push(`level-${level}`);
        await tx
          .insertInto('comments')
          .values({ ...row, id: ids.at(-1)!, parent: ids.at(-2)!, form_key: null, locked: 0 })
          .execute();
      }
    });
    const last = await write('The last.', { parent: ids.at(-1)! });
    await expect(write('One more.', { parent: last })).rejects.toMatchObject({
      why: 'forbidden',
      message: expect.stringContaining('too long'),
    });
    await editComment(store, last, { text: 'Edited.', author: ada, at: NOW });
    await lockThread(store, ids[0]!, true, ACT);
    await expect(editComment(store, last, { text: 'Again.', author: ada, at: NOW })).rejects.toThrow(
      'thread is closed',
    );
  });

  it('can be edited so many times, and waiting does not help', async () => {
    await begin();
    const id = await write('0');
    const version = { comment: id, text: 'Before.', html: null, at: OLD };
    await store.change(({ tx }) =>
      tx
        .insertInto('comment_versions')
        .values(Array.from({ length: 100 }, (_, number) => ({ ...version, number })))
        .execute(),
    );
    await expect(editComment(store, id, { text: 'Once more.', author: ada, at: NOW })).rejects.toMatchObject({
      why: 'forbidden',
      status: 403,
      message: 'A comment can be edited at most 100 times.',
    });
  });

  it('is refused to silenced accounts, and to those that have written enough for now', async () => {
    await begin();
    await changeAccount(store, eve, { state: 'silenced' }, { actor: null, reason: 'why', at: NOW });
    await expect(write('Hello.', { author: eve })).rejects.toThrow('silenced');
    const { id: fresh } = await createAccount(store, { displayName: 'New' }, NOW);
    const id = await write('0', { author: fresh });
    for (let i = 1; i < LIMITS.fresh.hour - 2; i++) await write(`${i}`, { author: fresh, at: NOW + i });
    // An edit counts like a comment, and deleting brings nothing back.
    await editComment(store, id, { text: 'edited', author: fresh, at: NOW + 10 });
    await deleteComment(store, id, fresh);
    await write('6', { author: fresh, at: NOW + 11 });
    await expect(write('7', { author: fresh, at: NOW + 12 })).rejects.toMatchObject({
      why: 'limit',
      wait: 3600,
    });
    await write('8', { author: fresh, at: NOW + HOUR + 12 });
    await write('Of somebody else.', { at: NOW + 12 });
  });

  it('is refused to accounts that have edited enough for now, whatever was deleted since', async () => {
    await begin();
    const { id: fresh } = await createAccount(store, { displayName: 'New' }, NOW);
    const id = await write('0', { author: fresh });
    for (let i = 1; i < LIMITS.fresh.hour; i++)
      await editComment(store, id, { text: `${i}`, author: fresh, at: NOW + i });
    await deleteComment(store, id, fresh);
    await expect(write('More.', { author: fresh, at: NOW + 10 })).rejects.toMatchObject({ why: 'limit' });
    const rows = await store.read.selectFrom('comment_versions').select(['text', 'html']).execute();
    expect(rows).toEqual(rows.map(() => ({ text: '', html: null })));
  });

  it('is reacted to once by each, and reactions are taken back', async () => {
    await begin();
    const comment = await write('Mine.');
    const by = (account: number, isOn: boolean) =>
      react(store, { comment, account, kind: 'agree', isOn, at: NOW });
    await Promise.all([by(ada, true), by(eve, true), by(eve, true)]);
    const reactions = async () => (await discussionOf(store.read, paper, null)).letters[0]!.reactions;
    expect(await reactions()).toEqual([{ kind: 'agree', count: 2 }]);
    await by(eve, false);
    expect(await reactions()).toEqual([{ kind: 'agree', count: 1 }]);
    await deleteComment(store, comment, ada);
    await expect(by(eve, true)).rejects.toThrow('does not exist');
  });

  it('says what has become of what it quotes', async () => {
    await begin();
    const first = { text: 'We say one thing. Then we say another.', version: 1 };
    const id = await write('> We say one thing.\n\nDo you?\n\n> no such sentence here', { abstract: first });
    const quotes = async (text: string, version: number | null) =>
      (await discussionOf(store.read, paper, { text, version })).letters[0]!.quotes;
    expect(await quotes(first.text, 1)).toMatchObject([{ text: 'We say one thing.', state: 'unchanged' }]);
    expect(await quotes('We say only one thing. Then we say another.', 2)).toMatchObject([
      { state: 'changed', versions: { quoted: 1, present: 2 }, span: { start: 0, end: 22 } },
    ]);
    expect(await quotes('Then we say another.', null)).toMatchObject([
      { state: 'gone', span: null, versions: null },
    ]);
    // An edit quotes what the abstract says then.
    await editComment(store, id, { text: 'No quote.', author: ada, abstract: first, at: NOW });
    expect(await quotes(first.text, 1)).toEqual([]);
  });

  it('of an account that is deleted stays without a name, or goes as well, as it chooses', async () => {
    await begin();
    const id = await write('Staying.');
    await write('A reply.', { parent: id, author: eve });
    await react(store, { comment: id, account: eve, kind: 'thanks', isOn: true, at: NOW });
    await deleteAccount(store, ada);
    await deleteAccount(store, eve, 'delete');
    expect(await shown()).toEqual(['0 shown -: Staying.', '1 deleted -: ']);
    expect((await discussionOf(store.read, paper, null)).letters[0]!.reactions).toEqual([]);
    expect(await counted()).toBe(1);
    const rows = await store.read.selectFrom('comments').select('author').execute();
    expect(rows).toEqual([{ author: null }, { author: null }]);
  });
});
