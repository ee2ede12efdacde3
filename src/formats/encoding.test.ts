import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wellEncoded } from './encoding.ts';
import { foldText } from './text.ts';

test.each([
  ['the weaver\x92s \x93loom\x94 \x96 and so on\x85', 'the weaver’s “loom” – and so on…'],
  ['na\xefve, the weaver\x92s', 'naïve, the weaver’s'],
  ['\x80 100, 5\x89', '€ 100, 5‰'],
  ['a\x81b\x9d', 'ab'],
  ['the weaverâ\x80\x99s', 'the weaver’s'],
  ['na\xefve, the weaverâ\x80\x99s', 'naïve, the weaver’s'],
  ['the weaverâ€™s â€œloomâ€\x9d', 'the weaver’s “loom”'],
  ['Universit\xc3\xa9 de MontrÃ©al', 'Université de Montréal'],
  ['JosÃ© GarcÃ\xada', 'José García'],
  ['20 Â°C Â± 1', '20 °C ± 1'],
  ['20 Å² and 3 Å³', '20 Å² and 3 Å³'],
  ['«LIBERTÉ»', '«LIBERTÉ»'],
  ['É» alone', 'É» alone'],
  ['Français, naïve, São Paulo, SÃO, Ærø, 10 ± 2 µm', 'Français, naïve, São Paulo, SÃO, Ærø, 10 ± 2 µm'],
  ['Montréal and MontrÃ©al', 'Montréal and MontrÃ©al'],
  ['“quoted” — “text” 中文', '“quoted” — “text” 中文'],
])('%j is %j', (text, right) => {
  expect(foldText(text)).toBe(right);
  expect(foldText(right)).toBe(right);
});

test('text misread twice is repaired twice, and repaired text stays as it is', () => {
  const misread = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  expect(foldText(misread(misread('the weaver’s café')))).toBe('the weaver’s café');
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aéÃ©â€™\x80\x92\xa0Â ') }), (text) => {
      const once = wellEncoded(text);
      // At most three rounds; after those something may be left.
      expect(typeof wellEncoded(once)).toBe('string');
      expect(/[\x82-\x8c\x91-\x9c]/.test(once)).toBe(false);
    }),
  );
  for (const piece of ['\x92', 'Ã', 'Ã©', 'â€', 'â\x80', '€'])
    expect(typeof wellEncoded(piece.repeat(100_000))).toBe('string');
});
