/**
 * The best documents of one segment, without scoring those that cannot be among them: MaxScore (H. Turtle and
 * J. Flood, "Query Evaluation: Strategies and Optimizations", IP&M 1995) over windows of documents with the
 * greatest impacts of each block as bounds (S. Ding and T. Suel, "Faster Top-k Document Retrieval Using
 * Block-Max Indexes", SIGIR 2011). Scores are integers, so sums are the same in any order and bounds exact.
 *
 * A document that has as many of the query's groups as are needed (a *match*) stands above all that do not:
 * its score is raised by `tier` (TIER, or nothing where that does not matter).
 */

import { popcount } from './arrays.ts';
import type { Cursor, Window } from './cursor.ts';
import type { Best } from './heap.ts';
import { type Segment, STRETCH } from './segment.ts';
import { clear, groups, keep, kept, sums, WINDOW } from './window.ts';

/** Above every sum of weights and impacts (plan.ts sees to it). */
export const TIER = 2 ** 30;
/** Of the window in hand, the lists in which the documents that are kept are looked up. */
const asked: Cursor[] = [];

export interface Needs {
  /** How many groups a match has. */
  needed: number;
  /** Groups every document must have. */
  must: number;
  tier: number;
  /** Also documents that are no match, below those that are. */
  loose: boolean;
}

/**
 * Offers the documents of segment `part` to `best`. `allowed`: a bit for each document that may be offered,
 * null for all.
 */
export function offerBest(
  part: number,
  { documents, newest }: Pick<Segment, 'documents' | 'newest'>,
  cursors: Cursor[],
  needs: Needs,
  allowed: Uint32Array | null,
  best: Best,
): void {
  const counts = needs.must !== 0 || (needs.needed > 1 && (needs.tier > 0 || !needs.loose));
  // From the last document to the first: the newer papers tend to be the later ones, and of two with the same
  // score the newer is kept, so the other is turned away at once.
  for (let end = documents; end > 0; ) {
    const start = Math.max(0, end - WINDOW);
    let any = 0;
    for (const cursor of cursors) {
      cursor.enter(start, end);
      any += cursor.bound;
    }
    if (any > 0) {
      const day = Math.max(newest[Math.floor(start / STRETCH)]!, newest[Math.floor((end - 1) / STRETCH)]!);
      const window = { start, size: end - start, counts };
      offerWindow(part, window, day, cursors, needs, allowed, best);
    }
    let before = -1;
    if (start > 0) for (const cursor of cursors) before = Math.max(before, cursor.before(start));
    end = before + 1;
  }
}

/** Offers what is in one window, whose newest document is of `day`. */
function offerWindow(
  part: number,
  window: Window,
  day: number,
  cursors: Cursor[],
  needs: Needs,
  allowed: Uint32Array | null,
  best: Best,
): void {
  const { needed, tier } = needs;
  sortByBound(cursors);
  // Of two with the same score the newer is kept: who is older than all that are kept needs more.
  const enough = best.isTooOld(day) ? best.least + 1 : best.least;
  const least = needs.loose || best.full ? enough : Math.max(enough, tier);
  // The longest run of weakest lists that by themselves can bring no document in.
  let weak = 0;
  let weakBound = 0;
  let weakGroups = 0;
  for (; weak < cursors.length; weak++) {
    const { bound, groups: own } = cursors[weak]!;
    const together = bound === 0 ? weakGroups : weakGroups | own;
    const sum = weakBound + bound;
    if (sum + (popcount(together) >= needed ? tier : 0) >= least) break;
    weakBound = sum;
    weakGroups = together;
  }
  if (weak === cursors.length) return;
  let all = weakBound;
  for (let c = weak; c < cursors.length; c++) all += cursors[c]!.bound;
  for (let c = weak; c < cursors.length; c++) {
    const cursor = cursors[c]!;
    if (cursor.bound > 0) cursor.scatter(window, true, enough - tier - (all - cursor.bound));
  }
  const left = keep(window.size, enough - tier - weakBound);
  if (left > 0) {
    let askedBound = 0;
    asked.length = 0;
    for (let c = weak - 1; c >= 0; c--) {
      const cursor = cursors[c]!;
      if (cursor.bound === 0) continue;
      if (left * cursor.lookup < cursor.within) {
        asked.push(cursor);
        askedBound += cursor.bound;
      } else cursor.scatter(window, false, 0);
    }
    collect(part, window, left, askedBound, needs, allowed, best);
  }
  clear(window.size, window.counts);
}

/** By insertion: from one window to the next little changes. */
function sortByBound(cursors: Cursor[]): void {
  for (let i = 1; i < cursors.length; i++) {
    const cursor = cursors[i]!;
    let to = i;
    for (; to > 0 && cursors[to - 1]!.bound > cursor.bound; to--) cursors[to] = cursors[to - 1]!;
    cursors[to] = cursor;
  }
}

/** Offers the `left` documents that are kept, with what the lists `asked` still add to them, at most `askedBound`. */
function collect(
  part: number,
  { start, counts }: Window,
  left: number,
  askedBound: number,
  needs: Needs,
  allowed: Uint32Array | null,
  best: Best,
): void {
  const { needed, must, loose, tier } = needs;
  for (let at = 0; at < left; at++) {
    const i = kept[at]!;
    let score = sums[i]!;
    // Most documents end here.
    if (score + askedBound + tier < best.least) continue;
    const doc = start + i;
    if (allowed !== null && (allowed[doc >>> 5]! & (1 << (doc & 31))) === 0) continue;
    let has = counts ? groups[i]! : 0;
    let open = askedBound;
    for (let c = 0; c < asked.length && score + open + tier >= best.least; c++) {
      const cursor = asked[c]!;
      open -= cursor.bound;
      const impact = cursor.advance(doc);
      if (impact === 0) continue;
      score += cursor.base + cursor.weight * impact;
      has |= cursor.groups;
    }
    if (counts) {
      if ((has & must) !== must) continue;
      if (popcount(has) >= needed) score += tier;
      else if (!loose) continue;
    } else score += tier;
    if (score >= best.least) best.offer(part, doc, score);
  }
}
