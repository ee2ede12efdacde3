/** Fetching papers that a listing names: from what is here, the API, the OAI-PMH interface, in this order. */
import type { Day, PaperRecord } from '../papers/types.ts';
import { arxivById } from './arxiv-api.ts';
import { announcedHere, type Known, knownPapers } from './arxiv-known.ts';
import { getRecord, harvest, oaiSet } from './arxiv-oai.ts';
import { wasAnnounced } from './arxiv-progress.ts';
import { announcement, ownId } from './arxiv-record.ts';
import { SourceError } from './client.ts';
import type { FetchContext, Item } from './source.ts';

/** What a run has brought, and which interfaces it no longer asks. */
export interface Bringing {
  category: string;
  context: FetchContext;
  /** Papers yielded in this run and the day each was dated by. */
  given: Map<string, Day>;
  /** How many came from where. */
  from: { here: number; api: number; oai: number };
  /** Why an interface is no longer used in this run. */
  troubles: { api?: string; oai?: string };
  /** How many single records may still be requested by OAI-PMH. */
  oaiLeft: number;
}

/** Single records per run; an interface for changes should not be asked for hundreds. */
const MAX_SINGLE = 50;
/** After this many misses in a row it is assumed to lag, and not used again in this run. */
const MAX_UNKNOWN = 5;

/** A run that has not brought anything yet. */
export const bringing = (category: string, context: FetchContext): Bringing => ({
  category,
  context,
  given: new Map(),
  from: { here: 0, api: 0, oai: 0 },
  troubles: {},
  oaiLeft: MAX_SINGLE,
});

/** Whether nothing needs to be done for a paper listed on `day`. The earliest announcement counts. */
export const isSettled = (known: Known | undefined, day: Day): boolean =>
  known !== undefined && known.announced !== null && known.announced <= day;

/** Whether this run yielded it, dated by this day or an earlier one. */
function isGiven(id: string, day: Day, { given }: Bringing): boolean {
  const by = given.get(id);
  return by !== undefined && by <= day;
}

/** Yields an announcement and remembers it. */
export function give(record: PaperRecord, day: Day, where: string, run: Bringing): Item {
  run.given.set(ownId(record), day);
  return { ok: true, where, record };
}

/** Fetches the papers announced on a day as far as possible; returns what is missing then, and what arXiv withdrew. */
export async function* bring(
  ids: readonly string[],
  day: Day,
  run: Bringing,
): AsyncGenerator<Item, { missing: string[]; gone: string[] }> {
  const { store } = run.context;
  const wanted = ids.filter((id) => !isGiven(id, day, run));
  const known = await knownPapers(store, wanted);
  const open = wanted.filter((id) => !isSettled(known.get(id), day));
  const here = open.filter((id) => known.has(id));
  for (const record of await announcedHere(store, here, day)) {
    yield give(record, day, `announced ${day}`, run);
    run.from.here++;
  }
  const elsewhere = open.filter((id) => !isGiven(id, day, run));
  const missing = yield* fromApi(elsewhere, day, run);
  return yield* fromOai(missing, day, run);
}

/** What is missing after asking the API. Its index lags the announcement. */
async function* fromApi(ids: string[], day: Day, run: Bringing): AsyncGenerator<Item, string[]> {
  if (ids.length === 0 || run.troubles.api !== undefined) return ids;
  const { config, client, signal, log } = run.context;
  const missing = new Set(ids);
  try {
    for await (const parsed of arxivById(ids, { apiUrl: config.ARXIV_API_URL, client, signal })) {
      if (!parsed.ok) yield parsed;
      else if (missing.delete(ownId(parsed.record))) {
        yield give(announcement(parsed.record, day), day, parsed.where, run);
        run.from.api++;
      }
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    run.troubles.api = error.reason;
    log(`${error.url}: ${error.reason}`);
  }
  return [...missing];
}

/**
 * What is missing after requesting each by name by OAI-PMH. That lags the announcement too. Each time it begins at a
 * different place, so that papers it never has do not block the others.
 */
async function* fromOai(
  ids: string[],
  day: Day,
  run: Bringing,
): AsyncGenerator<Item, { missing: string[]; gone: string[] }> {
  const { config, client, signal, log, now } = run.context;
  const missing = new Set(ids);
  const gone: string[] = [];
  const start = Math.floor(now() / 60_000) % Math.max(1, ids.length);
  let unknown = 0;
  try {
    for (const id of [...ids.slice(start), ...ids.slice(0, start)]) {
      if (run.troubles.oai !== undefined || run.oaiLeft === 0 || unknown >= MAX_UNKNOWN) break;
      run.oaiLeft--;
      const item = await getRecord(id, { oaiUrl: config.ARXIV_OAI_URL, client, signal });
      unknown = item === null ? unknown + 1 : 0;
      if (item === null || 'checkpoint' in item) continue;
      if ('gone' in item) {
        missing.delete(id);
        gone.push(id);
        yield item;
      } else if (!item.ok) yield item;
      else if (ownId(item.record) === id) {
        missing.delete(id);
        yield give(announcement(item.record, day), day, item.where, run);
        run.from.oai++;
      }
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    run.troubles.oai = error.reason;
    log(`${error.url}: ${error.reason}`);
  }
  return { missing: [...missing], gone };
}

/** Records looked up in the database at once. */
const LOOKED_UP = 200;

/**
 * Fetches what the harvest reports as changed on a day, dating those that were announced on it. The rest stay dated by
 * their submission.
 *
 * @throws SourceError if the harvest fails, after yielding what had arrived
 */
export async function* bringHarvested(day: Day, run: Bringing): AsyncGenerator<Item, void> {
  const { config, client, signal, log } = run.context;
  const set = oaiSet(run.category);
  const options = { oaiUrl: config.ARXIV_OAI_URL, client, signal, log, since: day, until: day, set };
  let records: { record: PaperRecord; where: string }[] = [];
  for await (const item of harvest(options)) {
    if ('checkpoint' in item) continue;
    yield item;
    if (!('ok' in item) || !item.ok || !wasAnnounced(item.record, day)) continue;
    records.push(item);
    if (records.length < LOOKED_UP) continue;
    yield* announcedOn(records, day, run);
    records = [];
  }
  yield* announcedOn(records, day, run);
}

async function* announcedOn(
  records: { record: PaperRecord; where: string }[],
  day: Day,
  run: Bringing,
): AsyncGenerator<Item, void> {
  const ids = records.map(({ record }) => ownId(record));
  const known = await knownPapers(run.context.store, ids);
  for (const { record, where } of records) {
    if (isSettled(known.get(ownId(record)), day)) continue;
    yield give(announcement(record, day), day, where, run);
    run.from.oai++;
  }
}
