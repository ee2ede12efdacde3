/**
 * A text in the words of a paper: whoever pastes a sentence, or half of a title, has words in an order that hardly any
 * other paper has. Runs of a query's words, function words included, are looked for as phrases that add to the score.
 */
import { mapped } from './arrays.ts';
import { phraseList } from './phrase-list.ts';
import type { QueryWord, Unit } from './query-types.ts';
import { isFunctionWord } from './query-words.ts';
import type { Snapshot } from './snapshot.ts';
import { inverseFrequency } from './weights.ts';

/** Words of a run, and of the longest that is not cut. */
const RUN = 5;
const LONGEST = 7;
const SHORTEST = 4;
/** Words of a run that say something. */
const TELLING = 2;
/** The rarest word of a run that is looked for everywhere is in no more papers. */
const RARE = 1_024;
/** Runs that are looked for. */
const MOST_RUNS = 8;

export interface Run {
  label: string;
  /** What its words are worth together. */
  worth: number;
  terms: string[];
  /** Papers that have the rarest of its words. */
  frequency: number;
  lists: ReturnType<typeof phraseList>[];
}

/** The first runs of a query's plain words, each word of which some paper has. */
export function runsOf(snapshot: Snapshot, units: readonly Unit[]): Run[] {
  const runs: Run[] = [];
  let words: QueryWord[] = [];
  for (const unit of [...units, null]) {
    const first = unit?.alternatives.length === 1 ? unit.alternatives[0]! : null;
    const isPlain = first !== null && first.words.length === 1 && !first.prefix && !first.field;
    if (isPlain && !unit!.isApart) words.push(first.words[0]!);
    else {
      for (const cut of cutRuns(words)) {
        if (runs.length >= MOST_RUNS) return runs;
        const run = look(snapshot, cut);
        if (run) runs.push(run);
      }
      words = isPlain ? [first.words[0]!] : [];
    }
  }
  return runs;
}

/** Runs of a few words, the last of which ends with the words. */
function cutRuns(words: readonly QueryWord[]): QueryWord[][] {
  const { length } = words;
  if (length < SHORTEST) return [];
  if (length <= LONGEST) return [[...words]];
  const runs: QueryWord[][] = [];
  for (let from = 0; from < length; from += RUN)
    runs.push(words.slice(Math.min(from, length - RUN), Math.min(from, length - RUN) + RUN));
  return runs;
}

function look(snapshot: Snapshot, words: readonly QueryWord[]): Run | null {
  let worth = 0;
  let telling = 0;
  let frequency = Number.POSITIVE_INFINITY;
  const terms: string[] = [];
  for (const word of words) {
    const papers = snapshot.frequency(word.term);
    if (papers === 0) return null;
    frequency = Math.min(frequency, papers);
    terms.push(word.term);
    if (isFunctionWord(word)) continue;
    telling++;
    worth += inverseFrequency(snapshot.documents, papers);
  }
  if (telling < TELLING) return null;
  const lists = mapped(snapshot.parts, (part) => phraseList(part, terms));
  return { label: mapped(words, ({ word }) => word).join(' '), worth, terms, frequency, lists };
}

/**
 * Whether a run may bring in papers. Those of common words only count in the papers found by other means: to look for
 * these takes long, and papers with a whole sentence mostly have a rarer run of it too. A query that is one common run is
 * looked for in the best 200 by words (gather.ts).
 */
export const isSought = ({ frequency }: Run): boolean => frequency <= RARE;
