import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntities, markupText } from './html.ts';
import { foldText } from './text.ts';

const text = (markup: string): string => foldText(markupText(markup));

describe('text from markup', () => {
  test.each([
    ['<p>One</p><p>two &amp; <b>th</b>ree</p>', 'One two & three'],
    ['a < b and c > d, R&D', 'a < b and c > d, R&D'],
    ['Andr&eacute; &#233; &#xe9; &unknown; &#0;', 'André é é &unknown;'],
    ['<jats:title>Abstract</jats:title><jats:p>We <jats:italic>weave</jats:italic>.</jats:p>', 'We weave.'],
    ['<p>x<sub>2</sub></p><!-- no --><script>alert(1)</script>y', 'x2 y'],
    ['10<sup>15</sup> at 10<sup>−3</sup> m<sup>-2</sup>', '10¹⁵ at 10⁻³ m⁻²'],
    ['Ca<sup>2+</sup>, <sup>13</sup>C, x<sup>n</sup>, 1<sup>st</sup>', 'Ca2+, 13C, xn, 1st'],
    ['<![CDATA[a & b &lt; <i>]]>', 'a & b &lt; <i>'],
    ['before<script>never closed', 'before'],
    [
      'So <jats:inline-formula><jats:alternatives><jats:tex-math>$$\\alpha$$</jats:tex-math>' +
        '<mml:math><mml:mi>α</mml:mi></mml:math></jats:alternatives></jats:inline-formula> holds',
      'So $\\alpha$ holds',
    ],
    [
      '<jats:tex-math>\\documentclass{minimal}\\begin{document}$$x^2$$\\end{document}</jats:tex-math>',
      '$x^2$',
    ],
    ['<jats:title>Significance</jats:title>\n  <jats:p>The loom.</jats:p>', 'Significance: The loom.'],
    [
      '<sec><title>1. Aims?</title><p>To wind.</p></sec><h3>Results:</h3>Wound',
      '1. Aims? To wind. Results: Wound',
    ],
    ['<title>\n            Abstract\n   </title><p>It.</p>', 'It.'],
    ['<title>never closed', 'never closed'],
    ['<h1>Only a title</h1>\n', 'Only a title'],
    ['<p>p110 (\n   <i>PIK3CA</i>\n  ) and [ <b>x</b> ]</p>', 'p110 (PIK3CA) and [x]'],
    [
      '<p>The gene\n  <i>PIK3CA</i>\n  , which CO\n  <sub>2</sub> frees\n .</p>',
      'The gene PIK3CA, which CO2 frees.',
    ],
    ['f( x ) < 3 & y', 'f( x ) < 3 & y'],
    ['<p>&lt;p&gt;One &lt;em&gt;two &lt;/em&gt;and&amp;nbsp;three.&lt;/p&gt;</p>', 'One two and three.'],
    ['&lt;p&gt;One&lt;br/&gt;a &amp;lt; b &lt;b&gt;c&lt;/b&gt;&lt;/p&gt;', 'One a < b c'],
    ['&lt;p&gt;The &lt;script&gt; tag&lt;/p&gt;', 'The <script> tag'],
    ['Cards &amp;amp; Looms', 'Cards & Looms'],
    ['a &lt; b and c &gt; d', 'a < b and c > d'],
    ['<mml:math><mml:mi>n</mml:mi><mml:mo>=</mml:mo><mml:mn>1</mml:mn></mml:math>', 'n=1'],
  ])('%s', (markup, plain) => {
    expect(text(markup)).toBe(plain);
  });

  test('a tag that was escaped so that it would show is text, and stays text', () => {
    expect(text('&lt;script&gt;alert(1)&lt;/script&gt;')).toBe('<script>alert(1)</script>');
    expect(decodeEntities('&amp;lt;')).toBe('&lt;');
  });

  test('any text is accepted, and long hostile ones take linear time', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>/!-[]&;#x"ab ') }), (any) => {
        expect(typeof markupText(any)).toBe('string');
      }),
    );
    for (const piece of [
      '<a',
      '<',
      '<script>',
      '<tex-math>',
      '<![CDATA[',
      '<!--',
      '&#',
      '<title>',
      '</',
      '<a:',
      '<h1>',
      '<h1></h1>',
      '&lt;p&gt;',
      '&amp;lt;',
      '( ',
      '<sub>\n',
    ])
      expect(typeof markupText(piece.repeat(100_000))).toBe('string');
  });
});
