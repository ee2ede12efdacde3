/**
 * Markup inside fields that are otherwise plain text: CSL-JSON allows `<i>`, `<sub>` and the like in titles, Crossref's
 * CSL has JATS in abstracts and `&amp;` in journals, and databases write both into RIS.
 */
import { markupText } from './html.ts';
import { splitMath } from './maths.ts';

/**
 * The elements such fields are known to contain; anything else between angle brackets (`a <b c> d`, `<EOS>`) is text.
 */
const NAMES =
  'i|b|u|em|strong|sub|sup|sc|scp|span|p|br|div|a|tt|code|small|font|li|ul|ol|title|sec|label|italic|bold|monospace|' +
  'underline|inline-formula|disp-formula|tex-math|alternatives|ext-link|xref|list|list-item|math|mrow|mi|mo|mn|mtext|' +
  'mstyle|mspace|msub|msup|msubsup|mfrac|msqrt|mroot|mover|munder|munderover|mfenced|mtable|mtr|mtd|semantics|' +
  'annotation|annotation-xml|h1|h2|h3|h4|h5|h6';
// bounded: a list of plain names; what follows a name stops at the next bracket.
const NO_TAG = new RegExp(
  // In `a<b and c>d` no attribute follows the name.
  `<(?!/?(?:(?:jats|mml|m|html):)?(?:${NAMES})(?:\\s{1,9}[\\w:.-]{1,60}\\s{0,9}=[^<>]*)?\\s{0,9}/?>)`,
  'gi',
);
const PERHAPS = /<\/?[a-z]|&\}?[#a-z]/i;

/** `{\&}amp;` and `\&amp;`: an entity that was escaped for TeX afterwards, as Crossref does. */
const ESCAPED = /(?:\{\\&\}|\\&)(?=(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,9});)/gi;

/** How Crossref once wrote `;`, `<` and `>`. */
const NAMED: Record<string, string> = { mathsemicolon: ';', less: '<', greater: '>' };
const SIGN = /\$\\(mathsemicolon|less|greater)\$/g;

/** `<` and `>` as reference managers write them if a title came with tags. */
const BRACKETS = /\{\\text(less|greater)\}|\\text(less|greater)\{\}/g;

/** The same for text that also contains TeX; commands and formulas stay as written. */
export function texWithoutMarkup(tex: string): string {
  const text = tex.includes('$\\') ? tex.replace(SIGN, (_, name: string) => NAMED[name]!) : tex;
  if (!PERHAPS.test(text) && !text.includes('\\textless')) return text;
  const part = (words: string): string =>
    withoutMarkup(
      words
        .replace(ESCAPED, '&')
        .replace(BRACKETS, (_, one?: string, other?: string) => NAMED[one ?? other!]!),
    );
  if (!text.includes('$')) return part(text);
  return splitMath(text)
    .map(({ math, text: words }) => (math ? words : part(words)))
    .join('');
}

/** The text without markup and with entities decoded; text that has neither is returned unchanged. */
export function withoutMarkup(text: string): string {
  if (!PERHAPS.test(text)) return text;
  return markupText(text.replace(NO_TAG, '&lt;'));
}
