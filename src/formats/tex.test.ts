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
    ['\\$5 or \\$10', '$5 or $10'],
    ['\\$x\\$ and \\$5', '\\$x\\$ and \\$5'],
    ['\\emph{$\\textbf{5%$\\to$6}$} a', '$\\textbf{5%$\\to$6}$ a'],
    ['\\emph{the $x$ case} of {\\bf b}', 'the $x$ case of b'],
    ['\\emph{never closed, {\\em x', '\\emph{never closed, {\\em x'],
    ['the set {0,1}', 'the set {0,1}'],
    ['our \\ours{} model', 'our \\ours{} model'],
    ['a $5 thing', 'a $5 thing'],
  ])('%s → %s', (text, expected) => expect(decodeTex(text)).toBe(expected));

  test('braces only group in BibTeX', () => {
    expect(decodeTex('{A} {LLM}~study in $O(n^{2})$ of \\{x\\}', { tex: true })).toBe(
      'A LLM study in $O(n^{2})$ of {x}',
    );
  });
  test.each([
    ['\\ifmmode \\check{Z}\\else \\v{Z}\\fi{}umer', 'Žumer'],
    ['$\\ifmmode a\\else b\\fi$', '$a$'],
    ['a $\\ensuremath{\\theta}$ term, $\\ensuremath{\\theta}x$', 'a $\\theta$ term, $\\theta x$'],
    ['\\ensuremath{\\alpha}-particles, $_{\\ensuremath{a}}$', '$\\alpha$-particles, $_{a}$'],
    ['\\ensuremath{never', '\\ensuremath{never'],
    ['\\mbox{A} \\hbox{B} {\\rm C} {\\it D} \\bf E \\mathrm{F}', 'A B C D E F'],
    ['$\\sim$3 \\textgreater{} 2\\textendash 1', '$\\sim$3 > 2–1'],
    ['1\\textsuperscript{st} H\\textsubscript{2}O', '1$^{st}$ H$_{2}$O'],
    ['\\textcolor{red}{a} \\href{https://a.org/b_c}{d} \\enquote{e}', 'a d “e”'],
    ['{\\noopsort{1973}}A \\texorpdfstring{$\\alpha$}{alpha} B\\thanks{C}', 'A $\\alpha$ B'],
    ['\\foo{a {b} $c$}{d} e', '\\foo{a b $c$}{d} e'],
    ['$\\left\\lbrace{} x \\right.$', '$\\left\\{ x \\right.$'],
    ['{\\textbf word} and \\emph more', 'word and more'],
    ['\\noop{1999}2001, \\textalpha{} to \\textOmega, 5 \\textmicro m', '2001, α to Ω, 5 µm'],
    ['\\ce{H2O} and \\ce{SO4^{2-}}', '$\\mathrm{H_{2}O}$ and $\\mathrm{SO_{4}^{2-}}$'],
    ['$\\ce{CO2}$, \\ce{^{13}C}, \\ce{Na+}', '$\\mathrm{CO_{2}}$, $\\mathrm{^{13}C}$, $\\mathrm{Na^{+}}$'],
    ['\\ce{2H2 + O2 -> 2H2O}', '$\\mathrm{2H_{2} + O_{2}\\to 2H_{2}O}$'],
    ['\\ce{\\foo}', '\\ce{\\foo}'],
    ['a\\,b\\;c\\ d\\\\e\\-f\\/g', 'a b c d efg'],
  ])('in BibTeX, %s is %s', (text, expected) => expect(decodeTex(text, { tex: true })).toBe(expected));

  const ACCENTS: [string, string][] = [
    ["\\'", 'ÁáĆćÉéÍíĹĺŃńÓóŔŕŚśÚúÝýŹźǴǵ'],
    ['\\`', 'ÀàÈèÌìÒòÙùǸǹ'],
    ['\\^', 'ÂâĈĉÊêĜĝĤĥÎîĴĵÔôŜŝÛûŴŵŶŷ'],
    ['\\"', 'ÄäËëÏïÖöÜüŸÿ'],
    ['\\~', 'ÃãÑñÕõĨĩŨũ'],
    ['\\=', 'ĀāĒēĪīŌōŪū'],
    ['\\.', 'ĊċĖėĠġİŻż'],
    ['\\u', 'ĂăĔĕĞğĬĭŎŏŬŭ'],
    ['\\v', 'ČčĎďĚěĽľŇňŘřŠšŤťŽžǰ'],
    ['\\c', 'ÇçĢĶķĻļŅņŖŗŞşŢţ'],
    ['\\k', 'ĄąĘęĮįŲųǪǫ'],
    ['\\r', 'ÅåŮů'],
    ['\\H', 'ŐőŰű'],
    ['\\d', 'ẠạẸẹḌḍỊịỌọṢṣṬṭỤụ'],
    ['\\b', 'ḎḏḴḵḺḻṈṉṮṯ'],
    ['\\textcommabelow', 'ȘșȚț'],
  ];
  test.each(ACCENTS)('every letter has its accent, however it is written: %s', (command, letters) => {
    for (const letter of letters) {
      const base = letter.normalize('NFD')[0]!;
      const dotless = base === 'i' ? '\\i' : base === 'j' ? '\\j' : base;
      const ways = [
        `${command}{${base}}`,
        `{${command}{${base}}}`,
        `${command}{${dotless}}`,
        `{${command}{${dotless}}}`,
      ];
      if (command.length === 2 && /\W$/.test(command))
        ways.push(`${command}${base}`, `{${command}${dotless}}`, `${command} ${base}`);
      else if (command.length === 2) ways.push(`${command} ${base}`, `{${command} ${base}}`);
      for (const way of ways) {
        const text = dotless !== base && command === '\\c' ? way.replace(dotless, base) : way;
        expect(decodeName(`x${text}y`), text).toBe(`x${letter}y`);
        expect(decodeTex(`x${text}y`, { tex: true }), text).toBe(`x${letter}y`);
        expect(decodeTex(`x${text}y`), text).toBe(`x${letter}y`);
      }
    }
  });

  test.each([
    ["{\\'{\\^e}}", 'ế'],
    ["\\'{\\ae} \\'\\o", 'ǽ ǿ'],
    ['\\t{oo} \\.\\i', 'o\u0361o i'],
    [
      "Garc{\\'\\i}a, na{\\\"\\i}ve, Mart{\\'{\\i}}nez, Rodr\\'{\\i}guez, Garc\\'{\\i }a",
      'García, naïve, Martínez, Rodríguez, García',
    ],
    ['\\DJ{}or{\\dj}e \\TH\\o r \\ss \\L{}\\l{} \\oe\\OE \\ng', 'Đorđe Þør ßŁł œŒŋ'],
    ["\\'5 and \\~{} and \\^{}", "\\'5 and ~ and ^"],
  ])('%s is %s', (text, expected) => expect(decodeTex(text, { tex: true })).toBe(expected));

  test.each([
    ['Garcı\u0301a', 'García'],
    ['ȷ\u030c', 'ǰ'],
    ['Işık', 'Işık'],
  ])('under an accent a dotless letter stands for the dotted one: %s', (text, expected) =>
    expect(foldText(text)).toBe(expected),
  );

  test.each([
    ['Jo{ã}o Lopes', 'João Lopes'],
    ['\\\\Ada Lovelace', 'Ada Lovelace'],
    ['Tolúl\\d{o}pé', 'Tolúlọpé'],
    ['Peter St\\"utz', 'Peter Stütz'],
  ])('the name %s is %s', (text, expected) => expect(decodeName(text)).toBe(expected));

  test('garbage does not cause an error', () => {
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
  });
});

describe('text and dates', () => {
  test('white space is collapsed, control characters and lone surrogates are removed', () => {
    expect(foldText(' a\n\tb\u0000\u200b  c\ufeff \ud800 e\u0301 ')).toBe('a b c � é');
    expect(foldText('plain')).toBe('plain');
    expect(foldText('\u202Eevil')).toBe('evil');
    expect(foldText(`a${'\u0489'.repeat(500)}b, ệ`)).toBe(`a${'\u0489'.repeat(4)}b, ệ`);
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
  test('months are recognised by name or number', () => {
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
