/**
 * Crossref, where publishers register what they publish. Papers here that have a DOI but lack an abstract or a journal
 * are looked up, some each day, in the order in which they arrived. One round over all of them takes as long as it takes; the next begins a month after the last one began.
 */

import { isObject } from '../formats/fields.ts';
import { attempt } from '../formats/record.ts';
import { parseIdentifier } from '../papers/identifiers.ts';
import type { Parsed } from '../papers/types.ts';
import type { Store } from '../store/open.ts';
import { withoutTrailing } from '../trim.ts';
import { type Client, SourceError } from './client.ts';
import { crossrefRecord } from './crossref-record.ts';
import { DAY, every } from './every.ts';
import { parseAnswer } from './json-answer.ts';
import type { FetchContext, Item, Outcome, Source } from './source.ts';
import { sleep } from './wait.ts';

/** DOIs per run: some minutes at Crossref's pace. */
const DOIS_A_RUN = 200;
/** A round over everything begins at most this often. */
const ROUND = 30 * DAY;
/** This many failures in a row mean the server is down, not that the DOIs are bad. */
const MAX_FAILURES = 3;
/** The longest pause between two requests that Crossref may ask for; beyond it, the rest is left for tomorrow. */
const LONGEST_PAUSE = 60_000;

/** How often a DOI that makes Crossref fail is tried, and how many of those are remembered. */
const MAX_TRIES = 3;
const MOST_AGAIN = 200;
/** The position in the round is saved after this many DOIs. */
const CHECKPOINT = 20;

interface Cursor {
  /** All papers up to this one have been looked up. */
  after: number;
  /** When the round began (epoch ms). */
  began: number;
  /** DOIs whose requests failed, and how often. */
  again: Record<string, number>;
}

export const crossref: Source = {
  name: 'crossref',
  title: 'Crossref',
  parts: (config) =>
    config.CROSSREF_MAILTO === null
      ? []
      : [
          {
            name: 'missing',
            says: 'Abstracts and journals of papers with a DOI that lack them',
            url: config.CROSSREF_URL,
            due: every(DAY),
            fetch: complete,
          },
        ],
  reread: (raw, where) => attempt(where, () => crossrefRecord(raw), raw),
};

/** How to ask: `baseUrl` as in CROSSREF_URL, `mailto` to use the polite pool. */
export interface CrossrefOptions {
  baseUrl: string;
  mailto: string | null;
  client: Client;
  signal?: AbortSignal;
}

export interface CrossrefAnswer {
  /** Null: Crossref does not know this DOI (another agency may have registered it). */
  parsed: Parsed | null;
  /** The pause (ms) between two requests that the response's `x-rate-limit-*` headers ask for. */
  pauseMs: number;
}

/** The record of one DOI. Throws `SourceError` if the request fails. */
export async function crossrefWork(doi: string, options: CrossrefOptions): Promise<CrossrefAnswer> {
  const url = new URL(`${withoutTrailing(options.baseUrl, '/')}/works/${encodeURIComponent(doi)}`);
  if (options.mailto !== null) url.searchParams.set('mailto', options.mailto);
  const { signal } = options;
  let body: Buffer;
  let headers: Headers;
  try {
    ({ body, headers } = await options.client.get(url, {
      accept: 'application/json',
      ...(signal && { signal }),
    }));
  } catch (error) {
    if (error instanceof SourceError && error.status === 404) return { parsed: null, pauseMs: 0 };
    throw error;
  }
  const answer = parseAnswer(body, url, 200);
  const message = isObject(answer) ? answer.message : undefined;
  const where = `doi:${doi}`;
  const parsed = attempt(where, () => crossrefRecord(message), message);
  return { parsed: parsed.ok ? sameWork(parsed, doi) : parsed, pauseMs: pauseOf(headers) };
}

/** A response about another DOI would give this paper another's abstract. */
function sameWork(parsed: Parsed & { ok: true }, doi: string): Parsed {
  const asked = parseIdentifier(doi, 'doi');
  const [own] = parsed.record.identifiers;
  if (own?.value === asked?.value) return parsed;
  return { ok: false, where: parsed.where, reason: `the answer is about ${own?.value ?? 'another DOI'}` };
}

/** `x-rate-limit-limit: 50` requests in `x-rate-limit-interval: 1s`, in milliseconds per request. */
export function pauseOf(headers: Headers): number {
  const limit = Number(headers.get('x-rate-limit-limit') ?? Number.NaN);
  const interval = /^\s{0,9}(\d{1,6})\s{0,9}(ms|s|m)?\s{0,9}$/.exec(
    headers.get('x-rate-limit-interval') ?? '',
  );
  if (!(limit > 0) || !interval) return 0;
  const unit = { ms: 1, s: 1_000, m: 60_000 }[interval[2] ?? 's'] ?? 1_000;
  return Math.ceil((Number(interval[1]) * unit) / limit);
}

async function* complete(context: FetchContext): AsyncGenerator<Item, Outcome> {
  const { store, signal } = context;
  const cursor = readCursor(context.cursor, context.now());
  const again = Object.keys(cursor.again).map((doi) => ({ pk: 0, doi }));
  const wanted = [...again, ...(await lacking(store, cursor.after, DOIS_A_RUN))].slice(0, DOIS_A_RUN);
  if (wanted.length === 0) {
    yield { checkpoint: cursor };
    const since = new Date(cursor.began).toISOString().slice(0, 10);
    const proof = `every paper with a DOI has an abstract and a journal here, or was looked up since ${since}`;
    return { state: 'quiet', proof };
  }
  const sum: Sum = {
    wanted: wanted.length,
    asked: 0,
    found: 0,
    unknown: 0,
    unfit: 0,
    failed: [],
    isPut: false,
  };
  let failures = 0;
  let pause = 0;
  for (const [place, { pk, doi }] of wanted.entries()) {
    context.progress(place, wanted.length);
    if (place > 0) await sleep(pause, signal);
    try {
      const { parsed, pauseMs } = await crossrefWork(doi, optionsOf(context));
      failures = 0;
      delete cursor.again[doi];
      // A response for unknown DOIs gives no pause; the last one still applies.
      if (pauseMs > 0) pause = pauseMs;
      if (count(sum, parsed)) yield parsed;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      sum.failed.push(`${doi}: ${error.reason}`);
      if (error.isShut) break;
      putBack(cursor, doi);
      failures++;
    }
    cursor.after = Math.max(cursor.after, pk);
    if (place % CHECKPOINT === CHECKPOINT - 1) yield { checkpoint: structuredClone(cursor) };
    if (failures >= MAX_FAILURES) break;
    sum.isPut = pause > LONGEST_PAUSE && place < wanted.length - 1;
    if (sum.isPut) break;
  }
  yield { checkpoint: cursor };
  return outcome(sum);
}

interface Sum {
  wanted: number;
  asked: number;
  found: number;
  unknown: number;
  unfit: number;
  failed: string[];
  /** The rest waits for tomorrow. */
  isPut: boolean;
}

/** Counts a response; returns whether it has anything to yield. */
function count(sum: Sum, parsed: Parsed | null): parsed is Parsed {
  sum.asked++;
  if (parsed === null) sum.unknown++;
  else if (parsed.ok) sum.found++;
  else sum.unfit++;
  return parsed !== null;
}

/** A DOI that makes Crossref fail is tried on the following days, and must not hold up the others. */
function putBack(cursor: Cursor, doi: string): void {
  const tries = (cursor.again[doi] ?? 0) + 1;
  if (tries >= MAX_TRIES) delete cursor.again[doi];
  else if (tries > 1 || Object.keys(cursor.again).length < MOST_AGAIN) cursor.again[doi] = tries;
}

const optionsOf = ({ client, config, signal }: FetchContext): CrossrefOptions => ({
  baseUrl: config.CROSSREF_URL,
  mailto: config.CROSSREF_MAILTO,
  client,
  signal,
});

function outcome({ wanted, asked, found, unknown, unfit, failed, isPut }: Sum): Outcome {
  if (failed.length > 0)
    return { state: 'failed', why: `${asked} of ${wanted} DOIs answered; ${failed.slice(0, 3).join('; ')}` };
  const says = [
    `${found} of ${asked} DOIs found`,
    ...(unknown > 0 ? [`${unknown} not known to Crossref`] : []),
    ...(unfit > 0 ? [`${unfit} rejected`] : []),
    ...(isPut ? [`${wanted - asked} postponed, as Crossref currently allows few requests`] : []),
  ].join('; ');
  // No numbers for the ledger: Crossref announces nothing that could be missed.
  return { state: 'ok', says };
}

/** Papers after `after` with a DOI that lack an abstract or a journal, in the order in which they arrived. */
async function lacking(store: Store, after: number, most: number): Promise<{ pk: number; doi: string }[]> {
  return store.read
    .selectFrom('papers')
    .innerJoin('identifiers', 'identifiers.paper_pk', 'papers.pk')
    .select(['papers.pk as pk', 'identifiers.value as doi'])
    .where('identifiers.scheme', '=', 'doi')
    .where('papers.pk', '>', after)
    .where((e) => e.or([e('papers.abstract', 'is', null), e('papers.journal', 'is', null)]))
    .orderBy('papers.pk')
    .orderBy('identifiers.value')
    .limit(most)
    .execute();
}

function readCursor(kept: unknown, now: number): Cursor {
  const { after, began, again } = (kept ?? {}) as Partial<Cursor>;
  const isOver = after === undefined || began === undefined || now - began >= ROUND;
  return isOver ? { after: 0, began: now, again: {} } : { after, began, again: { ...again } };
}
