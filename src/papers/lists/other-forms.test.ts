import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import type { Store } from '../../store/open.ts';
import { parseIdentifier } from '../identifiers.ts';
import { mergePapers, splitPaper } from '../intake/decisions.ts';
import { takeIn } from '../intake/take-in.ts';
import { rowToPaper } from '../rows.ts';
import type { OtherForm, PaperRecord } from '../types.ts';
import { otherForms } from './other-forms.ts';

const PREPRINT = 'doi:10.1101/2026.01.01.573000';
const PRINTED = 'doi:10.1000/journal';
const name = (id: string) => parseIdentifier(id)!;
const form = (as: OtherForm['as'], id: string): OtherForm => ({ ...name(id), as });

const record = (id: string, more: Partial<PaperRecord> = {}): PaperRecord => ({
  source: 'crossref',
  identifiers: [name(id)],
  title: 'First thoughts about the looms of engines',
  authors: ['Ada Lovelace'],
  ...more,
});
/** Neither title nor author says that it is the same work. */
const other: Partial<PaperRecord> = { title: 'How mills come to weave', authors: ['Charles Babbage'] };

onBoth((_kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  const take = (...records: PaperRecord[]) => takeIn(store, records, new Set());
  const ids = async () =>
    (await store.read.selectFrom('papers').select('id').orderBy('id').execute()).map(({ id }) => id);
  /** The other forms of a paper: `publication doi:… here`. */
  async function forms(id: string): Promise<string[]> {
    const row = await store.read
      .selectFrom('papers')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const found = await store.view((db) => otherForms(db, rowToPaper(row)));
    return found.map(
      ({ as, identifier, paper }) =>
        `${as} ${identifier.scheme}:${identifier.value} ${paper ? `is ${paper.id}` : 'is not here'}`,
    );
  }

  describe('a preprint and its publication', () => {
    it.each([
      ['the preprint', [form('publication', PRINTED)], undefined],
      ['the publication', undefined, [form('preprint', PREPRINT)]],
      ['both', [form('publication', PRINTED)], [form('preprint', PREPRINT)]],
    ])('that stay two papers lead to each other where %s says so', async (_, ofPreprint, ofPrinted) => {
      for (const order of [0, 1]) {
        const records = [
          record(PREPRINT, ofPreprint && { sameAs: ofPreprint }),
          record(PRINTED, { ...other, ...(ofPrinted && { sameAs: ofPrinted }) }),
        ];
        if (order === 1) records.reverse();
        for (const one of records) await take(one);
        expect(await ids()).toEqual([PRINTED, PREPRINT]);
        expect(await forms(PREPRINT)).toEqual([`publication ${PRINTED} is ${PRINTED}`]);
        expect(await forms(PRINTED)).toEqual([`preprint ${PREPRINT} is ${PREPRINT}`]);
      }
    });

    it('that are one paper are no other forms of it', async () => {
      await take(record(PREPRINT, { sameAs: [form('publication', PRINTED)] }), record(PRINTED));
      expect(await ids()).toEqual([PRINTED]);
      expect(await forms(PRINTED)).toEqual([]);
    });

    it('are told of where one of them is not here, until it is', async () => {
      await take(record(PREPRINT, { sameAs: [form('publication', PRINTED)] }));
      expect(await forms(PREPRINT)).toEqual([`publication ${PRINTED} is not here`]);
      await take(record(PRINTED, other));
      expect(await forms(PREPRINT)).toEqual([`publication ${PRINTED} is ${PRINTED}`]);
    });

    it('that the operator joined are one, and what the operator parted no longer links', async () => {
      await take(record(PREPRINT, { sameAs: [form('publication', PRINTED)] }), record(PRINTED, other));
      await mergePapers(store, name(PREPRINT), name(PRINTED));
      expect(await forms(PRINTED)).toEqual([]);
      await splitPaper(store, name(PRINTED), [`crossref/${PREPRINT}`]);
      expect(await ids()).toEqual([PRINTED, PREPRINT]);
      expect([...(await forms(PREPRINT)), ...(await forms(PRINTED))]).toEqual([]);
    });

    it('are no longer linked once the source takes it back', async () => {
      await take(record(PREPRINT, { sameAs: [form('publication', PRINTED)] }), record(PRINTED, other));
      await take(record(PREPRINT));
      expect([...(await forms(PREPRINT)), ...(await forms(PRINTED))]).toEqual([]);
    });
  });

  it('versions of a preprint each lead to the publication, and it to each of them', async () => {
    const versions = ['doi:10.21203/rs.3.rs-1/v1', 'doi:10.21203/rs.3.rs-1/v2'];
    const sameAs = versions.map((id) => form('preprint', id));
    await take(record(versions[0]!), record(versions[1]!), record(PRINTED, { ...other, sameAs }));
    expect(await forms(PRINTED)).toEqual(versions.map((id) => `preprint ${id} is ${id}`));
    for (const id of versions) expect(await forms(id)).toEqual([`publication ${PRINTED} is ${PRINTED}`]);
  });

  it('an arXiv paper that an article names as its preprint keeps its id to itself', async () => {
    const arxiv = record('2606.00001', { source: 'arxiv' });
    await take(arxiv, record(PRINTED, { ...other, sameAs: [form('preprint', '2606.00001')] }));
    expect(await ids()).toEqual(['2606.00001', PRINTED]);
    expect(await forms('2606.00001')).toEqual([`publication ${PRINTED} is ${PRINTED}`]);
  });

  it('a DOI that chapters share leads to none of them', async () => {
    const chapter = (title: string, author: string) =>
      record('doi:10.1000/book', { source: 'bibtex', title, authors: [author] });
    await take(chapter('The stability of engines', 'A. One'), chapter('The building of bridges', 'B. Two'));
    await take(record(PREPRINT, { sameAs: [form('publication', 'doi:10.1000/book')] }));
    expect(await forms(PREPRINT)).toEqual(['publication doi:10.1000/book is not here']);
    const chapters = (await ids()).filter((id) => id !== PREPRINT);
    expect(chapters).toHaveLength(2);
    for (const id of chapters) expect(await forms(id)).toEqual([]);
  });

  it('what an earlier version took for a name of the record is given up when it is fetched again', async () => {
    await take({ ...record(PREPRINT), identifiers: [name(PREPRINT), name('2606.00001')] });
    await take(record(PREPRINT, { sameAs: [form('preprint', '2606.00001')] }));
    await take(record('2606.00001', { ...other, source: 'arxiv' }));
    expect(await ids()).toEqual(['2606.00001', PREPRINT]);
    expect(await forms(PREPRINT)).toEqual(['preprint arxiv:2606.00001 is 2606.00001']);
  });
});
