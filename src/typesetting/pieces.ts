/**
 * Splits text with TeX into maths, markup and readable text. The text comes from outside, so the time is linear in its
 * length: nothing is searched twice, and lookahead has a fixed length.
 */
import { isMaths } from '../formats/maths.ts';
import { ACCENTS, GROUP, LETTERS, SWITCH, SYMBOLS } from './tables.ts';

type Tag = 'em' | 'strong' | 'code';

/** Text to show, possibly not as written. */
export interface TextPiece {
  kind: 'text';
  start: number;
  end: number;
  show?: string;
}

export interface MathsPiece {
  kind: 'maths';
  start: number;
  end: number;
  tex: string;
  /** It was written as a display formula. */
  display: boolean;
}

/** A piece of the source: maths, text, or a tag around text. */
export type Piece = TextPiece | MathsPiece | { kind: 'open' | 'close'; tag: Tag };

/** A group that is open. */
interface Group {
  /** Offset of the brace that ends it. */
  end: number;
  tag: Tag | '';
  /** What is shown where it ends. */
  after: string;
}

/** A longer group than this is not meant as one. */
const LONGEST_GROUP = 2000;

/** A bibliography key, or a label in the paper: meaningless to a reader. */
const REFERENCE =
  /^\\(?:[cC]ite[a-zA-Z]*\*?(?:\[[^\]]{0,200}\]){0,2}|(?:eq|auto|page|name|c|C|v|V|sub)?ref\*?|label)\s?\{[^{}]{0,250}\}/;
const REFERENCE_LENGTH = 700;
const MAYBE_REFERENCE = /^\\(?:[cC]ite|label|[a-zA-Z]{0,4}ref)/;

/** What a tie may stand between; after a slash a tilde is part of an address. */
const BEFORE_TIE = /[\p{L}\p{N}.,;:!?)\]}$%'’”"]/u;
const AFTER_TIE = /[\p{L}\p{N}\\$([{“"'`]/u;
/** A word followed by its number: `Theorem ~1.2` is a slip for `Theorem~1.2`, while `about ~10` means about ten. */
const NUMBERED =
  /(?:theorem|thm|lemma|proposition|prop|corollary|conjecture|definition|remark|example|algorithm|sections?|sec|chapter|appendix|figures?|figs?|tables?|tabs?|equations?|eqn?s?|ref)\.? $/i;

/** Splits a text into pieces; every character belongs to one piece or to markup that is removed. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  /** Groups that are open; innermost last. */
  const groups: Group[] = [];
  const closing = new Closing(text);
  let braces: Int32Array | null = null;
  let plainFrom = 0;
  let i = 0;
  while (i < text.length) {
    const c = text[i]!;
    const group = groups.at(-1);
    if (group !== undefined && group.end <= i) {
      // A brace inside a formula ends its group as well, so that tags always nest.
      show(group.end === i ? 1 : 0, group.after);
      close();
    } else if (c === '~') tie();
    else if (c === '$') dollar();
    else if (c === '\\') {
      if (text[i + 1] === '(' && formula('\\(', '\\)', false)) continue;
      if (text[i + 1] === '[' && formula('\\[', '\\]', true)) continue;
      command();
    } else if (c === '-' && text[i + 1] === '-') {
      const length = text[i + 2] === '-' ? 3 : 2;
      const option = /\s|^$/.test(text[i - 1] ?? '') && /[a-z]/.test(text[i + 2] ?? '');
      if (option || text[i + length] === '-') i += length;
      else show(length, length === 3 ? '—' : '–');
    } else if (c === '`' && text[i + 1] === '`') show(2, '“');
    else if (c === "'" && text[i + 1] === "'") show(2, '”');
    else if (c === '{') brace();
    else i++;
  }
  flush(text.length);
  while (groups.length > 0) close();
  return out;

  function flush(to: number): void {
    if (to > plainFrom) out.push({ kind: 'text', start: plainFrom, end: to });
  }

  function show(length: number, as: string): void {
    flush(i);
    if (as !== '') out.push({ kind: 'text', start: i, end: i + length, show: as });
    i += length;
    plainFrom = i;
  }

  function formula(open: string, close: string, display: boolean, known?: number): boolean {
    const end = known ?? closing.next(close, i + open.length);
    if (end < 0) return false;
    const tex = text.slice(i + open.length, end);
    if (tex.trim() === '') return false;
    flush(i);
    out.push({ kind: 'maths', start: i, end: end + close.length, tex, display });
    i = end + close.length;
    plainFrom = i;
    return true;
  }

  function dollar(): void {
    if (text[i + 1] === '$' && formula('$$', '$$', true)) return;
    const end = closing.dollar(i + 1);
    const inside = end < 0 ? '' : text.slice(i + 1, end);
    if (end < 0 || !isMaths(inside, text[end + 1] ?? '') || !formula('$', '$', false, end)) i++;
  }

  function enter(length: number, end: number, tag: Tag | '', before = '', after = ''): void {
    show(length, before);
    if (tag) out.push({ kind: 'open', tag });
    groups.push({ end, tag, after });
  }

  function close(): void {
    const { tag } = groups.pop()!;
    if (tag) out.push({ kind: 'close', tag });
  }

  /** Where the brace at `at` is closed, or -1. */
  function matching(at: number): number {
    braces ??= matchBraces(text);
    const end = braces[at]!;
    return end > at && end - at < LONGEST_GROUP ? end : -1;
  }

  function tie(): void {
    let end = i + 1;
    while (text[end] === '~') end++;
    if (text[end] === '\\' && reference(end)) return;
    const before = text[i - 1] ?? '';
    const after = text[end] ?? '';
    // Some authors write `10~20` and `60%~70%` for a range.
    const isRange = /[\d%]/.test(before) && /\d/.test(after);
    const follows = BEFORE_TIE.test(before) || isHalf(before) || text.endsWith('--', i);
    const isTie = AFTER_TIE.test(after) || isHalf(after) || text.startsWith('--', end);
    if (follows && !isRange && isTie) show(end - i, '\u00a0');
    // Next to a space it adds nothing.
    else if ((follows && !isRange && after === ' ') || (before === ' ' && isSlip(end))) show(end - i, '');
    else i = end;
  }

  /** Whether a tie after a space, before `at`, is superfluous: `Theorem ~1.2`, `the set ~$A$`, `at ~\url{…}`. */
  function isSlip(at: number): boolean {
    const after = text[at] ?? '';
    if (after === '$') return /[A-Za-z]/.test(text[at + 1] ?? '');
    if (after === '\\') return /[a-z]/.test(text[at + 1] ?? '');
    return /[\dA-Z]/.test(after) && NUMBERED.test(text.slice(Math.max(0, i - 14), i));
  }

  /** Removes a reference at `at`, with the space before it if that is not needed, and brackets around nothing else. */
  function reference(at: number): boolean {
    if (!MAYBE_REFERENCE.test(text.slice(at, at + 12))) return false;
    const key = REFERENCE.exec(text.slice(at, at + REFERENCE_LENGTH));
    if (!key) return false;
    let end = at + key[0].length;
    const opens = i > plainFrom ? text[i - 1]! : '';
    const isAlone = (opens === '(' && text[end] === ')') || (opens === '[' && text[end] === ']');
    if (isAlone) {
      i--;
      end++;
    }
    if (/^[\s.,;:!?)\]]?$/.test(text[end] ?? '')) {
      const last = out.at(-1);
      if (i > plainFrom) {
        if (text[i - 1] === ' ') i--;
      } else if (last?.kind === 'text' && last.show === undefined && text[last.end - 1] === ' ') last.end--;
    }
    show(end - i, '');
    return true;
  }

  function command(): void {
    if (reference(i)) return;
    const rest = text.slice(i, i + 60);
    const escaped = /^\\([%&_#${}])/.exec(rest);
    if (escaped) {
      show(2, escaped[1]!);
      return;
    }
    const accent =
      /^\\(['"`^~=.])\s?(?:\{\\?([A-Za-z])\}|\\?([A-Za-z]))/.exec(rest) ??
      /^\\([cvuHkrdb])\{([A-Za-z])\}/.exec(rest);
    if (accent) {
      show(accent[0].length, ((accent[2] ?? accent[3] ?? '') + ACCENTS[accent[1]!]).normalize('NFC'));
      return;
    }
    const group = /^\\([a-zA-Z]+)\s*\{/.exec(rest);
    if (group && Object.hasOwn(GROUP, group[1]!)) {
      const end = matching(i + group[0].length - 1);
      if (end > 0) {
        const aside = group[1] === 'footnote' || group[1] === 'thanks';
        if (aside) enter(group[0].length, end, '', /[\s~]/.test(text[i - 1] ?? ' ') ? '(' : ' (', ')');
        else enter(group[0].length, end, GROUP[group[1]!]!);
        return;
      }
    }
    const href = /^\\(?:href|textcolor)\s*\{[^{}]*\}\s*\{/.exec(
      rest.startsWith('\\href') || rest.startsWith('\\textcolor') ? text.slice(i, i + 400) : '',
    );
    const hrefEnd = href ? matching(i + href[0].length - 1) : -1;
    if (href && hrefEnd > 0) {
      enter(href[0].length, hrefEnd, '');
      return;
    }
    const letter = /^\\([a-zA-Z]+)(\{\}|\s(?=\w)|(?![a-zA-Z]))/.exec(rest);
    const as = letter && (lookUp(SYMBOLS, letter[1]!) ?? lookUp(LETTERS, letter[1]!));
    if (letter && as !== undefined && as !== null) {
      // The space after a one-letter command is TeX's own; after a symbol or a word it is the reader's.
      const inWord = /^\p{L}$/u.test(as) && lookUp(SYMBOLS, letter[1]!) === undefined;
      show((inWord ? letter[0] : letter[0].trimEnd()).length, as);
      return;
    }
    i++;
  }

  /** `{\em x}`, or braces that only keep capitals: `{BERT}`. */
  function brace(): void {
    const style = text[i + 1] === '\\' ? /^\{\\([a-z]+)\s+/.exec(text.slice(i, i + 20)) : null;
    const end = style && Object.hasOwn(SWITCH, style[1]!) ? matching(i) : -1;
    if (style && end > 0) enter(style[0].length, end, SWITCH[style[1]!]!);
    else i++;
  }
}

const lookUp = (table: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** A surrogate: half of a letter of some scripts, or of a mathematical symbol. */
const isHalf = (c: string): boolean => c >= '\ud800' && c <= '\udfff';

/** The next marks that close a formula. Requested in rising order, so that no stretch of the text is searched twice. */
class Closing {
  readonly #text: string;
  readonly #found = new Map<string, number>();
  #dollar: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** The first `mark` at or after `from`, or -1. */
  next(mark: string, from: number): number {
    const known = this.#found.get(mark);
    if (known !== undefined && (known < 0 || known >= from)) return known;
    const found = this.#text.indexOf(mark, from);
    this.#found.set(mark, found);
    return found;
  }

  /** The first dollar at or after `from` that is not escaped, or -1. */
  dollar(from: number): number {
    if (this.#dollar !== undefined && (this.#dollar < 0 || this.#dollar >= from)) return this.#dollar;
    let at = from;
    while (at < this.#text.length && this.#text[at] !== '$') at += this.#text[at] === '\\' ? 2 : 1;
    this.#dollar = at < this.#text.length ? at : -1;
    return this.#dollar;
  }
}

/** For each brace that opens, the offset of the one that closes it; elsewhere 0. */
function matchBraces(text: string): Int32Array {
  const ends = new Int32Array(text.length);
  const open: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '\\') i++;
    else if (c === '{') open.push(i);
    else if (c === '}') {
      const at = open.pop();
      if (at !== undefined) ends[at] = i;
    }
  }
  return ends;
}
