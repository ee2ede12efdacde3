/**
 * What the pieces of a query are together: a tree. NOT binds tightest, then AND, then OR, then standing side by side:
 * `a b OR c AND NOT d` is `a (b OR (c AND (NOT d)))`. Parentheses are kept on a stack of our own, and only so deep.
 */
import { readField } from './query-fields.ts';
import type { Piece, TextPiece } from './query-lexer.ts';
import { FUNCTION_WORDS } from './stems.ts';

export type Node =
  | { is: 'leaf'; piece: TextPiece }
  /** Side by side; in order. */
  | { is: 'row'; of: Node[] }
  | { is: 'all' | 'any'; of: Node[] }
  | { is: 'not'; of: Node }
  /** Had a plus in front. */
  | { is: 'must'; of: Node };

/** Deeper parentheses group nothing. */
const DEEPEST = 24;

/** One open parenthesis: what stands behind it so far. */
class Frame {
  readonly row: Node[] = [];
  any: Node[] = [];
  all: Node[] = [];
  joined: 'and' | 'or' | null = null;
  negated = false;
  readonly sign: TextPiece['sign'];
  field: string;

  constructor(sign: TextPiece['sign'], field: string) {
    this.sign = sign;
    this.field = field;
  }

  take(node: Node): void {
    const own: Node = this.negated ? { is: 'not', of: node } : node;
    if (this.joined !== 'and') {
      this.#endAll();
      if (this.joined === null) this.#endAny();
    }
    this.all.push(own);
    this.negated = false;
    this.joined = null;
  }

  join(how: 'and' | 'or'): void {
    // One that has nothing in front of it joins nothing; of several, the last counts.
    if (this.all.length > 0) this.joined = how;
  }

  /** All of it, or null where there was nothing. */
  end(): Node | null {
    this.#endAll();
    this.#endAny();
    return this.row.length === 0 ? null : one('row', this.row);
  }

  #endAll(): void {
    if (this.all.length > 0) this.any.push(one('all', this.all));
    this.all = [];
  }

  #endAny(): void {
    if (this.any.length > 0) this.row.push(one('any', this.any));
    this.any = [];
  }
}

function one(is: 'row' | 'all' | 'any', nodes: Node[]): Node {
  const of = nodes.flatMap((node) => (node.is === is ? node.of : [node]));
  return of.length === 1 ? of[0]! : { is, of };
}

const signed = (sign: TextPiece['sign'], node: Node): Node =>
  sign === '-' ? { is: 'not', of: node } : sign === '+' ? { is: 'must', of: node } : node;

/** The tree of some pieces, null where there are none, and whether parentheses went too deep. */
export function treeOf(pieces: readonly Piece[]): { tree: Node | null; tooDeep: boolean } {
  const frames = [new Frame('', '')];
  let ignored = 0;
  let tooDeep = false;
  const close = (): void => {
    const frame = frames.pop()!;
    const node = frame.end();
    if (node !== null) frames.at(-1)!.take(signed(frame.sign, node));
    else frames.at(-1)!.negated = false;
  };
  for (const piece of pieces) {
    const frame = frames.at(-1)!;
    switch (piece.is) {
      case 'and':
      case 'or':
        frame.join(piece.is);
        break;
      case 'not':
        frame.negated = !frame.negated;
        break;
      case 'open':
        if (frames.length > DEEPEST) {
          ignored++;
          tooDeep = true;
        } else frames.push(new Frame(piece.sign, piece.field || frame.field));
        break;
      case 'close':
        if (ignored > 0) ignored--;
        else if (frames.length > 1) close();
        break;
      default: {
        const { sign } = piece;
        const field = piece.field || frame.field;
        // `allintitle:` is for all that follows.
        if (field === 'allintitle') frame.field = 'intitle';
        const own = field === piece.field && sign === '' ? piece : { ...piece, field, sign: '' as const };
        frame.take(signed(sign, { is: 'leaf', piece: own }));
      }
    }
  }
  while (frames.length > 1) close();
  return { tree: frames[0]!.end(), tooDeep };
}

/** Words of a text, in a field or anywhere; no filter. */
export const isWords = (node: Node): boolean =>
  node.is === 'leaf' &&
  (node.piece.field === '' || !['filter', 'sort', 'problem'].includes(kindOf(node.piece)));

/** Words that may stand anywhere, and are not required. */
export const isPlain = (node: Node): boolean => {
  if (node.is !== 'leaf' || node.piece.quoted) return false;
  if (node.piece.field === '') return true;
  const read = readField(node.piece.field, '');
  return read.is === 'text' || (read.is === 'words' && read.field === null);
};

const kindOf = ({ field, text }: TextPiece): string => readField(field, text).is;

/** Anything but plain words, which a paper may have more or fewer of. */
export const isRequired = (node: Node): boolean => !isPlain(node);

export const isDull = (node: Node): boolean =>
  isPlain(node) && node.is === 'leaf' && FUNCTION_WORDS.has(node.piece.text.toLowerCase());

/** Whether a part of the tree joins words in a way that words in a row cannot say. */
export function isTangled(node: Node): boolean {
  switch (node.is) {
    case 'leaf':
      return false;
    case 'must':
      return isTangled(node.of);
    case 'not':
      return isWanted(node.of, true);
    case 'any':
      return !node.of.every(isWords) && node.of.some((each) => isWanted(each, false));
    default:
      return node.of.some(isTangled);
  }
}

/** Whether a part of the tree has words that a paper may have, itself under an odd number of negations or not. */
function isWanted(node: Node, negated: boolean): boolean {
  if (node.is === 'leaf') return !negated && isWords(node);
  if (node.is === 'not') return isWanted(node.of, !negated);
  return node.is === 'must' ? isWanted(node.of, negated) : node.of.some((each) => isWanted(each, negated));
}
