/**
 * TeX in titles, names and abstracts: accents and markup become plain Unicode, formulas stay as they are between
 * dollars. One pass from left to right instead of a TeX engine; always linear in the length of the text.
 */
import { splitMath } from './maths.ts';
import {
  BLANKS,
  DROPPED,
  DROPPED_IN_BIBTEX,
  LETTERS,
  MARKS,
  MARKUP,
  MATHS_MARKUP,
  SECOND,
  SILENT,
  SWITCHES,
  SYMBOLS,
} from './tex-letters.ts';
import { settleModes } from './tex-modes.ts';

export interface TexOptions {
  /** The whole text is TeX (BibTeX): braces only group, `~` is a space. */
  tex?: boolean;
}

/** Plain text of `text`, formulas kept. Text without a backslash or brace is returned unchanged. */
export function decodeTex(text: string, { tex = false }: TexOptions = {}): string {
  if (!text.includes('\\') && !(tex && /[{}~$]/.test(text))) return text;
  const decoder = new Decoder(tex);
  for (const part of splitMath(settleModes(text.replaceAll(DOLLAR, '')))) {
    if (!part.math) decoder.read(part.text);
    else
      decoder.keep(
        withChemistry(
          tex ? part.text.replace(NAMED_BRACE, (_, side) => (side === 'l' ? '\\{' : '\\}')) : part.text,
        ),
      );
  }
  return withDollars(decoder.end());
}

/** A name as printed: all TeX removed, including stray braces, footnote marks and line breaks (`\\Ada {L}ovelace`). */
export function decodeName(text: string): string {
  if (!/[\\{}~$]/.test(text)) return text;
  const decoder = new Decoder(true);
  decoder.read(settleModes(text.replaceAll(DOLLAR, '')));
  return decoder
    .end()
    .replace(MARK_OF_NAME, (_, inner: string, next: string) => (next === '' ? '' : inner))
    .replace(/\\[a-zA-Z]+\s?|[\\{}]/g, '')
    .replaceAll(DOLLAR, '$')
    .trim();
}

/** Superscript: a letter of the name (`M\textsuperscript{c}Donald`), or a mark that refers to an affiliation. */
const MARK_OF_NAME = /\$\s?[\^_]\{?([^${}]*)\}?\$(?=(\p{L}?))/gu;

/**
 * Stands for `\$` until it is known whether a bare dollar would open a formula. A control character, so no text has it.
 */
const DOLLAR = '\u0000';

/** `text` with plain dollars in place of the escaped ones, unless they could be mistaken for formulas. */
function withDollars(text: string): string {
  if (!text.includes(DOLLAR)) return text;
  const plain = text.replaceAll(DOLLAR, '$');
  const formulas = (whole: string): string =>
    splitMath(whole)
      .flatMap((part) => (part.math ? [part.text] : []))
      .join('\n');
  return formulas(plain) === formulas(text) ? plain : text.replaceAll(DOLLAR, '\\$');
}

/** How a brace is written in a formula in BibTeX, where even `\{` must be balanced. */
const NAMED_BRACE = /\\([lr])brace\{\}/g;

/** A group that is open. */
interface Group {
  /** The position in `out` of the placeholder for its opening. */
  at: number;
  /** How it was written, in case it is never closed. */
  source: string;
  kind: 'braces' | 'hidden' | 'kept' | 'dropped' | 'script';
  /** What its closing brace becomes. */
  close: string;
  /** Another argument follows, which is treated this way. */
  next?: 'hidden' | 'dropped' | 'kept';
}

const LETTER = /\p{L}/uy;
const NAME = /[a-zA-Z]+/y;
const WORDS = /[^\\{}~]+/y;
/** The longest optional argument a citation may have. */
const OPTION = /\s?\[[^\]{}]{0,200}\]/y;
const MARK_NUMBER = /(?:\[\d{0,3}\])?(?:\{\})?/y;
const BEFORE_WORD = /\s+(?=\p{L})/uy;
/** A chemical formula in braces, with no command in it. */
const CHEMICAL = /\{(?:[\w ()[\]+\-^=<>.*]|\{[\w+-]{1,10}\}){1,200}\}/y;
const CHEMISTRY = /\\ce\s?(\{(?:[\w ()[\]+\-^=<>.*]|\{[\w+-]{1,10}\}){1,200}\})/g;
/** mhchem's commands in a formula, as those that KaTeX and every TeX know. */
const withChemistry = (formula: string): string =>
  formula.includes('\\ce') ? formula.replace(CHEMISTRY, (_, group: string) => chemical(group)) : formula;
const SPACE = /\s*/y;
const BRACE = /\{\s*/y;
const BEFORE_BRACE = /\s?(?=\{)/y;
/** What belongs to the command before it. */
const AFTER = /\{\}|\s/y;
/** Accents that only count with braces: `\t x` is more likely to be a custom command. */
const NEEDS_BRACES = /^(?:[thCGf]|text.*)$/;
const ACCENT_SIGNS = '"\'`^~=.';
/** Text in scripts with more pieces than this is not an exponent. */
const SCRIPT_PIECES = 50;

class Decoder {
  readonly #tex: boolean;
  readonly #out: string[] = [];
  readonly #groups: Group[] = [];
  #text = '';
  #at = 0;

  constructor(tex: boolean) {
    this.#tex = tex;
  }

  /** A formula, unchanged. */
  keep(formula: string): void {
    this.#out.push(formula);
  }

  /** Text between formulas. A group may span several of them. */
  read(text: string): void {
    this.#text = text;
    this.#at = 0;
    while (this.#at < text.length) {
      const sign = text[this.#at]!;
      if (sign === '\\') this.#command();
      else if (sign === '{') {
        this.#at++;
        if (this.#tex) this.#open('hidden', '{');
        else this.#open('braces', '{', '{', '}');
      } else if (sign === '}') {
        this.#at++;
        this.#close();
      } else if (sign === '~') {
        this.#at++;
        this.#out.push(this.#tex ? ' ' : '~');
      } else this.#out.push(this.#match(WORDS)!);
    }
  }

  end(): string {
    for (const group of this.#groups) {
      // Unclosed markup was not markup.
      if (!this.#tex && group.kind !== 'braces') this.#out[group.at] = group.source;
    }
    return this.#out.join('');
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #open(kind: Group['kind'], source: string, shown = '', close = '', next?: Group['next']): void {
    this.#groups.push({ at: this.#out.length, source, kind, close, ...(next && { next }) });
    this.#out.push(shown);
  }

  #close(): void {
    const group = this.#groups.pop();
    if (!group) {
      if (!this.#tex) this.#out.push('}');
      return;
    }
    const { at, kind, close, next } = group;
    const out = this.#out;
    if (kind === 'dropped') out.length = at;
    else if (kind === 'script') this.#script(group);
    else if (kind === 'braces' && this.#isLoneLetter(at)) out[at] = '';
    else out.push(close);
    if (next && this.#text[this.#at] === '{') {
      this.#at++;
      if (next === 'kept') this.#open('kept', '{', '{', '}', 'kept');
      else this.#open(next, '{');
    }
  }

  /** `{\o}` and `{\'e}` have become a letter in braces of its own. */
  #isLoneLetter(at: number): boolean {
    return this.#out.length - at < 4 && /^[^\x00-\x7f]\p{M}?$/u.test(this.#out.slice(at + 1).join(''));
  }

  #script({ at, close }: Group): void {
    const out = this.#out;
    const inner = out.length - at > SCRIPT_PIECES ? '' : out.slice(at + 1).join('');
    if (inner === '' || inner.includes('$') || inner.includes(DOLLAR)) return;
    out.length = at;
    out.push(`$${close}{${inner}}$`);
  }

  #command(): void {
    const start = this.#at;
    const text = this.#text;
    const sign = text[start + 1];
    this.#at++;
    const name = this.#match(NAME);
    if (name !== undefined) {
      if (name.startsWith('cite') && text[this.#at] === '*') this.#at++;
      this.#named(name, start);
      return;
    }
    this.#at += sign === undefined ? 0 : 1;
    if (sign === undefined) this.#out.push(this.#tex ? '' : '\\');
    else if (ACCENT_SIGNS.includes(sign)) this.#accent(sign, start);
    else if ('%&_#{}'.includes(sign)) this.#out.push(sign);
    else if (sign === '$') this.#out.push(DOLLAR);
    else if (',;: \\\n\t'.includes(sign)) this.#out.push(' ');
    else if ('!-/@'.includes(sign)) return;
    else this.#out.push(`\\${sign}`);
  }

  #accent(command: string, start: number): void {
    const letter = this.#accented(command, 0);
    if (letter !== undefined) this.#out.push(letter);
    else if ((command === '~' || command === '^') && this.#text.startsWith('{}', this.#at)) {
      this.#at += 2;
      this.#out.push(command);
    } else this.#out.push(this.#text.slice(start, this.#at));
  }

  /**
   * The letter after an accent command, with its mark: `e`, `{e}`, `\i`, `{\i}`, `{\^e}`. Undefined, with nothing read,
   * if there is none. Anything else in the braces is left for later (`\t{oo}`).
   */
  #accented(command: string, depth: number): string | undefined {
    const start = this.#at;
    this.#match(SPACE);
    const isGroup = this.#text[this.#at] === '{';
    if (isGroup) this.#match(BRACE);
    const letter = !isGroup && NEEDS_BRACES.test(command) ? undefined : this.#letter(depth);
    if (letter === undefined) {
      this.#at = start;
      return undefined;
    }
    if (isGroup) {
      this.#match(SPACE);
      if (this.#text[this.#at] === '}') this.#at++;
      else this.#open('hidden', '{');
    }
    return marked(letter, MARKS[command]!);
  }

  #letter(depth: number): string | undefined {
    if (this.#text[this.#at] !== '\\') return this.#match(LETTER);
    const start = this.#at++;
    const name = this.#match(NAME) ?? this.#text[this.#at++] ?? '';
    const isAccent = Object.hasOwn(MARKS, name);
    const letter = Object.hasOwn(LETTERS, name)
      ? LETTERS[name]
      : isAccent && depth < 3
        ? this.#accented(name, depth + 1)
        : undefined;
    if (letter === undefined) this.#at = start;
    else if (!isAccent) this.#match(AFTER);
    return letter;
  }

  #named(name: string, start: number): void {
    const text = this.#text;
    if (Object.hasOwn(MARKS, name)) {
      const letter = this.#accented(name, 0);
      if (letter !== undefined) {
        this.#out.push(letter);
        return;
      }
    }
    const shown = Object.hasOwn(LETTERS, name)
      ? LETTERS[name]
      : Object.hasOwn(SYMBOLS, name)
        ? SYMBOLS[name]
        : undefined;
    if (shown !== undefined) {
      this.#match(AFTER);
      this.#out.push(shown);
    } else if (name === 'ce' && this.#chemical()) return;
    else if (name === 'footnotemark' && this.#tex) this.#match(MARK_NUMBER);
    else if (SWITCHES.has(name) || SILENT.has(name)) this.#switch(start);
    else if (BLANKS.has(name) && this.#tex) this.#out.push(' ');
    else if (/^cite[a-z]*$/.test(name) || DROPPED.has(name)) this.#drop(start);
    else if (this.#tex && DROPPED_IN_BIBTEX.has(name)) this.#drop(start);
    else if (MARKUP.has(name) || (this.#tex && MATHS_MARKUP.has(name))) {
      const isQuote = name === 'enquote' || name === 'textquote';
      this.#argument(start, 'hidden', isQuote ? '“' : '', isQuote ? '”' : '');
    } else if (name === 'textsuperscript' || name === 'textsubscript')
      this.#argument(start, 'script', '', name === 'textsuperscript' ? '^' : '_');
    else if (SECOND.has(name)) this.#argument(start, 'dropped', '', '', 'hidden');
    else if (name === 'texorpdfstring') this.#argument(start, 'hidden', '', '', 'dropped');
    else {
      this.#out.push(text.slice(start, this.#at));
      // Its braces are part of it: without them it would be ambiguous.
      if (this.#tex && text[this.#at] === '{') {
        this.#at++;
        this.#open('kept', '{', '{', '}', 'kept');
      }
    }
  }

  /**
   * In BibTeX a switch has no meaning; elsewhere it counts at the beginning of a group, and its braces are removed with
   * it.
   */
  #switch(start: number): void {
    const group = this.#groups.at(-1);
    const isFirst = group !== undefined && group.at === this.#out.length - 1;
    if (this.#tex || (isFirst && group.kind !== 'kept')) {
      this.#match(AFTER);
      if (isFirst && group.kind === 'braces') {
        group.kind = 'hidden';
        group.source = `{${this.#text.slice(start, this.#at)}`;
        group.close = '';
        this.#out[group.at] = '';
      }
    } else this.#out.push(this.#text.slice(start, this.#at));
  }

  /** A citation is dropped, with the space before it and its options. */
  #drop(start: number): void {
    for (let option = 0; option < 2; option++) if (this.#match(OPTION) === undefined) break;
    const source = this.#text.slice(start, this.#at);
    this.#match(BEFORE_BRACE);
    if (this.#text[this.#at] !== '{') {
      this.#out.push(source);
      return;
    }
    this.#at++;
    const before = this.#out.at(-1);
    if (before !== undefined && /[ ~]$/.test(before)) this.#out[this.#out.length - 1] = before.slice(0, -1);
    this.#open('dropped', `${source}{`);
  }

  #argument(start: number, kind: Group['kind'], shown: string, close: string, next?: Group['next']): void {
    this.#match(BEFORE_BRACE);
    const source = this.#text.slice(start, this.#at);
    if (this.#text[this.#at] !== '{') {
      // `{\textbf word}`, written as if it were a switch: all it does is set one letter in bold.
      const isSwitch =
        this.#tex && kind === 'hidden' && shown === '' && this.#match(BEFORE_WORD) !== undefined;
      if (!isSwitch) this.#out.push(source);
      return;
    }
    this.#at++;
    this.#open(kind, `${source}{`, shown, close, next);
  }

  /** `\ce{…}` in running text. False, with nothing read, if it is not that simple. */
  #chemical(): boolean {
    const group = this.#match(CHEMICAL);
    if (group !== undefined) this.#out.push(`$${chemical(group)}$`);
    return group !== undefined;
  }
}

/** `{H2O}` of mhchem's `\ce` as a formula that needs no package. */
const chemical = (group: string): string =>
  `\\mathrm{${group
    .slice(1, -1)
    .trim()
    .replace(/([A-Za-z)\]])(\d{1,3})/g, '$1_{$2}')
    .replace(/\^([\d.]{0,4}[+-])/g, '^{$1}')
    .replace(/(?<=[A-Za-z)\]}\d])[+-](?=$|\s)/g, '^{$&}')
    .replace(/ ?<?={1,3}> ?/g, '\\rightleftharpoons ')
    .replace(/ ?-{1,3}> ?/g, '\\to ')}}`;

/** A letter with a mark, composed if Unicode has it. An i or j loses its dot. */
function marked(letter: string, mark: string): string {
  const first = letter.startsWith('ı') ? `i${letter.slice(1)}` : letter.replace(/^ȷ/, 'j');
  if (mark === MARKS['.'] && first === 'i') return first;
  return (first + mark).normalize('NFC');
}
