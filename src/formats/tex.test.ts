import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeName, decodeTex } from './tex.ts';
import { foldText, isDay, monthNumber, parseMoment } from './text.ts';

describe('TeX in running text', () => {
  test.each([
    ["Andr\\'e and Erd\\H{o}s", 'André and Erdős'],
    ['G\\"{o}del, {\\"u}ber, \\c{c}a, \\v Sv, \\~n', 'Gödel, über, ça, Šv, ñ'],
    ['na\\"{\\i}ve, {\\o}re, stra{\\ss}e, \\AA{}ngstr\\"om, {\\\'\\i}', 'naïve, øre, straße, Ångström, í'],
    ['5\\% of \\textbf{all \\emph{big}} models \\& more', '5% of all big models & more'],
    ['{\\em Now} \\textsc{x}\\_y', 'Now x_y'],
    ['see \\href{https://a.org}{here} \\cite{foo,bar}.', 'see here.'],
    ['x\\textsuperscript{2}', 'x$^{2}$'],
    ["$\\'e \\textbf{x}$ and \\'e", "$\\'e \\textbf{x}$ and é"],
    ['\\(a_1\\) and \\[ b \\]', '$a_1$ and $$b$$'],
    ['cost \\$5', 'cost $5'],
    ['\\$5 or \\$10', '\\$5 or \\$10'],
    ['the set {0,1}', 'the set {0,1}'],
    ['our \\ours{} model', 'our \\ours{} model'],
    ['a $5 thing', 'a $5 thing'],
  ])('%s → %s', (text, expected) => expect(decodeTex(text)).toBe(expected));

  test('in BibTeX braces only group', () => {
    expect(decodeTex('{A} {LLM}~study in $O(n^{2})$ of \\{x\\}', { tex: true })).toBe(
      'A LLM study in $O(n^{2})$ of {x}',
    );
  });
  test.each([
    ['Jo{ã}o Lopes', 'João Lopes'],
    ['\\\\Ada Lovelace', 'Ada Lovelace'],
    ['Tolúl\\d{o}pé', 'Tolúlọpé'],
    ['Peter St\\"utz', 'Peter Stütz'],
  ])('the name %s is %s', (text, expected) => expect(decodeName(text)).toBe(expected));

  test('garbage comes through without error and in no noticeable time', () => {
    const piece = fc.constantFrom(
      '\\',
      '{',
      '}',
      '$',
      '\\textbf{',
      '\\"',
      '\\(',
      '\\)',
      'a',
      '~',
      '\\c ',
      '\\[',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        expect(typeof decodeTex(parts.join(''))).toBe('string');
        expect(decodeName(parts.join(''))).not.toMatch(/[\\{}]/);
      }),
    );
    for (const part of [
      '\\textbf{',
      '{',
      '$',
      '\\(',
      "\\'",
      '\\c',
      '{\\em ',
      '\\cite',
      '\\textcolor{',
      '$\\$',
      '\\$$',
    ]) {
      const start = performance.now();
      decodeTex(part.repeat(50_000), { tex: true });
      expect(performance.now() - start, part).toBeLessThan(1500);
    }
  });
});

describe('text and dates', () => {
  test('white space is folded, controls and half characters go', () => {
    expect(foldText(' a\n\tb\u0000\u200b  c\ufeff \ud800 e\u0301 ')).toBe('a b c � é');
    expect(foldText('plain')).toBe('plain');
    expect(foldText('\u202Eevil')).toBe('evil');
  });
  test.each([
    ['2026-02-28', true],
    ['2026-02-29', false],
    ['2024-02-29', true],
    ['2026-02-30', false],
    ['2026-13-01', false],
    ['2026-00-10', false],
    ['26-01-01', false],
    ['0000-01-01', false],
  ])('%s is a day: %s', (text, expected) => expect(isDay(text)).toBe(expected));
  test.each([
    ['2025-04-22T14:06:01.000Z', { day: '2025-04-22', precision: 'day', at: 1745330761000 }],
    ['2025-04-22T23:00:00-04:00', { day: '2025-04-23', precision: 'day', at: 1745377200000 }],
    ['2025-04', { day: '2025-04-01', precision: 'month' }],
    ['2025', { day: '2025-01-01', precision: 'year' }],
    ['2025-04-31T00:00:00Z', null],
    ['2025-04-22T25:00:00Z', null],
    ['yesterday', null],
  ])('the moment %s', (text, expected) => expect(parseMoment(text)).toEqual(expected));
  test('months are told by name or number', () => {
    expect(['jun', 'June', '6', '06', '13', 'x', ''].map(monthNumber)).toEqual([
      '06',
      '06',
      '06',
      '06',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
