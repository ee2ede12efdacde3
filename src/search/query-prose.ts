/** Questions and pasted texts, in which the signs of the query language are punctuation. */
import { readField } from './query-fields.ts';
import { isShouted, type Piece, type TextPiece } from './query-lexer.ts';
import { FUNCTION_WORDS } from './stems.ts';

/** Words at least, and one in how many of them is a function word. */
const SHORTEST = 12;
const DULL = 5;
/** A query has an operator for so many words at most; prose may have one now and then. */
const WORDS_PER_OPERATOR = 8;
const OPERATORS = new Set(['AND', 'OR', 'NOT', 'ANDNOT']);

/**
 * Whether a text is prose: a dozen words or more, one in five of which is a function word, as in every sentence and in no
 * list of search words. What begins with a sign or a field in quotation marks is a query, and so is what is full of
 * operators.
 */
export function isProse(text: string): boolean {
  if (!hasWords(text)) return false;
  if (/^\s*[-+]["(\p{L}]/u.test(text)) return false;
  // "Abstract: we propose …" is pasted; `abs:"we propose"` is typed.
  const field = /^\s*\(*([a-zA-Z]{1,20}):["(]/.exec(text)?.[1];
  if (field !== undefined && readField(field.toLowerCase(), '').is === 'words') return false;
  const hasOperators = !isShouted(text);
  let all = 0;
  let dull = 0;
  let operators = 0;
  for (const [word] of text.matchAll(/[a-zA-Z]+/g)) {
    if (hasOperators && OPERATORS.has(word)) {
      operators++;
      continue;
    }
    all++;
    if (FUNCTION_WORDS.has(word.toLowerCase())) dull++;
  }
  return all >= SHORTEST && dull * DULL >= all && operators * WORDS_PER_OPERATOR < all;
}

/** Whether a text has SHORTEST runs of letters. Cheaper than looking at each word: most queries are too short. */
function hasWords(text: string): boolean {
  let runs = 0;
  let isWithin = false;
  for (let i = 0; i < text.length && runs < SHORTEST; i++) {
    const letter = text.charCodeAt(i) | 32;
    const isLetter = letter >= 97 && letter <= 122;
    if (isLetter && !isWithin) runs++;
    isWithin = isLetter;
  }
  return runs >= SHORTEST;
}

/** The fields at either end of prose, and the text between them as it stands. */
export function splitProse(
  pieces: readonly Piece[],
  text: string,
  isTaken: (piece: TextPiece) => boolean,
): { fields: TextPiece[]; text: string } {
  const isField = (piece: Piece | undefined): piece is TextPiece =>
    piece?.is === 'text' && piece.field !== '' && piece.sign === '' && isTaken(piece);
  const fields: TextPiece[] = [];
  let first = 0;
  let last = pieces.length - 1;
  while (isField(pieces[first])) fields.push(pieces[first++] as TextPiece);
  // A text longer than what is read ends somewhere in its middle.
  while (last > first && isField(pieces[last])) fields.push(pieces[last--] as TextPiece);
  const endOf = (piece: Piece | undefined, otherwise: number): number =>
    piece?.is === 'text' ? piece.end : otherwise;
  const from = first === 0 ? 0 : endOf(pieces[first - 1], 0);
  const to = last === pieces.length - 1 ? text.length : endOf(pieces[last], text.length);
  return { fields, text: text.slice(from, to) };
}
