/**
 * The second look: the first by words are put in order by everything that is known of them. Every addend is a
 * share of its own, which `explain` shows:
 *
 *   score(d) = words(d) + proximity(d) + most · (meaning(d) + feedback(d) + freshness(d) + votes(d))
 *
 * `most` is the greatest score the query's words could give, so that the shares keep their proportion in
 * queries of many and of few, of rare and of common words. Meaning and feedback are meaning/fusion.ts's.
 */
import { Cursor } from './cursor.ts';
import { NO_DAY } from './fields.ts';
import { DEPTH } from './gather.ts';
import { cursorOf } from './lists.ts';
import { FEEDBACK_HEADS, feedback } from './meaning/fusion.ts';
import type { Plan } from './planner.ts';
import type { Shortlist } from './shortlist.ts';
import type { Snapshot } from './snapshot.ts';
import { Likeness, unpackVector } from './vectors.ts';
import { RERANK, UNIT_SCORE } from './weights.ts';

/** What a query means, and what a cosine of one counts, as a share of `most`. */
export interface Meant {
  vector: Int8Array;
  weight: number;
}

/** What freshness and votes count for a document, 0 to 1 each. */
export function priorsOf(
  snapshot: Snapshot,
  part: number,
  document: number,
): { fresh: number; liked: number } {
  const { days, upvotes } = snapshot.parts[part]!.segment.sections;
  const day = days[document]!;
  return {
    fresh: day === NO_DAY ? 0 : 2 ** ((day - snapshot.newest) / RERANK.halfLife),
    liked: Math.min(1, Math.log2(1 + upvotes[document]!) / RERANK.manyVotes),
  };
}

/**
 * Scores the list and gives its places in their final order: the first DEPTH anew (matches before loose ones
 * where the plan has tiers, then by score; the newer paper, then the greater key), the rest behind them as they
 * came.
 */
export function rerank(snapshot: Snapshot, plan: Plan, list: Shortlist, meant: Meant | null): number[] {
  addLateLists(snapshot, plan, list);
  addProximity(snapshot, plan, list);
  const { scores, words, proximity, meaning, feedback: moved, parts, documents } = list;
  for (let i = 0; i < list.length; i++) scores[i] = words[i]! / UNIT_SCORE + proximity[i]!;
  if (meant) addMeaning(snapshot, list, meant, plan.most);
  for (let i = 0; i < list.length; i++) {
    const { fresh, liked } = priorsOf(snapshot, parts[i]!, documents[i]!);
    scores[i]! +=
      plan.most *
      ((meant?.weight ?? 0) * (meaning[i]! + moved[i]!) + RERANK.freshness * fresh + RERANK.votes * liked);
  }
  const order = Array.from({ length: list.length }, (_, i) => i);
  const first = order.slice(0, DEPTH).sort((a, b) => {
    if (plan.tiers && list.loose[a] !== list.loose[b]) return list.loose[a]! - list.loose[b]!;
    return scores[b]! - scores[a]! || newerFirst(snapshot, list, a, b);
  });
  return list.length > DEPTH ? first.concat(order.slice(DEPTH)) : first;
}

function newerFirst(snapshot: Snapshot, { parts, documents }: Shortlist, a: number, b: number): number {
  const own = snapshot.parts[parts[a]!]!.segment.sections;
  const other = snapshot.parts[parts[b]!]!.segment.sections;
  return (
    other.days[documents[b]!]! - own.days[documents[a]!]! ||
    other.keys[documents[b]!]! - own.keys[documents[a]!]!
  );
}

/** Adds what the lists give that were left for now. */
function addLateLists(snapshot: Snapshot, plan: Plan, list: Shortlist): void {
  const late = plan.lists.filter((each) => each.late);
  if (late.length === 0) return;
  const { parts, documents, words } = list;
  const order = list.byDocument();
  snapshot.parts.forEach(({ segment }, p) => {
    for (const { lists, weight, base } of late) {
      const postings = lists[p];
      if (!postings) continue;
      const cursor = cursorOf(segment, postings, weight, base, 0);
      cursor.enter(0, segment.documents);
      for (const i of order) {
        if (parts[i] !== p || words[i] === 0) continue;
        const impact = cursor.advance(documents[i]!);
        if (impact > 0) words[i]! += base + weight * impact;
      }
      cursor.release();
    }
  });
}

/** Adds likeness to the query's meaning, and then to that of the first few. */
function addMeaning(snapshot: Snapshot, list: Shortlist, { vector, weight }: Meant, most: number): void {
  const { parts, documents, meaning, scores } = list;
  const likenessTo = (to: Int8Array): ((i: number) => number) => {
    const each = snapshot.parts.map(({ segment }) =>
      segment.dimensions === to.length ? new Likeness(segment, to) : null,
    );
    return (i) => each[parts[i]!]?.of(documents[i]!) ?? 0;
  };
  const asked = likenessTo(vector);
  for (let i = 0; i < list.length; i++) meaning[i] = asked(i);
  const first = new Float64Array(list.length);
  for (let i = 0; i < list.length; i++) first[i] = scores[i]! + meaning[i]! * weight * most;
  const heads = greatest(first.subarray(0, DEPTH), FEEDBACK_HEADS).map((i) => {
    const { dimensions, sections } = snapshot.parts[parts[i]!]!.segment;
    const own =
      dimensions === vector.length ? unpackVector(sections.vectors, documents[i]!, dimensions) : null;
    return { score: first[i]!, vector: own };
  });
  const moved = feedback(vector, heads);
  const towards = likenessTo(moved.vector);
  for (let i = 0; i < list.length; i++)
    if (meaning[i] !== 0) list.feedback[i] = moved.times * towards(i) - meaning[i]!;
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
function addProximity(snapshot: Snapshot, { chain }: Plan, list: Shortlist): void {
  if (chain.length < 2) return;
  const terms = chain.slice(0, RERANK.mostNeighbours);
  const { parts, documents, proximity } = list;
  const order = list.byDocument();
  snapshot.parts.forEach(({ segment }, p) => {
    const cursors = terms.map(({ term }) => {
      const postings = segment.lexicon.find(term);
      if (postings === null || postings.placesAt < 0) return null;
      const cursor = new Cursor(segment, postings, 1, 0, 0);
      cursor.enter(0, segment.documents);
      return cursor;
    });
    for (const i of order) {
      if (parts[i] !== p) continue;
      let [own, other] = segment.kernel.places;
      let known = 0;
      for (let c = 0; c < cursors.length; c++) {
        const cursor = cursors[c]!;
        const count = cursor?.has(documents[i]!) ? cursor.places(own) : 0;
        if (count > 0 && known > 0)
          proximity[i]! +=
            RERANK.proximity *
            Math.min(terms[c - 1]!.idf, terms[c]!.idf) *
            closeness(other.list, known, own.list, count);
        known = count;
        [own, other] = [other, own];
      }
    }
    for (const cursor of cursors) cursor?.release();
  });
}

/** 1 where the words stand side by side in this order, less the farther apart, 0 from `RERANK.window` on. */
function closeness(a: Uint16Array, countA: number, b: Uint16Array, countB: number): number {
  let best: number = RERANK.window;
  let j = 0;
  for (let i = 0; i < countA; i++) {
    while (j < countB && b[j]! < a[i]!) j++;
    if (j < countB) best = Math.min(best, b[j]! - a[i]!);
    // The other way round, they are a step farther apart.
    if (j > 0) best = Math.min(best, a[i]! - b[j - 1]! + 1);
  }
  return best >= RERANK.window ? 0 : 1 / Math.max(1, best);
}
