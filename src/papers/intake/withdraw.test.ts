import { expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { writeComment } from '../../community/comments.ts';
import { castVote } from '../../community/votes.ts';
import type { Store } from '../../store/open.ts';
import { commentsOf } from '../../testing/comments.ts';
import { rowToPaper } from '../rows.ts';
import type { Identifier, Paper, PaperRecord } from '../types.ts';
import { takeIn } from './take-in.ts';
import { markWithdrawn } from './withdraw.ts';

const arxiv: Identifier = { scheme: 'arxiv', value: '2606.00001' };
const doi: Identifier = { scheme: 'doi', value: '10.1000/x' };
const record = (more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'arxiv',
  identifiers: [arxiv],
  title: 'A paper that may go',
  abstract: 'About itself.',
  published: '2026-06-20',
  upvotes: 3,
  ...more,
});

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const paper = async (): Promise<Paper> =>
    rowToPaper(await store.read.selectFrom('papers').selectAll().executeTakeFirstOrThrow());
  const sources = async () =>
    (await store.read.selectFrom('records').select('source').orderBy('source').execute()).map(
      (row) => row.source,
    );

  it('a paper that is not here cannot be marked', async () => {
    expect(await markWithdrawn(store, arxiv, 'arxiv')).toBe(false);
  });

  it('a paper is marked by the source that had it, and keeps everything else', async () => {
    await take(record());
    const before = await paper();
    expect(await markWithdrawn(store, arxiv, 'arxiv')).toBe(true);
    expect(await paper()).toEqual({ ...before, seq: expect.any(Number), withdrawn: true });
    expect(await sources()).toEqual(['arxiv']);
  });

  it('twice is the same as once', async () => {
    await take(record());
    await markWithdrawn(store, arxiv, 'arxiv');
    const seq = await store.seq();
    expect(await markWithdrawn(store, arxiv, 'arxiv')).toBe(true);
    expect(await store.seq()).toBe(seq);
  });

  it('of a paper with several records the source’s own is marked, found by any name', async () => {
    await take(record({ identifiers: [doi, arxiv], source: 'crossref' }), record({ source: 'hf' }));
    const before = await paper();
    expect(await markWithdrawn(store, arxiv, 'crossref')).toBe(true);
    expect(await paper()).toEqual({ ...before, seq: expect.any(Number), withdrawn: true });
    expect(await sources()).toEqual(['crossref', 'hf']);
  });

  it('a record whose key is not the paper’s best name stays one record', async () => {
    await take(record({ identifiers: [doi, arxiv], source: 'crossref' }));
    await markWithdrawn(store, arxiv, 'crossref');
    expect(await sources()).toEqual(['crossref']);
    expect((await paper()).withdrawn).toBe(true);
  });

  it('a source that never mentioned it adds only the mark', async () => {
    await take(record());
    const before = await paper();
    expect(await markWithdrawn(store, arxiv, 'openreview')).toBe(true);
    expect(await paper()).toEqual({
      ...before,
      seq: expect.any(Number),
      withdrawn: true,
      sources: ['arxiv', 'openreview'],
    });
  });

  it('another source that says it is not withdrawn cannot hide it', async () => {
    await take(record({ source: 'hf', withdrawn: false }));
    await markWithdrawn(store, arxiv, 'jsonl');
    expect((await paper()).withdrawn).toBe(true);
  });

  it('votes and comments made here stay, and so do later counts', async () => {
    await take(record(), record({ source: 'hf', upvotes: 9, citations: 4 }));
    await take(record({ source: 'hf', upvotes: 11, citations: 5 }));
    const { pk } = await paper();
    await castVote(store, { paper: pk, voter: 1, at: 1 });
    await writeComment(store, { paper: pk, author: 1, text: 'Good.', at: 1 });
    await markWithdrawn(store, arxiv, 'hf');
    expect(await paper()).toMatchObject({ withdrawn: true, upvotes: 12, comments: 1, citations: 5 });
    expect(await commentsOf(store.read, pk)).toMatchObject([{ text: 'Good.', state: 'shown' }]);
  });

  it('the mark is removed when the source brings the paper again', async () => {
    await take(record());
    await markWithdrawn(store, arxiv, 'arxiv');
    await take(record());
    expect((await paper()).withdrawn).toBe(false);
  });
});
