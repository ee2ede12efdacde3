/** Every error as a response, in one shape: as JSON for programs, as a page for people. */
import { isAway } from '../store/away.ts';
import { SurveysBusy } from '../survey/surveys.ts';
import { isApi, isOurApi } from './address.ts';
import type { Web } from './context.ts';
import { WebError } from './errors.ts';
import type { Reader } from './reader.ts';
import type { Reply } from './replies.ts';
import { prefersJson, ask as readAsk } from './request.ts';
import { requestId } from './request-id.ts';
import { sendOwn, sendReply } from './send.ts';

/** A database that is away for a while is not the page's fault; nor is it an error that many want the same at once. */
function unknownTrouble(thrown: unknown): WebError {
  if (isAway(thrown))
    return new WebError(
      503,
      'The database is not responding. Please try again in a moment.',
      {},
      { 'retry-after': '10' },
    );
  if (thrown instanceof SurveysBusy)
    return new WebError(
      503,
      'Too many surveys are being made. Please try again in a moment.',
      {},
      { 'retry-after': '10' },
    );
  return new WebError(500, 'Something went wrong on our side. The error has been logged.');
}

/** A code for programs; an error may set a more specific one in its headers. */
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

/** Every error is answered here, in one shape. @param reader whose page it is, if they are signed in */
export async function fail(
  web: Web,
  request: Request,
  thrown: unknown,
  reader: Reader | null = null,
): Promise<Response> {
  const id = requestId(request.headers);
  const known = thrown instanceof WebError;
  const error = known ? thrown : unknownTrouble(thrown);
  if (!known) {
    const record = {
      level: 'error',
      at: new Date(web.now()).toISOString(),
      request: id,
      method: request.method,
      // A sign-in link is a secret.
      path: new URL(request.url).pathname.replace(/^\/sign-in\/.+/s, '/sign-in/…'),
      error:
        // While the database is away, every request fails in the same way, and it is not our code's fault.
        thrown instanceof Error
          ? error.status === 503
            ? thrown.message
            : (thrown.stack ?? thrown.message)
          : String(thrown),
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
  const reply: Reply = {
    status: error.status,
    type: json ? 'application/json; charset=utf-8' : 'text/html; charset=utf-8',
    body: json
      ? `${JSON.stringify(errorBody(request, error, headers))}\n`
      : await page(web, request, error, id),
    headers,
    keep: false,
  };
  // What has failed may be what slots are filled from.
  return sendOwn(web, request, reply, reader).catch(() => sendReply(reply));
}

/** The error for programs: a sentence, with more detail in our own interface (docs/api.md). */
function errorBody(request: Request, error: WebError, headers: Record<string, string>): object {
  if (!isOurApi(new URL(request.url).pathname)) return { error: error.message };
  const { parameter } = error.help;
  return {
    error: { code: headers['x-error-code'], message: error.message, ...(parameter && { parameter }) },
  };
}

/** The error page; if even that cannot be made, just its message. */
async function page(web: Web, request: Request, error: WebError, id: string): Promise<string> {
  try {
    // The request itself may be unreadable, so the page is made for a plain one.
    const bare = new Request(new URL('/', request.url), {
      headers: { host: request.headers.get('host') ?? '' },
    });
    return await web.errorPage(readAsk(web, bare), withWayBack(request, error), id);
  } catch {
    return `<!doctype html><html lang="en"><title>Error</title><p>${error.status}: an error occurred. Request ${id}.</p></html>`;
  }
}

/** From a form that was refused, first of all back to its page. */
function withWayBack(request: Request, error: WebError): WebError {
  const from = request.headers.get('referer') ?? '';
  const isForm = request.method === 'POST' && request.headers.get('sec-fetch-site') === 'same-origin';
  if (!isForm || error.help.links || !URL.canParse(from)) return error;
  const { pathname, search } = new URL(from);
  const links = [
    { href: `${pathname}${search}`, text: 'Back' },
    { href: '/', text: 'The latest edition' },
  ];
  return new WebError(error.status, error.message, { ...error.help, links }, error.headers);
}

/** A header may contain visible ASCII only. */
export const asciiSafe = (message: string): string =>
  message
    .replaceAll(/[\u2018\u2019]/g, "'")
    .replaceAll(/[\u201c\u201d]/g, '"')
    .replaceAll(/[\u2013\u2014]/g, '-')
    .replaceAll(/[^\x20-\x7e]/g, '?')
    .slice(0, 300);
