import { expect, it } from 'vitest';
import { drawable } from './og.ts';

it.each([
  ['10¹⁵ tokens and x₂₄', '10^15 tokens and x_24'],
  ['R² and m³', 'R² and m³'],
  ['CO₂ at 10⁻³', 'CO_2 at 10^-3'],
  ['A 论文 here', 'A here'],
])('what no font has is drawn differently or left out, but never half a number: %s', (text, drawn) =>
  expect(drawable(text)).toBe(drawn),
);
