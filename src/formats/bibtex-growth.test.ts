import { expect, test } from 'vitest';
import { expectLinear, repeated } from '../../test/growth.ts';
import { paperOf } from '../testing/fake-library.ts';
import { readPapersFrom } from './read.ts';
import { chunks } from './reading.ts';
import { decodeName, decodeTex } from './tex.ts';
import { toBibtex } from './write.ts';

const bare = paperOf({ id: 'a-paper', title: '' });

/** Reads all of it; returns the number of papers. */
async function count(text: string): Promise<number> {
  let papers = 0;
  for await (const one of readPapersFrom(chunks(text, 65_536), 'a.bib')) if (one.ok) papers++;
  return papers;
}

const within = (before: string, unit: string, after: string) => (length: number) =>
  before + repeated(unit)(length) + after;

test.each([
  ['authors', '@article{a, title={T}, author={', 'A B and ', 'C D}}'],
  ['authors between commas', '@article{a, title={T}, author={', 'Bb, A., ', 'C}}'],
  ['authors between semicolons', '@article{a, title={T}, author={', 'Bb, A;', 'C}}'],
  ['ands', '@article{a, title={T}, author={', 'and ', '}}'],
  ['braces in braces', '@article{a, title={T}, author={', '{', ''],
  ['one huge field', '@article{a, title={T}, note={', 'word ', '}}'],
  ['one huge abstract', '@article{a, title={T}, abstract={', 'word $x$ \\emph{y} ', '}}'],
  ['open elements', '@article{a, title={T}, abstract={', '<b x ', '}}'],
  ['elements', '@article{a, title={T}, abstract={', '<i>$x$</i> &amp;', '}}'],
  ['references in names', '@article{a, title={T}, author={', 'M&uuml;ller and {\\\\&}', 'C}}'],
  ['backslashes', '@article{a, title={T}, abstract={', '\\', '}}'],
  ['open commands', '@article{a, title={T}, abstract={', '\\emph{a', ''],
  ['citations', '@article{a, title={T}, abstract={', '\\cite[', '}}'],
  ['dollars', '@article{a, title={T}, abstract={', '$ ', '}}'],
  ['concatenations', '@article{a, title={T}, note={a}', ' # {b}', '}'],
  ['signs of concatenation', '@article{a, title={T}, note=', '#', '}'],
  ['quotation marks', '@article{a, title={T}, note="', '" ', '}'],
  ['at signs', '', '@', '@article{a, title={T}}'],
  ['at signs at the start of lines', '@article{a, title={T}, note={', '\n@', '}}'],
  ['heads on lines', '', '@a{\n', ''],
  ['entries', '', '@article{a, title={T}, author={A B and C D}, year=2020}\n', ''],
  ['fields', '@article{a, title={T}', ', b = {c}', '}'],
  ['fields that are never closed', '@article{a, title={T},\n', 'b = {c,\n', '@misc{x, title={T}}'],
  ['braces closed too early', '@article{a, title={T}', '}, b = {c}', '}'],
  ['white space', '@article{a, title={T},', ' ', '}'],
  ['junk', '@article{a, title={T}}', 'junk ', '@article{a, title={T}}'],
])('reading takes linear time: %s', async (name, before, unit, after) => {
  await expectLinear(name, within(before, unit, after), count);
});

test('twenty thousand authors are one paper', async () => {
  expect(await count(within('@article{a, title={T}, author={', 'A B and ', 'C D}}')(160_000))).toBe(1);
});

test('children that wait for a parent are held within bounds', async () => {
  await expectLinear(
    'children before their parent',
    within('', '@misc{a, title={T}, crossref={p}}\n', '@book{p, title={P}}'),
    count,
  );
});

/** Three ways of decoding TeX, each tried on a text of every unit. */
const decoded = (texts: string[]): void => {
  for (const text of texts) {
    decodeTex(text, { tex: true });
    decodeTex(text);
    decodeName(text);
  }
};

test.each([
  ['braces', ['{', '}', '\\{', '{}', '^{', '\\foo{']],
  ['formulas', ['$', '$$', '\\(', '\\[', '$\\$', '\\$$', '\\$', '$5 a ', '$a$b']],
  [
    'markup',
    ['\\textbf{', '{\\em ', '\\textcolor{', '\\href{a}{', '\\textsuperscript{', '\\textsuperscript{a}'],
  ],
  ['citations', ['\\cite', '\\cite[', '\\cite[a]', '\\cite{']],
  ['modes', ['\\ensuremath{', '\\ifmmode ', '\\ifmmode \\else ', '\\fi']],
  ['signs', ['~', '\\', '\\ ', '\\lbrace', '\\alpha']],
])('decoding takes linear time: %s', async (name, units) => {
  await expectLinear(name, (length) => units.map((unit) => repeated(unit)(length)), decoded);
});

test('writing takes linear time', async () => {
  const units = ['$', '$a', '\\$', '{', '}', '\\{', '\\', '$\\{$', '$\\$', '%', '$x$', '\\(', '$$'];
  await expectLinear(
    'titles',
    (length) => units.map((unit) => repeated(unit)(length)),
    (titles) => {
      for (const title of titles) toBibtex({ ...bare, title });
    },
  );
});
