import { expect, it } from 'vitest';
import { dayNumber } from '../papers/days.ts';
import {
  asTyped,
  filtersInText,
  onlyFields,
  plainWords,
  saysCondition,
  sayUnknown,
  withoutField,
  withoutWords,
  withRequired,
  writtenOut,
} from './search-words.ts';

it.each([
  ['heads author:Lovelace x', 'author', 'heads x'],
  ['by:"Ada Lovelace"  heads', 'author', 'heads'],
  ['heads author:“Ada Lovelace” BY:Babbage', 'author', 'heads'],
  ['heads -has:code', 'code', 'heads'],
  ['sort:date', 'sort', ''],
  ['resort:date stays', 'sort', 'resort:date stays'],
  ['year:2024..2026 a', 'year', 'a'],
] as const)('%j without its %s', (q, name, left) => expect(withoutField(q, name)).toBe(left));

it('names the filters in a query, each with the query without it', () => {
  const q = 'heads author:Ada org:qwen cat:cs.CL,cs.LG year:2024..2025 -has:code';
  const filters = {
    author: 'Ada',
    organization: 'qwen',
    categories: ['cs.CL', 'cs.LG'],
    fromDay: dayNumber('2024-01-01'),
    toDay: dayNumber('2025-12-31'),
    hasCode: false,
  };
  expect(filtersInText(q, filters)).toEqual([
    { says: 'category cs.CL or cs.LG', q: 'heads author:Ada org:qwen year:2024..2025 -has:code' },
    { says: 'organisation qwen', q: 'heads author:Ada cat:cs.CL,cs.LG year:2024..2025 -has:code' },
    { says: 'author Ada', q: 'heads org:qwen cat:cs.CL,cs.LG year:2024..2025 -has:code' },
    { says: 'years 2024 to 2025', q: 'heads author:Ada org:qwen cat:cs.CL,cs.LG -has:code' },
    { says: 'without code', q: 'heads author:Ada org:qwen cat:cs.CL,cs.LG year:2024..2025' },
  ]);
  expect(filtersInText('a', { fromDay: dayNumber('2025-01-01') })).toEqual([{ says: 'from 2025', q: 'a' }]);
  expect(filtersInText('a', {})).toEqual([]);
});

it('names each of several filters of one kind, and each that is negated', () => {
  const both = filtersInText('heads author:wang by:"Li Zhang"', { author: 'wang' });
  expect(both).toEqual([
    { says: 'author wang', q: 'heads by:"Li Zhang"' },
    { says: 'author Li Zhang', q: 'heads author:wang' },
  ]);
  expect(filtersInText('author:wang -author:zhang_l -cat:cs.CL', { author: 'wang' })).toEqual([
    { says: 'not category cs.CL', q: 'author:wang -author:zhang_l' },
    { says: 'author wang', q: '-author:zhang_l -cat:cs.CL' },
    { says: 'not author zhang l', q: 'author:wang -cat:cs.CL' },
  ]);
  // A condition with operators is shown as a whole.
  expect(filtersInText('author:wang OR author:zhang', {})).toEqual([]);
});

it.each([
  ['author:wang author:zhang', true],
  ['author:wang -author:zhang year:2024', true],
  ['author:wang OR author:zhang', false],
  ['author:wang -year:2024', false],
  ['author:wang votes:>1 votes:<9', false],
  ['heads', false],
])('the filters of %j say all of its condition: %j', (q, all) => expect(saysCondition(q)).toBe(all));

it.each([
  ['heads venue:cvpr -author:"Ada Lovelace" has:code', '-author:"Ada Lovelace" venue:cvpr has:code'],
  ['heads', ''],
  ['a OR author:b', null],
])('%j without its words is %j', (q, fields) => expect(onlyFields(q)).toBe(fields));

it.each([
  [['zebra'], ['No paper contains “zebra”.']],
  [['“title:zebra”', '“title:gnu yak”'], ['No title contains “zebra” or “gnu yak”.']],
  [
    ['“abstract:a”', 'b', '“c d”', 'e'],
    ['No paper contains “b”, “c d” or “e”.', 'No abstract contains “a”.'],
  ],
])('words nobody has, %j, are reported where they were looked for', (words, says) =>
  expect(sayUnknown(words)).toEqual(says),
);

it.each([
  ['a', 'b', 'a +b'],
  ['a', ' b  c ', 'a +b +c'],
  ['a', '"b c" -d +e', 'a +"b c" -d +e'],
  ['a', 'author:"Ada Lovelace"', 'a author:"Ada Lovelace"'],
  ['', 'b', '+b'],
])('%j, also requiring %j, is %j', (q, more, both) => expect(withRequired(q, more)).toBe(both));

it('expands an acronym where it is', () => {
  expect(writtenOut('fast mtp heads', 'MTP', 'multi-token prediction')).toBe(
    'fast "multi-token prediction" heads',
  );
  expect(writtenOut('smtp', 'MTP', 'multi-token prediction')).toBe('"multi-token prediction"');
  expect(writtenOut('a $& b MTP', 'MTP', '$& x')).toBe('a $& b "$& x"');
});

it('removes words, or says that nothing would be left', () => {
  expect(withoutWords('zebra crossing zebras', ['zebra'])).toBe('crossing zebras');
  expect(withoutWords('+zebra "a b"', ['zebra'])).toBe('"a b"');
  expect(withoutWords('zebra', ['zebra'])).toBe(null);
  expect(withoutWords('horse', ['zebra'])).toBe(null);
});

it('knows which words a query could do without', () => {
  expect(plainWords('multi-token heads OR tails author:"Ada L" -not "a phrase" +must heads')).toEqual([
    'multi-token',
    'heads',
    'tails',
  ]);
});

it.each([
  ['fast Difusion', 'fast +Difusion'],
  ['author:difusion Difusion', 'author:difusion +Difusion'],
  ['"fast difusion" difusion', '"fast difusion" +difusion'],
  ['graph-difusion nets', '+graph-difusion nets'],
  ['(difusion OR heat) AND nets', '(+difusion OR heat) AND nets'],
  ['-difusion heat', null],
  ['title:difusion', null],
  ['+difusion', null],
])('requires what was corrected as it stands: %j is %j', (q, typed) =>
  expect(asTyped(q, ['difusion'])).toBe(typed),
);
