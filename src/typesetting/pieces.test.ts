/** Text with TeX split into pieces: how it reads, and that no text takes more than linear time. */
import { describe, expect, it } from 'vitest';
import { expectLinear, repeated } from '../../test/growth.ts';
import { splitMath } from '../formats/maths.ts';
import { decodeName, decodeTex } from '../formats/tex.ts';
import { foldText } from '../formats/text.ts';
import { escapeHtml, texToHtml, texToPlain } from '../present/tex.tsx';
import { fold } from '../search/fold.ts';
import { highlightRanges } from '../search/highlight.ts';
import { pieces } from './pieces.ts';

describe('ties and references', () => {
  it.each([
    ['by Theorem~\\ref{thm:main}, we', 'by Theorem, we'],
    ['by Theorem ~1.21 and Fig. ~3', 'by Theorem 1.21 and Fig. 3'],
    ['Equation~\\eqref{eq:1} (see Fig.~\\ref{fig:a}).', 'Equation (see Fig.).'],
    ['as shown \\cite{a}, and \\citep[see][p.~3]{b,c} too', 'as shown, and too'],
    ['known (\\cite{a}) for [\\cite{b}] long', 'known for long'],
    ['two \\cite{a}~\\cite{b}.', 'two.'],
    ['main\\label{sec:main} result', 'main result'],
    ['a result\\footnote{See the appendix.} here', 'a result (See the appendix.) here'],
    ['at~\\url{https://a.org} and at ~\\url{https://b.org}', 'at\u00a0https://a.org and at https://b.org'],
    ['Gödel~1, Müller~et al., (i)~first', 'Gödel\u00a01, Müller\u00a0et al., (i)\u00a0first'],
    ['three tasks~-- ~binary', 'three tasks\u00a0– ~binary'],
    ['similarly~--~we', 'similarly\u00a0–\u00a0we'],
    ['techniques~ here', 'techniques here'],
    ['speedup of 3~5x, by 60%~70%', 'speedup of 3~5x, by 60%~70%'],
    ['gains of ~50% (~21 more), r = ~.54', 'gains of ~50% (~21 more), r = ~.54'],
    ['costs ~$3 a day', 'costs ~$3 a day'],
    ['http://a.org/~user/', 'http://a.org/~user/'],
    ['94% ~ 96%', '94% ~ 96%'],
    ['\\preference{x} and \\href', '\\preference{x} and \\href'],
  ])('%s', (text, shown) => expect(texToHtml(text)).toBe(shown));

  it('bind a formula to the word before it', () => {
    const shown = pieces('the angle~$x$ and the set ~$A$').map((piece) =>
      'start' in piece ? (piece.kind === 'text' ? (piece.show ?? 'text') : piece.tex) : piece.tag,
    );
    expect(shown).toEqual(['text', '\u00a0', 'x', 'text', 'A']);
  });
});

describe('groups', () => {
  it('end where their brace is, even nested and across a formula', () => {
    expect(texToHtml('\\emph{a \\textbf{b}} c')).toBe('<em>a <strong>b</strong></em> c');
    expect(texToHtml('\\emph{a \\textbf{b}}} c')).toBe('<em>a <strong>b</strong></em>} c');
    const tags = pieces('\\emph{a \\textbf{b $x} y$ z} c').flatMap((p) =>
      'tag' in p ? `${p.kind} ${p.tag}` : [],
    );
    expect(tags).toEqual(['open em', 'open strong', 'close strong', 'close em']);
  });
});

/** What opens something and is never closed, or closes it over and over. */
const UNITS = [
  '\\(',
  '\\( ',
  '\\[ ',
  '\\(\\)',
  '$',
  '$ ',
  '$$ ',
  '$$x',
  '$1 ',
  '\\$',
  '{',
  '}',
  '{}',
  '{\\em ',
  '\\textbf{',
  '\\textbf{a}',
  '\\footnote{',
  '\\href{',
  '\\href{a}{',
  '\\cite[',
  '\\cite[a][',
  '\\cite{',
  '\\ref{',
  '[\\cite{a}]',
  '~\\cite{a}',
  '~',
  'a~',
  ' ~1',
  '-',
  '--',
  '`',
  "'",
  '\\',
  '\\\\',
  '\\"',
  '\\log ',
  '^{',
  '^1',
  '\\unicode{',
  '\\textbf{$',
  '$}\\emph{',
  '\\({\\[$',
  ' ',
  '&',
  'a\u0315\u0300',
  'é$',
];
/** Appended to all of them, so that an attempt that fails at the end backtracks. */
const END = ' x';

describe.each<[string, (text: string) => unknown]>([
  ['pieces', pieces],
  ['texToPlain', texToPlain],
  ['fold', (text) => fold(text, { starts: [], ends: [] })],
  ['highlightRanges', (text) => highlightRanges(marksOf('cite', 'em'), text)],
  ['decodeTex', decodeTex],
  ['decodeTex of BibTeX', (text) => decodeTex(text, { tex: true })],
  ['decodeName', decodeName],
  ['splitMath', splitMath],
  ['foldText', foldText],
  ['escapeHtml', escapeHtml],
])('%s is linear in the text', (name, run) => {
  it('time is linear, whatever is repeated', async () => {
    for (const unit of UNITS) {
      const input = (length: number) => repeated(unit)(length) + END;
      await expectLinear(`${name} of ${JSON.stringify(unit)}`, input, run);
    }
  });
});

describe('texToHtml', () => {
  let turn = 0;

  it('takes linear time, highlights included', async () => {
    for (const unit of UNITS) {
      const input = (length: number) => {
        const text = repeated(unit)(length) + END;
        const marks: [number, number][] = [];
        for (let at = 0; at + 2 < text.length; at += 3) marks.push([at, at + 2]);
        return { text, marks };
      };
      // Earlier texts are cached, so each one is new.
      await expectLinear(unit, input, ({ text, marks }) => texToHtml(`${text}${turn++}`, marks, true));
    }
  });

  it('gives no more text than its characters and highlights', () => {
    for (const unit of UNITS) {
      const text = repeated(unit)(20_000) + END;
      expect(texToHtml(text, [], true).length, unit).toBeLessThan(20 * text.length);
    }
  });
});

const marksOf = (...terms: string[]) => ({
  terms: new Set(terms),
  phrases: new Set<string>(),
  prefixes: [],
  names: new Set<string>(),
});
