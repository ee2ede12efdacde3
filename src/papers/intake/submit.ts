/**
 * Papers that readers submit. The paper, its submitter and the first comment are one change: all of it is stored, or
 * nothing. Changes of papers come one at a time, so of two people who submit the same paper, or of two copies of one
 * form, the second finds what the first has done.
 */
import { addGiven, communityChangeIn } from '../../community/change.ts';
import { addComment } from '../../community/comments.ts';
import { bannedIn } from '../../community/domains.ts';
import { homeOf } from '../../community/papers.ts';
import { watchPaper } from '../../community/personal/notices.ts';
import { addPictures, MOST_PICTURES, type NewPicture } from '../../community/pictures.ts';
import { checkMaySubmit, SubmissionRefused, type SubmissionRules } from '../../community/submission-rules.ts';
import { addSubmission, submissionWith } from '../../community/submissions.ts';
import type { Change, Store } from '../../store/open.ts';
import type { Db, PaperRow } from '../../store/schema.ts';
import { addDays, dayNumber, openDay, type Turn } from '../days.ts';
import { recordOf } from '../merge.ts';
import { rowToMerged } from '../rows.ts';
import type { DatePrecision, Day, Identifier, Link, PaperRecord } from '../types.ts';
import { linksRefused } from './edits.ts';
import { nameOfIdentifier } from './names.ts';
import { takeInWithin } from './take-in.ts';

export interface NewPaper {
  /** The key of the form or request: the same key submits once. */
  id: string;
  account: number;
  /** As its source has it, or (source `submitted`) as the submitter typed it. */
  record: PaperRecord;
  /** Code and project page. */
  links: Link[];
  /** The submitter's first comment, rendered. */
  comment?: { text: string; html: string } | null;
  pictures?: NewPicture[];
  /** Puts it into today's edition; otherwise it is only added. */
  lists: boolean;
  /** Also a paper that is here already, where that is possible; otherwise it stays as it is. */
  mayBeHere: boolean;
}

export type Submitted =
  /** `isNew` false: the form had been sent before. */
  | { kind: 'submitted'; paper: number; isNew: boolean }
  /** Nothing was stored: the paper is here. `canList`: it could be listed today. */
  | { kind: 'here'; paper: number; canList: boolean };

/**
 * Submits a paper.
 *
 * @throws SubmissionRefused, and CommentRefused if the comment cannot be written
 */
export async function submitPaper(
  store: Store,
  given: NewPaper,
  rules: SubmissionRules,
  turn: Turn,
  now: number,
): Promise<Submitted> {
  try {
    return await store.change((change) => submitWithin(change, given, rules, turn, now));
  } catch (error) {
    if (error instanceof IsHere) return { kind: 'here', paper: error.paper, canList: error.canList };
    throw error;
  }
}

/** Undoes a change that turned out to be about a paper that is here. */
class IsHere extends Error {
  readonly paper: number;
  readonly canList: boolean;
  constructor(paper: number, canList: boolean) {
    super('the paper is here already');
    this.paper = paper;
    this.canList = canList;
  }
}

async function submitWithin(
  change: Change,
  given: NewPaper,
  rules: SubmissionRules,
  turn: Turn,
  now: number,
): Promise<Submitted> {
  const { tx } = change;
  const { id, account, record, lists, mayBeHere } = given;
  const sent = await submissionWith(tx, id);
  if (sent !== null) {
    if (sent.account !== account) throw new SubmissionRefused('unfit', 'This form has already been sent.');
    return { kind: 'submitted', paper: await homeOf(tx, sent.paper), isNew: false };
  }
  const today = openDay(now, turn);
  const known = await paperAmong(tx, record.identifiers);
  const refuseIfHere = async (paper: PaperRow): Promise<void> => {
    const can = await canBeListed(tx, paper, today);
    if (!mayBeHere || !lists || !can) throw new IsHere(paper.pk, can);
  };
  if (known) await refuseIfHere(known);
  await checkMaySubmit(tx, account, rules, now);
  checkAge(known ? withDates(record, known) : record, rules, today);
  await checkLinks(tx, given, known);
  if (given.pictures && given.pictures.length > MOST_PICTURES)
    throw new SubmissionRefused('unfit', `At most ${MOST_PICTURES} pictures can be submitted with a paper.`);
  const own = ownRecord(given, known, lists ? today : undefined);
  await takeInWithin(change, record.source === 'submitted' ? [own] : [record, own], { now });
  const stored = await paperWith(tx, nameOfIdentifier(own.identifiers[0]!));
  // It had no identifier that is known here, but turned out to be a paper that is: by its title and author, say.
  if (!known && stored.created_seq < change.seq) {
    const before = await beforeIt(tx, stored, today, given);
    if (before !== null) throw before;
  }
  const community = await communityChangeIn(tx);
  await addSubmission(community, { id, paper: stored.pk, account, day: lists ? today : null, at: now });
  await watchPaper(tx, { paper: stored.pk, account, why: 'submitted', at: now });
  await addPictures(community, { paper: stored.pk, account, pictures: given.pictures ?? [], at: now });
  if (given.comment) {
    const abstract =
      stored.abstract === null
        ? null
        : { text: stored.abstract, version: versionIn(JSON.parse(stored.identifiers) as Identifier[]) };
    const { text, html } = given.comment;
    await addComment(community, {
      paper: stored.pk,
      author: account,
      text,
      html,
      abstract,
      formKey: id,
      at: now,
    });
  }
  await tx.deleteFrom('submission_drafts').where('id', '=', id).execute();
  return { kind: 'submitted', paper: stored.pk, isNew: true };
}

/** Refuses links that readers cannot give the paper, and banned domains in what was typed by hand. */
async function checkLinks(tx: Db, { record, links }: NewPaper, known: PaperRow | undefined): Promise<void> {
  const typed = record.source === 'submitted' ? record : null;
  const urls = [...links, ...(typed?.links ?? [])].map(({ url }) => url);
  const identifiers = known ? (JSON.parse(known.identifiers) as Identifier[]) : record.identifiers;
  const refused = await linksRefused(tx, identifiers, urls);
  if (refused !== null) throw new SubmissionRefused('forbidden', refused);
  if (typed === null || known) return;
  const domain = await bannedIn(tx, [typed.title, typed.abstract ?? '', ...(typed.authors ?? [])].join('\n'));
  if (domain !== null) throw new SubmissionRefused('forbidden', `Links to ${domain} are not allowed here.`);
}

/** Why a paper that was found only by what it says must not be submitted; null: it may be. */
async function beforeIt(
  tx: Db,
  stored: PaperRow,
  today: Day,
  { mayBeHere, lists }: NewPaper,
): Promise<IsHere | null> {
  // Its place today is what this change has just given it.
  const others = await tx
    .selectFrom('submissions')
    .select('id')
    .where('paper', '=', stored.pk)
    .limit(1)
    .executeTakeFirst();
  const can = others === undefined && stored.listed === today;
  return mayBeHere && lists && can ? null : new IsHere(stored.pk, can);
}

const versionIn = (identifiers: Identifier[]): number | null =>
  identifiers.find(({ scheme }) => scheme === 'arxiv')?.version ?? null;

/** The paper that has one of these names; undefined: none has. */
async function paperAmong(tx: Db, identifiers: readonly Identifier[]): Promise<PaperRow | undefined> {
  for (const { scheme, value } of identifiers) {
    const row = await tx
      .selectFrom('identifiers')
      .innerJoin('papers', 'papers.pk', 'identifiers.paper_pk')
      .selectAll('papers')
      .where('identifiers.scheme', '=', scheme)
      .where('identifiers.value', '=', value)
      .executeTakeFirst();
    if (row) return row;
  }
  return undefined;
}

/** The paper with the record that a reader submitted under a name. */
async function paperWith(tx: Db, key: string): Promise<PaperRow> {
  return tx
    .selectFrom('records')
    .innerJoin('papers', 'papers.pk', 'records.paper_pk')
    .selectAll('papers')
    .where('records.source', '=', 'submitted')
    .where('records.key', '=', key)
    .executeTakeFirstOrThrow();
}

/**
 * Whether a paper can be moved into today's edition: nobody has listed it for a day, and it is in no edition that is
 * closed, which no paper leaves.
 */
export async function canBeListed(
  db: Db,
  paper: Pick<PaperRow, 'listed' | 'listed_by'>,
  today: Day,
): Promise<boolean> {
  if (paper.listed_by === 'listed' || (paper.listed !== null && paper.listed >= today)) return false;
  if (paper.listed === null) return true;
  const closed = await db
    .selectFrom('closed_editions')
    .select('day')
    .where('day', '=', paper.listed)
    .executeTakeFirst();
  return closed === undefined;
}

/** What the submitter says of the paper. Of one that is here, only that it is listed, and its links. */
function ownRecord(
  { record, links }: NewPaper,
  known: PaperRow | undefined,
  listed: Day | undefined,
): PaperRecord {
  const said: PaperRecord =
    record.source === 'submitted' && !known
      ? record
      : { source: 'submitted', identifiers: [record.identifiers[0]!], title: known?.title ?? record.title };
  const all = [...(said.links ?? []), ...links];
  return {
    ...said,
    source: 'submitted',
    ...(all.length > 0 && {
      links: all.filter(({ url }, i) => all.findIndex((one) => one.url === url) === i),
    }),
    ...(listed !== undefined && { listed }),
  };
}

/** The record with the dates of the paper that is here, where it has none of its own. */
const withDates = (record: PaperRecord, { published, published_precision }: PaperRow): PaperRecord =>
  record.published !== undefined || published === null
    ? record
    : { ...record, published, publishedPrecision: published_precision as DatePrecision };

/** The last day that a date can mean: the end of its month or year where no day is known. */
function lastDay({ published, publishedPrecision = 'day' }: PaperRecord): Day | null {
  if (published === undefined) return null;
  if (publishedPrecision === 'day') return published;
  if (publishedPrecision === 'year') return `${published.slice(0, 4)}-12-31`;
  const [year, month] = published.split('-').map(Number);
  return new Date(Date.UTC(year!, month!, 0)).toISOString().slice(0, 10);
}

/**
 * Refuses a paper that is older than the site accepts.
 *
 * @throws SubmissionRefused
 */
export function checkAge(record: PaperRecord, { maxAge }: Pick<SubmissionRules, 'maxAge'>, today: Day): void {
  if (maxAge === 0) return;
  const day = lastDay(record);
  const limit = `This site accepts papers from the last ${maxAge === 1 ? 'day' : `${maxAge} days`}`;
  if (day === null)
    throw new SubmissionRefused('unfit', `${limit}, so please give the date it was published.`);
  if (dayNumber(day) < dayNumber(addDays(today, -maxAge)))
    throw new SubmissionRefused('unfit', `${limit}. This one was published on ${day}.`);
}

/**
 * Sets the links to code and project that a reader of this site gave for a paper: the submitter, an author, or an
 * admin.
 * Those that other sources give stay.
 *
 * @param links by kind; null: none; a kind that is not named stays as it is
 * @throws SubmissionRefused for a link to a banned domain, or one that a moderator has removed
 */
export async function setPaperLinks(
  store: Store,
  paper: number,
  links: { code?: Link | null; project?: Link | null },
  now: number,
): Promise<void> {
  await store.change(async (change) => {
    const { tx } = change;
    const row = await tx.selectFrom('papers').selectAll().where('pk', '=', paper).executeTakeFirst();
    if (!row) return;
    const urls = [links.code, links.project].flatMap((link) => link?.url ?? []);
    const refused = await linksRefused(tx, JSON.parse(row.identifiers) as Identifier[], urls);
    if (refused !== null) throw new SubmissionRefused('forbidden', refused);
    const before = await ownRecordOf(tx, row);
    const kept = (before.links ?? []).filter(
      ({ kind }) => kind === 'media' || !Object.hasOwn(links, kind) || links[kind] === undefined,
    );
    const added = [links.code, links.project].filter((link) => link !== undefined && link !== null);
    const { links: _, ...rest } = before;
    const all = [...kept, ...added];
    await takeInWithin(change, [{ ...rest, ...(all.length > 0 && { links: all }) }], { now });
    // Pages show these links next to the submitter's name.
    await addGiven(await communityChangeIn(tx), paper, {});
  });
}

/** What a reader of this site has said of a paper so far. */
async function ownRecordOf(tx: Db, row: PaperRow): Promise<PaperRecord> {
  const found = await tx
    .selectFrom('records')
    .select(['key', 'content'])
    .where('paper_pk', '=', row.pk)
    .where('source', '=', 'submitted')
    .orderBy('key')
    .executeTakeFirst();
  if (found?.content) return JSON.parse(found.content) as PaperRecord;
  if (found) {
    // The paper has no other record, and so is this one; its own name comes first.
    const record = recordOf(rowToMerged(row));
    const isKey = (one: Identifier): boolean => nameOfIdentifier(one) === found.key;
    return {
      ...record,
      identifiers: [...record.identifiers].sort((a, b) => Number(isKey(b)) - Number(isKey(a))),
    };
  }
  const [own] = JSON.parse(row.identifiers) as Identifier[];
  return { source: 'submitted', identifiers: [own!], title: row.title };
}
