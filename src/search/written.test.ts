/** Formulas, signs and scripts: one thing is found however it is written. */
import { describe, expect, test } from 'vitest';
import { keysOf, titled } from './corpus.fixture.ts';
import type { SearchIndex } from './types.ts';

describe('one thing is found however it is written:', () => {
  const finds = (index: SearchIndex, text: string): number[] =>
    index
      .search({ text })
      .hits.filter(({ loose }) => !loose)
      .map(({ key }) => key)
      .toSorted((a, b) => a - b);
  const signs = titled(
    'β-VAE',
    '$\\beta$-VAE',
    'La$_3$Ni$_2$O$_7$ films',
    'La₃Ni₂O₇ under pressure',
    '$\\mathrm{La}_3\\mathrm{Ni}_2\\mathrm{O}_7$',
    'Rotations in SO(3)',
    'A group called SO$(3)$',
    'k-NN search',
    '5-HT receptors',
    '$T_c$ of cuprates',
    'Safe C++',
    'Fast C#',
    'Vitamin C',
    '.NET services',
    'A net',
  );
  test.each([
    ['β-VAE', [1, 2]],
    ['$\\beta$-VAE', [1, 2]],
    ['beta-VAE', [1, 2]],
    ['𝛽 VAE', [1, 2]],
    ['La3Ni2O7', [3, 4, 5]],
    ['La$_{3}$Ni$_{2}$O$_{7}$', [3, 4, 5]],
    ['La<sub>3</sub>Ni<sub>2</sub>O<sub>7</sub>', [3, 4, 5]],
    ['SO(3)', [6, 7]],
    ['SO(2)', []],
    ['kNN', [8]],
    ['5HT', [9]],
    ['Tc', [10]],
    ['C++', [11]],
    ['C#', [12]],
    ['"C++"', [11]],
    ['C', [13]],
    ['.NET', [14]],
  ])('sign %j', (text, keys) => {
    expect(finds(signs, text)).toEqual(keys);
  });

  const written = titled(
    'Brain tumour segmentation',
    'Brain tumor segmentation',
    'Sim2Real transfer',
    'Sim-to-real transfer',
    'From sim to real robots',
    'Simulation, real or not',
    'Markov decision processes',
    'Schrödinger bridges',
    'Schroedinger bridges',
    'Text-to-image models',
    'Real transfer to a sim',
  );
  test.each([
    ['tumour', [1, 2]],
    ['tumor', [1, 2]],
    ['"brain tumours"', [1, 2]],
    ['sim2real', [3, 4, 5]],
    ['text2image', [10]],
    ['decisionprocess', [7]],
    ['markovdecisionprocesses', [7]],
    ['Schrödinger', [8, 9]],
    ['schroedinger', [8, 9]],
  ])('spelling %j', (text, keys) => {
    expect(finds(written, text)).toEqual(keys);
  });
  test('the spelling that was typed comes first', () => {
    expect(keysOf(written, 'tumour segmentation')[0]).toBe(1);
    expect(keysOf(written, 'tumor segmentation')[0]).toBe(2);
  });
  test('what a function word joins is that, not its words without it', () => {
    expect(keysOf(written, 'sim-to-real transfer').slice(0, 2).toSorted()).toEqual([3, 4]);
  });

  const scripts = titled(
    'ガギグゲゴの研究',
    '대규모 언어 모델',
    'แบบจำลองภาษาขนาดใหญ่',
    'مُدَرِّس اللغة',
    'GPT4 モデル',
  );
  test.each([
    ['ｶﾞｷﾞｸﾞｹﾞｺﾞ', [1]],
    ['언어 모델'.normalize('NFD'), [2]],
    ['ภาษา', [3]],
    ['مدرس', [4]],
    ['ＧＰＴ４', [5]],
  ])('script %j', (text, keys) => {
    expect(finds(scripts, text)).toEqual(keys);
  });
});
