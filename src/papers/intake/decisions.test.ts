import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { writeComment } from '../../community/comments.ts';
import { castVote } from '../../community/votes.ts';
import { backUp, restore } from '../../store/backup.ts';
import type { Store } from '../../store/open.ts';
import { parseIdentifier } from '../identifiers.ts';
import type { PaperRecord } from '../types.ts';
import { CannotDecide, mergePapers, splitPaper } from './decisions.ts';
import { doubts } from './doubts.ts';
import { ownName } from './own-ids.ts';
import { takeIn } from './take-in.ts';
import { together } from './together.ts';

type Given = Partial<Omit<PaperRecord, 'identifiers'>> & { ids?: string[] };

function record({ ids = [], ...more }: Given): PaperRecord {
  const said = { title: 'On the stability of analytical engines', authors: ['Ada Lovelace'], ...more };
  const identifiers = ids.length > 0 ? ids.map((id) => parseIdentifier(id)!) : [ownName(said)];
  return { source: 'crossref', ...said, identifiers };
}

const id = (text: string) => parseIdentifier(text)!;
const arxiv: Given = { source: 'arxiv', ids: ['2606.00001', '10.1000/x'], published: '2026-06-01' };
const crossref: Given = { ids: ['10.1000/x'], journal: 'J. Engines' };
const other: Given = { source: 'arxiv', ids: ['2606.00002'], title: 'On engines, once more and for good' };

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const take = (...given: Given[]) => takeIn(store, given.map(record), new Set());
  const papers = async (from = store) =>
    (await from.read.selectFrom('papers').select('id').orderBy('id').execute()).map((row) => row.id);
  const leadsTo = async (value: string) =>
    (
      await store.read
        .selectFrom('identifiers')
        .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
        .select('papers.id')
        .where('value', '=', value)
        .executeTakeFirst()
    )?.id;

  describe('merging', () => {
    it('makes two papers one, even with two arXiv ids, and both addresses lead to it', async () => {
      await take(arxiv, other);
      const merged = await mergePapers(store, id('2606.00001'), id('2606.00002'));
      expect(merged).toMatchObject({
        id: '2606.00001',
        records: ['arxiv/arxiv:2606.00001', 'arxiv/arxiv:2606.00002'],
      });
      expect(await papers()).toEqual(['2606.00001']);
      expect(await leadsTo('2606.00002')).toBe('2606.00001');
    });

    it('keeps votes and comments', async () => {
      await take(arxiv, other);
      const rows = await store.read.selectFrom('papers').select('pk').orderBy('id').execute();
      await castVote(store, { paper: rows[1]!.pk, voter: 1, at: 1 });
      await writeComment(store, { paper: rows[1]!.pk, author: 1, text: 'Good.', at: 1 });
      await mergePapers(store, id('2606.00001'), id('2606.00002'));
      const [paper] = await store.read.selectFrom('papers').select(['upvotes', 'comments']).execute();
      expect(paper).toEqual({ upvotes: 1, comments: 1 });
    });

    it('holds when the same is imported again, and when a record of either changes', async () => {
      await take(arxiv, crossref, other);
      await mergePapers(store, id('2606.00001'), id('2606.00002'));
      await take(arxiv, crossref, { ...other, abstract: 'New.' });
      expect(await papers()).toEqual(['2606.00001']);
    });

    it('moves to another database with a backup', async () => {
      await take(arxiv, other);
      await mergePapers(store, id('2606.00001'), id('2606.00002'));
      const target = await fresh();
      const copy = await target.open();
      const path = join(target.env.DATA_DIR, 'backup.jsonl.gz');
      await backUp(store, path);
      await restore(copy, path);
      await takeIn(copy, [record({ ...other, abstract: 'New.' })], new Set());
      expect(await papers(copy)).toEqual(['2606.00001']);
      await copy.close();
      await target.remove();
    });

    it('joins papers without identifiers, and finds the paper by any of its names', async () => {
      const entry: Given = { source: 'bibtex', title: 'Stability of engines' };
      await take(arxiv, entry);
      const own = ownName(record(entry));
      await mergePapers(store, id('10.1000/x'), own);
      expect(await papers()).toEqual(['2606.00001']);
      expect(await leadsTo(own.value)).toBe('2606.00001');
    });

    it('says what is wrong, and changes nothing', async () => {
      await take(arxiv, other);
      const seq = await store.seq();
      const merge = (one: string, two: string) => mergePapers(store, id(one), id(two));
      await expect(merge('2606.00001', '2606.00009')).rejects.toThrow('there is no paper 2606.00009 here');
      await expect(merge('2606.00001', '10.1000/x')).rejects.toThrow('are already one paper');
      await expect(merge('2606.00001', '2606.00001')).rejects.toThrow(CannotDecide);
      const tried = await mergePapers(store, id('2606.00001'), id('2606.00002'), { isDry: true });
      expect(tried.records).toHaveLength(2);
      expect(await papers()).toHaveLength(2);
      expect(await store.seq()).toBe(seq);
    });
  });

  describe('splitting', () => {
    it('undoes what was merged', async () => {
      await take(arxiv, crossref, other);
      await mergePapers(store, id('2606.00002'), id('2606.00001'));
      const made = await splitPaper(store, id('2606.00001'), []);
      expect(made.map((one) => one.id)).toEqual(['2606.00001', '2606.00002']);
      expect(await papers()).toEqual(['2606.00001', '2606.00002']);
      expect(await leadsTo('2606.00002')).toBe('2606.00002');
      expect(await store.read.selectFrom('decisions').selectAll().execute()).toEqual([]);
    });

    it('splits what an identifier joined, for good', async () => {
      await take(arxiv, crossref);
      expect(await papers()).toEqual(['2606.00001']);
      const made = await splitPaper(store, id('2606.00001'), ['crossref/doi:10.1000/x']);
      expect(made.map((one) => one.id)).toEqual(['2606.00001', 'doi:10.1000/x']);
      expect(await leadsTo('10.1000/x')).toBe('doi:10.1000/x');
      // The same again, a change of either, and a third that says they are one.
      await take(arxiv, crossref);
      await take({ ...crossref, journal: 'Another' }, { ...arxiv, abstract: 'New.' });
      await take({ source: 'openalex', ids: ['2606.00001', '10.1000/x'] });
      expect(await papers()).toEqual(['2606.00001', 'doi:10.1000/x']);
    });

    it('splits what a title joined, and is undone by merging', async () => {
      const entry: Given = { source: 'bibtex', published: '2026-01-01', publishedPrecision: 'year' };
      await take(arxiv, entry);
      expect(await papers()).toHaveLength(1);
      const { records } = await together(store, id('2606.00001'));
      expect(records[1]).toMatchObject({
        because: ['title, first author and year, same as arxiv/arxiv:2606.00001'],
      });
      await splitPaper(store, id('2606.00001'), [records[1]!.record]);
      await take(arxiv, { ...entry, abstract: 'New.' });
      expect(await papers()).toEqual(['2606.00001', ownName(record(entry)).value]);
      expect(await doubts(store, 9)).toEqual([]);
      await mergePapers(store, id('2606.00001'), ownName(record(entry)));
      expect(await papers()).toHaveLength(1);
      expect(await store.read.selectFrom('decisions').select('kind').execute()).toEqual([{ kind: 'join' }]);
    });

    it('refuses what cannot be split, and says what is wrong', async () => {
      await take(arxiv, crossref);
      const split = (...labels: string[]) => splitPaper(store, id('2606.00001'), labels);
      await expect(split()).rejects.toThrow('was not merged by hand');
      await expect(split('hf/arxiv:2606.00001')).rejects.toThrow("has no record 'hf/arxiv:2606.00001'");
      await expect(split('arxiv/arxiv:2606.00001', 'crossref/doi:10.1000/x')).rejects.toThrow(
        'nothing would be left',
      );
      await expect(splitPaper(store, id('2606.00009'), [])).rejects.toThrow('there is no paper');
      await splitPaper(store, id('2606.00001'), ['crossref/doi:10.1000/x'], { isDry: true });
      expect(await papers()).toEqual(['2606.00001']);
    });
  });

  it('says why records are together, what they claim and what is kept apart', async () => {
    await take(arxiv, crossref, other);
    await mergePapers(store, id('2606.00001'), id('2606.00002'));
    await splitPaper(store, id('2606.00001'), ['crossref/doi:10.1000/x']);
    expect(await together(store, id('2606.00001'))).toMatchObject({
      id: '2606.00001',
      records: [
        { record: 'arxiv/arxiv:2606.00001', because: ['merged by hand with arxiv/arxiv:2606.00002'] },
        { record: 'arxiv/arxiv:2606.00002', because: ['merged by hand with arxiv/arxiv:2606.00001'] },
      ],
      claims: [{ name: 'doi:10.1000/x', of: 'doi:10.1000/x' }],
      apart: ['crossref/doi:10.1000/x'],
    });
    await expect(together(store, id('2606.00009'))).rejects.toThrow(CannotDecide);
  });

  it('lists possible duplicates: of one title, or that claim one name', async () => {
    await take(
      { source: 'acl', ids: ['acl:W18-6481', '10.1000/y'], title: 'Of engines in general' },
      { source: 'acl', ids: ['acl:W18-6482', '10.1000/y'], title: 'Of bridges in particular' },
      arxiv,
      { source: 'bibtex', authors: ['Charles Babbage'], published: '2020-01-01' },
      { source: 'bibtex', title: 'Introduction to the special issue' },
      { source: 'bibtex', title: 'Introduction to the special issue', authors: ['Charles Babbage'] },
    );
    const found = await doubts(store, 9);
    expect(found.map(({ by, name, papers: all }) => [by, name, all.map((one) => one.title)])).toEqual([
      ['name', 'doi:10.1000/y', ['Of bridges in particular', 'Of engines in general']],
      ['title', null, [record(arxiv).title, record(arxiv).title]],
    ]);
    expect(await doubts(store, 1)).toHaveLength(1);
  });
});
