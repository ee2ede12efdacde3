/**
 * The id of a request, in every error and in the log. A proxy may have assigned one, so that its log can be matched
 * with ours; from anybody else, such an id means nothing and is ignored.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NO_PROXIES, type Proxies, plainAddress } from '../net/trusted.ts';

const HEADER = 'x-request-id';
const VALID = /^[\w.:+/=@-]{1,128}$/;

/**
 * Adopts the id that a trusted proxy gave a request and returns it in the response; removes any other. Call it only for
 * requests that have the header, so that others cost nothing.
 */
export function takeRequestId(
  req: IncomingMessage,
  res: ServerResponse,
  proxies: Proxies = NO_PROXIES,
): void {
  const given = req.headers[HEADER];
  const peer = plainAddress(req.socket.remoteAddress ?? '');
  if (typeof given === 'string' && VALID.test(given) && peer !== null && proxies.has(peer)) {
    res.setHeader(HEADER, given);
    return;
  }
  delete req.headers[HEADER];
  const { rawHeaders } = req;
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (rawHeaders[i]!.toLowerCase() === HEADER) rawHeaders[i] = 'x-ignored-request-id';
}

/** The id of a request, or a new one. */
export function requestId(headers: Pick<Headers, 'get'>): string {
  const given = headers.get(HEADER);
  return given !== null && VALID.test(given) ? given : randomUUID();
}
