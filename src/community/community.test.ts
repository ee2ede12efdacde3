import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth, type TestDatabase } from '../../test/databases.ts';
import { countGiven } from '../papers/counting.ts';
import { mergePapers, splitPaper } from '../papers/intake/decisions.ts';
import { takeIn } from '../papers/intake/take-in.ts';
import { trendingKey } from '../papers/ranking.ts';
import type { PaperRecord } from '../papers/types.ts';
import { backUp, restore } from '../store/backup.ts';
import type { Store } from '../store/open.ts';
import { commentsOf } from '../testing/comments.ts';
import { arxivId, arxivName, recordOf } from '../testing/records.ts';
import { editComment, setCommentState, writeComment } from './comments.ts';
import { moveTo, NoSuchPaper } from './papers.ts';
import { changesSince, tallies } from './tallies.ts';
import { castVote, hasVoted, votesOf, withdrawVote } from './votes.ts';

const record = (number: number, more: Partial<PaperRecord> = {}): PaperRecord =>
  recordOf(number, {
    title: `On the voting habits of readers, part ${number}`,
    authors: ['Ada Lovelace'],
    published: '2026-06-01',
    listed: '2026-06-26',
    ...more,
  });
const name = arxivName;

onBoth((kind, fresh) => {
  let store: Store;
  let database: TestDatabase;
  eachTime(fresh, (opened, one) => {
    store = opened;
    database = one;
  });

  /** Imports papers and returns their keys. */
  async function papers(...records: PaperRecord[]): Promise<number[]> {
    await takeIn(store, records, new Set());
    const rows = await store.read.selectFrom('papers').select('pk').orderBy('id').execute();
    return rows.map(({ pk }) => pk);
  }
  const vote = (paper: number, voter: number, at = voter) => castVote(store, { paper, voter, at });
  const shown = (from = store) =>
    from.read.selectFrom('papers').select(['id', 'upvotes', 'comments', 'hot']).orderBy('id').execute();
  const votesHere = async (paper: number) => (await tallies(store.read, [paper])).get(paper)?.votes ?? 0;

  describe('a vote', () => {
    it('counts once however often it is cast, and is withdrawn once', async () => {
      const [paper] = (await papers(record(1))) as [number];
      expect(await vote(paper, 7, 100)).toEqual({ changed: true, votes: 1 });
      expect(await vote(paper, 7, 200)).toEqual({ changed: false, votes: 1 });
      expect(await vote(paper, 8, 300)).toEqual({ changed: true, votes: 2 });
      expect(await votesOf(store.read, paper)).toEqual([
        { voter: 8, time: 300 },
        { voter: 7, time: 100 },
      ]);
      expect(await withdrawVote(store, { paper, voter: 7 })).toEqual({ changed: true, votes: 1 });
      expect(await withdrawVote(store, { paper, voter: 7 })).toEqual({ changed: false, votes: 1 });
      expect([await hasVoted(store.read, 7, paper), await hasVoted(store.read, 8, paper)]).toEqual([
        false,
        true,
      ]);
    });

    it('is refused for a paper that is not here', async () => {
      await expect(vote(99, 1)).rejects.toThrow(NoSuchPaper);
      expect(await store.read.selectFrom('votes').selectAll().execute()).toEqual([]);
    });

    it('is counted exactly when many are cast at once, through several processes', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      const other = await database.open();
      const all = Array.from({ length: 60 }, (_, voter) => voter);
      await Promise.all(
        all.flatMap((voter) => [
          castVote(voter % 2 ? store : other, { paper: one, voter, at: 1 }),
          // The same reader twice at the same moment.
          castVote(voter % 2 ? other : store, { paper: one, voter, at: 1 }),
          voter % 3 ? castVote(other, { paper: two, voter, at: 1 }) : undefined,
        ]),
      );
      expect(await tallies(store.read, [one, two])).toEqual(
        new Map([
          [one, { votes: 60, discount: 0, comments: 0 }],
          [two, { votes: 40, discount: 0, comments: 0 }],
        ]),
      );
      await other.close();
    });

    it('changes totals, and with them the places in lists, as soon as it is counted', async () => {
      const [one, two] = (await papers(record(1, { source: 'hf', upvotes: 5 }), record(2))) as [
        number,
        number,
      ];
      const before = await store.seq();
      for (const voter of [1, 2, 3]) await vote(two, voter);
      await vote(one, 1);
      // A vote is not a change to papers: it makes no page and no index stale.
      expect(await store.seq()).toBe(before);
      expect(await countGiven(store)).toBe(2);
      expect(await shown()).toMatchObject([
        { upvotes: 6, hot: trendingKey({ upvotes: 6, day: '2026-06-26' }) },
        { upvotes: 3, hot: trendingKey({ upvotes: 3, day: '2026-06-26' }) },
      ]);
      expect(await store.seq()).toBe(before + 1);
      expect(await store.read.selectFrom('order_log').select(['paper_pk', 'upvotes']).execute()).toEqual(
        expect.arrayContaining([
          { paper_pk: one, upvotes: 5 },
          { paper_pk: two, upvotes: 0 },
        ]),
      );
      await withdrawVote(store, { paper: one, voter: 1 });
      expect([await countGiven(store), await countGiven(store)]).toEqual([1, 0]);
      expect((await shown())[0]).toMatchObject({ upvotes: 5 });
      // An import of the paper gives the same total.
      await papers(record(2, { abstract: 'Now with an abstract.' }));
      expect((await shown())[1]).toMatchObject({ upvotes: 3 });
    });

    it('is counted in steps that miss nobody', async () => {
      const keys = await papers(...Array.from({ length: 9 }, (_, number) => record(number)));
      for (const paper of keys) await vote(paper, 1);
      const first = await changesSince(store.read, 0, 4);
      expect(first!.papers).toHaveLength(4);
      expect(await countGiven(store, 2)).toBe(9);
      expect((await shown()).map(({ upvotes }) => upvotes)).toEqual(Array(9).fill(1));
    });

    it('that fails halfway leaves nothing behind', async () => {
      const [paper] = (await papers(record(1))) as [number];
      await vote(paper, 1);
      const broken: Store = {
        ...store,
        write: new Proxy(store.write, {
          get: (db, property) =>
            property !== 'transaction'
              ? Reflect.get(db, property)
              : () => ({
                  execute: (work: (tx: unknown) => Promise<unknown>) =>
                    db.transaction().execute(async (tx) => {
                      await work(tx);
                      throw new Error('killed');
                    }),
                }),
        }),
      };
      await expect(castVote(broken, { paper, voter: 2, at: 1 })).rejects.toThrow('killed');
      expect([await votesHere(paper), (await votesOf(store.read, paper)).length]).toEqual([1, 1]);
      expect((await changesSince(store.read, 0, 10))!.papers).toEqual([paper]);
    });

    it.runIf(kind === 'PostgreSQL')('does not wait for an import, nor an import for a vote', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      await vote(one, 1);
      const { promise: end, resolve: finish } = Promise.withResolvers<void>();
      const { promise: written, resolve: isWritten } = Promise.withResolvers<void>();
      const importing = store.change(async ({ tx, seq, touch }) => {
        touch('papers');
        await tx.updateTable('papers').set({ seq }).execute();
        await moveTo(tx, two, one);
        isWritten();
        await end;
      });
      await written;
      // All of these end while the import holds its locks on every paper.
      expect(await vote(one, 2)).toEqual({ changed: true, votes: 2 });
      expect(await vote(two, 2)).toEqual({ changed: true, votes: 1 });
      expect(await withdrawVote(store, { paper: one, voter: 1 })).toEqual({ changed: true, votes: 1 });
      await writeComment(store, { paper: two, author: 2, text: 'Mid-import.', at: 1 });
      finish();
      await importing;

      const voting = Promise.withResolvers<void>();
      const held = store.write.transaction().execute(async (tx) => {
        await tx
          .updateTable('counters')
          .set((e) => ({ value: e('value', '+', 1) }))
          .where('name', '=', 'community')
          .execute();
        await tx.updateTable('given').set({ votes: 1 }).where('paper', '=', one).execute();
        await voting.promise;
      });
      expect(
        await takeIn(store, [record(1, { abstract: 'While somebody votes.' })], new Set()),
      ).toMatchObject({ updated: expect.anything() });
      voting.resolve();
      await held;
    });
  });

  describe('a comment', () => {
    it('is part of a thread, can be edited, hidden and deleted, and counts while it is shown', async () => {
      const [paper, other] = (await papers(record(1), record(2))) as [number, number];
      const id = await writeComment(store, { paper, author: 1, text: 'A question.', at: 1 });
      const reply = await writeComment(store, { paper, author: 2, text: 'An answer.', parent: id, at: 2 });
      await expect(
        writeComment(store, { paper: other, author: 2, text: 'Lost.', parent: id, at: 3 }),
      ).rejects.toThrow(NoSuchPaper);
      await editComment(store, id, { text: 'A better question.', at: 4 });
      expect(await setCommentState(store, reply, 'hidden')).toBe(true);
      await countGiven(store);
      expect((await shown())[0]).toMatchObject({ comments: 1 });
      expect(await setCommentState(store, reply, 'shown')).toBe(true);
      expect(await setCommentState(store, id, 'deleted')).toBe(true);
      expect(await setCommentState(store, id, 'shown')).toBe(false);
      await expect(editComment(store, id, { text: 'Back.', at: 5 })).rejects.toThrow('no longer exists');
      expect(await commentsOf(store.read, paper)).toMatchObject([
        { id, parent: null, text: '', state: 'deleted', edited: 4 },
        { id: reply, parent: id, text: 'An answer.', state: 'shown', edited: null },
      ]);
      await countGiven(store);
      expect((await shown())[0]).toMatchObject({ comments: 1 });
    });
  });

  describe('merging papers', () => {
    it('unites their voters, and a reader counts once, both before and after votes have followed', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      for (const voter of [1, 2]) await vote(one, voter, 10 * voter);
      for (const voter of [2, 3]) await vote(two, voter, voter);
      const id = await writeComment(store, { paper: two, author: 3, text: 'Of the second.', at: 1 });
      await mergePapers(store, name(1), name(2));
      const isUnited = async () => {
        expect(await shown()).toMatchObject([{ id: arxivId(1), upvotes: 3, comments: 1 }]);
        expect(await tallies(store.read, [one])).toEqual(
          new Map([[one, { votes: 3, discount: 0, comments: 1 }]]),
        );
        expect(await votesOf(store.read, one)).toEqual([
          { voter: 1, time: 10 },
          { voter: 3, time: 3 },
          { voter: 2, time: 2 },
        ]);
        expect(await commentsOf(store.read, one)).toMatchObject([{ id }]);
      };
      await isUnited();
      // A vote through either paper is one for the survivor.
      expect(await vote(two, 3)).toEqual({ changed: false, votes: 3 });
      await countGiven(store);
      await isUnited();
      expect(await store.read.selectFrom('votes').select('paper').distinct().execute()).toEqual([
        { paper: one },
      ]);
      expect(await vote(two, 4)).toEqual({ changed: true, votes: 4 });
    });

    it('removes a vote withdrawn before votes have followed from both', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      await vote(one, 1);
      await vote(two, 1);
      await mergePapers(store, name(1), name(2));
      expect(await withdrawVote(store, { paper: one, voter: 1 })).toEqual({ changed: true, votes: 0 });
      await countGiven(store);
      expect(await shown()).toMatchObject([{ upvotes: 0 }]);
      expect(await store.read.selectFrom('votes').selectAll().execute()).toEqual([]);
    });

    it('again and again leads to the last survivor', async () => {
      const keys = await papers(record(1), record(2), record(3));
      await vote(keys[2]!, 1);
      await mergePapers(store, name(2), name(3));
      await vote(keys[1]!, 2);
      await mergePapers(store, name(1), name(2));
      expect(await shown()).toMatchObject([{ upvotes: 2 }]);
      await countGiven(store);
      expect(await votesHere(keys[0]!)).toBe(2);
    });

    it('counts a vote that arrived for the other paper while it was being merged away', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      await mergePapers(store, name(1), name(2));
      // As left by a vote that looked up the paper just before the merge was committed.
      await store.write.insertInto('votes').values({ paper: two, voter: 1, time: 1 }).execute();
      await store.write.insertInto('given').values({ paper: two, votes: 1, comments: 0, seq: 2 }).execute();
      await store.write.updateTable('counters').set({ value: 2 }).where('name', '=', 'community').execute();
      expect(await countGiven(store)).toBe(1);
      expect([await votesHere(one), await shown()]).toMatchObject([1, [{ upvotes: 1 }]]);
    });

    it('and splitting again leaves votes and comments with the paper that keeps its address', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      await vote(one, 1);
      await vote(two, 2);
      await writeComment(store, { paper: two, author: 2, text: 'Good.', at: 1 });
      await mergePapers(store, name(1), name(2));
      await countGiven(store);
      await splitPaper(store, name(1), []);
      await countGiven(store);
      expect(await shown()).toMatchObject([
        { id: arxivId(1), upvotes: 2, comments: 1 },
        { id: arxivId(2), upvotes: 0, comments: 0 },
      ]);
    });
  });

  it('data from an older database is migrated when it is opened', async () => {
    const target = await fresh();
    const db = await target.openBefore('votes and comments of readers');
    for (const pk of [1, 2])
      await sql`INSERT INTO papers (pk, id, weak, title, authors, organizations, categories, keywords, identifiers,
          published_precision, announced, late, links, figures, withdrawn, upvotes, comments, hot, sources,
          created_seq, seq)
        VALUES (${pk}, ${arxivId(pk)}, 0, 'Old', '[]', '[]', '[]', '[]', '[]', 'day', '', 0, '[]', '[]', 0, 2, 1, 0,
          '[]', 1, 1)`.execute(db);
    await sql`INSERT INTO votes (paper_pk, voter, cast_at) VALUES (1, 'ada', 1), (1, 'grace', 2), (2, 'ada', 3)`.execute(
      db,
    );
    await sql`INSERT INTO comments (id, paper_pk, author, body, written_at)
      VALUES ('c1', 1, 'mary', 'Good.', 5)`.execute(db);
    await db.destroy();
    const opened = await target.open();
    expect(await tallies(opened.read, [1, 2])).toEqual(
      new Map([
        [1, { votes: 2, discount: 0, comments: 1 }],
        [2, { votes: 1, discount: 0, comments: 0 }],
      ]),
    );
    const readers = await opened.read.selectFrom('named_readers').selectAll().orderBy('name').execute();
    expect(readers).toEqual([
      { id: -1, name: 'ada' },
      { id: -2, name: 'grace' },
      { id: -3, name: 'mary' },
    ]);
    expect(await votesOf(opened.read, 1)).toEqual([
      { voter: -2, time: 2 },
      { voter: -1, time: 1 },
    ]);
    expect(await commentsOf(opened.read, 1)).toEqual([
      {
        ...{ id: 'c1', paper: 1, parent: null, author: -3, text: 'Good.' },
        ...{ state: 'shown', created: 5, edited: null },
      },
    ]);
    // Their totals already include these.
    expect(await countGiven(opened)).toBe(0);
    await opened.close();
    await target.remove();
  });

  describe('backup and restore', () => {
    it('keep votes, threads and what has not been counted yet', async () => {
      const [one, two] = (await papers(record(1), record(2))) as [number, number];
      await vote(one, 1);
      await vote(two, 1);
      await countGiven(store);
      await withdrawVote(store, { paper: two, voter: 1 });
      await vote(one, 2);
      const id = await writeComment(store, { paper: one, author: 1, text: 'Good.', at: 1 });
      await writeComment(store, { paper: one, author: 2, text: 'Indeed.', parent: id, at: 2 });
      const path = join(database.env.DATA_DIR, 'backup.jsonl.gz');
      await backUp(store, path);
      const target = await fresh();
      const copy = await target.open();
      await restore(copy, path);
      expect(await commentsOf(copy.read, one)).toEqual(await commentsOf(store.read, one));
      await countGiven(copy);
      await countGiven(store);
      expect(await shown(copy)).toEqual(await shown());
      expect(await castVote(copy, { paper: one, voter: 2, at: 9 })).toEqual({ changed: false, votes: 2 });
      await copy.close();
      await target.remove();
    });

    it('read an older backup, in which readers were only names', async () => {
      const [one, two] = (await papers(record(1), record(2, { source: 'hf', upvotes: 4 }))) as [
        number,
        number,
      ];
      const path = join(database.env.DATA_DIR, 'backup.jsonl.gz');
      await backUp(store, path);
      writeFileSync(path, asBefore(readFileSync(path), [one, two]));
      const target = await fresh();
      const copy = await target.open();
      await restore(copy, path);
      await countGiven(copy);
      expect(await shown(copy)).toMatchObject([
        { upvotes: 2, comments: 1 },
        { upvotes: 5, comments: 0 },
      ]);
      const readers = await copy.read.selectFrom('named_readers').select(['id', 'name']).execute();
      expect(readers.map((reader) => reader.name).sort()).toEqual(['ada', 'grace', 'mary']);
      expect(readers.every((reader) => reader.id < 0)).toBe(true);
      const mary = readers.find((reader) => reader.name === 'mary')!.id;
      expect(await commentsOf(copy.read, one)).toMatchObject([
        { id: 'c1', author: mary, text: 'Good.', state: 'shown', created: 5 },
      ]);
      expect((await votesOf(copy.read, one)).map(({ time }) => time)).toEqual([2, 1]);
      await copy.close();
      await target.remove();
    });
  });
});

/** A backup as an earlier version wrote it: without the new tables, and with rows in those they replace. */
function asBefore(bytes: Buffer, [one, two]: [number, number]): Buffer {
  const NEW = new Set(['named_readers', 'votes', 'comments', 'given', 'moved_papers']);
  const lines: string[] = [];
  let left = 0;
  let isNew = false;
  for (const line of gunzipSync(bytes).toString().trimEnd().split('\n')) {
    const value = JSON.parse(line);
    if (value.table) isNew = NEW.has(value.table);
    if (!isNew) lines.push(line);
    else if (Array.isArray(value)) left++;
  }
  lines.pop();
  const old: unknown[] = [
    { table: 'votes', columns: ['paper_pk', 'voter', 'cast_at'] },
    [one, 'ada', 1],
    [one, 'grace', 2],
    [two, 'ada', 3],
    { table: 'comments', columns: ['id', 'paper_pk', 'author', 'body', 'written_at'] },
    ['c1', one, 'mary', 'Good.', 5],
  ];
  lines.push(...old.map((line) => JSON.stringify(line)));
  const text = `${lines.join('\n')}\n`;
  const rows = lines.filter((line) => line.startsWith('[')).length;
  const sha256 = createHash('sha256').update(text).digest('hex');
  expect(left).toBe(0);
  return gzipSync(`${text}${JSON.stringify({ rows, sha256 })}\n`);
}
