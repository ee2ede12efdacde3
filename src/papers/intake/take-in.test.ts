import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { writeComment } from '../../community/comments.ts';
import { castVote } from '../../community/votes.ts';
import { toExport } from '../../formats/write.ts';
import type { Store } from '../../store/open.ts';
import { everyPaper } from '../lists/everything.ts';
import type { PaperRecord } from '../types.ts';
import { takeIn } from './take-in.ts';

const record = (id: string, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'jsonl',
  identifiers: [{ scheme: 'arxiv', value: id }],
  title: `A study of subject ${id}`,
  published: '2026-06-01',
  ...more,
});

async function contents(store: Store): Promise<string[]> {
  const lines: string[] = [];
  await store.snapshot(async (db) => {
    for await (const { paper, tallies } of everyPaper(db))
      lines.push(JSON.stringify(toExport(paper, { tallies })));
  });
  return lines;
}

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const papers = async () => {
    const rows = await store.read.selectFrom('papers').selectAll().orderBy('id').execute();
    return rows.map((row) => ({ ...row, identifiers: JSON.parse(row.identifiers) as unknown[] }));
  };

  describe('storing records', () => {
    it('creates a paper, and the same record again changes nothing', async () => {
      expect(await takeIn(store, [record('2606.00001')], new Set())).toMatchObject({ imported: 1 });
      const seq = await store.seq();
      expect(await takeIn(store, [record('2606.00001')], new Set())).toMatchObject({
        unchanged: 1,
        imported: 0,
      });
      expect(await store.seq()).toBe(seq);
    });

    it('replaces what a source said before with what it says now', async () => {
      await takeIn(store, [record('2606.00001', { abstract: 'First.', doi: 1 } as never)], new Set());
      const intake = await takeIn(store, [record('2606.00001', { title: 'Another title' })], new Set());
      expect(intake).toMatchObject({ updated: 1 });
      expect(await papers()).toMatchObject([{ title: 'Another title', abstract: null }]);
    });

    it('keeps what a less trusted source says now, though none of it shows, and stores it only once', async () => {
      const id = '2606.00001';
      const hub = (title: string) => takeIn(store, [record(id, { source: 'hf', title })], new Set());
      await takeIn(store, [record(id, { source: 'arxiv' })], new Set());
      await hub('One title');
      expect(await hub('Another title')).toMatchObject({ updated: 1 });
      expect(await hub('Another title')).toMatchObject({ updated: 0, unchanged: 1 });
    });

    it('counts the same line twice in one batch once', async () => {
      const intake = await takeIn(store, [record('2606.00001'), record('2606.00001')], new Set());
      expect(intake).toEqual({ imported: 1, unchanged: 1, updated: 0, merged: 0 });
      expect(await papers()).toHaveLength(1);
    });

    it('joins what two sources say about one paper, the more trusted first', async () => {
      await takeIn(
        store,
        [record('2606.00001', { source: 'bibtex', title: 'a STUDY', journal: 'J. Tests' })],
        new Set(),
      );
      const arxiv = record('2606.00001', { source: 'arxiv', title: 'A study', categories: ['cs.CL'] });
      expect(await takeIn(store, [arxiv], new Set())).toMatchObject({ merged: 1 });
      expect(await papers()).toMatchObject([
        { title: 'A study', journal: 'J. Tests', categories: '["cs.CL"]' },
      ]);
    });

    it('unites two papers when a third record says they are one, keeping votes and comments', async () => {
      const doi = { scheme: 'doi', value: '10.1000/x' } as const;
      await takeIn(store, [record('2606.00001', { upvotes: 3, comments: 1 })], new Set());
      await takeIn(
        store,
        [record('', { identifiers: [doi], title: 'The published form of it', upvotes: 4 })],
        new Set(),
      );
      const [first, second] = (await store.read
        .selectFrom('papers')
        .select('pk')
        .orderBy('pk')
        .execute()) as [{ pk: number }, { pk: number }];
      const vote = (paper: number, voter: number) => castVote(store, { paper, voter, at: 1 });
      for (const [paper, voter] of [
        [first.pk, 1],
        [first.pk, 2],
        [second.pk, 2],
        [second.pk, 3],
      ] as const)
        await vote(paper, voter);
      await writeComment(store, { paper: second.pk, author: 1, text: 'Good.', at: 1 });
      const both = record('2606.00001', {
        source: 'crossref',
        identifiers: [{ scheme: 'arxiv', value: '2606.00001' }, doi],
      });
      expect(await takeIn(store, [both], new Set())).toMatchObject({ merged: 1 });
      // 3 + 4 counted elsewhere by one source under two names, and three readers here.
      expect(await papers()).toMatchObject([{ id: '2606.00001', upvotes: 7 + 3, comments: 1 + 1 }]);
      expect(await store.read.selectFrom('tombstones').selectAll().execute()).toHaveLength(1);
      const found = await store.read
        .selectFrom('identifiers')
        .select('paper_pk')
        .where('scheme', '=', 'doi')
        .execute();
      expect(found).toEqual([{ paper_pk: first.pk }]);
    });

    it('uses the highest of several sources’ vote counts, not the sum', async () => {
      await takeIn(
        store,
        [record('2606.00001', { source: 'hf', upvotes: 12 }), record('2606.00001', { upvotes: 9 })],
        new Set(),
      );
      expect(await papers()).toMatchObject([{ upvotes: 12 }]);
    });

    it('recognises a paper without identifiers by its title, whichever comes first', async () => {
      const weak = record('', {
        source: 'starter',
        identifiers: [{ scheme: 'local', value: 'a-long-enough-title' }],
        title: 'A Long-Enough Title of a Paper',
        summary: 'Ours.',
      });
      const strong = record('2606.00007', { title: 'A long enough title of a paper', abstract: 'Theirs.' });
      for (const order of [
        [weak, strong],
        [strong, weak],
      ]) {
        const each = await fresh();
        const other = await each.open();
        for (const one of order) await takeIn(other, [one], new Set());
        const rows = await other.read.selectFrom('papers').selectAll().execute();
        expect(rows).toMatchObject([{ id: '2606.00007', summary: 'Ours.', abstract: 'Theirs.' }]);
        await other.close();
        await each.remove();
      }
    });

    it('gives the same export whatever the order, the batches and the repetitions', async () => {
      const ids = fc.constantFrom('2606.00001', '2606.00002', '2606.00003');
      const dois = fc.constantFrom('10.1/a', '10.1/b');
      const titles = fc.constantFrom(
        'The first of two long titles here',
        'The second of two long titles here',
      );
      const identifiers = fc.oneof(
        ids.map((value) => [{ scheme: 'arxiv' as const, value }]),
        dois.map((value) => [{ scheme: 'doi' as const, value }]),
        fc.tuple(ids, dois).map(([a, d]) => [
          { scheme: 'arxiv' as const, value: a },
          { scheme: 'doi' as const, value: d },
        ]),
        titles.map((title) => [{ scheme: 'local' as const, value: title.slice(4, 10).replace(' ', '-') }]),
      );
      const anyRecord: fc.Arbitrary<PaperRecord> = fc.record(
        {
          source: fc.constantFrom('arxiv' as const, 'hf' as const, 'jsonl' as const, 'starter' as const),
          identifiers,
          title: titles,
          abstract: fc.constantFrom('Short.', 'Somewhat longer.'),
          published: fc.constantFrom('2026-06-01', '2026-06-02'),
          announced: fc.constantFrom('2026-06-02', '2026-06-03'),
          listed: fc.constantFrom('2026-06-04', '2026-06-05'),
          updated: fc.constantFrom('2026-06-06', '2026-06-07'),
        },
        { requiredKeys: ['source', 'identifiers', 'title'] },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(anyRecord, { minLength: 1, maxLength: 7 }),
          fc.infiniteStream(fc.nat()),
          fc.integer({ min: 1, max: 4 }),
          async (records, random, size) => {
            const plain = await fresh();
            const mixed = await fresh();
            const one = await plain.open();
            const two = await mixed.open();
            try {
              await takeIn(one, records, new Set());
              const key = new Map(records.map((item) => [item, random.next().value]));
              const shuffled = [...records, ...records.slice(0, 2)].sort((a, b) => key.get(a)! - key.get(b)!);
              const seen = new Set<number>();
              for (let at = 0; at < shuffled.length; at += size)
                await takeIn(two, shuffled.slice(at, at + size), seen);
              expect(await contents(two)).toEqual(await contents(one));
            } finally {
              await one.close();
              await two.close();
              await plain.remove();
              await mixed.remove();
            }
          },
        ),
        { numRuns: _kind === 'SQLite' ? 150 : 10 },
      );
    });
  });
});
