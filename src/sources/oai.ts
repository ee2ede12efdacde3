/**
 * Harvesting by OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html): records in pages, each with a token for
 * the rest. An interrupted harvest resumes from its last token; if a token is no longer accepted, the range is started
 * again, so that nothing is lost. A service that issues tokens for ever is abandoned (`Endless`).
 */

import { foreign } from '../net/foreign.ts';
import { hash52 } from '../papers/hash.ts';
import type { Day } from '../papers/types.ts';
import { type Client, SourceError } from './client.ts';
import { type OaiCursor, resumed, started } from './oai-cursor.ts';
import { child, type Element, textOf, XmlError } from './xml.ts';
import { openElements } from './xml-answer.ts';

export interface OaiOptions {
  oaiUrl: string;
  client: Client;
  /** The name of the service, for messages: `arXiv`. */
  who: string;
  signal?: AbortSignal | undefined;
  log?: ((message: string) => void) | undefined;
}

export interface ListOptions extends OaiOptions {
  /** Their `metadataPrefix`. */
  format: string;
  /** Changed on this day or later, */
  since: Day;
  /** and no later than this one. */
  until?: Day | undefined;
  set?: string | undefined;
  /** The cursor of the last page, possibly from an earlier run. */
  cursor?: unknown;
  /** Where one call ends, whatever the service offers; default 5,000 pages and 12 hours. */
  most?: { pages: number; ms: number } | undefined;
  /** Records received, and of how many, if the service says. */
  progress?: ((seen: number, total: number) => void) | undefined;
}

/** Records of a page, or its end. */
export type OaiStep = { records: Element[]; url: string } | { cursor: OaiCursor };

const WANTED = new Set(['record', 'resumptionToken', 'error', 'responseDate']);
/** How often a page that breaks off is requested again. */
const MOST_AGAIN = 3;
/** Pages in a row without a record that has not come before. */
const MOST_EMPTY = 10;
/** All of arXiv is half as many pages. The next run continues from the last one. */
const A_RUN: NonNullable<ListOptions['most']> = { pages: 5_000, ms: 12 * 3_600_000 };
/** This many pages must have brought some records each, on average. */
const FEW = { pages: 500, records: 5 };
/** The size of a list may be an estimate, and grow while it is read; this is far beyond that. */
const mostOf = (total: number): number => 2 * total + 10_000;
/** A token is part of an address. */
const LONGEST_TOKEN = 4_000;
/**
 * This many records are remembered: of a page in case it breaks off, and of the pages before; beyond that some may come
 * twice, which does no harm.
 */
const MOST_REMEMBERED = 20_000;

/** What a page contained besides its records. */
interface PageEnd {
  /** The response has begun: failures from here on are not refusals. */
  isOpen: boolean;
  records: number;
  /** Those of them that no earlier page had. */
  fresh: number;
  token: string | null;
  hasToken: boolean;
  total: number | null;
  responseDate: string | null;
  error: { code: string; says: string } | null;
}

const nothingYet = (): PageEnd => ({
  isOpen: false,
  records: 0,
  fresh: 0,
  token: null,
  hasToken: false,
  total: null,
  responseDate: null,
  error: null,
});

/**
 * Every record changed in the range (`ListRecords`), and after each page the cursor to resume from.
 *
 * @throws SourceError if the service reports an error, breaks off for good or goes round in circles; what came before
 *   has been yielded
 */
export async function* listRecords(options: ListOptions): AsyncGenerator<OaiStep> {
  const { who, log, progress } = options;
  let at = resumed(options) ?? started(options);
  const tokens = new Set(at.token === null ? [] : [at.token]);
  let furthest = -1;
  let total: number | null = null;
  const watch = new Endless(options);
  for (;;) {
    const url = addressOf(options, at);
    const end = nothingYet();
    try {
      for await (const records of pageOf(url, options, end)) {
        end.fresh += watch.freshOf(records);
        yield { records, url: url.href };
      }
      if (end.error) throw new ReportedError(url, who, end.error);
    } catch (error) {
      if (error instanceof ReportedError && error.code === 'noRecordsMatch' && at.token === null) {
        yield { cursor: at };
        return;
      }
      if (at.token === null || !isRefusal(error, end)) throw error;
      if (at.seen <= furthest)
        throw new SourceError(url.href, `${error.reason}, at the same place again after a restart`, {
          status: error.status,
          cause: error,
        });
      furthest = at.seen;
      log?.(`${who} no longer accepts the token (${error.reason}); harvesting starts again from ${at.from}`);
      at = started({ ...options, since: at.from, until: at.until ?? undefined });
      tokens.clear();
      watch.startAgain();
      continue;
    }
    if (end.records === 0 && !end.hasToken)
      throw new SourceError(url.href, 'the response has neither records nor an error');
    if (end.token !== null && end.token.length > LONGEST_TOKEN)
      throw new SourceError(url.href, 'the token is too long for an address');
    if (end.token !== null && tokens.has(end.token))
      throw new SourceError(url.href, `${who} sent the same page twice`);
    if (end.token !== null) tokens.add(end.token);
    total = end.total ?? total;
    at = {
      ...at,
      token: end.token,
      given: end.responseDate ?? new Date().toISOString(),
      began: at.began ?? end.responseDate ?? new Date().toISOString(),
      seen: at.seen + end.records,
    };
    if (total !== null) progress?.(at.seen, total);
    yield { cursor: at };
    const trouble = at.token === null ? null : watch.pageCame(end, at.seen, total);
    if (trouble !== null) throw new SourceError(url.href, trouble);
    if (at.token !== null) continue;
    if (total !== null && at.seen < total) log?.(`${who} announced ${total} records but sent ${at.seen}`);
    return;
  }
}

/** Watches a harvest for signs that it would never end, in bounded memory. */
class Endless {
  readonly #who: string;
  readonly #most: NonNullable<ListOptions['most']>;
  readonly #began = performance.now();
  /** Records received, by name and last change; two sets, of which the older is dropped when the other is full. */
  #seen = new Set<number>();
  #before = new Set<number>();
  #empty = 0;
  #pages = 0;
  #records = 0;

  constructor({ who, most }: Pick<ListOptions, 'who' | 'most'>) {
    this.#who = who;
    this.#most = most ?? A_RUN;
  }

  /** All records are expected again. */
  startAgain(): void {
    this.#seen.clear();
    this.#before.clear();
    this.#empty = 0;
  }

  /** How many of these are new, as far as is remembered. */
  freshOf(records: Element[]): number {
    let fresh = 0;
    for (const record of records) {
      const name = recordName(record);
      const key = name === undefined ? null : hash52(name);
      if (key !== null && (this.#seen.has(key) || this.#before.has(key))) continue;
      fresh++;
      if (key === null) continue;
      if (this.#seen.size >= MOST_REMEMBERED) {
        this.#before = this.#seen;
        this.#seen = new Set();
      }
      this.#seen.add(key);
    }
    return fresh;
  }

  /** Why the next page is not requested; null: it is. */
  pageCame({ records, fresh }: PageEnd, seen: number, total: number | null): string | null {
    this.#pages++;
    this.#records += fresh;
    this.#empty = fresh === 0 ? this.#empty + 1 : 0;
    if (this.#empty > MOST_EMPTY)
      return `${this.#who} keeps sending pages without ${records === 0 ? 'records' : 'new records'}`;
    if (total !== null && seen > mostOf(total))
      return `${this.#who} announced ${total} records, has sent ${seen}, and keeps sending more`;
    if (this.#pages >= FEW.pages && this.#records < FEW.records * this.#pages)
      return `${this.#who} sent ${this.#records} records in ${this.#pages} pages, and keeps sending more`;
    const hours = (performance.now() - this.#began) / 3_600_000;
    if (this.#pages >= this.#most.pages || hours * 3_600_000 >= this.#most.ms)
      return `${this.#who} is still sending more after ${this.#pages} pages and ${hours.toFixed(1)} hours; the next run continues from here`;
    return null;
  }
}

/** The error the service itself reports. */
class ReportedError extends SourceError {
  readonly code: string;

  constructor(url: URL, who: string, { code, says }: { code: string; says: string }) {
    super(url.href, `${who} refused${foreign(`: ${code}: ${says}`)}`);
    this.code = code;
  }
}

/** Whether the token is at fault. Without a response, or if asked to come later, it may be accepted another time. */
function isRefusal(error: unknown, end: PageEnd): error is SourceError {
  if (error instanceof ReportedError)
    return error.code === 'badResumptionToken' || error.code === 'noRecordsMatch';
  return error instanceof SourceError && !end.isOpen && error.status !== undefined && error.status !== 429;
}

/** The first page's query in full; a token stands for all of it and must not be accompanied by the rest. */
function addressOf({ oaiUrl }: OaiOptions, { token, format, from, until, set }: OaiCursor): URL {
  const question = token === null ? { metadataPrefix: format, from, until, set } : { resumptionToken: token };
  return asking(oaiUrl, { verb: 'ListRecords', ...question });
}

function asking(oaiUrl: string, query: Record<string, string | null | undefined>): URL {
  const url = new URL(oaiUrl);
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined) url.searchParams.set(name, value);
  return url;
}

/**
 * The records of one page, as they come. A page that breaks off is requested again, and what was yielded before is
 * skipped. `end` is filled with the other contents.
 */
async function* pageOf(url: URL, options: OaiOptions, end: PageEnd): AsyncGenerator<Element[]> {
  const handed = new Set<string>();
  for (let again = 0; ; again++) {
    const { records, fresh } = end;
    Object.assign(end, nothingYet(), { records, fresh });
    const batches = await openElements(options.client, url, 'OAI-PMH', WANTED, { signal: options.signal });
    end.isOpen = true;
    try {
      for await (const batch of batches) {
        const fresh = batch.filter((element) => isRecord(element, end) && isFresh(element, handed));
        end.records += fresh.length;
        if (fresh.length > 0) yield fresh;
      }
      return;
    } catch (error) {
      if (again >= MOST_AGAIN || !brokeOff(error)) throw error;
      options.log?.(`${url.href}: ${error.reason}; requesting the page again`);
    }
  }
}

/** Lost in transit. A response that is too large, or not XML at all, will be so again. */
const brokeOff = (error: unknown): error is SourceError =>
  error instanceof SourceError &&
  (error.cause instanceof XmlError ? error.cause.mayMend : error.status === undefined);

/** Whether it is a record; anything else is noted. */
function isRecord(element: Element, end: PageEnd): boolean {
  const text = element.text.trim();
  switch (element.name) {
    case 'record':
      return true;
    case 'resumptionToken':
      end.hasToken = true;
      end.token = text === '' ? null : ownCopy(text);
      end.total = countIn(element.attributes.completeListSize);
      return false;
    case 'responseDate':
      if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(text)) end.responseDate = ownCopy(text);
      return false;
    default:
      end.error ??= {
        code: (element.attributes.code ?? 'an error').slice(0, 40),
        says: text.replace(/\s+/g, ' ').slice(0, 300),
      };
      return false;
  }
}

function countIn(text: string | undefined): number | null {
  return text !== undefined && /^\s*\d{1,9}\s*$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

/** A record's name and its last change; undefined if it has no name. */
function recordName(record: Element): string | undefined {
  const header = child(record, 'header');
  const identifier = textOf(header, 'identifier');
  return identifier === undefined ? undefined : `${identifier} ${textOf(header, 'datestamp')}`;
}

/** A record yielded before, in the same state: by its name and its last change. */
function isFresh(record: Element, handed: Set<string>): boolean {
  const found = recordName(record);
  if (found === undefined) return true;
  const name = ownCopy(found);
  if (handed.has(name)) return false;
  if (handed.size < MOST_REMEMBERED) handed.add(name);
  return true;
}

/** Text that does not keep alive the piece of the response it was cut from. */
const ownCopy = (text: string): string => Buffer.from(text).toString();

/**
 * One record (`GetRecord`), or null if the service does not know the name.
 *
 * @throws SourceError
 */
export async function oneRecord(
  identifier: string,
  format: string,
  options: OaiOptions,
): Promise<{ record: Element; url: string } | null> {
  const url = asking(options.oaiUrl, { verb: 'GetRecord', identifier, metadataPrefix: format });
  const end = nothingYet();
  let record: Element | undefined;
  for await (const [first] of pageOf(url, options, end)) record ??= first;
  if (end.error?.code === 'idDoesNotExist') return null;
  if (end.error) throw new ReportedError(url, options.who, end.error);
  if (!record) throw new SourceError(url.href, 'the response has neither a record nor an error');
  return { record, url: url.href };
}
