/** Which documents meet a condition: any nesting of AND, OR and NOT over lists and filters, as bits. */
import { countedBits } from './bits.ts';
import { addList, passingBits } from './filters.ts';
import type { AnyList } from './lists.ts';
import type { Atom, Rule } from './query-types.ts';
import type { Bits, Snapshot } from './snapshot.ts';
import type { SearchFilters } from './types.ts';

/** A rule with what it needs of the index. */
export type Condition =
  | { is: 'all' | 'any'; of: Condition[] }
  | { is: 'some'; of: Condition[]; needed: number }
  | { is: 'not'; of: Condition }
  /** In any of the lists; of each, one for each part. */
  | { is: 'lists'; lists: (AnyList | null)[][] }
  | { is: 'filter'; filters: SearchFilters };

/** @param listsOf the lists that have what an atom asks for */
export function conditionOf(rule: Rule, listsOf: (atom: Atom) => (AnyList | null)[][]): Condition {
  switch (rule.is) {
    case 'text':
      return { is: 'lists', lists: listsOf(rule.atom) };
    case 'filter':
      return rule;
    case 'not':
      return { is: 'not', of: conditionOf(rule.of, listsOf) };
    default:
      return { ...rule, of: rule.of.map((each) => conditionOf(each, listsOf)) };
  }
}

/**
 * A bit for each document of part `p` that meets the condition, whether or not it counts. The bits are the caller's to
 * change, and those behind the last document may be set.
 */
export function meeting(snapshot: Snapshot, p: number, condition: Condition): Bits {
  const part = snapshot.parts[p]!;
  const size = (part.segment.documents + 31) >>> 5;
  switch (condition.is) {
    case 'lists': {
      const bits = new Uint32Array(size);
      for (const lists of condition.lists) {
        const list = lists[p];
        if (list) addList(part, list, bits);
      }
      return bits;
    }
    case 'filter':
      return passingBits(snapshot, p, condition.filters)?.slice() ?? new Uint32Array(size).fill(0xffffffff);
    case 'not': {
      const bits = meeting(snapshot, p, condition.of);
      for (let i = 0; i < size; i++) bits[i] = ~bits[i]!;
      return bits;
    }
    case 'some':
      return countedBits(
        condition.of.map((each) => meeting(snapshot, p, each)),
        condition.needed,
        size,
      );
    default: {
      const isAll = condition.is === 'all';
      const bits = new Uint32Array(size).fill(isAll ? 0xffffffff : 0);
      for (const each of condition.of) {
        const own = meeting(snapshot, p, each);
        if (isAll) for (let i = 0; i < size; i++) bits[i]! &= own[i]!;
        else for (let i = 0; i < size; i++) bits[i]! |= own[i]!;
      }
      return bits;
    }
  }
}
