/** The short way for pages that are in the cache: from the socket to the kept bytes, nothing in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { encodingFor, matches, type PageCache, type Stored } from './cache.ts';
import type { WebContext } from './context.ts';
import { cacheKey, cleanHost, SESSION_COOKIE, stampOf } from './http.ts';

/** Takes a request if it can be answered at once; false: let the application answer. */
export type FastPath = (req: IncomingMessage, res: ServerResponse) => boolean | Promise<boolean>;

/** Builds the short way over a cache. Errors, misses and anything unusual are left to the application. */
export function fastOver(context: WebContext, cache: PageCache): FastPath {
  const byHost = context.site.publicUrl === null;

  const answer = (req: IncomingMessage, res: ServerResponse, version: string): boolean => {
    const url = req.url!;
    const at = url.indexOf('?');
    // Most addresses have no query: then the address is the key, and nothing is parsed.
    const key =
      at < 0 && !byHost
        ? url
        : cacheKey(
            context,
            byHost ? cleanHost(req.headers.host) : '',
            at < 0 ? url : url.slice(0, at),
            at < 0 ? '' : url.slice(at),
          );
    const entry = cache.find(key, stampOf(context, version), context.now());
    if (entry === undefined) return false;
    return write(req, res, entry);
  };

  return (req, res) => {
    const method = req.method;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const { headers } = req;
    if (headers.authorization !== undefined || headers.cookie?.includes(SESSION_COOKIE)) return false;
    if (context.versionNow) return answer(req, res, context.versionNow());
    return context.library.version().then((version) => answer(req, res, version));
  };
}

function write(req: IncomingMessage, res: ServerResponse, entry: Stored): boolean {
  const variant = entry.variants[encodingFor(req.headers['accept-encoding'])];
  // Not compressed yet for this kind of reader: the application does so, once.
  if (variant === undefined) return false;
  if (matches(req.headers['if-none-match'], entry)) {
    const kept = variant.headers.filter(([name]) => name !== 'content-length' && name !== 'content-encoding');
    res.writeHead(304, kept.flat());
    res.end();
    return true;
  }
  res.writeHead(200, variant.flat);
  if (req.method === 'HEAD') res.end();
  else res.end(variant.body);
  return true;
}
