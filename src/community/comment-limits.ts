/**
 * How much one account may write. Counted by what is in the database, so that several processes agree, and a restart
 * forgets nothing. What was deleted again counts as well.
 */
import type { Db } from '../store/schema.ts';
import { CommentRefused } from './comment-refused.ts';
import { bannedIn } from './domains.ts';
import { isSlow, SLOW } from './flags.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * Comments and edits together. `fresh`: accounts younger than a day, and those of which moderators have hidden two
 * comments of the last 30 days. `trusted`: those older than 30 days with 20 comments, none of the last 30 days hidden;
 * moderators, and admins.
 */
export const LIMITS = {
  fresh: { hour: 6, day: 20 },
  known: { hour: 40, day: 200 },
  trusted: { hour: 120, day: 600 },
};
export type Standing = keyof typeof LIMITS;

const MONTH = 30 * DAY;
/** Comments hidden within a month that make an account `fresh` again, and comments that make it `trusted`. */
const HIDDEN = 2;
const WRITTEN = 20;
/** Links in a comment by a fresh account. */
export const FRESH_LINKS = 2;
/** From this many characters, the same text cannot be posted twice within a day. */
export const REPEATED = 40;

/** How far an account is trusted: what time and good standing lift. */
export async function standingOf(
  db: Db,
  account: { id: number; role: string; created_at: number },
  now: number,
): Promise<Standing> {
  if (account.role !== 'member') return 'trusted';
  if (account.created_at > now - DAY) return 'fresh';
  const counts = await db
    .selectFrom('comments')
    .select((e) => ['state', e.fn.countAll<number>().as('count')])
    .where('author', '=', account.id)
    .where((e) =>
      e.or([e('state', '=', 'shown'), e.and([e('state', '=', 'hidden'), e('created', '>', now - MONTH)])]),
    )
    .groupBy('state')
    .execute();
  const count = new Map(counts.map((row) => [row.state, Number(row.count)]));
  const hidden = count.get('hidden') ?? 0;
  if (hidden >= HIDDEN) return 'fresh';
  return account.created_at <= now - MONTH && hidden === 0 && (count.get('shown') ?? 0) >= WRITTEN
    ? 'trusted'
    : 'known';
}

/**
 * Whether somebody may write now.
 *
 * @throws CommentRefused if a moderator has silenced them, or they have written enough for now
 */
export async function checkMayWrite(db: Db, account: number, now: number): Promise<void> {
  const found = await db
    .selectFrom('accounts')
    .select(['id', 'role', 'state', 'created_at'])
    .where('id', '=', account)
    .executeTakeFirst();
  if (found && found.state !== 'active')
    throw new CommentRefused('forbidden', 'You cannot write here: a moderator has silenced your account.');
  const limits = LIMITS[found ? await standingOf(db, found, now) : 'known'];
  const written = await timesWritten(db, account, now - DAY);
  const lastHour = written.filter((time) => time > now - HOUR);
  if (lastHour.length >= limits.hour) throw tooMuch(lastHour.at(-limits.hour)! + HOUR, now);
  if (written.length >= limits.day) throw tooMuch(written.at(-limits.day)! + DAY, now);
}

/**
 * Whether somebody may write this text in this discussion now.
 *
 * @param family the keys of its paper
 * @param editing the comment whose text it replaces
 * @throws CommentRefused for a banned domain, a text they have just written elsewhere, too many links from a new account,
 * or if the discussion is slowed down
 */
export async function checkMaySay(
  db: Db,
  {
    account,
    text,
    family,
    editing = null,
    at,
  }: { account: number; text: string; family: number[]; editing?: string | null; at: number },
): Promise<void> {
  const domain = await bannedIn(db, text);
  if (domain !== null) throw new CommentRefused('forbidden', `Links to ${domain} are not allowed here.`);
  const who = await db
    .selectFrom('accounts')
    .select(['id', 'role', 'created_at'])
    .where('id', '=', account)
    .executeTakeFirst();
  if (!who) return;
  const isFresh = (await standingOf(db, who, at)) === 'fresh';
  if (isFresh && text.toLowerCase().split('http').length - 1 > FRESH_LINKS)
    throw new CommentRefused(
      'forbidden',
      `New accounts can put at most ${FRESH_LINKS} links into a comment.`,
    );
  const lately = await db
    .selectFrom('comments')
    .select(['id', 'paper', 'text', 'created'])
    .where('author', '=', account)
    .where('created', '>', at - DAY)
    .execute();
  const others = lately.filter(({ id }) => id !== editing);
  if (text.length >= REPEATED && others.some((one) => one.text === text))
    throw new CommentRefused('conflict', 'You have already posted this text today.');
  if (editing !== null || who.role !== 'member') return;
  const here = others.filter(({ paper, created }) => family.includes(paper) && created > at - SLOW);
  if (here.length === 0 || !(await isSlow(db, family, at))) return;
  const last = Math.max(...here.map(({ created }) => created));
  throw new CommentRefused(
    'limit',
    'Many readers have flagged this discussion. Until a moderator has looked at it, everybody can post once every half hour.',
    Math.max(1, Math.ceil((last + SLOW - at) / 1000)),
  );
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
