/** Which documents of a segment may be shown at all: those that count, pass all filters and meet the query's condition. */
import { type Condition, meeting } from './conditions.ts';
import { addList, passingBits } from './filters.ts';
import type { AnyList } from './lists.ts';
import type { Bits, Snapshot } from './snapshot.ts';
import type { SearchFilters } from './types.ts';

/** A bit for each document of part `p`; null: all may. Each of the filters must be passed. */
export function allowedIn(
  snapshot: Snapshot,
  p: number,
  filters: readonly SearchFilters[],
  condition: Condition | null,
  excluded: readonly (AnyList | null)[],
): Bits | null {
  const part = snapshot.parts[p]!;
  const all: Bits[] = part.live === null ? [] : [part.live];
  for (const each of filters) {
    const passing = passingBits(snapshot, p, each);
    if (passing !== null) all.push(passing);
  }
  if (condition !== null) all.push(meeting(snapshot, p, condition));
  const lists = excluded.filter((list) => list !== null);
  if (lists.length === 0 && all.length <= 1) return all[0] ?? null;
  const size = (part.segment.documents + 31) >>> 5;
  const bits = all[0]?.slice() ?? new Uint32Array(size).fill(0xffffffff);
  for (let a = 1; a < all.length; a++) for (let i = 0; i < size; i++) bits[i]! &= all[a]![i]!;
  if (lists.length === 0) return bits;
  const out = new Uint32Array(size);
  for (const list of lists) addList(part, list, out);
  for (let i = 0; i < size; i++) bits[i]! &= ~out[i]!;
  return bits;
}
