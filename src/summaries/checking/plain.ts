/** A text as the checks read it: without TeX, with digits and widths of one kind. Every function is linear. */

/** What TeX commands mean in figures; all others vanish, and their arguments stay. */
const COMMANDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ...{
      times: '×',
      cdot: '×',
      sim: '~',
      approx: '≈',
      le: '≤',
      leq: '≤',
      ge: '≥',
      geq: '≥',
      lt: '<',
      gt: '>',
    },
    ...{ pm: '±', mu: 'µ', circ: '°', ldots: '…', dots: '…', rightarrow: '→', to: '→', textemdash: '—' },
  }),
);
/** What a backslash turns the next character into. */
const ESCAPED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '%': '%',
    $: 'USD ',
    '&': '&',
    '#': '#',
    _: '_',
    ',': '\u2009',
    ';': ' ',
    ':': ' ',
    ' ': ' ',
    '!': '',
  }),
);
const isLetter = (c: string | undefined): boolean => c !== undefined && /[a-zA-Z]/.test(c);

/** TeX as text: `$5.8\times$` is `5.8×`, `10^{-5}` is `10^-5`. */
export function withoutTex(text: string): string {
  if (!/[\\${}]/.test(text)) return text;
  let out = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    if (c === '$' || c === '{' || c === '}') continue;
    if (c !== '\\') {
      out += c;
      continue;
    }
    const next = text[i + 1];
    if (!isLetter(next)) {
      out += ESCAPED.get(next ?? '') ?? ' ';
      i++;
      continue;
    }
    let end = i + 1;
    while (isLetter(text[end])) end++;
    out += COMMANDS.get(text.slice(i + 1, end)) ?? '';
    // One space ends a command, and is not part of the text.
    i = text[end] === ' ' ? end : end - 1;
  }
  return out;
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';
/** Spaces and apostrophes that only group digits. */
const GROUPING = /(?<=\d)[\u00a0\u2007-\u200a\u202f'’](?=\d{3}(?!\d))/g;

/** One form for each character: full-width and other digits as ASCII, exponents as `^5`, minus signs as `-`. */
export function plainText(text: string): string {
  const grouped = text.replace(GROUPING, '');
  let out = '';
  let raised = false;
  for (const c of grouped) {
    const power = SUPERSCRIPTS.indexOf(c);
    const isSign = c === '⁻';
    if (power >= 0 || isSign) {
      out += `${raised ? '' : '^'}${isSign ? '-' : power}`;
      raised = true;
      continue;
    }
    raised = false;
    out += VULGAR.test(c) ? ` ${c.normalize('NFKC').replace('\u2044', '/')} ` : c;
  }
  return digitsOf(out.normalize('NFKC')).replace(/[\u2010\u2011\u2212]/g, '-');
}
const VULGAR = /[\u00bc-\u00be\u2150-\u215e]/;

/** Decimal digits of other scripts in ASCII: their blocks begin with zero. */
const digitsOf = (text: string): string =>
  text.replace(/(?![0-9])\p{Nd}/gu, (c) => {
    let zero = c.codePointAt(0)!;
    while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1)) && c.codePointAt(0)! - zero < 9) zero--;
    return String(c.codePointAt(0)! - zero);
  });

/**
 * Why a sentence cannot be read with certainty, or shown as it is: hidden characters, numerals of unknown value, digits
 * with something drawn through them, markup, addresses. Null: it can.
 */
export function unreadable(text: string): string | null {
  if (/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(text)) return 'hidden characters';
  if (/\p{N}\p{M}/u.test(text)) return 'a marked digit';
  const plain = plainText(text);
  if (/(?![0-9〇])\p{N}/u.test(plain)) return 'a numeral of unknown value';
  if (/[\\$`]|<[a-zA-Z/!]|\]\(|\*\*/.test(text)) return 'markup';
  if (/:\/\/|\bwww\.|@/.test(text)) return 'an address';
  return null;
}
