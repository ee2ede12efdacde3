import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldText } from './text.ts';

const sign = fc.constantFrom('a', 'b', ' ', '  ', '\n', '\t', '\r\n', '\f', '\v', '~', '!');
const ascii = fc.array(sign).map((signs) => signs.join(''));

test('ASCII text is tidied like any other', () => {
  fc.assert(
    fc.property(ascii, (text) => {
      // A letter beyond ASCII takes the slow path.
      expect(foldText(text)).toBe(foldText(`${text}é`).slice(0, -1).trim());
      expect(foldText(text)).toBe(text.replace(/\s+/g, ' ').trim());
    }),
  );
});

test('control characters in ASCII are removed', () => {
  expect(foldText('a\u0000b \u001f c\u007f')).toBe('ab c');
});

test('large amounts of white space take no noticeable time', () => {
  expect(foldText(`a${' '.repeat(1_000_000)}b${' \n'.repeat(500_000)}`)).toBe('a b');
});
