/**
 * Accounts that vote alike: pairs whose votes agree more than tastes explain, and the groups they form. A report for
 * moderators, who decide; nothing happens automatically.
 *
 * The similarity of two accounts is the cosine of their votes, with each paper weighted by its inverse document
 * frequency (Spärck Jones 1972; Salton and Buckley 1988, "Term-weighting approaches in automatic text retrieval"):
 *
 *     w(p) = ln(1 + V / n(p))            V accounts that vote, n(p) votes for the paper
 *     cos(a, b) = Σ w(p)² over papers of both  /  √(Σ w(p)² over those of a · Σ w(p)² over those of b)
 *
 * So agreeing on what everybody votes for says little. Of k papers in common, λ = Σ |b| m(p) / N over the papers of a
 * would be expected if b voted like everybody else (m votes by others, N in all); −ln of the chance of k or more is at least
 * k ln(k / λ) − k + λ (Chernoff's bound for a Poisson variable), and less than `SURPRISE` is no evidence whatever the
 * cosine. What else points to one hand lowers the cosine needed: votes close together in time, a shared network, and
 * accounts that were made at about the same time and voted at once.
 *
 * Not all pairs are compared: only accounts that vote next to each other, in the order of time, on several papers, or
 * from one network. The time is linear in the number of votes, but for sorting them.
 */

import { getMeta, META, setMeta } from '../store/meta.ts';
import type { Store } from '../store/open.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Votes that are looked at: the last 90 days. */
const SPAN = 90 * DAY;
/** Accounts whose votes follow one of another are compared with it: this many. */
const NEIGHBOURS = 6;
/** So often before they are looked at closely. */
const MEETINGS = 3;
/** Least papers in common, and the cosine needed: alone, and with something else that points to one hand. */
export const COMMON = 5;
export const ALIKE = 0.42;
export const ALIKE_WITH = 0.28;
export const SURPRISE = 6;
/** Votes this close (ms) are close together, if at least this share of those in common are. */
const CLOSE = 30 * 60_000;
const CLOSE_SHARE = 0.5;
/** Accounts made within this time of each other (ms), each of which voted within an hour of being made. */
const COHORT = 3 * DAY;
/** Pairs that are looked at closely. */
const MOST_PAIRS = 2_000_000;

/** Votes in any order, one at each place. */
export interface VoteTable {
  voter: Int32Array | number[];
  paper: Int32Array | number[];
  /** Epoch ms. */
  time: Float64Array | number[];
}

export interface Pair {
  a: number;
  b: number;
  cosine: number;
  /** Papers both voted for. */
  common: number;
  surprise: number;
  areClose: boolean;
  shareNetwork: boolean;
  joinedTogether: boolean;
}

export interface Ring {
  members: number[];
  pairs: Pair[];
}

export interface Report {
  /** When it was made, epoch ms. */
  at: number;
  votes: number;
  rings: Ring[];
}

/** Steps between looks at the clock, and the longest (ms) other work may wait: the worker has more to do than this. */
const STRETCH = 2000;
const PATIENCE = 25;

/** Lets other work proceed, if it has waited for a while. */
function breathing(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < PATIENCE) return;
    await new Promise((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}

/**
 * Finds accounts that vote alike. It may take seconds, so it yields to other work now and then.
 *
 * @param joined when accounts were made, epoch ms
 * @param networks who voted from where
 */
export async function findRings(
  votes: VoteTable,
  joined: ReadonlyMap<number, number>,
  networks: readonly { voter: number; network: string }[],
): Promise<Ring[]> {
  const breathe = breathing();
  const own = await byVoter(votes, breathe);
  const counts = new Map<number, number>();
  for (let i = 0; i < votes.paper.length; i++) {
    if (i % STRETCH === 0) await breathe();
    const paper = votes.paper[i]!;
    counts.set(paper, (counts.get(paper) ?? 0) + 1);
  }
  const weights = new Map([...counts].map(([paper, count]) => [paper, Math.log(1 + own.size / count) ** 2]));
  const facts = { own, counts, weights, total: votes.voter.length, joined };
  const shared = sharing(networks);
  const candidates = await meeting(votes, shared, breathe);
  const pairs: Pair[] = [];
  let looked = 0;
  for (const key of candidates) {
    if (++looked % STRETCH === 0) await breathe();
    const pair = compare(key, facts, shared);
    if (pair) pairs.push(pair);
  }
  return groups(pairs);
}

/** What each account voted for, and when. */
type Votes = Map<number, number>;
interface Facts {
  own: Map<number, Votes>;
  counts: Map<number, number>;
  weights: Map<number, number>;
  total: number;
  joined: ReadonlyMap<number, number>;
}

async function byVoter(
  { voter, paper, time }: VoteTable,
  breathe: () => Promise<void>,
): Promise<Map<number, Votes>> {
  const own = new Map<number, Votes>();
  for (let i = 0; i < voter.length; i++) {
    if (i % STRETCH === 0) await breathe();
    const votes = own.get(voter[i]!);
    if (votes) votes.set(paper[i]!, time[i]!);
    else own.set(voter[i]!, new Map([[paper[i]!, time[i]!]]));
  }
  return own;
}

/** Two accounts as one number: both are below 2^26. */
const SHIFT = 2 ** 26;
const keyOf = (a: number, b: number): number => (a < b ? a * SHIFT + b : b * SHIFT + a);

/** Accounts that voted from one network; in a large one, those next to each other. */
function sharing(networks: readonly { voter: number; network: string }[]): Set<number> {
  const shared = new Set<number>();
  for (const rows of Map.groupBy(networks, ({ network }) => network).values()) {
    const voters = [...new Set(rows.map(({ voter }) => voter))].sort((a, b) => a - b);
    for (const [i, a] of voters.entries())
      for (const b of voters.slice(i + 1, i + 1 + NEIGHBOURS)) shared.add(keyOf(a, b));
  }
  return shared;
}

/** Counts that may be too high, in little memory. */
const CELLS = 2 ** 24;
const cellOf = (key: number): number => {
  const low = key % 4_294_967_296;
  return (Math.imul(low ^ Math.imul(Math.floor(key / 4_294_967_296), 0x85ebca6b), 0x9e3779b1) >>> 8) % CELLS;
};

/** Pairs that voted next to each other on several papers, or share a network. */
async function meeting(
  { voter, paper, time }: VoteTable,
  shared: Set<number>,
  breathe: () => Promise<void>,
): Promise<Set<number>> {
  const byPaper = new Map<number, number[]>();
  for (let i = 0; i < voter.length; i++) {
    if (i % STRETCH === 0) await breathe();
    const votes = byPaper.get(paper[i]!);
    if (votes) votes.push(i);
    else byPaper.set(paper[i]!, [i]);
  }
  for (const votes of byPaper.values()) {
    votes.sort((i, j) => time[i]! - time[j]!);
    await breathe();
  }
  const meetings = new Uint8Array(CELLS);
  const each = async (what: (key: number) => void): Promise<void> => {
    for (const votes of byPaper.values()) {
      await breathe();
      for (let i = 0; i < votes.length; i++) {
        if (i % STRETCH === STRETCH - 1) await breathe();
        for (let j = i + 1; j <= i + NEIGHBOURS && j < votes.length; j++)
          what(keyOf(voter[votes[i]!]!, voter[votes[j]!]!));
      }
    }
  };
  await each((key) => {
    const cell = cellOf(key);
    if (meetings[cell]! < 255) meetings[cell]!++;
  });
  const found = new Set(shared);
  await each((key) => {
    if (found.size < MOST_PAIRS && meetings[cellOf(key)]! >= MEETINGS) found.add(key);
  });
  return found;
}

/** The pair, if it votes alike. */
function compare(
  key: number,
  { own, counts, weights, total, joined }: Facts,
  shared: Set<number>,
): Pair | null {
  const [a, b] = [Math.floor(key / SHIFT), key % SHIFT];
  const [first, second] = [own.get(a), own.get(b)];
  if (!first || !second) return null;
  const [few, many] = first.size <= second.size ? [first, second] : [second, first];
  let [common, close, inner, expected] = [0, 0, 0, 0];
  for (const [paper, time] of few) {
    const other = many.get(paper);
    const byOthers = counts.get(paper)! - (other === undefined ? 1 : 2);
    expected += (many.size * Math.max(0.5, byOthers)) / total;
    if (other === undefined) continue;
    common++;
    inner += weights.get(paper)!;
    if (Math.abs(other - time) <= CLOSE) close++;
  }
  if (common < COMMON) return null;
  const length = (votes: Votes): number => {
    let sum = 0;
    for (const paper of votes.keys()) sum += weights.get(paper)!;
    return sum;
  };
  const surprise = common <= expected ? 0 : common * Math.log(common / expected) - common + expected;
  const cosine = inner / Math.sqrt(length(few) * length(many));
  const areClose = close >= CLOSE_SHARE * common;
  const shareNetwork = shared.has(key);
  const joinedTogether = areOfOneCohort([first, joined.get(a)], [second, joined.get(b)]);
  const needed = areClose || shareNetwork || joinedTogether ? ALIKE_WITH : ALIKE;
  if (cosine < needed || surprise < SURPRISE) return null;
  return { a, b, cosine, common, surprise, areClose, shareNetwork, joinedTogether };
}

/** Whether two accounts were made at about the same time, and each voted at once. */
function areOfOneCohort(...both: [votes: Votes, joined: number | undefined][]): boolean {
  const times = both.map(([, joined]) => joined);
  if (times.some((time) => time === undefined) || Math.abs(times[0]! - times[1]!) > COHORT) return false;
  return both.every(([votes, joined]) => {
    let first = Number.POSITIVE_INFINITY;
    for (const time of votes.values()) first = Math.min(first, time);
    return first - joined! < HOUR;
  });
}

/** Pairs that hang together, the largest group first. */
function groups(pairs: Pair[]): Ring[] {
  const leaders = new Map<number, number>();
  const leaderOf = (one: number): number => {
    let leader = one;
    for (let next = leaders.get(leader); next !== undefined; next = leaders.get(leader)) leader = next;
    // Shortens the way for the next who asks.
    for (let at = one; at !== leader; ) {
      const next = leaders.get(at)!;
      leaders.set(at, leader);
      at = next;
    }
    return leader;
  };
  for (const { a, b } of pairs) {
    const [one, other] = [leaderOf(a), leaderOf(b)];
    if (one !== other) leaders.set(one, other);
  }
  return [...Map.groupBy(pairs, ({ a }) => leaderOf(a)).values()]
    .map((own) => ({
      members: [...new Set(own.flatMap(({ a, b }) => [a, b]))].sort((a, b) => a - b),
      pairs: own.sort((one, other) => other.cosine - one.cosine),
    }))
    .sort(
      (one, other) =>
        other.members.length - one.members.length || other.pairs[0]!.cosine - one.pairs[0]!.cosine,
    );
}

/** Groups, and pairs of each, that are kept in the report. */
const KEPT = 100;

/** Accounts whose votes are read at once. */
const READ = 5000;

/** Looks at the votes of the last 90 days, and keeps the report. */
export async function lookForRings(store: Store, now: number): Promise<Report> {
  const [voter, paper, time]: number[][] = [[], [], []];
  const accounts = await store.read
    .selectFrom('accounts')
    .select(['id', 'created_at'])
    .orderBy('id')
    .execute();
  for (let from = 0; from < accounts.length; from += READ) {
    const last = accounts[Math.min(from + READ, accounts.length) - 1]!.id;
    const rows = await store.read
      .selectFrom('votes')
      .select(['voter', 'paper', 'time'])
      .where('voter', '>=', accounts[from]!.id)
      .where('voter', '<=', last)
      .where('time', '>', now - SPAN)
      .execute();
    for (const row of rows) {
      voter!.push(row.voter);
      paper!.push(row.paper);
      time!.push(row.time);
    }
  }
  const networks = await store.read
    .selectFrom('vote_networks')
    .select(['voter', 'network'])
    .distinct()
    .execute();
  const joined = new Map(accounts.map(({ id, created_at }) => [id, created_at]));
  const rings = await findRings({ voter: voter!, paper: paper!, time: time! }, joined, networks);
  const kept = rings.slice(0, KEPT).map(({ members, pairs }) => ({ members, pairs: pairs.slice(0, KEPT) }));
  const report = { at: now, votes: voter!.length, rings: kept };
  await setMeta(store.write, META.rings, report);
  return report;
}

/** The last report; null: there is none yet. */
export const lastReport = async (store: Store): Promise<Report | null> =>
  ((await getMeta(store.read, META.rings)) as Report | undefined) ?? null;
