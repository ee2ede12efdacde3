import { describe, expect, it } from 'vitest';
import {
  endedBy,
  endOf,
  isTimeZone,
  lastEnded,
  nextDue,
  nextMoment,
  periodAfter,
  planFor,
} from './schedule.ts';

const TURN = { timezone: 'America/New_York', turn: '21:30' };
const ALL = 127;
const at = (text: string): number => Date.parse(text);
/** The next moments after another, as UTC. */
function moments(timeZone: string, time: string, after: string, count: number, days = ALL): string[] {
  const [hours, minutes] = time.split(':').map(Number) as [number, number];
  const found: string[] = [];
  let moment = at(after);
  while (found.length < count) {
    moment = nextMoment({ timeZone, days, minute: hours * 60 + minutes }, moment)!;
    found.push(new Date(moment).toISOString().slice(0, 16));
  }
  return found;
}

describe('the moments at which somebody wants mail', () => {
  it.each([
    // Berlin skips 02:00 to 03:00 on 29 March, and has it twice on 25 October.
    [
      'Europe/Berlin',
      '02:30',
      '2026-03-28T00:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    [
      'Europe/Berlin',
      '02:30',
      '2026-10-24T00:00Z',
      ['2026-10-24T00:30', '2026-10-25T00:30', '2026-10-26T01:30'],
    ],
    // Half an hour, in the southern hemisphere.
    ['Australia/Lord_Howe', '01:45', '2026-04-03T20:00Z', ['2026-04-04T14:45', '2026-04-05T15:15']],
    ['Australia/Lord_Howe', '02:15', '2026-10-02T20:00Z', ['2026-10-03T15:30', '2026-10-04T15:15']],
    // Two hours.
    ['Antarctica/Troll', '01:30', '2026-03-28T03:00Z', ['2026-03-29T01:00', '2026-03-29T23:30']],
    // Midnight itself is skipped, at the beginning of a day and at the end of one.
    ['Africa/Cairo', '00:30', '2026-04-22T22:30Z', ['2026-04-23T22:00', '2026-04-24T21:30']],
    [
      'America/Nuuk',
      '23:30',
      '2026-03-28T00:00Z',
      ['2026-03-28T01:30', '2026-03-29T01:00', '2026-03-30T00:30'],
    ],
    // Samoa went over the date line and had no 30 December.
    [
      'Pacific/Apia',
      '07:00',
      '2011-12-29T00:00Z',
      ['2011-12-29T17:00', '2011-12-30T17:00', '2011-12-31T17:00'],
    ],
    ['Asia/Kathmandu', '07:00', '2026-11-30T00:00Z', ['2026-11-30T01:15', '2026-12-01T01:15']],
  ])('in %s at %s after %s', (timeZone, time, after, wanted) =>
    expect(moments(timeZone, time, after, wanted.length)).toEqual(wanted),
  );

  it('are on the chosen days alone, which are those of the time zone', () => {
    // Mondays and Fridays; Monday in Kiritimati begins on Sunday in UTC.
    expect(moments('Pacific/Kiritimati', '08:00', '2026-11-28T00:00Z', 3, 1 | 16)).toEqual([
      '2026-11-29T18:00',
      '2026-12-03T18:00',
      '2026-12-06T18:00',
    ]);
    expect(nextMoment({ timeZone: 'UTC', days: 0, minute: 0 }, 0)).toBe(null);
  });

  it('need a time zone that exists', () => {
    const names = ['Europe/Berlin', 'UTC', 'asia/kolkata', 'Europe/Atlantis', '', '+02:00', '../etc'];
    expect(names.map(isTimeZone)).toEqual([true, true, true, false, false, false, false]);
  });
});

describe('a period', () => {
  it('ends when its last edition closes', () => {
    expect(endOf('daily', '2026-11-30', TURN)).toBe(at('2026-12-01T02:30Z'));
    expect(endOf('weekly', '2026-W48', TURN)).toBe(at('2026-11-30T02:30Z'));
    expect(endOf('monthly', '2026-02', TURN)).toBe(at('2026-03-01T02:30Z'));
    expect(periodAfter('weekly', '2026-W53')).toBe('2027-W01');
    expect(periodAfter('monthly', '2026-12')).toBe('2027-01');
  });

  it('has ended from that very moment', () => {
    for (const [cadence, period, before] of [
      ['daily', '2026-11-30', '2026-11-29'],
      ['weekly', '2026-W48', '2026-W47'],
      ['monthly', '2026-11', '2026-10'],
      // The hour of the turn comes twice that night.
      ['daily', '2026-11-01', '2026-10-31'],
    ] as const) {
      const turn = period === '2026-11-01' ? { ...TURN, turn: '01:30' } : TURN;
      const end = endOf(cadence, period, turn);
      expect([lastEnded(cadence, end - 1, turn), lastEnded(cadence, end, turn)]).toEqual([before, period]);
      expect(lastEnded(cadence, end + 3_600_000, turn)).toBe(period);
    }
  });

  it('is new to a subscription once; of very many, only the latest are', () => {
    const now = at('2026-11-30T12:00Z');
    const daily = (through: string) => endedBy({ cadence: 'daily', through }, now, TURN);
    expect(daily('2026-11-27')).toEqual(['2026-11-28', '2026-11-29']);
    expect(daily('2026-11-29')).toEqual([]);
    expect(daily('2026-01-01')).toHaveLength(7);
    expect(endedBy({ cadence: 'weekly', through: '2026-W46' }, now, TURN)).toEqual(['2026-W47', '2026-W48']);
  });
});

describe('the next mail', () => {
  const BERLIN = { timeZone: 'Europe/Berlin', days: ALL, minute: 7 * 60 };

  it('is due on the first chosen day after something has ended', () => {
    const now = at('2026-11-25T12:00Z');
    const due = (days: number, ...subscriptions: Parameters<typeof nextDue>[1][number][]) =>
      new Date(nextDue({ ...BERLIN, days }, subscriptions, now, TURN) ?? 0).toISOString().slice(0, 16);
    expect(due(ALL, { cadence: 'daily', through: '2026-11-24' })).toBe('2026-11-26T06:00');
    expect(due(ALL, { cadence: 'weekly', through: '2026-W47' })).toBe('2026-11-30T06:00');
    expect(due(4, { cadence: 'weekly', through: '2026-W47' })).toBe('2026-12-02T06:00');
    expect(due(ALL, { cadence: 'monthly', through: '2026-10' })).toBe('2026-12-01T06:00');
    expect(
      due(ALL, { cadence: 'monthly', through: '2026-10' }, { cadence: 'weekly', through: '2026-W47' }),
    ).toBe('2026-11-30T06:00');
    expect(nextDue(BERLIN, [], now, TURN)).toBe(null);
  });

  const plan = (now: string, subscriptions = [{ cadence: 'daily' as const, through: '2026-11-23' }]) =>
    planFor(BERLIN, subscriptions, at('2026-11-25T06:00Z'), at(now), TURN);

  it('has what ended since the last', () => {
    expect(plan('2026-11-25T06:00Z')).toEqual({
      due: at('2026-11-25T06:00Z'),
      periods: [['2026-11-24']],
      missed: [],
      through: ['2026-11-24'],
      next: at('2026-11-26T06:00Z'),
    });
  });

  it('has what is still of use if the site was down, and the rest is recorded as missed', () => {
    expect(plan('2026-11-29T12:00Z')).toEqual({
      due: at('2026-11-29T06:00Z'),
      periods: [['2026-11-27', '2026-11-28']],
      missed: [at('2026-11-25T06:00Z'), at('2026-11-26T06:00Z'), at('2026-11-27T06:00Z')],
      through: ['2026-11-28'],
      next: at('2026-11-30T06:00Z'),
    });
  });

  it('comes after years of silence without a record of each day', () => {
    const { missed, due, next } = plan('2029-11-29T12:00Z');
    expect([missed.length < 91, due, next]).toEqual([true, at('2029-11-29T06:00Z'), at('2029-11-30T06:00Z')]);
  });

  it('is not due if nothing has ended after all', () => {
    const { due, missed, next } = plan('2026-11-25T06:00Z', [{ cadence: 'daily', through: '2026-11-24' }]);
    expect([due, missed, next]).toEqual([null, [], at('2026-11-26T06:00Z')]);
  });
});
