/** Who may submit papers, and how many. Counted by what is in the database, so that several processes agree. */
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import { AccountError } from './accounts.ts';
import { communityChange } from './change.ts';
import { type Act, logAct } from './log.ts';
import { timesSubmitted } from './submissions.ts';

/**
 * `everyone`: every account. `members`: accounts that are at least a day old. `authors`: those who have claimed a paper
 * as theirs. `invited`: those an administrator has invited. Moderators and admins may wherever anybody may.
 */
export const WHO_SUBMITS = ['everyone', 'members', 'authors', 'invited', 'nobody'] as const;
export type WhoSubmits = (typeof WHO_SUBMITS)[number];

export interface SubmissionRules {
  who: WhoSubmits;
  /** Papers an account may submit within 24 hours. */
  perDay: number;
  /** How old a paper may be, in days; 0: any age. */
  maxAge: number;
  /** Whether an account is a claimed author of a paper, or of any; absent: there are no claims. */
  isAuthor?: (db: Db, account: number, paper?: number) => Promise<boolean>;
}

const DAY = 86_400_000;

/** A submission that is not accepted; the message says why. `wait`: seconds until it can be tried again. */
export class SubmissionRefused extends Error {
  override name = 'SubmissionRefused';
  readonly why: 'forbidden' | 'limit' | 'unfit';
  readonly wait: number;
  constructor(why: SubmissionRefused['why'], message: string, wait = 0) {
    super(message);
    this.why = why;
    this.wait = wait;
  }

  /** The same for HTTP. */
  get status(): number {
    return { forbidden: 403, limit: 429, unfit: 400 }[this.why];
  }
}

/**
 * Whether an account may submit a paper now.
 *
 * @throws SubmissionRefused
 */
export async function checkMaySubmit(
  db: Db,
  account: number,
  rules: SubmissionRules,
  now: number,
): Promise<void> {
  const found = await db
    .selectFrom('accounts')
    .select(['role', 'state', 'created_at'])
    .where('id', '=', account)
    .executeTakeFirst();
  if (found?.state !== 'active')
    throw new SubmissionRefused(
      'forbidden',
      'You cannot submit papers: a moderator has silenced your account.',
    );
  if (rules.who === 'nobody')
    throw new SubmissionRefused('forbidden', 'This site does not take submissions from readers.');
  if (found.role === 'member') await checkIsAmong(db, account, rules, found.created_at, now);
  const times = await timesSubmitted(db, account, now - DAY);
  if (times.length >= rules.perDay)
    throw new SubmissionRefused(
      'limit',
      `You can submit ${rules.perDay === 1 ? 'one paper' : `${rules.perDay} papers`} in 24 hours. Please try again later.`,
      Math.max(1, Math.ceil((times.at(-rules.perDay)! + DAY - now) / 1000)),
    );
}

async function checkIsAmong(
  db: Db,
  account: number,
  { who, isAuthor }: SubmissionRules,
  since: number,
  now: number,
): Promise<void> {
  if (who === 'members' && since > now - DAY)
    throw new SubmissionRefused(
      'limit',
      'New accounts can submit papers once they are a day old.',
      Math.max(1, Math.ceil((since + DAY - now) / 1000)),
    );
  if (who === 'authors' && !(await isAuthor?.(db, account)))
    throw new SubmissionRefused(
      'forbidden',
      'Only authors who have claimed one of their papers here can submit papers.',
    );
  if (who === 'invited' && !(await isInvited(db, account)))
    throw new SubmissionRefused(
      'forbidden',
      'Submitting papers here is by invitation. An administrator of this site can invite you.',
    );
}

async function isInvited(db: Db, account: number): Promise<boolean> {
  const row = await db
    .selectFrom('invited_submitters')
    .select('account')
    .where('account', '=', account)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Invites an account to submit papers (SUBMIT=invited), or withdraws that; entered in the log.
 *
 * @throws AccountError if there is no such account
 */
export async function inviteToSubmit(store: Store, account: number, isOn: boolean, act: Act): Promise<void> {
  await communityChange(store, async ({ tx }) => {
    const found = await tx
      .selectFrom('accounts')
      .select('state')
      .where('id', '=', account)
      .executeTakeFirst();
    if (!found || found.state === 'deleted') throw new AccountError('There is no such account.');
    await tx.deleteFrom('invited_submitters').where('account', '=', account).execute();
    if (isOn) await tx.insertInto('invited_submitters').values({ account, at: act.at }).execute();
    await logAct(tx, isOn ? 'invited to submit' : 'no longer invited to submit', `account ${account}`, act);
  });
}
