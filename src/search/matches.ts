/** All matches of a plan, as bits: for exact counts, facets, and orders other than by score. */
import { countedBits } from './bits.ts';
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
