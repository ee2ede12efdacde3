import { expect, it } from 'vitest';
import { expectLinear, repeated } from '../../test/growth.ts';
import { isAddressOf, placesOf } from './author-addresses.ts';

it('an address is recognised as a whole', () => {
  for (const text of ['ada@x.org', 'Write to <Ada@X.org>.', 'at ada@x.org. And', 'b@x.org ada@x.org'])
    expect(placesOf(text, 'ada@x.org'), text).toHaveLength(1);
  for (const text of ['', 'lada@x.org', 'ada@x.org.uk', 'a.ada@x.org', 'ada@x.organ', 'ada+b@x.org'])
    expect(placesOf(text, 'ada@x.org'), text).toEqual([]);
});

const AUTHORS = ['Ada Lovelace', 'Émile Borel', 'Borel'];

it.each([
  ['Ada Lovelace <a@x.org>', true],
  ['Ada Lovelace (a@x.org), Émile Borel (b@x.org)', true],
  ['Émile Borel (b@x.org) and Ada Lovelace (a@x.org)', true],
  ['Corresponding author: Ada Lovelace, e-mail: a@x.org.', true],
  ['ADA LOVELACE: a@x.org', true],
  ['"Ada Lovelace" <a@x.org>', true],
  ['Ada Lovelace\nEmail: a@x.org', true],
  // Nobody's, several people's, or somebody else's.
  ['Contact: a@x.org', false],
  ['Ada Lovelace, Émile Borel: a@x.org, b@x.org', false],
  ['Émile Borel, Ada Lovelace: b@x.org, a@x.org', false],
  ['Ada Lovelace and Émile Borel <a@x.org>', false],
  ['a@x.org is the address of Ada Lovelace', false],
  ['Nada Lovelace <a@x.org>', false],
  ['', false],
])('%s', (text, isHers) => {
  expect(isAddressOf(text, 'a@x.org', 'Ada Lovelace', AUTHORS)).toBe(isHers);
});

it('of two names of which one ends with the other, the longer one is meant', () => {
  expect(isAddressOf('Émile Borel <a@x.org>', 'a@x.org', 'Borel', AUTHORS)).toBe(false);
  expect(isAddressOf('Émile Borel <a@x.org>', 'a@x.org', 'Emile Borel', AUTHORS)).toBe(true);
  expect(isAddressOf('R. Borel <a@x.org>', 'a@x.org', 'Borel', AUTHORS)).toBe(true);
});

it('of a single author, an address anywhere is theirs', () => {
  expect(isAddressOf('Contact: a@x.org', 'a@x.org', 'Ada Lovelace', ['Ada Lovelace'])).toBe(true);
  expect(isAddressOf('Contact: a@x.org', 'a@x.org', 'Eve', ['Ada Lovelace'])).toBe(false);
});

it('looks through a text in linear time', async () => {
  for (const part of ['a@x.org ', 'mail ', '<', 'Ada Lovelace, '])
    await expectLinear(part, repeated(part), (text) => isAddressOf(text, 'a@x.org', 'Ada Lovelace', AUTHORS));
});
