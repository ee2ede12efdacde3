/**
 * How much a vote weighs in trending. The count of a paper is the number of its votes; its weight is less where votes
 * were
 * easy to come by, so that accounts created just to vote do not get far. `/about/ranking` publishes the rule:
 *
 * - A vote by an account younger than a day, when it is cast, weighs a quarter.
 * - The votes for one paper that come from one network weigh together as much as the square root of their number: the
 *   second weighs √2 − √1, and so on.
 * - The votes of a banned account weigh nothing, unless it hides them: a weight that changed with its ban would tell
 * what
 *   it voted for.
 *
 * The first two are settled when the vote is cast, so nothing about it need be kept, and no clock is needed to rank.
 * The
 * weight of a paper is rounded up to whole votes, so that one vote never gives away who cast it.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { addMeta, META } from '../store/meta.ts';
import type { Store } from '../store/open.ts';
import type { Db } from '../store/schema.ts';
import type { CommunityChange } from './change.ts';

/** How much a vote weighs, in thousandths. */
export const WHOLE = 1000;
/** What is left of a vote by an account that is younger than this (ms). */
export const NEW_SHARE = 0.25;
export const NEW_AGE = 86_400_000;
/** How long the network that a vote came from is kept, ms. */
export const NETWORK_KEPT = 30 * 86_400_000;

/**
 * The weight of a vote, in thousandths.
 *
 * @param age of the account, ms; null: unknown, from before there were accounts
 * @param before votes for the paper from the same network
 */
export function weightOf({ age, before }: { age: number | null; before: number }): number {
  const share = age !== null && age < NEW_AGE ? NEW_SHARE : 1;
  return Math.round(WHOLE * share * (Math.sqrt(before + 1) - Math.sqrt(before)));
}

/** The weight of a vote that is about to be cast. Belongs to the change that casts it. */
export async function weightNow(
  tx: Db,
  { papers, voter, at, network }: { papers: number[]; voter: number; at: number; network: string | null },
): Promise<number> {
  const account = await tx
    .selectFrom('accounts')
    .select('created_at')
    .where('id', '=', voter)
    .executeTakeFirst();
  let before = 0;
  if (network !== null) {
    const row = await tx
      .selectFrom('vote_networks')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('paper', 'in', papers)
      .where('network', '=', network)
      .where('voter', '!=', voter)
      .executeTakeFirstOrThrow();
    before = Number(row.count);
  }
  return weightOf({ age: account ? at - account.created_at : null, before });
}

/** Whether the votes of an account count for nothing in trending. */
export const weighsNothing = ({ state, showsVotes }: { state: string; showsVotes: boolean }): boolean =>
  state === 'banned' && showsVotes;

/** The weight of the votes for a paper, or for several of which each reader has one vote. */
export async function weightOfVotes(db: Db, papers: number[]): Promise<number> {
  const { rows } = await sql<{ weight: number | null }>`
    SELECT SUM(weight) AS weight FROM (
      SELECT MAX(votes.weight) AS weight FROM votes LEFT JOIN accounts ON accounts.id = votes.voter
      WHERE votes.paper IN (${sql.join(papers)})
        AND (COALESCE(accounts.state, '') <> 'banned' OR accounts.shows_votes = 0)
      GROUP BY votes.voter) AS each_voter`.execute(db);
  return Number(rows[0]?.weight ?? 0);
}

/** Takes the votes of an account out of the weights of papers when it is banned, and back in when it no longer is. */
export async function reweigh(
  { tx, seq }: CommunityChange,
  account: { id: number; state: string; showsVotes: boolean },
  isBanned: boolean,
): Promise<void> {
  if (!account.showsVotes || (account.state === 'banned') === isBanned) return;
  await sql`UPDATE given SET seq = ${seq}, weight = weight + ${sql.lit(isBanned ? -1 : 1)} *
      (SELECT weight FROM votes WHERE votes.paper = given.paper AND votes.voter = ${account.id})
    WHERE paper IN (SELECT paper FROM votes WHERE voter = ${account.id})`.execute(tx);
}

/** By how many whole votes a paper's weight is less than its count. */
export const discountOf = (votes: number, weight: number): number =>
  Math.max(0, votes - Math.max(0, Math.ceil(weight / WHOLE)));

/** Names networks so that votes from the same one can be told, and nothing else: a hash with a key of this site. */
export function networkNames(store: Store): (from: string) => Promise<string> {
  let key: Promise<string> | undefined;
  const read = () => addMeta(store.write, META.networkKey, randomBytes(32).toString('base64url'));
  return async (from) => {
    key ??= read();
    try {
      return createHmac('sha256', await key)
        .update(from)
        .digest('base64url')
        .slice(0, 22);
    } catch (error) {
      key = undefined;
      throw error;
    }
  };
}

/** Forgets the networks that old votes came from. */
export async function forgetNetworks(store: Store, now: number): Promise<void> {
  await store.write
    .deleteFrom('vote_networks')
    .where('at', '<=', now - NETWORK_KEPT)
    .execute();
}
