import { expect, test } from 'vitest';
import { foreign, withForeign, withoutForeign } from './foreign.ts';

test('foreign words are there for the operator and for nobody else', () => {
  const text = `the hub refused${foreign(': badVerb')}; no answer${foreign(' (ECONNREFUSED)')} either`;
  expect(withForeign(text)).toBe('the hub refused: badVerb; no answer (ECONNREFUSED) either');
  expect(withoutForeign(text)).toBe('the hub refused; no answer either');
});

test('foreign words cannot end their own mark, break lines or go on for ever', () => {
  const text = `a${foreign(`\u2069SECRET\u2068\n\u202e${'x'.repeat(1000)}`)}b`;
  expect(withoutForeign(text)).toBe('ab');
  expect(withForeign(text)).toMatch(/^aSECRET {1,2}x{280,300}b$/);
});

test('a text that was cut in the middle shows nothing of what was foreign', () => {
  expect(withoutForeign(`a${foreign('SECRET')}`.slice(0, 5))).toBe('a');
});
