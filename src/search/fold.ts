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
  '\u200b': '',
  '\u200c': '',
  '\u200d': '',
  '\ufeff': '',
};

/** TeX commands that are read aloud by their own name. All others are dropped; their arguments stay. */
const SPOKEN = new Set(
  (
    'alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi rho ' +
    'sigma tau upsilon phi varphi chi psi omega ell log exp sin cos tan max min sup inf argmax argmin ' +
    'softmax nabla infty'
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
  aa: 'a',
  AA: 'a',
  O: 'o',
  L: 'l',
  AE: 'ae',
  OE: 'oe',
};
/** Commands that set an accent on the next letter: `\c{c}`, `\v s`. */
const ACCENTS = new Set('c v u H k r b d t'.split(' '));

const NEEDS_CARE = /[^\x00-\x7f]|[$\\]/;
const COMBINING = /[\u0300-\u036f]/g;
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

const isLetter = (code: number): boolean => (code | 32) >= 97 && (code | 32) <= 122;
const isWord = (code: number): boolean => isLetter(code) || (code >= 48 && code <= 57) || code >= 128;
const DOLLAR = 36;
const HYPHEN = 45;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;

/** The careful way through one text that is not plain ASCII or has TeX in it. */
class Folding {
  #out = '';
  /** The last character put out, kept because looking it up in a growing string costs. */
  #last = 0;
  /** Where the piece being read began. */
  #from = 0;
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
        // `$n$-gram` is one compound, while `costs$x$more` are three words.
        i++;
        if (text.charCodeAt(i) !== HYPHEN && this.#last !== HYPHEN) this.#emit(' ', i);
      } else if (code === BACKSLASH) {
        i = this.#command(i);
      } else if (tex && (code === OPEN || code === CLOSE)) {
        i++;
        if (code === CLOSE && text.charCodeAt(i) === OPEN) this.#emit(' ', i);
      } else if (code < 128) {
        i = this.#plain(i, tex);
      } else {
        i += (text.codePointAt(i) as number) > 0xffff ? 2 : 1;
        const most = Math.min(length, i + MOST_MARKS);
        while (i < most && text.charCodeAt(i) >= 0x300 && MARK.test(text[i]!)) i++;
        this.#emit(foldCluster(text.slice(this.#from, i)), i);
      }
    }
    return this.#out;
  }

  #emit(piece: string, to: number): void {
    if (piece === '') return;
    this.#out += piece;
    this.#last = piece.charCodeAt(piece.length - 1);
    if (this.#origins)
      for (let i = 0; i < piece.length; i++) {
        this.#origins.starts.push(this.#from);
        this.#origins.ends.push(to);
      }
  }

  /** A run of ASCII without TeX's signs. */
  #plain(start: number, tex: boolean): number {
    const text = this.#text;
    let end = start + 1;
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end);
      if (code >= 128 || code === DOLLAR || code === BACKSLASH) break;
      if (tex && (code === OPEN || code === CLOSE)) break;
    }
    const piece = text.slice(start, end).toLowerCase();
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
      this.#emit(' ', end);
      return next !== '' && '$%&_#{}\\,;:! '.includes(next) ? end + 1 : end;
    }
    const beforeLetter = next === ' ' && isLetter(text.charCodeAt(end + 1));
    if (ACCENTS.has(name) && (next === '{' || beforeLetter)) return beforeLetter ? end + 1 : end;
    const letter = Object.hasOwn(LETTERS, name) ? LETTERS[name] : undefined;
    if (letter !== undefined) {
      this.#emit(letter, end);
      return beforeLetter ? end + 1 : end;
    }
    if (SPOKEN.has(name)) {
      if (isWord(this.#last)) this.#emit(' ', at + 1);
      this.#emit(name.startsWith('var') ? name.slice(3) : name, end);
    } else this.#emit(' ', end);
    return end;
  }
}
