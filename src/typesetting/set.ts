/**
 * The only place where formulas are typeset. It runs in a separate thread (setter.ts), with a limit of time and of
 * memory; nothing that answers requests may import it.
 */
import katex from 'katex';
import { type Formula, isPermitted, LARGEST, LONGEST } from './rules.ts';

/** The height of a formula, in em: the tallest in a hundred thousand papers have 2.5 inline and 4.6 displayed. */
const TALLEST = { inline: 5, display: 25 };
/** Elements within elements: the deepest of those papers have 28. */
const DEEPEST = 80;
/** Symbols in a row without a place to break: about the width of a phone. */
const WIDEST = 30;
/** The largest size, in em, that a formula may specify (`\rule`, `\kern`, `\\[…]`). */
export const MOST_SIZE = 2;

/** Names as they end in TeX: no letter follows. */
// bounded: formulas have at most LONGEST characters, not much more once adapted, and the thread can be stopped.
const named = (names: string, rest = ''): RegExp => new RegExp(`\\\\(?:${names})(?![a-zA-Z@])${rest}`, 'g');

const SIZES = named(
  'tiny|sixptsize|scriptsize|footnotesize|small|normalsize|large|Large|LARGE|huge|Huge',
  '\\s*',
);
const OVERLAPS = named('smash', '(?:\\s*\\[[tb]{0,2}\\])?');
const TEXT_LAPS = named('llap|rlap|clap');
const LAPS = named('mathllap|mathrlap|mathclap');
const COLOR = named('color', '\\s*\\{[^{}]*\\}\\s*');
const TEXT_COLOR = named('textcolor', '\\s*\\{[^{}]*\\}');
const COLOR_BOX = named('colorbox', '\\s*\\{[^{}]*\\}');
const FRAMED_BOX = named('fcolorbox', '\\s*\\{[^{}]*\\}\\s*\\{[^{}]*\\}');

/** A negative size moves ink to where other text is; a little of it is how authors tighten a formula. */
const SIZED = named(
  'kern|mkern|hskip|mskip|hspace\\*?|raisebox|raise|lower|rule|above|genfrac|cr|newline|\\\\',
);
// bounded: as above.
const BELOW_NOUGHT = /-\s*(\d*\.?\d*)\s*(em|ex|mu|pt|mm|cm|in|bp|pc|dd|cc|nd|nc|sp)/g;
const MOST_BELOW: Record<string, number> = { em: 0.5, ex: 1, mu: 9, pt: 5, bp: 5, mm: 2, cm: 0.2, in: 0.07 };

/**
 * Adapts what MathJax knows and abstracts use to KaTeX. A bare per cent sign is not a comment here. Sizes, colours and
 * overlaps are up to the page, so they are removed and their content stays.
 */
const adapt = (tex: string): string =>
  tex
    .replace(
      /\\unicode\s*\{x([0-9A-Fa-f]{2,5})\}/g,
      (_, code: string) => `\\text{${printable(Number.parseInt(code, 16))}}`,
    )
    .replace(
      /\\href\s*\{[^{}]*\}\s*\{([^{}]*)\}|\\url\s*\{([^{}]*)\}/g,
      (_, a?: string, b?: string) => `\\text{${(a ?? b ?? '').replaceAll('_', '\\_')}}`,
    )
    .replace(/(?<!\\)%/g, '\\%')
    .replace(SIZES, ' ')
    .replace(OVERLAPS, ' ')
    .replace(TEXT_LAPS, '\\text')
    .replace(LAPS, ' ')
    .replace(COLOR, ' ')
    .replace(TEXT_COLOR, ' ')
    .replace(COLOR_BOX, '\\text')
    .replace(FRAMED_BOX, '\\fbox');

/** A character by its number, unless it hides or reorders others. */
function printable(code: number): string {
  const c = code <= 0x10ffff ? String.fromCodePoint(code) : '';
  return /[\p{C}\p{M}\\{}]/u.test(c) ? '' : c;
}

/** A formula as KaTeX may set it; null: it is not set at all. */
export function admitted({ tex: written, display }: Formula): string | null {
  if (written.length > LONGEST) return null;
  const tex = adapt(written);
  // Checked after adapting, because removing something may leave a command behind.
  return isPermitted({ tex, display }) && !reachesBack(tex) ? tex : null;
}

/** One formula as HTML and MathML, or null if it cannot be set: then its source is shown. */
export function setFormula(formula: Formula): string | null {
  const { display } = formula;
  const tex = admitted(formula);
  if (tex === null) return null;
  try {
    // Errors are thrown so that the reader sees the source as it was written, not a red message.
    const html = katex.renderToString(tex, {
      displayMode: display,
      throwOnError: true,
      strict: 'ignore',
      trust: false,
      errorColor: 'currentcolor',
      maxSize: MOST_SIZE,
      maxExpand: 200,
    });
    if (html.length > LARGEST || isTooTall(html, display) || isTooDeep(html)) return null;
    // A formula wider than its column is scrolled, so keys must reach it.
    if (display)
      return html.replace('<span class="katex-display">', '<span class="katex-display" tabindex="0">');
    return isWide(html) ? html.replace('<span class="katex">', '<span class="katex wide">') : html;
  } catch {
    return null;
  }
}

function reachesBack(tex: string): boolean {
  if (tex.search(SIZED) < 0) return false;
  for (const [, number, unit] of tex.matchAll(BELOW_NOUGHT))
    if (Number(number || 0) > (MOST_BELOW[unit!] ?? 0)) return true;
  return false;
}

/** The struts say how high and deep the parts of a formula are. */
function isTooTall(html: string, display: boolean): boolean {
  const most = display ? TALLEST.display : TALLEST.inline;
  for (const [, height] of html.matchAll(/class="katex-strut" style="height:([-\d.]+)em/g))
    if (Math.abs(Number(height)) > most) return true;
  return false;
}

/** Whether some unbreakable part of it has too many symbols for the width of a phone. */
const isWide = (html: string): boolean =>
  html
    .split('<span class="katex-base">')
    .slice(1)
    // bounded: of at most LARGEST characters, all of whose brackets KaTeX has closed.
    .some((base) => base.replace(/<[^>]*>|\u200b/g, '').length > WIDEST);

function isTooDeep(html: string): boolean {
  let depth = 0;
  for (let at = html.indexOf('<'); at >= 0; ) {
    const end = html.indexOf('>', at);
    if (html[at + 1] === '/') depth--;
    else if (html[end - 1] !== '/' && ++depth > DEEPEST) return true;
    at = html.indexOf('<', end);
  }
  return false;
}
