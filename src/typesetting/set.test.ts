/** Which formulas are set, and what no formula may do. */
import katex from 'katex';
import { describe, expect, it } from 'vitest';
import { isPermitted, keyOf, LARGEST, STAMP } from './rules.ts';
import { setFormula } from './set.ts';

const set = (tex: string, display = false) => setFormula({ tex, display });
/** What is shown of a formula, without its source for screen readers. */
const shown = (tex: string) =>
  (set(tex) ?? '')
    .replace(/^[\s\S]*<span class="katex-html"/, '<')
    .replace(/<[^>]*>/g, '')
    .replaceAll('\u200b', '');

it('the stamp names the version of KaTeX that is installed', () => {
  expect(STAMP).toContain(`KaTeX ${katex.version},`);
});

describe('ordinary formulas', () => {
  it.each([
    'O(n \\log n)',
    '\\frac{1}{2} \\le \\|x\\|_2',
    '\\mathcal{L}_{\\text{CE}} + \\lambda \\hat{\\theta}',
    '\\begin{pmatrix} a & b \\\\ c & d \\end{pmatrix}',
    '\\begin{cases} 1, & x>0,\\\\[1mm] 0 \\end{cases}',
    'f\\!\\left(\\mkern2mu x \\hspace{-0.1em} \\right)',
    '16.3%',
    'x\\kern0.2em y\\rule{0.1em}{0.5em}\\phantom{x}\\vphantom{\\int}',
  ])('%s is set', (tex) => {
    expect(set(tex)).toContain('<span class="katex">');
    expect(set(tex, true)).toContain('<span class="katex-display" tabindex="0">');
  });

  it('keep their meaning and lose what is up to the page', () => {
    expect(shown('{\\color{red} a}\\textcolor{blue}{b}\\Huge c\\tiny d')).toBe('abcd');
    expect(shown('\\mathllap{a}\\smash[b]{b}\\rlap{c}\\fcolorbox{red}{#fff}{d}')).toBe('abcd');
    expect(set('\\colorbox{black}{x}')).not.toMatch(/black|background/);
    expect(shown('\\href{javascript:alert(1)}{a_1}\\unicode{x202e}')).toBe('a_1');
    expect(set('\\href{javascript:alert(1)}{x}')).not.toContain('href');
  });
});

describe('formulas shown as their source', () => {
  it.each([
    ['definitions', '\\def\\a{x}\\a'],
    ['definitions by another name', '\\let\\a=\\sum \\newcommand{\\b}{x}'],
    ['definitions for all that follows', '\\global\\long\\gdef\\a{x}'],
    ['definitions put together', '\\expandafter\\def\\csname a\\endcsname{x}'],
    ['definitions left when something is taken away', '\\d\\small ef\\a{x}\\a'],
    ['definitions left when a colour is taken away', '\\de\\color{red}f\\a{x}'],
    ['commands of the typesetter’s own', '\\@ifnextchar a{b}{c}'],
    ['raw characters', '\\char"202E'],
    ['pictures', '\\includegraphics{http://a.org/a.png}'],
    ['attributes', '\\htmlStyle{position:fixed}{x}'],
    ['classes', '\\htmlClass{notice}{x}'],
    ['choices', '\\mathchoice{a}{b}{c}{d}'],
    ['mirrors', '\\reflectbox{x}'],
    ['ink far to the left', '\\kern-9em x'],
    ['ink far to the left, more than once', 'x\\hspace*{ - 40 pt}y'],
    ['ink far down', '\\raisebox{-3em}{x}'],
    ['towers', '\\begin{matrix} a\\\\a\\\\a\\\\a\\\\a\\\\a\\\\a\\\\a\\\\a\\\\a\\\\a\\\\a \\end{matrix}'],
    ['towers of rules', '\\rule[2em]{1em}{2em}^{\\rule[2em]{1em}{2em}^{\\rule[2em]{1em}{2em}}}'],
    ['groups without end', `${'{'.repeat(200)}x${'}'.repeat(200)}`],
    ['roots without end', `${'\\sqrt'.repeat(150)}x`],
    ['hats without end', `${'\\hat'.repeat(200)} x`],
    ['powers without end', `${'x^{'.repeat(100)}x${'}'.repeat(100)}`],
    ['what is too long', 'x'.repeat(1001)],
    ['what is not TeX', '\\frac{1'],
    ['what nobody knows', '\\notacommand{x}'],
    ['nothing', '  '],
  ])('%s', (_, tex) => expect(set(tex)).toBeNull());

  it('mostly known to the page as well', () => {
    expect(isPermitted({ tex: '\\gdef\\a{x}', display: false })).toBe(false);
    expect(isPermitted({ tex: '{'.repeat(200), display: false })).toBe(false);
    expect(isPermitted({ tex: '\\definecolor \\delta \\globalx', display: false })).toBe(true);
  });
});

describe('the result of a formula', () => {
  it('is bounded in size', () => {
    for (const unit of [
      '\\sqrt{x}',
      '\\frac11',
      'a^b_c',
      '\\hat x',
      '\\iiint',
      '\\left(x\\right)',
      '\\text{é}',
    ]) {
      const html = set(unit.repeat(Math.floor(1000 / unit.length)));
      expect(html === null || html.length <= LARGEST, unit).toBe(true);
    }
    const rule = set('\\rule{9999em}{9999em}') ?? '';
    for (const [, size] of rule.matchAll(/(?:width|height):([\d.]+)em/g))
      expect(Number(size)).toBeLessThan(3);
  });

  it('scrolls within its line if it may be wider than a phone', () => {
    expect(set(`\\text{${'long words '.repeat(20)}}`)).toMatch(/^<span class="katex wide">/);
    expect(set('a + b + c + d + e + f + g + h + i + j + k + l + m + n + o + p + q = r')).toMatch(
      /^<span class="katex">/,
    );
  });

  it('does not depend on a formula before it', () => {
    set('\\gdef\\R{EVIL}');
    expect(set('\\R')).toContain('<span class="mord mathbb">R</span>');
  });
});

it('a display formula is kept separate from the same formula inline', () => {
  expect(keyOf({ tex: 'x', display: true })).not.toBe(keyOf({ tex: 'x', display: false }));
  expect(keyOf({ tex: 'x', display: true })).toMatch(/^[\w-]{22}$/);
});
