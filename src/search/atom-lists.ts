/** The lists of what a query names as it stands, without other ways to write it: what is left out, and words in their places. */
import { mapped } from './arrays.ts';
import { beginningWith } from './beginnings.ts';
import type { AnyList } from './lists.ts';
import { unionList, unionOf } from './made-lists.ts';
import { phraseList } from './phrase-list.ts';
import { type Placement, placedList } from './placed-list.ts';
import type { Atom } from './query-types.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';

/** Words in one field, or nearly in their places. */
export function placedLists(snapshot: Snapshot, { words, prefix, field, slop }: Atom): AnyList[] {
  const placement: Placement = { ...(field && { field }), ...(slop && { slop }) };
  const own = words.map((each) => each.term);
  if (!prefix) return mapped(snapshot.parts, (part) => placedList(part, own, placement));
  const { word, term } = words[0]!;
  const terms = new Set([term, ...beginningWith(snapshot, word, term)].filter((each) => !/^[@=]/.test(each)));
  return mapped(snapshot.parts, (part) =>
    unionOf(
      part,
      `${field}~${word}*`,
      [...terms].map((each) => placedList(part, [each], placement)),
    ),
  );
}

/** Of several words, where they stand together. One list for each part. */
export function listsOf(snapshot: Snapshot, atom: Atom): (AnyList | null)[] {
  const { words } = atom;
  const [a, b] = words;
  if (atom.field || atom.slop) return placedLists(snapshot, atom);
  if (atom.prefix) {
    const terms = [a!.term, ...beginningWith(snapshot, a!.word, a!.term)];
    return mapped(snapshot.parts, (part) => unionList(part, `-${a!.word}*`, terms));
  }
  if (a && b && words.length === 2 && b.link === 'hyphen') {
    const one = stemOf(a.word + b.word);
    const terms = [`${a.term}-${b.term}`, one];
    return mapped(snapshot.parts, (part) => unionList(part, `-${terms.join(' ')}`, terms));
  }
  if (words.length === 1) return snapshot.lists(a!.term);
  const own = words.map((each) => each.term);
  return mapped(snapshot.parts, (part) => phraseList(part, own));
}
