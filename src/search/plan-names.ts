/** What several words of a query name together: people, compounds with function words in them, and venues. */
import { NAME } from './analysis.ts';
import { mapped, popcount } from './arrays.ts';
import type { Bridge } from './bridges.ts';
import { coauthorList, coauthorsTerm } from './coauthors.ts';
import type { Draft } from './draft.ts';
import { type AnyList, isThere } from './lists.ts';
import { withFigure } from './other-spellings.ts';
import { coauthorsIn, isName, personOf, personsIn, yearsIn } from './persons.ts';
import { phraseList } from './phrase-list.ts';
import type { QueryWord, Unit } from './query-types.ts';
import { venueList, venuesNamed } from './venue-lookup.ts';
import { hyphenWeight, inverseFrequency, LIST_WEIGHTS, wholeWeight } from './weights.ts';

const bitsFrom = (from: number, to: number): number => (1 << to) - (1 << from);

/**
 * People by their whole name and years beside names: they take the place of the same words said of somebody else, unless
 * other names stand beside them: "Zhang Dong Chai" may be three people, although there is a Dong Zhang.
 */
export function people(draft: Draft, all: readonly Unit[], units: readonly Unit[]): void {
  // Each of what follows takes a word that is more common in names than in texts, and most queries have none.
  if (!units.some((unit) => isName(draft.snapshot, unit))) return;
  const persons = personsIn(draft.snapshot, units);
  const years = yearsIn(draft.snapshot, units);
  const isList = units.some(
    (unit, i) =>
      (unit.times ?? 1) > 1 ||
      (isName(draft.snapshot, unit) && !persons.some(({ from, to }) => from <= i && i < to)),
  );
  for (const { from, to } of [...(isList ? [] : persons), ...years])
    for (const list of draft.lists.values())
      for (let i = from; i < to; i++)
        if (list.term.startsWith(NAME) || years.some((year) => year.from === i)) list.groups &= ~(1 << i);
  const whole = LIST_WEIGHTS[isList ? 'personAmongNames' : 'person'];
  for (const { from, to, label, idf, lists } of persons) {
    draft.plan.people.push(label);
    draft.add('phrase', label, `@${label}`, idf * whole, bitsFrom(from, to), lists);
  }
  for (const { from, to, label, idf, lists } of years) {
    // That a text mentions the year says no more than that it is the paper's.
    for (const list of draft.lists.values())
      if (list.term === label) list.weight = Math.min(list.weight, wholeWeight(idf));
    draft.add('word', label, `year:${label}`, idf, bitsFrom(from, to), lists);
  }
  coauthors(draft, all, units, persons);
}

/**
 * Several people given by their family names. If the words are somebody's whole name, papers by others do not match.
 */
function coauthors(
  draft: Draft,
  all: readonly Unit[],
  units: readonly Unit[],
  persons: readonly { from: number; to: number }[],
): void {
  for (const { names, label, idf } of coauthorsIn(draft.snapshot, all)) {
    const words = names.flat();
    let bits = 0;
    units.forEach(({ alternatives }, i) => {
      if (words.includes(alternatives[0]!.words[0]!.word)) bits |= 1 << i;
    });
    const isPerson = persons.some(
      ({ from, to }) => to - from === words.length && (bits & ~bitsFrom(from, to)) === 0,
    );
    if (isPerson && bits === bitsFrom(0, units.length)) continue;
    const lists = mapped(draft.snapshot.parts, (part) => coauthorList(part, names));
    const weight = LIST_WEIGHTS[isPerson ? 'coauthorsOrPerson' : 'coauthors'];
    draft.add('phrase', label, coauthorsTerm(names), idf * weight, isPerson ? 0 : bits, lists);
  }
}

/** A name in quotation marks is looked for among authors too. Gives whether it is one, and no text has it. */
export function quotedPerson(draft: Draft, words: readonly QueryWord[], bit: number): boolean {
  const person = personOf(draft.snapshot, words);
  if (person === null) return false;
  draft.plan.people.push(person.label);
  draft.add('phrase', person.label, `@${person.label}`, person.idf * LIST_WEIGHTS.person, bit, person.lists);
  const terms = words.map(({ term }) => term);
  return !draft.snapshot.parts.some((part) => isThere(phraseList(part, terms)));
}

/** Papers of a venue that is named have what its name asks for. */
export function venues(draft: Draft, all: readonly Unit[], units: readonly Unit[]): void {
  const snapshot = draft.snapshot;
  const bitOf = ({ term }: QueryWord): number => {
    const at = units.findIndex(
      ({ alternatives: [atom] }) => !atom!.field && !atom!.slop && atom!.words[0]!.term === term,
    );
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
    if (others.length === 0 && !alternatives[0]!.field && (word!.term === a.term || word!.term === b.term))
      bits |= 1 << i;
  });
  if (popcount(bits) !== (a.term === b.term ? 1 : 2)) return;
  const hyphen = hyphenWeight(draft.isLong());
  if (isCompound) draft.phrase('compound', words, bits, hyphen, true);
  const one = words.length === 3 ? withFigure(a.word, words[1]!.word, b.word) : null;
  if (one === null || draft.snapshot.frequency(one) === 0) return;
  draft.plan.marks.terms.add(one);
  const together = draft.idf(a.term) + draft.idf(b.term);
  // Papers that write it this way mostly have the words as well, and should not rank above those that have it as typed.
  const more = isCompound ? Math.min(together, draft.idf(one)) * hyphen : 0;
  draft.add('variant', one, one, (together + more) * LIST_WEIGHTS.variant, bits);
}
