/** How a request is read: the host it names, the address it asks for, and the kind of response it prefers. */

import type { Issues } from '../digest/issues.ts';
import { consult, consultArchive } from '../papers/consulting.ts';
import { withoutTrailing } from '../trim.ts';
import { weightOf } from './accept.ts';
import { normaliseQuery } from './address.ts';
import type { Ask, Notes, Web } from './context.ts';
import { WebError } from './errors.ts';
import type { Reader } from './reader.ts';

/** Host names as in RFC 3986; anything else in a Host header is not repeated in a page. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;

/** The request's host if it is safe to print. */
export const cleanHost = (host: string | null | undefined): string =>
  host && HOST.test(host) ? host : 'localhost';

export interface AskOptions {
  /** Records what the response is made of, so that it can be cached. */
  notes?: Notes;
  reader?: Reader | null;
}

/** A request as pages see it. Throws a WebError for an address that cannot be decoded. */
export function ask(web: Web, request: Request, { notes, reader = null }: AskOptions = {}): Ask {
  const url = new URL(request.url);
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    throw new WebError(400, 'This address is malformed.');
  }
  if (/[\u0000-\u001f\u007f]/.test(path))
    throw new WebError(400, 'This address contains control characters.');
  const host = cleanHost(request.headers.get('host') ?? url.host);
  const base =
    (web.site.publicUrl === null ? null : withoutTrailing(web.site.publicUrl, '/')) ??
    `${url.protocol}//${host}`;
  const { library, archive, issues } = web.contents;
  const progress = () => web.contents.progress?.() ?? [];
  const contents = notes
    ? {
        library: consult(library, notes),
        ...(archive && { archive: consultArchive(archive, notes) }),
        ...(issues && { issues: consultIssues(issues, notes) }),
        progress: () => {
          notes.dependsOn('progress');
          return progress();
        },
      }
    : { library, ...(archive && { archive }), ...(issues && { issues }), progress };
  return {
    ...contents,
    web,
    reader,
    path,
    query: normaliseQuery(url.search, web.queryNames(path)),
    base,
    headers: request.headers,
    sends: {},
  };
}

/** Issues with notes: of those that exist none ever changes, and a new one of an edition changes the site. */
function consultIssues(issues: Issues, notes: Notes): Issues {
  const noted =
    <G extends unknown[], A>(ask: (...given: G) => A) =>
    (...given: G): A => {
      notes.dependsOn('site');
      return ask(...given);
    };
  return { ...issues, find: noted(issues.find), of: noted(issues.of), archive: noted(issues.archive) };
}

const isPage = (name: string): boolean => name === 'text/html';

/** Whether a request prefers JSON to a page. */
export function prefersJson(accept: string | null): boolean {
  if (!accept) return false;
  const isJson = (name: string): boolean => /^application\/(.+\+)?json$/.test(name);
  return weightOf(accept, isJson) > weightOf(accept, isPage);
}

/**
 * Whether a request asks for a paper as Markdown: it accepts that type, and prefers no page to it. Browsers never
 * send it.
 */
export function prefersMarkdown(accept: string | null | undefined): boolean {
  if (!accept?.toLowerCase().includes('text/markdown')) return false;
  const weight = weightOf(accept, (name) => name === 'text/markdown');
  return weight > 0 && weight >= weightOf(accept, isPage);
}
