import { expect, test } from 'vitest';
import { saySize } from './sizes.ts';

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [41_234, '41 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [6_210_000, '6.2 MB'],
  [999_949_999, '999.9 MB'],
  [999_950_000, '1.0 GB'],
  [1_449_000_000, '1.4 GB'],
])('%d bytes are %s', (bytes, says) => expect(saySize(bytes)).toBe(says));
