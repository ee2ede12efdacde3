import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Paper } from '../papers/types.ts';
import { paperOf } from '../testing/fake-library.ts';
import { read } from './reading.ts';
import { decodeTex } from './tex.ts';
import { foldText } from './text.ts';
import { toBibtex } from './write.ts';

const bare = paperOf({ id: 'a-paper-abc123', title: '' });

const written = (title: string): string =>
  /title = \{\{(.*)\}\},\n/.exec(toBibtex({ ...bare, title }))?.[1] ?? '';

async function back(paper: Paper) {
  const all = await read(toBibtex(paper), 'a.bib', {}, 10_000);
  const [one] = all;
  if (all.length !== 1 || !one?.ok || one.warnings) throw new Error(JSON.stringify(all));
  return one.record;
}

describe('BibTeX as written', () => {
  test.each([
    ['Cutting the price from $5 to $10 per run', 'Cutting the price from \\$5 to \\$10 per run'],
    ['One price of $5 only', 'One price of \\$5 only'],
    [
      'From $1.5M to $2M, or $5-$10 and US$ 100 to US$ 200',
      'From \\$1.5M to \\$2M, or \\$5-\\$10 and US\\$ 100 to US\\$ 200',
    ],
    ['Costs $5 and solves $x^2=1$', 'Costs \\$5 and solves $x^2=1$'],
    ['At $\\alpha$ for $20', 'At $\\alpha$ for \\$20'],
    [
      '$O(n^{2})$ & 5% of C#_{x} ~ \\ ^',
      '$O(n^{2})$ \\& 5\\% of C\\#\\_\\{x\\} \\textasciitilde{} \\textbackslash{} \\textasciicircum{}',
    ],
    ['$50%$ of $\\{0,1\\}$', '$50\\%$ of $\\{0,1\\}$'],
    ['$f(x)=\\left\\{ x \\right.$', '$f(x)=\\left\\lbrace{} x \\right.$'],
    ['A } brace { too many', 'A \\textbraceright{} brace \\textbraceleft{} too many'],
    ['Nobody closes $x^{2$', 'Nobody closes \\$x\\textasciicircum{}\\textbraceleft{}2\\$'],
  ])('keeps formulas and escapes the rest: %s', (title, expected) => expect(written(title)).toBe(expected));

  test.each([
    '\\input{/etc/passwd}',
    '\\@@input x \\input/etc/passwd',
    '\\immediate\\write18{rm -rf x}',
    '\\directlua{os.execute("x")}',
    '\\csname input\\endcsname{x}',
    '^^5cinput{x}',
    '\\begin{filecontents}{x.tex}y\\end{filecontents}',
    '\\end {document}',
    '\\end{document}',
    '\\mathrm{\\openin5=x }',
    '\\ifeof18 a\\fi',
    '\\catcode`\\@=0',
    '\\def\\a{\\a\\a}\\a',
    '\\href{run:x}{y}',
  ])('writes a formula that does more than show signs as text: %s', async (formula) => {
    const title = `Before $${formula}$ and $x^2$ after`;
    const text = written(title);
    // Every backslash before a word is one of ours.
    expect(text.replace(/\\text[a-z]+\{\}|\\[{}%$#&_]/g, '')).not.toContain('\\');
    expect(text).toContain('$x^2$');
    expect((await back({ ...bare, title })).title).toContain('x^2');
  });

  test.each([
    'a \\iff b',
    '\\begin{pmatrix} a & b \\\\ c \\end{pmatrix}',
    '\\infty \\in \\mathbb{R}^{d \\times n}',
    '\\operatorname{softmax}\\left(\\frac{QK^\\top}{\\sqrt{d}}\\right)',
  ])('leaves formulas as they are: %s', (formula) =>
    expect(written(`Of $${formula}$ here`)).toBe(`Of $${formula}$ here`),
  );

  test('escapes every special character in every field', () => {
    const signs = '$1 & 5% #1 a_b {x} ~ ^ \\';
    const text = toBibtex({
      ...bare,
      journal: signs,
      note: signs,
      abstract: signs,
      keywords: [signs],
      title: signs,
    });
    const escaped =
      '\\$1 \\& 5\\% \\#1 a\\_b \\{x\\} \\textasciitilde{} \\textasciicircum{} \\textbackslash{}';
    for (const name of ['journal', 'note', 'abstract', 'keywords'])
      expect(text).toContain(`  ${name} = {${escaped}},\n`);
    expect(text).toContain(`  title = {{${escaped}}},\n`);
  });

  const sign = fc.constantFrom(
    ...['<i>', '</b>', '&amp;', '&#65;', '<p '],
    ...'$%&#_{}^~\\"\'`@=,;.:-+<>|/()[] ',
    '\\$',
    '--',
    '``',
    'é',
    'ı',
    '论',
    '😀',
  );
  const word = fc.stringMatching(/^[A-Za-z0-9]{1,6}$/);
  const formula = fc.constantFrom(
    ...[
      '$x$',
      '$O(n^{2})$',
      '$\\alpha$',
      '$10^{15}$',
      '$$E=mc^2$$',
      '$\\{0,1\\}$',
      '$a_{i}$',
      '$\\mathbb{R}^{128}$',
    ],
    ...[
      '$5 to $10',
      '$5',
      '$1.5M',
      '$\\left\\{x\\right.$',
      '\\$',
      '$a$$b$',
      '$5-$10',
      '$\\textbf{5$\\to$6}$',
      '$\\lbrace x$',
    ],
  );
  const text = fc
    .array(fc.oneof(word, word, sign, formula, fc.constant(' ')), { minLength: 1, maxLength: 14 })
    .map((parts) => foldText(`T ${parts.join('')} e`));
  /** As a source would have given it: anything ambiguous has been resolved. */
  const normal = (given: string): string => foldText(decodeTex(foldText(given)));

  test('reads back unchanged, whatever characters and formulas it has', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (...given) => {
        const [title = '', journal = '', note = ''] = given.map(normal);
        const once = await back({ ...bare, title, journal, note, abstract: note });
        // The TeX of a formula may be spelled differently (`\%`, `\lbrace`); after one round trip it stays the same.
        const first = { title: once.title, journal: once.journal ?? null, note: once.note ?? null };
        const again = await back({ ...bare, ...first, abstract: once.abstract ?? null });
        expect(again).toMatchObject({ title: once.title, journal: once.journal, note: once.note });
        const plain = (one: string): string => one.replace(/\\lbrace ?/g, '{').replace(/\\([$%#{])/g, '$1');
        expect([title, journal, note].map(plain)).toEqual(
          [once.title, once.journal ?? '', once.note ?? ''].map(plain),
        );
        expect(once.abstract).toBe(once.note);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps any name', async () => {
    const part = fc.oneof(
      word,
      sign,
      fc.constantFrom(' and ', ' others', ', Jr.', ' et al.', '; ', ' van der ', "O'"),
    );
    const name = fc
      .array(part, { minLength: 1, maxLength: 6 })
      .map((parts) => foldText(`Ada ${parts.join('').replace(/[\\{}~$^]/g, '')}x`));
    await fc.assert(
      fc.asyncProperty(fc.array(name, { minLength: 1, maxLength: 4 }), async (authors) => {
        expect((await back({ ...bare, title: 'T', authors })).authors).toEqual(authors);
      }),
      { numRuns: 300 },
    );
  });
});
