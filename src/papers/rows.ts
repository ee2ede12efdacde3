/** Between a paper and its row. */
import type { PaperRow } from '../store/schema.ts';
import type { Folded, ListedBy } from './merge.ts';
import { hotKey } from './merge.ts';
import type { DatePrecision, Day, Paper } from './types.ts';

/** All columns of `papers`, in the order of insertion. */
export const PAPER_COLUMNS = [
  'pk',
  'id',
  'weak',
  'title',
  'abstract',
  'summary',
  'authors',
  'authors_count',
  'organizations',
  'categories',
  'keywords',
  'identifiers',
  'published',
  'published_precision',
  'published_at',
  'updated',
  'announced',
  'listed',
  'listed_by',
  'late',
  'links',
  'figures',
  'note',
  'journal',
  'licence',
  'withdrawn',
  'upvotes',
  'comments',
  'hot',
  'sources',
  'created_seq',
  'seq',
] as const satisfies readonly (keyof PaperRow)[];

interface Placing {
  pk: number;
  before: PaperRow | null;
  weak: number;
  seq: number;
  /** Days whose editions are over: nobody leaves them, and who comes in is late. */
  closed: Set<Day>;
  upvotes: number;
  comments: number;
}

/** The row of a folded paper. */
export function paperRow(
  folded: Folded,
  { pk, before, weak, seq, closed, upvotes, comments }: Placing,
): PaperRow {
  let { listed, listedBy } = folded;
  let late = 0;
  if (before?.listed && closed.has(before.listed)) {
    listed = before.listed;
    listedBy = before.listed_by as ListedBy | null;
    late = before.late;
  } else if (listed && closed.has(listed)) {
    late = 1;
  }
  return {
    pk,
    id: folded.id,
    weak,
    title: folded.title,
    abstract: folded.abstract,
    summary: folded.summary,
    authors: JSON.stringify(folded.authors),
    authors_count: folded.authorsCount,
    organizations: JSON.stringify(folded.organizations),
    categories: JSON.stringify(folded.categories),
    keywords: JSON.stringify(folded.keywords),
    identifiers: JSON.stringify(folded.identifiers),
    published: folded.published,
    published_precision: folded.publishedPrecision,
    published_at: folded.publishedAt,
    updated: folded.updated,
    announced: folded.announced ?? '',
    listed,
    listed_by: listedBy,
    late,
    links: JSON.stringify(folded.links),
    figures: JSON.stringify(folded.figures),
    note: folded.note,
    journal: folded.journal,
    licence: folded.licence,
    withdrawn: folded.withdrawn ? 1 : 0,
    upvotes,
    comments,
    hot: hotKey(listed, upvotes),
    sources: JSON.stringify(folded.sources),
    created_seq: before?.created_seq ?? seq,
    seq,
  };
}

/** What the doors get to see. */
export function rowToPaper(row: PaperRow): Paper {
  const { listedBy: _, ...folded } = rowToFolded(row);
  return {
    ...folded,
    pk: row.pk,
    late: row.late === 1,
    upvotes: row.upvotes,
    comments: row.comments,
    hot: row.hot,
  };
}

/** The fold, back from the row. */
export function rowToFolded(row: PaperRow): Folded {
  return {
    id: row.id,
    identifiers: JSON.parse(row.identifiers),
    title: row.title,
    abstract: row.abstract,
    summary: row.summary,
    authors: JSON.parse(row.authors),
    authorsCount: row.authors_count,
    organizations: JSON.parse(row.organizations),
    categories: JSON.parse(row.categories),
    keywords: JSON.parse(row.keywords),
    published: row.published,
    publishedPrecision: row.published_precision as DatePrecision,
    publishedAt: row.published_at,
    updated: row.updated,
    announced: row.announced === '' ? null : row.announced,
    listed: row.listed,
    listedBy: row.listed_by as ListedBy | null,
    links: JSON.parse(row.links),
    figures: JSON.parse(row.figures),
    note: row.note,
    journal: row.journal,
    licence: row.licence,
    withdrawn: row.withdrawn === 1,
    sources: JSON.parse(row.sources),
  };
}
