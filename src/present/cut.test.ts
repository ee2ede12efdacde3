import { expect, it } from 'vitest';
import { placeToCut } from './cut.ts';

it.each([
  ['short enough', 20, null],
  ['cut behind whole words alone', 14, 'cut behind'],
  ['cut behind whole words alone', 16, 'cut behind whole'],
  ['never in $a + b$ maths', 12, 'never in'],
  ['nor in \\emph{what is said} so', 20, null],
  ['first some words \\emph{what is said} so', 28, 'first some words'],
  ['nowordsatallhere', 5, null],
])('%s at %i', (text, most, left) => {
  const at = placeToCut(text, most);
  expect(at === null ? null : text.slice(0, at)).toBe(left);
});
