/** The fast path for cached pages: from the socket to the cached bytes, with nothing in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isApi } from './address.ts';
import { acceptsGzip, encodingFor } from './cache.ts';
import type { Web } from './context.ts';
import { cacheKey } from './keys.ts';
import { addressOf } from './proxies.ts';
import type { AtOnce } from './reader.ts';
import { cleanHost, prefersMarkdown } from './request.ts';
import { writeStored } from './send.ts';
import { SESSION_COOKIE, sessionIn } from './session-cookie.ts';

/** Answers a request if the cache can; false: the application must answer. */
export type FastPath = (req: IncomingMessage, res: ServerResponse) => boolean;

/** Addresses that mean the same to a URL parser, which everything else reads them with. */
const PLAIN = /^[\w./~?=&%+:,@-]*$/;

/** The key under which the answer to a request is cached. */
export function keyOfRequest(web: Web, req: IncomingMessage): string {
  const byHost = web.site.publicUrl === null;
  const url = req.url!;
  const at = url.indexOf('?');
  // Most addresses have no query: then the path is the key, and nothing needs parsing.
  return at < 0 && !byHost
    ? url
    : cacheKey(
        web,
        byHost ? cleanHost(req.headers.host) : '',
        at < 0 ? url : url.slice(0, at),
        at < 0 ? '' : url.slice(at),
      );
}

/** Builds the fast path over the cache. Errors, misses and anything unusual are left to the application. */
export function fastPath(web: Web): FastPath {
  const keyOf = (req: IncomingMessage): string => keyOfRequest(web, req);

  const answer = (req: IncomingMessage, res: ServerResponse): boolean => {
    const entry = web.cache.find(keyOf(req), web.now());
    if (entry === undefined) return false;
    const variant = entry.variants[encodingFor(req.headers['accept-encoding'])];
    // Not compressed in this encoding yet: the application does that, once.
    if (variant === undefined) return false;
    const limitHeaders = isApi(req.url!) ? count(web, req) : [];
    if (limitHeaders === null) return false;
    writeStored({ incoming: req, outgoing: res, limitHeaders }, entry, variant);
    return true;
  };

  /** The same for a reader who is signed in: with their slots filled, if what is theirs can be said at once. */
  const answerOwn = (atOnce: AtOnce, req: IncomingMessage, res: ServerResponse): boolean => {
    const url = req.url!;
    if (req.method !== 'GET' || isApi(url) || !PLAIN.test(url)) return false;
    const secret = sessionIn(req.headers.cookie ?? null, web.isSecure);
    const present = secret === null ? null : atOnce.signedIn(secret);
    if (present === null) return false;
    const key = keyOf(req);
    const entry = web.cache.peek(key, web.now());
    const own = entry?.own;
    if (!entry || !own) return false;
    const fillings = atOnce.fill(present, own.cut, url);
    if (fillings === null) return false;
    if (!acceptsGzip(req.headers['accept-encoding'])) {
      const body = own.cut.plain(fillings);
      web.cache.used(key, entry);
      res.writeHead(200, [...own.flat, 'content-length', String(body.length)]);
      res.end(body);
      return true;
    }
    const file = own.cut.gzip(fillings);
    if (file === null) return false;
    web.cache.used(key, entry);
    res.writeHead(200, [...own.flatGzip, 'content-length', String(file.length)]);
    res.cork();
    for (const piece of file.pieces) res.write(piece);
    res.end();
    res.uncork();
    return true;
  };

  return (req, res) => {
    const method = req.method;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const { headers } = req;
    if (headers.authorization !== undefined || prefersMarkdown(headers.accept)) return false;
    if (!headers.cookie?.includes(SESSION_COOKIE)) return answer(req, res);
    try {
      return web.atOnce !== undefined && answerOwn(web.atOnce, req, res);
    } catch (error) {
      if (res.headersSent) throw error;
      // Whatever is wrong with the database, the application will say.
      return false;
    }
  };
}

/** The rate limit headers; null: the limit is exceeded, and the application says so. */
export function count(web: Web, req: IncomingMessage): string[] | null {
  if (!web.allow) return [];
  const get = (name: string) => String(req.headers[name] ?? '') || null;
  const { granted, headers } = web.allow(addressOf(req.socket.remoteAddress, { get }, web.proxies));
  return granted ? headers : null;
}
