/**
 * TeX in titles, names and abstracts: accents and markup become plain Unicode, formulas stay as they are
 * between dollars. A few replacements in fixed order, each linear, instead of a TeX engine.
 */

export interface TexOptions {
  /** The text is TeX through and through (BibTeX): braces only group, `~` is a space. */
  tex?: boolean;
}

/** Plain text of `text`, formulas kept. Text without a backslash or brace is returned as it is. */
export function decodeTex(text: string, { tex = false }: TexOptions = {}): string {
  if (!text.includes('\\') && !(tex && /[{}~$]/.test(text))) return text;
  const decoded = splitMath(text)
    .map((part) => (part.math ? part.text : decodeWords(part.text, tex)))
    .join('');
  // A single dollar cannot be taken for the start of a formula; two escaped ones could.
  return decoded.split('$').length === 2 ? decoded.replace('\\$', '$') : decoded;
}

/** A name as printed: all TeX gone, also stray braces and line breaks (`\\Ada {L}ovelace`). */
export function decodeName(text: string): string {
  if (!/[\\{}~]/.test(text)) return text;
  return decodeWords(text, true)
    .replace(/\\[a-zA-Z]+\s?|[\\{}]/g, '')
    .trim();
}

export interface TexPart {
  math: boolean;
  text: string;
}

/** Formulas (`$…$`, `$$…$$`, `\(…\)`, `\[…\]`, the last two rewritten with dollars) and what is between. */
export function splitMath(text: string): TexPart[] {
  const parts: TexPart[] = [];
  // Where a closing mark was looked for in vain nothing further closes either.
  const missing = new Set<string>();
  let from = 0;
  const opening = /\\[([]|\\[\s\S]|\$\$?/g;
  for (let match = opening.exec(text); match; match = opening.exec(text)) {
    const [open] = match;
    const close = open === '\\(' ? '\\)' : open === '\\[' ? '\\]' : open.startsWith('$') ? open : '';
    if (close === '' || missing.has(close)) continue;
    const start = match.index + open.length;
    const end = close.startsWith('$') ? closingDollar(text, start, close) : text.indexOf(close, start);
    if (end < 0) missing.add(close);
    if (end <= start) continue;
    if (match.index > from) parts.push({ math: false, text: text.slice(from, match.index) });
    const dollars = close === '\\)' ? '$' : close === '\\]' ? '$$' : close;
    const formula = text.slice(start, end);
    parts.push({
      math: true,
      text: `${dollars}${close.startsWith('\\') ? formula.trim() : formula}${dollars}`,
    });
    from = opening.lastIndex = end + close.length;
  }
  if (from < text.length) parts.push({ math: false, text: text.slice(from) });
  return parts;
}

function closingDollar(text: string, start: number, close: string): number {
  for (let at = text.indexOf(close, start); at >= 0; at = text.indexOf(close, at + 1)) {
    if (text[at - 1] !== '\\' || text[at - 2] === '\\') return at;
  }
  return -1;
}

/** Combining marks by the accent command that sets them. */
const MARKS: Record<string, string> = {
  '`': '\u0300',
  "'": '\u0301',
  '^': '\u0302',
  '~': '\u0303',
  '=': '\u0304',
  u: '\u0306',
  '.': '\u0307',
  '"': '\u0308',
  r: '\u030a',
  H: '\u030b',
  v: '\u030c',
  d: '\u0323',
  c: '\u0327',
  k: '\u0328',
  b: '\u0331',
};

const LETTERS: Record<string, string> = {
  ss: 'ß',
  ae: 'æ',
  AE: 'Æ',
  oe: 'œ',
  OE: 'Œ',
  aa: 'å',
  AA: 'Å',
  o: 'ø',
  O: 'Ø',
  l: 'ł',
  L: 'Ł',
  i: 'ı',
  j: 'ȷ',
  dh: 'ð',
  DH: 'Ð',
  th: 'þ',
  TH: 'Þ',
  dj: 'đ',
  DJ: 'Đ',
  ng: 'ŋ',
  NG: 'Ŋ',
};

const SYMBOLS: Record<string, string> = {
  textendash: '–',
  textemdash: '—',
  textasciitilde: '\uE003',
  textasciicircum: '^',
  textbackslash: '\uE000',
  textbraceleft: '\uE001',
  textbraceright: '\uE002',
  textquoteright: '’',
  textquoteleft: '‘',
  textquotedblleft: '“',
  textquotedblright: '”',
  textregistered: '®',
  texttrademark: '™',
  textcopyright: '©',
  copyright: '©',
  textdegree: '°',
  textmu: 'µ',
  texteuro: '€',
  euro: '€',
  pounds: '£',
  textpertenthousand: '‱',
  textperthousand: '‰',
  ldots: '…',
  dots: '…',
  textellipsis: '…',
  S: '§',
  P: '¶',
  textgreater: '>',
  textless: '<',
  textbar: '|',
  textunderscore: '_',
  LaTeX: 'LaTeX',
  TeX: 'TeX',
};

/** Characters that mean something to the steps after their own, and wait in disguise until the end. */
const SHELTERED: Record<string, string> = { '\uE000': '\\', '\uE001': '{', '\uE002': '}', '\uE003': '~' };

const ACCENT_SIGN =
  /\\(["'`^~=.])\s?(?:\{\s?(?:\\([ij])(?![a-zA-Z])|(\p{L}))\s?\}|\\([ij])(?![a-zA-Z])\s?|(\p{L}))/gu;
const ACCENT_LETTER = /\\([cvuHkrbd])(?:\s?\{\s?(?:\\([ij])|(\p{L}\p{M}?))\s?\}|\s(\p{L}))/gu;
const LETTER = new RegExp(`\\\\(${Object.keys(LETTERS).join('|')})(?![a-zA-Z])(?:\\{\\}|\\s)?`, 'g');
const SYMBOL = new RegExp(`\\\\(${Object.keys(SYMBOLS).join('|')})(?![a-zA-Z])(?:\\{\\}|\\s)?`, 'g');
const MARKUP =
  /\\(?:text(?:bf|it|tt|sc|sf|sl|rm|up|md|normal)?|emph|underline|mbox|textcolor\{[^{}]*\}|url|path|enquote)\s?\{([^{}]*)\}/g;
const HREF = /\\href\s?\{[^{}]*\}\s?\{([^{}]*)\}/g;
const CITE = /[ ~]?\\(?:cite[a-z]*|label|ref)\s?(?:\[[^\]{}]*\])?\{[^{}]*\}/g;
const SWITCH = /\{\s?\\(?:em|it|bf|sc|tt|rm|sf|sl|bfseries|itshape|scshape)(?![a-zA-Z])\s?([^{}]*)\}/g;
const SCRIPT = /\\text(super|sub)script\s?\{([^{}$]*)\}/g;

function decodeWords(text: string, tex: boolean): string {
  let out = text;
  if (out.includes('\\')) {
    out = out.replace(ACCENT_SIGN, accent).replace(ACCENT_LETTER, accent);
    out = out.replace(LETTER, (_, name: string) => LETTERS[name] ?? name);
    out = out.replace(SYMBOL, (_, name: string) => SYMBOLS[name] ?? name);
    // `{\o}` and `{\'e}` have become a letter in braces of its own.
    out = out.replace(/\{([^\x00-\x7f]\p{M}?)\}/gu, '$1');
    out = unwrap(out);
    if (!tex) out = out.replace(/\\([%&_#{}])/g, '$1');
    out = out.replace(/\\[,;: ]|\\\\/g, ' ').replace(/\\[!\-/]/g, '');
  }
  if (tex) out = ungroup(out);
  return out.replace(/[\uE000-\uE003]/g, (sign) => SHELTERED[sign] ?? sign);
}

function accent(_: string, command: string, ...letters: (string | undefined)[]): string {
  const letter = letters.slice(0, 4).find((given) => typeof given === 'string') ?? '';
  return (letter + MARKS[command]).normalize('NFC');
}

/** Markup from the inside out; five layers are more than anybody writes. */
function unwrap(text: string): string {
  let out = text;
  for (let layer = 0; layer < 5; layer++) {
    const before = out;
    out = out
      .replace(SCRIPT, (_, where: string, inner: string) => `$${where === 'super' ? '^' : '_'}{${inner}}$`)
      .replace(MARKUP, '$1')
      .replace(SWITCH, '$1')
      .replace(HREF, '$1')
      .replace(CITE, '');
    if (out === before) break;
  }
  return out;
}

/** BibTeX's grouping braces and ties go, escaped characters become themselves. */
function ungroup(text: string): string {
  return text.replace(
    /\\([%&_#{}])|[{}]|~/g,
    (found, escaped?: string) => escaped ?? (found === '~' ? ' ' : ''),
  );
}
