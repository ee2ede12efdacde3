/** Conversion between a paper and its row. */
import { insertMany } from '../store/bulk.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import { type Entry, entryColumns, ownDay, ruleOf } from './editions/entries.ts';
import type { DayBy, MergedPaper } from './merge.ts';
import type { DatePrecision, Paper } from './types.ts';

/** All columns of `papers`, in the order of insertion. */
const PAPER_COLUMNS = [
  'pk',
  'id',
  'weak',
  'title',
  'abstract',
  'summary',
  'summary_model',
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
  'day',
  'rule',
  'score',
  'submitted_by',
  'citations',
  'repositories',
  'words_seq',
  'discount',
] as const satisfies readonly (keyof PaperRow)[];

/** A row before and after. */
export interface Rewritten {
  /** Null: it is new. */
  before: PaperRow | null;
  row: PaperRow;
}

/** Whether a row has come out unchanged. */
export const sameRow = (a: PaperRow, b: PaperRow): boolean =>
  PAPER_COLUMNS.every((column) => column === 'seq' || column === 'words_seq' || a[column] === b[column]);

/** What the search index is made from, other than votes. */
export const INDEXED = [
  'title',
  'summary',
  'abstract',
  'authors',
  'organizations',
  'keywords',
  'categories',
  'note',
  'journal',
  'published',
  'listed',
  'announced',
  'day',
  'links',
] as const satisfies readonly (keyof PaperRow)[];

/** When something the index reads last changed in a row that now changes otherwise. */
export const wordsSeq = ({ words_seq, seq }: Pick<PaperRow, 'words_seq' | 'seq'>): number => words_seq ?? seq;

/** When something the index reads last changed, for a row that is new or has changed; null: now. */
const wordsSeqAfter = (before: PaperRow | null, row: PaperRow): number | null =>
  before && INDEXED.every((column) => before[column] === row[column]) ? wordsSeq(before) : null;

/** Writes rows that are new or have changed. */
export const writeRows = (tx: Db, changes: Rewritten[]): Promise<void> =>
  insertMany(
    tx,
    'papers',
    PAPER_COLUMNS,
    changes.map(({ row }) => PAPER_COLUMNS.map((column) => row[column])),
    ['pk'],
  );

/** How a paper is counted. */
export interface Tallied {
  upvotes: number;
  /** By how many votes those weigh less. */
  discount?: number;
  comments: number;
  citations: number | null;
}

/** The row of a merged paper, with its entry into an edition. */
export function paperRow(
  folded: MergedPaper,
  entry: Entry,
  {
    pk,
    before,
    weak,
    seq,
    upvotes,
    discount = 0,
    comments,
    citations,
  }: Tallied & { pk: number; before: PaperRow | null; weak: number; seq: number },
): PaperRow {
  const row: PaperRow = {
    pk,
    id: folded.id,
    weak,
    title: folded.title,
    abstract: folded.abstract,
    summary: folded.summary,
    summary_model: folded.summaryModel,
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
    listed_by: folded.dayBy,
    ...entryColumns(entry, upvotes - discount),
    links: JSON.stringify(folded.links),
    figures: JSON.stringify(folded.figures),
    note: folded.note,
    journal: folded.journal,
    licence: folded.licence,
    withdrawn: folded.withdrawn ? 1 : 0,
    upvotes,
    comments,
    sources: JSON.stringify(folded.sources),
    created_seq: before?.created_seq ?? seq,
    seq,
    submitted_by: folded.submittedBy && JSON.stringify(folded.submittedBy),
    citations,
    repositories: folded.repositories && JSON.stringify(folded.repositories),
    words_seq: null,
    discount,
  };
  row.words_seq = wordsSeqAfter(before, row);
  return row;
}

/** The row of a paper of which only the entry has changed. */
export function withEntry(before: PaperRow, entry: Entry, seq: number): PaperRow {
  const row = { ...before, ...entryColumns(entry, before.upvotes - before.discount), seq };
  row.words_seq = wordsSeqAfter(before, row);
  return row;
}

/** The form that interfaces see. */
export function rowToPaper(row: PaperRow): Paper {
  const { day: _, dayBy: __, ...folded } = rowToMerged(row);
  return {
    ...folded,
    pk: row.pk,
    listed: row.listed,
    late: row.late === 1,
    rule: ruleOf(row),
    upvotes: row.upvotes,
    comments: row.comments,
    citations: row.citations,
    hot: row.hot,
    seq: row.seq,
  };
}

/** The merged paper, reconstructed from the row. */
export function rowToMerged(row: PaperRow): MergedPaper {
  return {
    id: row.id,
    identifiers: list(row.identifiers),
    title: row.title,
    abstract: row.abstract,
    summary: row.summary,
    summaryModel: row.summary_model,
    authors: list(row.authors),
    authorsCount: row.authors_count,
    organizations: list(row.organizations),
    categories: list(row.categories),
    keywords: list(row.keywords),
    published: row.published,
    publishedPrecision: row.published_precision as DatePrecision,
    publishedAt: row.published_at,
    updated: row.updated,
    announced: row.announced === '' ? null : row.announced,
    day: ownDay(row),
    dayBy: row.listed_by as DayBy | null,
    submittedBy: row.submitted_by === null ? null : JSON.parse(row.submitted_by),
    links: list(row.links),
    repositories: row.repositories === null ? null : JSON.parse(row.repositories),
    figures: list(row.figures),
    note: row.note,
    journal: row.journal,
    licence: row.licence,
    withdrawn: row.withdrawn === 1,
    sources: list(row.sources),
  };
}

/** Most lists of most papers are empty. */
const list = (text: string) => (text === '[]' ? [] : JSON.parse(text));
