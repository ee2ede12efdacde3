import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPair, stems, words } from './analysis.ts';
import { fold, type Origins } from './fold.ts';
import { FUNCTION_WORDS } from './stems.ts';
import { Tokens } from './tokens.ts';

/** The pairs of a text, as terms. */
function pairsOf(text: string): string[] {
  const tokens = new Tokens();
  tokens.scan(fold(text));
  const said = words(text);
  const terms = stems(text);
  const dull = (i: number): boolean => FUNCTION_WORDS.has(said[i]!);
  return terms.flatMap((term, i) =>
    i > 0 && isPair(tokens, i, dull(i - 1), dull(i)) ? [`${terms[i - 1]}-${term}`] : [],
  );
}

describe('words', () => {
  test.each([
    ['GPT-4, 7B and v2 at 3.5', ['gpt', '4', '7b', 'and', 'v2', 'at', '3.5'].toSpliced(2, 1, '7b')],
    ['1,000 of 10,00', ['1000', 'of', '10', '00']],
    ["the model's and don't, O'Brien’s", ['the', 'model', 'and', 'dont', 'obrien']],
    ['Café ﬁne Straße Ⅷ 𝐀𝐁', ['cafe', 'fine', 'strasse', 'viii', 'ab']],
    ['Poincaré, Poincare\u0301', ['poincare', 'poincare']],
    ['机器学习 and 深', ['机器', '器学', '学习', 'and', '深']],
    ['か\u3099く が', ['がく', 'が']],
    ['an_ab/c.d', ['an', 'ab', 'c', 'd']],
    ['T_c and x_i, H_2O, R^2, 10^6, top_k', ['tc', 'and', 'x', 'i', 'h2o', 'r2', '10', '6', 'top', 'k']],
    ['β-VAE of αβ, λόγος', ['beta', 'vae', 'of', 'alpha', 'beta', 'λογοσ']],
    ['10⁶ x² H₂O', ['10', '6', 'x2', 'h2o']],
    ['C++, C# and .NET; a+b #1', ['c++', 'c#', 'and', '.net', 'a', 'b', '1']],
    ['SO(3), paper(s), f(x)', ['so', '3', 'paper', 's', 'f', 'x']],
    ['ภาษาไทย', ['ภา', 'าษ', 'ษา', 'าไ', 'ไท', 'ทย']],
    ['\ud800x\udc00', ['x']],
  ])('of %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test.each([
    ['$\\alpha$-divergence', ['alpha', 'divergence']],
    ['$O(n\\log n)$', ['o', 'n', 'log', 'n']],
    ['Poincar\\\'e and Schr{\\"o}dinger', ['poincare', 'and', 'schrodinger']],
    ['Erd\\H{o}s, \\c{C}elik, \\O ksendal, Fran\\c cois', ['erdos', 'celik', 'oksendal', 'francois']],
    ['\\emph{Fast} \\textbf{and} $\\mathcal{L}_2$', ['fast', 'and', 'l2']],
    ['\\frac{a}{b}', ['a', 'b']],
    ['costs $5 or 6\\%', ['costs', '5', 'or', '6']],
    ['La$_{3}$Ni$_2$O$_7$', ['la3ni2o7']],
    ['$ {\\rm La}_{3}{\\rm Ni}_2$ and $\\mathrm{SO}(3)$', ['la3ni2', 'and', 'so', '3']],
    ['$\\Lambda$CDM, $\\beta_2$, $T_{\\rm c}$', ['lambda', 'cdm', 'beta2', 'tc']],
    ['La<sub>3</sub>Ni, T<sub>c</sub> < 3', ['la3ni', 'tc', '3']],
    ['{braces} without TeX', ['braces', 'without', 'tex']],
  ])('of TeX %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });
});

describe('pairs', () => {
  test.each([
    ['multi-token prediction', ['multi-token']],
    ['few-shot-learning', ['few-shot', 'shot-learn']],
    ['$n$-gram, $\\alpha$-divergence', ['n-gram', 'alpha-diverg']],
    ['GPT 4 and GPT-4', ['gpt-4', 'gpt-4']],
    ['of 3, then 4', []],
    ['SO(3), TGFβ', ['so-3', 'tgf-beta']],
    ['em–dash is — not, a -- b', ['em-dash']],
  ])('of %j', (text, pairs) => {
    expect(pairsOf(text)).toEqual(pairs);
  });
});

describe('folding', () => {
  test('tells for every character where it came from, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const origins: Origins = { starts: [], ends: [] };
        const folded = fold(text, origins);
        expect(folded).toBe(fold(text));
        expect(origins.starts.length).toBe(folded.length);
        for (let i = 0; i < folded.length; i++) {
          expect(origins.starts[i]).toBeLessThan(origins.ends[i]!);
          expect(origins.ends[i]).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
