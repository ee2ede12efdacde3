/**
 * What changed in a category: versions, withdrawals, licences, deletions. The harvest reports all of it, by day of the
 * last change; the API knows only what was submitted, and replaces it for new papers only.
 */

import { isObject } from '../formats/fields.ts';
import { isDay } from '../formats/text.ts';
import { addDays } from '../papers/days.ts';
import type { Day, PaperRecord } from '../papers/types.ts';
import { arxivSubmitted } from './arxiv-api.ts';
import { knownPapers } from './arxiv-known.ts';
import { harvest, oaiSet } from './arxiv-oai.ts';
import { ownId } from './arxiv-record.ts';
import { SourceError } from './client.ts';
import type { FetchContext, Item, Outcome } from './source.ts';

interface Cursor {
  /** The day of the last completed harvest (UTC, as arXiv's datestamps). */
  done: Day | null;
  /** An unfinished harvest: its range, the day it began, and its position. */
  under?: { since: Day; until: Day | null; began: Day; at: unknown };
}

/** Days are harvested twice: some of their changes may arrive after the first time. */
const OVERLAP = 1;

/** Fetches what changed since the last complete harvest, or on the days of a backfill. */
export async function* fetchChanges(category: string, context: FetchContext): AsyncGenerator<Item, Outcome> {
  const { config, range, log } = context;
  const cursor = readCursor(context.cursor);
  const today = new Date(context.now()).toISOString().slice(0, 10);
  const until = range?.until ?? null;
  const kept = cursor.under?.until === until && isOf(cursor.under, range) ? cursor.under : null;
  const since =
    range?.since ??
    kept?.since ??
    addDays(cursor.done ?? today, cursor.done === null ? -config.SYNC_DAYS : -OVERLAP);
  const began = kept?.began ?? today;
  const seen: Seen = { ids: new Set(), records: 0, gone: 0 };
  let failure: string | null = null;
  try {
    for await (const item of harvested(category, context, { since, until, at: kept?.at })) {
      if ('checkpoint' in item)
        yield { checkpoint: { done: cursor.done, under: { since, until, began, at: item.checkpoint } } };
      else {
        count(item, seen);
        yield item;
      }
    }
    if (!range) yield { checkpoint: { done: began } };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    log(`${error.url}: ${error.reason}`);
    failure = error.reason;
  }
  if (failure === null && !range) return outcome(category, since, seen);
  // A backfill is for days of submission; papers changed since have moved to other days of the harvest.
  const api = yield* submitted(category, context, { since, until, seen });
  return failure === null ? backfilled(seen, api) : failed(failure, api);
}

/** Whether the unfinished harvest is the one requested. */
const isOf = ({ since }: { since: Day }, range: FetchContext['range']): boolean =>
  range === undefined || since === range.since;

interface Seen {
  ids: Set<string>;
  records: number;
  gone: number;
}

function count(item: Exclude<Item, { checkpoint: unknown }>, seen: Seen): void {
  if ('gone' in item) seen.gone++;
  else {
    seen.records++;
    if (item.ok) seen.ids.add(ownId(item.record));
  }
}

function harvested(
  category: string,
  { config, client, signal, log, progress }: FetchContext,
  { since, until, at }: { since: Day; until: Day | null; at: unknown },
): AsyncGenerator<Item> {
  return harvest({
    oaiUrl: config.ARXIV_OAI_URL,
    client,
    since,
    ...(until !== null && { until }),
    set: oaiSet(category),
    ...(at !== undefined && { cursor: at }),
    signal,
    log,
    progress,
  });
}

/** What the API contributed. */
interface FromApi {
  papers: number;
  trouble: string | null;
}

/** Days per query: the API gives no more than 30,000 papers. */
const SPAN = 14;
/** Looked up in the database at once. */
const LOOKED_UP = 200;

/** Papers submitted on these days that are not here; for the others, existing records say more than the API. */
async function* submitted(
  category: string,
  context: FetchContext,
  { since, until, seen }: { since: Day; until: Day | null; seen: Seen },
): AsyncGenerator<Item, FromApi> {
  const { config, client, signal, log } = context;
  const options = { apiUrl: config.ARXIV_API_URL, client, signal };
  const came: FromApi = { papers: 0, trouble: null };
  try {
    for (const span of spans(since, until)) {
      let batch: { record: PaperRecord; where: string }[] = [];
      for await (const parsed of arxivSubmitted(category, { ...span, ...options })) {
        if (!parsed.ok) yield parsed;
        else batch.push(parsed);
        if (batch.length < LOOKED_UP) continue;
        yield* unknown(batch, context, seen, came);
        batch = [];
      }
      yield* unknown(batch, context, seen, came);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    log(`${error.url}: ${error.reason}`);
    came.trouble = error.reason;
  }
  return came;
}

function* spans(since: Day, until: Day | null): Generator<{ since: Day; until?: Day }> {
  if (until === null) yield { since };
  else
    for (let day = since; day <= until; day = addDays(day, SPAN)) {
      const last = addDays(day, SPAN - 1);
      yield { since: day, until: last < until ? last : until };
    }
}

async function* unknown(
  batch: { record: PaperRecord; where: string }[],
  { store }: FetchContext,
  { ids }: Seen,
  came: FromApi,
): AsyncGenerator<Item, void> {
  const known = await knownPapers(
    store,
    batch.map(({ record }) => ownId(record)),
  );
  for (const { record, where } of batch) {
    const id = ownId(record);
    if (ids.has(id) || known.get(id)?.isHarvested) continue;
    ids.add(id);
    came.papers++;
    yield { ok: true, where, record };
  }
}

const papersIn = (papers: number): string => (papers === 1 ? '1 new paper' : `${papers} new papers`);
const recordsIn = (records: number): string => (records === 1 ? '1 record' : `${records} records`);

function outcome(category: string, since: Day, { records, gone }: Seen): Outcome {
  if (records + gone === 0)
    return { state: 'quiet', proof: `arXiv's harvest lists no changes in ${category} since ${since}` };
  const taken = gone > 0 ? `, ${gone} gone` : '';
  return { state: 'ok', says: `${recordsIn(records)} changed since ${since}${taken}` };
}

function backfilled({ records, gone }: Seen, api: FromApi): Outcome {
  const harvest = `${recordsIn(records)} by day of last change${gone > 0 ? `, ${gone} gone` : ''}`;
  if (api.trouble !== null)
    return {
      state: 'failed',
      why: `the API did not say what was submitted (${api.trouble}); ${harvest}, ${papersIn(api.papers)} from the API`,
    };
  return { state: 'ok', says: `${harvest}; ${papersIn(api.papers)} by day of submission from the API` };
}

function failed(reason: string, { papers, trouble }: FromApi): Outcome {
  const came = `${papersIn(papers)} came from the API instead`;
  const also = trouble === null ? '' : `, which failed too (${trouble})`;
  return { state: 'failed', why: `harvesting failed (${reason}); ${came}${also}` };
}

function readCursor(kept: unknown): Cursor {
  const { done, under } = isObject(kept) ? kept : {};
  const { since, until, began, at } = isObject(under) ? under : {};
  const day = (value: unknown): value is Day => typeof value === 'string' && isDay(value);
  const isUnder = day(since) && day(began) && (until === null || day(until));
  return {
    done: day(done) ? done : null,
    ...(isUnder && { under: { since, until: until as Day | null, began, at } }),
  };
}
