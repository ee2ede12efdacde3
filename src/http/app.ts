/** The Hono application over the site's routes, and the short way for cached pages. */
import { type Context, Hono } from 'hono';
import { admit, NO_TRACE, type Operator } from './admit.ts';
import { loadAssets } from './assets.ts';
import { PageCache } from './cache.ts';
import type { Ask, Reading, Route, Web, WebContext } from './context.ts';
import { WebError } from './errors.ts';
import { fail } from './fail.ts';
import { type FastPath, fastOver } from './fast.ts';
import { readForm } from './forms.ts';
import { cacheKey, stampOf, turnAfter } from './keys.ts';
import { isSafe, refuseForeign } from './origin.ts';
import { addressOf } from './proxies.ts';
import { type Reply, SECURITY } from './replies.ts';
import { cleanHost, prefersMarkdown, ask as readAsk, SESSION_COOKIE } from './request.ts';
import { type Router, routerOf } from './router.ts';
import { sendReply, sendStored, type Wire } from './send.ts';
import { withoutEndSlashes } from './spelling.ts';

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
  const { routes } = web;
  const router = routerOf(routes);
  const app = new Hono();
  // Before every route, those of rooms mounted later among them: no unsafe request comes in from elsewhere.
  app.use('*', async (c, next) => {
    if (!isSafe(c.req.method)) refuseForeign(c.req.raw, web.site.publicUrl);
    // The server has seen to it already (front.ts); this holds where the application is called directly.
    const { pathname, search } = new URL(c.req.url);
    const right = router.rightAddress(pathname);
    if (right !== null && right !== pathname && c.req.method !== 'OPTIONS')
      return sendReply(redirectTo(right + search, isSafe(c.req.method) ? 301 : 308));
    return next();
  });
  const answer = (c: Context) => {
    const wire = wireOf(c);
    const from = addressOf(wire?.incoming.socket.remoteAddress, c.req.raw.headers, web.proxies);
    return serve(web, context.operator, c.req.raw, from, wire);
  };
  for (const path of new Set(routes.map((route) => honoPath(route.path)))) {
    app.get(path, answer);
    if (routes.some((route) => route.method === 'POST' && honoPath(route.path) === path))
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
    const router = routerOf(web.routes);
    const read = there(router.find(ask.path, 'GET'));
    const written = there(router.find(ask.path, 'POST'));
    if (!read && !written) return missing(ask, request, router);
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

function missing(ask: Ask, request: Request, router: Router): Response {
  const { pathname, search } = new URL(request.url);
  const tidy = withoutEndSlashes(pathname);
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (reading && tidy !== pathname && router.find(withoutEndSlashes(ask.path)))
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

/** The last words of an address, to search for. */
const words = (path: string): string =>
  (path.split('/').filter(Boolean).at(-1) ?? '').replaceAll(/[-_+]+/g, ' ').slice(0, 120);
