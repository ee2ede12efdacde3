/**
 * Addresses of the API that change something. Each names the scope that an access token must have; a browser's session
 * has no effect here, so no other site can act through a reader.
 */
import { CommentRefused } from '../community/comment-refused.ts';
import { NoSuchPaper } from '../community/papers.ts';
import { PersonalRefused } from '../community/personal/own-change.ts';
import { SubmissionRefused } from '../community/submission-rules.ts';
import { tooMany, WebError } from '../http/errors.ts';
import { bodyOf } from '../http/forms.ts';
import type { Reply } from '../http/replies.ts';
import { MarkdownRefused } from '../markdown/limits.ts';
import type { Parameters } from './parameters.ts';
import type { ApiAsk, ApiRoute, Write } from './route.ts';

/** An address that changes something. */
export const writes = (path: string, says: string, write: Write): ApiRoute => ({
  method: 'POST',
  path,
  says,
  parameters: {},
  write,
  handle: (ask, request) => written(ask, request, write),
});

/** An address that shows a reader's own data; it needs their token, and is never cached. */
export const readsOwn = (path: string, says: string, parameters: Parameters, write: Write): ApiRoute => ({
  method: 'GET',
  path,
  says,
  parameters,
  write,
  handle: (ask, request) => written(ask, request, write),
});

/** An address of the Hub that changes something by another method than POST. */
export const writesBy = (
  method: 'PATCH' | 'DELETE',
  path: string,
  says: string,
  parameters: Parameters,
  write: Write,
): ApiRoute => ({
  method,
  path,
  says,
  parameters,
  write,
  handle: (ask, request) => written(ask, request, write),
});

/** The access token in an `Authorization` header; null: there is none. */
export const bearerIn = (header: string | null): string | null =>
  /^Bearer ([\w-]{1,200})$/i.exec(header ?? '')?.[1] ?? null;

/** Bytes of a request. */
const LARGEST = 128 * 1024;

/** Does what a request asks for, if its token allows that. @throws WebError */
async function written(ask: ApiAsk, request: Request, { scope, handle }: Write): Promise<Reply> {
  const token = bearerIn(request.headers.get('authorization'));
  const bearer = token === null ? null : await ask.web.people.bearer(token);
  if (!bearer)
    throw new WebError(
      401,
      `This needs an access token with the scope "${scope}", as Authorization: Bearer bs_…`,
      {},
      { 'www-authenticate': 'Bearer' },
    );
  if (!bearer.scopes.includes(scope))
    throw new WebError(403, `This access token does not have the scope "${scope}".`);
  const body = hasBody(request) ? await bodyFrom(request) : {};
  try {
    const reply = await handle(ask, bearer.account, body, bearer.scopes);
    return { ...reply, headers: { ...reply.headers, ...ask.sends }, keep: false };
  } catch (error) {
    throw errorFor(error);
  }
}

/** Only what is sent with GET and DELETE can be without a body. */
const hasBody = (request: Request): boolean =>
  !['GET', 'HEAD'].includes(request.method) &&
  !(request.method === 'DELETE' && request.headers.get('content-type') === null);

async function bodyFrom(request: Request): Promise<Record<string, unknown>> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new WebError(415, 'The request must be JSON.');
  return parsed(await bodyOf(request, LARGEST));
}

function parsed(text: string): Record<string, unknown> {
  let value: unknown;
  let hasNul = false;
  try {
    value = JSON.parse(text, (name, each) => {
      hasNul ||= name.includes('\0') || (typeof each === 'string' && each.includes('\0'));
      return each;
    });
  } catch {
    throw new WebError(400, 'The request is not valid JSON.');
  }
  // As in forms: PostgreSQL stores no text with it.
  if (hasNul) throw new WebError(400, 'The request contains a character that no text has (NUL).');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WebError(400, 'The request must be a JSON object.');
  return value as Record<string, unknown>;
}

/** What the community refuses, as an answer. */
function errorFor(error: unknown): unknown {
  if (error instanceof MarkdownRefused) return new WebError(400, error.message);
  if (error instanceof PersonalRefused) return new WebError(400, error.message);
  if (error instanceof NoSuchPaper) return new WebError(404, 'There is no such comment on this paper.');
  if (!(error instanceof CommentRefused || error instanceof SubmissionRefused)) return error;
  if (error.why === 'limit') return tooMany(error.message, error.wait);
  return new WebError(error.status, error.message);
}
