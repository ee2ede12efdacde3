/** Papers over time: steps without gaps, and bursts. */
import type { Burst, SurveyPaper, Theme, Timeline } from './types.ts';

/** The most steps; beyond that, they are years. */
const MOST_STEPS = 72;
/** Days at most that are shown one by one. */
const MOST_DAYS = 31;
/** A burst is this many standard deviations above the expected number (papers arrive as a Poisson process). */
const DEVIATIONS = 3;
const FEWEST_IN_BURST = 5;
/** The number of preceding steps that the expectation is computed from. */
const LOOK_BACK = 6;

export function timelineOf(papers: readonly SurveyPaper[], themes: readonly Theme[]): Timeline {
  const dated = papers.filter(({ day }) => day !== '');
  const days = dated.map(({ day }) => day).sort();
  const [first, last] = [days[0], days.at(-1)];
  const undated = papers.length - dated.length;
  if (first === undefined || last === undefined)
    return { step: 'month', steps: [], papers: [], themes: [], bursts: [], undated };
  const step = stepOf(first, last, dated);
  const steps = stepsBetween(first, last, step);
  const places = new Map(steps.map((at, i) => [at, i]));
  const placeOf = new Map(dated.map(({ id, day }) => [id, places.get(cut(day, step))!]));
  const count = (ids: readonly string[]): number[] => {
    const counts = steps.map(() => 0);
    for (const id of ids) {
      const place = placeOf.get(id);
      if (place !== undefined) counts[place]!++;
    }
    return counts;
  };
  const all = count(dated.map(({ id }) => id));
  const byTheme = themes.map(({ key, papers: ids }) => ({ key, papers: count(ids) }));
  return {
    step,
    steps,
    papers: all,
    themes: byTheme,
    bursts: [
      ...burstsIn(steps, all, null),
      ...byTheme.flatMap(({ key, papers: counts }) => burstsIn(steps, counts, key)),
    ],
    undated,
  };
}

const LENGTHS = { day: 10, month: 7, year: 4 };
const cut = (day: string, step: Timeline['step']): string => day.slice(0, LENGTHS[step]);

function stepOf(first: string, last: string, papers: readonly SurveyPaper[]): Timeline['step'] {
  const areDays = papers.every(({ publishedPrecision }) => publishedPrecision === 'day');
  if (areDays && Date.parse(last) - Date.parse(first) < MOST_DAYS * 86_400_000) return 'day';
  return monthNumber(last) - monthNumber(first) < MOST_STEPS ? 'month' : 'year';
}

const monthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

function stepsBetween(first: string, last: string, step: Timeline['step']): string[] {
  const steps: string[] = [];
  if (step === 'day')
    for (let at = Date.parse(first); at <= Date.parse(last); at += 86_400_000)
      steps.push(new Date(at).toISOString().slice(0, 10));
  else if (step === 'month')
    for (let at = monthNumber(first); at <= monthNumber(last); at++)
      steps.push(`${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`);
  else
    for (let at = Number(first.slice(0, 4)); at <= Number(last.slice(0, 4)); at++)
      steps.push(String(at).padStart(4, '0'));
  return steps;
}

function burstsIn(steps: readonly string[], counts: readonly number[], theme: string | null): Burst[] {
  return counts.flatMap((papers, i): Burst[] => {
    const before = counts.slice(Math.max(0, i - LOOK_BACK), i);
    if (before.length < 2 || papers < FEWEST_IN_BURST) return [];
    const expected = before.reduce((sum, n) => sum + n, 0) / before.length;
    if (papers - expected < DEVIATIONS * Math.sqrt(Math.max(1, expected))) return [];
    return [{ at: steps[i]!, theme, papers, expected: Math.round(expected * 10) / 10 }];
  });
}
