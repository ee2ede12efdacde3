/**
 * Protection against DNS rebinding, as the transport's specification requires. A page elsewhere may have its own name
 * resolve to this machine, and then looks like one of ours: `Origin` and `Host` agree. What it cannot have is one of
 * our names, or an address in place of a name.
 */
import { isIP } from 'node:net';
import { WebError } from '../../http/errors.ts';

/**
 * Throws a WebError (403) for a request that a page under a foreign name makes a browser send. Programs send no
 * `Origin` and are not affected. Requests from another origin have already been refused (http/origin.ts).
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
