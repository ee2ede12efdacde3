import { expect, test } from 'vitest';
import { fullParts, mayBeSamePerson } from './same-author.ts';

test.each([
  ['Ada Lovelace', 'Lovelace, A.', true],
  ['Ada Lovelace', 'B. Lovelace', false],
  ['A. L.', 'A. L.', false],
  // One sign is a whole name where there are no capitals.
  ['李 明', '李 明', true],
  ['李 明', '明 李', true],
  ['李 明', '李 华', false],
  ['김 민', '김 민', true],
  ['李明', '李明', true],
])('%s and %s: %s', (one, other, is) => {
  expect([mayBeSamePerson(one, other), mayBeSamePerson(other, one)]).toEqual([is, is]);
});

test('initials are no full part of a name', () => {
  expect(fullParts('A. K. Lovelace')).toEqual(['lovelace']);
  expect(fullParts('李 明')).toEqual(['明', '李']);
});
