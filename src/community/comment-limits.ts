/**
 * How much one account may write. Counted by what is in the database, so that several processes agree, and a restart
 * forgets nothing. What was deleted again counts as well.
 */
import type { Db } from '../store/schema.ts';
import { CommentRefused } from './comment-refused.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** For accounts that are younger than a day, and for all others: comments and edits together. */
export const LIMITS = { fresh: { hour: 6, day: 20 }, known: { hour: 40, day: 200 } };

/**
 * Whether somebody may write now.
 *
 * @throws CommentRefused if a moderator has silenced them, or they have written enough for now
 */
export async function checkMayWrite(db: Db, account: number, now: number): Promise<void> {
  const found = await db
    .selectFrom('accounts')
    .select(['state', 'created_at'])
    .where('id', '=', account)
    .executeTakeFirst();
  if (found && found.state !== 'active')
    throw new CommentRefused('forbidden', 'You cannot write here: a moderator has silenced your account.');
  const limits = found && found.created_at > now - DAY ? LIMITS.fresh : LIMITS.known;
  const written = await timesWritten(db, account, now - DAY);
  const lastHour = written.filter((time) => time > now - HOUR);
  if (lastHour.length >= limits.hour) throw tooMuch(lastHour.at(-limits.hour)! + HOUR, now);
  if (written.length >= limits.day) throw tooMuch(written.at(-limits.day)! + DAY, now);
}

const tooMuch = (until: number, now: number): CommentRefused =>
  new CommentRefused(
    'limit',
    'You have written a lot in a short time. Please try again later.',
    Math.max(1, Math.ceil((until - now) / 1000)),
  );

/** When they wrote or edited a comment since some time, in order. */
async function timesWritten(db: Db, account: number, since: number): Promise<number[]> {
  const written = await db
    .selectFrom('comments')
    .select('created')
    .where('author', '=', account)
    .where('created', '>', since)
    .execute();
  // A version is written when the one before it ends; the newest is in the comment itself.
  const edited = await db
    .selectFrom('comments')
    .select('edited')
    .where('author', '=', account)
    .where('edited', '>', since)
    .execute();
  const between = await db
    .selectFrom('comment_versions')
    .innerJoin('comments', 'comments.id', 'comment_versions.comment')
    .select('comment_versions.at')
    .where('comments.author', '=', account)
    .where('comment_versions.number', '>', 0)
    .where('comment_versions.at', '>', since)
    .execute();
  return [
    ...written.map(({ created }) => created),
    ...edited.map(({ edited: time }) => time!),
    ...between.map(({ at }) => at),
  ].sort((a, b) => a - b);
}
