/** How replies are sent: through a Response, or from the cache straight to the socket. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { RESPONSE_ALREADY_SENT as ALREADY_SENT } from '@hono/node-server/utils/response';
import { acceptsGzip, encodingFor, has, type Stored, type Variant } from './cache.ts';
import type { Web } from './context.ts';
import type { Reader } from './reader.ts';
import { type Reply, SECURITY } from './replies.ts';
import { cutSlots, type Filling, withSlots } from './slots.ts';

export { ALREADY_SENT };

/** Node's side of a request; absent if the application is called directly. */
export interface Wire {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  /** Headers for this request alone: names and values, alternating. */
  limitHeaders?: string[];
}

/**
 * Sends a cached page, or 304 if the client already has it. With a wire, the bytes are written to it straight from the
 * cache, and the return value says so (`ALREADY_SENT`): through a Response's stream they would be copied twice.
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

/** Writes a cached page to the socket. */
export function writeStored(
  { incoming, outgoing, limitHeaders = [] }: Wire,
  entry: Stored,
  variant: Variant,
): void {
  if (has(entry, incoming.headers['if-none-match'], incoming.headers['if-modified-since'])) {
    const kept = variant.headers.filter(([name]) => name !== 'content-length' && name !== 'content-encoding');
    outgoing.writeHead(304, [...kept.flat(), ...limitHeaders]);
    outgoing.end();
    return;
  }
  outgoing.writeHead(200, limitHeaders.length > 0 ? [...variant.flat, ...limitHeaders] : variant.flat);
  if (incoming.method === 'HEAD') outgoing.end();
  else outgoing.end(variant.body);
}

const zip = promisify(gzip);

/** With more of a reader's own text than this, characters, a page is compressed as a whole, in another thread. */
const MUCH = 16 * 1024;

/** Sends a cached page with the reader's slots filled in. Nobody else ever sees the result. */
export async function sendFilled(
  web: Web,
  request: Request,
  entry: Stored,
  reader: Reader,
): Promise<Response> {
  if (!entry.type.startsWith('text/html')) return sendStored(web, request, entry);
  const { cut, headers } = await web.cache.own(entry);
  const fillings = cut.inOrder(await fillingsOf(web, request, cut.slots, reader));
  if (!acceptsGzip(request.headers.get('accept-encoding') ?? undefined))
    return new Response(cut.plain(fillings) as Uint8Array<ArrayBuffer>, { headers });
  const own = fillings.reduce((sum, filling) => sum + (typeof filling === 'string' ? filling.length : 0), 0);
  const page =
    web.cache.holds(entry) && own <= MUCH
      ? Buffer.concat((cut.gzip(fillings) ?? (await cut.gzipSoon(fillings))).pieces)
      : await zip(cut.plain(fillings), { level: 1 });
  return new Response(page as Uint8Array<ArrayBuffer>, {
    headers: [...headers, ['content-encoding', 'gzip']],
  });
}

/** The path and query a request asks for. */
function pathOf({ url }: Request): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

/** What the slots of a page hold for a reader. */
async function fillingsOf(
  web: Web,
  request: Request,
  slots: readonly { name: string }[],
  reader: Reader,
): Promise<ReadonlyMap<string, Filling>> {
  const names = [...new Set(slots.map(({ name }) => name))];
  return (await web.fillSlots?.(reader, names, pathOf(request))) ?? new Map();
}

/** Sends a response meant for one person; a reader's page has its slots filled. */
export async function sendOwn(
  web: Web,
  request: Request,
  reply: Reply,
  reader: Reader | null,
): Promise<Response> {
  const own = { ...reply, headers: { 'cache-control': 'no-store', ...reply.headers } };
  if (reader === null || reply.body === null || !reply.type.startsWith('text/html')) return sendReply(own);
  const page = typeof reply.body === 'string' ? reply.body : Buffer.from(reply.body).toString();
  const cut = cutSlots(page);
  return sendReply({ ...own, body: withSlots(cut, await fillingsOf(web, request, cut.slots, reader)) });
}

/** Sends a reply that is not cached. */
export function sendReply(reply: Reply): Response {
  const headers = new Headers({ 'cache-control': 'no-cache', ...SECURITY, ...reply.headers });
  if (reply.body !== null) headers.set('content-type', reply.type);
  return new Response(reply.body as BodyInit | null, { status: reply.status, headers });
}
