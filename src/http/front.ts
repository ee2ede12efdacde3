/**
 * What is required of every request before anything else looks at it: one host of reasonable length, an address in
 * canonical spelling (spelling.ts), and a reasonable number of parameters. Works on the request as it came over the
 * wire, because everything behind this reads addresses through the URL parser, which resolves dots and backslashes.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NO_PROXIES, parseProxies, plainAddress } from '../net/trusted.ts';
import { isApi, isOurApi } from './address.ts';
import type { Web } from './context.ts';
import { WebError } from './errors.ts';
import { fail } from './fail.ts';
import { SECURITY } from './replies.ts';
import { cleanHost } from './request.ts';
import { hasTooMany, MOST_PARAMETERS } from './spelling.ts';

/** Longest `Host`: DNS names have at most 255 characters. */
const LONGEST_HOST = 255;

/** Networks in which a reverse proxy of our own may be. */
const NEARBY = parseProxies('loopback,private');

/** Checks a request and normalises it for what follows. True: it has been answered here. */
export type Front = (req: IncomingMessage, res: ServerResponse) => boolean;

export function frontOf(web: Web): Front {
  const { router } = web;
  const refuse = (req: IncomingMessage, res: ServerResponse, path: string, says: string): true => {
    const { accept, 'x-request-id': id } = req.headers;
    const request = new Request(`http://localhost${path}`, {
      headers: { ...(accept && { accept }), ...(typeof id === 'string' && { 'x-request-id': id }) },
    });
    void fail(web, request, new WebError(400, says)).then(async (response) => {
      const body = Buffer.from(await response.arrayBuffer());
      if (isApi(path)) response.headers.set('access-control-allow-origin', '*');
      res.writeHead(response.status, [...response.headers, ['content-length', String(body.length)]].flat());
      res.end(req.method === 'HEAD' ? undefined : body);
    });
    return true;
  };

  let isWarned = false;
  /** Readers behind a proxy that is not configured share its limits: reported once. */
  const notice = (req: IncomingMessage): void => {
    const peer = plainAddress(req.socket.remoteAddress ?? '');
    if (peer === null || !NEARBY.has(peer) || (web.proxies ?? NO_PROXIES).has(peer)) return;
    isWarned = true;
    web.notice?.(
      `Requests come through a proxy at ${peer} and are all counted against its address. If the proxy is yours, set TRUSTED_PROXIES=${peer} (docs/operations.md).`,
    );
  };

  return (req, res) => {
    if (!isWarned && req.headers['x-forwarded-for'] !== undefined) notice(req);
    const target = originForm(req);
    // Only what decides the shape of the error is taken from the address: the rest of it may be what is wrong.
    const path = target === null || !isApi(target) ? '/' : isOurApi(target) ? '/api/v1/' : '/api/';
    const wrongHost = hostFault(req);
    if (wrongHost !== null) return refuse(req, res, path, wrongHost);
    // An invalid host becomes the default, as in the pages: it is never echoed.
    const host = cleanHost(req.headers.host);
    req.headers.host = URL.canParse(`http://${host}`) ? host : 'localhost';
    const right = target === null ? null : router.rightAddress(target);
    if (right === null || !URL.canParse(`http://localhost${right}`))
      return refuse(req, res, path, 'This address is malformed.');
    // A preflight request is not redirected; the browser will ask again at the right address.
    if (right !== target && req.method !== 'OPTIONS') return redirect(req, res, right);
    req.url = right;
    const query = right.indexOf('?');
    if (query >= 0 && hasTooMany(right.slice(query + 1)))
      return refuse(req, res, path, `This address has more than ${MOST_PARAMETERS} parameters.`);
    return false;
  };
}

/** The target as path and query: some clients send an absolute address (RFC 9112, 3.2.2). Null: it is neither. */
function originForm(req: IncomingMessage): string | null {
  const url = req.url ?? '';
  if (url.startsWith('/')) return url;
  const whole = /^https?:\/\/([^/?#\\]+)/i.exec(url);
  if (!whole || !URL.canParse(url)) return null;
  nameHost(req, whole[1]!);
  const rest = url.slice(whole[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** Replaces the host in the headers, if any, with the target's. */
function nameHost(req: IncomingMessage, host: string): void {
  const { rawHeaders } = req;
  const at = rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === 'host');
  if (at < 0) rawHeaders.push('Host', host);
  else rawHeaders[at + 1] = host;
  req.headers.host = host;
}

/** What is wrong with the `Host` of a request, worded for its sender; null: nothing. */
function hostFault({ rawHeaders, httpVersionMinor }: IncomingMessage): string | null {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    if (name.length !== 4 || name.toLowerCase() !== 'host') continue;
    if (++hosts > 1) return 'A request must name one host; this one names several.';
    if (rawHeaders[i + 1]!.length > LONGEST_HOST)
      return `The Host header is longer than ${LONGEST_HOST} characters.`;
  }
  return hosts === 0 && httpVersionMinor > 0 ? 'A request must name its host; this one names none.' : null;
}

/** Redirects to the canonical spelling, permanently. A form is sent again (308), not turned into a GET. */
function redirect({ method, url }: IncomingMessage, res: ServerResponse, to: string): true {
  res.writeHead(method === 'GET' || method === 'HEAD' ? 301 : 308, {
    ...SECURITY,
    'cache-control': 'no-cache',
    location: to,
    'content-length': '0',
    ...(isApi(to) || isApi(url ?? '') ? { 'access-control-allow-origin': '*' } : {}),
  });
  res.end();
  return true;
}
