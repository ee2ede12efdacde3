/** Which of arXiv's papers are already here: reads the database, never writes. */
import { recordOf } from '../papers/merge.ts';
import { rowToMerged } from '../papers/rows.ts';
import type { Day, PaperRecord } from '../papers/types.ts';
import { inSlices } from '../store/bulk.ts';
import type { Store } from '../store/open.ts';
import { announcement } from './arxiv-record.ts';

/** What is known here about an arXiv paper. */
export interface Known {
  /** The day it is known to have been announced; null: unknown. */
  announced: Day | null;
  /** arXiv's own record of it is here (from the harvest or the API). */
  isHarvested: boolean;
  /** A record of its announcement is here, even if undated. */
  isListed: boolean;
}

/** Those of these arXiv identifiers for which arXiv's records are here. */
export async function knownPapers(store: Store, ids: readonly string[]): Promise<Map<string, Known>> {
  const known = new Map<string, Known>();
  const rows = await inSlices([...ids], (slice) =>
    store.read
      .selectFrom('identifiers')
      .innerJoin('records', 'records.paper_pk', 'identifiers.paper_pk')
      .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
      .select(['identifiers.value', 'records.source', 'records.key', 'records.content', 'papers.announced'])
      .where('identifiers.scheme', '=', 'arxiv')
      .where('identifiers.value', 'in', slice)
      .where('records.source', 'in', ['arxiv', 'arxiv-feed'])
      .execute(),
  );
  for (const { value, source, key, content, announced } of rows) {
    // A paper may have two arXiv identifiers; each has records of its own.
    if (key !== `arxiv:${value}`) continue;
    const entry = known.get(value) ?? { announced: null, isHarvested: false, isListed: false };
    known.set(value, entry);
    if (source === 'arxiv') entry.isHarvested = true;
    else {
      entry.isListed = true;
      // Without content, the record is all there is of the paper, and the paper's day is its day.
      const day = content === null ? announced : (JSON.parse(content) as PaperRecord).announced;
      if (day && (entry.announced === null || day < entry.announced)) entry.announced = day;
    }
  }
  return known;
}

/**
 * Announcements, on a given day, of papers that are already here but known for no day, or for a later one. They are
 * made from what is here, without any request.
 *
 * @param ids of papers that `knownPapers` knows
 */
export async function announcedHere(store: Store, ids: readonly string[], day: Day): Promise<PaperRecord[]> {
  const records = await inSlices(
    [...ids],
    async (slice) => {
      const rows = await store.read
        .selectFrom('records')
        .innerJoin('papers', 'papers.pk', 'records.paper_pk')
        .selectAll('papers')
        .select(['records.source as record_source', 'records.key', 'records.content'])
        .where(
          'records.paper_pk',
          'in',
          store.read
            .selectFrom('identifiers')
            .select('paper_pk')
            .where('scheme', '=', 'arxiv')
            .where('value', 'in', slice),
        )
        .where('records.source', 'in', ['arxiv', 'arxiv-feed'])
        .where(
          'records.key',
          'in',
          slice.map((id) => `arxiv:${id}`),
        )
        .execute();
      return rows.map(({ record_source, key, content, ...row }) => ({
        source: record_source,
        key,
        record: content === null ? recordOf(rowToMerged(row)) : (JSON.parse(content) as PaperRecord),
      }));
    },
    200,
  );
  const best = new Map<string, PaperRecord>();
  for (const { source, key, record } of records) {
    // The announcement is all there is of some papers; the harvest's record is kept as well.
    if (source === 'arxiv-feed') best.set(key, announcement(record, day));
    else if (!best.has(key)) best.set(key, bare(record, day));
  }
  return [...best.values()];
}

const bare = ({ identifiers, title }: PaperRecord, day: Day): PaperRecord => ({
  source: 'arxiv-feed',
  identifiers: identifiers.slice(0, 1),
  title,
  announced: day,
});
