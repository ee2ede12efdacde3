/** A shortlist's documents of one segment, some at a time. */
import { SOME } from './kernel/areas.ts';
import type { Segment } from './segment.ts';
import type { Shortlist } from './shortlist.ts';

/** Documents that lie in the kernel, with their places in the shortlist. */
export interface Located {
  segment: Segment;
  part: number;
  places: Uint32Array;
}

/** Calls `visit` for all of a shortlist, a few documents at a time, which then lie in their segment's kernel. */
export function eachLocated(
  snapshot: { parts: readonly { segment: Segment }[] },
  list: Shortlist,
  visit: (some: Located) => void,
): void {
  const order = list.byDocument();
  for (let from = 0; from < order.length; ) {
    const part = list.parts[order[from]!]!;
    const { segment } = snapshot.parts[part]!;
    let to = from;
    while (to < order.length && to - from < SOME && list.parts[order[to]!] === part) {
      segment.kernel.documents[to - from] = list.documents[order[to]!]!;
      to++;
    }
    visit({ segment, part, places: order.subarray(from, to) });
    from = to;
  }
}
