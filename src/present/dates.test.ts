/** Days in words and from addresses. */
import { expect, it } from 'vitest';
import { nextTurn } from '../papers/days.ts';
import { addMonths, readPeriod, sayPeriod, sayPublished, saySpan, sayTime, sayZone } from './dates.ts';
import { identifierLink, linkName, paperPath, withQuery } from './urls.ts';

it.each([
  ['day', '2026-06-25', true, true],
  ['day', '2026-6-5', true, false],
  ['day', '2026-02-29', false, false],
  ['day', '2028-02-29', true, true],
  ['day', '20260625', false, false],
  ['week', '2026-W53', true, true],
  ['week', '2025-W53', false, false],
  ['week', '2026-w26', true, false],
  ['month', '2026-13', false, false],
  ['month', '2026-6', true, false],
] as const)('reads %s %s: %s, padded %s', (kind, text, ok, padded) => {
  const read = readPeriod(kind, text);
  expect(read.ok).toBe(ok);
  if (read.ok) expect(read.padded).toBe(padded);
});

it('says dates as people do', () => {
  expect(saySpan('2026-06-22', '2026-06-28')).toBe('22–28 June 2026');
  expect(saySpan('2026-06-29', '2026-07-05')).toBe('29 June – 5 July 2026');
  expect(saySpan('2025-12-29', '2026-01-04')).toBe('29 December 2025 – 4 January 2026');
  expect(sayPeriod({ kind: 'week', value: '2026-W06' })).toBe('week 6 of 2026');
  expect(sayPublished({ published: '2026-06-01', publishedPrecision: 'month' })).toBe('June 2026');
  expect(sayPublished({ published: '2026-01-01', publishedPrecision: 'year' })).toBe('2026');
  expect(sayZone('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
  expect(addMonths('2026-01', -1)).toBe('2025-12');
  expect(addMonths('2026-12', 1)).toBe('2027-01');
});

it('knows when the edition turns, even across clock changes', () => {
  const turn = (now: string) =>
    new Date(nextTurn(Date.parse(now), 'America/New_York', '21:30')).toISOString();
  expect(turn('2026-06-26T16:00:00Z')).toBe('2026-06-27T01:30:00.000Z');
  expect(turn('2026-06-27T01:30:00Z')).toBe('2026-06-28T01:30:00.000Z');
  expect(turn('2026-11-01T03:00:00Z')).toBe('2026-11-02T02:30:00.000Z');
  expect(sayTime(Date.parse('2026-06-27T01:30:00Z'), 'America/New_York')).toBe('21:30');
});

it('writes addresses', () => {
  expect(paperPath('hep-th/9901001')).toBe('/papers/hep-th/9901001');
  expect(paperPath('doi:10.1/<a>#?%')).toBe('/papers/doi:10.1/%3Ca%3E%23%3F%25');
  expect(withQuery('/x', { a: '', b: ['1', '2'], c: undefined, d: 0 })).toBe('/x?b=1&b=2&d=0');
  expect(linkName('https://github.com/owner/repo.git')).toBe('owner/repo');
  expect(linkName('https://www.example.org/a/b')).toBe('example.org');
  expect(identifierLink({ scheme: 'doi', value: '10.1/a b' })?.href).toBe('https://doi.org/10.1/a%20b');
});
