import { describe, expect, test } from 'vitest';
import {
  changesDue,
  isListingDay,
  lastListingDay,
  listingDayAfter,
  listingDayBefore,
  newDue,
} from './arxiv-calendar.ts';
import type { Standing } from './source.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number): string => new Date(ms).toISOString().replace(':00.000Z', 'Z');

interface Past {
  announced?: string | null;
  isComplete?: boolean;
  state?: 'ok' | 'quiet' | 'failed';
  failures?: number;
}

const after = (
  endedAt: string,
  { announced = null, isComplete = true, state = 'ok', failures = 0 }: Past = {},
): Standing => ({
  last: { state, endedAt: at(endedAt), announced, isComplete },
  lastGood: null,
  failures,
});

test.each([
  ['2026-11-20', true, '2026-11-19', '2026-11-23'],
  ['2026-11-21', false, '2026-11-20', '2026-11-23'],
  ['2026-11-22', false, '2026-11-20', '2026-11-23'],
  ['2026-11-23', true, '2026-11-20', '2026-11-24'],
  ['1969-12-29', true, '1969-12-26', '1969-12-30'],
])('%s: listed on %s, between %s and %s', (day, isOne, before, next) => {
  expect([isListingDay(day), listingDayBefore(day), listingDayAfter(day)]).toEqual([isOne, before, next]);
});

describe('the last announcement', () => {
  test.each([
    ['a minute before it comes out on Thursday', '2026-11-20T00:59Z', '2026-11-19'],
    ['as it comes out on Thursday: Friday’s', '2026-11-20T01:00Z', '2026-11-20'],
    ['on Friday evening still Friday’s', '2026-11-21T03:00Z', '2026-11-20'],
    ['on Saturday', '2026-11-21T18:00Z', '2026-11-20'],
    ['on Sunday before it comes out', '2026-11-23T00:59Z', '2026-11-20'],
    ['on Sunday evening: Monday’s', '2026-11-23T01:00Z', '2026-11-23'],
    ['in summer an hour earlier by the world’s time', '2026-07-14T00:00Z', '2026-07-14'],
    ['a minute before that', '2026-07-13T23:59Z', '2026-07-13'],
    ['on the Sunday the clocks go forward', '2026-03-09T00:00Z', '2026-03-09'],
    ['a minute before that', '2026-03-08T23:59Z', '2026-03-06'],
    ['on the Sunday they go back', '2026-11-02T01:00Z', '2026-11-02'],
    ['a minute before that', '2026-11-02T00:59Z', '2026-10-30'],
  ])('%s', (_, now, day) => expect(lastListingDay(at(now))).toBe(day));
});

describe('announcements are looked for', () => {
  test('at once, if never before', () =>
    expect(newDue({ last: null, lastGood: null, failures: 0 }, 7)).toBe(7));

  test.each<[string, string, Past, string]>([
    [
      'every three hours while the last one is here',
      '2026-11-20T05:00Z',
      { announced: '2026-11-20' },
      '2026-11-20T08:00Z',
    ],
    [
      'but at once when the next one comes out',
      '2026-11-19T23:30Z',
      { announced: '2026-11-19' },
      '2026-11-20T01:00Z',
    ],
    [
      'every quarter of an hour until the day turns',
      '2026-11-20T01:02Z',
      { announced: '2026-11-19' },
      '2026-11-20T01:17Z',
    ],
    [
      'and until it is whole',
      '2026-11-20T03:00Z',
      { announced: '2026-11-20', isComplete: false },
      '2026-11-20T03:15Z',
    ],
    [
      'every three hours once it is twelve hours late: a holiday',
      '2026-11-26T13:00Z',
      { announced: '2026-11-25' },
      '2026-11-26T16:00Z',
    ],
    [
      'a quarter of an hour before that still often',
      '2026-11-26T12:45Z',
      { announced: '2026-11-25' },
      '2026-11-26T13:00Z',
    ],
    ['on Friday evening seldom', '2026-11-21T01:30Z', { announced: '2026-11-20' }, '2026-11-21T04:30Z'],
    ['on Saturday too', '2026-11-21T18:00Z', { announced: '2026-11-20' }, '2026-11-21T21:00Z'],
    ['on Sunday up to the evening', '2026-11-22T23:00Z', { announced: '2026-11-20' }, '2026-11-23T01:00Z'],
    [
      'on the Sunday the clocks go forward',
      '2026-03-08T22:00Z',
      { announced: '2026-03-06' },
      '2026-03-09T00:00Z',
    ],
    ['on the Sunday they go back', '2026-11-01T23:00Z', { announced: '2026-10-30' }, '2026-11-02T01:00Z'],
    [
      'ten minutes after a failure',
      '2026-11-20T05:00Z',
      { state: 'failed', failures: 1, announced: '2026-11-20' },
      '2026-11-20T05:10Z',
    ],
    ['forty after the third', '2026-11-20T05:00Z', { state: 'failed', failures: 3 }, '2026-11-20T05:40Z'],
    [
      'never later than three hours',
      '2026-11-20T05:00Z',
      { state: 'failed', failures: 90 },
      '2026-11-20T08:00Z',
    ],
  ])('%s', (_, endedAt, past, due) => expect(iso(newDue(after(endedAt, past), 0))).toBe(due));
});

describe('changes are harvested', () => {
  test('at once, if never before', () =>
    expect(changesDue({ last: null, lastGood: null, failures: 0 }, 7)).toBe(7));

  test.each<[string, string, Past, string]>([
    ['the same night, after the announcement', '2026-11-20T02:00Z', {}, '2026-11-20T04:00Z'],
    ['then the next night', '2026-11-20T04:01Z', {}, '2026-11-21T04:00Z'],
    ['on the night the clocks go back', '2026-11-01T03:01Z', {}, '2026-11-02T04:00Z'],
    ['sooner after a failure', '2026-11-20T04:01Z', { state: 'failed', failures: 2 }, '2026-11-20T04:21Z'],
  ])('%s', (_, endedAt, past, due) => expect(iso(changesDue(after(endedAt, past), 0))).toBe(due));
});
