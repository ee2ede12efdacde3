/** The sentences of an abstract, as spans. */
import type { Token } from './tokens.ts';
import type { Span } from './types.ts';

/** A sentence with the tokens in it: those from `first` up to, not including, `last`. */
export interface Sentence extends Span {
  first: number;
  last: number;
}

/** Words that end in a full stop within a sentence. */
const ABBREVIATIONS = new Set(
  'e.g i.e eg ie al vs cf fig figs eq eqs sec ref refs no nos approx resp dr prof mr mrs ms st ca incl excl vol inc ltd corp dept est min max avg std viz aka wrt ed eds pp'.split(
    ' ',
  ),
);

/**
 * Splits a text into sentences. A full stop ends one if a new one can begin after it: not after an abbreviation or an
 * initial, and not within a formula.
 */
export function sentencesOf(tokens: readonly Token[]): Sentence[] {
  const sentences: Sentence[] = [];
  let first = 0;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at] as Token;
    if (token.kind !== 'symbol' || token.math) continue;
    if (token.text !== '.' && token.text !== '?' && token.text !== '!') continue;
    let last = at + 1;
    while (last < tokens.length && isClosing(tokens[last] as Token)) last++;
    const next = tokens[last];
    if (next && !endsAt(tokens, at, next)) continue;
    sentences.push(sentence(tokens, first, last));
    first = last;
    at = last - 1;
  }
  if (first < tokens.length) sentences.push(sentence(tokens, first, tokens.length));
  return sentences;
}

function sentence(tokens: readonly Token[], first: number, last: number): Sentence {
  return {
    start: (tokens[first] as Token).start,
    end: (tokens[last - 1] as Token).end,
    first,
    last,
  };
}

const isClosing = (token: Token): boolean =>
  !token.spaced && token.kind === 'symbol' && '"”’\')]}.?!'.includes(token.text);

function endsAt(tokens: readonly Token[], at: number, next: Token): boolean {
  const previous = tokens[at - 1];
  const stop = tokens[at] as Token;
  if (!next.spaced) {
    // “…of data.We show”: the space was lost.
    return (
      stop.text === '.' &&
      next.kind === 'word' &&
      previous?.kind === 'word' &&
      previous.text.length > 3 &&
      /^[A-Z][a-z]/.test(next.text)
    );
  }
  if (stop.text === '.' && previous?.kind === 'word') {
    if (ABBREVIATIONS.has(previous.lower)) {
      // “et al. We”, “etc. The” end; “Fig. 3”, “e.g. Paris” do not.
      return previous.lower === 'al' && /^(?:We|The|This|In|Our|However|Here)$/.test(next.text);
    }
    const before = tokens[at - 2];
    const isInitial = previous.text.length === 1 && /[A-Za-z]/.test(previous.text);
    if (isInitial && before?.text === '.' && /^[a-z]/.test(next.text)) return false;
    if (
      isInitial &&
      /[A-Z]/.test(previous.text) &&
      next.kind === 'word' &&
      before?.kind !== 'word' &&
      before?.kind !== 'number'
    )
      return false;
    if (isInitial && previous.lower === 'e' && next.lower === 'g') return false;
  }
  if (next.kind === 'word' && /^[a-z]/.test(next.text)) {
    // Names such as “iFormer” begin sentences; plain words in lower case do where the stop is no abbreviation.
    if (/[A-Z\d]/.test(next.text)) return true;
    return (
      previous?.kind === 'word' && previous.text.length > 4 && next.lower !== 'and' && next.lower !== 'but'
    );
  }
  return true;
}
