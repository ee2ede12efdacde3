/** A survey of a set of papers. Pure: the same papers give the same survey, in whatever order they come. */
import type { Day } from '../papers/types.ts';
import { benchmarksIn, comparisonsIn, organizationsIn, peopleIn } from './collect.ts';
import { byDay, likenessToMiddle, themesOf } from './themes.ts';
import { timelineOf } from './timeline.ts';
import type { Code, EarlierSurvey, Meant, Survey, Theme } from './types.ts';

/** Papers named as the most voted and the most typical. */
const MOST_NAMED = 20;

/** A survey, and surveys of the papers up to earlier days. */
export interface Surveyed {
  survey: Survey;
  before: { day: Day; survey: EarlierSurvey }[];
}

/**
 * @param total papers that match; more than in `papers` if those are only the newest
 * @param days for which an earlier survey is wanted as well, ascending
 */
export function* surveying(
  papers: readonly Meant[],
  total: number,
  days: readonly Day[] = [],
): Generator<void, Surveyed> {
  const ordered = papers.toSorted(byDay);
  const states = yield* themesOf(ordered, days);
  yield;
  const before: Surveyed['before'] = [];
  for (const [i, day] of days.entries()) {
    const { papers: count, themes } = states[i]!;
    before.push({ day, survey: earlier(ordered.slice(0, count), themes) });
    yield;
  }
  return { survey: assemble(ordered, states.at(-1)!.themes, total), before };
}

/** The same at once. */
export function surveyOf(
  papers: readonly Meant[],
  total = papers.length,
  days: readonly Day[] = [],
): Surveyed {
  const steps = surveying(papers, total, days);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

function earlier(ordered: readonly Meant[], themes: Theme[]): EarlierSurvey {
  const papers = ordered.map(({ paper }) => paper).reverse();
  return {
    papers,
    themes,
    benchmarks: benchmarksIn(papers),
    surveys: papers.filter(({ isSurvey }) => isSurvey).map(({ id }) => id),
  };
}

/** @param ordered in the order `byDay` */
function assemble(ordered: readonly Meant[], themes: Theme[], total: number): Survey {
  const likeness = likenessToMiddle(ordered).reverse();
  const papers = ordered.map(({ paper }) => paper).reverse();
  const places = papers.map((_, i) => i);
  const ids = (order: number[]): string[] => order.map((i) => papers[i]!.id);
  return {
    ...earlier(ordered, themes),
    total,
    timeline: timelineOf(papers, themes),
    comparisons: comparisonsIn(papers),
    code: papers
      .filter(({ code }) => code.length > 0)
      .toSorted((a, b) => starsOf(b.code) - starsOf(a.code) || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id),
    people: peopleIn(papers, likeness),
    organizations: organizationsIn(papers, likeness),
    mostVoted: ids(
      places
        .filter((i) => papers[i]!.upvotes > 0)
        .sort((a, b) => papers[b]!.upvotes - papers[a]!.upvotes || a - b)
        .slice(0, MOST_NAMED),
    ),
    mostTypical: ids(places.toSorted((a, b) => likeness[b]! - likeness[a]! || a - b).slice(0, MOST_NAMED)),
    open: papers.filter(({ open }) => open.length > 0).map(({ id }) => id),
  };
}

/** Stars of the most starred; -1 if none are known. */
export const starsOf = (code: readonly Code[]): number =>
  code.reduce((most, { stars }) => Math.max(most, stars ?? -1), -1);

/** A line of the table of figures. */
export interface FigureLine {
  paper: Survey['papers'][number];
  figure: Survey['papers'][number]['figures'][number];
  /** Its place in the paper. */
  place: number;
}

export const FIGURE_ORDERS = ['date', 'benchmark', 'metric'] as const;
export type FigureOrder = (typeof FIGURE_ORDERS)[number];

/**
 * All figures. By date, newest first; by benchmark or metric, alphabetically, those without one last. Among equals,
 * figures the rules are less sure of come last.
 */
export function figuresOf({ papers }: Pick<Survey, 'papers'>, order: FigureOrder = 'date'): FigureLine[] {
  const lines = papers.flatMap((paper) => paper.figures.map((figure, place) => ({ paper, figure, place })));
  const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });
  const rank = ({ figure }: FigureLine): number => (figure.isHeadline ? 0 : figure.isSure ? 1 : 2);
  const places = new Map(papers.map(({ id }, i) => [id, i]));
  const text = ({ figure: { on, what } }: FigureLine): string | null =>
    order === 'benchmark' ? on : order === 'metric' ? what : null;
  return lines.sort((a, b) => {
    const [x, y] = [text(a), text(b)];
    if (order !== 'date') {
      if (x === null || y === null) {
        if (x !== y) return x === null ? 1 : -1;
      } else {
        const compared = collator.compare(x, y);
        if (compared !== 0) return compared;
      }
    }
    // Less certain figures come after all certain ones.
    return (
      Number(rank(a) === 2) - Number(rank(b) === 2) ||
      places.get(a.paper.id)! - places.get(b.paper.id)! ||
      rank(a) - rank(b) ||
      a.place - b.place
    );
  });
}
