/** The fast path for cached pages: from the socket to the cached bytes, with nothing in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isApi } from './address.ts';
import { encodingFor } from './cache.ts';
import type { Web } from './context.ts';
import { cacheKey } from './keys.ts';
import { addressOf } from './proxies.ts';
import { cleanHost, prefersMarkdown } from './request.ts';
import { writeStored } from './send.ts';
import { SESSION_COOKIE } from './session-cookie.ts';

/** Answers a request if the cache can; false: the application must answer. */
export type FastPath = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Builds the fast path over the cache. Errors, misses and anything unusual are left to the application. */
export function fastPath(web: Web): FastPath {
  const byHost = web.site.publicUrl === null;

  const answer = (req: IncomingMessage, res: ServerResponse): boolean => {
    const url = req.url!;
    const at = url.indexOf('?');
    // Most addresses have no query: then the path is the key, and nothing needs parsing.
    const key =
      at < 0 && !byHost
        ? url
        : cacheKey(
            web,
            byHost ? cleanHost(req.headers.host) : '',
            at < 0 ? url : url.slice(0, at),
            at < 0 ? '' : url.slice(at),
          );
    const entry = web.cache.find(key, web.now());
    if (entry === undefined) return false;
    const variant = entry.variants[encodingFor(req.headers['accept-encoding'])];
    // Not compressed in this encoding yet: the application does that, once.
    if (variant === undefined) return false;
    const limitHeaders = isApi(url) ? count(web, req) : [];
    if (limitHeaders === null) return false;
    writeStored({ incoming: req, outgoing: res, limitHeaders }, entry, variant);
    return true;
  };

  return (req, res) => {
    const method = req.method;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const { headers } = req;
    if (headers.authorization !== undefined || headers.cookie?.includes(SESSION_COOKIE)) return false;
    if (prefersMarkdown(headers.accept)) return false;
    return answer(req, res);
  };
}

/** The rate limit headers; null: the limit is exceeded, and the application says so. */
function count(web: Web, req: IncomingMessage): string[] | null {
  if (!web.allow) return [];
  const get = (name: string) => String(req.headers[name] ?? '') || null;
  const { granted, headers } = web.allow(addressOf(req.socket.remoteAddress, { get }, web.proxies));
  return granted ? headers : null;
}
