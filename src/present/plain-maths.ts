/**
 * Formulas as closely as a line of plain text can express them: `\frac{a+b}{2}` is `(a+b)/2`, `x_i^{15}` is `xᵢ¹⁵`. One
 * pass from left to right. What is not known keeps its words and loses its backslash, so no TeX is left to read.
 */
import { LOWERED, PLAIN_SIGNS, RAISED, SIGNS } from '../typesetting/tables.ts';

/** A formula in plain text. */
export const plainMaths = (tex: string): string => new Reader(tex).all();

/** Groups deeper than this are read as if they had no braces. */
const DEEPEST = 40;

const FUNCTIONS = new Set(
  'log ln lg exp sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh min max arg lim sup inf liminf limsup det dim ker gcd deg hom Pr argmax argmin mod'.split(
    ' ',
  ),
);

/** Signs that have a space around them where the source has one. */
const SPACED = /^[×·≤≥≈±→≠∈∉=<>∼≃≅≡∝⊂⊆∪∩⊗⊕↔←⇒≲≳≪≫∘∧∨∖≜≔↦|]$/u;

const MORE_SIGNS: Record<string, string> = {
  top: '⊤',
  bot: '⊥',
  neg: '¬',
  lnot: '¬',
  land: '∧',
  wedge: '∧',
  lor: '∨',
  vee: '∨',
  setminus: '∖',
  backslash: '\\',
  notin: '∉',
  ni: '∋',
  subsetneq: '⊊',
  supset: '⊃',
  supseteq: '⊇',
  langle: '⟨',
  rangle: '⟩',
  lceil: '⌈',
  rceil: '⌉',
  lfloor: '⌊',
  rfloor: '⌋',
  lvert: '|',
  rvert: '|',
  vert: '|',
  lVert: '‖',
  rVert: '‖',
  Vert: '‖',
  lbrace: '{',
  rbrace: '}',
  lbrack: '[',
  rbrack: ']',
  ne: '≠',
  doteq: '≐',
  triangleq: '≜',
  coloneqq: '≔',
  mapsto: '↦',
  longrightarrow: '→',
  Longrightarrow: '⇒',
  implies: '⇒',
  iff: '⇔',
  Leftrightarrow: '⇔',
  gets: '←',
  uparrow: '↑',
  downarrow: '↓',
  cdots: '⋯',
  vdots: '⋮',
  ddots: '⋱',
  lll: '⋘',
  ggg: '⋙',
  leqslant: '≤',
  geqslant: '≥',
  leqq: '≤',
  geqq: '≥',
  div: '÷',
  colon: ':',
  checkmark: '✓',
  sharp: '♯',
  flat: '♭',
  angle: '∠',
  triangle: '△',
  square: '□',
  Box: '□',
  diamond: '⋄',
  aleph: 'ℵ',
  Re: 'Re',
  Im: 'Im',
  wp: '℘',
  hslash: 'ħ',
  varnothing: '∅',
  complement: '∁',
  iint: '∬',
  oint: '∮',
  coprod: '∐',
  bigcup: '⋃',
  bigcap: '⋂',
  bigoplus: '⨁',
  bigotimes: '⨂',
  omicron: 'ο',
  varpi: 'ϖ',
  digamma: 'ϝ',
  imath: 'ı',
  jmath: 'ȷ',
  textdegree: '°',
  textasciitilde: '~',
  AA: 'Å',
  S: '§',
  pounds: '£',
  euro: '€',
  quad: ' ',
  qquad: ' ',
  space: ' ',
  enspace: ' ',
  thinspace: ' ',
};

const ACCENTS: Record<string, string> = {
  hat: '\u0302',
  widehat: '\u0302',
  check: '\u030c',
  tilde: '\u0303',
  widetilde: '\u0303',
  bar: '\u0304',
  overline: '\u0305',
  underline: '\u0332',
  vec: '\u20d7',
  dot: '\u0307',
  ddot: '\u0308',
  acute: '\u0301',
  grave: '\u0300',
  breve: '\u0306',
  mathring: '\u030a',
};

/** Commands that only change how something looks, or number it. */
const SILENT = new Set(
  'left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle scriptstyle scriptscriptstyle limits nolimits bf rm it sf tt cal em nonumber notag hfill centering boldmath protect mathstrut strut nobreak allowbreak'.split(
    ' ',
  ),
);
/** Commands whose first argument is not for reading. */
const UNREAD = new Set(
  'label tag ref eqref cite citep citet color hspace vspace phantom hphantom vphantom href textcolor begin end'.split(
    ' ',
  ),
);
const FRACTIONS = new Set(['frac', 'dfrac', 'tfrac', 'cfrac', 'nicefrac', 'sfrac']);
const ROOTS: Record<string, string> = { '': '√', '2': '√', '3': '∛', '4': '∜' };

/** A number, name or bracketed expression, which needs no parentheses. */
const isWhole = (text: string): boolean =>
  /^[\p{L}\p{N}\p{M}.,′°%]*$/u.test(text) || /^\([^()]*\)$/u.test(text) || /^\|[^|]*\|$/u.test(text);
const whole = (text: string): string => (isWhole(text) ? text : `(${text})`);

/** The beginning of what has space around it. */
const RELATION =
  /^(?:[=<>+×·≤≥≈-]|\\(?:times|cdot|leq?|geq?|approx|sim|pm|to|neq?|in|mid|rightarrow)(?![a-zA-Z]))/;

const NAME = /[a-zA-Z]+/y;
const BLANKS = /[\s~]*/y;
const WORD = /[^\\{}^_&~$\s]+/y;

class Reader {
  readonly #tex: string;
  #at = 0;

  constructor(tex: string) {
    this.#tex = tex;
  }

  all(): string {
    let out = '';
    // A brace too many does not end the formula.
    while (this.#at < this.#tex.length) {
      out += this.#until('', 0);
      if (this.#at < this.#tex.length) this.#at++;
    }
    return out.replace(/ {2,}/g, ' ').trim();
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#tex)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  /** Everything up to a closing sign, which is left for the caller. */
  #until(close: '}' | ']' | '', depth: number): string {
    const parts: string[] = [];
    while (this.#at < this.#tex.length) {
      const sign = this.#tex[this.#at]!;
      if (sign === '}' || sign === close) break;
      // A word may contain the bracket that ends an option.
      if (close === ']' && !/[\\{^_&$~\s]/.test(sign)) {
        parts.push(sign);
        this.#at++;
      } else parts.push(this.#next(sign, depth));
    }
    return parts.join('');
  }

  #next(sign: string, depth: number): string {
    if (sign === '\\') return this.#command(depth);
    if (sign === '^' || sign === '_') return this.#script(sign, depth);
    if (sign === '{') return this.#group(depth);
    if (/[\s~]/.test(sign)) {
      this.#match(BLANKS);
      return ' ';
    }
    if (sign === '&' || sign === '$') {
      // Columns of a table, and dollars around a formula within words.
      this.#at++;
      return sign === '&' ? ' ' : '';
    }
    return this.#match(WORD);
  }

  #group(depth: number): string {
    this.#at++;
    if (depth >= DEEPEST) return '';
    const inner = this.#until('}', depth + 1);
    if (this.#tex[this.#at] === '}') this.#at++;
    return inner;
  }

  /** What a command applies to: a group, another command, or a single sign. */
  #argument(depth: number): string {
    this.#match(BLANKS);
    const sign = this.#tex[this.#at];
    if (sign === undefined || sign === '}') return '';
    if (sign === '{') return this.#group(depth).trim();
    if (sign === '\\') {
      if (depth < DEEPEST) return this.#command(depth + 1).trim();
      this.#at++;
      return '';
    }
    const [letter = ''] = this.#tex.slice(this.#at, this.#at + 2);
    this.#at += letter.length;
    return letter;
  }

  /** `[…]`, if it follows at once. */
  #option(depth: number): string {
    if (this.#tex[this.#at] !== '[' || depth >= DEEPEST) return '';
    this.#at++;
    const inner = this.#until(']', depth + 1);
    if (this.#tex[this.#at] === ']') this.#at++;
    return inner.trim();
  }

  #command(depth: number): string {
    this.#at++;
    const name = this.#match(NAME);
    if (name === '') return this.#escaped();
    if (this.#tex[this.#at] === '*') this.#at++;
    if (FUNCTIONS.has(name)) return name + this.#spaceAfterWord(/[a-zA-Z\\{]/);
    if (Object.hasOwn(ACCENTS, name)) return accented(this.#argument(depth), ACCENTS[name]!);
    if (FRACTIONS.has(name)) {
      const above = this.#argument(depth);
      const below = this.#argument(depth);
      return below === '' ? above : `${whole(above)}/${whole(below)}`;
    }
    if (name === 'binom') return `C(${this.#argument(depth)}, ${this.#argument(depth)})`;
    if (name === 'sqrt') return this.#root(depth);
    if (name === 'not') {
      const sign = this.#argument(depth);
      return sign === '=' ? '≠' : sign === '∈' ? '∉' : `${sign}\u0338`;
    }
    if (name === 'overset' || name === 'stackrel') {
      const above = this.#argument(depth);
      return this.#argument(depth) + (above === '' ? '' : scripted('^', above));
    }
    if (name === 'underset') {
      const below = this.#argument(depth);
      return this.#argument(depth) + (below === '' ? '' : scripted('_', below));
    }
    if (name === 'xrightarrow' || name === 'xleftarrow') {
      this.#option(depth);
      const above = this.#argument(depth);
      return (name === 'xrightarrow' ? '→' : '←') + (above === '' ? '' : scripted('^', above));
    }
    if (name === 'unicode') return unicode(this.#argument(depth));
    if (SILENT.has(name)) {
      this.#match(BLANKS);
      // The delimiter that is not there: `\left.`
      if (/^(?:left|right|middle)$/.test(name) && this.#tex[this.#at] === '.') this.#at++;
      return '';
    }
    if (UNREAD.has(name)) {
      this.#option(depth);
      this.#argument(depth);
      return '';
    }
    return this.#sign(name, depth);
  }

  #escaped(): string {
    const sign = this.#tex[this.#at] ?? '';
    this.#at += sign.length;
    if (sign === '\\') return '; ';
    if (sign === '|') return '‖';
    if (',;: \n\t>/'.includes(sign)) return ' ';
    return '!-()[]'.includes(sign) ? '' : sign;
  }

  #sign(name: string, depth: number): string {
    const table = [SIGNS, PLAIN_SIGNS, MORE_SIGNS].find((one) => Object.hasOwn(one, name));
    if (table === undefined) {
      // A command of the authors' own, or one that only sets its argument in another type.
      this.#option(depth);
      const isEmpty = this.#tex.startsWith('{}', this.#at);
      if (isEmpty) this.#at += 2;
      if (this.#tex[this.#at] === '{' || /^(?:math|text|operatorname|mbox|hbox|bm|pmb)/.test(name))
        return this.#argument(depth);
      return name + this.#spaceAfterWord(/[a-zA-Z\\]/);
    }
    const sign = table[name]!;
    if (SPACED.test(sign)) return sign;
    return sign + this.#spaceAfterSymbol();
  }

  /** Space behind a word, so that what follows does not run into it. */
  #spaceAfterWord(before: RegExp): string {
    const blanks = this.#match(BLANKS);
    return before.test(this.#tex[this.#at] ?? '') || (blanks !== '' && this.#at < this.#tex.length)
      ? ' '
      : '';
  }

  /** The space behind a symbol is TeX's own, unless a sign with space around it follows. */
  #spaceAfterSymbol(): string {
    const blanks = this.#match(BLANKS);
    return blanks !== '' && RELATION.test(this.#tex.slice(this.#at, this.#at + 12)) ? ' ' : '';
  }

  #root(depth: number): string {
    const degree = this.#option(depth);
    const inner = this.#argument(depth);
    const sign = Object.hasOwn(ROOTS, degree) ? ROOTS[degree]! : `${scripted('^', degree)}√`;
    return sign + whole(inner);
  }

  #script(place: '^' | '_', depth: number): string {
    this.#at++;
    const inner = this.#argument(depth);
    if (inner === '') return '';
    return scripted(place, inner);
  }
}

/** `^{15}` becomes ¹⁵ as a whole or stays `^15`: half a number would be a different one. Words stay on the line. */
function scripted(place: '^' | '_', inner: string): string {
  if (place === '^' && inner === '⊤') return 'ᵀ';
  const signs = [...inner];
  const table = place === '^' ? RAISED : LOWERED;
  const isWord = /\p{L}{2}/u.test(inner) && !/^(?:st|nd|rd|th)$/.test(inner);
  if (!isWord && signs.every((one) => Object.hasOwn(table, one)))
    return signs.map((one) => table[one]).join('');
  return signs.length === 1 || /^[\p{L}\p{N}]*$/u.test(inner) ? place + inner : `${place}(${inner})`;
}

/** A single letter with its mark; over more than that, a mark would be in the wrong place. */
const accented = (inner: string, mark: string): string =>
  /^\p{L}$/u.test(inner) ? (inner + mark).normalize('NFC') : inner;

/** `x2013` of MathJax's `\unicode`. */
function unicode(code: string): string {
  const value = /^x[0-9a-f]{1,5}$/i.test(code) ? Number.parseInt(code.slice(1), 16) : Number(code);
  return value >= 0x20 && value <= 0x10_ffff && !(value >= 0xd800 && value <= 0xdfff)
    ? String.fromCodePoint(value)
    : '';
}
