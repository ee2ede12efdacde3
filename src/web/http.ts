/** How requests are read and replies, errors among them, are made: one shape for each. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { RESPONSE_ALREADY_SENT as ALREADY_SENT } from '@hono/node-server/utils/response';
import { withoutTrailing } from '../trim.ts';
import { UNSET } from '../typesetting/memory.ts';
import { encodingFor, has, type Stored, type Variant } from './cache.ts';
import type { Ask, Reply, Web, WebContext } from './context.ts';
import { nextTurn } from './dates.ts';

export { ALREADY_SENT };

/** Carried by every reply. Inline style attributes are KaTeX's; scripts and sheets come from here only. */
export const SECURITY: Record<string, string> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; " +
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
    "frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
};

/** The session cookie accounts will set; a request that carries it is not anonymous. */
export const SESSION_COOKIE = 'broadsheet_session=';

/** Parameters pages read. All others (trackers' mostly) change nothing and are no part of a cache key. */
export const KNOWN = new Set(
  [
    'page as from to q category organization author code edition sort explain within partial fragment day month part before note limit id',
  ].flatMap((names) => names.split(' ')),
);

/** The same for addresses below `/api/`; the endpoints there add theirs (api/mount.ts). */
export const KNOWN_TO_API = new Set<string>();

/** Whether an address belongs to the programming interface. */
export const isApi = (path: string): boolean => path.startsWith('/api/');

/** Whether an address belongs to our own part of it, where errors have a shape of their own. */
export const isOurApi = (path: string): boolean => /^\/api\/v1(\/|$)/.test(path);

/** An error with words for the reader. Everything else that is thrown is a 500 and says nothing. */
export class WebError extends Error {
  readonly status: number;
  /** `search`: prefill for the search box. `links`: ways on. `parameter`: the one of the address that does not fit. */
  readonly help: { search?: string; links?: { href: string; text: string }[]; parameter?: string };
  readonly headers: Record<string, string>;
  constructor(
    status: number,
    message: string,
    help: WebError['help'] = {},
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.status = status;
    this.help = help;
    this.headers = headers;
  }
}

/** A page. One with a formula that is not set yet is good for this once only. */
export const html = (body: string, status = 200): Reply => ({
  status,
  type: 'text/html; charset=utf-8',
  body,
  keep: status === 200 && !body.includes(UNSET),
});

export const text = (body: string, type: string, headers: Record<string, string> = {}): Reply => ({
  status: 200,
  type,
  body,
  headers,
  keep: true,
});

export const redirect = (location: string, status: 301 | 302 | 303 = 302): Reply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: null,
  headers: { location },
  keep: false,
});

/** The query in one order with only what is `known`; the address's part of a cache key. */
export function normaliseQuery(search: string, known = KNOWN): URLSearchParams {
  const kept: [string, string][] = [];
  for (const [name, value] of new URLSearchParams(search)) if (known.has(name)) kept.push([name, value]);
  kept.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  return new URLSearchParams(kept);
}

/** A cache key: path, normalised query, and the host where addresses are made from it. */
export function cacheKey(context: WebContext, host: string, path: string, search: string): string {
  const kept = search === '' ? '' : String(normaliseQuery(search, isApi(path) ? KNOWN_TO_API : KNOWN));
  const query = kept === '' ? '' : `?${kept}`;
  return context.site.publicUrl === null ? `${host}\n${path}${query}` : path + query;
}

/** Host names as RFC 3986 has them; anything else in a Host header is not repeated in a page. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

/** The request's host as far as it is fit to print. */
export const cleanHost = (host: string | null | undefined): string =>
  host && HOST.test(host) ? host : 'localhost';

/** What cached pages depend on: the library's version and what the progress note says. */
export function stampOf(context: WebContext, version: string): string {
  const progress = context.progress?.();
  if (progress === undefined || progress.length === 0) return version;
  return `${version} ${progress.map((p) => `${p.what} ${p.done} ${p.total}`).join(';')}`;
}

const turns = new WeakMap<object, number>();

/** The next moment at which an edition opens or closes; computed anew only when it has passed. */
export function turnAfter(context: WebContext, now: number): number {
  const known = turns.get(context);
  if (known !== undefined && known > now && known - now < 90_000_000) return known;
  const next = nextTurn(now, context.site.timezone, context.site.turn);
  turns.set(context, next);
  return next;
}

/** A request as pages see it. Throws a WebError for an address that cannot be decoded. */
export function ask(web: Web, request: Request): Ask {
  const url = new URL(request.url);
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    throw new WebError(400, 'This address is malformed.');
  }
  if (/[\u0000-\u001f\u007f]/.test(path))
    throw new WebError(400, 'This address contains control characters.');
  const host = cleanHost(request.headers.get('host') ?? url.host);
  const base =
    (web.site.publicUrl === null ? null : withoutTrailing(web.site.publicUrl, '/')) ??
    `${url.protocol}//${host}`;
  return { web, path, query: normaliseQuery(url.search), base, headers: request.headers };
}

/** Node's side of a request, where there is one: an application called directly has none. */
export interface Wire {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  /** Headers for this request alone: names and values in turn. */
  told?: string[];
}

/**
 * Sends what the cache holds: 304 where the reader has it already. With a wire the bytes are written to it as they lie
 * in the cache, and what is returned says so (`ALREADY_SENT`): through a Response's stream they would be copied twice.
 */
export async function sendStored(web: Web, request: Request, entry: Stored, wire?: Wire): Promise<Response> {
  const accepted = encodingFor(request.headers.get('accept-encoding') ?? undefined);
  const variant = await web.cache.variant(entry, accepted);
  if (wire) {
    writeStored(wire, entry, variant);
    return ALREADY_SENT;
  }
  const headers = new Headers(variant.headers);
  const { headers: sent } = request;
  if (has(entry, sent.get('if-none-match'), sent.get('if-modified-since'))) {
    headers.delete('content-length');
    headers.delete('content-encoding');
    return new Response(null, { status: 304, headers });
  }
  return new Response(variant.body as Uint8Array<ArrayBuffer>, { status: 200, headers });
}

/** Writes what the cache holds to the socket. */
export function writeStored({ incoming, outgoing, told = [] }: Wire, entry: Stored, variant: Variant): void {
  if (has(entry, incoming.headers['if-none-match'], incoming.headers['if-modified-since'])) {
    const kept = variant.headers.filter(([name]) => name !== 'content-length' && name !== 'content-encoding');
    outgoing.writeHead(304, [...kept.flat(), ...told]);
    outgoing.end();
    return;
  }
  outgoing.writeHead(200, told.length > 0 ? [...variant.flat, ...told] : variant.flat);
  if (incoming.method === 'HEAD') outgoing.end();
  else outgoing.end(variant.body);
}

/** Sends a reply that is not kept. */
export function sendReply(reply: Reply): Response {
  const headers = new Headers({ 'cache-control': 'no-cache', ...SECURITY, ...reply.headers });
  if (reply.body !== null) headers.set('content-type', reply.type);
  return new Response(reply.body as BodyInit | null, { status: reply.status, headers });
}

/** Whether a request would rather have JSON than a page. */
export function prefersJson(accept: string | null): boolean {
  if (!accept) return false;
  return weightOf(accept, /^application\/(.+\+)?json$/) > weightOf(accept, /^text\/html$/);
}

/**
 * Whether a request would have a paper as Markdown: it names that kind, and no page it would like better. Browsers
 * never name it.
 */
export function prefersMarkdown(accept: string | null | undefined): boolean {
  if (!accept?.toLowerCase().includes('text/markdown')) return false;
  const weight = weightOf(accept, /^text\/markdown$/);
  return weight > 0 && weight >= weightOf(accept, /^text\/html$/);
}

/** The weight (0 to 1) that an `Accept` header gives a kind it names. */
function weightOf(accept: string, type: RegExp): number {
  let best = 0;
  for (const part of accept.split(',')) {
    const [name = '', ...params] = part.split(';').map((s) => s.trim().toLowerCase());
    const q = params.find((p) => p.startsWith('q='));
    if (type.test(name)) best = Math.max(best, q ? Number(q.slice(2)) || 0 : 1);
  }
  return best;
}

/** A header may hold visible ASCII only. */
export const asciiSafe = (message: string): string =>
  message
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"')
    .replaceAll(/[\u2013\u2014]/g, '-')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 300);

export const requestId = (): string => randomUUID();

/** Text from an address, without NUL and other control characters, white space folded. */
export const cleanText = (value: string | null): string =>
  (value ?? '')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The `page` parameter: a whole number from 1. */
export function readPage(query: URLSearchParams): number {
  const value = query.get('page');
  if (value === null || value === '') return 1;
  if (!/^[1-9]\d{0,6}$/.test(value))
    throw new WebError(400, 'The page in this address must be a whole number, 1 or higher.');
  return Number(value);
}

/** The `as` token: handed back as it came, if it could be one. */
export function readAsOf(query: URLSearchParams): string | undefined {
  const value = query.get('as');
  return value !== null && /^[\w.~:-]{1,200}$/.test(value) ? value : undefined;
}
