/** Counting over sets of documents that are bits, 32 at a time. */
import { popcount } from './arrays.ts';
import type { Bits } from './snapshot.ts';

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

/** How many bits are set. */
export const countBits = (bits: Bits): number => bits.reduce((sum, word) => sum + popcount(word), 0);
