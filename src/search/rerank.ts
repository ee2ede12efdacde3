/**
 * The second look: the first by words are put in order by everything that is known of them. Every addend is a
 * share of its own, which `explain` shows:
 *
 *   score(d) = words(d) + proximity(d) + most · (title(d) + meaning(d) + feedback(d) + freshness(d) + votes(d))
 *
 * `most` is the greatest score the query's words could give, so that the shares keep their proportion in
 * queries of many and of few, of rare and of common words. Titles are titles.ts's, meaning and
 * feedback meaning/fusion.ts's.
 */
import { mapped } from './arrays.ts';
import { MOST_IMPACT, NO_DAY } from './fields.ts';
import { SOME } from './kernel/areas.ts';
import { isMade } from './lists.ts';
import { impactAt, locate } from './locate.ts';
import { eachLocated, type Located } from './located.ts';
import { FEEDBACK_HEADS, feedback } from './meaning/fusion.ts';
import type { Plan, Planned } from './planner.ts';
import type { Shortlist } from './shortlist.ts';
import type { Snapshot } from './snapshot.ts';
import { Standing } from './standing.ts';
import { addTitles } from './titles.ts';
import { Likeness, unpackVector } from './vectors.ts';
import { RERANK, TITLE_MOST, UNIT_SCORE } from './weights.ts';

/** What a query means, and what a cosine of one counts, as a share of `most`. */
export interface Meant {
  vector: Int8Array;
  weight: number;
}

// Worked out once: a power and a logarithm for each of fifty papers would be a part of every query.
const fresh = Float64Array.from({ length: 5_000 }, (_, age) => 2 ** (-age / RERANK.halfLife));
const liked = Float64Array.from({ length: 2_000 }, (_, votes) =>
  Math.min(1, Math.log2(1 + votes) / RERANK.manyVotes),
);

/** What freshness and votes count for a document, 0 to 1 each. */
export function priorsOf(
  snapshot: Snapshot,
  part: number,
  document: number,
): { fresh: number; liked: number } {
  const { days, upvotes } = snapshot.columns[part]!;
  const day = days[document]!;
  const age = snapshot.newest - day;
  return {
    fresh: day === NO_DAY ? 0 : (fresh[age] ?? 2 ** (-age / RERANK.halfLife)),
    liked: liked[upvotes[document]!] ?? 1,
  };
}

/**
 * Scores the list and gives its places in their final order: the first `depth` anew (matches before loose ones
 * where the plan has tiers, then by score; the newer paper, then the greater key), the rest behind them as they
 * came.
 */
export function rerank(snapshot: Snapshot, plan: Plan, list: Shortlist, meant: Meant | null): number[] {
  const late = plan.lists.filter((each) => each.late);
  const standing = new Standing(plan);
  const runs = runsOf(
    standing,
    late.filter((each) => each !== plan.deep),
  );
  eachLocated(snapshot, list, (some) => {
    addLateLists(some, late, list);
    standing.fill(some);
    if (standing.chain.length > 1) addProximity(some, plan.chain, standing.chain, list);
    if (plan.titled) addTitles(some, plan.titled, standing.titled, list);
    for (const run of runs) addRun(some, run, list);
  });
  const { scores, words, proximity, titles, meaning, feedback: moved, parts, documents } = list;
  for (let i = 0; i < list.length; i++)
    scores[i] = words[i]! / UNIT_SCORE + proximity[i]! + plan.most * TITLE_MOST * titles[i]!;
  if (meant) addMeaning(snapshot, list, meant, plan.most);
  for (let i = 0; i < list.length; i++) {
    const own = priorsOf(snapshot, parts[i]!, documents[i]!);
    const priors = RERANK.freshness * own.fresh + RERANK.votes * own.liked;
    scores[i]! += plan.most * ((meant?.weight ?? 0) * (meaning[i]! + moved[i]!) + priors);
  }
  const order: number[] = [];
  for (let i = 0; i < list.length; i++) {
    order.push(i);
    let at = i;
    // By insertion: they are few, and come somewhat in order.
    for (; i < list.depth && at > 0 && isBehind(snapshot, plan, list, order[at - 1]!, i); at--)
      order[at] = order[at - 1]!;
    order[at] = i;
  }
  return order;
}

/** Whether place `a` of a list is behind `b`. */
function isBehind(snapshot: Snapshot, plan: Plan, list: Shortlist, a: number, b: number): boolean {
  const { loose, scores } = list;
  if (plan.tiers && loose[a] !== loose[b]) return loose[a]! > loose[b]!;
  return scores[a]! < scores[b]! || (scores[a] === scores[b] && newerFirst(snapshot, list, a, b) > 0);
}

function newerFirst(snapshot: Snapshot, { parts, documents }: Shortlist, a: number, b: number): number {
  const own = snapshot.columns[parts[a]!]!;
  const other = snapshot.columns[parts[b]!]!;
  return (
    other.days[documents[b]!]! - own.days[documents[a]!]! ||
    other.keys[documents[b]!]! - own.keys[documents[a]!]!
  );
}

/** Adds what the lists give that were left for now. */
function addLateLists(some: Located, late: readonly Planned[], { words }: Shortlist): void {
  const { impacts } = some.segment.kernel;
  for (const { lists, weight, base } of late) {
    const postings = lists[some.part];
    if (!postings || isMade(postings)) continue;
    locate(some.segment, some.places.length, postings, 0, true);
    some.places.forEach((place, i) => {
      if (impacts[i]! > 0 && words[place] !== 0) words[place]! += base + weight * impacts[i]!;
    });
  }
}

/** Adds likeness to the query's meaning, and then to that of the first few. */
function addMeaning(snapshot: Snapshot, list: Shortlist, { vector, weight }: Meant, most: number): void {
  const { parts, documents, meaning, scores } = list;
  addLikeness(snapshot, list, vector, meaning);
  const first = new Float64Array(list.length);
  for (let i = 0; i < list.length; i++) first[i] = scores[i]! + meaning[i]! * weight * most;
  const { length } = vector;
  const vectors = new Int8Array(FEEDBACK_HEADS * length);
  const heads = mapped(greatest(first.subarray(0, list.depth), FEEDBACK_HEADS), (i, at) => {
    const { dimensions, sections } = snapshot.parts[parts[i]!]!.segment;
    const into = vectors.subarray(at * length, (at + 1) * length);
    const own = dimensions === length ? unpackVector(sections.vectors, documents[i]!, into) : null;
    return { score: first[i]!, vector: own };
  });
  const moved = feedback(vector, heads);
  addLikeness(snapshot, list, moved.vector, list.feedback);
  for (let i = 0; i < list.length; i++)
    list.feedback[i] = meaning[i] === 0 ? 0 : moved.times * list.feedback[i]! - meaning[i]!;
}

/** Puts the likeness of each document to a vector into `to`, 0 where it has none. */
function addLikeness(snapshot: Snapshot, list: Shortlist, vector: Int8Array, to: Float64Array): void {
  const each = mapped(snapshot.parts, ({ segment }) =>
    segment.dimensions === vector.length ? new Likeness(segment, vector) : null,
  );
  eachLocated(snapshot, list, ({ part, places }) => {
    const likeness = each[part]!;
    if (likeness === null) return;
    likeness.look(places.length);
    places.forEach((place, i) => {
      to[place] = likeness.of(i);
    });
  });
}

/** The places of the `count` greatest values, the greatest first, of equal ones the first. */
function greatest(values: Float64Array, count: number): number[] {
  const places: number[] = [];
  for (let i = 0; i < values.length; i++) {
    let at = places.length;
    while (at > 0 && values[places[at - 1]!]! < values[i]!) at--;
    if (at >= count) continue;
    places.splice(at, 0, i);
    if (places.length > count) places.pop();
  }
  return places;
}

/** Adds what the nearness of the query's neighbouring words in each document is worth. */
function addProximity(
  some: Located,
  terms: Plan['chain'],
  rows: readonly number[],
  { proximity }: Shortlist,
): void {
  const { kernel } = some.segment;
  for (let i = 0; i < rows.length; i++) kernel.meant[i] = rows[i]!;
  kernel.loops.nearness(some.places.length, rows.length, RERANK.window);
  for (let row = 1; row < rows.length; row++) {
    const most = RERANK.proximity * Math.min(terms[row - 1]!.idf, terms[row]!.idf);
    some.places.forEach((place, i) => {
      const distance = kernel.distances[row * SOME + i]!;
      if (distance > 0 && distance < RERANK.window) proximity[place]! += most / distance;
    });
  }
}

/** A run of the query's words that was left for now. */
interface LateRun {
  planned: Planned;
  terms: readonly string[];
  rows: readonly number[];
}

function runsOf(standing: Standing, late: readonly Planned[]): LateRun[] {
  const runs: LateRun[] = [];
  for (const planned of late) {
    const { run: terms } = planned;
    const rows = terms === null ? null : standing.rowsOf(terms);
    if (terms !== null && rows !== null) runs.push({ planned, terms, rows });
  }
  return runs;
}

/** Adds what a run gives to the documents that have its words just like that: by the least of its words' impacts. */
function addRun(some: Located, { planned, terms, rows }: LateRun, { words }: Shortlist): void {
  const { kernel, lexicon } = some.segment;
  for (let i = 0; i < rows.length; i++) kernel.meant[i] = rows[i]!;
  kernel.loops.inRow(some.places.length, rows.length);
  for (let i = 0; i < some.places.length; i++) {
    const place = some.places[i]!;
    if (kernel.titles[i] === 0 || words[place] === 0) continue;
    let impact = MOST_IMPACT;
    for (let k = 0; k < rows.length; k++)
      impact = Math.min(
        impact,
        impactAt(some.segment, lexicon.find(terms[k]!)!, kernel.ranks[rows[k]! * SOME + i]!),
      );
    words[place]! += planned.base + planned.weight * impact;
  }
}
