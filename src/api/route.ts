/** How an API address is declared: as data, so that it can also be described. */

import type { Account } from '../community/accounts.ts';
import type { Scope } from '../community/tokens.ts';
import { normaliseQuery } from '../http/address.ts';
import type { Ask } from '../http/context.ts';
import { type Reply, text } from '../http/replies.ts';
import type { Parameters, ValuesOf } from './parameters.ts';

/** One request as an endpoint sees it. */
export interface ApiAsk<P extends Parameters = Parameters> extends Pick<Ask, 'web' | 'library' | 'archive'> {
  /** Parts of the path by name, decoded. */
  path: Record<string, string>;
  query: ValuesOf<P>;
  /** Origin for absolute addresses, without a trailing slash. */
  base: string;
  /** The requested address, as received, below `base`. */
  url: URL;
  /** The IP address or network the request comes from (http/proxies.ts). */
  from: string;
  /** Further headers of its response, in addition to those of the reply. */
  sends: Record<string, string>;
}

/** What an address changes, and the scope of the access token that it takes (writing.ts). */
export interface Write {
  scope: Scope;
  /** The status of its response; default: 201. */
  status?: 200;
  /** @param scopes everything its token may do */
  handle(
    ask: ApiAsk,
    account: Account,
    body: Record<string, unknown>,
    scopes: readonly Scope[],
  ): Promise<Reply>;
}

export interface ApiRoute {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** `:name` matches one segment, `:name{.+}` any number. */
  path: string;
  /** What it returns, in a sentence. */
  says: string;
  parameters: Parameters;
  /** It changes something, for whoever has a token (writing.ts). */
  write?: Write;
  /** @param request as it came, for what has a body */
  handle(ask: ApiAsk, request: Request): Reply | Promise<Reply>;
}

/**
 * A read-only address. Its response is cached until anything changes (page cache), so it may depend on nothing but the
 * address, the library and the day.
 */
export function reads<P extends Parameters>(
  path: string,
  says: string,
  parameters: P,
  handle: (ask: ApiAsk<P>) => Reply | Promise<Reply>,
): ApiRoute {
  return { method: 'GET', path, says, parameters, handle: handle as ApiRoute['handle'] };
}

/** Headers of responses that any site's scripts may read. */
export const OPEN: Record<string, string> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers':
    'ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Error-Code, X-Error-Message, X-Request-Id',
  'cross-origin-resource-policy': 'cross-origin',
  // Anybody may store it but must revalidate it each time: if unchanged, the response is a 304.
  'cache-control': 'public, no-cache',
};

/** A value as JSON. */
export const json = (value: unknown, headers: Record<string, string> = {}): Reply =>
  text(JSON.stringify(value), 'application/json; charset=utf-8', { ...OPEN, ...headers });

/**
 * A list as JSON, item by item into one buffer: encoding short texts takes half the time of one long text, which a
 * single Greek letter would widen as a whole.
 */
export function jsonList(items: readonly unknown[], headers: Record<string, string> = {}): Reply {
  const texts = items.map((item, i) => (i === 0 ? '[' : ',') + JSON.stringify(item));
  texts.push(items.length === 0 ? '[]' : ']');
  let length = 0;
  for (const text of texts) length += Buffer.byteLength(text);
  const body = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const text of texts) at += body.write(text, at);
  return { ...json(null, headers), body };
}

/**
 * `Link` to the next page: this address with other parameters. Unknown ones are left out: they are not part of the key
 * under which the response is cached, and others receive it too.
 */
export function nextLink(
  { base, url, query: read }: Pick<ApiAsk, 'base' | 'url' | 'query'>,
  change: Record<string, string>,
): string {
  const query = normaliseQuery(url.search, new Set(Object.keys(read)));
  for (const [name, value] of Object.entries(change)) query.set(name, value);
  return `<${base}${url.pathname}?${query}>; rel="next"`;
}
