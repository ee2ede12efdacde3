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
import { type Cursor, END } from './cursor.ts';
import type { Best } from './heap.ts';

/** Above every sum of weights and impacts (plan.ts sees to it). */
export const TIER = 2 ** 30;
const WINDOW = 4096;

const sums = new Int32Array(WINDOW);
const groups = new Int32Array(WINDOW);
const touched = new Int32Array(WINDOW / 32);
const reachable = new Int32Array(256);

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
  documents: number,
  cursors: Cursor[],
  needs: Needs,
  allowed: Uint32Array | null,
  best: Best,
): void {
  const others: Cursor[] = [];
  for (let start = 0; start < documents; ) {
    let first = END;
    for (const cursor of cursors) first = Math.min(first, cursor.next(start));
    if (first >= documents) break;
    start = Math.max(start, first);
    const end = Math.min(documents, start + WINDOW);
    for (const cursor of cursors) {
      cursor.next(start);
      cursor.look(end);
    }
    cursors.sort((a, b) => a.bound - b.bound);
    const least = needs.loose || best.full ? best.least : Math.max(best.least, needs.tier);
    // The longest run of weakest lists that by themselves can bring no document in.
    let weak = 0;
    let weakBound = 0;
    let weakGroups = 0;
    for (; weak < cursors.length; weak++) {
      const { bound, groups: own } = cursors[weak]!;
      const together = bound === 0 ? weakGroups : weakGroups | own;
      const sum = weakBound + bound;
      if (sum + (popcount(together) >= needs.needed ? needs.tier : 0) >= least) break;
      weakBound = sum;
      weakGroups = together;
    }
    if (weak < cursors.length) {
      let all = weakBound;
      for (let c = weak; c < cursors.length; c++) all += cursors[c]!.bound;
      for (let c = weak; c < cursors.length; c++) {
        const cursor = cursors[c]!;
        if (cursor.bound > 0)
          cursor.scatter(start, end, best.least - needs.tier - (all - cursor.bound), sums, groups, touched);
      }
      others.length = 0;
      for (let c = weak - 1; c >= 0; c--) if (cursors[c]!.bound > 0) others.push(cursors[c]!);
      collect(part, start, end, others, weakBound, needs, allowed, best);
    }
    start = end;
  }
}

/** Finishes the documents touched in a window and clears it. */
function collect(
  part: number,
  start: number,
  end: number,
  others: readonly Cursor[],
  othersBound: number,
  needs: Needs,
  allowed: Uint32Array | null,
  best: Best,
): void {
  const { needed, loose, tier } = needs;
  // Groups that list `o` and those behind it may still bring.
  let othersGroups = 0;
  for (let o = others.length - 1; o >= 0; o--) reachable[o] = othersGroups |= others[o]!.groups;
  for (let word = 0; word < (end - start + 31) >>> 5; word++) {
    let bits = touched[word]!;
    if (bits === 0) continue;
    touched[word] = 0;
    const { least } = best;
    for (; bits !== 0; bits &= bits - 1) {
      const i = (word << 5) + (31 - Math.clz32(bits & -bits));
      const score = sums[i]!;
      const has = groups[i]!;
      sums[i] = 0;
      groups[i] = 0;
      // Most documents end here.
      if (score + othersBound + tier < least) continue;
      const reach = popcount(has | othersGroups) >= needed;
      if (reach ? false : !loose || score + othersBound < least) continue;
      const doc = start + i;
      if (allowed !== null && (allowed[doc >>> 5]! & (1 << (doc & 31))) === 0) continue;
      finish(part, doc, score, has, others, othersBound, needs, best);
    }
  }
}

/** Looks a document up in the lists that are left, as long as it can get in, and offers it. */
function finish(
  part: number,
  doc: number,
  sum: number,
  had: number,
  others: readonly Cursor[],
  othersBound: number,
  { needed, must, loose, tier }: Needs,
  best: Best,
): void {
  let score = sum;
  let has = had;
  let rest = othersBound;
  for (let o = 0; o < others.length; o++) {
    const other = others[o]!;
    const impact = other.advance(doc);
    rest -= other.bound;
    if (impact > 0) {
      score += other.base + other.weight * impact;
      has |= other.groups;
    }
    const reach = popcount(o + 1 < others.length ? has | reachable[o + 1]! : has) >= needed;
    if (!reach && !loose) return;
    if (score + rest + (reach ? tier : 0) < best.least) return;
  }
  if ((has & must) !== must) return;
  const matches = popcount(has) >= needed;
  if (matches) score += tier;
  else if (!loose) return;
  if (score >= best.least) best.offer(part, doc, score);
}
