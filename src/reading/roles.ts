/** What a sentence does in an abstract: give background, or say what the authors did and found. */
import { BUILT, OWN, PAPER, RESULT } from './lexicon.ts';
import { BEGINS_NUMBER } from './numbers.ts';
import type { Sentence } from './sentences.ts';
import type { Token } from './tokens.ts';
import { markOf } from './words.ts';

/** A sentence and what its words say about its numbers. */
export interface Context {
  sentence: Sentence;
  /** It comes before the authors mention their own work. */
  isBackground: boolean;
  /** It begins with what others do (“Existing methods…”). */
  isOthers: boolean;
  hasOwn: boolean;
  hasResult: boolean;
  hasBuilt: boolean;
  /** Whether the authors mention their own work anywhere in the abstract. */
  ownKnown: boolean;
  hasNumber: boolean;
  hasRespectively: boolean;
  /** It describes trying something out. */
  hasEvaluation: boolean;
}

const OTHERS = new Set(
  'existing prior previous current traditional conventional recent earlier while although despite however modern most many today'.split(
    ' ',
  ),
);
const OTHERS_SURE = new Set('existing prior previous traditional conventional recent earlier'.split(' '));
const EVALUATION = new Set(
  'experiment experiments experimental evaluate evaluates evaluated evaluating evaluation evaluations test tests tested testing validate validated validates validation benchmark benchmarked benchmarking compare compared comparing comparison outperform outperforms outperforming assess assessed assessing analysis'.split(
    ' ',
  ),
);
const INTRODUCED = new Set('introduced proposed presented developed designed described'.split(' '));

const IS_OWN = markOf(OWN);
const IS_PAPER = markOf(PAPER);
const IS_INTRODUCED = markOf(INTRODUCED);
const IS_EVALUATION = markOf(EVALUATION);
const IS_RESPECTIVELY = markOf(['respectively']);
const IS_RESULT = markOf(RESULT);
const IS_BUILT = markOf(BUILT);
const ANY =
  IS_OWN | IS_PAPER | IS_INTRODUCED | IS_EVALUATION | IS_RESPECTIVELY | IS_RESULT | IS_BUILT | BEGINS_NUMBER;

/** Each sentence with its role. */
export function contextsOf(tokens: readonly Token[], sentences: readonly Sentence[]): Context[] {
  const contexts = sentences.map((sentence) => wordsOf(tokens, sentence));
  const first = contexts.findIndex(({ hasOwn }) => hasOwn);
  // Where they never say “we”, or say it late, only the first half can be background.
  const until = Math.min(first, Math.ceil(contexts.length * 0.6));
  for (const [index, context] of contexts.entries()) {
    context.ownKnown = first >= 0;
    context.isBackground = index < until;
  }
  return contexts;
}

function wordsOf(tokens: readonly Token[], sentence: Sentence): Context {
  let hasOwn = false;
  let hasResult = false;
  let hasBuilt = false;
  let hasNumber = false;
  let hasRespectively = false;
  let hasEvaluation = false;
  for (let at = sentence.first; at < sentence.last; at++) {
    const token = tokens[at] as Token;
    if (token.kind === 'number') hasNumber = true;
    const { marks } = token;
    if ((marks & ANY) === 0) continue;
    const { lower } = token;
    if ((marks & IS_OWN) !== 0 && token.text !== 'I' && token.text !== 'US') hasOwn = true;
    else if (lower === 'i' && token.text === 'I' && tokens[at + 1]?.kind === 'word') hasOwn = true;
    else if ((marks & IS_PAPER) !== 0) {
      const lead = tokens[at - 1]?.lower;
      const early = tokens[at - 2]?.lower;
      if (
        lead === 'this' ||
        lead === 'present' ||
        early === 'this' ||
        (lead === 'the' && at - sentence.first < 3)
      )
        hasOwn = true;
    } else if ((marks & IS_INTRODUCED) !== 0) {
      const lead = tokens[at - 1]?.lower;
      if (lead === 'is' || lead === 'are' || lead === 'the' || lead === 'been') hasOwn ||= lead !== 'been';
    }
    if ((marks & IS_EVALUATION) !== 0) hasEvaluation = true;
    if ((marks & IS_RESPECTIVELY) !== 0) hasRespectively = true;
    if ((marks & IS_RESULT) !== 0) hasResult = true;
    if ((marks & IS_BUILT) !== 0) hasBuilt = true;
    if ((marks & BEGINS_NUMBER) !== 0) hasNumber = true;
  }
  const opening = (tokens[sentence.first] as Token).lower;
  const second = tokens[sentence.first + 1]?.text === ',' ? (tokens[sentence.first + 2]?.lower ?? '') : '';
  const isOthers = !hasOwn && (OTHERS_SURE.has(opening) || (OTHERS.has(opening) && OTHERS_SURE.has(second)));
  return {
    sentence,
    isBackground: false,
    isOthers,
    hasOwn,
    hasResult,
    hasBuilt,
    ownKnown: false,
    hasNumber,
    hasRespectively,
    hasEvaluation,
  };
}
