/**
 * Refuses what another site's page makes a reader's browser send. The same rule as Go's CrossOriginProtection: a
 * browser says where a request comes from (`Sec-Fetch-Site`, or `Origin` in older ones); a client that sends neither is
 * not a browser, and carries nobody's credentials.
 */
import { WebError } from './errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isSafe = (method: string): boolean => SAFE.has(method);

/**
 * Throws a WebError (403) for an unsafe request from elsewhere.
 *
 * @param publicUrl the site's public address, for servers behind a proxy that changes `Host`
 */
export function refuseForeign(request: Request, publicUrl: string | null): void {
  if (isSafe(request.method)) return;
  const site = request.headers.get('sec-fetch-site');
  if (site === 'same-origin' || site === 'none') return;
  const origin = request.headers.get('origin');
  if (site === null && (origin === null || isOurs(origin, request, publicUrl))) return;
  throw new WebError(403, 'This form was sent from another site, so it was refused.');
}

function isOurs(origin: string, request: Request, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (publicUrl !== null && URL.canParse(publicUrl) && from.origin === new URL(publicUrl).origin) return true;
  // A proxy that terminates TLS hides the scheme from us; host and port distinguish sites.
  return from.host === (request.headers.get('host') ?? new URL(request.url).host);
}
