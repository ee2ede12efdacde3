/**
 * The progress through a category's announcements: which days are complete, which papers of which days are awaited.
 * Kept as the cursor between runs. Pure.
 */
import { isObject } from '../formats/fields.ts';
import { isDay } from '../formats/text.ts';
import { addDays } from '../papers/days.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Day, PaperRecord } from '../papers/types.ts';
import { listingDayAfter } from './arxiv-calendar.ts';
import type { Marks } from './arxiv-feed.ts';
import type { Announced } from './arxiv-listing.ts';

/** A day of which some papers are missing. */
export interface OpenDay {
  day: Day;
  /** When the announcement was first seen (epoch ms). */
  seen: number;
  /** What is still to come; null: no listing names them any more, but the harvest does. */
  missing: string[] | null;
  /** How many papers the listing counted. */
  papers: number;
  /** How many of them it did not name. */
  unnamed: number;
}

export interface Progress {
  /** Every announcement up to this day is complete, except the open ones. Null: nothing was fetched yet. */
  done: Day | null;
  /** Newest first. */
  open: OpenDay[];
  /** Listed papers that arXiv has withdrawn. */
  gone: string[];
  /** The feed's, while it had everything listed. */
  feed?: Marks;
}

/** Days further back are not caught up on. */
const FURTHEST = 366;
/** How long after an announcement papers may still be on their way (ms). */
export const AWAITED_FOR = 6 * 3_600_000;
/** After this long, missing papers are given up (ms): no listing names them any more, and nobody has them. */
const GIVEN_UP = 7 * 86_400_000;
const MAX_OPEN = 400;
const MAX_GONE = 200;
const MAX_MISSING = 20_000;

/** Restores a checkpoint, ignoring anything invalid. */
export function readProgress(kept: unknown): Progress {
  const { done, open, gone, feed } = isObject(kept) ? kept : {};
  return {
    done: typeof done === 'string' && isDay(done) ? done : null,
    open: (Array.isArray(open) ? open : []).slice(0, MAX_OPEN).flatMap((one) => openDay(one) ?? []),
    gone: idsIn(gone, MAX_GONE),
    ...(isObject(feed) && { feed: { ...textIn(feed, 'etag'), ...textIn(feed, 'lastModified') } }),
  };
}

function openDay(kept: unknown): OpenDay | undefined {
  if (!isObject(kept) || typeof kept.day !== 'string' || !isDay(kept.day)) return undefined;
  const count = (value: unknown): number => (typeof value === 'number' && value > 0 ? value : 0);
  return {
    day: kept.day,
    seen: count(kept.seen),
    missing: kept.missing === null ? null : idsIn(kept.missing, MAX_MISSING),
    papers: count(kept.papers),
    unnamed: count(kept.unnamed),
  };
}

/** They are sent to arXiv, so only valid identifiers of its own. */
const idsIn = (list: unknown, most: number): string[] =>
  (Array.isArray(list) ? list : [])
    .slice(0, most)
    .flatMap((one) => (typeof one === 'string' ? (parseIdentifier(one, 'arxiv')?.value ?? []) : []));

const textIn = (object: Record<string, unknown>, name: string): Record<string, string> =>
  typeof object[name] === 'string' ? { [name]: object[name] as string } : {};

/** The day from which announcements are to be caught up on, `floor` excluded. */
export function floorOf({ done }: Progress, announced: Day, syncDays: number): Day {
  const furthest = addDays(announced, -FURTHEST);
  return [done ?? addDays(announced, -syncDays), furthest].sort().at(-1)!;
}

/**
 * Opens the days announced after `floor` and before `announced`: those named in `recent`, and before them every day
 * that may have had an announcement, for the harvest.
 *
 * @param recent null: no day was missed
 * @param now epoch ms
 */
export function opened(
  progress: Progress,
  {
    floor,
    announced,
    recent,
    now,
  }: { floor: Day; announced: Announced; recent: Announced[] | null; now: number },
): Progress {
  const open = new Map(progress.open.map((one) => [one.day, one]));
  const add = (day: Day, found: Announced | null): void => {
    if (open.has(day)) return;
    const missing = found?.ids ?? null;
    const papers = found?.papers ?? 0;
    open.set(day, { day, seen: now, missing, papers, unnamed: found ? papers - found.ids.length : 0 });
  };
  add(announced.day, announced);
  for (const one of recent ?? []) if (one.day > floor && one.day < announced.day) add(one.day, one);
  if (recent) {
    const oldest = [announced.day, ...recent.map(({ day }) => day)].sort()[0]!;
    for (let day = listingDayAfter(floor); day < oldest; day = listingDayAfter(day)) add(day, null);
  }
  return { ...progress, done: announced.day, open: sorted(open.values()) };
}

const sorted = (days: Iterable<OpenDay>): OpenDay[] => [...days].sort((a, b) => (a.day < b.day ? 1 : -1));

/** Updates what is still missing for a day; if nothing is, it is complete. */
export function settled(progress: Progress, day: OpenDay, gone: string[] = []): Progress {
  const others = progress.open.filter((one) => one.day !== day.day);
  const isWhole = day.missing !== null && day.missing.length + day.unnamed === 0;
  return {
    ...progress,
    open: isWhole ? others : sorted([...others, day]),
    gone: [...new Set([...progress.gone, ...gone])].slice(-MAX_GONE),
  };
}

/** Removes the days that were awaited for too long, and returns them. */
export function givenUp(progress: Progress, now: number): { progress: Progress; lost: OpenDay[] } {
  const isLost = ({ missing, seen }: OpenDay): boolean => missing !== null && now - seen > GIVEN_UP;
  return {
    progress: { ...progress, open: progress.open.filter((day) => !isLost(day)) },
    lost: progress.open.filter(isLost),
  };
}

/** A first announcement comes within this many days of the submission. */
const LONGEST_HELD = 10;

/**
 * Whether a harvested record last changed on `day` was announced then. arXiv's records appear in the harvest when they
 * are announced; a later change moves the day, and the day alone does not show the difference. So it is an announcement
 * on the first listing day after the submission; on the second, unless a journal or a DOI suggests a change; later
 * (after moderation) only if nothing suggests a change, not even a second category, which may be a late cross-list.
 */
export function wasAnnounced(record: PaperRecord, day: Day): boolean {
  const { published, updated, identifiers, journal, categories = [] } = record;
  if (published === undefined || record.publishedPrecision !== 'day') return false;
  if (updated !== undefined || (identifiers[0]?.version ?? 1) > 1) return false;
  const first = listingDayAfter(published);
  if (day <= first) return day === first;
  if (journal !== undefined || identifiers.length > 1) return false;
  if (day === listingDayAfter(first)) return true;
  return categories.length === 1 && day <= addDays(published, LONGEST_HELD);
}
