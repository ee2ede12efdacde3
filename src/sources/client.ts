/**
 * Fetching as sources ask for it: one request at a time a site, a pause between them (gate.ts, over all processes of
 * an installation), a name and address to complain to, `Retry-After` obeyed, patience with servers in trouble, and
 * limits on time and size. Every source is given one of these; nothing else here opens a connection.
 */
import { type Gate, ownGate, type Pass, Shut } from './gate.ts';
import { isLoopback } from './politeness.ts';
import { sleep } from './wait.ts';

/** A request that failed for good: which, how, and why in words. */
export class SourceError extends Error {
  readonly url: string;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  readonly reason: string;
  /** What had arrived of an answer that broke off. */
  readonly partial: Buffer | undefined;
  /** Nothing was asked: the site is left alone for now. */
  readonly isShut: boolean;

  constructor(
    url: string,
    reason: string,
    more: {
      status?: number | undefined;
      partial?: Buffer | undefined;
      cause?: unknown;
      isShut?: boolean;
    } = {},
  ) {
    super(`${url}: ${reason}`, { cause: more.cause });
    this.name = 'SourceError';
    this.url = url;
    this.reason = reason;
    this.status = more.status;
    this.partial = more.partial;
    this.isShut = more.isShut ?? false;
  }
}

/** This site is set never to fetch. */
export class OfflineError extends Error {
  readonly url: string;

  constructor(url: string) {
    super(`Working offline: ${url} was not fetched`);
    this.name = 'OfflineError';
    this.url = url;
  }
}

export interface ClientOptions {
  /** Who asks, with an address: `Broadsheet/0.1 (+https://…; mailto:…)`. */
  userAgent: string;
  /**
   * From the end of one request to the start of the next at the same site, so that the server never sees
   * two closer together, however long connecting took. arXiv wants 3,000.
   */
  minIntervalMs: number | ((host: string) => number);
  fetch?: typeof fetch;
  /** Refuse every request with `OfflineError`; or every one that leaves this machine. */
  offline?: boolean | 'but this machine';
  /** Whose turn it is, and when; the rules hold within this client unless told. */
  gate?: Gate;
  /**
   * How long the first byte may take, and the next one after a pause. Over such a time a body must also come at
   * 1 kB a second on average. 60 s unless told.
   */
  timeoutMs?: number;
  log?: (message: string) => void;
  /** Tries after the first; 4 unless told. */
  retries?: number;
  /** The first pause before trying again, doubled each time; 1 s unless told. */
  backoffMs?: number;
  /** The longest a server may make us wait; asked for more, the request fails. 5 minutes unless told. */
  maxWaitMs?: number;
}

export interface RequestOptions {
  signal?: AbortSignal;
  accept?: string;
  /** Larger answers are refused; 64 MB unless told, 8 GB for `open`. */
  maxBytes?: number;
  /** More headers (`authorization`, `x-api-key`). They are sent to this host alone, never along a redirect to another. */
  headers?: Record<string, string>;
  /** Sent as JSON by POST instead of a GET. */
  json?: unknown;
  /** What an earlier answer was marked with: where nothing changed, the answer is an empty one with status 304. */
  unless?: { etag?: string | undefined; lastModified?: string | undefined };
}

export interface Answer {
  url: string;
  status: number;
  headers: Headers;
  body: Buffer;
}

/** An answer whose body is read as it comes. The site is asked nothing else until it is read or left. */
export interface OpenAnswer extends Omit<Answer, 'body'> {
  /** Throws `SourceError` where the answer breaks off, stalls or grows too large. To be iterated at most once. */
  body: AsyncIterable<Uint8Array>;
}

export interface Client {
  /** The whole answer. Throws `SourceError` for anything but success (2xx, 304), `OfflineError` when offline. */
  get(url: string | URL, options?: RequestOptions): Promise<Answer>;
  /** The same, with a body that streams: failures before the first byte are retried, later ones are thrown. */
  open(url: string | URL, options?: RequestOptions): Promise<OpenAnswer>;
}

const DEFAULTS = { timeoutMs: 60_000, retries: 4, backoffMs: 1_000, maxWaitMs: 300_000 };
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_OPEN_BYTES = 8 * 1024 ** 3;
const LONGEST_BACKOFF = 60_000;
/** Bytes a millisecond: slower than 1 kB a second is no transfer but a way to keep us. */
const SLOWEST = 1;
const MAX_REDIRECTS = 5;

export function politeClient(options: ClientOptions): Client {
  if (options.userAgent.trim() === '') throw new RangeError('A User-Agent that says who asks is required');
  const settings: Settings = {
    ...options,
    fetch: options.fetch ?? globalThis.fetch,
    gate: options.gate ?? ownGate(),
    timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
    retries: options.retries ?? DEFAULTS.retries,
    backoffMs: options.backoffMs ?? DEFAULTS.backoffMs,
    maxWaitMs: options.maxWaitMs ?? DEFAULTS.maxWaitMs,
  };
  return {
    get: (address, request = {}) =>
      withRetries(settings, address, request, (url) => whole(settings, url, request)),
    open: (address, request = {}) =>
      withRetries(settings, address, request, (url) =>
        begin(settings, url, { maxBytes: MAX_OPEN_BYTES, ...request }),
      ),
  };
}

type Settings = ClientOptions & typeof DEFAULTS & { fetch: typeof fetch; gate: Gate };

/** arXiv counts all its hosts together; so the last two labels are the site. Addresses count with their port. */
export function siteOf(url: URL): string {
  const named = /[a-z]$/i.test(url.hostname) && url.hostname.includes('.');
  return named ? url.hostname.split('.').slice(-2).join('.') : url.host;
}

function checked(address: string | URL): URL {
  const url = URL.canParse(String(address)) ? new URL(address) : null;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new SourceError(String(address), 'this is not an http(s) address');
  }
  return url;
}

/** A failure that trying again may mend. `waitMs`: what the server asked for. */
class Again extends Error {
  readonly error: SourceError;
  readonly waitMs: number | undefined;
  readonly isTrial: boolean;

  constructor(error: SourceError, pass: Pass, waitMs?: number) {
    super(error.message);
    this.error = error;
    this.waitMs = waitMs;
    this.isTrial = pass.isTrial;
  }
}

async function withRetries<T>(
  settings: Settings,
  address: string | URL,
  request: RequestOptions,
  work: (url: URL) => Promise<T>,
): Promise<T> {
  const url = checked(address);
  for (let attempt = 0; ; attempt++) {
    let again: Again;
    try {
      return await work(url);
    } catch (error) {
      if (!(error instanceof Again)) throw error;
      again = error;
    }
    const { error, waitMs } = again;
    if (attempt >= settings.retries || again.isTrial) throw error;
    if (waitMs !== undefined && waitMs > settings.maxWaitMs) {
      throw new SourceError(url.href, `${error.reason}, and asks to wait ${Math.round(waitMs / 1000)} s`, {
        status: error.status,
      });
    }
    const pause = waitMs ?? backoff(settings.backoffMs, attempt);
    settings.log?.(`${url.href}: ${error.reason}; trying again in ${(pause / 1000).toFixed(1)} s`);
    // A pause the server asked for is in the gate, for everybody.
    if (waitMs === undefined) await sleep(pause, request.signal);
  }
}

/** Doubled each time, and blurred so that many sites do not come back at the same moment. */
const backoff = (first: number, attempt: number): number =>
  Math.min(LONGEST_BACKOFF, first * 2 ** attempt) * (0.5 + Math.random());

/** One try for all of an answer. */
async function whole(settings: Settings, url: URL, request: RequestOptions): Promise<Answer> {
  const parts: Uint8Array[] = [];
  const { body, ...answer } = await begin(settings, url, { maxBytes: MAX_BYTES, ...request }, parts);
  for await (const part of body) parts.push(part);
  return { ...answer, body: Buffer.concat(parts) };
}

/**
 * One try for an answer, up to the beginning of its body. With `parts` (what has come of the body) a failure later on
 * may be tried again; without, it is for good.
 */
async function begin(
  settings: Settings,
  start: URL,
  request: RequestOptions & { maxBytes: number },
  parts?: Uint8Array[],
): Promise<OpenAnswer> {
  let url = start;
  for (let redirects = 0; ; redirects++) {
    const one = await ask(settings, url, request, url.host === start.host);
    if (!('location' in one)) return { ...one.answer, body: bodyOf(settings, url, request, one, parts) };
    if (redirects >= MAX_REDIRECTS) throw new SourceError(start.href, 'redirected too often');
    const next = URL.canParse(one.location, url) ? checked(new URL(one.location, url)) : null;
    if (!next || (url.protocol === 'https:' && next.protocol === 'http:'))
      throw new SourceError(url.href, 'redirected to where it must not lead');
    url = next;
  }
}

interface Begun {
  answer: Omit<Answer, 'body'>;
  body: AsyncIterator<Uint8Array> | undefined;
  stop: AbortController;
  pass: Pass;
}

/** Passes the gate and sends one request. Throws `Again` or `SourceError`; the pass is given back then. */
async function ask(
  settings: Settings,
  url: URL,
  request: RequestOptions,
  isOurs: boolean,
): Promise<Begun | { location: string }> {
  const pass = await enter(settings, url, request.signal);
  const stop = new AbortController();
  const timeout = setTimeout(() => stop.abort(), settings.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  let came: Parameters<Pass['leave']>[0] = { ok: false };
  let isBegun = false;
  try {
    const response = await settings.fetch(url, {
      ...sending(settings, request, isOurs),
      signal,
      redirect: 'manual',
    });
    const { status } = response;
    const location =
      status >= 301 && status <= 308 && status !== 304 ? response.headers.get('location') : null;
    if (location === null && !response.ok && status !== 304) {
      await response.body?.cancel().catch(() => {});
      const { again, waitMs, error } = refused(url, response);
      // A clear no is an answer: only trouble counts against the site.
      came = { ok: !again, ...(waitMs !== undefined && { waitMs: Math.min(waitMs, LONGEST_ASKED) }) };
      throw again ? new Again(error, pass, waitMs) : error;
    }
    came = { ok: true };
    if (location !== null) {
      await response.body?.cancel().catch(() => {});
      return { location };
    }
    isBegun = true;
    const answer = { url: url.href, status, headers: response.headers };
    return { answer, body: response.body?.[Symbol.asyncIterator](), stop, pass };
  } catch (error) {
    if (error instanceof Again || error instanceof SourceError) throw error;
    if (request.signal?.aborted) {
      came = { ok: true };
      request.signal.throwIfAborted();
    }
    throw new Again(trouble(settings, url, error, stop), pass);
  } finally {
    clearTimeout(timeout);
    if (!isBegun) await pass.leave(came);
  }
}

/** A server that asks for more than a day has not understood the question. */
const LONGEST_ASKED = 86_400_000;

async function enter(settings: Settings, url: URL, signal: AbortSignal | undefined): Promise<Pass> {
  if (settings.offline === true || (settings.offline && !isLoopback(url.href)))
    throw new OfflineError(url.href);
  const interval = settings.minIntervalMs;
  const intervalMs = typeof interval === 'function' ? interval(url.host) : interval;
  try {
    return await settings.gate.enter(siteOf(url), { intervalMs, maxWaitMs: settings.maxWaitMs, signal });
  } catch (error) {
    if (!(error instanceof Shut)) throw error;
    throw new SourceError(url.href, error.message, { cause: error, isShut: true });
  }
}

function sending({ userAgent }: Settings, request: RequestOptions, isOurs: boolean): RequestInit {
  const headers: Record<string, string> = {
    ...(isOurs && request.headers),
    'user-agent': userAgent,
    accept: request.accept ?? '*/*',
  };
  if (request.unless?.etag) headers['if-none-match'] = request.unless.etag;
  if (request.unless?.lastModified) headers['if-modified-since'] = request.unless.lastModified;
  if (request.json === undefined) return { headers };
  return {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(request.json),
  };
}

/** The body, watched: for silence, for dripping, for its size. Its end gives the site free. */
async function* bodyOf(
  settings: Settings,
  url: URL,
  request: RequestOptions & { maxBytes: number },
  { answer: { status }, body, stop, pass }: Begun,
  parts?: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  let length = 0;
  /** Time spent waiting for the server, not for who reads. */
  let waited = 0;
  let came = { ok: true };
  const onAbort = (): void => stop.abort();
  request.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (body) {
      const began = performance.now();
      const silence = setTimeout(() => stop.abort(), settings.timeoutMs);
      const next = await body.next().finally(() => clearTimeout(silence));
      if (next.done) return;
      waited += performance.now() - began;
      length += next.value.length;
      if (length > request.maxBytes)
        throw new SourceError(url.href, `the answer is larger than ${request.maxBytes} bytes`, { status });
      if (waited > settings.timeoutMs && length / waited < SLOWEST)
        throw new SourceError(
          url.href,
          `the answer drips: ${length} bytes in ${Math.round(waited / 1000)} s`,
          {
            status,
          },
        );
      yield next.value;
    }
  } catch (error) {
    request.signal?.throwIfAborted();
    came = { ok: false };
    if (error instanceof SourceError) throw error;
    const told = trouble(settings, url, error, stop, parts);
    throw parts ? new Again(told, pass) : told;
  } finally {
    request.signal?.removeEventListener('abort', onAbort);
    // Left in the middle, by whoever reads or by an error: the rest is not wanted.
    stop.abort();
    await pass.leave(came);
  }
}

function trouble(
  settings: Settings,
  url: URL,
  error: unknown,
  stop: AbortController,
  parts: Uint8Array[] = [],
): SourceError {
  const reason = stop.signal.aborted
    ? `no answer within ${settings.timeoutMs / 1000} s`
    : networkReason(error);
  const partial = parts.length > 0 ? Buffer.concat(parts) : undefined;
  return new SourceError(url.href, reason, { cause: error, partial });
}

function refused(
  url: URL,
  { status, headers }: Response,
): { error: SourceError; again: boolean; waitMs?: number } {
  const waitMs = status === 429 || status === 503 ? retryAfter(headers.get('retry-after')) : undefined;
  const reason = status === 429 ? 'too many requests (429)' : `the server answered ${status}`;
  const error = new SourceError(url.href, reason, { status });
  return { error, again: status === 429 || status >= 500, ...(waitMs !== undefined && { waitMs }) };
}

/** Milliseconds to wait: the header holds seconds or a date. */
export function retryAfter(value: string | null, now = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** `fetch` says only "fetch failed"; its cause says why. */
function networkReason(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const detail = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  const told = error instanceof Error ? error.message : String(error);
  if (told === 'terminated') return 'the answer broke off';
  return `the request failed (${detail ?? told})`;
}
