import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eachTime, onBoth } from '../../../test/databases.ts';
import { toExport } from '../../formats/write.ts';
import type { Store } from '../../store/open.ts';
import { parseIdentifier } from '../identifiers.ts';
import { everyPaper } from '../lists/everything.ts';
import type { OtherForm, PaperRecord, Source } from '../types.ts';
import { formerName, ownName } from './own-ids.ts';
import { contentHash, takeIn } from './take-in.ts';

type Given = Partial<Omit<PaperRecord, 'identifiers'>> & { ids?: string[] };

function record({ ids = [], ...more }: Given): PaperRecord {
  const title = more.title ?? 'On the stability of analytical engines';
  return {
    source: 'bibtex',
    ...more,
    title,
    identifiers: ids.length > 0 ? ids.map((id) => parseIdentifier(id)!) : [ownName({ ...more, title })],
  };
}

const DOI = 'doi:10.1000/book';
const lovelace: Given = { authors: ['Ada Lovelace'], published: '2020-01-01', publishedPrecision: 'year' };
const babbage = { ...lovelace, authors: ['Charles Babbage'] };

onBoth((kind, fresh) => {
  let store: Store;
  eachTime(fresh, (opened) => {
    store = opened;
  });
  /** One run. */
  const take = (...given: Given[]) => takeIn(store, given.map(record), new Set());
  const papers = () =>
    store.read.selectFrom('papers').select(['id', 'title', 'abstract']).orderBy('id').execute();
  const titles = async () => (await papers()).map(({ title }) => title).sort();
  /** The paper a name leads to. */
  const led = async (value: string) =>
    (
      await store.read
        .selectFrom('identifiers')
        .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
        .select('id')
        .where('value', '=', value)
        .executeTakeFirst()
    )?.id;

  describe('chapters that all have the DOI of their book', () => {
    const one = { ids: [DOI], title: 'The stability of engines', ...lovelace };
    const two = { ids: [DOI], title: 'The building of bridges', ...babbage };

    it('are separate papers, in one file or in two, and the same again is nothing new', async () => {
      expect(await take(one, two)).toMatchObject({ imported: 2 });
      expect(await titles()).toEqual([two.title, one.title]);
      const seq = await store.seq();
      expect(await take(one, two)).toMatchObject({ unchanged: 2 });
      expect(await take(two)).toMatchObject({ unchanged: 1 });
      expect(await store.seq()).toBe(seq);
      const third = { ids: [DOI], title: 'The laying of rails', ...lovelace };
      expect(await take(third)).toMatchObject({ imported: 1 });
      expect(await titles()).toHaveLength(3);
      // Their ids are no longer those of one alone, and the DOI still leads somewhere.
      expect((await papers()).every(({ id }) => !id.startsWith('doi:'))).toBe(true);
      expect(await led('10.1000/book')).toBeDefined();
    });

    it('are each updated by their own entry', async () => {
      await take(one, two);
      const before = (await papers()).map(({ id }) => id);
      expect(await take({ ...one, abstract: 'New.' }, two)).toMatchObject({ updated: 1, unchanged: 1 });
      expect(await papers()).toMatchObject([{ abstract: null }, { abstract: 'New.' }]);
      expect((await papers()).map(({ id }) => id)).toEqual(before);
    });

    it('leave the DOI to the book once its publisher has provided it', async () => {
      await take(one);
      expect(await papers()).toMatchObject([{ id: DOI }]);
      const book: Given = {
        source: 'crossref',
        ids: [DOI],
        title: 'A handbook of things',
        authors: ['Edit Or'],
      };
      await take(book);
      expect(await led('10.1000/book')).toBe(DOI);
      expect(await titles()).toEqual([book.title, one.title]);
      await take(two);
      expect(await titles()).toEqual([book.title, two.title, one.title]);
    });
  });

  it('correcting a mistake in an entry changes it, and does not make another paper', async () => {
    await take({ ids: [DOI], title: 'The stabilty of engines of all kinds', ...lovelace });
    const mended = { ids: [DOI], title: 'The stability of engines of all kinds', ...lovelace };
    expect(await take(mended)).toMatchObject({ updated: 1 });
    expect(await titles()).toEqual([mended.title]);
  });

  it('two papers of the Anthology with one DOI stay two, whichever comes first and however late', async () => {
    const first: Given = { source: 'acl', ids: ['acl:W18-6481', DOI], title: 'Of engines in general' };
    const second: Given = { source: 'acl', ids: ['acl:W18-6482', DOI], title: 'Of bridges in particular' };
    const crossref: Given = { source: 'crossref', ids: [DOI], title: first.title, journal: 'Proceedings' };
    for (const order of [
      [first, second, crossref],
      [crossref, second, first],
      [second, crossref, first],
    ]) {
      const each = await fresh();
      const other = await each.open();
      for (const given of order) await takeIn(other, [record(given)], new Set());
      const rows = await other.read
        .selectFrom('papers')
        .select(['id', 'title', 'journal'])
        .orderBy('id')
        .execute();
      expect(rows).toEqual([
        { id: 'acl:W18-6482', title: second.title, journal: null },
        { id: DOI, title: first.title, journal: 'Proceedings' },
      ]);
      await other.close();
      await each.remove();
    }
  });

  it('a name that a source no longer gives is kept, unless it gives another', async () => {
    const arxiv = { source: 'arxiv', ids: ['2606.00001', '10.1000/x'] } as Given;
    await take(arxiv, { source: 'crossref', ids: ['10.1000/x'], journal: 'J. Engines' });
    await take({ ...arxiv, ids: ['2606.00001'], abstract: 'New.' });
    expect(await papers()).toMatchObject([{ id: '2606.00001', abstract: 'New.' }]);
    await take({ ...arxiv, ids: ['2606.00001', '10.1000/y'] });
    expect((await papers()).map(({ id }) => id)).toEqual(['2606.00001', 'doi:10.1000/x']);
    expect(await led('10.1000/y')).toBe('2606.00001');
  });

  it('papers without identifiers in one file are distinguished by author, year, symbols and journal', async () => {
    const given: Given[] = [
      { title: 'Introduction to the special issue', ...lovelace },
      { title: 'Introduction to the special issue', ...babbage },
      { title: 'Editorial', journal: 'J. Engines' },
      { title: 'Editorial', journal: 'J. Bridges' },
      ...['C in Practice', 'C++ in Practice', 'C# in Practice', 'C\u266f in Practice'].map((title) => ({
        title,
        ...lovelace,
      })),
      ...['\\Lambda_b', '\\Xi_b', '\\lambda_b'].map((sign) => ({
        title: `Search for $${sign} \\to pK$ decays`,
        ...lovelace,
      })),
      ...['\\pi^+', '\\pi^-', '\\pi^{-}', 'π⁻'].map((sign) => ({
        title: `The width of the $${sign}$ in matter`,
        ...lovelace,
      })),
      ...['>', '<'].map((sign) => ({ title: `Stars of masses $${sign} 8$ suns`, ...lovelace })),
      ...['🙂', '🙃'].map((sign) => ({ title: `What ${sign} means`, ...lovelace })),
      ...['I', 'II'].map((part) => ({ title: `On engines, Part ${part}`, ...lovelace })),
    ];
    await take(...given);
    expect(await papers()).toHaveLength(2 + 2 + 3 + 3 + 2 + 2 + 2 + 2);
    const before = await papers();
    expect(await take(...given)).toMatchObject({ unchanged: given.length });
    expect(await take(...[...given].reverse())).toMatchObject({ unchanged: given.length });
    expect(await papers()).toEqual(before);
  });

  it('what is only spelled differently is the same paper', async () => {
    const ways = [
      'Poincaré’s α-engines — “a study”',
      'POINCARÉ\'S $\\alpha$-Engines - "A Study"',
      'Poincaré’s  α‐engines: ‘a study’',
    ];
    for (const title of ways) await take({ title, ...lovelace });
    expect(await papers()).toHaveLength(1);
  });

  it('one preprint and one publication are one paper if Crossref says so', async () => {
    const preprint: Given = { source: 'crossref', ids: ['10.1101/2024.04.01'], authors: ['Ada Lovelace'] };
    const printed: Given = { source: 'crossref', ids: ['10.1000/journal'], authors: ['A. Lovelace'] };
    const sameAs: OtherForm[] = [{ ...parseIdentifier('10.1000/journal')!, as: 'publication' }];
    for (const order of [
      [{ ...preprint, sameAs }, printed],
      [printed, { ...preprint, sameAs }],
    ]) {
      const each = await fresh();
      const other = await each.open();
      for (const given of order) await takeIn(other, [record(given)], new Set());
      expect(await other.read.selectFrom('papers').select('id').execute()).toEqual([
        { id: 'doi:10.1000/journal' },
      ]);
      await other.close();
      await each.remove();
    }
  });

  describe('a database from before symbols counted', () => {
    /** As the version before kept these records: all of a name in one paper, under that name. */
    async function asBefore(given: Given[]): Promise<void> {
      await take(...given.slice(0, 1));
      const [{ pk }] = (await store.read.selectFrom('papers').select('pk').execute()) as [{ pk: number }];
      await store.change(async ({ tx, touch }) => {
        touch('papers');
        const old = record(given[0]!);
        const name = formerName(old);
        const identifiers = [{ scheme: 'local' as const, value: name }];
        await tx
          .updateTable('papers')
          .set({ id: name, identifiers: JSON.stringify(identifiers) })
          .where('pk', '=', pk)
          .execute();
        await tx.updateTable('identifiers').set({ value: name }).execute();
        await tx.deleteFrom('records').execute();
        for (const one of given) {
          const kept = { ...record(one), identifiers };
          const content = given.length === 1 ? null : JSON.stringify(kept);
          await tx
            .insertInto('records')
            .values({
              paper_pk: pk,
              source: kept.source,
              key: `local:${name}`,
              hash: contentHash(kept),
              content,
            })
            .execute();
        }
      });
    }
    const alpha = { title: 'Stability of $\\alpha$-engines', ...lovelace };
    const beta = { title: 'Stability of $\\beta$-engines', ...lovelace };

    it('imports the same file again without a duplicate, and the old address still leads there', async () => {
      await asBefore([alpha]);
      const old = (await papers())[0]!.id;
      expect(old).toMatch(/^stability-of-engines-/);
      expect(await take(alpha)).toMatchObject({ unchanged: 1 });
      expect(await papers()).toMatchObject([{ id: ownName(record(alpha)).value }]);
      expect(await led(old)).toBe(ownName(record(alpha)).value);
      const seq = await store.seq();
      await take(alpha);
      expect(await store.seq()).toBe(seq);
      expect(await take({ ...alpha, abstract: 'More.' })).toMatchObject({ updated: 1 });
      expect(await papers()).toHaveLength(1);
    });

    it('gives each its own paper back if two had been merged', async () => {
      await asBefore([alpha, beta]);
      expect(await papers()).toHaveLength(1);
      await take(beta);
      expect(await titles()).toEqual([alpha.title, beta.title]);
    });

    it('recognises a record from its own export', async () => {
      await take(alpha);
      const ids = [`local:${formerName(record(alpha))}`];
      await take({ ...alpha, source: 'jsonl', ids });
      expect(await papers()).toHaveLength(1);
    });
  });

  it('is the same whatever the order, the batches and the repetitions', async () => {
    const given: fc.Arbitrary<Given> = fc.record(
      {
        source: fc.constantFrom<Source>('arxiv', 'acl', 'crossref', 'jsonl', 'bibtex', 'ris', 'starter'),
        ids: fc.uniqueArray(
          fc.constantFrom(
            '2606.00001',
            '2606.00002',
            'acl:P19-1001',
            '10.1000/x',
            '10.1000/y',
            'local:a-name',
          ),
          { maxLength: 3 },
        ),
        sameAs: fc.subarray<OtherForm>([{ ...parseIdentifier('10.1000/x')!, as: 'publication' }]),
        title: fc.constantFrom(
          'On the stability of analytical engines',
          'A treatise on wooden bridges',
          'Editorial',
        ),
        authors: fc.constantFrom(['Ada Lovelace'], ['A. Lovelace', 'Charles Babbage'], ['Babbage, Charles']),
        published: fc.constantFrom('2020-01-01', '2021-01-01'),
        journal: fc.constantFrom('J. Engines', 'J. Bridges'),
        abstract: fc.constantFrom('Short.', 'Longer.'),
      },
      { requiredKeys: ['source', 'title'] },
    );
    const contents = async (from: Store): Promise<string[]> => {
      const lines: string[] = [];
      await from.snapshot(async (db) => {
        for await (const { paper } of everyPaper(db)) lines.push(JSON.stringify(toExport(paper)));
      });
      return lines;
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(given, { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        fc.integer({ min: 1, max: 4 }),
        async (some, random, size) => {
          const [plain, mixed] = [await fresh(), await fresh()];
          const [one, two] = [await plain.open(), await mixed.open()];
          try {
            const records = some.map(record);
            await takeIn(one, records, new Set());
            const key = new Map(records.map((item) => [item, random.next().value]));
            const shuffled = [...records, ...records.slice(0, 2)].sort((a, b) => key.get(a)! - key.get(b)!);
            const seen = new Set<number>();
            for (let at = 0; at < shuffled.length; at += size)
              await takeIn(two, shuffled.slice(at, at + size), seen);
            expect(await contents(two)).toEqual(await contents(one));
            // The same again, as another run that brings nothing else.
            const seq = await one.seq();
            await takeIn(one, records, new Set());
            expect(await one.seq()).toBe(seq);
          } finally {
            await one.close();
            await two.close();
            await plain.remove();
            await mixed.remove();
          }
        },
      ),
      { numRuns: kind === 'SQLite' ? 100 : 5 },
    );
  });
});
