import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, dayNumber, dayOf } from './days.ts';
import { NO_DAY, TREND_DAYS, trendingKey, trendingParts } from './ranking.ts';

const days = fc.integer({ min: dayNumber('2023-05-04'), max: dayNumber('2033-05-04') }).map(dayOf);
const votes = fc.integer({ min: 0, max: 1_000_000 });
const _papers = fc.record({
  id: fc.constantFrom('2606.00001', '2606.00002', 'hep-th/9901001', 'é', 'z', 'Z'),
  upvotes: fc.integer({ min: 0, max: 2 }),
  announced: fc.constantFrom('2026-06-25', '2026-06-26', null),
  hot: fc.constantFrom(1, 2, NO_DAY),
});

describe('the trending key', () => {
  it('rises with every vote, whatever the day', () => {
    fc.assert(
      fc.property(votes, fc.integer({ min: 1, max: 1000 }), days, (upvotes, more, day) => {
        expect(trendingKey({ upvotes: upvotes + more, day })).toBeGreaterThan(trendingKey({ upvotes, day }));
      }),
    );
  });

  it('rises with every day, whatever the votes', () => {
    fc.assert(
      fc.property(votes, days, fc.integer({ min: 1, max: 400 }), (upvotes, day, later) => {
        expect(trendingKey({ upvotes, day: addDays(day, later) })).toBeGreaterThan(
          trendingKey({ upvotes, day }),
        );
      }),
    );
  });

  it('makes ten times the votes worth TREND_DAYS days', () => {
    const weeks = 2;
    const old = trendingKey({ upvotes: 999, day: '2026-06-01' });
    const young = trendingKey({ upvotes: 99, day: addDays('2026-06-01', TREND_DAYS * weeks) });
    expect(young - old).toBeCloseTo(weeks - 1, 10);
  });

  it('is the sum of the parts that are shown to the reader', () => {
    fc.assert(
      fc.property(votes, days, (upvotes, day) => {
        const { votesPart, agePart } = trendingParts({ upvotes, day })!;
        expect(trendingKey({ upvotes, day })).toBe(votesPart + agePart);
      }),
    );
  });

  it('leaves a paper without a day below every other', () => {
    expect(trendingKey({ upvotes: 1_000_000, day: null })).toBeLessThan(
      trendingKey({ upvotes: 0, day: '1991-08-14' }),
    );
  });
});
