/**
 * Folding: text as it was printed becomes text as it is compared. Unicode's compatible forms become one
 * (NFKC), case and accents go, TeX becomes the words a reader would say. What is left are letters, digits
 * and the few marks that tokens.ts knows; every other character may stay, it only separates words.
 */

/** Where each folded character came from: `starts[i]` to `ends[i]` (half open) in the original text. */
export interface Origins {
  starts: number[];
  ends: number[];
}

/** Letters that Unicode does not decompose, and the dashes and quotes that stand for plainer ones. */
const PLAIN: Record<string, string> = {
  ø: 'o',
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
  ħ: 'h',
  ς: 'σ',
  '\u2010': '-',
  '\u2011': '-',
  '\u2012': '-',
  '\u2013': '-',
  '\u2212': '-',
  '\u2018': "'",
  '\u2019': "'",
  '\u02bc': "'",
  '\u00ad': '',
  '\u266f': '#',
  // Arabic's stroke that only lengthens a word, and letters that are written in two ways.
  '\u0640': '',
  '\u0649': '\u064a',
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\ufeff': '',
};

/** Greek letters, which are read aloud by their name however they are written: `β`, `\beta`, `𝛽`. */
const GREEK = Object.fromEntries(
  [...'αβγδεζηθικλμνξοπρστυφχψω'].map((letter, i) => [
    letter,
    (
      'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau ' +
      'upsilon phi chi psi omega'
    ).split(' ')[i]!,
  ]),
);
const NAMES = new Set(Object.values(GREEK));
/** Signs that are read aloud, and TeX's names for them. */
const SIGNS: Record<string, string> = { '∞': 'infinity', '∇': 'nabla' };
const GREEK_LETTER = /^\p{Script=Greek}$/u;
/** A longer run of Greek letters is a word of that language. */
const MOST_SYMBOLS = 2;

/** TeX's functions, read aloud by their own name. All commands that nothing here knows are dropped; their arguments stay. */
const FUNCTIONS = new Set('log exp sin cos tan max min sup inf argmax argmin softmax nabla'.split(' '));
/** Commands that only change how what follows looks: it hangs together with what stands before. */
const STYLES = new Set(
  (
    'mathrm mathbf mathit mathsf mathtt mathcal mathbb mathfrak mathscr text textrm textbf textit textsf texttt ' +
    'textsc textnormal emph boldsymbol bm operatorname rm bf it sf tt sc cal ce mbox hbox ensuremath'
  ).split(' '),
);
/** Commands that are letters: `\o`, `\ss`. */
const LETTERS: Record<string, string> = {
  i: 'i',
  j: 'j',
  o: 'o',
  l: 'l',
  ss: 'ss',
  ae: 'ae',
  oe: 'oe',
  ell: 'l',
  hbar: 'h',
  aa: 'a',
  AA: 'a',
  O: 'o',
  L: 'l',
  AE: 'ae',
  OE: 'oe',
};
/** Commands that set an accent on the next letter: `\c{c}`, `\v s`. */
const ACCENTS = new Set('c v u H k r b d t'.split(' '));

const NEEDS_CARE = /[^\x00-\x7f]|[$\\]|<su[bp]>/;
/** Accents, and the vowel signs of Hebrew and Arabic, which are mostly left out in writing. */
const COMBINING =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc]/g;
const MARK = /^\p{M}$/u;
/** Marks that are folded together with their letter: more than any script has, so that what is remembered is short. */
const MOST_MARKS = 16;

/** Folds a text. With `origins`, also tells where every character of the result came from. */
export function fold(text: string, origins?: Origins): string {
  if (!NEEDS_CARE.test(text)) {
    if (origins)
      for (let i = 0; i < text.length; i++) {
        origins.starts.push(i);
        origins.ends.push(i + 1);
      }
    return text.toLowerCase();
  }
  return new Folding(text, origins).run();
}

const clusters = new Map<string, string>();
/** No letter has more marks; what has is a joke, and may be as long as a text. */
const LONGEST_CLUSTER = 16;

/** One character with the marks that follow it. Few differ in a corpus, so they are remembered. */
function foldCluster(cluster: string): string {
  let folded = clusters.get(cluster);
  if (folded === undefined) {
    folded = '';
    for (const part of cluster.normalize('NFKD').toLowerCase().replace(COMBINING, '').normalize('NFC'))
      folded += PLAIN[part] ?? part;
    if (clusters.size > 20_000) clusters.clear();
    if (cluster.length <= LONGEST_CLUSTER) clusters.set(cluster, folded);
  }
  return folded;
}

/** What belongs to the letter before it, though Unicode does not call it a mark: kana's half-width voicing, Hangul's parts. */
const isPart = (code: number): boolean =>
  (code >= 0x1160 && code <= 0x11ff) ||
  (code >= 0xffa0 && code <= 0xffdc) ||
  code === 0xff9e ||
  code === 0xff9f;
const isSuperscript = (code: number): boolean =>
  code === 0xb2 || code === 0xb3 || code === 0xb9 || (code >= 0x2070 && code <= 0x2079);
const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWord = (code: number): boolean => isLetter(code) || isDigit(code) || code >= 128;
const DOLLAR = 36;
const PARENTHESIS = 40;
const PLUS = 43;
const HYPHEN = 45;
const LESS = 60;
const BACKSLASH = 92;
const CARET = 94;
const UNDERSCORE = 95;
const OPEN = 123;
const CLOSE = 125;

/** A subscript of one letter, however it is set: `_c`, `_{c}`, `_{\rm c}`, `_\mathrm{c}`. */
const LETTER_BELOW = /_\{?(?:\\(?:rm|mathrm|text|textrm|mathit)[ ]?\{?)?([a-zA-Z])\}{0,2}(?![a-zA-Z])/y;
/** Letters that count something as subscripts: `x_i` is not a word, as `T_c` is. */
const INDICES = new Set('ijklmnt');
const SCRIPT_TAG = /<(\/?)su([bp])>/y;

/** The careful way through one text that is not plain ASCII or has TeX in it. */
class Folding {
  #out = '';
  /** The last character put out, kept because looking it up in a growing string costs. */
  #last = 0;
  /** Where the piece being read began. */
  #from = 0;
  /** What a letter that follows at once is set off with: the last was a word that one sign stands for. */
  #spoken = '';
  /** Between dollars; and these hold no more than a script: `La$_3$Ni`. */
  #isMaths = false;
  #isScript = false;
  /** Within the braces of a script. */
  #isBelow = false;
  /** Behind a superscript figure. */
  #isAbove = false;
  /** Greek up to here is a word. */
  #greekTo = 0;
  readonly #text: string;
  readonly #origins: Origins | undefined;

  constructor(text: string, origins: Origins | undefined) {
    this.#text = text;
    this.#origins = origins;
  }

  run(): string {
    const text = this.#text;
    const length = text.length;
    // Braces are only dropped where they are TeX's; elsewhere they separate words.
    const tex = text.includes('\\') || text.includes('$');
    for (let i = 0; i < length; ) {
      const code = text.charCodeAt(i);
      this.#from = i;
      if (code === DOLLAR) {
        i = this.#dollar(i + 1);
      } else if (code === BACKSLASH) {
        i = this.#command(i);
      } else if (tex && (code === OPEN || code === CLOSE)) {
        i++;
        // `\frac{a}{b}` are two things, `La_{3}{Ni}` is one.
        if (code === CLOSE && text.charCodeAt(i) === OPEN && !this.#isBelow) this.#emit(' ', i);
        this.#isBelow = false;
      } else if (tex && (code === UNDERSCORE || code === CARET)) {
        i = this.#script(i, code);
      } else if (code === LESS) {
        i = this.#tag(i);
      } else if (code < 128) {
        i = this.#plain(i, tex);
      } else {
        i = this.#character(i);
      }
    }
    return this.#out;
  }

  /** A dollar before `i`. `$n$-gram` and `La$_3$Ni` are one word or compound, while `costs$x$more` are three words. */
  #dollar(i: number): number {
    const next = this.#text.charCodeAt(i);
    const isScript = next === UNDERSCORE || next === CARET;
    const wasScript = this.#isMaths && this.#isScript;
    this.#isScript = !this.#isMaths && (isScript || this.#text.startsWith('{}', i));
    this.#isMaths = !this.#isMaths;
    const joins =
      next === HYPHEN ||
      this.#last === HYPHEN ||
      next === PLUS ||
      next === PARENTHESIS ||
      isScript ||
      wasScript;
    if (joins || this.#isScript || (!this.#isMaths && isDigit(next))) return i;
    this.#emit(!this.#isMaths && this.#spoken !== '' && isLetter(next) ? '-' : ' ', i);
    return i;
  }

  /** A sub- or superscript: what tokens.ts joins to its letter is a figure, and a letter is where it makes a name. */
  #script(i: number, code: number): number {
    const text = this.#text;
    if (code === UNDERSCORE && isLetter(this.#last)) {
      LETTER_BELOW.lastIndex = i;
      const letter = LETTER_BELOW.exec(text)?.[1];
      if (letter !== undefined && !INDICES.has(letter)) {
        this.#emit(letter.toLowerCase(), LETTER_BELOW.lastIndex);
        return LETTER_BELOW.lastIndex;
      }
    }
    this.#isBelow = text.charCodeAt(i + 1) === OPEN;
    const next = this.#isBelow ? i + 2 : i + 1;
    // `cm^{-1}` is `cm⁻¹`.
    if (code !== CARET || text.charCodeAt(next) !== HYPHEN) this.#emit(code === CARET ? '^' : '_', i + 1);
    return next;
  }

  /** `<sub>` and `<sup>`, or a sign like any other. */
  #tag(i: number): number {
    SCRIPT_TAG.lastIndex = i;
    const tag = SCRIPT_TAG.exec(this.#text);
    if (tag === null) {
      this.#emit('<', i + 1);
      return i + 1;
    }
    const to = SCRIPT_TAG.lastIndex;
    const isName = tag[2] === 'b' && this.#text.startsWith('</sub>', to + 1) && !INDICES.has(this.#text[to]!);
    if (tag[1] === '' && !isName) this.#emit(tag[2] === 'b' ? '_' : '^', to);
    return to;
  }

  /** What is not ASCII. */
  #character(from: number): number {
    const text = this.#text;
    const code = text.codePointAt(from) as number;
    let i = from + (code > 0xffff ? 2 : 1);
    const most = Math.min(text.length, i + MOST_MARKS);
    for (; i < most; i++) {
      const next = text.charCodeAt(i);
      if (next < 0x300 || !(isPart(next) || MARK.test(text[i]!))) break;
    }
    const folded = foldCluster(text.slice(from, i));
    const isAbove = isSuperscript(code);
    // 10⁶ is not 106.
    if (isAbove && !this.#isAbove && isDigit(this.#last)) this.#emit('^', i);
    const name = SIGNS[folded] ?? (this.#isSymbol(folded, from) ? GREEK[folded] : undefined);
    if (name !== undefined) this.#speak(name, '-', i);
    else this.#emit(folded, i);
    this.#isAbove = isAbove;
    return i;
  }

  /** Whether the Greek letter at `from` is a symbol, not part of a word. */
  #isSymbol(folded: string, from: number): boolean {
    if (GREEK[folded] === undefined || from < this.#greekTo) return false;
    let to = from;
    let letters = 0;
    for (; to < this.#text.length; letters++) {
      const letter = String.fromCodePoint(this.#text.codePointAt(to) as number);
      if (!GREEK_LETTER.test(letter) && GREEK[foldCluster(letter)] === undefined) break;
      to += letter.length;
    }
    if (letters > MOST_SYMBOLS) this.#greekTo = to;
    return letters <= MOST_SYMBOLS;
  }

  /** Puts out a word that one sign stands for, set off from letters beside it. */
  #speak(name: string, by: string, to: number): void {
    this.#spoken = '';
    this.#emit(isWord(this.#last) ? by + name : name, to);
    this.#spoken = by;
  }

  #emit(piece: string, to: number): void {
    if (piece === '') return;
    const said = this.#setOff(piece.charCodeAt(0)) + piece;
    this.#out += said;
    this.#last = said.charCodeAt(said.length - 1);
    if (this.#origins)
      for (let i = 0; i < said.length; i++) {
        this.#origins.starts.push(this.#from);
        this.#origins.ends.push(to);
      }
  }

  /** What stands between a word that was spoken and what follows it. */
  #setOff(code: number): string {
    const by = this.#spoken;
    this.#spoken = '';
    return by !== '' && (isLetter(code) || code >= 128) ? by : '';
  }

  /** A run of ASCII without TeX's signs. */
  #plain(start: number, tex: boolean): number {
    const text = this.#text;
    let end = start + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code >= 128 || code === DOLLAR || code === BACKSLASH || code === LESS) break;
      if (tex && (code === OPEN || code === CLOSE || code === UNDERSCORE || code === CARET)) break;
    }
    const piece = text.slice(start, end).toLowerCase();
    const before = this.#setOff(text.charCodeAt(start));
    this.#isAbove = false;
    if (before !== '') this.#emit(before, start + 1);
    this.#out += piece;
    this.#last = piece.charCodeAt(piece.length - 1);
    if (this.#origins)
      for (let i = start; i < end; i++) {
        this.#origins.starts.push(i);
        this.#origins.ends.push(i + 1);
      }
    return end;
  }

  /** Reads the TeX command at `at`; gives where it ends. */
  #command(at: number): number {
    const text = this.#text;
    let end = at + 1;
    while (end < text.length && isLetter(text.charCodeAt(end))) end++;
    const name = text.slice(at + 1, end);
    const next = text[end] ?? '';
    if (name === '') {
      // An accent, or a place to break a word: the letter that follows is kept, the command vanishes.
      if (next !== '' && `'\`^"~=.-`.includes(next)) return end + 1;
      this.#emit(next === '#' ? '#' : ' ', end + (next === '#' ? 1 : 0));
      return next !== '' && '$%&_#{}\\,;:! '.includes(next) ? end + 1 : end;
    }
    const beforeLetter = next === ' ' && isLetter(text.charCodeAt(end + 1));
    if (ACCENTS.has(name) && (next === '{' || beforeLetter)) return beforeLetter ? end + 1 : end;
    const letter = Object.hasOwn(LETTERS, name) ? LETTERS[name] : undefined;
    if (letter !== undefined) {
      this.#emit(letter, end);
      return beforeLetter ? end + 1 : end;
    }
    if (STYLES.has(name)) return next === ' ' ? end + 1 : end;
    const greek = (name.startsWith('var') ? name.slice(3) : name).toLowerCase();
    if (NAMES.has(greek)) this.#speak(greek, '-', end);
    else if (name === 'infty') this.#speak('infinity', '-', end);
    else if (FUNCTIONS.has(name)) this.#speak(name, ' ', end);
    else if (name === 'textsubscript' || name === 'textsuperscript')
      this.#emit(name === 'textsubscript' ? '_' : '^', end);
    else this.#emit(' ', end);
    return end;
  }
}
