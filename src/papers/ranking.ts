/**
 * The arithmetic behind every order of papers on this site (orders.ts declares them). There is no other ranking.
 *
 * Dated editions:  votes, most first; then announcement, newest first; then id, A to Z.
 * Trending:        the key below, highest first; then votes; then id.
 *
 * The trending key is the logarithm of the votes plus the day the paper was listed, in the manner of the
 * "hot" order that Reddit published in 2009:
 *
 *     key = log10(1 + votes) + days(listed) / TREND_DAYS
 *
 * Age is never subtracted: newer papers simply start higher. So a key changes only when a vote is cast, it can be
 * stored and indexed, and no clock is needed to compare two papers. What the constants mean: ten times the votes are
 * worth TREND_DAYS days, and the first 9 votes count as much as the next 90.
 */
import { dayNumber } from './days.ts';
import type { Day } from './types.ts';

/** Days that ten times as many votes are worth. */
export const TREND_DAYS = 3.5;

/** Days are counted from the day the archive of Daily Papers begins, to keep keys small and legible. */
export const TREND_EPOCH: Day = '2023-05-04';

/** What trending is made from. */
export interface TrendingFacts {
  upvotes: number;
  /** The day listed; null: the day is unknown and the paper does not trend. */
  day: Day | null;
}

/** The two parts of the trending key (their sum is the key), or null for a paper without a day. */
export function trendingParts({
  upvotes,
  day,
}: TrendingFacts): { votesPart: number; agePart: number } | null {
  if (day === null) return null;
  return {
    votesPart: Math.log10(1 + Math.max(0, upvotes)),
    agePart: (dayNumber(day) - dayNumber(TREND_EPOCH)) / TREND_DAYS,
  };
}

/** The trending key; -1e9, below every real one, for a paper without a day. */
export function trendingKey(facts: TrendingFacts): number {
  const parts = trendingParts(facts);
  return parts === null ? NO_DAY : parts.votesPart + parts.agePart;
}

/** Stored instead of minus infinity, which JSON and some drivers cannot represent. */
export const NO_DAY = -1e9;
