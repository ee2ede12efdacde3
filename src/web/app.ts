/** The web room's door: a Hono application over the library, and the short way for kept pages. */
import { type Context, Hono } from 'hono';
import { loadAssets } from './assets.ts';
import { PageCache } from './cache.ts';
import type { Ask, Reply, Web, WebContext } from './context.ts';
import { type FastPath, fastOver } from './fast.ts';
import { addressOf, readForm } from './forms.ts';
import {
  asciiSafe,
  cacheKey,
  cleanHost,
  prefersJson,
  ask as readAsk,
  requestId,
  SECURITY,
  SESSION_COOKIE,
  sendReply,
  sendStored,
  stampOf,
  turnAfter,
  WebError,
} from './http.ts';
import { isSafe, refuseForeign } from './origin.ts';
import { errorPage } from './pages/error.tsx';
import { type Reading, ROUTES, routeOf, type Writing } from './routes.ts';

export type { WebContext } from './context.ts';
export { ROUTES };

const webs = new WeakMap<WebContext, Web>();

/** One cache and one set of assets for a context, shared by the application and the short way. */
function webOf(context: WebContext): Web {
  let web = webs.get(context);
  if (!web) {
    web = Object.assign(Object.create(context) as WebContext, {
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
    await next();
  });
  const answer = (c: Context) => serve(web, c.req.raw, (c.env as NodeEnv)?.incoming?.socket?.remoteAddress);
  for (const path of new Set(ROUTES.map((route) => honoPath(route.path)))) {
    app.get(path, answer);
    if (ROUTES.some((route) => route.method === 'POST' && honoPath(route.path) === path))
      app.post(path, answer);
  }
  app.notFound(answer as Parameters<typeof app.notFound>[0]);
  app.onError((error, c) => fail(web, c.req.raw, error));
  return app;
}

/** What the HTTP server hands along with a request. */
type NodeEnv = { incoming?: { socket?: { remoteAddress?: string } } } | undefined;

/** Papers' parts share one pattern: Hono's routers disagree on a catch-all in the middle of a path. */
const honoPath = (path: string): string => path.replace(/^\/papers\/:id\{\.\+\}.*$/, '/papers/:id{.+}');

/** For the HTTP server to call first; see fast.ts. */
export function fastPath(context: WebContext): FastPath {
  return fastOver(context, webOf(context).cache);
}

async function serve(web: Web, request: Request, socket: string | undefined): Promise<Response> {
  try {
    const ask = readAsk(web, request);
    const { method } = request;
    const read = routeOf(ask.path, 'GET');
    const written = routeOf(ask.path, 'POST');
    if (!read && !written) return missing(ask, request);
    if (written && method === 'POST') {
      const form = await readForm(request, addressOf(socket, request.headers), web.site.publicUrl);
      const { handle } = written.route as Writing;
      return sendReply(uncached(await handle(ask, written.param, form)));
    }
    if (!read || (method !== 'GET' && method !== 'HEAD')) throw notThatWay(read !== null, written !== null);
    if (read.route.kind === 'plain') {
      const reply = await read.route.handle(ask, read.param, request);
      return reply instanceof Response ? reply : sendPlain(web, request, reply);
    }
    return await servePage(web, request, ask, read.route, read.param);
  } catch (error) {
    return fail(web, request, error);
  }
}

function missing(ask: Ask, request: Request): Response {
  const tidy = ask.path.replace(/\/+$/, '').replace(/^\/+/, '/');
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (reading && tidy !== ask.path && tidy !== '' && routeOf(tidy))
    return sendReply(redirectTo(encodeURI(tidy) + new URL(request.url).search));
  throw new WebError(404, 'There is no page at this address.', { search: words(ask.path) });
}

function notThatWay(read: boolean, written: boolean): WebError {
  const allow = [...(read ? ['GET', 'HEAD'] : []), ...(written ? ['POST'] : [])].join(', ');
  const says = !read
    ? 'This address only takes what a form sends.'
    : written
      ? 'This address can be read, and takes what a form sends.'
      : 'This address can only be read.';
  return new WebError(405, says, {}, { allow });
}

/** What a form is answered is for who sent it. */
const uncached = (reply: Reply): Reply => ({
  ...reply,
  keep: false,
  headers: { 'cache-control': 'no-store', ...reply.headers },
});

async function servePage(
  web: Web,
  request: Request,
  ask: Ask,
  route: Reading,
  param: string,
): Promise<Response> {
  const url = new URL(request.url);
  const host = cleanHost(request.headers.get('host') ?? url.host);
  const now = web.now();
  // The version is read before the page is made: a change in between makes the entry old, never wrong.
  const stamp = stampOf(web, web.versionNow ? web.versionNow() : await web.library.version());
  const make = async () => (await route.handle(ask, param, request)) as Reply;
  if (!anonymous(request)) {
    const reply = await make();
    if (!reply.keep) return sendReply(reply);
    return sendStored(web, request, web.cache.seal(reply, stamp, 0));
  }
  const key = cacheKey(web, host, url.pathname, url.search);
  const kept = await web.cache.through(key, stamp, now, turnAfter(web, now), make);
  return 'variants' in kept ? sendStored(web, request, kept) : sendReply(kept);
}

const anonymous = (request: Request): boolean =>
  !request.headers.has('authorization') && !request.headers.get('cookie')?.includes(SESSION_COOKIE);

function sendPlain(web: Web, request: Request, reply: Reply): Response | Promise<Response> {
  return reply.keep ? sendStored(web, request, web.cache.seal(reply, '', 0)) : sendReply(reply);
}

const redirectTo = (location: string): Reply => ({
  status: 301,
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
      'The database does not answer. Please try again in a moment.',
      {},
      { 'retry-after': '10' },
    );
  return new WebError(500, 'Something went wrong here. It has been written down.');
}

/** Every error leaves through here, in one shape. */
async function fail(web: Web, request: Request, thrown: unknown): Promise<Response> {
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
    ...error.headers,
    'cache-control': 'no-store',
    vary: 'accept',
    'x-error-message': asciiSafe(error.message),
    'x-request-id': id,
  };
  const json = prefersJson(request.headers.get('accept'));
  return sendReply({
    status: error.status,
    type: json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
    body: json ? `${JSON.stringify({ error: error.message })}\n` : await page(web, request, error, id),
    headers,
    keep: false,
  });
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
