/** The web room's door: a Hono application over the library, and the short way for kept pages. */
import { type Context, Hono } from 'hono';
import { admit, NO_TRACE, type Operator } from './admit.ts';
import { loadAssets } from './assets.ts';
import { PageCache } from './cache.ts';
import type { Ask, Reply, Web, WebContext } from './context.ts';
import { type FastPath, fastOver } from './fast.ts';
import { readForm } from './forms.ts';
import {
  asciiSafe,
  cacheKey,
  cleanHost,
  isApi,
  isOurApi,
  prefersJson,
  prefersMarkdown,
  ask as readAsk,
  requestId,
  SECURITY,
  SESSION_COOKIE,
  sendReply,
  sendStored,
  stampOf,
  turnAfter,
  WebError,
  type Wire,
} from './http.ts';
import { isSafe, refuseForeign } from './origin.ts';
import { errorPage } from './pages/error.tsx';
import { addressOf } from './proxies.ts';
import { type Reading, ROUTES, type Route, routeOf } from './routes.ts';
import { spellingOf, withoutEndSlashes } from './spelling.ts';

export type { WebContext } from './context.ts';
export { ROUTES };

const webs = new WeakMap<WebContext, Web>();

/** One cache and one set of assets for a context, shared by the application and the short way. */
export function webOf(context: WebContext): Web {
  let web = webs.get(context);
  if (!web) {
    // No page gets at what the password opens but past the guard.
    const shown = Object.create(context, { operator: { value: undefined } }) as WebContext;
    web = Object.assign(shown, {
      assets: loadAssets(context.assetsDir),
      cache: new PageCache(SECURITY),
    }) as Web;
    webs.set(context, web);
  }
  return web;
}

/**
 * The application. Mount other rooms' routes on it (`app.route('/api', …)`): its pages answer only their
 * own addresses, and what nobody answers becomes its 404 or 405.
 */
export function createWeb(context: WebContext): Hono {
  const web = webOf(context);
  const app = new Hono();
  // Before every route, those of rooms mounted later among them: no unsafe request comes in from elsewhere.
  app.use('*', async (c, next) => {
    if (!isSafe(c.req.method)) refuseForeign(c.req.raw, web.site.publicUrl);
    // The server has seen to it already (front.ts); this holds where the application is called directly.
    const { pathname, search } = new URL(c.req.url);
    const right = rightAddress(pathname);
    if (right !== null && right !== pathname && c.req.method !== 'OPTIONS')
      return sendReply(redirectTo(right + search, isSafe(c.req.method) ? 301 : 308));
    return next();
  });
  const answer = (c: Context) => {
    const wire = wireOf(c);
    const from = addressOf(wire?.incoming.socket.remoteAddress, c.req.raw.headers, web.proxies);
    return serve(web, context.operator, c.req.raw, from, wire);
  };
  for (const path of new Set(ROUTES.map((route) => honoPath(route.path)))) {
    app.get(path, answer);
    if (ROUTES.some((route) => route.method === 'POST' && honoPath(route.path) === path))
      app.post(path, answer);
  }
  app.notFound(answer as Parameters<typeof app.notFound>[0]);
  app.onError((error, c) => fail(web, c.req.raw, error));
  return app;
}

/** What the HTTP server hands along with a request; nothing where the application is called directly. */
export function wireOf(c: Context): Wire | undefined {
  const env = c.env as Partial<Wire> | undefined;
  return env?.incoming && env.outgoing ? { incoming: env.incoming, outgoing: env.outgoing } : undefined;
}

/** Papers' parts share one pattern: Hono's routers disagree on a catch-all in the middle of a path. */
const honoPath = (path: string): string => path.replace(/^\/papers\/:id\{\.\+\}.*$/, '/papers/:id{.+}');

/** For the HTTP server to call first; see fast.ts. */
export function fastPath(context: WebContext): FastPath {
  return fastOver(context, webOf(context).cache);
}

/** @param from the IP address it comes from, as far as that is known */
async function serve(
  web: Web,
  operator: WebContext['operator'],
  request: Request,
  from: string,
  wire: Wire | undefined,
): Promise<Response> {
  try {
    const ask = readAsk(web, request);
    const { method } = request;
    // Without a password there is nothing behind it, not even a refusal.
    const there = <R extends Route>(found: { route: R; param: string } | null) =>
      found?.route.kind === 'admin' && !operator ? null : found;
    const read = there(routeOf(ask.path, 'GET'));
    const written = there(routeOf(ask.path, 'POST'));
    if (!read && !written) return missing(ask, request);
    if (written && method === 'POST') {
      const { route, param } = written;
      if (route.kind !== 'admin')
        return sendReply(
          uncached(await route.handle(ask, param, await readForm(request, from, web.site.publicUrl))),
        );
      const admitted = await admit(operator!, request, from, web.now());
      const form = await readForm(request, from, web.site.publicUrl);
      return sendReply(untraced(await route.handle(ask, param, form, admitted), admitted));
    }
    if (!read || (method !== 'GET' && method !== 'HEAD')) throw notThatWay(read !== null, written !== null);
    const { route, param } = read;
    if (route.kind === 'admin') {
      const admitted = await admit(operator!, request, from, web.now());
      return sendReply(untraced(await route.handle(ask, param, admitted), admitted));
    }
    if (route.kind === 'plain') {
      const reply = await route.handle(ask, param, request);
      return reply instanceof Response ? reply : sendPlain(web, request, reply);
    }
    return await servePage(web, request, ask, route, param, wire);
  } catch (error) {
    return fail(web, request, error);
  }
}

/**
 * Where a request's target (path and query) leads that is not in its one spelling (spelling.ts), at once to the route
 * it stands for; the target itself where it is. Null: it is no address.
 */
export function rightAddress(target: string): string | null {
  const right = spellingOf(target);
  if (right === null || right === target) return right;
  const at = right.indexOf('?');
  const path = at < 0 ? right : right.slice(0, at);
  const tidy = withoutEndSlashes(path);
  return !routeOf(path) && routeOf(tidy) ? tidy + right.slice(path.length) : right;
}

function missing(ask: Ask, request: Request): Response {
  const { pathname, search } = new URL(request.url);
  const tidy = withoutEndSlashes(pathname);
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (reading && tidy !== pathname && routeOf(withoutEndSlashes(ask.path)))
    return sendReply(redirectTo(tidy + search));
  throw new WebError(404, 'There is no page at this address.', { search: words(ask.path) });
}

function notThatWay(read: boolean, written: boolean): WebError {
  const allow = [...(read ? ['GET', 'HEAD'] : []), ...(written ? ['POST'] : [])].join(', ');
  const says = !read
    ? 'This address accepts only form submissions.'
    : written
      ? 'This address accepts only GET requests and form submissions.'
      : 'This address is read-only.';
  return new WebError(405, says, {}, { allow });
}

/** What a form is answered is for who sent it. */
const uncached = (reply: Reply): Reply => ({
  ...reply,
  keep: false,
  headers: { 'cache-control': 'no-store', ...reply.headers },
});

/** What `/admin` answers is for nobody else, whatever the page says. */
const untraced = (reply: Reply, { cookie }: Operator): Reply => ({
  ...reply,
  keep: false,
  headers: { ...reply.headers, ...NO_TRACE, ...(cookie !== null && { 'set-cookie': cookie }) },
});

async function servePage(
  web: Web,
  request: Request,
  ask: Ask,
  route: Reading,
  param: string,
  wire: Wire | undefined,
): Promise<Response> {
  const make = async () => (await route.handle(ask, param, request)) as Reply;
  if (anonymous(request)) return kept(web, request, make, wire);
  const stamp = await stampNow(web);
  const reply = await make();
  if (!reply.keep) return sendReply(reply);
  return sendStored(web, request, web.cache.seal(reply, stamp, 0), wire);
}

/** The version is read before a page is made: a change in between makes the entry old, never wrong. */
const stampNow = async (web: Web): Promise<string> =>
  stampOf(web, web.versionNow ? web.versionNow() : await web.library.version());

/**
 * Answers from the page cache, or with what `make` makes, which is then kept. For what everybody is answered alike.
 * Who would have Markdown is answered apart, wherever there is any.
 */
export async function kept(
  web: Web,
  request: Request,
  make: () => Promise<Reply>,
  wire?: Wire,
): Promise<Response> {
  const url = new URL(request.url);
  const host = cleanHost(request.headers.get('host') ?? url.host);
  const now = web.now();
  const stamp = await stampNow(web);
  const isMarkdown = prefersMarkdown(request.headers.get('accept'));
  const key = cacheKey(web, host, url.pathname, url.search) + (isMarkdown ? '\nmarkdown' : '');
  const found = await web.cache.through(key, stamp, now, turnAfter(web, now), make);
  return 'variants' in found ? sendStored(web, request, found, wire) : sendReply(found);
}

const anonymous = (request: Request): boolean =>
  !request.headers.has('authorization') && !request.headers.get('cookie')?.includes(SESSION_COOKIE);

function sendPlain(web: Web, request: Request, reply: Reply): Response | Promise<Response> {
  return reply.keep ? sendStored(web, request, web.cache.seal(reply, '', 0)) : sendReply(reply);
}

const redirectTo = (location: string, status: 301 | 308 = 301): Reply => ({
  status,
  type: 'text/plain',
  body: null,
  headers: { location },
  keep: false,
});

/** What PostgreSQL's driver says when the server is not there or going: its codes, or plain words. */
const GONE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|ETIMEDOUT|57P0[123]|53300)$/;
const GONE_WORDS = /Connection terminated|timeout exceeded when trying to connect/;

/** A database that is away for a while is no fault of the page. */
function unknownTrouble(thrown: unknown): WebError {
  const { code, message } = (thrown ?? {}) as { code?: unknown; message?: unknown };
  if (GONE.test(String(code)) || GONE_WORDS.test(String(message)))
    return new WebError(
      503,
      'The database is not responding. Please try again in a moment.',
      {},
      { 'retry-after': '10' },
    );
  return new WebError(500, 'Something went wrong on our side. The error has been logged.');
}

/** A word for programs; an error may bring a narrower one in its headers. */
const codeOf = (status: number): string => CODES[status] ?? 'Error';
const CODES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  413: 'TooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  500: 'InternalError',
  501: 'NotImplemented',
  503: 'Unavailable',
};

/** Every error leaves through here, in one shape. */
export async function fail(web: Web, request: Request, thrown: unknown): Promise<Response> {
  const id = requestId();
  const known = thrown instanceof WebError;
  const error = known ? thrown : unknownTrouble(thrown);
  if (!known) {
    const record = {
      level: 'error',
      at: new Date(web.now()).toISOString(),
      request: id,
      method: request.method,
      path: new URL(request.url).pathname,
      error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    };
    if (web.log) web.log(record);
    else console.error(JSON.stringify(record));
  }
  const headers: Record<string, string> = {
    'x-error-code': codeOf(error.status),
    ...error.headers,
    'cache-control': 'no-store',
    vary: 'accept',
    'x-error-message': asciiSafe(error.message),
    'x-request-id': id,
  };
  const json = isApi(new URL(request.url).pathname) || prefersJson(request.headers.get('accept'));
  return sendReply({
    status: error.status,
    type: json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
    body: json ? `${JSON.stringify(told(request, error, headers))}\n` : await page(web, request, error, id),
    headers,
    keep: false,
  });
}

/** The error for programs: a sentence, and from our own interface (docs/api.md) more than that. */
function told(request: Request, error: WebError, headers: Record<string, string>): object {
  if (!isOurApi(new URL(request.url).pathname)) return { error: error.message };
  const { parameter } = error.help;
  return {
    error: { code: headers['x-error-code'], message: error.message, ...(parameter && { parameter }) },
  };
}

/** The error's page; where even that cannot be made, its words alone. */
async function page(web: Web, request: Request, error: WebError, id: string): Promise<string> {
  try {
    // The request itself may be what cannot be read, so the page is made for a plain one.
    const bare = new Request(new URL('/', request.url), {
      headers: { host: request.headers.get('host') ?? '' },
    });
    return await errorPage(readAsk(web, bare), error, id);
  } catch {
    return `<!doctype html><html lang="en"><title>Error</title><p>${error.status}: an error occurred. Request ${id}.</p></html>`;
  }
}

/** The last words of an address, to search for. */
const words = (path: string): string =>
  (path.split('/').filter(Boolean).at(-1) ?? '').replaceAll(/[-_+]+/g, ' ').slice(0, 120);
