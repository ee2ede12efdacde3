/**
 * Against DNS rebinding, as the transport's specification wants it. A page elsewhere may have its own name lead to this
 * machine, and then looks like one of ours: `Origin` and `Host` agree. What it cannot have is a name of ours, or an
 * address in place of a name.
 */
import { isIP } from 'node:net';
import { WebError } from '../../web/http.ts';

/**
 * Throws a WebError (403) for a request that a page under a foreign name makes a browser send. Programs send no `Origin`
 * and are none of that. What comes from another origin is refused before (web/origin.ts).
 */
export function refuseRebound(request: Request, publicUrl: string | null): void {
  const origin = request.headers.get('origin');
  if (origin === null) return;
  const name = URL.canParse(origin) ? new URL(origin).hostname : '';
  const isOurs =
    name === 'localhost' ||
    isIP(name.replace(/^\[|\]$/g, '')) !== 0 ||
    (publicUrl !== null && name === new URL(publicUrl).hostname);
  if (isOurs) return;
  throw new WebError(
    403,
    'Web pages may call this address only under the site’s own name (the setting PUBLIC_URL).',
  );
}
