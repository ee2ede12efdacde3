/**
 * Keys in the Hub's form, 24 hexadecimal digits. They are hashes of the parts of a thing that never change, so they are
 * the same after a restart, after a restore, and on every site that has the paper. They are not secret, and no row is
 * looked up by one.
 */
import { hash52 } from '../../papers/hash.ts';

/**
 * A byte as two digits. A page of papers has several hundred keys, and `toString(16)` is slow for numbers this large.
 */
const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const byte = (word: number, shift: number): string => BYTES[(word >>> shift) & 0xff]!;

/** 12 digits. */
function half(text: string): string {
  const hash = hash52(text);
  const [high, low] = [Math.floor(hash / 2 ** 32), hash >>> 0];
  return byte(high, 8) + byte(high, 0) + byte(low, 24) + byte(low, 16) + byte(low, 8) + byte(low, 0);
}

/** The key of a thing of some kind, by its name. */
export const hubKey = (kind: 'discussion' | 'user' | 'organization', name: string): string =>
  half(`${kind}\n${name}`) + half(`${name}\n${kind}`);

/** Keys of a paper's authors, in order. If two have the same name, the second gets a different key. */
export function authorKeys(paper: string, names: readonly string[]): string[] {
  const first = half(`author\n${paper}`);
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return first + half(times === 1 ? name : `${name}\n${times}`);
  });
}
