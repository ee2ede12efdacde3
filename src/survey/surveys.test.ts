/** Surveys that many ask for at once. */
import { expect, it } from 'vitest';
import type { Library } from '../papers/library.ts';
import { Surveys, SurveysBusy } from './surveys.ts';

it('are made for so many at a time; others are refused at once, and can ask again', async () => {
  const held = Promise.withResolvers<void>();
  let asked = 0;
  const library = {
    async matching() {
      asked++;
      await held.promise;
      return { papers: [], total: 0, problems: [], behind: 0 };
    },
    papers: async () => [],
    readings: async () => new Map(),
  } as unknown as Library;
  const surveys = new Surveys(library);
  const days = Array.from({ length: 200 }, (_, i) => new Date(i * 86_400_000).toISOString().slice(0, 10));
  const all = days.map((day) => surveys.of(library, { q: '' }, [day]));
  const settled = Promise.allSettled(all);
  await expect(surveys.of(library, { q: '' })).rejects.toThrow(SurveysBusy);
  // Those that are refused have cost nothing.
  expect(asked).toBeLessThan(100);
  held.resolve();
  const done = await settled;
  expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(asked);
  expect((await surveys.of(library, { q: '' })).survey.papers).toEqual([]);
});
