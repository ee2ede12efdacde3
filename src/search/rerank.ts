/**
 * The second look: the best by words are put in order by everything that is known of them. Every addend is a
 * share of its own, which `explain` shows:
 *
 *   score(d) = words(d) + proximity(d) + most · (meaning(d) + feedback(d) + freshness(d) + votes(d))
 *
 * `most` is the greatest score the query's words could give, so that the shares keep their proportion in
 * queries of many and of few, of rare and of common words. Meaning and feedback are meaning/fusion.ts's.
 */
import { Cursor } from './cursor.ts';
import { MOST_POSITIONS, NO_DAY } from './fields.ts';
import type { Candidate } from './gather.ts';
import { FEEDBACK_HEADS, feedback } from './meaning/fusion.ts';
import type { Plan } from './planner.ts';
import type { Snapshot } from './snapshot.ts';
import type { ShareKind } from './types.ts';
import { cosine, type Products, productsOf, unpackVector } from './vectors.ts';
import { RERANK, UNIT_SCORE } from './weights.ts';

export interface Ranked extends Candidate {
  score: number;
  proximity: number;
  /** Shares of `most`, with what each can be at most. */
  shares: { kind: ShareKind; strength: number; weight: number }[];
}

/** What a query means, and what a cosine of one counts, as a share of `most`. */
export interface Meant {
  vector: Int8Array;
  weight: number;
}

/** The candidates in their final order: matches before loose ones where `tiers`, then by score. */
export function rerank(
  snapshot: Snapshot,
  plan: Plan,
  gathered: readonly Candidate[],
  meant: Meant | null,
): Ranked[] {
  const candidates = withLateLists(snapshot, plan, gathered);
  const { most } = plan;
  const close = proximities(snapshot, plan, candidates);
  const ranked = candidates.map((candidate, i): Ranked => {
    const { days, upvotes } = snapshot.parts[candidate.part]!.segment.sections;
    const d = candidate.document;
    const shares: Ranked['shares'] = [];
    if (days[d]! !== NO_DAY) {
      const fresh = 2 ** ((days[d]! - snapshot.newest) / RERANK.halfLife);
      shares.push({ kind: 'freshness', strength: fresh, weight: most * RERANK.freshness });
    }
    if (upvotes[d]! > 0) {
      const liked = Math.min(1, Math.log2(1 + upvotes[d]!) / RERANK.manyVotes);
      shares.push({ kind: 'votes', strength: liked, weight: most * RERANK.votes });
    }
    return { ...candidate, score: candidate.words / UNIT_SCORE + close[i]!, proximity: close[i]!, shares };
  });
  if (meant) addMeaning(snapshot, ranked, meant, most);
  for (const each of ranked) for (const { strength, weight } of each.shares) each.score += strength * weight;
  return inOrder(snapshot, ranked, plan.tiers);
}

/** Adds what likeness to the query's meaning, and then to that of the first few, is worth. */
function addMeaning(snapshot: Snapshot, ranked: Ranked[], { vector, weight }: Meant, most: number): void {
  const fits = (each: Ranked): boolean => snapshot.parts[each.part]!.segment.dimensions === vector.length;
  const likeness = (each: Ranked, to: Products): number =>
    fits(each) ? cosine(to, snapshot.parts[each.part]!.segment.sections.vectors, each.document) : 0;
  const asked = productsOf(vector);
  const alike = ranked.map((each) => likeness(each, asked));
  const heads = ranked
    .map((each, i) => ({ each, i, score: each.score + alike[i]! * weight * most }))
    .sort((a, b) => b.score - a.score || a.i - b.i)
    .slice(0, FEEDBACK_HEADS)
    .map(({ each, score }) => ({
      score,
      vector: fits(each)
        ? unpackVector(snapshot.parts[each.part]!.segment.sections.vectors, each.document, vector.length)
        : null,
    }));
  const moved = feedback(vector, heads);
  const towards = productsOf(moved.vector);
  ranked.forEach((each, i) => {
    if (alike[i] === 0) return;
    const both = moved.times * likeness(each, towards);
    each.shares.push(
      { kind: 'meaning', strength: alike[i]!, weight: most * weight },
      { kind: 'feedback', strength: both - alike[i]!, weight: most * weight },
    );
  });
}

/** Matches first where that is asked for, then by score; the newer paper, then the greater key. */
function inOrder(snapshot: Snapshot, ranked: Ranked[], tiers: boolean): Ranked[] {
  const columns = snapshot.parts.map(({ segment }) => segment.sections);
  return ranked.sort((a, b) => {
    if (tiers && a.loose !== b.loose) return a.loose ? 1 : -1;
    if (a.score !== b.score) return b.score - a.score;
    const [own, other] = [columns[a.part]!, columns[b.part]!];
    return other.days[b.document]! - own.days[a.document]! || other.keys[b.document]! - own.keys[a.document]!;
  });
}

/** The candidates with what the lists add that were left for now. */
function withLateLists(snapshot: Snapshot, plan: Plan, candidates: readonly Candidate[]): Candidate[] {
  const whole = candidates.map((candidate) => ({ ...candidate }));
  const late = plan.lists.filter((list) => list.late);
  if (late.length === 0) return whole;
  const order = [...whole].sort((a, b) => a.document - b.document);
  snapshot.parts.forEach(({ segment }, p) => {
    for (const { lists, weight, base } of late) {
      const list = lists[p];
      if (!list) continue;
      const cursor = new Cursor(segment.sections, list, weight, base, 0);
      for (const candidate of order) {
        if (candidate.part !== p || candidate.words === 0) continue;
        const impact = cursor.advance(candidate.document);
        if (impact > 0) candidate.words += base + weight * impact;
      }
      cursor.release();
    }
  });
  return whole;
}

const before = new Uint16Array(MOST_POSITIONS + 1);
const after = new Uint16Array(MOST_POSITIONS + 1);

/** For each candidate, what the nearness of the query's neighbouring words in it is worth. */
function proximities(snapshot: Snapshot, { chain }: Plan, candidates: readonly Candidate[]): Float64Array {
  const worth = new Float64Array(candidates.length);
  if (chain.length < 2) return worth;
  const terms = chain.slice(0, RERANK.mostNeighbours);
  const order = candidates.map((_, i) => i).sort((a, b) => candidates[a]!.document - candidates[b]!.document);
  snapshot.parts.forEach(({ segment }, p) => {
    const cursors = terms.map(({ term }) => {
      const list = segment.lexicon.find(term);
      return list && list.placesAt >= 0 ? new Cursor(segment.sections, list, 1, 0, 0) : null;
    });
    for (const i of order) {
      const { part, document } = candidates[i]!;
      if (part !== p) continue;
      let known = 0;
      let last = -1;
      cursors.forEach((cursor, c) => {
        const own = c % 2 === 0 ? before : after;
        const other = c % 2 === 0 ? after : before;
        const count = cursor !== null && cursor.advance(document) > 0 ? cursor.places(own) : 0;
        if (count > 0 && known > 0 && last === c - 1)
          worth[i]! +=
            RERANK.proximity *
            Math.min(terms[c - 1]!.idf, terms[c]!.idf) *
            closeness(other, known, own, count);
        known = count;
        last = c;
      });
    }
    for (const cursor of cursors) cursor?.release();
  });
  return worth;
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
