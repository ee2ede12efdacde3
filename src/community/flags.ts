/**
 * Flags: what readers report to moderators, for one of a fixed list of reasons, once per person and item. How much a
 * flag weighs depends on who raised it: `flagWeight`.
 */
import { inSlices } from '../store/bulk.ts';
import { announce } from '../store/listening.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { addGiven, communityChange } from './change.ts';
import { CommentRefused } from './comment-refused.ts';
import { type Act, checkIsNotOwn, checkMayModerate, logAct, ModerationRefused } from './log.ts';
import { familyOf, presentPaper } from './papers.ts';

/** Reasons, and what each is for. */
export const REASONS = {
  comment: {
    spam: 'Spam or advertising',
    abuse: 'Abuse or harassment',
    'off-topic': 'Not about this paper',
    private: 'Somebody’s private data',
    illegal: 'Against the law',
  },
  paper: {
    duplicate: 'The same paper as another',
    'wrong-paper': 'Several papers mixed up',
    'wrong-day': 'In the wrong edition',
    'bad-link': 'A wrong or harmful link',
    'wrong-summary': 'A summary that does not match the paper',
    spam: 'Not a research paper',
  },
} as const;

const DAY = 86_400_000;
/** Flags of one account in a day. */
export const MOST_FLAGS = 20;
/** Below this age (ms), an account’s flags weigh `NEW_FLAG`. */
export const FLAG_AGE = 3 * DAY;
export const NEW_FLAG = 0.25;
/** This many full-weight flags, by different people within a day, slow a discussion down. */
export const SLOWED_BY = 4;
/** In a discussion that is slowed down, everybody may write once in this time (ms). */
export const SLOW = 30 * 60_000;

/** What somebody flags: `comment 0123456789abcdef` or `paper 12`. */
export type Subject = `comment ${string}` | `paper ${number}`;

/**
 * What a flag weighs: nothing from who cannot write; a quarter from a new account; otherwise the share of earlier flags
 * that moderators agreed with, where the first two are assumed to be right (Laplace's rule with a prior of 2 : 0).
 */
export function flagWeight(who: {
  state: string;
  role: string;
  age: number;
  upheld: number;
  dismissed: number;
}): number {
  if (who.state !== 'active') return 0;
  if (who.role !== 'member') return 1;
  const share = (who.upheld + 2) / (who.upheld + who.dismissed + 2);
  return share * (who.age < FLAG_AGE ? NEW_FLAG : 1);
}

/**
 * Flags a comment or a paper. Flagging it again changes the reason.
 *
 * @throws CommentRefused if it does not exist, is their own, or they may not write or have flagged a lot
 */
export async function flag(
  store: Store,
  given: { subject: string; account: number; reason: string; at: number },
): Promise<void> {
  const { account, reason, at } = given;
  await communityChange(store, async ({ tx }) => {
    const who = await tx.selectFrom('accounts').select('state').where('id', '=', account).executeTakeFirst();
    if (who?.state !== 'active') throw new CommentRefused('forbidden', 'Your account cannot flag anything.');
    const subject = await presentSubject(tx, given.subject, account);
    const reasons: Record<string, string> = REASONS[subject.startsWith('comment ') ? 'comment' : 'paper'];
    if (!Object.hasOwn(reasons, reason))
      throw new CommentRefused('forbidden', 'Please choose one of the reasons.');
    const { count } = await tx
      .selectFrom('flags')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('account', '=', account)
      .where('at', '>', at - DAY)
      .executeTakeFirstOrThrow();
    if (Number(count) >= MOST_FLAGS)
      throw new CommentRefused(
        'limit',
        'You have flagged a lot today. Please try again tomorrow.',
        DAY / 1000,
      );
    await tx
      .insertInto('flags')
      .values({ subject, account, reason, at, settled: null, upheld: null })
      .onConflict((conflict) => conflict.columns(['subject', 'account']).doUpdateSet({ reason }))
      .execute();
  });
}

/** The thing as it is now. @throws CommentRefused */
async function presentSubject(tx: Db, subject: string, account: number): Promise<string> {
  const [kind, id = ''] = subject.split(' ');
  if (kind === 'comment') {
    const comment = await tx
      .selectFrom('comments')
      .select(['author', 'state'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (comment?.state !== 'shown')
      throw new CommentRefused('unknown', 'This comment does not exist, or has been deleted.');
    if (comment.author === account) throw new CommentRefused('forbidden', 'This comment is your own.');
    return subject;
  }
  if (kind !== 'paper' || !/^\d{1,15}$/.test(id))
    throw new CommentRefused('unknown', 'There is nothing here by that id.');
  return `paper ${await presentPaper(tx, Number(id))}`;
}

/** Something that waits for a moderator. */
export interface Case {
  subject: string;
  /** What its flags weigh together. */
  weight: number;
  /** How many people gave each reason. */
  reasons: { reason: string; count: number }[];
  /** Of the first flag, or when it was written. */
  since: number;
  /** It is not shown before a moderator has looked at it. */
  isHeld: boolean;
}

/** Flags that are looked at for one page of the queue. */
const MOST_OPEN = 10_000;

/**
 * What has not been decided yet: what is held back, then the weightiest.
 *
 * @param subject only about this, as far as it has been flagged
 */
export async function openCases(db: Db, limit: number, now: number, subject?: string): Promise<Case[]> {
  const rows = await weighedFlags(db, now, subject === undefined ? undefined : [subject]);
  const cases = [...Map.groupBy(rows, ({ subject }) => subject)].map(([subject, flags]): Case => {
    const reasons = [...Map.groupBy(flags, ({ reason }) => reason)].map(([reason, all]) => ({
      reason,
      count: all.length,
    }));
    return {
      subject,
      weight: flags.reduce((sum, { weight }) => sum + weight, 0),
      reasons: reasons.sort((a, b) => b.count - a.count),
      since: Math.min(...flags.map(({ at }) => at)),
      isHeld: false,
    };
  });
  if (subject !== undefined) return cases;
  const held = await db
    .selectFrom('comments')
    .select(['id', 'created'])
    .where('state', '=', 'held')
    .orderBy('created')
    .limit(limit)
    .execute();
  return [
    ...held.map(
      ({ id, created }): Case => ({
        subject: `comment ${id}`,
        weight: 0,
        reasons: [],
        since: created,
        isHeld: true,
      }),
    ),
    ...cases.sort((a, b) => b.weight - a.weight || a.since - b.since),
  ].slice(0, limit);
}

/** Open flags with what each weighs. @param subjects only of these */
async function weighedFlags(db: Db, now: number, subjects?: string[]) {
  let open = db
    .selectFrom('flags')
    .innerJoin('accounts', 'accounts.id', 'flags.account')
    .select(['subject', 'account', 'reason', 'at', 'role', 'state', 'created_at'])
    .where('settled', 'is', null)
    .orderBy('at')
    .limit(MOST_OPEN);
  if (subjects) open = open.where('subject', 'in', subjects);
  const rows = await open.execute();
  if (rows.length === 0) return [];
  const decided = await db
    .selectFrom('flags')
    .select((e) => ['account', 'upheld', e.fn.countAll<number>().as('count')])
    .where('account', 'in', [...new Set(rows.map(({ account }) => account))].slice(0, 5000))
    .where('settled', 'is not', null)
    .groupBy(['account', 'upheld'])
    .execute();
  const times = new Map(decided.map(({ account, upheld, count }) => [`${account} ${upheld}`, Number(count)]));
  return rows.map((row) => ({
    ...row,
    weight: flagWeight({
      ...row,
      age: now - row.created_at,
      upheld: times.get(`${row.account} 1`) ?? 0,
      dismissed: times.get(`${row.account} 0`) ?? 0,
    }),
  }));
}

/**
 * Whether enough people have lately flagged comments in a discussion to slow it down.
 *
 * @param family the keys of its paper
 */
export async function isSlow(db: Db, family: number[], now: number): Promise<boolean> {
  const open = await db
    .selectFrom('flags')
    .select('subject')
    .distinct()
    .where('settled', 'is', null)
    .where('at', '>', now - DAY)
    .where('subject', 'like', 'comment %')
    .limit(MOST_OPEN)
    .execute();
  const here = await inSlices(
    open.map(({ subject }) => subject.slice('comment '.length)),
    (slice) =>
      db.selectFrom('comments').select('id').where('id', 'in', slice).where('paper', 'in', family).execute(),
  );
  if (here.length === 0) return false;
  const rows = await weighedFlags(
    db,
    now,
    here.slice(0, 500).map(({ id }) => `comment ${id}`),
  );
  const people = new Set(
    rows.filter(({ at, weight }) => at > now - DAY && weight >= 0.5).map(({ account }) => account),
  );
  return people.size >= SLOWED_BY;
}

/**
 * Decides a case: a moderator agrees with the flags, or dismisses them. What is done about the thing is an act of its
 * own. Undoing it reopens the case.
 *
 * @throws ModerationRefused if nothing is open
 */
export async function decideCase(store: Store, subject: string, isUpheld: boolean, act: Act): Promise<void> {
  await communityChange(store, async (change) => {
    const { tx } = change;
    await checkMayModerate(tx, act);
    const said = await checkIsNotOwn(tx, act, await behind(tx, subject));
    const isUndoing = act.undoes !== undefined;
    const done = await tx
      .updateTable('flags')
      .set(isUndoing ? { settled: null, upheld: null } : { settled: act.at, upheld: isUpheld ? 1 : 0 })
      .where('subject', '=', subject)
      .where('settled', isUndoing ? 'is not' : 'is', null)
      .executeTakeFirstOrThrow();
    if (Number(done.numUpdatedRows) === 0)
      throw new ModerationRefused(409, 'There is nothing to decide here.');
    await logAct(
      tx,
      isUndoing ? 'flags reopened' : `flags ${isUpheld ? 'upheld' : 'dismissed'}`,
      subject,
      said,
    );
    const comment = subject.startsWith('comment ')
      ? await tx.selectFrom('comments').select('paper').where('id', '=', subject.slice(8)).executeTakeFirst()
      : undefined;
    // A discussion may no longer be slowed down.
    if (comment) await addGiven(change, comment.paper, {});
    if (store.dialect === 'postgres') await announce(tx);
  });
}

/** Whose doing it is that flags are about: who wrote a comment; who submitted a paper, or is an author of it. */
async function behind(tx: Db, subject: string): Promise<(number | null)[]> {
  const [kind, id = ''] = subject.split(' ');
  if (kind === 'comment') {
    const row = await tx.selectFrom('comments').select('author').where('id', '=', id).executeTakeFirst();
    return [row?.author ?? null];
  }
  const family = await familyOf(tx, Number(id));
  const [submitters, authors] = [
    await tx.selectFrom('submissions').select('account').where('paper', 'in', family).execute(),
    await tx
      .selectFrom('authorships')
      .select('account')
      .where('paper', 'in', family)
      .where('state', '=', 'granted')
      .execute(),
  ];
  return [...submitters, ...authors].map(({ account }) => account);
}
