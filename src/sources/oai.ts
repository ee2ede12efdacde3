/**
 * Harvesting by OAI-PMH 2.0 (openarchives.org/OAI/openarchivesprotocol.html): records in pages, each with a token that
 * stands for the rest. Whoever is ended in the middle goes on from the last token; one that is no longer taken makes the
 * range start anew, so that nothing is lost.
 */
import type { Day } from '../papers/types.ts';
import { type Client, SourceError } from './client.ts';
import { type OaiCursor, resumed, started } from './oai-cursor.ts';
import { child, type Element, textOf, XmlError } from './xml.ts';
import { openElements } from './xml-answer.ts';

export interface OaiOptions {
  oaiUrl: string;
  client: Client;
  /** Whose door it is, for reasons: `arXiv`. */
  who: string;
  signal?: AbortSignal | undefined;
  log?: ((message: string) => void) | undefined;
}

export interface ListOptions extends OaiOptions {
  /** Their `metadataPrefix`. */
  format: string;
  /** Changed on this day or later, */
  since: Day;
  /** and on this one at the latest. */
  until?: Day | undefined;
  set?: string | undefined;
  /** What the last page handed on, in an earlier run perhaps. */
  cursor?: unknown;
  /** Records that came, of how many, where the service tells. */
  progress?: ((seen: number, total: number) => void) | undefined;
}

/** Records of a page, or its end. */
export type OaiStep = { records: Element[]; url: string } | { cursor: OaiCursor };

const WANTED = new Set(['record', 'resumptionToken', 'error', 'responseDate']);
/** A page that breaks off is asked for so often again. */
const MOST_AGAIN = 3;
/** Pages in a row that bring nothing but a further token. */
const MOST_EMPTY = 10;
/** A token is part of an address. */
const LONGEST_TOKEN = 4_000;
/** Of a page so many records are remembered, in case it breaks off; beyond them some would come twice, which does no harm. */
const MOST_REMEMBERED = 20_000;

/** What a page said beside its records. */
interface PageEnd {
  /** The answer has begun: what fails from here on is no refusal. */
  isOpen: boolean;
  records: number;
  token: string | null;
  hasToken: boolean;
  total: number | null;
  responseDate: string | null;
  error: { code: string; says: string } | null;
}

const nothingYet = (): PageEnd => ({
  isOpen: false,
  records: 0,
  token: null,
  hasToken: false,
  total: null,
  responseDate: null,
  error: null,
});

/**
 * Every record changed in the range (`ListRecords`), and after each page the cursor to go on from.
 *
 * @throws SourceError where the service says an error, breaks off for good or goes round in circles; what came before
 * is handed out
 */
export async function* listRecords(options: ListOptions): AsyncGenerator<OaiStep> {
  const { who, log, progress } = options;
  let at = resumed(options) ?? started(options);
  const tokens = new Set(at.token === null ? [] : [at.token]);
  let furthest = -1;
  let empty = 0;
  let total: number | null = null;
  for (;;) {
    const url = addressOf(options, at);
    const end = nothingYet();
    try {
      for await (const records of pageOf(url, options, end)) yield { records, url: url.href };
      if (end.error) throw new Told(url, who, end.error);
    } catch (error) {
      if (error instanceof Told && error.code === 'noRecordsMatch' && at.token === null) {
        yield { cursor: at };
        return;
      }
      if (at.token === null || !isRefusal(error, end)) throw error;
      if (at.seen <= furthest)
        throw new SourceError(url.href, `${error.reason}, and did so at the same place after a new start`, {
          status: error.status,
          cause: error,
        });
      furthest = at.seen;
      log?.(`${who} no longer takes the token (${error.reason}); harvesting starts again from ${at.from}`);
      at = started({ ...options, since: at.from, until: at.until ?? undefined });
      tokens.clear();
      continue;
    }
    if (end.records === 0 && !end.hasToken)
      throw new SourceError(url.href, 'the answer holds neither records nor a word why not');
    empty = end.records === 0 ? empty + 1 : 0;
    if (empty > MOST_EMPTY)
      throw new SourceError(url.href, `${who} hands on page after page without records`);
    if (end.token !== null && end.token.length > LONGEST_TOKEN)
      throw new SourceError(url.href, 'the token is too long for an address');
    if (end.token !== null && tokens.has(end.token))
      throw new SourceError(url.href, `${who} hands on the same page twice`);
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
    if (at.token !== null) continue;
    if (total !== null && at.seen < total) log?.(`${who} told of ${total} records and gave ${at.seen}`);
    return;
  }
}

/** What the service itself says is wrong, in its words. */
class Told extends SourceError {
  readonly code: string;

  constructor(url: URL, who: string, { code, says }: { code: string; says: string }) {
    super(url.href, `${who} says ${code}: ${says}`);
    this.code = code;
  }
}

/** Whether the token is what is wrong. Without an answer, or asked to come later, it may be taken another time. */
function isRefusal(error: unknown, end: PageEnd): error is SourceError {
  if (error instanceof Told) return error.code === 'badResumptionToken' || error.code === 'noRecordsMatch';
  return error instanceof SourceError && !end.isOpen && error.status !== undefined && error.status !== 429;
}

/** The first page's question in full; the token stands for all of it and must not come with the rest. */
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
 * The records of one page, as they come. One that breaks off is asked for again, and what was handed out before is passed
 * over then. `end` is filled with what else it says.
 */
async function* pageOf(url: URL, options: OaiOptions, end: PageEnd): AsyncGenerator<Element[]> {
  const handed = new Set<string>();
  for (let again = 0; ; again++) {
    const { records } = end;
    Object.assign(end, nothingYet(), { records });
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
      options.log?.(`${url.href}: ${error.reason}; asking for the page again`);
    }
  }
}

/** Lost on the way. What is too large, or no XML at all, will be so again. */
const brokeOff = (error: unknown): error is SourceError =>
  error instanceof SourceError &&
  (error.cause instanceof XmlError ? error.cause.mayMend : error.status === undefined);

/** Whether it is a record; of all else what it says is noted. */
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

/** A record handed out before, as it was then: by its name and its last change. */
function isFresh(record: Element, handed: Set<string>): boolean {
  const header = child(record, 'header');
  const identifier = textOf(header, 'identifier');
  if (identifier === undefined) return true;
  const name = ownCopy(`${identifier} ${textOf(header, 'datestamp')}`);
  if (handed.has(name)) return false;
  if (handed.size < MOST_REMEMBERED) handed.add(name);
  return true;
}

/** Text that does not keep the piece of the answer it was cut from in memory. */
const ownCopy = (text: string): string => Buffer.from(text).toString();

/**
 * One record (`GetRecord`), or null where the service knows none of that name.
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
  if (end.error) throw new Told(url, options.who, end.error);
  if (!record) throw new SourceError(url.href, 'the answer holds neither a record nor a word why not');
  return { record, url: url.href };
}
