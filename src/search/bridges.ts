/** Words that belong together though a function word stands between them: "sim-to-real", "state-of-the-art". */
import type { QueryWord, Unit } from './query-types.ts';
import { FUNCTION_WORDS } from './stems.ts';

export interface Bridge {
  /** The first and the last say something, those between do not. */
  words: QueryWord[];
  /** Hyphens join them all. */
  isCompound: boolean;
}

const MOST_BETWEEN = 3;

const single = (unit: Unit | undefined): QueryWord | null =>
  unit?.alternatives.length === 1 && unit.alternatives[0]!.words.length === 1
    ? unit.alternatives[0]!.words[0]!
    : null;
const isDull = ({ word }: QueryWord): boolean => FUNCTION_WORDS.has(word);

/**
 * The bridges of a query whose function words are about to be left out. What hung on to one of those does not hang on to
 * the word before it: "sim-to-real" is not "sim-real".
 */
export function takeBridges(units: readonly Unit[]): Bridge[] {
  const bridges: Bridge[] = [];
  for (let i = 1; i < units.length; i++) {
    const last = single(units[i]);
    const before = single(units[i - 1]);
    if (last === null || before === null || isDull(last) || !isDull(before)) continue;
    const words = [last];
    for (let k = i; k > 0 && words.length <= MOST_BETWEEN + 1 && words[0]!.link !== 'none'; k--) {
      const word = single(units[k - 1]);
      if (word === null) break;
      words.unshift(word);
      if (!isDull(word)) break;
    }
    if (words.length > 2 && !isDull(words[0]!))
      bridges.push({ words, isCompound: words.slice(1).every(({ link }) => link === 'hyphen') });
    units[i]!.alternatives[0]!.words = [{ ...last, link: 'none' }];
  }
  return bridges;
}

/** Tells words that are parts of compounds so. */
export function markParts(units: readonly Unit[]): void {
  for (let i = 0; i < units.length; i++) {
    const word = single(units[i]);
    if (word === null) continue;
    const next = single(units[i + 1]);
    if (word.link === 'hyphen' || next?.link === 'hyphen') word.isPart = true;
  }
}
