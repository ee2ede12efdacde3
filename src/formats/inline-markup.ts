/**
 * Markup inside fields that are otherwise plain text: CSL-JSON allows `<i>`, `<sub>` and the like in titles, Crossref's
 * CSL has JATS in abstracts and `&amp;` in journals, and databases write both into RIS.
 */
import { markupText } from './html.ts';

/**
 * The elements such fields are known to contain; anything else between angle brackets (`a <b c> d`, `<EOS>`) is text.
 */
const NAMES =
  'i|b|u|em|strong|sub|sup|sc|scp|span|p|br|div|a|tt|code|small|font|li|ul|ol|title|sec|label|italic|bold|monospace|' +
  'underline|inline-formula|disp-formula|tex-math|alternatives|ext-link|xref|list|list-item|math|mrow|mi|mo|mn|mtext|' +
  'mstyle|mspace|msub|msup|msubsup|mfrac|msqrt|mroot|mover|munder|munderover|mfenced|mtable|mtr|mtd|semantics|' +
  'annotation|annotation-xml|h1|h2|h3|h4|h5|h6';
// bounded: a list of plain names; what follows a name stops at the next bracket.
const NO_TAG = new RegExp(`<(?!/?(?:(?:jats|mml|m|html):)?(?:${NAMES})(?:\\s[^<>]*)?/?>)`, 'gi');
const PERHAPS = /<\/?[a-z]|&[#a-z]/i;

/** The text without markup and with entities decoded; text that has neither is returned unchanged. */
export function withoutMarkup(text: string): string {
  if (!PERHAPS.test(text)) return text;
  return markupText(text.replace(NO_TAG, '&lt;'));
}
