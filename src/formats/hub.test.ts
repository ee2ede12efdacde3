import { expect, it } from 'vitest';
import { recordFromJson } from './record.ts';
import { Unfit } from './text.ts';

const item = (submitter: unknown, outer?: unknown) =>
  recordFromJson({
    paper: {
      id: '2606.00001',
      title: 'A paper',
      submittedOnDailyAt: '2026-06-12T00:00:00.000Z',
      submittedOnDailyBy: submitter,
    },
    submittedBy: outer,
  }).submittedBy;

it.each([
  [
    { fullname: 'Ben  Author', user: 'ben', name: 'ben' },
    { name: 'Ben Author', user: 'ben' },
  ],
  [
    { fullname: 'Ben Author', name: 'ben-2' },
    { name: 'Ben Author', user: 'ben-2' },
  ],
  [{ name: 'ben' }, { name: 'ben', user: 'ben' }],
  [{ fullname: 'Ben Author', user: '../etc' }, { name: 'Ben Author' }],
  [{ user: 5, fullname: ['x'] }, undefined],
  ['ben', undefined],
  [null, undefined],
])('who listed %j', (given, found) => {
  expect(item(given)).toEqual(found);
});

it('uses the submitter named next to the paper if the paper names none', () => {
  expect(item(undefined, { fullname: 'Ana Author', name: 'ana' })).toEqual({
    name: 'Ana Author',
    user: 'ana',
  });
});

it('cuts an endless name', () => {
  expect(item({ fullname: 'x'.repeat(100_000) })?.name).toHaveLength(1000);
});

it('reads citations and submitters from our own lines, and refuses invalid ones', () => {
  const line = { id: '2606.00001', title: 'A paper', abstract: 'It.' };
  expect(recordFromJson({ ...line, citations: 5, submittedBy: { name: 'Ana', user: null } })).toMatchObject({
    citations: 5,
    submittedBy: { name: 'Ana' },
  });
  for (const wrong of [
    { citations: -1 },
    { submittedBy: 'Ana' },
    { submittedBy: { name: 'A', user: 'a/b' } },
  ])
    expect(() => recordFromJson({ ...line, ...wrong })).toThrow(Unfit);
});

it('leaves out an author without a name', () => {
  const authors = [{ name: 'Ada Lovelace' }, { name: '' }, { name: ':' }];
  expect(recordFromJson({ paper: { id: '2606.00001', title: 'A paper', authors } }).authors).toEqual([
    'Ada Lovelace',
  ]);
});
