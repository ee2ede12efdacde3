/** Keywords for a paper that no source gives any, out of the names it mentions. */
import type { Mention, Reading } from './types.ts';

/** In how many papers of a collection a name occurs (in lower case), and how many papers there are. */
export interface Frequencies {
  of(name: string): number;
  papers: number;
}

/** A name that fewer papers mention tells nothing about what the others are about. */
const LEAST_PAPERS = 2;
/** Names beyond these are not considered: an abstract has a tenth of them. */
const MOST_NAMES = 200;
/** How many keywords a paper gets. */
const MOST = 5;

/**
 * The names of a text that say most about it: in other papers as well, but in few (tf-idf); tasks before the names of
 * methods. Written as in the text; the same input gives the same keywords.
 */
export function keywordsOf(
  text: string,
  { names }: Reading,
  { of, papers }: Frequencies,
  most = MOST,
): string[] {
  const lower = text.toLowerCase();
  const scored: { name: string; score: number }[] = [];
  for (const mention of names.slice(0, MOST_NAMES)) {
    const name = text.slice(mention.start, mention.end);
    const known = of(name.toLowerCase());
    if (known < LEAST_PAPERS) continue;
    scored.push({
      name,
      score: weight(mention) * timesIn(lower, name.toLowerCase()) * Math.log(1 + papers / known),
    });
  }
  return scored
    .sort((one, other) => other.score - one.score || (one.name < other.name ? -1 : 1))
    .slice(0, most)
    .map(({ name }) => name);
}

const weight = ({ kind }: Mention): number => (kind === 'task' ? 1.5 : 1);

/** How often a phrase occurs, counted up to three times. */
function timesIn(text: string, phrase: string): number {
  let times = 0;
  for (let at = text.indexOf(phrase); at >= 0 && times < 3; at = text.indexOf(phrase, at + phrase.length))
    times++;
  return Math.sqrt(times);
}
