import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldTerm, foldTexts, hasTerm } from './terms.ts';

const has = (text: string, term: string): boolean => hasTerm(foldTexts([text]), foldTerm(term)!);

it.each([
  ['A Survey of Letters', 'survey'],
  ['Two surveys', 'survey'],
  ['One survey', 'surveys'],
  ['Case studies in databases', 'database'],
  ['A case study', 'case studies'],
  ['Biases of a model', 'bias'],
  ['Losses, classes and boxes', 'class'],
  ['Several schemas', 'schema'],
  ['Multi-Token Prediction', 'multi token'],
  ['multi token prediction', 'Multi-Token'],
  ['Schrödinger bridges', 'schrodinger BRIDGE'],
  ['On Schrodinger', 'Schrödinger'],
  ['Letters (GPT-4o)', 'gpt-4o'],
  ['一种强化学习方法', '强化学习'],
])('%j has %j', (text, term) => {
  expect(has(text, term)).toBe(true);
});

it.each([
  ['Surveying letters', 'survey'],
  ['A note on plans', 'plane'],
  ['Not one', 'notes'],
  ['letters of a model', 'model letters'],
  ['the token of prediction', 'token prediction'],
  ['', 'survey'],
])('%j has no %j', (text, term) => {
  expect(has(text, term)).toBe(false);
});

it('finds no phrase that begins in one text and ends in the next', () => {
  expect(hasTerm(foldTexts(['A language', 'model of it', null]), foldTerm('language model')!)).toBe(false);
});

it.each(['', '-', '*** !', '"'])('%j is no term', (term) => {
  expect(foldTerm(term)).toBeNull();
});

it('finds every run of words in the text it comes from', () => {
  const word = fc.constantFrom('letter', 'Letters', 'café', 'cases', 'x2', 'Bias', 'studies', 'ß');
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), fc.nat(), fc.nat(), (words, from, many) => {
      const start = from % words.length;
      const some = words.slice(start, start + 1 + (many % (words.length - start)));
      return has(words.join(', '), some.join(' '));
    }),
  );
});
