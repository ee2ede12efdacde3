/** People that a query names among its other words, and the years beside them. */
import { NAME } from './analysis.ts';
import { mapped } from './arrays.ts';
import { authorList, isAuthor } from './authors.ts';
import type { FamilyName } from './coauthors.ts';
import type { MadeList } from './cursor.ts';
import { PLAIN_IMPACT } from './fields.ts';
import { spellingsOf } from './names.ts';
import type { QueryWord, Unit } from './query-types.ts';
import type { Snapshot } from './snapshot.ts';
import { inverseFrequency } from './weights.ts';
import { yearOf } from './years.ts';

/** Longer names are not looked for in a query, nor are names in longer queries. */
const MOST_WORDS = 4;
const MOST_UNITS = 8;

export interface Named {
  /** Words of the query that are it, as places of units. */
  from: number;
  to: number;
  label: string;
  /** Of all its words together. */
  idf: number;
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
): Pick<Named, 'label' | 'idf' | 'lists'> | null {
  if (words.length < 2 || words.length > MOST_WORDS) return null;
  let isNamed = false;
  let idf = 0;
  const said: string[] = [];
  for (const each of words) {
    if (each === null) return null;
    const [inNames, inText] = frequencies(snapshot, each);
    isNamed ||= inNames > inText;
    idf += inverseFrequency(snapshot.documents, Math.max(inNames, inText));
    said.push(each.word);
  }
  const label = said.join(' ');
  if (!isNamed || !said.every((word) => mayBeName(snapshot, word))) return null;
  if (!isAuthor(snapshot, label)) return null;
  return { label, idf, lists: mapped(snapshot.parts, (_, p) => authorList(snapshot, p, label)) };
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
    const idf = inverseFrequency(snapshot.documents, papers);
    return [{ from, to: from + 1, label: year, idf, lists, year }];
  });
}

/** People given by their family names, side by side in a query. */
export interface Coauthors {
  names: FamilyName[];
  label: string;
  /** Of all names together. */
  idf: number;
}

/**
 * Two or more neighbouring words that are more common in names than in texts; or all words, if each is somebody's name.
 */
export function coauthorsIn(snapshot: Snapshot, units: readonly Unit[]): Coauthors[] {
  const said = units
    .map((unit) => (unit.must ? null : wordOf(unit)))
    .filter((word) => word === null || !isBetweenNames(word));
  const found: Coauthors[] = [];
  if (said.length < 2 || said.length > MOST_UNITS) return found;
  const each = said.map((word) => (word === null ? null : frequencies(snapshot, word)));
  const areAll = each.every((known) => known !== null && known[0] > 0);
  for (let from = 0, to = 0; from < said.length; from = to + 1) {
    const names: string[][] = [];
    let isNamed = false;
    let idf = 0;
    for (to = from; to < said.length && each[to] !== null; to++) {
      const [inNames, inText] = each[to]!;
      if (!areAll && inNames <= inText) break;
      isNamed ||= inNames > inText;
      idf += inverseFrequency(snapshot.documents, Math.max(inNames, inText));
      const { word, link } = said[to]!;
      if (link === 'hyphen' && names.length > 0) names.at(-1)!.push(word);
      else names.push([word]);
    }
    if (names.length > 1 && isNamed) found.push({ names, label: names.flat().join(' '), idf });
  }
  return found;
}

/** Initials, and what stands between the last two names of a list. */
const isBetweenNames = ({ word }: QueryWord): boolean => word === 'and' || /^[a-z]$/.test(word);

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
