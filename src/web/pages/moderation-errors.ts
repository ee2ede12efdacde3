/** What the community refuses, as an answer of a page. */
import { AccountError } from '../../community/accounts.ts';
import { CommentRefused } from '../../community/comment-refused.ts';
import { ModerationRefused } from '../../community/log.ts';
import { NoSuchPaper } from '../../community/papers.ts';
import { tooMany, WebError } from '../../http/errors.ts';
import { noSuchPaper } from '../../http/find.ts';
import { CannotDecide } from '../../papers/intake/decisions.ts';

export function asWebError(error: unknown): unknown {
  if (error instanceof ModerationRefused) return new WebError(error.status, error.message);
  if (error instanceof AccountError) return new WebError(409, error.message);
  if (error instanceof CannotDecide) return new WebError(409, `This is not possible: ${error.message}.`);
  if (error instanceof NoSuchPaper) return noSuchPaper();
  if (!(error instanceof CommentRefused)) return error;
  return error.why === 'limit'
    ? tooMany(error.message, error.wait)
    : new WebError(error.status, error.message);
}
