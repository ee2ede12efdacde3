import { describe, expect, test } from 'vitest';
import { stem } from './stem.ts';

const TABLE: Record<string, string> = {
  // Porter's own examples and the traps of his algorithm.
  consign: 'consign',
  consigned: 'consign',
  consistency: 'consist',
  knack: 'knack',
  knightly: 'knight',
  caresses: 'caress',
  ponies: 'poni',
  ties: 'tie',
  cries: 'cri',
  gas: 'gas',
  gaps: 'gap',
  kiwis: 'kiwi',
  agreed: 'agre',
  feed: 'feed',
  luxuriated: 'luxuri',
  hopping: 'hop',
  hoping: 'hope',
  falling: 'fall',
  happy: 'happi',
  by: 'by',
  say: 'say',
  relational: 'relat',
  conditional: 'condit',
  rationalize: 'ration',
  hopefulness: 'hope',
  adoption: 'adopt',
  replacement: 'replac',
  controlling: 'control',
  rate: 'rate',
  youth: 'youth',
  dying: 'die',
  news: 'news',
  // What papers are about.
  transformers: 'transform',
  generative: 'generat',
  general: 'general',
  universal: 'universal',
  attention: 'attent',
  learned: 'learn',
  embeddings: 'embed',
  optimization: 'optim',
  optimisation: 'optim',
  optimised: 'optim',
  optimizing: 'optim',
  supervised: 'supervis',
  supervise: 'supervis',
  supervision: 'supervis',
  denoising: 'denois',
  noise: 'nois',
  matrices: 'matrix',
  hypotheses: 'hypothesi',
  hypothesis: 'hypothesi',
  analyses: 'analysi',
  biased: 'bias',
  ai: 'ai',
};

describe('the stemmer', () => {
  test.each(Object.entries(TABLE))('takes %s to %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  test.each([
    ['quantization', 'quantized', 'quantisation', 'quantizing'],
    ['network', 'networks'],
    ['predict', 'predicts', 'predicted', 'prediction', 'predictions', 'predictive'],
    ['regularize', 'regularised', 'regularization'],
    ['retrieval', 'retrieve', 'retrieved', 'retrieving'],
  ])('brings %s and its kin together', (...words) => {
    expect(new Set(words.map(stem)).size).toBe(1);
  });
});
