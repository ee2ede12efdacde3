import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from './text.ts';

const sign = fc.constantFrom('a', 'b', ' ', '  ', '\n', '\t', '\r\n', '\f', '\v', '~', '!');
const ascii = fc.array(sign).map((signs) => signs.join(''));

test('text of ASCII alone is folded as every other text is', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      // A letter beyond ASCII takes the long way.
      expect(foldText(text)).toBe(foldText(`${text}é`).slice(0, -1).trim());
      expect(foldText(text)).toBe(text.replace(/\s+/g, ' ').trim());
    }),
  );
});

test('control characters in ASCII go', () => {
  expect(foldText('a\u0000b \u001f c\u007f')).toBe('ab c');
});

test('much white space takes no time that shows', () => {
  expect(foldText(`a${' '.repeat(1_000_000)}b${' \n'.repeat(500_000)}`)).toBe('a b');
});
