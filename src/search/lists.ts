/** The kinds of list that a query goes through, and the cursor for each. */
import { Cursor, type Listed, type MadeList } from './cursor.ts';
import type { PostingList } from './lexicon.ts';
import { PhraseCursor, PhraseList } from './phrase-list.ts';
import type { Segment } from './segment.ts';

export type AnyList = PostingList | MadeList | PhraseList;

/** Whether it is made for the query, so that nothing is known of the fields it stands in. */
export const isMade = (list: AnyList): list is MadeList | PhraseList =>
  'docs' in list || list instanceof PhraseList;

export const cursorOf = (
  segment: Segment,
  list: AnyList,
  weight: number,
  base: number,
  groups: number,
): Listed => {
  if (!(list instanceof PhraseList)) return new Cursor(segment, list, weight, base, groups);
  return list.known === null
    ? new PhraseCursor(segment, list, weight, base, groups)
    : new Cursor(segment, list.known, weight, base, groups);
};

/** Whether any document has it. */
export const isThere = (list: AnyList | null): boolean =>
  list !== null && (list instanceof PhraseList ? list.exists : list.frequency > 0);
