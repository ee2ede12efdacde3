/** What several words of a query name together: compounds with function words in them, and venues. */
import { mapped, popcount } from './arrays.ts';
import type { Bridge } from './bridges.ts';
import type { Draft } from './draft.ts';
import type { AnyList } from './lists.ts';
import { withFigure } from './other-spellings.ts';
import type { QueryWord, Unit } from './query.ts';
import { venueList, venuesNamed } from './venue-lookup.ts';
import { inverseFrequency, LIST_WEIGHTS } from './weights.ts';

/** Papers of a venue that is named have what its name asks for. */
export function venues(draft: Draft, all: readonly Unit[], units: readonly Unit[]): void {
  const snapshot = draft.snapshot;
  const bitOf = ({ term }: QueryWord): number => {
    const at = units.findIndex(({ alternatives }) => alternatives[0]!.words[0]!.term === term);
    return at < 0 ? 0 : 1 << at;
  };
  for (const { slug, year, label, isWritten, bits, yearBits, lists } of venuesNamed(snapshot, all, bitOf)) {
    const add = (of: (AnyList | null)[], groups: number, name: string, when: string): void => {
      const papers = snapshot.parts.reduce((sum, part, p) => sum + part.count(of[p]!), 0);
      const idf = inverseFrequency(snapshot.documents, papers);
      if (papers > 0)
        draft.add(
          'venue',
          name,
          `&${slug} ${when}`,
          idf * LIST_WEIGHTS[isWritten ? 'venueName' : 'venue'],
          groups,
          of,
        );
    };
    if (bits !== yearBits) add(lists, bits, label, '');
    if (year !== '')
      add(
        mapped(snapshot.parts, (part) => venueList(part, slug, year)),
        yearBits,
        `${label} ${year}`,
        year,
      );
    if (bits !== 0)
      draft.plan.unknown = draft.plan.unknown.filter((word) => !label.split(' ').includes(word));
  }
}

/** "sim-to-real" is also "sim2real"; and with hyphens, its words stand in this order. */
export function bridge(draft: Draft, { words, isCompound }: Bridge, units: readonly Unit[]): void {
  const [a, b] = [words[0]!, words.at(-1)!];
  let bits = 0;
  units.forEach(({ alternatives }, i) => {
    const [word, ...others] = alternatives[0]!.words;
    if (others.length === 0 && (word!.term === a.term || word!.term === b.term)) bits |= 1 << i;
  });
  if (popcount(bits) !== (a.term === b.term ? 1 : 2)) return;
  if (isCompound) draft.phrase('compound', words, bits, LIST_WEIGHTS.hyphen, true);
  const one = words.length === 3 ? withFigure(a.word, words[1]!.word, b.word) : null;
  if (one === null || draft.snapshot.frequency(one) === 0) return;
  draft.plan.marks.terms.add(one);
  const together = draft.idf(a.term) + draft.idf(b.term);
  draft.add('variant', one, one, together + Math.min(together, draft.idf(one)) * LIST_WEIGHTS.hyphen, bits);
}
