import { expect, test } from 'vitest';
import { sayValue } from './plain-text.ts';

test.each([
  ['70.9%', '70.9%'],
  ['from 1.47 to 1.07', 'from 1.47 to 1.07'],
  ['2.4\\times', '2.4×'],
  ['$2.4\\times$', '2.4×'],
  ['41\\%', '41%'],
  ['12{,}000', '12,000'],
  ['three times', 'three times'],
])('the figure %s is shown as %s', (value, says) => expect(sayValue(value)).toBe(says));
