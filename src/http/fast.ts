/** The short way for pages that are in the cache: from the socket to the kept bytes, nothing in between. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isApi } from './address.ts';
import { encodingFor, type PageCache } from './cache.ts';
import type { WebContext } from './context.ts';
import { cacheKey, stampOf } from './keys.ts';
import { addressOf } from './proxies.ts';
import { cleanHost, prefersMarkdown, SESSION_COOKIE } from './request.ts';
import { writeStored } from './send.ts';

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
    const variant = entry.variants[encodingFor(req.headers['accept-encoding'])];
    // Not compressed yet for this kind of reader: the application does so, once.
    if (variant === undefined) return false;
    const told = isApi(url) ? count(context, req) : [];
    if (told === null) return false;
    writeStored({ incoming: req, outgoing: res, told }, entry, variant);
    return true;
  };

  return (req, res) => {
    const method = req.method;
    if (method !== 'GET' && method !== 'HEAD') return false;
    const { headers } = req;
    if (headers.authorization !== undefined || headers.cookie?.includes(SESSION_COOKIE)) return false;
    if (prefersMarkdown(headers.accept)) return false;
    if (context.versionNow) return answer(req, res, context.versionNow());
    return context.library.version().then((version) => answer(req, res, version));
  };
}

/** The headers that tell what is left to the sender; null: nothing is, and the application says so. */
function count(context: WebContext, req: IncomingMessage): string[] | null {
  if (!context.allow) return [];
  const get = (name: string) => String(req.headers[name] ?? '') || null;
  const { granted, headers } = context.allow(addressOf(req.socket.remoteAddress, { get }, context.proxies));
  return granted ? headers : null;
}
