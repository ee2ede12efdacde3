import { totalmem } from 'node:os';
import { expect, it } from 'vitest';
import { memory, share } from './memory.ts';

it('a cache is as large as it may be, or a part of the memory there is', () => {
  expect(memory()).toBeGreaterThan(0);
  expect(memory()).toBeLessThanOrEqual(totalmem());
  expect(share(1000, 1)).toBe(1000);
  expect(share(Number.MAX_SAFE_INTEGER, 4)).toBe(Math.floor(memory() / 4));
});
