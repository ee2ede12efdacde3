/** All matches of a plan, as bits: for exact counts, facets, and orders other than by score. */
import { popcount } from './arrays.ts';
import { addList } from './filters.ts';
import type { Plan } from './planner.ts';
import type { Bits, Part } from './snapshot.ts';

/** The documents of part `p` that have as many of the plan's groups as a match needs. */
export function matchesIn(part: Part, p: number, plan: Plan, allowed: Bits | null): Bits {
  const { documents } = part.segment;
  const size = (documents + 31) >>> 5;
  const all = allowed?.slice() ?? new Uint32Array(size).fill(0xffffffff);
  // Bits behind the last document are nobody's.
  if (documents % 32 !== 0 && size > 0) all[size - 1]! &= (1 << (documents % 32)) - 1;
  // A condition has been met by all that is allowed.
  if (plan.open || plan.strict) return all;
  if (plan.groups === 0) return all.fill(0);
  const groups: Bits[] = [];
  for (let g = 0; g < plan.groups; g++) {
    const bits = new Uint32Array(size);
    for (const { groups: own, lists } of plan.lists) {
      const list = lists[p];
      if ((own & (1 << g)) !== 0 && list) addList(part, list, bits);
    }
    groups.push(bits);
    if (plan.needed === plan.groups || (plan.must & (1 << g)) !== 0)
      for (let i = 0; i < size; i++) all[i]! &= bits[i]!;
  }
  if (plan.needed === plan.groups) return all;
  const counted = countedBits(groups, plan.needed, size);
  for (let i = 0; i < size; i++) all[i]! &= counted[i]!;
  return all;
}

/** The documents that at least `needed` of some bits have. */
export function countedBits(groups: readonly Bits[], needed: number, size: number): Bits {
  // A number a bit, and as many as it takes to count to all of them: the carry of one is added into the next.
  const width = 32 - Math.clz32(Math.max(groups.length, needed));
  const counters = Array.from({ length: width }, () => new Uint32Array(size));
  for (const bits of groups)
    for (let i = 0; i < size; i++) {
      let carry = bits[i]!;
      for (let c = 0; c < width && carry !== 0; c++) {
        const before = counters[c]![i]!;
        counters[c]![i] = before ^ carry;
        carry = before & carry;
      }
    }
  const all = new Uint32Array(size);
  for (let i = 0; i < size; i++) {
    // Compares all counters with what is needed, from the highest bit down.
    let greater = 0;
    let equal = 0xffffffff;
    for (let c = width - 1; c >= 0; c--) {
      const own = counters[c]![i]!;
      if ((needed >>> c) & 1) equal &= own;
      else {
        greater |= equal & own;
        equal &= ~own;
      }
    }
    all[i] = greater | equal;
  }
  return all;
}

export const countBits = (bits: Bits): number => bits.reduce((sum, word) => sum + popcount(word), 0);
