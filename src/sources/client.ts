/**
 * HTTP requests for sources: one at a time per site, with a pause between them (gate.ts, across all processes of an
 * installation), a name and a contact address, `Retry-After` obeyed, patience with servers in trouble, and limits on
 * time and size. Every source is given a client; connections are opened through net/outgoing.ts, which keeps redirects
 * and changing names out of private networks.
 */

import { isLoopback } from '../net/addresses.ts';
import { foreign } from '../net/foreign.ts';
import { type Outgoing, outgoing } from '../net/outgoing.ts';
import { networkReason, OfflineError, privateReason, retryAfter, SourceError } from './client-errors.ts';
import { type Gate, ownGate, type Pass, Shut } from './gate.ts';
import { siteOf } from './site-of.ts';
import { sleep } from './wait.ts';

export { OfflineError, retryAfter, SourceError } from './client-errors.ts';

export interface ClientOptions {
  /** The User-Agent, with an address: `Broadsheet/0.1 (+https://…; mailto:…)`. */
  userAgent: string;
  /**
   * From the end of one request to the start of the next at the same site, so that the server never sees
   * two closer together, however long connecting took. arXiv wants 3,000.
   */
  minIntervalMs: number | ((host: string) => number);
  /** The outgoing connections; by default without access to private networks. */
  outgoing?: Outgoing;
  /**
   * Whether the operator wrote the host and port of this address into a setting; then it may be in a private network.
   * By default, true for every address this client is asked for; never for redirect targets.
   */
  isNamed?: (url: URL) => boolean;
  /** Refuse every request with `OfflineError`; or every one that leaves this machine. */
  offline?: boolean | 'but this machine';
  /** Whose turn it is, and when; by default the rules hold within this client only. */
  gate?: Gate;
  /**
   * How long the first byte may take, and the next one after a pause. Over such a period, a body must also arrive at 1
   * kB a second on average. Default 60 s.
   */
  timeoutMs?: number;
  /**
   * How long a request may wait for a response to begin, including all attempts and the pauses between them, but not
   * the wait for its turn or the pauses a server requested. Default 2 minutes.
   */
  patienceMs?: number;
  /** How long the body of a response may take, over all attempts: default 10 minutes, an hour for `open`. */
  bodyMs?: number;
  log?: (message: string) => void;
  /** Attempts after the first; default 4. */
  retries?: number;
  /** The first pause before a retry, doubled each time; default 1 s. */
  backoffMs?: number;
  /** The longest a server may make a request wait in all; beyond that it fails. Default 5 minutes. */
  maxWaitMs?: number;
}

export interface RequestOptions {
  signal?: AbortSignal;
  accept?: string;
  /** Larger responses (once decompressed) are refused; default 64 MB, 1 GB for `open`. */
  maxBytes?: number;
  /**
   * More headers (`authorization`, `x-api-key`). They are sent only to this host, never along a redirect to another.
   */
  headers?: Record<string, string>;
  /** Sent as JSON by POST instead of a GET. */
  json?: unknown;
  /** The validator of an earlier response: if nothing has changed, the response is empty with status 304. */
  unless?: { etag?: string | undefined; lastModified?: string | undefined };
}

export interface Answer {
  url: string;
  status: number;
  headers: Headers;
  body: Buffer;
}

/** A response whose body is streamed. The site gets no other request until it is read or abandoned. */
export interface OpenAnswer extends Omit<Answer, 'body'> {
  /** Throws `SourceError` if the response breaks off, stalls or grows too large. To be iterated at most once. */
  body: AsyncIterable<Uint8Array>;
}

export interface Client {
  /** The whole response. Throws `SourceError` for anything but success (2xx, 304), `OfflineError` when offline. */
  get(url: string | URL, options?: RequestOptions): Promise<Answer>;
  /** The same, with a body that streams: failures before the first byte are retried, later ones are thrown. */
  open(url: string | URL, options?: RequestOptions): Promise<OpenAnswer>;
  /** Whether a connection can be made there: without one, polite retries are pointless. Sends nothing. */
  canConnect(url: string): Promise<boolean>;
}

const DEFAULTS = {
  timeoutMs: 60_000,
  patienceMs: 120_000,
  bodyMs: 600_000,
  retries: 4,
  backoffMs: 1_000,
  maxWaitMs: 300_000,
};
/** How long `canConnect` waits (ms). */
const CONNECT_WAIT = 5_000;
/** How long the body of `open` may take by default (ms). */
const OPEN_BODY = 3_600_000;
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_OPEN_BYTES = 1024 ** 3;
const LONGEST_BACKOFF = 60_000;
/** Bytes per millisecond: slower than 1 kB a second is not a transfer but a way to hold us up. */
const SLOWEST = 1;
const MAX_REDIRECTS = 5;

export function politeClient(options: ClientOptions): Client {
  if (options.userAgent.trim() === '')
    throw new RangeError('A User-Agent that identifies the site is required');
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings: Settings = {
    outgoing: options.outgoing ?? outgoing(),
    gate: options.gate ?? ownGate(),
    isNamed: () => true,
    ...DEFAULTS,
    ...(given as ClientOptions),
  };
  const ofBodies = { ...settings, bodyMs: options.bodyMs ?? OPEN_BODY };
  return {
    get: (address, request = {}) =>
      withRetries(settings, address, request, (call) => whole(call, { maxBytes: MAX_BYTES, ...request })),
    open: (address, request = {}) =>
      withRetries(ofBodies, address, request, (call) =>
        begin(call, { maxBytes: MAX_OPEN_BYTES, ...request }),
      ),
    async canConnect(address) {
      if (!URL.canParse(address)) return false;
      const url = new URL(address);
      if (!isHttp(url)) return true;
      try {
        await settings.outgoing.connect(url, settings.isNamed(url), CONNECT_WAIT);
        return true;
      } catch {
        return false;
      }
    },
  };
}

type Settings = ClientOptions &
  typeof DEFAULTS & { outgoing: Outgoing; gate: Gate } & Pick<Required<ClientOptions>, 'isNamed'>;

/** One request with all its attempts and redirects: what was requested, and the time it has taken (ms). */
interface Call {
  settings: Settings;
  url: URL;
  /** Waiting for a response to begin, and between attempts. */
  waited: number;
  /** Waiting for bodies. */
  read: number;
  /** In pauses that the server requested. */
  paused: number;
}

/** Where redirects have led. */
type Hop = Call & { at: URL };

const isHttp = ({ protocol }: URL): boolean => protocol === 'http:' || protocol === 'https:';

/** A failure of the request; only the operator sees where it was redirected. */
function failure(
  { url, at }: Pick<Hop, 'url' | 'at'>,
  reason: string,
  more: ConstructorParameters<typeof SourceError>[2] = {},
): SourceError {
  const led = at.href === url.href ? '' : foreign(` (redirected to ${at.href})`);
  return new SourceError(url.href, `${reason}${led}`, more);
}

/** A failure that a retry may fix. `waitMs`: what the server requested. */
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
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const url = URL.canParse(String(address)) ? new URL(address) : null;
  if (!url || !isHttp(url)) throw new SourceError(String(address), 'this is not an http(s) address');
  const call: Call = { settings, url, waited: 0, read: 0, paused: 0 };
  for (let attempt = 0; ; attempt++) {
    let again: Again;
    try {
      return await work(call);
    } catch (error) {
      if (!(error instanceof Again)) throw error;
      again = error;
    }
    const { error, waitMs } = again;
    if (attempt >= settings.retries || again.isTrial) throw error;
    if (waitMs !== undefined && call.paused + waitMs > settings.maxWaitMs) {
      throw new SourceError(url.href, `${error.reason}, asking us to wait ${Math.round(waitMs / 1000)} s`, {
        status: error.status,
      });
    }
    const pause = waitMs ?? backoff(settings.backoffMs, attempt);
    // A pause requested by the server is in the gate, for everybody.
    if (waitMs !== undefined) call.paused += waitMs;
    else call.waited += pause;
    if (call.waited >= settings.patienceMs || call.read >= settings.bodyMs) throw error;
    settings.log?.(`${error.message}; trying again in ${(pause / 1000).toFixed(1)} s`);
    if (waitMs === undefined) await sleep(pause, request.signal);
  }
}

/** Doubled each time, with jitter so that many sites do not return at the same moment. */
const backoff = (first: number, attempt: number): number =>
  Math.min(LONGEST_BACKOFF, first * 2 ** attempt) * (0.5 + Math.random());

type Bounded = RequestOptions & { maxBytes: number };

/** One attempt at the whole response. */
async function whole(call: Call, request: Bounded): Promise<Answer> {
  const parts: Uint8Array[] = [];
  const { body, ...answer } = await begin(call, request, parts);
  for await (const part of body) parts.push(part);
  return { ...answer, body: Buffer.concat(parts) };
}

/**
 * One attempt at a response, up to the beginning of its body. With `parts` (what has arrived of the body), a later
 * failure may be retried; without, it is final.
 */
async function begin(call: Call, request: Bounded, parts?: Uint8Array[]): Promise<OpenAnswer> {
  let at = call.url;
  for (let redirects = 0; ; redirects++) {
    const one = await ask(call, at, request);
    if (!('location' in one)) return { ...one.answer, body: bodyOf(call, request, one, parts) };
    if (redirects >= MAX_REDIRECTS) throw failure({ ...call, at: call.url }, 'too many redirects');
    at = nextHop(call, at, one.location);
  }
}

/** Ports of web servers. Any other is a way to make us attack somebody else's service. */
const WEB_PORTS = new Set(['', '80', '443', '8080', '8443']);

/** Where a redirect leads, if that is allowed. Throws `SourceError`. */
function nextHop(call: Call, from: URL, location: string): URL {
  const refuse = (why: string): SourceError =>
    new SourceError(call.url.href, `redirected to ${why}${foreign(` (${location})`)}`);
  const next = URL.canParse(location, from) ? new URL(location, from) : null;
  if (!next || !isHttp(next)) throw refuse('an address that is not http(s)');
  if (from.protocol === 'https:' && next.protocol === 'http:') throw refuse('a place that is not allowed');
  if (next.username !== '' || next.password !== '') throw refuse('an address with a password in it');
  const { privateHosts } = call.settings.outgoing;
  if (!WEB_PORTS.has(next.port) && !isSameDoor(call.url, next) && !privateHosts.names(next.hostname))
    throw refuse('a port not used for web pages');
  return next;
}

/** The same host and port; http and https at their usual ports count as one. */
const isSameDoor = (one: URL, other: URL): boolean =>
  one.hostname === other.hostname && one.port === other.port;

interface Begun {
  answer: Omit<Answer, 'body'>;
  body: AsyncIterator<Uint8Array> | undefined;
  stop: AbortController;
  pass: Pass;
  at: URL;
}

type Came = Parameters<Pass['leave']>[0];

/** Passes the gate and sends one request. Throws `Again` or `SourceError`, after returning the pass. */
async function ask(call: Call, at: URL, request: RequestOptions): Promise<Begun | { location: string }> {
  const { settings } = call;
  const hop: Hop = { ...call, at };
  const pass = await enter(hop, request.signal);
  const stop = new AbortController();
  const began = performance.now();
  const allowed = Math.max(1, Math.min(settings.timeoutMs, settings.patienceMs - call.waited));
  const timeout = setTimeout(() => stop.abort(), allowed);
  const signal = request.signal ? AbortSignal.any([request.signal, stop.signal]) : stop.signal;
  const isOurs = isSameDoor(call.url, at);
  // A site that others redirect to must not be judged, or blocked, because of them.
  const bad: Came = { ok: siteOf(at) === siteOf(call.url) ? false : null };
  let came = bad;
  let isBegun = false;
  try {
    const { headers, url } = sending(settings, request, at, isOurs);
    const response = await settings.outgoing.fetch(
      url,
      { ...headers, signal, redirect: 'manual' },
      isOurs && settings.isNamed(call.url),
    );
    const { status } = response;
    const location =
      status >= 301 && status <= 308 && status !== 304 ? response.headers.get('location') : null;
    if (location === null && !response.ok && status !== 304) {
      await response.body?.cancel().catch(() => {});
      const { again, waitMs, error } = refused(hop, response);
      // A clear no is an answer: only trouble counts against the site.
      came = {
        ok: again ? bad.ok : true,
        ...(waitMs !== undefined && { waitMs: Math.min(waitMs, LONGEST_ASKED) }),
      };
      throw again ? new Again(error, pass, waitMs) : error;
    }
    came = { ok: true };
    if (location !== null) {
      await response.body?.cancel().catch(() => {});
      return { location };
    }
    isBegun = true;
    const answer = { url: url.href, status, headers: response.headers };
    return { answer, body: response.body?.[Symbol.asyncIterator](), stop, pass, at };
  } catch (error) {
    if (error instanceof Again || error instanceof SourceError) throw error;
    if (request.signal?.aborted) {
      came = { ok: null };
      request.signal.throwIfAborted();
    }
    const reason = privateReason(error);
    if (reason !== null) {
      came = { ok: null };
      throw failure(hop, reason, { cause: error });
    }
    throw new Again(trouble(hop, error, stop.signal.aborted ? allowed : null), pass);
  } finally {
    clearTimeout(timeout);
    call.waited += performance.now() - began;
    if (!isBegun) await pass.leave(came);
  }
}

/** A server that asks for more than a day has misunderstood. */
const LONGEST_ASKED = 86_400_000;

async function enter(hop: Hop, signal: AbortSignal | undefined): Promise<Pass> {
  const { settings, at } = hop;
  if (settings.offline === true || (settings.offline && !isLoopback(at.href)))
    throw new OfflineError(at.href);
  const interval = settings.minIntervalMs;
  const intervalMs = typeof interval === 'function' ? interval(at.host) : interval;
  try {
    return await settings.gate.enter(siteOf(at), { intervalMs, maxWaitMs: settings.maxWaitMs, signal });
  } catch (error) {
    if (!(error instanceof Shut)) throw error;
    throw failure(hop, error.message, { cause: error, isShut: true });
  }
}

/** The headers sent. A user and password in an address become a header, the only form `fetch` accepts. */
function sending(
  { userAgent }: Settings,
  request: RequestOptions,
  at: URL,
  isOurs: boolean,
): { url: URL; headers: RequestInit } {
  const url = new URL(at);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const headers: Record<string, string> = {
    ...(username !== '' && {
      authorization: `Basic ${Buffer.from(`${unescaped(username)}:${unescaped(password)}`).toString('base64')}`,
    }),
    ...(isOurs && request.headers),
    'user-agent': userAgent,
    accept: request.accept ?? '*/*',
  };
  if (request.unless?.etag) headers['if-none-match'] = request.unless.etag;
  if (request.unless?.lastModified) headers['if-modified-since'] = request.unless.lastModified;
  if (request.json === undefined) return { url, headers: { headers } };
  const body = JSON.stringify(request.json);
  return {
    url,
    headers: { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body },
  };
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The body, watched for stalling, for trickling, for its size and its time. Its end frees the site. */
async function* bodyOf(
  call: Call,
  request: Bounded,
  { answer: { status }, body, stop, pass, at }: Begun,
  parts?: Uint8Array[],
): AsyncGenerator<Uint8Array> {
  const { timeoutMs, bodyMs } = call.settings;
  const hop: Hop = { ...call, at };
  let length = 0;
  /** Time spent waiting for the server, not for the reader. */
  let waited = 0;
  let came: Came = { ok: true };
  const onAbort = (): void => stop.abort();
  request.signal?.addEventListener('abort', onAbort, { once: true });
  try {
    while (body) {
      const began = performance.now();
      const left = bodyMs - call.read;
      if (left <= 0)
        throw failure(hop, `the response took longer than ${Math.round(bodyMs / 1000)} s`, { status });
      const silence = setTimeout(() => stop.abort(), Math.min(timeoutMs, left));
      const next = await body.next().finally(() => {
        clearTimeout(silence);
        const took = performance.now() - began;
        waited += took;
        call.read += took;
      });
      if (next.done) return;
      length += next.value.length;
      if (length > request.maxBytes)
        throw failure(hop, `the response is larger than ${request.maxBytes} bytes`, { status });
      if (waited > timeoutMs && length / waited < SLOWEST)
        throw failure(hop, `the response is too slow: ${length} bytes in ${Math.round(waited / 1000)} s`, {
          status,
        });
      yield next.value;
    }
  } catch (error) {
    request.signal?.throwIfAborted();
    came = { ok: siteOf(at) === siteOf(call.url) ? false : null };
    if (error instanceof SourceError) throw error;
    const told = trouble(hop, error, stop.signal.aborted ? timeoutMs : null, parts);
    throw parts ? new Again(told, pass) : told;
  } finally {
    request.signal?.removeEventListener('abort', onAbort);
    // Abandoned in the middle, by the reader or by an error: the rest is not needed.
    stop.abort();
    await pass.leave(came);
  }
}

/** @param timedOutMs the time after which we gave up; null: it failed otherwise */
function trouble(hop: Hop, error: unknown, timedOutMs: number | null, parts: Uint8Array[] = []): SourceError {
  const reason =
    timedOutMs === null
      ? networkReason(error)
      : `no answer${foreign(` within ${Number((timedOutMs / 1000).toPrecision(3))} s`)}`;
  const partial = parts.length > 0 ? Buffer.concat(parts) : undefined;
  return failure(hop, reason, { cause: error, partial });
}

function refused(
  hop: Hop,
  { status, headers }: Response,
): { error: SourceError; again: boolean; waitMs?: number } {
  const waitMs = status === 429 || status === 503 ? retryAfter(headers.get('retry-after')) : undefined;
  const reason = status === 429 ? 'too many requests (429)' : `the server answered ${status}`;
  const error = failure(hop, reason, { status });
  return { error, again: status === 429 || status >= 500, ...(waitMs !== undefined && { waitMs }) };
}
