/** Splits text with TeX into what is maths, what is mark-up and what is to be read. */
import { isMaths } from '../formats/maths.ts';
import { ACCENTS, GROUP, LETTERS, SWITCH, SYMBOLS } from './tex-tables.ts';

/** A piece of the source: maths, text to show (perhaps not as written), or a tag around text. */
export type Piece =
  | { kind: 'text'; start: number; end: number; show?: string }
  | { kind: 'maths'; start: number; end: number; tex: string; display: boolean }
  | { kind: 'open' | 'close'; tag: 'em' | 'strong' | 'code' };

/** Splits a text into pieces; every character belongs to one piece or to mark-up that is taken away. */
export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  /** Groups that are open, with the offset of the brace that ends each; innermost last. */
  const groups: { end: number; tag: 'em' | 'strong' | 'code' | '' }[] = [];
  let plainFrom = 0;
  let i = 0;
  const flush = (to: number) => {
    if (to > plainFrom) out.push({ kind: 'text', start: plainFrom, end: to });
  };
  const show = (length: number, as: string) => {
    flush(i);
    if (as !== '') out.push({ kind: 'text', start: i, end: i + length, show: as });
    i += length;
    plainFrom = i;
  };
  const formula = (open: string, close: string, display: boolean, known?: number): boolean => {
    const end = known ?? text.indexOf(close, i + open.length);
    if (end < 0) return false;
    const tex = text.slice(i + open.length, end);
    if (tex.trim() === '') return false;
    flush(i);
    out.push({ kind: 'maths', start: i, end: end + close.length, tex, display });
    i = end + close.length;
    plainFrom = i;
    return true;
  };
  const enter = (length: number, end: number, tag: 'em' | 'strong' | 'code' | '') => {
    show(length, '');
    if (tag) out.push({ kind: 'open', tag });
    groups.push({ end, tag });
  };
  /** Also ends inner groups whose brace was swallowed by a formula, so tags always nest. */
  const leave = (at: number) => {
    while (groups.length > 0 && groups.at(-1)!.end <= at) {
      const { tag } = groups.pop()!;
      if (tag) out.push({ kind: 'close', tag });
    }
  };
  while (i < text.length) {
    const c = text[i]!;
    // A key of somebody's bibliography says nothing to a reader.
    const key =
      c === '~' || c === '\\'
        ? /^~?\\cite[a-z]*\*?(\[[^\]]*\])*\{[^{}]*\}/.exec(text.slice(i, i + 300))
        : null;
    if (key) {
      show(key[0].length, '');
    } else if (groups.some((group) => group.end === i)) {
      const at = i;
      show(1, '');
      leave(at);
    } else if (c === '$') {
      if (text[i + 1] === '$' && formula('$$', '$$', true)) continue;
      const end = dollar(text, i + 1);
      const inside = end < 0 ? '' : text.slice(i + 1, end);
      if (end < 0 || !isMaths(inside, text[end + 1] ?? '') || !formula('$', '$', false, end)) i++;
    } else if (c === '\\') {
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
    else if (c === '~' && /[\w.)$}]/.test(text[i - 1] ?? '') && /[\w\\$([]/.test(text[i + 1] ?? ''))
      show(1, '\u00a0');
    else if (c === '{') brace();
    else i++;
  }
  flush(text.length);
  leave(Number.POSITIVE_INFINITY);
  return out;

  function command(): void {
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
      const end = matching(text, i + group[0].length - 1);
      if (end > 0) {
        enter(group[0].length, end, GROUP[group[1]!]!);
        return;
      }
    }
    const href = /^\\(?:href|textcolor)\s*\{[^{}]*\}\s*\{/.exec(text.slice(i, i + 400));
    const hrefEnd = href ? matching(text, i + href[0].length - 1) : -1;
    if (href && hrefEnd > 0) {
      enter(href[0].length, hrefEnd, '');
      return;
    }
    const letter = /^\\([a-zA-Z]+)(\{\}|\s(?=\w)|(?![a-zA-Z]))/.exec(rest);
    const as = letter && (lookUp(SYMBOLS, letter[1]!) ?? lookUp(LETTERS, letter[1]!));
    if (letter && as !== undefined && as !== null) {
      // The space after a letter of a word is TeX's own; after a sign or a word it is the reader's.
      const inWord = /^\p{L}$/u.test(as) && lookUp(SYMBOLS, letter[1]!) === undefined;
      show((inWord ? letter[0] : letter[0].trimEnd()).length, as);
      return;
    }
    i++;
  }

  /** `{\em x}`, or braces that only keep capitals: `{BERT}`. */
  function brace(): void {
    const end = matching(text, i);
    const style = /^\{\\([a-z]+)\s+/.exec(text.slice(i, i + 20));
    if (end > 0 && style && Object.hasOwn(SWITCH, style[1]!)) {
      enter(style[0].length, end, SWITCH[style[1]!]!);
    } else i++;
  }
}

const lookUp = (table: Record<string, string>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;

/** The next dollar that is not escaped, or -1. */
function dollar(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '$') return i;
  }
  return -1;
}

/** Where the brace that opens at `at` is closed, or -1. */
function matching(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length && i < at + 2000; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === '{') depth++;
    else if (text[i] === '}' && --depth === 0) return i;
  }
  return -1;
}
