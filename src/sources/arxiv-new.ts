/**
 * The announcements of a category. The listing says which papers belong to which day; they are taken from the feed, and
 * those missing there from elsewhere, until all are here. Papers are dated only by the listing: never by the feed's own
 * dates, and never by the day of fetching. In an outage the listing is empty for hours although there are papers, so an
 * empty day is only believed if the page of recent days has it, and is looked up there again the day after.
 */
import { addDays, openDay } from '../papers/days.ts';
import type { Day, Parsed } from '../papers/types.ts';
import { type Bringing, bring, bringHarvested, bringing, give, isSettled } from './arxiv-bring.ts';
import { listingDayBefore } from './arxiv-calendar.ts';
import { arxivFeed, type Feed, type Marks } from './arxiv-feed.ts';
import { knownPapers } from './arxiv-known.ts';
import { type Announced, type Listing, newListing, recentListings } from './arxiv-listing.ts';
import { type Came, outcomeOf } from './arxiv-outcome.ts';
import {
  floorOf,
  givenUp,
  type OpenDay,
  opened,
  type Progress,
  readProgress,
  settled,
} from './arxiv-progress.ts';
import { announcement, ownId } from './arxiv-record.ts';
import { SourceError } from './client.ts';
import type { FetchContext, Item, Outcome } from './source.ts';

/** A run in progress. */
interface Run extends Bringing {
  progress: Progress;
  /** The last announcement, or why it is unknown. */
  listing: Listing | SourceError;
  /** It names no papers, and the page of recent days does not confirm that. */
  isDoubtful: boolean;
  /** Those before it; requested once. */
  recent(): Promise<Announced[] | SourceError>;
}

/** Fetches what was announced in a category since the last run. */
export async function* fetchNew(category: string, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const before = readProgress(context.cursor);
  const run = await begun(category, before, context);
  const failures: string[] = [];
  const doubt = await checkEmpty(run);
  if (doubt !== null) failures.push(doubt);
  const { listing } = run;
  if (!(listing instanceof SourceError)) {
    failures.push(...(await plan(run, listing)));
    // From here on, what is open survives this process and the listing.
    yield { checkpoint: run.progress };
  }
  const feed = yield* takeFeed(run);
  const missed: Day[] = [];
  const isNamed = !(listing instanceof SourceError) && listing.papers > 0;
  if (isNamed) yield* lastDay(run, listing, feed);
  for (const day of run.progress.open) {
    if (isNamed && day.day === listing.day) continue;
    const { size } = run.given;
    const failure = yield* earlierDay(run, day);
    if (failure !== null) failures.push(failure);
    else if (run.given.size > size) missed.push(day.day);
  }
  const { progress, lost } = givenUp(run.progress, context.now());
  yield { checkpoint: progress };
  const came: Came = {
    category,
    now: context.now(),
    before,
    progress,
    lost,
    failures,
    missed,
    feed,
    listing,
    isDoubtful: run.isDoubtful,
  };
  return outcomeOf(came, run);
}

async function begun(category: string, progress: Progress, context: FetchContext): Promise<Run> {
  const { config, client, signal } = context;
  const options = { listUrl: config.ARXIV_LIST_URL, client, signal };
  let recent: Promise<Announced[] | SourceError> | undefined;
  return {
    ...bringing(category, context),
    progress,
    listing: plausible(await orTrouble(newListing(category, options)), progress, context.now()),
    isDoubtful: false,
    recent: () => (recent ??= orTrouble(recentListings(category, options))),
  };
}

/** The failure of a request as a value. Being stopped or offline is not a failure. */
async function orTrouble<T>(work: Promise<T>): Promise<T | SourceError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof SourceError) return error;
    throw error;
  }
}

/** A cached page names a past day; a page naming a day in the future is not arXiv's. */
function plausible(listing: Listing | SourceError, { done }: Progress, now: number): Listing | SourceError {
  if (listing instanceof SourceError) return listing;
  const { day, url } = listing;
  const latest = addDays(openDay(now, { timezone: 'America/New_York', turn: '20:00' }), 1);
  if (day > latest) return new SourceError(url, `the listing is dated ${day}, which is in the future`);
  if (done !== null && day < done && done <= latest)
    return new SourceError(url, `the listing is dated ${day}, although ${done} was already announced`);
  return listing;
}

/**
 * Checks a listing without papers against the page of recent days: what that page says about the day counts. Returns
 * why it could not be fetched.
 */
async function checkEmpty(run: Run): Promise<string | null> {
  const { listing } = run;
  if (listing instanceof SourceError || listing.papers > 0) return null;
  const recent = await run.recent();
  const found = recent instanceof SourceError ? undefined : recent.find(({ day }) => day === listing.day);
  if (found) run.listing = { ...listing, ...found };
  run.isDoubtful = found === undefined;
  if (!(recent instanceof SourceError)) return null;
  return `the listing of ${listing.day} has no papers, and the listing of recent days could not be read: ${recent.reason}`;
}

/** Opens the day of the listing and the days missed before it. Returns why the latter could not be determined. */
async function plan(run: Run, listing: Listing): Promise<string[]> {
  const { context, progress } = run;
  const now = context.now();
  const floor = floorOf(progress, listing.day, context.config.SYNC_DAYS);
  if (progress.done !== null && listing.day <= progress.done) return [];
  const announced = { floor, announced: listing, now };
  const before = listingDayBefore(listing.day);
  if (floor >= before) {
    // An empty day is not finished: it is looked up once more on the page of recent days when the next one is out.
    if (listing.papers > 0) run.progress = opened(progress, { ...announced, recent: null });
    else run.progress = { ...progress, done: floor };
    return [];
  }
  const recent = await run.recent();
  const trouble = recent instanceof SourceError ? recent.reason : staleness(recent, listing);
  run.progress = opened(progress, {
    ...announced,
    recent: recent instanceof SourceError || trouble !== null ? null : recent,
  });
  if (listing.papers === 0) {
    const open = run.progress.open.filter(({ day }) => day !== listing.day);
    run.progress = { ...run.progress, open, done: before };
  }
  if (trouble === null) return [];
  // The days in between are left for the next run to look up.
  run.progress.done = progress.done;
  return [`the announcements between ${floor} and ${listing.day} could not be looked up: ${trouble}`];
}

/** Without the last announcement the page is an old one, and does not name those before it either. */
const staleness = (recent: Announced[], { day, papers }: Listing): string | null =>
  papers === 0 || recent.some((one) => one.day >= day)
    ? null
    : `the listing of recent days does not include ${day}`;

/** Yields what the feed has that is not here yet, each dated by the listing that names it, or undated. */
async function* takeFeed(run: Run): AsyncGenerator<Item, Came['feed']> {
  const { config, client, signal, log, store } = run.context;
  const options = { feedUrl: config.ARXIV_FEED_URL, client, signal };
  const feed = await orTrouble(arxivFeed(run.category, options, run.progress.feed));
  if (feed instanceof SourceError) {
    log(`${feed.url}: ${feed.reason}`);
    return { had: 0, taken: 0, undated: 0, trouble: feed.reason, isUnchanged: false };
  }
  if (feed.broken !== undefined) log(`${feed.url}: ${feed.broken}`);
  const ids = idsOf(feed);
  const known = await knownPapers(store, ids);
  const listed = run.listing instanceof SourceError ? [] : run.listing.ids;
  const last = new Set(listed);
  let undated = 0;
  for (const parsed of feed.entries) {
    if (!parsed.ok) {
      yield parsed;
      continue;
    }
    const id = ownId(parsed.record);
    const here = known.get(id);
    if (run.given.has(id)) continue;
    const isLast = last.has(id) && !(run.listing instanceof SourceError);
    // It is of an earlier day, and already dated.
    if (!isLast && here?.announced) continue;
    const day = isLast ? (run.listing as Listing).day : await dayOf(id, run);
    if (day === undefined) {
      undated++;
      if (!here?.isListed) yield { ...parsed, record: announcement(parsed.record, undefined) };
    } else if (!isSettled(here, day)) yield give(announcement(parsed.record, day), day, parsed.where, run);
  }
  const inFeed = new Set(ids);
  const had = listed.filter((id) => inFeed.has(id)).length;
  const { isUnchanged } = feed;
  const marks = markable(feed, run.listing, had);
  const told = { had, taken: run.given.size, undated, isUnchanged, ...(marks && { marks }) };
  return feed.broken === undefined ? told : { ...told, trouble: feed.broken };
}

const idsOf = ({ entries }: Feed): string[] =>
  entries.flatMap((parsed: Parsed) => (parsed.ok ? ownId(parsed.record) : []));

/** A 304 is only enough for a feed that was complete and had everything listed. */
function markable(feed: Feed, listing: Listing | SourceError, had: number): Marks | undefined {
  if (feed.isUnchanged || feed.broken !== undefined || listing instanceof SourceError) return undefined;
  const isAll = had === listing.papers && listing.papers > 0;
  return isAll && feed.entries.every(({ ok }) => ok) ? feed.marks : undefined;
}

async function dayOf(id: string, run: Run): Promise<Day | undefined> {
  const recent = await run.recent();
  if (recent instanceof SourceError) return undefined;
  return recent.findLast(({ ids }) => ids.includes(id))?.day;
}

/** Completes the day of the listing. */
async function* lastDay(run: Run, listing: Listing, feed: Came['feed']): AsyncGenerator<Item, void> {
  const { context } = run;
  const gone = new Set(run.progress.gone);
  context.progress(feed.had, listing.papers);
  const wanted = listing.ids.filter((id) => !gone.has(id));
  const left = yield* bring(wanted, listing.day, run);
  const known = run.progress.open.find(({ day }) => day === listing.day);
  const { day, papers } = listing;
  const open: OpenDay = {
    day,
    seen: known?.seen ?? context.now(),
    missing: left.missing,
    papers,
    unnamed: papers - listing.ids.length,
  };
  run.progress = settled(run.progress, open, left.gone);
  if (feed.marks) run.progress = { ...run.progress, feed: feed.marks };
  context.progress(papers - left.missing.length, papers);
  yield { checkpoint: run.progress };
}

/** Completes a day before that of the listing as far as possible; returns why not, if it could not be done at all. */
async function* earlierDay(run: Run, day: OpenDay): AsyncGenerator<Item, string | null> {
  if (day.missing === null) {
    try {
      yield* bringHarvested(day.day, run);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return `the harvest of ${day.day} failed: ${error.reason}`;
    }
    run.progress = settled(run.progress, { ...day, missing: [], unnamed: 0 });
  } else {
    const left = yield* bring(day.missing, day.day, run);
    run.progress = settled(run.progress, { ...day, missing: left.missing }, left.gone);
  }
  yield { checkpoint: run.progress };
  return null;
}
