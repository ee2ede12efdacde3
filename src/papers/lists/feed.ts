/** The change log in the form the search index needs: what changed after a change number, whole changes at a time. */
import { sql } from 'kysely';
import type { ChangeBatch, SearchDocument } from '../../search/types.ts';
import { counter } from '../../store/counters.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { dayNumber } from '../days.ts';
import { INDEXED } from '../rows.ts';
import type { Link, Organization } from '../types.ts';

const COLUMNS = ['pk', 'upvotes', 'seq', ...INDEXED] as const;

/**
 * The next batch of changes after `seq`: about `limit` papers, more if one change was larger (a change is never split).
 * Null if there is nothing new.
 */
export async function changesSince(db: Db, seq: number, limit: number): Promise<ChangeBatch | null> {
  const last = await counter(db, 'seq');
  if (last <= seq) return null;
  const words = sql<number>`COALESCE(words_seq, seq)`;
  const far = await db
    .selectFrom('papers')
    .select(words.as('seq'))
    .where(words, '>', seq)
    .orderBy(words)
    .orderBy('pk')
    .offset(limit - 1)
    .limit(1)
    .executeTakeFirst();
  const upTo = Math.min(far?.seq ?? last, last);
  const rows = await db
    .selectFrom('papers')
    .select(COLUMNS)
    .where(words, '>', seq)
    .where(words, '<=', upTo)
    .orderBy(words)
    .orderBy('pk')
    .execute();
  // The index has these papers: only what was counted has changed since.
  const counted = await db
    .selectFrom('papers')
    .select(['pk', 'upvotes'])
    .where('seq', '>', seq)
    .where('seq', '<=', upTo)
    .where('words_seq', '<=', seq)
    .execute();
  const gone = await db
    .selectFrom('tombstones')
    .select('pk')
    .where('seq', '>', seq)
    .where('seq', '<=', upTo)
    .execute();
  return {
    seq: upTo,
    documents: rows.map(toDocument),
    deleted: gone.map((row) => row.pk),
    votes: counted.map(({ pk, upvotes }) => [pk, upvotes]),
  };
}

function toDocument(row: Pick<PaperRow, (typeof COLUMNS)[number]>): SearchDocument {
  // A paper that is in no edition still has a day of its own.
  const day = row.published ?? row.listed ?? (row.announced || row.day || null);
  return {
    key: row.pk,
    title: row.title,
    summary: row.summary ?? '',
    abstract: row.abstract ?? '',
    authors: JSON.parse(row.authors) as string[],
    organizations: JSON.parse(row.organizations) as Organization[],
    keywords: JSON.parse(row.keywords) as string[],
    categories: JSON.parse(row.categories) as string[],
    note: row.note,
    journal: row.journal,
    day: day === null ? null : dayNumber(day),
    edition: row.listed === null ? null : dayNumber(row.listed),
    upvotes: row.upvotes,
    hasCode:
      row.links.includes('"code"') && (JSON.parse(row.links) as Link[]).some(({ kind }) => kind === 'code'),
  };
}
