/** A plan in the making, as the parts that add to it see it (planner.ts). */
import type { AnyList } from './lists.ts';
import type { Plan, Planned } from './planner.ts';
import type { QueryWord } from './query.ts';
import type { Snapshot } from './snapshot.ts';
import { stemOf } from './stems.ts';
import { PLAIN } from './tokens.ts';
import type { ShareKind } from './types.ts';

export interface Draft {
  readonly snapshot: Snapshot;
  readonly plan: Plan;
  readonly lists: ReadonlyMap<string, Planned>;
  /** What the unit in hand counts for being said several times. */
  times(): number;
  /** It is a question or pasted text. */
  isLong(): boolean;
  idf(term: string): number;
  /** Adds a list; the same one for several groups stands for all of them. */
  add(
    kind: ShareKind,
    label: string,
    term: string,
    worth: number,
    groups: number,
    lists?: (AnyList | null)[],
  ): void;
  /** Adds the pair of a compound, where papers have it. */
  variant(term: string, label: string, idf: number, groups: number): void;
  /** Adds words that must stand in this order; gives whether any paper has them so. */
  phrase(
    kind: ShareKind,
    words: readonly QueryWord[],
    bit: number,
    worth: number,
    asked: boolean,
    most?: number,
  ): boolean;
  /** Whether any paper has what was asked for; with `asTyped`, without correcting it. */
  has(bit: number, asTyped?: boolean): boolean;
}

export const termFor = (word: string): string => (/^[a-z]+$/.test(word) ? stemOf(word) : word);

/** Words as a query has them. */
export const cut = (words: readonly string[]): QueryWord[] =>
  words.map((word) => ({
    word,
    term: termFor(word),
    flags: /^[a-z]+$/.test(word) ? PLAIN : 0,
    link: 'space',
  }));
