/** The measurement of growth itself: it passes linear work and detects quadratic work. */
import { expect, it } from 'vitest';
import { expectLinear, repeated } from './growth.ts';

it('passes linear work', async () => {
  await expectLinear('counting', repeated('ab'), (text) => {
    let found = 0;
    for (let turn = 0; turn < 40; turn++) for (const c of text) if (c === 'b') found++;
    return found;
  });
});

it('detects quadratic work', async () => {
  const quadratic = (text: string): number => {
    let found = 0;
    for (let i = 0; i < text.length; i++)
      for (let k = i; k < text.length; k += 8) found ^= text.charCodeAt(k);
    return found;
  };
  await expect(expectLinear('comparing all with all', repeated('ab'), quadratic)).rejects.toThrow(
    /grows faster than its input/,
  );
});

it('detects a backtracking expression', async () => {
  const ends = (text: string) => text.replace(/\/+$/, '');
  const slashes = (length: number) => `${'/'.repeat(length)}a`;
  await expect(expectLinear('slashes at the end', slashes, ends)).rejects.toThrow(/grows faster/);
});
