/**
 * Pages while the database is away (PostgreSQL on another machine): cached ones are shown as they last were, with a
 * notice. Everything else fails on its own, with a 503 that says when to try again.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { isApi } from './address.ts';
import { acceptsGzip, type Stored } from './cache.ts';
import type { Web } from './context.ts';
import { count, keyOfRequest } from './fast.ts';
import { prefersMarkdown } from './request.ts';

const zip = promisify(gzip);

/** In every response: since when the database has been away (ISO 8601). */
export const AWAY_HEADER = 'x-database-away';

/** Where the notice goes: above the bar that every page begins with. */
const TOP = '<div class="bar">';

/** The notice on a page that may be out of date. @param since epoch ms */
export function awayNotice(since: number): string {
  const at = new Date(since).toISOString();
  return (
    '<p class="away" role="status">This site cannot reach its database at the moment. This is the page as it was at ' +
    `<time datetime="${at}">${at.slice(11, 16)} UTC</time>; signing in, voting and commenting will work again shortly.</p>\n`
  );
}

/** Answers a request from the cache, if the database is away. False: the application must answer. */
export type AwayPath = (req: IncomingMessage, res: ServerResponse) => boolean;

export function awayPath(web: Web): AwayPath {
  return (req, res) => {
    const since = web.awaySince?.() ?? null;
    if (since === null) return false;
    res.setHeader(AWAY_HEADER, new Date(since).toISOString());
    const { method } = req;
    if ((method !== 'GET' && method !== 'HEAD') || prefersMarkdown(req.headers.accept)) return false;
    const entry = web.cache.last(keyOfRequest(web, req));
    if (entry === undefined) return false;
    if (isApi(req.url!)) {
      const limits = count(web, req);
      if (limits === null) return false;
      for (let i = 0; i < limits.length; i += 2) res.setHeader(limits[i]!, limits[i + 1]!);
    }
    void awayForm(web, entry, req.headers['accept-encoding']).then(
      ({ headers, body }) => {
        res.writeHead(200, headers);
        res.end(method === 'HEAD' ? undefined : body);
      },
      () => res.destroy(),
    );
    return true;
  };
}

/** A cached page as sent while the database is away: with a notice, and not to be cached by anybody else. */
export async function awayForm(
  web: Web,
  entry: Stored,
  accepted: string | undefined,
): Promise<{ headers: Record<string, string>; body: Buffer }> {
  const { headers: kept, body: bytes } = await web.cache.variant(entry, 'identity');
  const since = web.awaySince?.() ?? web.now();
  const isPage = entry.type.startsWith('text/html');
  const plain = isPage ? Buffer.from(bytes.toString().replace(TOP, awayNotice(since) + TOP)) : bytes;
  const packs = isPage && acceptsGzip(accepted);
  const body = packs ? await zip(plain, { level: 1 }) : plain;
  const headers = Object.fromEntries(kept.filter(([name]) => name !== 'etag' && name !== 'last-modified'));
  return {
    headers: {
      ...headers,
      'cache-control': 'no-store',
      'content-length': String(body.length),
      ...(packs && { 'content-encoding': 'gzip' }),
    },
    body,
  };
}
