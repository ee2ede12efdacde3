/** The candidates of a ranking: the best matches by words, then what has some of the words or is near in meaning. */
import { mapped } from './arrays.ts';
import type { Listed } from './cursor.ts';
import { Best } from './heap.ts';
import { SOME } from './kernel/areas.ts';
import { cursorOf } from './lists.ts';
import { eachBit } from './made-lists.ts';
import type { TokenModel } from './meaning/model.ts';
import { nearest } from './nearest.ts';
import { PhraseList } from './phrase-list.ts';
import type { Plan, Planned } from './planner.ts';
import { Shortlist } from './shortlist.ts';
import type { Allowed, Snapshot } from './snapshot.ts';
import { wholeTitles } from './titles.ts';
import { offerBest, TIER } from './topk.ts';

/** So many of the best by words are ranked anew by all that is known of them. */
export const DEPTH = 50;

/** And so many are looked at for the run of words that a query is. */
const DEEP = 4 * DEPTH;

/** The best `size` documents by words. With `loose`, also those that are no match, behind all that are. */
export function bestByWords(
  snapshot: Snapshot,
  plan: Plan,
  allowed: Allowed,
  size: number,
  loose: boolean,
): Best {
  const best = new Best(size, snapshot.columns);
  const needs = { needed: plan.needed, must: plan.must, loose, tier: plan.tiers ? TIER : 0 };
  // The last segment first: it has the newest papers (see topk.ts).
  for (let p = snapshot.parts.length - 1; p >= 0; p--) {
    const { segment } = snapshot.parts[p]!;
    const cursors: Listed[] = [];
    for (const { weight, base, groups, lists, late } of plan.lists) {
      const list = lists[p];
      if (!late && list && list.frequency > 0) cursors.push(cursorOf(segment, list, weight, base, groups));
    }
    if (cursors.length > 0) offerBest(p, segment, cursors, needs, allowed[p]!, best);
    for (const cursor of cursors) cursor.release();
  }
  return best;
}

export interface Gathered {
  /** In the order of their words, matches first where the plan has tiers. */
  list: Shortlist;
  /** All matches are among them. */
  complete: boolean;
}

/** Candidates for `wanted` hits: at least DEPTH where there are, with loose ones where matches are too few. */
export function gather(
  snapshot: Snapshot,
  plan: Plan,
  allowed: Allowed,
  wanted: number,
  vector: Int8Array | null,
  model: TokenModel | null,
): Gathered {
  // However far down is asked for, there are no more than all.
  const size = Math.min(Math.max(DEPTH, wanted), Math.max(1, snapshot.documents));
  const first = plan.deep === null ? size : Math.max(size, DEEP);
  let best = bestByWords(snapshot, plan, allowed, first, !plan.tiers);
  const complete = !best.full && best.count <= size;
  if (plan.tiers && !plan.strict && best.count < wanted && plan.groups > 1)
    best = bestByWords(snapshot, plan, allowed, first, true);
  if (plan.deep !== null) best = withRun(snapshot, plan.deep, best, size);
  if (plan.strict && best.count < wanted) best = withOthers(snapshot, allowed, best);
  const near =
    best.count < wanted && vector !== null && plan.must === 0 && !plan.strict
      ? nearest(snapshot, allowed, vector, model, best, size - best.count)
      : null;
  best.sort();
  const titles = best.count < DEPTH ? null : missedTitles(snapshot, plan, allowed, best);
  const missed = titles?.count ?? 0;
  const list = new Shortlist(
    missed + best.count + (near?.count ?? 0) - repeated(titles, best),
    DEPTH + missed,
  );
  let at = 0;
  const put = (from: Best, i: number): void => {
    const score = from.score(i);
    const isMatch = score >= TIER;
    const words = plan.tiers && isMatch ? score - TIER : score;
    list.put(at++, from.parts[i]!, from.documents[i]!, words, plan.tiers && !isMatch);
  };
  for (let i = 0; i < missed; i++) put(titles!, i);
  for (let i = 0; i < best.count; i++) if (!isAmong(titles, best, i)) put(best, i);
  if (near) putNear(list, at, near);
  return { list, complete };
}

/** The best `size` of those found with what a run of words gives them. */
function withRun(snapshot: Snapshot, { weight, base, lists }: Planned, found: Best, size: number): Best {
  const best = new Best(size, snapshot.columns);
  snapshot.parts.forEach(({ segment }, part) => {
    const list = lists[part];
    const own: number[] = [];
    for (let i = 0; i < found.count; i++) if (found.parts[i] === part) own.push(i);
    own.sort((a, b) => found.documents[a]! - found.documents[b]!);
    const { documents, titles } = segment.kernel;
    for (let from = 0; from < own.length; from += SOME) {
      const some = own.slice(from, from + SOME);
      some.forEach((i, at) => {
        documents[at] = found.documents[i]!;
      });
      const left = list instanceof PhraseList ? list.among(segment, some.length, 0) : 0;
      let at = 0;
      for (const i of some) {
        const document = found.documents[i]!;
        while (at < left && documents[at]! < document) at++;
        const hasRun = at < left && documents[at] === document && titles[at] !== 0;
        const more = hasRun ? base + weight * (list as PhraseList).impactIn(segment, at) : 0;
        best.offer(part, document, found.score(i) + more);
      }
    }
  });
  return best;
}

/** The best found, and behind them the newest of all others that meet the query's condition without any of its words. */
function withOthers(snapshot: Snapshot, allowed: Allowed, found: Best): Best {
  const best = new Best(found.size, snapshot.columns);
  const known = new Set<number>();
  for (let i = 0; i < found.count; i++) {
    known.add(found.parts[i]! * 2 ** 32 + found.documents[i]!);
    best.offer(found.parts[i]!, found.documents[i]!, found.score(i));
  }
  snapshot.parts.forEach(({ segment: { documents } }, part) => {
    const bits = allowed[part] ?? new Uint32Array((documents + 31) >>> 5).fill(0xffffffff);
    eachBit(bits, (document) => {
      if (document < documents && !known.has(part * 2 ** 32 + document)) best.offer(part, document, TIER);
    });
  });
  return best;
}

/** Papers whose whole title was typed and that are not among the first DEPTH by words; null: there are none. */
function missedTitles(snapshot: Snapshot, plan: Plan, allowed: Allowed, best: Best): Best | null {
  const found = wholeTitles(snapshot, plan.titled);
  if (found === null) return null;
  let count = 0;
  const bits = mapped(snapshot.parts, ({ segment }, p) => {
    const own = new Uint32Array((segment.documents + 31) >>> 5);
    const may = allowed[p]!;
    for (const document of found[p]!) {
      if (may !== null && (may[document >>> 5]! & (1 << (document & 31))) === 0) continue;
      own[document >>> 5]! |= 1 << (document & 31);
      count++;
    }
    // Those that are there already have their places.
    for (let i = 0; i < DEPTH; i++) {
      const document = best.documents[i]!;
      if (best.parts[i] !== p || (own[document >>> 5]! & (1 << (document & 31))) === 0) continue;
      own[document >>> 5]! &= ~(1 << (document & 31));
      count--;
    }
    return own;
  });
  if (count === 0) return null;
  let titles = bestByWords(snapshot, plan, bits, Math.min(count, DEPTH), !plan.tiers);
  if (plan.deep !== null) titles = withRun(snapshot, plan.deep, titles, titles.size);
  titles.sort();
  return titles;
}

/** Whether the document at a place of `best` is one of `titles`. */
function isAmong(titles: Best | null, best: Best, at: number): boolean {
  if (titles === null) return false;
  for (let i = 0; i < titles.count; i++)
    if (titles.documents[i] === best.documents[at] && titles.parts[i] === best.parts[at]) return true;
  return false;
}

function repeated(titles: Best | null, best: Best): number {
  let count = 0;
  if (titles !== null) for (let i = DEPTH; i < best.count; i++) if (isAmong(titles, best, i)) count++;
  return count;
}

/** Puts what is near in meaning, the nearest first, behind the first `from` places of a list. */
export function putNear(list: Shortlist, from: number, near: Best): void {
  near.sort();
  for (let i = 0; i < near.count; i++) list.put(from + i, near.parts[i]!, near.documents[i]!, 0, true);
}
