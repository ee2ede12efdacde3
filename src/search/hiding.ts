/** Which documents count: one hides those of the same key in older segments, and so does a tombstone. */
import { lowerBound } from './arrays.ts';

/** Calls `hit` with the place in `older` of every value that `newer` holds too. Both ascend. */
export function intersect(older: Uint32Array, newer: Uint32Array, hit: (at: number) => void): void {
  if (older.length === 0 || newer.length === 0) return;
  if (newer[0]! > older[older.length - 1]! || newer[newer.length - 1]! < older[0]!) return;
  if (newer.length * 16 < older.length) {
    for (const key of newer) {
      const at = lowerBound(older, key);
      if (older[at] === key) hit(at);
    }
    return;
  }
  let at = lowerBound(older, newer[0]!);
  for (let i = 0; i < newer.length && at < older.length; ) {
    const difference = older[at]! - newer[i]!;
    if (difference === 0) hit(at);
    if (difference <= 0) at++;
    if (difference >= 0) i++;
  }
}

/** A mark for every key that none of the `newer` segments hides, or null when all are live. */
export function liveMarks(
  keys: Uint32Array,
  newer: readonly { keys: Uint32Array; tombstones: Uint32Array }[],
): Uint8Array | null {
  let marks: Uint8Array | null = null;
  const hide = (at: number): void => {
    marks ??= new Uint8Array(keys.length).fill(1);
    marks[at] = 0;
  };
  for (const each of newer) {
    intersect(keys, each.keys, hide);
    intersect(keys, each.tombstones, hide);
  }
  return marks;
}
