/** The acronyms of a segment, as they lie in its dictionary: few, and asked for at every query. */
import { ACRONYM, EXPANSION, NUL } from './analysis.ts';
import type { Lexicon, PostingList } from './lexicon.ts';

export interface Acronyms {
  /** What each acronym stands for, by papers of which archive. */
  expansions: Map<string, { text: string; archive: string; list: PostingList }[]>;
  /** The acronyms of what a number made by `expansionKey` says. */
  shortened: Map<number, { acronym: string; list: PostingList }[]>;
}

export function readAcronyms(lexicon: Lexicon): Acronyms {
  const found: Acronyms = { expansions: new Map(), shortened: new Map() };
  lexicon.each(ACRONYM, (walk) => {
    const [acronym = '', text = '', archive = ''] = walk.term.slice(1).split(NUL);
    append(found.expansions, acronym, { text, archive, list: walk.list });
    return true;
  });
  lexicon.each(EXPANSION, (walk) => {
    const { term } = walk;
    const end = term.indexOf(NUL);
    const key = Number.parseInt(term.slice(EXPANSION.length, end), 36);
    append(found.shortened, key, { acronym: term.slice(end + 1), list: walk.list });
    return true;
  });
  return found;
}

function append<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const known = map.get(key);
  if (known) known.push(value);
  else map.set(key, [value]);
}
