/**
 * The entry point of the API, everything below `/api/`. A family of endpoints (the Hub's in `hub/`) is a list of
 * routes, each declared with its parameters by `reads` (route.ts); it only has to be added to `ROUTES` here. What they
 * have in common is done here:
 *
 * - parameters are parsed and checked before an endpoint is called (parameters.ts); an invalid one is a 400;
 * - responses are kept in the page cache, exact to the change, with ETag and compressed forms, and repeated requests
 *   are answered by `http/fast.ts` before they come here. Unknown parameters are not part of the key;
 * - requests are counted by address (limit.ts); beyond the limit the response is a 429;
 * - any site's scripts may read it (CORS); reading needs no token, and what little can be written needs one
 * (writing.ts);
 * - an error is thrown (`WebError`) and leaves as `{"error": "…"}`, with more in it for our own endpoints (v1/), and
 *   with `X-Error-Message`, `X-Error-Code` and `X-Request-Id` (`fail` in http/app.ts).
 */
import type { Context, Hono } from 'hono';
import { kept, wireOf } from '../http/app.ts';
import type { Allowance, Notes, Web } from '../http/context.ts';
import { tooMany, WebError } from '../http/errors.ts';
import { fail } from '../http/fail.ts';
import { addressOf } from '../http/proxies.ts';
import { ask as readAsk } from '../http/request.ts';
import { Router } from '../http/router.ts';
import { ALREADY_SENT, sendReply, type Wire } from '../http/send.ts';
import { HUB_ROUTES } from './hub/routes.ts';
import { readParameters } from './parameters.ts';
import { type ApiRoute, OPEN } from './route.ts';
import { V1_ROUTES } from './v1/routes.ts';

/** Every address below `/api/`. */
export const ROUTES: ApiRoute[] = [...HUB_ROUTES, ...V1_ROUTES];

const router = new Router(ROUTES);

const NAMES = new Map(ROUTES.map((route) => [route, new Set(Object.keys(route.parameters))]));

/** The query parameters of an address below `/api/`. */
export function apiQueryNames(path: string): ReadonlySet<string> {
  const found = router.find(path, 'GET');
  return (found && NAMES.get(found.route)) ?? new Set();
}

/** Mounts the API on an application made by `createWeb`. */
export function mountApi(app: Hono, web: Web): void {
  app.all('/api/*', (c: Context, next) => {
    // The page about the API, which the pattern takes in as well.
    if (c.req.path === '/api') return next();
    const wire = wireOf(c);
    const address = addressOf(wire?.incoming.socket.remoteAddress, c.req.raw.headers, web.proxies);
    return serve(web, c.req.raw, address, wire);
  });
}

async function serve(web: Web, request: Request, address: string, wire: Wire | undefined): Promise<Response> {
  if (request.method === 'OPTIONS') return preflight(request);
  const allowance = web.allow?.(address);
  const open: Wire | undefined = wire && {
    ...wire,
    ...(allowance && { limitHeaders: allowance.headers }),
  };
  const response = await answer(web, request, { address, allowance, wire: open }).catch((error: unknown) =>
    fail(web, request, error),
  );
  if (response === ALREADY_SENT) return response;
  for (const [name, value] of Object.entries(OPEN))
    if (!response.headers.has(name)) response.headers.set(name, value);
  const limitHeaders = allowance?.headers ?? [];
  for (let i = 0; i < limitHeaders.length; i += 2)
    response.headers.set(limitHeaders[i]!, limitHeaders[i + 1]!);
  return response;
}

interface Arrived {
  /** Where it comes from. */
  address: string;
  allowance: Allowance | undefined;
  wire: Wire | undefined;
}

async function answer(web: Web, request: Request, { address, allowance, wire }: Arrived): Promise<Response> {
  if (allowance && !allowance.granted)
    throw tooMany(
      `Too many requests from this address. Please try again in ${allowance.wait} seconds.`,
      allowance.wait,
    );
  const { base } = readAsk(web, request);
  const url = new URL(request.url);
  const path = url.pathname;
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  const found = router.find(path, method as ApiRoute['method']);
  if (!found) {
    const methods = router.methods(path);
    if (methods.length === 0) throw new WebError(404, 'There is nothing at this address.');
    const allow = methods.flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name])).join(', ');
    throw new WebError(405, `This address does not accept ${method}.`, {}, { allow });
  }
  const { route, parts } = found;
  const named = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, decoded(part)]));
  const query = readParameters(route.parameters, url.searchParams);
  const make = async (notes?: Notes) => {
    const { library, archive } = readAsk(web, request, notes && { notes });
    return route.handle(
      { web, library, ...(archive && { archive }), path: named, query, base, url, from: address, sends: {} },
      request,
    );
  };
  // What needs a token is private to its reader.
  return method === 'GET' && !route.write ? kept(web, request, make, wire) : sendReply(await make());
}

/** Part of an address, decoded; unchanged if that is impossible. An encoded slash is part of an id. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** A browser asks what another site's script may do here: read. */
function preflight(request: Request): Response {
  const wanted = request.headers.get('access-control-request-headers') ?? '';
  const names = wanted.split(',').map((name) => name.trim().toLowerCase());
  const allowed = names.filter((name) => /^[a-z0-9-]{1,60}$/.test(name)).slice(0, 30);
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD, OPTIONS',
      ...(allowed.length > 0 ? { 'access-control-allow-headers': allowed.join(', ') } : {}),
      'access-control-max-age': '86400',
      vary: 'access-control-request-headers',
    },
  });
}
