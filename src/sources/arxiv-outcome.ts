/** The outcome of a run of announcements, in words. Pure. */
import type { Day } from '../papers/types.ts';
import type { Bringing } from './arxiv-bring.ts';
import type { Marks } from './arxiv-feed.ts';
import type { Listing } from './arxiv-listing.ts';
import { AWAITED_FOR, type OpenDay, type Progress } from './arxiv-progress.ts';
import { SourceError } from './client.ts';
import type { Outcome } from './source.ts';

/** What a run found and left. */
export interface Came {
  category: string;
  /** Epoch ms. */
  now: number;
  before: Progress;
  progress: Progress;
  listing: Listing | SourceError;
  /** The listing names no papers, and the page of recent days does not have its day. */
  isDoubtful: boolean;
  feed: {
    /** How many of the listed papers it had. */
    had: number;
    /** How many dated papers were taken from it. */
    taken: number;
    /** Papers on no listing. */
    undated: number;
    isUnchanged: boolean;
    trouble?: string;
    marks?: Marks;
  };
  /** Earlier days for which this run brought papers. */
  missed: Day[];
  /** Days whose papers were awaited for too long. */
  lost: OpenDay[];
  failures: string[];
}

/** At most this many identifiers of missing papers are named. */
const NAMED = 20;

/** `ok`, `quiet` with its proof, or `failed` with the reasons. */
export function outcomeOf(
  came: Came,
  { given, from, troubles }: Pick<Bringing, 'given' | 'from' | 'troubles'>,
): Outcome {
  const { listing, now, progress, lost, feed, missed } = came;
  const failures = [...came.failures];
  const says: string[] = [];
  if (listing instanceof SourceError)
    failures.unshift(`the listing could not be read (${listing.reason})${fed(feed)}`);
  for (const day of progress.open) {
    if (day.missing === null) continue;
    const count = day.missing.length + day.unnamed;
    const isLast = !(listing instanceof SourceError) && day.day === listing.day;
    if (now - day.seen > AWAITED_FOR) failures.push(`${shortage(day)} have not arrived`);
    else says.push(`${count} of ${day.papers}${isLast ? '' : ` of ${day.day}`} awaited`);
  }
  for (const day of lost) failures.push(`${shortage(day)} never arrived and are no longer expected`);
  says.push(...remarks(came, from));
  if (missed.length > 0) says.push(`caught up with ${missed.sort().join(', ')}`);
  const isShort = progress.open.length > 0 || failures.length > 0;
  for (const [door, trouble] of Object.entries(troubles))
    if (isShort) says.push(`${door === 'api' ? 'the API' : 'OAI'} could not be reached: ${trouble}`);
  if (listing instanceof SourceError) return { state: 'failed', why: [...failures, ...says].join('; ') };
  if (came.isDoubtful && failures.length === 0) {
    says.unshift(
      `the listing of ${listing.day} is empty, and the listing of recent days does not have that day yet`,
    );
    return { state: 'ok', says: says.join('; ') };
  }
  const counted = { announced: listing.day, ...countsOf(listing, progress) };
  if (failures.length > 0) return { state: 'failed', why: [...failures, ...says].join('; '), ...counted };
  const isQuiet = given.size === 0 && progress.open.length === 0 && feed.undated === 0 && says.length === 0;
  const proof = isQuiet ? proofOf(came, listing, counted.expected) : null;
  if (proof !== null) return { state: 'quiet', announced: listing.day, proof };
  const gone = takenBack(listing, progress);
  if (gone.length > 0) says.push(`arXiv removed ${gone.slice(0, NAMED).join(', ')}`);
  return { state: 'ok', ...counted, ...(says.length > 0 && { says: says.join('; ') }) };
}

/** What was announced on the listing's day, without papers withdrawn by arXiv, and how much of it is here. */
function countsOf(listing: Listing, progress: Progress): { expected: number; got: number } {
  const expected = listing.papers - takenBack(listing, progress).length;
  const open = progress.open.find(({ day }) => day === listing.day);
  return { expected, got: expected - (open?.missing?.length ?? 0) - (open?.unnamed ?? 0) };
}

const takenBack = ({ ids }: Listing, { gone }: Progress): string[] => ids.filter((id) => gone.includes(id));

/** Null if the day is new: then the message says what arrived. */
function proofOf({ category, before }: Came, { day }: Listing, papers: number): string | null {
  if (papers === 0) return `arXiv's listing of ${day} has no new papers in ${category}`;
  const wasWhole = before.done !== null && day <= before.done && !before.open.some((one) => one.day === day);
  if (!wasWhole) return null;
  const here = papers === 1 ? 'its one paper is here' : `all ${papers} of its papers are here`;
  return `arXiv's listing of ${category} is still that of ${day}, and ${here}`;
}

/** The state of the feed, if that made a difference. */
function remarks({ listing, feed, category }: Came, from: Bringing['from']): string[] {
  const says: string[] = [];
  if (feed.trouble !== undefined) says.push(`the feed could not be read in full: ${feed.trouble}`);
  const ways = [
    from.api > 0 && `${from.api} came from the API`,
    from.oai > 0 && `${from.oai} from OAI`,
    from.here > 0 && `${from.here} were already here, undated`,
  ].filter((way) => way !== false);
  if (!(listing instanceof SourceError) && ways.length > 0) {
    const had = `the feed of ${category} had ${feed.had} of ${listing.papers}`;
    const isLate = feed.had < listing.papers && !feed.isUnchanged;
    says.push([...(isLate ? [had] : []), ...ways].join('; '));
  }
  if (feed.undated > 0 && !(listing instanceof SourceError))
    says.push(`${papersIn(feed.undated)} from the feed on no listing, left undated`);
  return says;
}

const fed = ({ taken, undated }: Came['feed']): string =>
  taken + undated === 0 ? '' : `; the feed had ${papersIn(taken)} with a day and ${undated} without`;

const papersIn = (count: number): string => (count === 1 ? '1 paper' : `${count} papers`);

/** `3 of 212 papers of 2026-11-20 (2611.00001, …)`. */
function shortage({ day, missing, papers, unnamed }: OpenDay): string {
  const ids = missing ?? [];
  const more = ids.length > NAMED ? ` and ${ids.length - NAMED} more` : '';
  const named = [
    ...(ids.length > 0 ? [`${ids.slice(0, NAMED).join(', ')}${more}`] : []),
    ...(unnamed > 0 ? [`${unnamed} not named in the listing`] : []),
  ].join('; ');
  return `${ids.length + unnamed} of ${papers} papers of ${day} (${named})`;
}
