/**
 * Fetching as sources ask for it: one request at a time a site, a pause between them, a name and address to
 * complain to, `Retry-After` obeyed, patience with servers in trouble, and limits on time and size. Every
 * source is given one of these; nothing else here opens a connection.
 */

/** A request that failed for good: which, how, and why in words. */
export class SourceError extends Error {
  readonly url: string;
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined;
  readonly reason: string;
  /** What had arrived of an answer that broke off. */
  readonly partial: Buffer | undefined;

  constructor(
    url: string,
    reason: string,
    more: { status?: number; partial?: Buffer; cause?: unknown } = {},
  ) {
    super(`${url}: ${reason}`, { cause: more.cause });
    this.name = 'SourceError';
    this.url = url;
    this.reason = reason;
    this.status = more.status;
    this.partial = more.partial;
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
  /** Refuse every request with `OfflineError`. */
  offline?: boolean;
  /** For one try, body included; 60 s unless told. */
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
  /** Larger answers are refused; 64 MB unless told. */
  maxBytes?: number;
}

export interface Answer {
  url: string;
  status: number;
  headers: Headers;
  body: Buffer;
}

export interface Client {
  /** The whole answer of a GET. Throws `SourceError` for anything but success, `OfflineError` when offline. */
  get(url: string | URL, options?: RequestOptions): Promise<Answer>;
}

const DEFAULTS = { timeoutMs: 60_000, retries: 4, backoffMs: 1_000, maxWaitMs: 300_000 };
const MAX_BYTES = 64 * 1024 * 1024;
const LONGEST_BACKOFF = 60_000;

export function politeClient(options: ClientOptions): Client {
  if (options.userAgent.trim() === '') throw new RangeError('A User-Agent that says who asks is required');
  const settings: Settings = {
    ...options,
    fetch: options.fetch ?? globalThis.fetch,
    timeoutMs: options.timeoutMs ?? DEFAULTS.timeoutMs,
    retries: options.retries ?? DEFAULTS.retries,
    backoffMs: options.backoffMs ?? DEFAULTS.backoffMs,
    maxWaitMs: options.maxWaitMs ?? DEFAULTS.maxWaitMs,
  };
  const lanes = new Map<string, Lane>();
  const laneOf = (url: URL): Lane => {
    const site = siteOf(url);
    const lane = lanes.get(site) ?? { tail: Promise.resolve(), next: 0 };
    lanes.set(site, lane);
    return lane;
  };
  return {
    async get(address, request = {}) {
      const url = checked(address);
      if (settings.offline) throw new OfflineError(url.href);
      return inLane(laneOf(url), (lane) => withRetries(settings, lane, url, request));
    },
  };
}

type Settings = ClientOptions & typeof DEFAULTS & { fetch: typeof fetch };

/** Requests to one site, one behind the other. `next`: the earliest moment of the next start. */
interface Lane {
  tail: Promise<unknown>;
  next: number;
}

/** arXiv counts all its hosts together; so the last two labels are the site. Addresses count with their port. */
function siteOf(url: URL): string {
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

async function inLane<T>(lane: Lane, work: (lane: Lane) => Promise<T>): Promise<T> {
  const turn = lane.tail.then(() => work(lane));
  // The next one waits for the end of this, well or ill.
  lane.tail = turn.catch(() => {});
  return turn;
}

/** What one try came to: an answer, or what to do about it. */
type Try = { answer: Answer } | { error: SourceError; again: boolean; waitMs?: number };

async function withRetries(
  settings: Settings,
  lane: Lane,
  url: URL,
  request: RequestOptions,
): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    await sleep(lane.next - performance.now(), request.signal);
    const interval = settings.minIntervalMs;
    let tried: Try;
    try {
      tried = await once(settings, url, request);
    } finally {
      lane.next = performance.now() + (typeof interval === 'function' ? interval(url.host) : interval);
    }
    if ('answer' in tried) return tried.answer;
    const { error, again, waitMs } = tried;
    if (!again || attempt >= settings.retries) throw error;
    if (waitMs !== undefined && waitMs > settings.maxWaitMs) {
      throw new SourceError(url.href, `${error.reason}, and asks to wait ${Math.round(waitMs / 1000)} s`, {
        status: error.status,
      });
    }
    const pause = waitMs ?? backoff(settings.backoffMs, attempt);
    settings.log?.(`${url.href}: ${error.reason}; trying again in ${(pause / 1000).toFixed(1)} s`);
    await sleep(pause, request.signal);
  }
}

/** Doubled each time, and blurred so that many sites do not come back at the same moment. */
const backoff = (first: number, attempt: number): number =>
  Math.min(LONGEST_BACKOFF, first * 2 ** attempt) * (0.5 + Math.random());

async function once(settings: Settings, url: URL, request: RequestOptions): Promise<Try> {
  const timeout = AbortSignal.timeout(settings.timeoutMs);
  const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout;
  const parts: Uint8Array[] = [];
  try {
    request.signal?.throwIfAborted();
    const response = await settings.fetch(url, {
      signal,
      headers: { 'user-agent': settings.userAgent, accept: request.accept ?? '*/*' },
    });
    if (!response.ok) return await refused(url, response);
    await readBody(response, parts, request.maxBytes ?? MAX_BYTES, url);
    const body = Buffer.concat(parts);
    return {
      answer: { url: response.url || url.href, status: response.status, headers: response.headers, body },
    };
  } catch (error) {
    if (error instanceof SourceError) return { error, again: false };
    request.signal?.throwIfAborted();
    const reason = timeout.aborted ? `no answer within ${settings.timeoutMs / 1000} s` : networkReason(error);
    const partial = parts.length > 0 ? Buffer.concat(parts) : undefined;
    return { error: new SourceError(url.href, reason, { cause: error, partial }), again: true };
  }
}

async function readBody(response: Response, parts: Uint8Array[], limit: number, url: URL): Promise<void> {
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > limit) {
      throw new SourceError(url.href, `the answer is larger than ${limit} bytes`, {
        status: response.status,
      });
    }
    parts.push(chunk);
  }
}

async function refused(url: URL, response: Response): Promise<Try> {
  await response.body?.cancel().catch(() => {});
  const { status } = response;
  const waitMs =
    status === 429 || status === 503 ? retryAfter(response.headers.get('retry-after')) : undefined;
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

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  if (!(ms > 0)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
