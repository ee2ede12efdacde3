/** Text with TeX: what is maths, what is a price, and that nothing else gets through. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNSET } from '../typesetting/memory.ts';
import { LARGEST_IN_TEXT } from '../typesetting/rules.ts';
import { whole } from '../typesetting/testing.ts';
import { escapeHtml, type Marks, texToHtml, texToPlain, texWithNames } from './tex.tsx';

/** The text as a page shows it when all its formulas have been set. */
const set = (text: string, marks?: Marks, block?: boolean) => texToHtml(whole(text), marks, block);

const maths = (text: string) => (set(text).match(/class="katex"/g) ?? []).length;

describe('names that other papers mention', () => {
  it('lead to a search for them, outside formulas', () => {
    const text = 'FrobNet & $FrobNet$ do <b>.';
    expect(texWithNames(text, [{ start: 0, end: 7 }])).toMatch(
      /^<a class="known" href="\/search\?q=%22FrobNet%22">FrobNet<\/a> &amp; /,
    );
    expect(texWithNames(text, [{ start: 11, end: 18 }])).not.toContain('<a');
    expect(texWithNames(text, [])).toBe(texToHtml(text, [], true));
  });
});

describe('maths', () => {
  it.each([
    ['$x$', 1],
    ['It takes $O(n \\log n)$ and $n^2$.', 2],
    ['$\\sim$10 and $ \\alpha $', 2],
    ['\\(a\\) and \\[b\\] and $$c$$', 3],
    ['It costs $5.', 0],
    ['From $5 to $7', 0],
    ['From $5-$7', 0],
    ['Between $5 million and $7 million', 0],
    ['$5 here and $\\frac{1}{2}$ there', 1],
    ['US\\$5 and $k=3$', 1],
    ['a $ b c $ d', 0],
    ['repulsion $ U $ and 0$-$45', 2],
    ['by $\\textbf{16.3%}$', 1],
    ['a$\\unicode{x2013}$b', 1],
    ['$', 0],
    ['$$', 0],
    ['$\\notacommand{x}$', 0],
    ['$\\frac{1$', 0],
  ])('%s has %i formulas', (text, n) => expect(maths(text)).toBe(n));

  it('shows bad TeX as it was written', () => {
    expect(set('a $\\frac{1$ b')).toBe('a $\\frac{1$ b');
    expect(set('a $\\nosuch{<b>}$')).toBe('a $\\nosuch{&lt;b&gt;}$');
  });

  it('is shown as written until it has been typeset, which is not cached', () => {
    const text = 'for $q_{17} < 4$ only';
    expect(texToHtml(text)).toBe(`for ${UNSET}$q_{17} &lt; 4$</span> only`);
    expect(set(text)).toContain('class="katex"');
  });

  it('is shown as written beyond the limit for one text', () => {
    const long = String.raw`\sum_{i=1}^{n} \frac{a_i}{b_i} + \sqrt{x} `.repeat(7);
    const text = Array.from({ length: 40 }, (_, i) => `$${long} + ${i}$`).join(' and ');
    const html = set(text);
    expect(html).toContain('$\\sum');
    expect(maths(text)).toBeGreaterThan(4);
    expect(html.length).toBeLessThan(LARGEST_IN_TEXT + text.length);
  });
});

describe('a displayed formula', () => {
  it('has a line of its own in a text, scrollable by keyboard, and runs on in a title', () => {
    expect(set('a $$x$$ b', [], true)).toContain('<span class="katex-display" tabindex="0">');
    expect(set('a $$x$$ b')).not.toContain('katex-display');
  });
});

describe('text', () => {
  it.each([
    ['\\emph{a \\textbf{b}} c', '<em>a <strong>b</strong></em> c'],
    ['{\\em x} \\texttt{y}', '<em>x</em> <code>y</code>'],
    ["``quoted'' -- and --- 1--2", '“quoted” – and — 1–2'],
    ['run --help', 'run --help'],
    ['50\\% \\& \\$5 a\\_b', '50% &amp; $5 a_b'],
    ['Erd\\H{o}s, G\\"odel, \\\'{e}, \\ss', 'Erdős, Gödel, é, ß'],
    ['Fig.~1 but ~10', 'Fig.\u00a01 but ~10'],
    ['prediction~(MTP), (a)~[1]', 'prediction\u00a0(MTP), (a)\u00a0[1]'],
    ['\\emph{open', '\\emph{open'],
    ['\\emph{a $x}$ b', null],
    ['\\constructor{x}', '\\constructor{x}'],
    ['as shown~\\cite{key1,key2}, \\ie 5 \\mu m', 'as shown, i.e. 5 μ m'],
    ['\\href{http://x}{text}', 'text'],
    ['<script>alert("1")</script>', '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;'],
  ])('%s', (text, html) => {
    if (html !== null) expect(set(text)).toBe(html);
  });

  it('never lets a tag through, and always nests its own', () => {
    const part = fc.constantFrom(
      '<b>',
      '$',
      '$$',
      '\\emph{',
      '}',
      '{\\bf ',
      'x',
      '^2',
      ' ',
      '5',
      '\\(',
      '\\)',
      '&',
      '--',
      '`',
      '\\',
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 14 }).map((p) => p.join('')),
        (text) => {
          const html = set(text);
          if (html.includes('katex')) return;
          const stack: string[] = [];
          for (const [, close, name] of html.matchAll(/<(\/?)(\w+)>/g)) {
            if (!['em', 'strong', 'code'].includes(name!)) throw new Error(name);
            if (close) expect(stack.pop()).toBe(name);
            else stack.push(name!);
          }
          expect(stack).toEqual([]);
          expect(html.replace(/<\/?(em|strong|code)>/g, '')).not.toMatch(/[<>]/);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('highlights', () => {
  it('mark words and leave formulas whole', () => {
    expect(set('a word here', [[2, 6]])).toBe('a <mark>word</mark> here');
    const html = set('is $word$ word', [
      [4, 8],
      [10, 14],
    ]);
    expect(html).toContain('<mark>word</mark>');
    expect(html.match(/<mark>/g)).toHaveLength(1);
    expect(set('<a> & b', [[0, 3]])).toBe('<mark>&lt;a&gt;</mark> &amp; b');
    expect(
      set('x \\emph{two words} y', [
        [8, 11],
        [19, 20],
      ]),
    ).toBe('x <em><mark>two</mark> words</em> <mark>y</mark>');
  });
});

it('becomes plain text for titles', () => {
  expect(texToPlain('\\emph{A} $O(n \\log n)$, $\\alpha^2 \\times 3$ -- $\\mathcal{L}_1$')).toBe(
    'A O(n log n), α² × 3 – L₁',
  );
  expect(escapeHtml('<&"\'>')).toBe('&lt;&amp;&quot;&#39;&gt;');
});

it.each([
  ['$10^{15}$ tokens, $10^{-3}$, $10^{1,000}$', '10¹⁵ tokens, 10⁻³, 10^(1,000)'],
  ['\\({}^{13}\\)C in $\\mathbb{R}^{128}$ at $x_{24}$', '¹³C in R¹²⁸ at x₂₄'],
  ['$\\sim$90%, $\\sim 5$, $\\approx$ 3, $a~b$', '~90%, ~5, ≈ 3, a b'],
  ['H$_2$O, $CO_{2}$, $x^{n+1}$, $x^{(2)}_{t-1}$', 'H₂O, CO₂, xⁿ⁺¹, x⁽²⁾ₜ₋₁'],
  ['$x_{max}$, $K_{\\mathrm{eff}}$, $a^{k/2}$, $2^{nd}$', 'x_max, K_eff, a^(k/2), 2ⁿᵈ'],
  [
    '$L^\\infty$, $20^{\\circ}$C, $f^{\\prime}$, $\\Lambda_b$, $O(n\\log{n})$',
    'L^∞, 20°C, f′, Λ_b, O(nlog n)',
  ],
])('keeps numbers and signs whole in plain text: %s', (text, plain) => expect(texToPlain(text)).toBe(plain));
