import { describe, expect, it } from 'vitest';
import { fakeLibrary, paperOf } from '../../testing/fake-library.ts';
import { asksFor, nameIn, peopleNamed } from './people.ts';

const paper = (number: number, ...authors: string[]) =>
  paperOf({ id: `p${number}`, title: `Paper ${number}`, authors }, number);

const library = fakeLibrary([
  paper(1, 'Hongliang Wei', 'Xianqi Zhang'),
  paper(2, 'Wei Zhang', 'Zhang-Wei Hong'),
  paper(3, 'Wei Zhang'),
  paper(4, 'Wei Emma Zhang'),
  paper(5, 'W. Zhang'),
  paper(6, 'Étienne Dupont-Ré'),
  paper(7, 'Plato'),
  paper(8, 'Li, Jun'),
  paper(9, 'Jürgen Müller'),
  paper(10, 'Juergen Mueller'),
]);
const found = async (text: string, single = false) =>
  (await peopleNamed(library, text, single)).map(({ name, papers }) => `${name} ${papers}`);

describe('people a text names', () => {
  it.each([
    ['Wei Zhang', ['Wei Zhang 2']],
    ['wei  zhang', ['Wei Zhang 2']],
    ['zhang wei', ['Wei Zhang 2']],
    ['Zhang, Wei', ['Wei Zhang 2']],
    ['"Wei Zhang"', ['Wei Zhang 2']],
    ['Wei Emma Zhang', ['Wei Emma Zhang 1']],
    ['etienne dupont-re', ['Étienne Dupont-Ré 1']],
    ['DUPONT-RÉ, Étienne', ['Étienne Dupont-Ré 1']],
    ['jun li', ['Li, Jun 1']],
    ['zhang, w.', ['W. Zhang 1', 'Wei Zhang 2', 'Wei Emma Zhang 1']],
    ['w. e. zhang', ['Wei Emma Zhang 1']],
    ['E. Dupont-Ré', ['Étienne Dupont-Ré 1']],
    ['juergen müller', ['Jürgen Müller 1', 'Juergen Mueller 1']],
    ['jurgen muller', ['Jürgen Müller 1', 'Juergen Mueller 1']],
    ['emma zhang', []],
    ['graph networks', []],
    ['author:zhang wei', []],
    ['wei zhang 2', []],
    ['plato', []],
  ])('%s', async (text, people) => {
    expect(await found(text)).toEqual(people);
  });

  it('may be one word if an author is wanted', async () => {
    expect(await found('plato', true)).toEqual(['Plato 1']);
  });

  it('is read in linear time', () => {
    for (const text of [
      'a '.repeat(50_000),
      `${'a, '.repeat(50_000)}1`,
      `${'a'.repeat(99)}1`,
      '"'.repeat(50_000),
    ])
      expect(nameIn(text, true)).toBe(null);
  });
});

it('names found by a query have all its words', () => {
  expect(['Wei Zhang', 'Zhang Wei', 'Wei Emma Zhang', 'Wei Zhao'].map(asksFor('zhang wei'))).toEqual([
    true,
    true,
    true,
    false,
  ]);
  expect(asksFor(' ')('Wei Zhang')).toBe(false);
});
