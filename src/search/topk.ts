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
import type { Listed, Window } from './cursor.ts';
import type { Best } from './heap.ts';
import { MOST_GATES, WINDOW } from './kernel/areas.ts';
import type { Kernel } from './kernel/kernel.ts';
import { type Segment, STRETCH } from './segment.ts';

/** To look a document up in all lists costs as much as going through so many postings. */
const LOOKED_UP = 4;
/** So many times as many documents as can be kept are very many. */
const MANY = 2;
/** Above every sum of weights and impacts (MOST_GROUPS and SCALE see to it). */
export const TIER = 2 ** 30;

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
  { documents, newest, kernel }: Pick<Segment, 'documents' | 'newest' | 'kernel'>,
  cursors: Listed[],
  needs: Needs,
  allowed: Uint32Array | null,
  best: Best,
): void {
  const counts = needs.must !== 0 || (needs.needed > 1 && (needs.tier > 0 || !needs.loose));
  const gates = setGates(kernel, cursors, needs);
  // From the last document to the first: the newer papers tend to be the later ones, and of two with the same
  // score the newer is kept, so the other is turned away at once.
  for (let end = documents; end > 0; ) {
    // Bits of windows and of what is allowed begin at the same places of their words.
    const start = Math.max(0, end - WINDOW + 63) & ~63;
    let any = 0;
    for (const cursor of cursors) {
      cursor.enter(start, end);
      any += cursor.bound;
    }
    if (any > 0) {
      const day = Math.max(newest[Math.floor(start / STRETCH)]!, newest[Math.floor((end - 1) / STRETCH)]!);
      const window = { start, size: end - start, counts };
      offerWindow(part, kernel, window, day, cursors, needs, allowed, gates, best);
    }
    let before = -1;
    if (start > 0) for (const cursor of cursors) before = Math.max(before, cursor.before(start));
    end = before + 1;
  }
}

/** Offers what is in one window, whose newest document is of `day`. */
function offerWindow(
  part: number,
  kernel: Kernel,
  window: Window,
  day: number,
  cursors: Listed[],
  needs: Needs,
  allowed: Uint32Array | null,
  gates: Gates,
  best: Best,
): void {
  const { needed, tier, loose } = needs;
  const { loops } = kernel;
  const { start, size, counts } = window;
  sortByBound(cursors);
  // Of two with the same score the newer is kept: who is older than all that are kept needs more.
  const enough = best.isTooOld(day) ? best.least + 1 : best.least;
  const least = loose || best.full ? enough : Math.max(enough, tier);
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
  let within = 0;
  for (let c = weak; c < cursors.length; c++) {
    all += cursors[c]!.bound;
    within += cursors[c]!.within;
  }
  let isFiltered = allowed !== null;
  if (allowed !== null) kernel.allowed.set(allowed.subarray(start >>> 5, (start + size + 31) >>> 5));
  const groupsNeeded = counts && !loose ? needed : 0;
  let left = 0;
  let isKept = false;
  if (gates.count > 0) {
    left = loops.restrict(gates.count, start, size, isFiltered);
    if (left === 0) return;
    isFiltered = true;
    isKept = gates.all && left * LOOKED_UP < within;
  }
  if (isKept) {
    // Few have all that is asked for, and every list can be asked: then no list is gone through.
    left = loops.keepAllowed(size);
    for (; weak < cursors.length; weak++) {
      weakBound += cursors[weak]!.bound;
      if (cursors[weak]!.bound > 0) weakGroups |= cursors[weak]!.groups;
    }
  } else {
    for (let c = weak; c < cursors.length; c++) {
      const cursor = cursors[c]!;
      if (cursor.bound > 0) cursor.scatter(window, enough - tier - (all - cursor.bound));
    }
    left = loops.keep(size, enough - tier - weakBound, isFiltered, weakGroups, groupsNeeded);
  }
  // The weak lists one by one, the strongest first: each leaves fewer documents that the next is asked for.
  let others = weakGroups;
  for (let c = weak - 1; c >= 0 && left > 0; c--) {
    const cursor = cursors[c]!;
    if (cursor.bound === 0) continue;
    if (left * cursor.lookup < cursor.within) cursor.look(window, left);
    else cursor.scatter(window, 0);
    weakBound -= cursor.bound;
    others = 0;
    for (let o = 0; o < c; o++) if (cursors[o]!.bound > 0) others |= cursors[o]!.groups;
    left = loops.keepOn(left, enough - tier - weakBound, others, groupsNeeded);
  }
  // Of very many, most would be kept for a moment only, until better ones come: in the first windows, as a rule.
  if (left > MANY * best.size && (!loose || tier === 0))
    left = loops.keepBest(left, best.size, counts ? needs.must : 0, groupsNeeded);
  if (left > 0) collect(part, kernel, window, left, needs, best);
  loops.clear(size, counts);
}

/** What the documents of a query must all be in, as far as it can be told by rank directories alone. */
interface Gates {
  count: number;
  /** All groups are among them. */
  all: boolean;
}

/** Tells the kernel the lists of each group that a match must have, of those groups all of whose lists are common. */
function setGates(kernel: Kernel, cursors: readonly Listed[], { needed, loose }: Needs): Gates {
  const gates = { count: 0, all: true };
  let groups = 0;
  for (const cursor of cursors) groups |= cursor.groups;
  // Only where every group must be had do matches have all of them.
  if (loose || needed !== popcount(groups)) return gates;
  let at = 0;
  for (let rest = groups; rest !== 0; rest &= rest - 1) {
    const own = cursors.filter((cursor) => (cursor.groups & rest & -rest) !== 0);
    if (at + own.length >= MOST_GATES || own.some(({ directory }) => directory < 0)) {
      gates.all = false;
      continue;
    }
    kernel.gates[at++] = own.length;
    for (const { directory } of own) kernel.gates[at++] = directory;
    gates.count++;
  }
  return gates;
}

/** By insertion: from one window to the next little changes. */
function sortByBound(cursors: Listed[]): void {
  for (let i = 1; i < cursors.length; i++) {
    const cursor = cursors[i]!;
    let to = i;
    for (; to > 0 && cursors[to - 1]!.bound > cursor.bound; to--) cursors[to] = cursors[to - 1]!;
    cursors[to] = cursor;
  }
}

/** Offers the `left` documents that are kept. */
function collect(
  part: number,
  { sums, groups, kept }: Kernel,
  { start, counts }: Window,
  left: number,
  { needed, must, loose, tier }: Needs,
  best: Best,
): void {
  for (let at = 0; at < left; at++) {
    const place = kept[at]!;
    let score = sums[place]!;
    if (counts) {
      const has = groups[place]!;
      if ((has & must) !== must) continue;
      if (popcount(has) >= needed) score += tier;
      else if (!loose) continue;
    } else score += tier;
    if (score >= best.least) best.offer(part, start + place, score);
  }
}
