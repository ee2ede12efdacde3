/** Conversion between a paper and its row. */
import { insertMany } from '../store/bulk.ts';
import type { Db, PaperRow } from '../store/schema.ts';
import type { Curation } from './curation.ts';
import { type DayBy, type Folded, hotKey } from './merge.ts';
import type { DatePrecision, Day, Paper, Rule } from './types.ts';

/** All columns of `papers`, in the order of insertion. */
const PAPER_COLUMNS = [
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
  'day',
  'rule',
  'score',
  'submitted_by',
  'citations',
  'repositories',
  'words_seq',
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

/** Writes rows that are new or have changed. Where only counts have, the index need not read the paper again. */
export async function writeRows(tx: Db, changes: Rewritten[]): Promise<void> {
  for (const { before, row } of changes)
    row.words_seq =
      before && INDEXED.every((column) => before[column] === row[column]) ? wordsSeq(before) : null;
  await insertMany(
    tx,
    'papers',
    PAPER_COLUMNS,
    changes.map(({ row }) => PAPER_COLUMNS.map((column) => row[column])),
    ['pk'],
  );
}

interface Placing {
  pk: number;
  before: PaperRow | null;
  /** Papers that have become part of this one. */
  merged?: PaperRow[];
  weak: number;
  seq: number;
  /** Days whose editions are closed: no paper leaves them, and new ones are late. */
  closed: Set<Day>;
  curation: Curation;
  upvotes: number;
  comments: number;
  citations: number | null;
}

/** The row of a merged paper. Whether its day has a place for it is decided later (cap.ts). */
export function paperRow(
  folded: Folded,
  { pk, before, merged = [], weak, seq, closed, curation, upvotes, comments, citations }: Placing,
): PaperRow {
  const held = placeHeld([before, ...merged], closed);
  const entry = entryOf(folded, held, closed, curation);
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
    listed: entry.listed,
    listed_by: folded.dayBy,
    late: entry.late,
    links: JSON.stringify(folded.links),
    figures: JSON.stringify(folded.figures),
    note: folded.note,
    journal: folded.journal,
    licence: folded.licence,
    withdrawn: folded.withdrawn ? 1 : 0,
    upvotes,
    comments,
    hot: hotKey(entry.listed, upvotes),
    sources: JSON.stringify(folded.sources),
    created_seq: before?.created_seq ?? seq,
    seq,
    day: entry.listed === folded.day ? null : (folded.day ?? ''),
    rule: entry.rule,
    score: entry.score,
    submitted_by: folded.submittedBy && JSON.stringify(folded.submittedBy),
    citations,
    repositories: folded.repositories && JSON.stringify(folded.repositories),
    words_seq: null,
  };
}

/**
 * The row by which a paper is in a closed edition, if it is: its own, or that of one which became part of it. Ranked
 * ones come before late ones, the paper's own before others', the earlier day before the later.
 */
function placeHeld(rows: (PaperRow | null)[], closed: Set<Day>): PaperRow | null {
  const held = rows.flatMap((row) => (row?.listed && closed.has(row.listed) ? row : []));
  const [own] = rows;
  held.sort(
    (a, b) =>
      a.late - b.late ||
      Number(b === own) - Number(a === own) ||
      (a.listed === b.listed ? a.pk - b.pk : a.listed! < b.listed! ? -1 : 1),
  );
  return held[0] ?? null;
}

/** Whether a paper is in an edition, in which, and by which rule. */
function entryOf(
  folded: Folded,
  held: PaperRow | null,
  closed: Set<Day>,
  curation: Curation,
): Pick<PaperRow, 'listed' | 'late' | 'rule' | 'score'> {
  if (held) {
    const { listed, late, score } = held;
    // Its own day may have changed since, and then no longer explains why it is here.
    const rule = folded.day === listed ? held.rule : JSON.stringify(ruleOf(held));
    return { listed, late, rule, score };
  }
  if (folded.day === null) return { listed: null, late: 0, rule: null, score: null };
  const { rule, score } = curation.decide(folded);
  const competes = rule.enters && rule.by !== 'listed' && curation.rules.cap > 0;
  return {
    listed: rule.enters ? folded.day : null,
    late: rule.enters && closed.has(folded.day) ? 1 : 0,
    rule: rule.by === 'listed' || rule.by === 'all' ? null : JSON.stringify(rule),
    score: competes ? score : null,
  };
}

/** The day a paper belongs to, edition or not. */
export const ownDay = (row: Pick<PaperRow, 'day' | 'listed'>): Day | null =>
  row.day === null ? row.listed : row.day || null;

/** The rule by which a paper is in an edition or in none; null: its day is unknown. */
export function ruleOf(row: Pick<PaperRow, 'day' | 'listed' | 'listed_by' | 'rule'>): Rule | null {
  if (row.rule !== null) return JSON.parse(row.rule) as Rule;
  if (ownDay(row) === null) return null;
  return { enters: true, by: row.listed_by === 'listed' ? 'listed' : 'all' };
}

/** The form that interfaces see. */
export function rowToPaper(row: PaperRow): Paper {
  const { day: _, dayBy: __, ...folded } = rowToFolded(row);
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
  };
}

/** The merged paper, reconstructed from the row. */
export function rowToFolded(row: PaperRow): Folded {
  return {
    id: row.id,
    identifiers: list(row.identifiers),
    title: row.title,
    abstract: row.abstract,
    summary: row.summary,
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
