/**
 * Keys in the Hub's form, 24 hexadecimal digits. They are hashes of what does not change about a thing, so that they
 * are the same after a restart, a restore and on every site that has the paper. No secrets, and no row is found by one.
 */
import { hash52 } from '../../papers/hash.ts';

/** 12 digits. */
const half = (text: string): string => (hash52(text) % 2 ** 48).toString(16).padStart(12, '0');

/** The key of a thing of some kind, by what it is called. */
export const hubKey = (kind: 'discussion' | 'user' | 'organization', name: string): string =>
  half(`${kind}\n${name}`) + half(`${name}\n${kind}`);

/** Keys of a paper's authors, in order. Of two that are called alike, the second has another. */
export function authorKeys(paper: string, names: readonly string[]): string[] {
  const first = half(`author\n${paper}`);
  const seen = new Map<string, number>();
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return first + half(times === 1 ? name : `${name}\n${times}`);
  });
}
