/** The Hono application over the site's routes. */
import { type Context, Hono } from 'hono';
import { Answers, Consultation } from '../papers/consulting.ts';
import { Surveys } from '../survey/surveys.ts';
import { isApi } from './address.ts';
import { admit, NO_TRACE, type Operator } from './admit.ts';
import { loadAssets } from './assets.ts';
import { awayForm } from './away.ts';
import { FIXED, PageCache, type Stored } from './cache.ts';
import type { Ask, Notes, Reading, Route, Web, WebContext, Writing } from './context.ts';
import { WebError } from './errors.ts';
import { fail } from './fail.ts';
import { readForm } from './forms.ts';
import { cacheKey } from './keys.ts';
import { PeopleLimits } from './limits.ts';
import { NoteBox } from './notes.ts';
import { isSafe, refuseForeign } from './origin.ts';
import { addressOf } from './proxies.ts';
import { type Reader, readerFrom } from './reader.ts';
import { type Reply, SECURITY } from './replies.ts';
import { cleanHost, prefersMarkdown, ask as readAsk } from './request.ts';
import { type Match, Router } from './router.ts';
import { sendFilled, sendOwn, sendReply, sendStored, type Wire } from './send.ts';
import { Served } from './served.ts';
import { sessionIn } from './session-cookie.ts';
import { shared } from './shared.ts';
import { withoutEndSlashes } from './spelling.ts';
import { Turns } from './turns.ts';

/** Adds to the context what the room builds once per process: cache, assets, router, limits. */
export function openWeb(context: WebContext): Web {
  // Only the guard can reach what the password opens.
  const shown = Object.create(context, { operator: { value: undefined } }) as WebContext;
  const assets = loadAssets(context.assetsDir);
  const router = new Router(context.routes);
  return Object.assign(shown, {
    contents: context,
    guard: context,
    assets,
    cache: new PageCache(SECURITY),
    router,
    queryNames: queryNamesOf(context, router),
    turns: new Turns(context.site),
    answers: new Answers(context.topics),
    limits: new PeopleLimits(context.now, context.attempts),
    surveys: new Surveys(context.library),
    notes: new NoteBox(),
    served: new Served(),
    pictures: once(() => context.openPictures(assets, context.site.name)),
    isSecure: context.site.publicUrl?.startsWith('https:') === true,
  });
}

/** Opens something when it is first needed, and again if that failed. */
function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };
}

/** Looks up the query parameters that count at a path. */
function queryNamesOf(context: WebContext, router: Router<Route>): Web['queryNames'] {
  const reading = context.routes.filter(({ method }) => method === 'GET');
  const names = new Map<Route, ReadonlySet<string>>(reading.map((route) => [route, new Set(route.query)]));
  // Most addresses with a query are searches, which need no matching.
  const fixed = new Map(reading.map((route) => [route.path, names.get(route)!]));
  return (path) => {
    if (isApi(path)) return context.apiQueryNames?.(path) ?? new Set();
    const known = fixed.get(path);
    if (known) return known;
    const found = router.find(path, 'GET');
    return (found && names.get(found.route)) ?? new Set();
  };
}

/**
 * The application. Mount other rooms' routes on it (`app.route('/api', …)`): the site's pages answer what those do not,
 * and an address that nobody answers gets a 404 or 405.
 */
export function createWeb(web: Web): Hono {
  const { router } = web;
  const app = new Hono();
  // Before every route, including those mounted later: no unsafe request comes in from another site.
  app.use('*', async (c, next) => {
    if (!isSafe(c.req.method)) refuseForeign(c.req.raw, web.site.publicUrl);
    // The server has done this already (front.ts); this is for calling the application directly.
    const { pathname, search } = new URL(c.req.url);
    const right = router.rightAddress(pathname);
    if (right !== null && right !== pathname && c.req.method !== 'OPTIONS')
      return sendReply(redirectTo(right + search, isSafe(c.req.method) ? 301 : 308));
    return next();
  });
  // Whatever no mounted route has answered.
  app.notFound((c) => {
    const wire = wireOf(c);
    const from = addressOf(wire?.incoming.socket.remoteAddress, c.req.raw.headers, web.proxies);
    return serve(web, c.req.raw, from, wire);
  });
  app.onError((error, c) => fail(web, c.req.raw, error));
  return app;
}

/** What the HTTP server passes along with a request; absent if the application is called directly. */
export function wireOf(c: Context): Wire | undefined {
  const env = c.env as Partial<Wire> | undefined;
  return env?.incoming && env.outgoing ? { incoming: env.incoming, outgoing: env.outgoing } : undefined;
}

/** @param from the IP address the request comes from, if known */
async function serve(web: Web, request: Request, from: string, wire: Wire | undefined): Promise<Response> {
  let reader: Reader | null = null;
  try {
    const { method } = request;
    const { operator } = web.guard;
    reader = await readerOf(web, request);
    const ask = readAsk(web, request, { reader });
    // A context without controls has no /admin.
    const there = <M extends Match<Route>>(found: M | null) =>
      found?.route.kind === 'admin' && !operator ? null : found;
    const read = there(web.router.find(ask.path, 'GET'));
    const written = there(web.router.find(ask.path, 'POST'));
    if (!read && !written) return missing(ask, request);
    if (written && method === 'POST') {
      const { route } = written;
      if (route.kind !== 'admin') {
        const unsent =
          reader === null && route.who !== 'public' && route.written
            ? await readForm(request, from, web.site.publicUrl, route.largest, route.files).then(
                route.written,
                noForm,
              )
            : null;
        admitReader(route, ask, read?.route.path === route.path, unsent);
        const form = await readForm(request, from, web.site.publicUrl, route.largest, route.files);
        const reply = await route.handle(ask, paramOf(written), form);
        return await sendOwn(web, request, { ...reply, headers: { ...reply.headers, ...ask.sends } }, reader);
      }
      const admitted = await admit(operator!, request, from, web.now(), reader);
      const form = await readForm(request, from, web.site.publicUrl);
      const reply = await route.handle(ask, paramOf(written), form, admitted);
      return await sendOwn(web, request, untraced(reply, admitted), reader);
    }
    if (!read || (method !== 'GET' && method !== 'HEAD'))
      throw methodNotAllowed(read !== null, written !== null);
    const { route } = read;
    if (route.kind === 'admin') {
      const admitted = await admit(operator!, request, from, web.now(), reader);
      const reply = await route.handle(ask, paramOf(read), admitted);
      return await sendOwn(web, request, untraced(reply, admitted), reader);
    }
    admitReader(route, ask, true);
    if (route.kind === 'page') return await servePage(ask, request, route, paramOf(read), wire);
    const reply = await route.handle(ask, paramOf(read), request);
    if (reply instanceof Response) return reply;
    // Files are the same for everybody.
    return route.who === 'public' && (reader === null || !reply.type.startsWith('text/html'))
      ? sendPlain(web, request, reply)
      : await sendOwn(web, request, reply, reader);
  } catch (error) {
    return fail(web, request, error, reader);
  }
}

/** Who sent a request; null: they are not signed in. */
async function readerOf({ people, isSecure }: Web, request: Request): Promise<Reader | null> {
  const secret = sessionIn(request.headers.get('cookie'), isSecure);
  const found = secret === null ? null : await people.signedIn(secret);
  return found && readerFrom(found);
}

/** A form that cannot be accepted anyway has nothing to give back. */
function noForm(error: unknown): null {
  if (error instanceof WebError) return null;
  throw error;
}

/** The one parameter that pages are given; the path has been decoded as a whole. */
const paramOf = ({ parts }: Match<Route>): string => Object.values(parts)[0] ?? '';

/**
 * Refuses readers who may not see this address.
 *
 * @param isPage whether there is a page at it, to return to after signing in
 * @param unsent what they had written, to copy
 */
function admitReader(
  { who, method }: Reading | Writing,
  { reader, path }: Ask,
  isPage: boolean,
  unsent: string | null = null,
): void {
  if (who === 'public') return;
  if (reader === null) {
    const next = isPage ? `?${new URLSearchParams({ next: path })}` : '';
    const links = [{ href: `/sign-in${next}`, text: 'Sign in' }];
    if (unsent !== null)
      throw new WebError(401, 'Your comment was not sent. Copy it, sign in, and paste it.', {
        links,
        unsent,
      });
    throw new WebError(401, method === 'GET' ? 'Please sign in to see this page.' : 'Please sign in first.', {
      links,
    });
  }
  if (who === 'moderator' && (reader.role === 'member' || reader.state !== 'active'))
    throw new WebError(403, 'Only moderators can do this.');
}

function missing(ask: Ask, request: Request): Response {
  const { router } = ask.web;
  const { pathname, search } = new URL(request.url);
  const tidy = withoutEndSlashes(pathname);
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (reading && tidy !== pathname && router.find(withoutEndSlashes(ask.path), 'GET'))
    return sendReply(redirectTo(tidy + search));
  throw new WebError(404, 'There is no page at this address.', { search: words(ask.path) });
}

function methodNotAllowed(read: boolean, written: boolean): WebError {
  const allow = [...(read ? ['GET', 'HEAD'] : []), ...(written ? ['POST'] : [])].join(', ');
  const says = !read
    ? 'This address accepts only form submissions.'
    : written
      ? 'This address accepts only GET requests and form submissions.'
      : 'This address is read-only.';
  return new WebError(405, says, {}, { allow });
}

/** Responses under `/admin` are for nobody else, whatever the page says. */
const untraced = (reply: Reply, { cookie }: Operator): Reply => ({
  ...reply,
  keep: false,
  headers: { ...reply.headers, ...NO_TRACE, ...(cookie !== null && { 'set-cookie': cookie }) },
});

async function servePage(
  { web, reader }: Ask,
  request: Request,
  route: Reading,
  param: string,
  wire: Wire | undefined,
): Promise<Response> {
  // A cached page is the same for everybody, so it is made without a reader.
  const make = async (notes: Notes) =>
    (await route.handle(readAsk(web, request, { notes }), param, request)) as Reply;
  if (reader === null) return kept(web, request, make, wire);
  const found = await through(web, request, make);
  // A page that is not kept, because its formulas are still being set, has slots all the same.
  return 'variants' in found ? sendFilled(web, request, found, reader) : sendOwn(web, request, found, reader);
}

/**
 * Answers from the page cache, or with what `make` returns, which is then cached. For responses that are the same for
 * everybody. Requests that prefer Markdown have keys of their own.
 *
 * @param make gets its contents through `ask` (request.ts) with these notes
 */
export async function kept(
  web: Web,
  request: Request,
  make: (notes: Notes) => Promise<Reply>,
  wire?: Wire,
): Promise<Response> {
  const found = await through(web, request, make);
  if (!('variants' in found)) return sendReply(found);
  if ((web.awaySince?.() ?? null) === null) return sendStored(web, request, found, wire);
  // Made of what is in memory.
  const { headers, body } = await awayForm(web, found, request.headers.get('accept-encoding') ?? undefined);
  return new Response(body as Uint8Array<ArrayBuffer>, { headers });
}

async function through(
  web: Web,
  request: Request,
  make: (notes: Notes) => Promise<Reply>,
): Promise<Stored | Reply> {
  const url = new URL(request.url);
  const host = cleanHost(request.headers.get('host') ?? url.host);
  const now = web.now();
  const isMarkdown = prefersMarkdown(request.headers.get('accept'));
  const key = cacheKey(web, host, url.pathname, url.search) + (isMarkdown ? '\nmarkdown' : '');
  const tick = await web.topics.settled();
  const until = web.turns.after(now);
  return web.cache.through(key, tick, now, until, async () => {
    // It may have waited for another result first, and topics may have moved again meanwhile.
    const basis = new Consultation(web.answers, web.topics, await web.topics.settled(), until);
    const reply = await make(basis);
    // Programs' own limits are in their responses, and Markdown is at the same address as its page.
    const mayShare = web.site.cdn === true && !isMarkdown && !isApi(url.pathname);
    return { reply: mayShare ? shared(reply, basis.names()) : reply, basis };
  });
}

function sendPlain(web: Web, request: Request, reply: Reply): Response | Promise<Response> {
  return reply.keep ? sendStored(web, request, web.cache.seal(reply, FIXED, 0)) : sendReply(reply);
}

const redirectTo = (location: string, status: 301 | 308 = 301): Reply => ({
  status,
  type: 'text/plain',
  body: null,
  headers: { location },
  keep: false,
});

/** The last words of an address, as a search. */
const words = (path: string): string =>
  (path.split('/').filter(Boolean).at(-1) ?? '').replaceAll(/[-_+]+/g, ' ').slice(0, 120);
