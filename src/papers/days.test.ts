import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  bounds,
  closesAt,
  dayNumber,
  dayOf,
  openDay,
  parseDay,
  parseMonth,
  parseWeek,
  periodOf,
  weekOf,
} from './days.ts';

const NEW_YORK = { timezone: 'America/New_York', turn: '21:30' };
const anyDay = fc.integer({ min: dayNumber('1970-01-01'), max: dayNumber('2199-12-31') }).map(dayOf);

describe('days', () => {
  it.each([
    ['2026-06-26', '2026-06-26'],
    ['2026-6-5', '2026-06-05'],
    ['2024-02-29', '2024-02-29'],
    ['2026-02-29', null],
    ['2026-13-01', null],
    ['2026-00-10', null],
    ['0026-06-26', null],
    ['26-06-26', null],
    ['2026-06-26T00:00', null],
    ['٢٠٢٦-٠٦-٢٦', null],
    ['', null],
  ])('%j is read as %j', (text, day) => expect(parseDay(text)).toBe(day));

  it.each([
    ['2026-6', '2026-06'],
    ['2026-13', null],
    ['2026', null],
  ])('month %j is read as %j', (text, month) => expect(parseMonth(text)).toBe(month));

  it.each([
    ['2026-W26', '2026-06-22'],
    ['2026-W53', '2026-12-28'],
    ['2025-W53', null],
    ['2026-W1', '2025-12-29'],
    ['2026-W00', null],
    ['2026-W54', null],
  ])('week %j begins on %j', (text, monday) => expect(parseWeek(text)?.monday ?? null).toBe(monday));

  it('every day lies in its week and month, and weeks have seven days', () => {
    fc.assert(
      fc.property(anyDay, (day) => {
        for (const kind of ['day', 'week', 'month'] as const) {
          const { first, last } = bounds(periodOf(kind, day));
          expect(first <= day && day <= last).toBe(true);
        }
        const week = bounds(periodOf('week', day));
        expect(addDays(week.first, 6)).toBe(week.last);
        expect(weekOf(addDays(week.last, 1))).not.toBe(weekOf(day));
      }),
    );
  });
});

describe('the turn of the edition', () => {
  it.each([
    ['2026-06-27T01:29:59Z', '2026-06-26', 'a second before 21:30 in summer'],
    ['2026-06-27T01:30:00Z', '2026-06-27', 'at 21:30 in summer'],
    ['2026-12-27T02:29:59Z', '2026-12-26', 'a second before 21:30 in winter'],
    ['2026-12-27T02:30:00Z', '2026-12-27', 'at 21:30 in winter'],
  ])('%s: the edition of %s is open (%s)', (now, day) =>
    expect(openDay(Date.parse(now), NEW_YORK)).toBe(day),
  );

  it('closes once, when it says, even if clocks change', () => {
    const zones = fc.constantFrom(
      'America/New_York',
      'UTC',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/Havana',
    );
    const turns = fc.constantFrom('00:00', '00:30', '02:30', '12:00', '21:30', '23:59');
    fc.assert(
      fc.property(anyDay, zones, turns, (day, timezone, turn) => {
        const at = closesAt(day, { timezone, turn });
        expect(openDay(at, { timezone, turn }) > day).toBe(true);
        expect(openDay(at - 60_001, { timezone, turn }) <= day).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
