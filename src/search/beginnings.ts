/** Terms that a text still being typed may become. */
import { FORM, NAME } from './analysis.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';

/** Of more terms the most usual are taken. */
const MOST_TERMS = 256;
const HYPHEN = 45;

/**
 * The most usual terms that begin so, other than `own`. Forms of titles are looked at too, because "optimizat"
 * is the beginning of "optimization" but not of its stem, "optim".
 */
export function beginningWith(snapshot: Snapshot, beginning: string, own: string): string[] {
  const seen = new Map<string, number>();
  const take = (term: string, frequency: number): void => {
    if (term !== own) seen.set(term, (seen.get(term) ?? 0) + frequency);
  };
  for (const { segment } of snapshot.parts) {
    for (const start of [beginning, NAME + beginning])
      segment.lexicon.each(start, (walk) => {
        if (!walk.bytes.includes(HYPHEN)) take(walk.term, walk.list.frequency);
        return true;
      });
    segment.lexicon.each(FORM + beginning, (walk) => {
      const written = walk.term.slice(1);
      const stem = /^[a-z]+$/.test(written) ? stemOf(written) : written;
      if (!stem.startsWith(beginning)) take(stem, walk.list.frequency);
      return true;
    });
  }
  return [...seen]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST_TERMS)
    .map(([term]) => term);
}
