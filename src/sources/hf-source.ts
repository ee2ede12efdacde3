/**
 * Hugging Face Daily Papers as a source: the days are mirrored with the votes counted there, and each is requested
 * again while its votes still change, less often the longer they do not.
 */
import { attempt, recordFromJson } from '../formats/record.ts';
import { addDays, dayNumber, openDay } from '../papers/days.ts';
import { hash52 } from '../papers/hash.ts';
import type { Day, Parsed } from '../papers/types.ts';
import { SourceError } from './client.ts';
import { DAY, every, HOUR } from './every.ts';
import { hubDay } from './hf.ts';
import { repositories, type Turns } from './hf-repositories.ts';
import type { FetchContext, Item, Outcome, Source } from './source.ts';

/** The Hub's own day, wherever this site is: it turns at 21:30 in New York. */
const HUB_TURN = { timezone: 'America/New_York', turn: '21:30' };
/** The archive begins here. */
const FIRST_DAY = '2023-05-04';

/** Days whose votes have not changed for this long are done. */
const LONGEST = 8 * DAY;
/** This many failing days in a row mean that the server is down, not that the days are bad. */
const MAX_FAILURES = 3;

/** When a day is due again (epoch ms), how long that was put off, and what was found last. */
interface Refresh {
  next: number;
  every: number;
  found: string;
}

interface Cursor {
  /** The newest day ever requested: days on which nothing ran come after it. */
  seen: Day | null;
  /** Days whose votes still change. */
  days: Record<Day, Refresh>;
  /** When recent papers are due to be asked what cites them. */
  cited: Turns;
}

export const hub: Source = {
  name: 'hf',
  title: 'Hugging Face Daily Papers',
  parts: (config) => [
    {
      name: 'daily',
      says: 'Papers of the day and their votes',
      url: config.HUB_URL,
      due: every(HOUR, 3 * HOUR),
      backfills: true,
      fetch: (context) => (context.range ? backfill(context) : recent(context)),
    },
  ],
  reread: (raw, where): Parsed => attempt(where, () => recordFromJson(raw, 'hf'), raw),
};

async function* recent(context: FetchContext): AsyncGenerator<Item, Outcome> {
  const now = context.now();
  const today = openDay(now, HUB_TURN);
  const cursor = readCursor(context.cursor);
  const first = cursor.seen === null ? addDays(today, -context.config.SYNC_DAYS) : addDays(cursor.seen, 1);
  for (let day = first; day <= today; day = addDays(day, 1))
    cursor.days[day] = { next: 0, every: HOUR, found: '' };
  cursor.seen = today;
  const wanted = Object.keys(cursor.days)
    .filter((day) => cursor.days[day]!.next <= now)
    .sort();
  let failures = 0;
  let moved = 0;
  let papers = 0;
  let came = 0;
  const failed: string[] = [];
  for (const [place, day] of wanted.entries()) {
    context.progress(place, wanted.length);
    try {
      const found = yield* oneDay(day, context);
      failures = 0;
      came++;
      papers += found.papers;
      const before = cursor.days[day]!;
      if (before.found !== found.stamp) moved++;
      cursor.days[day] = again(before, found.stamp, dayNumber(today) - dayNumber(day), now);
      forget(cursor, today);
      yield { checkpoint: cursor };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      failed.push(`${day}: ${error.reason}`);
      if (error.isShut || ++failures >= MAX_FAILURES) break;
    }
  }
  if (failed.length > 0) {
    const why = `${came} of ${wanted.length} days were fetched; ${failed.slice(0, 5).join('; ')}`;
    return { state: 'failed', why, announced: today };
  }
  const citing = yield* repositories(context, today, cursor.cited, () => cursor);
  if (moved === 0 && citing.news === 0)
    return {
      state: 'quiet',
      proof: `every paper and vote since ${wanted[0] ?? today} is unchanged`,
      announced: today,
    };
  const days = wanted.length === 1 ? '1 day' : `${wanted.length} days`;
  const cited =
    citing.came === 0 ? '' : `; checked ${citing.came} papers for what cites them, ${citing.news} with news`;
  return { state: 'ok', announced: today, says: `${days} fetched, ${papers} papers${cited}` };
}

/** Every day of the range; after a crash, from the first incomplete one. */
async function* backfill(context: FetchContext): AsyncGenerator<Item, Outcome> {
  const { since, until } = context.range!;
  const reached = (context.cursor as { reached?: unknown } | null)?.reached;
  let day = typeof reached === 'string' && reached >= since ? addDays(reached, 1) : since;
  if (day < FIRST_DAY) day = FIRST_DAY;
  const last = [until, openDay(context.now(), HUB_TURN)].sort()[0]!;
  const total = Math.max(0, dayNumber(last) - dayNumber(day) + 1);
  let papers = 0;
  for (let done = 0; day <= last; day = addDays(day, 1), done++) {
    context.progress(done, total);
    papers += (yield* oneDay(day, context)).papers;
    yield { checkpoint: { reached: day } };
  }
  return { state: 'ok', says: `${total} days, ${papers} papers` };
}

/** One day; returns how many papers it has, and a hash of them and their votes. */
async function* oneDay(
  day: Day,
  { config, client, signal, log }: FetchContext,
): AsyncGenerator<Item, { papers: number; stamp: string }> {
  let papers = 0;
  let stamp = '';
  for await (const parsed of hubDay(day, { baseUrl: config.HUB_URL, client, signal, log })) {
    if (parsed.ok) {
      papers++;
      const { identifiers, upvotes, comments } = parsed.record;
      stamp += `${identifiers[0]!.value} ${upvotes ?? 0} ${comments ?? 0}\n`;
    }
    yield parsed;
  }
  return { papers, stamp: `${papers} ${hash52(stamp).toString(36)}` };
}

/**
 * A day whose votes changed is due after the shortest time its age allows (an hour today and yesterday, a sixth of its
 * age after that); an unchanged one after twice as long as the last time.
 */
function again(before: Refresh, found: string, age: number, now: number): Refresh {
  const shortest = age <= 1 ? HOUR : (age * DAY) / 6;
  const every = before.found === found && before.next > 0 ? before.every * 2 : shortest;
  const slowest = age <= 1 ? 3 * HOUR : LONGEST * 2;
  const next = Math.min(Math.max(every, shortest), slowest);
  return { next: now + next, every: next, found };
}

/** Days that are done leave the cursor; yesterday and today stay. */
function forget(cursor: Cursor, today: Day): void {
  const yesterday = addDays(today, -1);
  for (const [day, { every }] of Object.entries(cursor.days))
    if (day < yesterday && every > LONGEST) delete cursor.days[day];
}

function readCursor(kept: unknown): Cursor {
  const { seen, days, cited } = (kept ?? {}) as Partial<Cursor>;
  return { seen: seen ?? null, days: { ...days }, cited: { ...cited } };
}
