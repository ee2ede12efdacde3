/**
 * Who submitted which paper. Several people may have submitted one: each of two papers that were merged has its own
 * submitter. A submission belongs to the change that stores the paper (papers/intake/submit.ts).
 */
import { inSlices } from '../store/bulk.ts';
import type { Db } from '../store/schema.ts';
import { addGiven, type CommunityChange } from './change.ts';
import { familyOf, homesOf } from './papers.ts';

/** Who submitted a paper. */
export interface PaperSubmitter {
  /** In addresses; null: they have deleted their account. */
  name: string | null;
  displayName: string;
  /** The edition they submitted it to; null: it was only added. */
  day: string | null;
  /** Epoch ms. */
  at: number;
}

export interface NewSubmission {
  /** The key of the form or request it came with. */
  id: string;
  paper: number;
  account: number;
  day: string | null;
  at: number;
}

/** Notes who submitted a paper, as a part of the change that stores it. */
export async function addSubmission(change: CommunityChange, submission: NewSubmission): Promise<void> {
  await change.tx.insertInto('submissions').values(submission).execute();
  await addGiven(change, submission.paper, {});
}

/** The paper that was submitted with a form, and by whom; null: it has not been sent yet. */
export async function submissionWith(
  db: Db,
  id: string,
): Promise<{ paper: number; account: number | null } | null> {
  const row = await db
    .selectFrom('submissions')
    .select(['paper', 'account'])
    .where('id', '=', id)
    .executeTakeFirst();
  return row ?? null;
}

/** Who submitted a paper, earliest first; each account once. */
export async function submittersOf(db: Db, paper: number): Promise<PaperSubmitter[]> {
  const rows = await db
    .selectFrom('submissions')
    .leftJoin('accounts', 'accounts.id', 'submissions.account')
    .select([
      'submissions.account',
      'submissions.day',
      'submissions.at',
      'accounts.name',
      'accounts.display_name',
    ])
    .where('submissions.paper', 'in', await familyOf(db, paper))
    .orderBy('submissions.at')
    .orderBy('submissions.id')
    .execute();
  const seen = new Set<number>();
  return rows.flatMap(({ account, day, at, name, display_name }) => {
    if (account === null || name === null) return { name: null, displayName: '', day, at };
    if (seen.has(account)) return [];
    seen.add(account);
    return { name, displayName: display_name ?? '', day, at };
  });
}

/** Whether an account submitted a paper. */
export async function hasSubmitted(db: Db, account: number, paper: number): Promise<boolean> {
  const row = await db
    .selectFrom('submissions')
    .select('id')
    .where('paper', 'in', await familyOf(db, paper))
    .where('account', '=', account)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Pairs of paper and account, as `paper account`, that are submissions. Papers by any key they had. */
export async function submissionsAmong(db: Db, papers: readonly number[]): Promise<Set<string>> {
  const rows = await inSlices([...papers], (slice) =>
    db
      .selectFrom('submissions')
      .select(['paper', 'account'])
      .where('paper', 'in', slice)
      .where('account', 'is not', null)
      .execute(),
  );
  return new Set(rows.map(({ paper, account }) => `${paper} ${account}`));
}

/** Papers that an account has submitted, the newest first; those that have been merged lead to their survivor. */
export async function submittedBy(db: Db, account: number, limit: number): Promise<number[]> {
  const rows = await db
    .selectFrom('submissions')
    .select('paper')
    .where('account', '=', account)
    .orderBy('at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute();
  const homes = await homesOf(
    db,
    rows.map(({ paper }) => paper),
  );
  return [...new Set(rows.map(({ paper }) => homes.get(paper)!))];
}

/** When an account submitted papers since some time, in order. */
export async function timesSubmitted(db: Db, account: number, since: number): Promise<number[]> {
  const rows = await db
    .selectFrom('submissions')
    .select('at')
    .where('account', '=', account)
    .where('at', '>', since)
    .orderBy('at')
    .execute();
  return rows.map(({ at }) => at);
}

/** When an account is deleted, its submissions stay, without a name. Part of that change. */
export async function leaveSubmissions(change: CommunityChange, account: number): Promise<void> {
  const { tx } = change;
  await touchSubmissions(change, account);
  await tx.updateTable('submissions').set({ account: null }).where('account', '=', account).execute();
  await tx.deleteFrom('submission_drafts').where('account', '=', account).execute();
  await tx.deleteFrom('invited_submitters').where('account', '=', account).execute();
}

/** Says that pages which name an account as a submitter have changed. */
async function touchSubmissions(change: CommunityChange, account: number): Promise<void> {
  const papers = await change.tx
    .selectFrom('submissions')
    .select('paper')
    .distinct()
    .where('account', '=', account)
    .execute();
  for (const { paper } of papers) await addGiven(change, paper, {});
}
