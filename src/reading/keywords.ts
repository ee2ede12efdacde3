/** Keywords for a paper that gets none from any source, taken from the names it mentions. */
import type { Mention, Reading } from './types.ts';

/** In how many papers of a collection a name occurs (in lower case), and how many papers there are. */
export interface Frequencies {
  of(name: string): number;
  papers: number;
}

/** A name that fewer papers mention says nothing about the other papers. */
const LEAST_PAPERS = 2;
/** Names beyond this number are not considered; an abstract has a tenth as many. */
const MOST_NAMES = 200;
/** How many keywords a paper gets. */
const MOST = 5;

/**
 * The names that say most about a text: those that other papers mention too, but only a few (tf-idf). Tasks come before
 * methods. They are spelt as in the text; the same input gives the same keywords.
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
