/** Open questions and future work, as the authors put it. */
import type { Sentence } from './sentences.ts';
import type { Token } from './tokens.ts';
import type { Marked } from './types.ts';
import { markOf } from './words.ts';

/** Turns of phrase that mark an open question; `*` stands for up to three words. */
const PHRASES = `remains open
remain open
open question
open questions
open problem
open problems
open challenge
open challenges
open issue
open issues
open conjecture
still open
left open
leave open
leaves open
future work
future works
future research
future studies
future study
future directions
future direction
future investigation
future investigations
further research
further work
further study
further studies
further investigation
warrants further
warrant further
remains unclear
remain unclear
remains unknown
remain unknown
remains elusive
remain elusive
remains unresolved
remain unresolved
remains unsolved
remain unsolved
remains to be
remain to be
is not yet understood
are not yet understood
not yet been
we conjecture
research agenda
new avenues
open avenues
open research
unanswered question
unanswered questions
unresolved question
unresolved questions`
  .split('\n')
  .map((line) => line.split(' '));

const BY_FIRST: ReadonlyMap<string, string[][]> = Map.groupBy(PHRASES, ([first]) => first as string);

const BEGINS = markOf(BY_FIRST.keys());

/** Sentences that say what is open, each with the first words that mark it. */
export function openIn(tokens: readonly Token[], sentences: readonly Sentence[]): Marked[] {
  const found: Marked[] = [];
  for (const { start, end, first, last } of sentences) {
    for (let at = first; at < last; at++) {
      const token = tokens[at] as Token;
      if ((token.marks & BEGINS) === 0) continue;
      const phrases = BY_FIRST.get(token.lower);
      const phrase = phrases?.find((words) => follows(tokens, words, at, last));
      if (!phrase) continue;
      const marks = {
        start: (tokens[at] as Token).start,
        end: (tokens[at + phrase.length - 1] as Token).end,
      };
      found.push({ start, end, marks });
      break;
    }
  }
  return found;
}

function follows(tokens: readonly Token[], words: readonly string[], at: number, last: number): boolean {
  if (at + words.length > last) return false;
  for (const [index, word] of words.entries()) if ((tokens[at + index] as Token).lower !== word) return false;
  return true;
}
