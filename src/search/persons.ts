/** People that a query names among its other words, and the years beside them. */
import { NAME } from './analysis.ts';
import { mapped } from './arrays.ts';
import { authorList, isAuthor } from './authors.ts';
import type { MadeList } from './cursor.ts';
import { PLAIN_IMPACT } from './fields.ts';
import { spellingsOf } from './names.ts';
import type { QueryWord, Unit } from './query-types.ts';
import type { Snapshot } from './snapshot.ts';
import { inverseFrequency, LIST_WEIGHTS } from './weights.ts';
import { yearOf } from './years.ts';

/** Longer names are not looked for in a query, nor are names in longer queries. */
const MOST_WORDS = 4;
const MOST_UNITS = 8;

export interface Named {
  /** Words of the query that are it, as places of units. */
  from: number;
  to: number;
  label: string;
  worth: number;
  lists: MadeList[];
}

/** People whose whole name stands in the query, in any order; at least one word is more common in names than in texts. */
export function personsIn(snapshot: Snapshot, units: readonly Unit[]): Named[] {
  const found: Named[] = [];
  if (units.length < 2 || units.length > MOST_UNITS) return found;
  const words = mapped(units, wordOf);
  for (let from = 0; from < words.length - 1; from++)
    for (let to = Math.min(words.length, from + MOST_WORDS); to >= from + 2; to--) {
      if (units.slice(from + 1, to).some(({ isApart }) => isApart)) continue;
      const person = personOf(snapshot, words.slice(from, to));
      if (person === null) continue;
      found.push({ from, to, ...person });
      from = to - 1;
      break;
    }
  return found;
}

/** The person whose name some words are, or null. */
export function personOf(
  snapshot: Snapshot,
  words: readonly (QueryWord | null)[],
): Pick<Named, 'label' | 'worth' | 'lists'> | null {
  if (words.length < 2 || words.length > MOST_WORDS) return null;
  let isNamed = false;
  let worth = 0;
  const said: string[] = [];
  for (const each of words) {
    if (each === null) return null;
    const [inNames, inText] = frequencies(snapshot, each);
    isNamed ||= inNames > inText;
    worth += LIST_WEIGHTS.person * inverseFrequency(snapshot.documents, Math.max(inNames, inText));
    said.push(each.word);
  }
  const label = said.join(' ');
  if (!isNamed || !said.every((word) => mayBeName(snapshot, word))) return null;
  if (!isAuthor(snapshot, label)) return null;
  return { label, worth, lists: mapped(snapshot.parts, (_, p) => authorList(snapshot, p, label)) };
}

/** Whether a word, or another spelling of it, may be part of an author's name. */
const mayBeName = (snapshot: Snapshot, word: string): boolean =>
  snapshot.remember(
    `name ${word}`,
    () =>
      !/^[a-z]{2,}$/.test(word) ||
      spellingsOf(word, word).some((each) => snapshot.frequency(NAME + each) > 0),
  );

/** Years beside a word that is more common in names than in texts: then they are when something was published. */
export function yearsIn(snapshot: Snapshot, units: readonly Unit[]): (Named & { year: string })[] {
  if (units.length < 2 || units.length > MOST_UNITS) return [];
  if (!units.some((unit) => isName(snapshot, unit))) return [];
  return units.flatMap((unit, from) => {
    const word = wordOf(unit);
    if (word === null || !/^(?:19|20)\d\d$/.test(word.word)) return [];
    const year = word.word;
    const lists = mapped(snapshot.parts, (part) =>
      part.made(`year ${year}`, () => {
        const docs: number[] = [];
        part.segment.sections.days.forEach((day, doc) => {
          if (yearOf(day) === Number(year)) docs.push(doc);
        });
        const impacts = new Uint8Array(docs.length).fill(PLAIN_IMPACT);
        return { frequency: docs.length, most: PLAIN_IMPACT, docs: Uint32Array.from(docs), impacts };
      }),
    );
    const papers = lists.reduce((sum, list, p) => sum + snapshot.parts[p]!.count(list), 0);
    if (papers === 0) return [];
    const worth = inverseFrequency(snapshot.documents, papers);
    return [{ from, to: from + 1, label: year, worth, lists, year }];
  });
}

/** Whether a unit is a word that is more common in names than in texts. */
export function isName(snapshot: Snapshot, unit: Unit): boolean {
  const word = wordOf(unit);
  if (word === null) return false;
  const [inNames, inText] = frequencies(snapshot, word);
  return inNames > inText;
}

const frequencies = (snapshot: Snapshot, { word, term }: QueryWord): [number, number] => [
  snapshot.frequency(NAME + word),
  snapshot.frequency(term),
];

/** The word of a unit that is one, and may stand anywhere. */
function wordOf({ alternatives }: Unit): QueryWord | null {
  const [atom, ...others] = alternatives;
  if (atom === undefined || others.length > 0 || atom.words.length !== 1 || atom.field) return null;
  return atom.words[0]!;
}
